"""The lines of a proposal as a card shows them, with what to look at first and what can't be proposed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from actions import texts_replenish as texts
from actions.context import Context
from actions.showing import day_text, price_text
from backend.catalogue.quantities import said, said_with_packs
from backend.chat.cards import ReplenishmentRow
from backend.purchasing.attention import Attention
from backend.purchasing.replenishment import Proposal, SetAside
from backend.purchasing.wording import missing

MOST_OF_A_KIND: Final = 4
MOST_SET_ASIDE: Final = 10
WEEK: Final = 7
_KINDS: Final = {
    "runs_out": "running out before a delivery",
    "late_delivery": "late",
    "slow_supplier": "slow suppliers",
    "short_supplier": "short suppliers",
    "wrong_forecast": "forecasts to doubt",
    "overstock": "overstocked",
    "dead_stock": "not selling",
}


def exceptions_of(found: Sequence[Attention], most: int = MOST_OF_A_KIND) -> list[str]:
    """What to look at first, the weightiest few of each kind."""
    by_kind: dict[str, list[str]] = {}
    for one in found:
        by_kind.setdefault(one.kind, []).append(one.text)
    lines: list[str] = []
    for kind, sentences in by_kind.items():
        lines += sentences[:most]
        if len(sentences) > most:
            lines.append(f"{texts.AND_MORE.format(count=len(sentences) - most)} {_KINDS[kind]}")
    return lines


def set_aside_of(found: Sequence[SetAside]) -> list[str]:
    """What can't be proposed and what it lacks."""
    lines = [f"{one.product.name} ({one.product.sku}): {missing(one.missing)}" for one in found[:MOST_SET_ASIDE]]
    more = len(found) - MOST_SET_ASIDE
    return [*lines, texts.AND_MORE.format(count=more)] if more > 0 else lines


def row_of(context: Context, one: Proposal, grade: str) -> ReplenishmentRow:
    """One line."""
    product, position = one.candidate.product, one.candidate.position
    weeks = max(1, round(one.protection_days / WEEK))
    return ReplenishmentRow(
        sku=product.sku,
        name=product.name,
        supplier=one.candidate.terms.supplier.name,
        quantity=one.quantity,
        quantity_text=said_with_packs(product, list(product.packs), one.quantity),
        cost=context.money(one.total),
        days_of_cover=one.days_of_cover,
        on_hand=position.on_hand,
        reserved=position.reserved + position.back_ordered,
        on_order=one.candidate.on_order,
        demand=round(one.forecast, 1),
        safety_stock=round(one.safety_stock, 1),
        period_text=f"{weeks} weeks (lead time plus review)",
        reason=_reason(one, weeks),
        grade=grade,
        urgency=one.urgency,
        stock_out_date=one.out_on,
        days_after=one.days_after,
        demand_text=demand_text(one),
        price_text=price(context, one),
        note=_note(one),
    )


def demand_text(one: Proposal) -> str:
    """The expected demand with its 80 % interval: "100 (60 to 150)"."""
    product, mean = one.candidate.product, said(one.candidate.product, round(one.forecast))
    if one.forecast_low is None or one.forecast_high is None:
        return mean
    low, high = (said(product, max(0, round(value))) for value in (one.forecast_low, one.forecast_high))
    return f"{mean} ({low} to {high})"


def price(context: Context, one: Proposal) -> str:
    """What a unit costs, and from how many on where a step of the price list is reached."""
    product, text = one.candidate.product, price_text(context, one.candidate.product, one.cost)
    step = one.price_step if one.cost < one.candidate.reckoned().cost else None
    return f"{text} from {said(product, step)}" if step is not None else text


def _note(one: Proposal) -> str:
    if one.urgency != "urgent":
        return f"stock-out about {day_text(one.out_on)}" if one.out_on else ""
    out = one.out_on
    return "out now" if out is None or out <= one.candidate.today else f"urgent: stock-out about {day_text(out)}"


def _reason(one: Proposal, weeks: int) -> str:
    product, position = one.candidate.product, one.candidate.position
    cover = "no demand to cover" if one.days_of_cover is None else f"{one.days_of_cover:.0f} days of cover"
    if one.days_after is not None:
        cover += f", {one.days_after:.0f} with this order"
    reason = (
        f"{cover}; {weeks} weeks of lead time plus review need {said(product, round(one.forecast))} "
        f"plus {said(product, round(one.safety_stock))} safety stock; "
        f"position {said(product, one.position)} (on hand {said(product, position.on_hand)}, "
        f"reserved {said(product, one.candidate.reserved)}, "
        f"on order {said(product, one.candidate.on_order)})"
    )
    if one.for_batch:
        reason += f"; {said(product, one.for_batch)} more to make up an economic batch"
    if one.for_price:
        reason += f"; {said(product, one.for_price)} more to reach the lower price"
    if one.for_minimum > 0:
        reason += f"; {said(product, one.for_minimum)} more to reach the supplier's minimum"
    if one.for_budget:
        reason += f"; {said(product, -one.for_budget)} cut by the budget"
    rest = round(one.rounding) - one.for_batch - one.for_price - one.for_minimum - one.for_budget
    if rest >= 1:
        reason += f"; {said(product, rest)} more for pack and minimum"
    if one.changed:
        reason += f"; changed from {said(product, one.proposed)}"
    return reason
