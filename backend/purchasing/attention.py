"""What a buyer should look at first: what can't wait or lies too long, who delivers badly, where a forecast erred."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, Literal

from backend.catalogue.quantities import said
from backend.money import shown
from backend.purchasing import deliveries
from backend.purchasing import wording as words
from backend.purchasing.classes import Sold
from backend.purchasing.replenishment import Proposal
from backend.purchasing.tables import PurchaseOrder, Supplier
from backend.work import Work

Kind = Literal[
    "runs_out", "late_delivery", "slow_supplier", "short_supplier", "wrong_forecast", "overstock", "dead_stock"
]
DEAD_AFTER_DAYS: Final = 180
OVERSTOCK_DAYS: Final = 180
SLOWER_BY_DAYS: Final = 2.0
SHORT_FILL: Final = 0.97
WORSE_THAN_NAIVE: Final = 1.1
IMPORTANT: Final = "AB"


@dataclass(frozen=True)
class Attention:
    """Something to look at first, in a sentence; about a product, a supplier, or one of its purchase orders."""

    kind: Kind
    text: str
    sku: str | None = None
    supplier: str | None = None
    order: str | None = None
    worth: Decimal = Decimal(0)


def attention(
    work: Work, found: Sequence[Proposal], known: Mapping[int, Sold], grades: Mapping[int, str], currency: str = "GBP"
) -> list[Attention]:
    """Everything to look at first: by kind in the order above, within a kind what weighs most."""
    groups = (
        _running_out(found),
        _late(deliveries.late_orders(work), work.clock.today()),
        _suppliers(found, deliveries.records(work)),
        _wrong_forecasts(found, grades),
        _overstock(found, known, work.clock.today(), currency),
        _dead(found, known, work.clock.today(), currency),
    )
    return [one for group in groups for one in group]


def _running_out(found: Iterable[Proposal]) -> list[Attention]:
    urgent = [one for one in found if one.urgency == "urgent" and one.forecast > 0]
    urgent.sort(key=lambda one: (one.out_on or date.max, one.candidate.product.sku))
    return [
        Attention(
            "runs_out",
            _when(one),
            one.candidate.product.sku,
            one.candidate.terms.supplier.name,
            worth=one.total,
        )
        for one in urgent
    ]


def _when(one: Proposal) -> str:
    candidate = one.candidate
    text = words.runs_out(candidate.product.name, one.out_on, candidate.today, candidate.arrives)
    if not candidate.position.on_order:
        return text
    return text + words.on_its_way(
        said(candidate.product, candidate.position.on_order), candidate.position.next_receipt
    )


def _late(orders: Iterable[PurchaseOrder], today: date) -> list[Attention]:
    late = []
    for order in orders:
        assert order.expected_date is not None
        text = words.late(order.number, order.supplier.name, order.expected_date, (today - order.expected_date).days)
        late.append(Attention("late_delivery", text, None, order.supplier.name, order.number, order.total))
    return late


def _suppliers(found: Iterable[Proposal], records: Mapping[int, deliveries.Record]) -> list[Attention]:
    suppliers: dict[int, Supplier] = {one.candidate.terms.supplier_id: one.candidate.terms.supplier for one in found}
    slow, short = [], []
    for key, supplier in sorted(suppliers.items()):
        record = records.get(key, deliveries.NOTHING_KNOWN)
        mean, fill = record.mean_days, record.fill
        if len(record.days) < deliveries.FEWEST or mean is None:
            continue
        if mean >= supplier.lead_time_days + SLOWER_BY_DAYS:
            text = words.slow(supplier.name, mean, supplier.lead_time_days, record.late, len(record.days))
            slow.append(Attention("slow_supplier", text, None, supplier.name))
        if fill is not None and fill < SHORT_FILL:
            text = words.short(supplier.name, fill, record.damaged, len(record.days))
            short.append(Attention("short_supplier", text, None, supplier.name))
    return [*slow, *short]


def _wrong_forecasts(found: Iterable[Proposal], grades: Mapping[int, str]) -> list[Attention]:
    wrong = []
    for one in found:
        product, error = one.candidate.product, one.candidate.forecast.error or {}
        ours, naive = error.get("wape"), error.get("naive_wape")
        important = grades.get(product.id, "C")[0] in IMPORTANT
        if ours is None or naive is None or not important or ours <= naive * WORSE_THAN_NAIVE:
            continue
        text = words.wrong_forecast(product.name, ours, naive)
        wrong.append(Attention("wrong_forecast", text, product.sku, worth=one.cost * round(one.forecast)))
    return sorted(wrong, key=lambda one: (-one.worth, one.sku or ""))


def _overstock(found: Iterable[Proposal], known: Mapping[int, Sold], today: date, currency: str) -> list[Attention]:
    """What is there and coming beyond half a year's demand, and beyond twice what has to be covered."""
    much = []
    for one in found:
        product, days = one.candidate.product, one.days_after
        if one.quantity or days is None or product.id not in known or _is_dead(one, known, today):
            continue
        if days <= max(OVERSTOCK_DAYS, 2 * one.protection_days) or one.surplus < 1:
            continue
        worth = one.candidate.reckoned().cost * int(one.surplus)
        text = words.overstock(product.name, days, said(product, int(one.surplus)), shown(worth, currency))
        much.append(Attention("overstock", text, product.sku, worth=worth))
    return sorted(much, key=lambda one: (-one.worth, one.sku or ""))


def _is_dead(one: Proposal, known: Mapping[int, Sold], today: date) -> bool:
    sales = known.get(one.candidate.product.id)
    return sales is None or sales.last < today - timedelta(days=DEAD_AFTER_DAYS)


def _dead(found: Iterable[Proposal], known: Mapping[int, Sold], today: date, currency: str) -> list[Attention]:
    dead = []
    for one in found:
        product, on_hand = one.candidate.product, one.candidate.position.on_hand
        if on_hand <= 0 or not _is_dead(one, known, today):
            continue
        worth, sales = one.candidate.reckoned().cost * on_hand, known.get(product.id)
        text = words.dead(product.name, said(product, on_hand), shown(worth, currency), sales.last if sales else None)
        dead.append(Attention("dead_stock", text, product.sku, worth=worth))
    return sorted(dead, key=lambda one: (-one.worth, one.sku or ""))
