"""Measured effects of factors: what they are, applying them to a history and to a forecast, keeping them as tensors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from models.forecasting.factors.design import FACTORS, PRICE, PROMOTION

Floats = npt.NDArray[np.float64]
_PREFIX = "factors."
_EVIDENCE = ("periods", "price_periods", "promotion_periods", "lowest", "highest", "discount")


@dataclass(frozen=True)
class Evidence:
    """From how much an effect was learnt, by series, [n] each.

    periods of life; those at a price off the usual one, outside promotions; those on promotion; the lowest and the
    highest price outside promotions and the mean price on promotion, relative to the usual price.
    """

    periods: npt.NDArray[np.int64]
    price_periods: npt.NDArray[np.int64]
    promotion_periods: npt.NDArray[np.int64]
    lowest: npt.NDArray[np.float32]
    highest: npt.NDArray[np.float32]
    discount: npt.NDArray[np.float32]


@dataclass(frozen=True)
class Effects:
    """Effects of price, promotion and working time on n series.

    coefficients: float32 [n, 3], of log demand: elasticity, log of a promotion's lift, share of working time that
    counts. error: [n, 3, 3], their covariance. usual: [n], the usual price. varied: [n, 3]. own: [n, 3], the share of
    the prior's variance that the series' own history took away. pooled: what all series have in common. trust: how much
    of each factor's effect forecasts use, 0…1. calendar: the country whose holidays count.
    """

    ids: tuple[str, ...]
    coefficients: npt.NDArray[np.float32]
    error: npt.NDArray[np.float32]
    usual: Floats
    varied: npt.NDArray[np.bool_]
    own: npt.NDArray[np.float32]
    evidence: Evidence
    pooled: tuple[float, ...]
    trust: tuple[float, ...]
    calendar: str | None

    @staticmethod
    def none(ids: tuple[str, ...], usual: Floats, evidence: Evidence, calendar: str | None) -> Effects:
        """No effect on anything."""
        count, width = len(ids), len(FACTORS)
        nothing = np.zeros((count, width), dtype=np.float32)
        error = np.zeros((count, width, width), dtype=np.float32)
        zeros = (0.0,) * width
        return Effects(ids, nothing, error, usual, nothing > 0, nothing, evidence, zeros, zeros, calendar)

    @property
    def used(self) -> bool:
        """Whether forecasts use any of it."""
        return any(self.trust)

    def trusted(self, trust: tuple[float, ...]) -> Effects:
        """The same with another trust."""
        return replace(self, trust=trust)

    def of(self, rows: npt.NDArray[np.bool_]) -> Effects:
        """Those of some series."""
        known = self.evidence
        return replace(
            self,
            ids=tuple(name for name, kept in zip(self.ids, rows, strict=True) if kept),
            coefficients=self.coefficients[rows],
            error=self.error[rows],
            usual=self.usual[rows],
            varied=self.varied[rows],
            own=self.own[rows],
            evidence=Evidence(**{name: getattr(known, name)[rows] for name in _EVIDENCE}),
        )

    def logs(self, ids: tuple[str, ...], values: Floats) -> Floats:
        """Logarithms of the factors by which demand of some series differs from usual, [n, P, 3]; 0 for unknown ones.

        values: of a Design, [n, P, 3].
        """
        coefficients = self.coefficients.astype(np.float64) * np.array(self.trust)
        if ids != self.ids:
            place = {name: row for row, name in enumerate(self.ids)}
            rows = np.array([place.get(name, -1) for name in ids], dtype=np.int64)
            padded = np.vstack([coefficients, np.zeros((1, len(FACTORS)))])
            coefficients = padded[rows]
        logs: Floats = values * coefficients[:, None]
        return logs

    def to_tensors(self) -> dict[str, npt.NDArray[Any]]:
        """What goes into model.safetensors; the ids stand in the artefact's series."""
        whole: dict[str, npt.NDArray[Any]] = {
            "coefficients": self.coefficients,
            "error": self.error,
            "usual": self.usual,
            "varied": self.varied.astype(np.uint8),
            "own": self.own,
            "pooled": np.array(self.pooled),
            "trust": np.array(self.trust),
        }
        whole |= {f"evidence.{name}": getattr(self.evidence, name) for name in _EVIDENCE}
        return {f"{_PREFIX}{name}": value for name, value in whole.items()}

    @staticmethod
    def of_tensors(
        tensors: Mapping[str, npt.NDArray[Any]], ids: tuple[str, ...], calendar: str | None
    ) -> Effects | None:
        """Effects out of an artefact; None where it has none. Raises KeyError, ValueError where they don't fit."""
        if f"{_PREFIX}coefficients" not in tensors:
            return None
        found = {name.removeprefix(_PREFIX): value for name, value in tensors.items() if name.startswith(_PREFIX)}
        coefficients, error = found["coefficients"], found["error"]
        width = len(FACTORS)
        if coefficients.shape != (len(ids), width) or error.shape != (len(ids), width, width):
            raise ValueError("the effects are not those of its series")
        return Effects(
            ids=ids,
            coefficients=coefficients,
            error=error,
            usual=found["usual"],
            varied=found["varied"].astype(np.bool_),
            own=found["own"],
            evidence=Evidence(**{name: found[f"evidence.{name}"] for name in _EVIDENCE}),
            pooled=tuple(found["pooled"].tolist()),
            trust=tuple(found["trust"].tolist()),
            calendar=calendar,
        )

    def to_frame(self) -> pl.DataFrame:
        """One row per series: `unique_id`, `usual_price`; `elasticity`, `elasticity_sd`, `lift` (log of a promotion's),
        `lift_sd`, `covariance` between them; whether and from how much each was learnt.
        """
        error, known = self.error.astype(np.float64), self.evidence
        price, promotion = (np.sqrt(error[:, each, each].clip(min=0)) for each in (PRICE, PROMOTION))
        columns = {
            "unique_id": list(self.ids),
            "usual_price": self.usual,
            "elasticity": self.coefficients[:, PRICE].astype(np.float64),
            "elasticity_sd": price,
            "lift": self.coefficients[:, PROMOTION].astype(np.float64),
            "lift_sd": promotion,
            "covariance": error[:, PRICE, PROMOTION],
            "price_varied": self.varied[:, PRICE],
            "promoted": self.varied[:, PROMOTION],
            "price_own": self.own[:, PRICE].astype(np.float64),
            "promotion_own": self.own[:, PROMOTION].astype(np.float64),
            **{name: getattr(known, name) for name in _EVIDENCE[:3]},
            **{name: getattr(known, name).astype(np.float64) for name in _EVIDENCE[3:]},
        }
        return pl.DataFrame(columns, schema_overrides={"unique_id": pl.String}).with_columns(
            pl.col("usual_price").fill_nan(None)
        )


def without_effects(y: npt.NDArray[np.float32], logs: Floats) -> npt.NDArray[np.float32]:
    """A history [n, T] as it would have been at the usual price, off promotion; logs [n, T, 3].

    What is sold in whole units stays whole: the running sum is rounded, so that no unit is lost over time and a period
    without sales stays one.
    """
    factor = np.exp(logs.sum(axis=2))
    plain = y / factor
    whole = (y == np.round(y)).all(axis=1, keepdims=True)
    upto = np.round(np.cumsum(plain, axis=1))
    counted = np.diff(upto, axis=1, prepend=0.0)
    changed = (np.abs(factor - 1) > 1e-12).any(axis=1, keepdims=True)
    return np.where(changed, np.where(whole, counted, plain), y).astype(np.float32)
