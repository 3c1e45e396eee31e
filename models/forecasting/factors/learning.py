"""What price, promotion and working days did to demand: conditional Poisson regression, shrunk towards what is alike.

Demand of a series in period t of a stretch of neighbouring periods is taken as level · exp(x_t β), the level free in
every stretch. Given the stretch's total, each period's share of it is exp(x_t β) / Σ exp(x_s β), whatever the level and
the slow season are (Hausman, Hall & Griliches 1984). So a price is compared with the prices around it only. Counts are
over-dispersed (orders have sizes): each series' likelihood is divided by its own dispersion, and by how much more whole
stretches vary than their periods let expect.

Series are few periods each, so they are estimated together: β_all ~ N(0, far), β_group ~ N(β_all, near),
β_series ~ N(β_group, T), T by expectation-maximisation. A factor that never varied for a series has no effect on it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.forecasting.factors.design import FACTORS, PRICE, PROMOTION, Design
from models.forecasting.factors.effects import Effects, Evidence
from models.forecasting.panel import Panel

STRETCH = {"D": 28, "W": 13, "M": 6}  # periods that are compared with each other
LOWEST = np.array([-4.0, 0.0, 0.0])  # elasticity, log of a promotion's lift, share of working time that counts
HIGHEST = np.array([0.0, 1.6, 2.0])
VARIED = 0.005  # a price that moved less than this share has not moved
_FAR = np.array([1.5, 0.7, 0.7])  # standard deviations of the priors
_NEAR = np.array([0.5, 0.3, 0.2])
_LEAST = np.array([0.4, 0.1, 0.05])  # of the learnt ones: products differ at least so much
_MOST = 1.0
_ROUNDS = 12  # of Newton's method
_LEARNING = 60  # of expectation-maximisation
_COMMON = 8  # stretches
_SERIES = 4096  # at once

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class _Stretches:
    """Stretches of n series: y [n, K, B], x [n, K, B, 3], counted [n, K, B]. Two layers, half a stretch apart, each of
    which counts half.
    """

    y: Floats
    x: Floats
    counted: Bools

    def rows(self, chosen: npt.NDArray[np.int64] | slice) -> _Stretches:
        return _Stretches(self.y[chosen], self.x[chosen], self.counted[chosen])


@dataclass(frozen=True)
class _Evidence:
    """Of each series at some coefficients: score [n, 3], information [n, 3, 3], dispersion [n], the squared scores of
    its stretches summed [n, 3], and how many stretches say anything [n, 3].
    """

    score: Floats
    information: Floats
    dispersion: Floats
    squares: Floats
    informative: Floats


def learn_effects(
    panel: Panel, design: Design, *, groups: npt.NDArray[np.int64] | None = None, calendar: str | None = None
) -> Effects:
    """The effects in a panel's history, of every series. design: as long as the panel's history or longer; groups [n]:
    which series are alike (categories); by default all are. Deterministic. The trust in them is full; see `trust`.
    """
    count = len(panel.ids)
    alike = np.zeros(count, dtype=np.int64) if groups is None else np.unique(groups, return_inverse=True)[1]
    stretches = _cut(panel, design)
    varied = _varied(stretches)
    evidence = _seen(panel, design)
    if not varied.any():
        return Effects.none(panel.ids, design.usual, evidence, calendar)
    everybody = _pooled(stretches)
    at = _evaluated(stretches, np.broadcast_to(everybody, (count, 3)))
    grown = np.ones((count, 3))
    for last in (False, True):  # how much stretches vary is seen once series may differ
        of_groups, of_group_error, spread = _hierarchy(at, grown, alike, varied)
        centre = np.clip(everybody + of_groups, LOWEST, HIGHEST)[alike]
        found, error = _each(stretches, centre, at.dispersion[:, None] * grown, spread)
        if not last:
            grown = _inflation(_evaluated(stretches, found))
    error = error + _passed_on(error, spread, of_group_error[alike])
    coefficients = np.where(varied, np.clip(found, LOWEST, HIGHEST), 0.0)
    error = np.where(varied[:, :, None] & varied[:, None, :], error, 0.0)
    own = 1 - np.diagonal(error, axis1=1, axis2=2) / (spread + np.diagonal(of_group_error, axis1=1, axis2=2)[alike])
    return Effects(
        ids=panel.ids,
        coefficients=coefficients.astype(np.float32),
        error=error.astype(np.float32),
        usual=design.usual,
        varied=varied,
        own=np.where(varied, own.clip(0, 1), 0.0).astype(np.float32),
        evidence=evidence,
        pooled=tuple(float(value) for value in np.clip(everybody, LOWEST, HIGHEST)),
        trust=(1.0, 1.0, 1.0),
        calendar=calendar,
    )


def _cut(panel: Panel, design: Design) -> _Stretches:
    size = STRETCH[panel.freq]
    born = np.arange(panel.periods) >= panel.periods - panel.length[:, None]
    counted = born & panel.known(0, panel.periods)
    layers = [_layer(panel, design.past[:, : panel.periods], counted, size, shift) for shift in (0, size // 2)]
    y, x, known = (np.concatenate(parts, axis=1) for parts in zip(*layers, strict=True))
    return _Stretches(y, x, known)


def _layer(panel: Panel, values: Floats, counted: Bools, size: int, shift: int) -> tuple[Floats, Floats, Bools]:
    """Stretches that end `shift` periods before the last one."""
    end = panel.periods - shift
    count = -(-end // size)
    before = count * size - end
    shape = (len(panel.ids), count, size)
    y = np.pad(panel.y[:, :end].astype(np.float64), ((0, 0), (before, 0))).reshape(shape)
    x = np.pad(values[:, :end], ((0, 0), (before, 0), (0, 0)), mode="edge").reshape(*shape, len(FACTORS))
    known = np.pad(counted[:, :end], ((0, 0), (before, 0))).reshape(shape)
    return np.where(known, y, 0.0), x, known


def _varied(stretches: _Stretches) -> Bools:
    """Which factor differed between periods that are compared with each other and sold anything, [n, 3]."""
    sold = (stretches.y.sum(axis=2) > 0)[:, :, None]
    low = np.where(stretches.counted[..., None], stretches.x, np.inf).min(axis=2)
    high = np.where(stretches.counted[..., None], stretches.x, -np.inf).max(axis=2)
    varied: Bools = ((high - low > VARIED) & sold).any(axis=1)
    return varied


def _seen(panel: Panel, design: Design) -> Evidence:
    """From how much each series can be learnt about."""
    born = np.arange(panel.periods) >= panel.periods - panel.length[:, None]
    price, promotion = design.past[:, : panel.periods, PRICE], design.past[:, : panel.periods, PROMOTION]
    plain = born & (promotion <= 0)
    moved = plain & (np.abs(price) > VARIED)
    promoted = born & (promotion > 0)
    low, high = (np.where(plain.any(axis=1), each, 0.0) for each in (
        np.where(plain, price, np.inf).min(axis=1, initial=np.inf),
        np.where(plain, price, -np.inf).max(axis=1, initial=-np.inf),
    ))  # fmt: skip
    share = (promotion * promoted).sum(axis=1)
    discount = (price * promotion * promoted).sum(axis=1) / np.where(share > 0, share, 1.0)
    return Evidence(
        periods=born.sum(axis=1),
        price_periods=moved.sum(axis=1),
        promotion_periods=promoted.sum(axis=1),
        lowest=np.exp(low).astype(np.float32),
        highest=np.exp(high).astype(np.float32),
        discount=np.exp(np.minimum(discount, 0.0)).astype(np.float32),
    )


def _evaluated(stretches: _Stretches, beta: Floats) -> _Evidence:
    """Score, information and dispersion at coefficients [n, 3]."""
    parts = []
    for start in range(0, len(beta), _SERIES):
        rows = slice(start, start + _SERIES)
        parts.append(_evaluated_rows(stretches.rows(rows), beta[rows]))
    joined = [np.concatenate([getattr(part, name) for part in parts]) for name in _Evidence.__dataclass_fields__]
    return _Evidence(*joined)


def _evaluated_rows(stretches: _Stretches, beta: Floats) -> _Evidence:
    y, counted = stretches.y, stretches.counted
    width = stretches.x.shape[3]
    x = [stretches.x[..., at] for at in range(width)]  # by factor: passes over whole arrays, no tiny products
    eta = sum(x[at] * beta[:, at, None, None] for at in range(width))
    eta = np.where(counted, eta, -np.inf)
    top = np.where(counted.any(axis=2), eta.max(axis=2), 0.0)
    weight = np.where(counted, np.exp(eta - top[..., None]), 0.0)
    share = weight / np.maximum(weight.sum(axis=2, keepdims=True), 1e-300)
    total = y.sum(axis=2)
    expected = total[..., None] * share
    apart = [each - (share * each).sum(axis=2, keepdims=True) for each in x]
    rest = y - expected
    by_stretch = np.stack([(rest * each).sum(axis=2) for each in apart], axis=2)
    information = np.empty((len(y), width, width))
    for row, one in enumerate(apart):
        weighted = expected * one
        for column in range(row, width):
            information[:, row, column] = information[:, column, row] = (weighted * apart[column]).sum(axis=(1, 2))
    chi = np.where(expected > 0, (y - expected) ** 2 / np.where(expected > 0, expected, 1.0), 0.0).sum(axis=(1, 2))
    free = np.where(total > 0, np.maximum(counted.sum(axis=2) - 1, 0), 0).sum(axis=1)
    dispersion = np.maximum(1.0, chi / np.maximum(free, 1))
    squares = by_stretch**2
    return _Evidence(
        by_stretch.sum(axis=1) / 2, information / 2, dispersion, squares.sum(axis=1) / 2, (squares > 0).sum(axis=1) / 2
    )


def _pooled(stretches: _Stretches) -> Floats:
    """Coefficients [3] that all series share, by Newton's method."""
    beta = np.zeros(3)
    for _ in range(_ROUNDS):
        at = _evaluated(stretches, np.broadcast_to(beta, (len(stretches.y), 3)))
        score = (at.score / at.dispersion[:, None]).sum(axis=0) - beta / _FAR**2
        information = (at.information / at.dispersion[:, None, None]).sum(axis=0) + np.diag(1 / _FAR**2)
        step = np.linalg.solve(information, score).clip(-1, 1)
        beta = np.clip(beta + step, LOWEST, HIGHEST)
        if np.abs(step).max() < 1e-6:
            break
    return beta


def _inflation(at: _Evidence) -> Floats:
    """How much more the scores of stretches vary than their information says, at least 1; [n, 3].

    A series' own ratio, each of its stretches counting one, and that of all series together, counting `_COMMON`.
    """
    of_scores = at.squares / at.dispersion[:, None] ** 2
    expected = np.diagonal(at.information, axis1=1, axis2=2) / at.dispersion[:, None]
    common = of_scores.sum(axis=0) / np.maximum(expected.sum(axis=0), 1e-12)
    own = np.where(at.informative > 0, of_scores / np.maximum(expected, 1e-12), 0.0)
    mixed = (at.informative * own + _COMMON * np.maximum(common, 1.0)) / (at.informative + _COMMON)
    grown: Floats = np.maximum(1.0, mixed)
    return grown


def _hierarchy(
    at: _Evidence, grown: Floats, alike: npt.NDArray[np.int64], varied: Bools
) -> tuple[Floats, Floats, Floats]:
    """Groups' deviations from everybody [G, 3], their error [G, 3, 3], and the variances of series in a group [3]."""
    weight = 1 / np.sqrt(at.dispersion[:, None] * grown)
    information = at.information * weight[:, :, None] * weight[:, None, :]
    score = at.score * weight**2
    eye, spread = np.eye(3), _NEAR**2
    groups = int(alike.max(initial=0)) + 1
    deviation, error = np.zeros((groups, 3)), np.broadcast_to(np.diag(_NEAR**2), (groups, 3, 3))
    for _ in range(_LEARNING):
        discount = np.linalg.inv(eye + information * spread)  # (I + H T)^-1
        precision = np.zeros((groups, 3, 3))
        pull = np.zeros((groups, 3))
        np.add.at(precision, alike, discount @ information)
        np.add.at(pull, alike, np.einsum("nfg,ng->nf", discount, score))
        error = np.linalg.inv(precision + np.diag(1 / _NEAR**2))
        deviation = np.einsum("gij,gj->gi", error, pull)
        posterior = np.linalg.inv(information + np.diag(1 / spread))
        mean = np.einsum("nij,nj->ni", posterior, score + deviation[alike] / spread)
        moments = (mean - deviation[alike]) ** 2 + np.diagonal(posterior, axis1=1, axis2=2)
        counted = np.maximum(varied.sum(axis=0), 1)
        spread = np.where(varied.any(axis=0), (moments * varied).sum(axis=0) / counted, spread)
        spread = spread.clip(_LEAST**2, _MOST**2)
    return deviation, error, spread


def _each(stretches: _Stretches, centre: Floats, dispersion: Floats, spread: Floats) -> tuple[Floats, Floats]:
    """Every series' coefficients [n, 3] and their error [n, 3, 3] around its centre, by Newton's method."""
    beta, precision = centre.copy(), np.diag(1 / spread)
    weight = 1 / np.sqrt(dispersion)
    for _ in range(_ROUNDS // 3):
        at = _evaluated(stretches, beta)
        information = at.information * weight[:, :, None] * weight[:, None, :] + precision
        score = at.score * weight**2 - (beta - centre) / spread
        step = np.linalg.solve(information, score[..., None])[..., 0].clip(-1, 1)
        beta = np.clip(beta + step, LOWEST, HIGHEST)
    error: Floats = np.linalg.inv(information).astype(np.float64)
    return beta, error


def _passed_on(error: Floats, spread: Floats, of_group: Floats) -> Floats:
    """What the error of a group's centre adds to that of its series, [n, 3, 3]."""
    share = error / spread  # posterior · T^-1
    passed: Floats = share @ of_group @ np.swapaxes(share, 1, 2)
    return passed
