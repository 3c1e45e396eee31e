"""The 6-12-1 network's tables on real demand: architectures, chosen quantities, and a year of costs.

The literature had one company's purchases. No data set at hand holds real purchases, so a *stand-in buyer*, seeded and
labelled as such, takes their place, who orders what sold in the last quarter, give or take a third, in dozens. Prices
are drawn too. What is real is the demand, and nothing that decides an order has seen what came after it: networks learn
from the months before the replay, and every forecast is made on the day of the order.

The replay: reviews every three months, a lead time of three months (60 working days), the same start for all, sales
lost when the shelf is empty; yearly cost = orders · cost of an order + mean stock · unit cost · holding rate.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import torch

from models.forecasting.averaging import averaged
from models.forecasting.features import build_features
from models.forecasting.market import Market
from models.forecasting.model import to_window
from models.forecasting.panel import Panel, PanelError, build_panel
from models.forecasting.periods import frequency
from models.forecasting.pretrained import pretrained
from models.forecasting.threads import one_thread
from models.inventory import economic_order_quantity
from models.order_quantity.demand import DEFAULT_CORRELATION, protection_demand
from models.order_quantity.fixed_period_network import HIDDEN, FixedPeriodNetwork, NetworkInputs, fit_fixed_period
from models.order_quantity.training import FEWEST_MONTHS, quarter_forecast, rolling_windows

Floats = npt.NDArray[np.float64]
Tell = Callable[[str, float], None]

NAME = "order-quantity"
OURS, NETWORK, EOQ, STAND_IN = "quartermaster", "network 6-12-1", "EOQ", "stand-in buyer"
HIDDEN_SIZES = range(4, 13)
SAFETY_STOCK = 100.0  # units, as in the literature
REVIEW = LEAD_TIME = 3  # months
REPLAYED = 12  # months
MOST_ITEMS = 400
_SERVICE_LEVEL = 0.95
_DOZEN = 12.0


@dataclass(frozen=True)
class Costs:
    """order: money per order. holding: share of the unit cost per year. unit: money per unit, [n], drawn."""

    order: float
    holding: float
    unit: Floats


@dataclass
class OrderQuantityReproduction:
    """tables by name, and facts. figures: paths, once drawn."""

    facts: dict[str, Any]
    tables: dict[str, pl.DataFrame]
    name: str = NAME
    figures: list[str] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form."""
        tables = {name: frame.to_dicts() for name, frame in self.tables.items()}
        return {"name": self.name, **self.facts, **tables, "figures": self.figures}


@one_thread()
def reproduce_order_quantity(
    demand: pl.DataFrame, *, seed: int = 0, order_cost: float = 25.0, holding: float = 0.2, progress: Tell | None = None
) -> OrderQuantityReproduction:
    """The tables on a long table `unique_id, ds, y` of any frequency up to months.

    Raises PanelError where there are fewer than 22 months: ten to learn from and twelve to replay.
    """
    tell = progress or (lambda _what, _done: None)
    panel = _large_items(build_panel(demand, "M"))
    cutoff = panel.periods - REPLAYED
    if cutoff < FEWEST_MONTHS:
        raise PanelError(f"{panel.periods} months are too few: {FEWEST_MONTHS} to learn from and {REPLAYED} to replay.")
    tell("comparing architectures", 0.0)
    architectures, network = _architectures(panel.until(cutoff), seed, tell)
    rng = np.random.default_rng(seed)
    costs = Costs(order_cost, holding, np.exp(rng.uniform(np.log(0.5), np.log(20), len(panel.ids))))
    tell("replaying a year", 0.8)
    replays = {name: _replay(panel, cutoff, costs, _policy(name, panel, network, costs, seed)) for name in
               (STAND_IN, NETWORK, EOQ, OURS)}  # fmt: skip
    facts = {
        "items": len(panel.ids),
        "months": panel.periods,
        "replayed_months": REPLAYED,
        "lead_time_months": LEAD_TIME,
        "review_months": REVIEW,
        "safety_stock": SAFETY_STOCK,
        "order_cost": order_cost,
        "holding_rate": holding,
        "service_level": _SERVICE_LEVEL,
        "seed": seed,
        "assumed": "purchases (a seeded stand-in buyer), unit costs (drawn), the costs of ordering and holding",
    }
    tables = {
        "architectures": architectures,
        "quantities": _quantities(panel, cutoff, replays),
        "costs": _costs(replays),
    }
    return OrderQuantityReproduction(facts, tables)


def _large_items(panel: Panel) -> Panel:
    """The items for which a safety stock of 100 units makes sense: those that sell most, known for the whole time."""
    known = panel.length >= min(panel.periods, REPLAYED + FEWEST_MONTHS)
    volume = panel.y.sum(axis=1) * known
    chosen = np.sort(np.argsort(-volume, kind="stable")[:MOST_ITEMS])
    chosen = chosen[volume[chosen] > 0]
    if len(chosen) == 0:
        raise PanelError("No item has sold for long enough.")
    ids = tuple(panel.ids[index] for index in chosen)
    return Panel(ids, panel.freq, panel.first, panel.y[chosen], panel.length[chosen], panel.exclusions)


def _architectures(past: Panel, seed: int, tell: Tell) -> tuple[pl.DataFrame, FixedPeriodNetwork]:
    inputs, target, items = rolling_windows(past, seed, SAFETY_STOCK)
    rows, kept = [], None
    for done, hidden in enumerate(HIDDEN_SIZES):
        fit = fit_fixed_period(inputs, target, items, seed, hidden)
        rows.append(
            {
                "architecture": f"6-{hidden}-1",
                "mse_training": fit.mse_train,
                "mse_held_out": fit.mse_test,
                "r2_training": fit.r2_train,
                "r2_held_out": fit.r2_test,
            }
        )
        kept = fit.network if hidden == HIDDEN else kept
        tell(f"6-{hidden}-1", 0.8 * (done + 1) / len(HIDDEN_SIZES))
    assert kept is not None
    return pl.DataFrame(rows), kept


@dataclass(frozen=True)
class Day:
    """What is known at a review. month: column of the last month known. position: on hand and on order, [n]."""

    month: int
    position: Floats
    expected: tuple[Floats, Floats]  # of the next quarter and of the one after it


Policy = Callable[[Day], Floats]


def _policy(name: str, panel: Panel, network: FixedPeriodNetwork, costs: Costs, seed: int) -> Policy:
    y = panel.y.astype(np.float64)
    if name == STAND_IN:
        rng = np.random.default_rng(seed + 1)

        def habit(day: Day) -> Floats:
            sold = y[:, day.month - 2 : day.month + 1].sum(axis=1)
            ordered: Floats = np.ceil(sold * np.exp(rng.normal(0, 0.33, len(sold))) / _DOZEN) * _DOZEN
            return ordered

        return habit
    if name == NETWORK:
        order = np.full(len(y), costs.order)
        return lambda day: np.round(
            network.suggest(NetworkInputs(y[:, day.month], *day.expected, day.position, costs.unit, order))
        )
    if name == EOQ:

        def fixed_quantity(day: Day) -> Floats:
            half_year = day.expected[0] + day.expected[1]
            need = half_year + SAFETY_STOCK - day.position
            lots = [
                economic_order_quantity(2 * float(total), costs.order, costs.holding * float(unit))
                for total, unit in zip(half_year, costs.unit, strict=True)
            ]
            return np.where(need > 0, np.ceil(np.maximum(need, lots)), 0.0)

        return fixed_quantity
    return lambda day: np.ceil(np.maximum(_order_up_to(panel, day.month) - day.position, 0))


def _order_up_to(panel: Panel, month: int) -> Floats:
    """The level that demand over lead time and review stays below as often as the service level says, [n]."""
    past, settings = panel.until(month + 1), frequency("M")
    y, life = torch.from_numpy(past.y), torch.from_numpy(past.length)
    window, length = to_window(y, life, settings.context)
    origin = torch.full_like(length, past.last)
    market = Market.of(y, life, past.first)
    with torch.inference_mode():
        features = build_features(window, length, origin, settings, LEAD_TIME + REVIEW, market)
        quantiles, mean = averaged(pretrained("M"), features)
    months = torch.full((len(y),), float(LEAD_TIME + REVIEW), dtype=torch.float64)
    covered = protection_demand(mean, quantiles, months, DEFAULT_CORRELATION)
    return covered.quantile(torch.full((len(y),), _SERVICE_LEVEL, dtype=torch.float64)).numpy()


@dataclass(frozen=True)
class Replay:
    """orders [n, reviews] units; ordering, holding: money per year, [n]; stock: mean units, [n]; sold, lost: units."""

    orders: Floats
    ordering: Floats
    holding: Floats
    stock: Floats
    sold: float
    lost: float


def _replay(panel: Panel, cutoff: int, costs: Costs, policy: Policy) -> Replay:
    y = panel.y.astype(np.float64)
    usual = y[:, max(0, cutoff - 12) : cutoff].mean(axis=1)
    stock, arriving = 1.5 * usual + SAFETY_STOCK, {cutoff: 3 * usual}
    orders, sold, lost, shelf = [], 0.0, 0.0, np.zeros(len(y))
    for month in range(cutoff, panel.periods):
        if (month - cutoff) % REVIEW == 0:
            position = stock + sum(arriving.values(), np.zeros(len(y)))
            quantity = policy(Day(month - 1, position, _expected(panel, month - 1)))
            orders.append(quantity)
            arriving[month + LEAD_TIME] = quantity
        stock = stock + arriving.pop(month, 0.0)
        served = np.minimum(stock, y[:, month])
        sold, lost = sold + float(served.sum()), lost + float((y[:, month] - served).sum())
        stock = stock - served
        shelf += stock
    years = (panel.periods - cutoff) / 12
    placed = np.stack(orders, axis=1)
    mean = shelf / (panel.periods - cutoff)
    return Replay(
        placed, (placed > 0).sum(axis=1) * costs.order / years, mean * costs.unit * costs.holding, mean, sold, lost
    )


def _expected(panel: Panel, month: int) -> tuple[Floats, Floats]:
    """What the next quarter and the one after it would sell, as it could be foreseen after `month`, [n] each."""
    cumulated = np.pad(panel.y.astype(np.float64).cumsum(axis=1), ((0, 0), (1, 0)))
    item, months = np.arange(len(panel.ids)), np.full(len(panel.ids), month)
    first = panel.periods - panel.length
    start = np.maximum(first, months - 11)
    mean = (cumulated[item, months + 1] - cumulated[item, start]) / np.maximum(months + 1 - start, 1)
    now, later = (quarter_forecast(cumulated, item, months, mean, first, quarter) for quarter in (0, 1))
    return now, later


def _quantities(panel: Panel, cutoff: int, replays: dict[str, Replay]) -> pl.DataFrame:
    """Chosen quantities at the first review beside what the two quarters that they serve then sold."""
    actual = panel.y[:, cutoff : cutoff + LEAD_TIME + REVIEW].sum(axis=1)
    columns: dict[str, Any] = {"item": panel.ids, "sold_in_six_months": actual.astype(np.float64)}
    columns |= {name: replay.orders[:, 0] for name, replay in replays.items()}
    return pl.DataFrame(columns).sort("sold_in_six_months", "item", descending=[True, False])


def _costs(replays: dict[str, Replay]) -> pl.DataFrame:
    rows = []
    for name, replay in replays.items():
        ordering, holding = float(replay.ordering.sum()), float(replay.holding.sum())
        rows.append(
            {
                "policy": name,
                "orders": int((replay.orders > 0).sum()),
                "ordering": ordering,
                "holding": holding,
                "total": ordering + holding,
                "average_stock": float(replay.stock.sum()),
                "units_lost": replay.lost,
                "fill_rate": replay.sold / max(replay.sold + replay.lost, 1e-9),
            }
        )
    return pl.DataFrame(rows)
