"""replenish: what the buyer should order, why, and approving it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from actions import texts
from actions.context import Context, ModelCall
from actions.drafts import Draft, Tap
from actions.memory import Confirmation, Shown
from actions.registry import command, skill
from actions.showing import counted, listed
from backend.catalogue.quantities import said, said_with_packs
from backend.chat.cards import PurchaseOrderRow, PurchaseOrdersCard, ReplenishmentCard, ReplenishmentRow
from backend.errors import Unavailable
from backend.purchasing import replenishment, service
from backend.purchasing.replenishment import Proposal

LISTED = 40
EXPLAINED = 5


def _found(context: Context) -> list[Proposal]:
    candidates = replenishment.gather(context.work)
    if not candidates:
        return []
    inputs, parameters = replenishment.request(candidates, context.today)
    outputs = context.model(ModelCall(replenishment.MODEL, inputs, parameters))
    if "unavailable" in outputs:
        raise Unavailable(str(outputs["unavailable"]), code="model_server_unavailable")
    return replenishment.proposals(candidates, outputs)


@skill("replenish")
def replenish(context: Context) -> list[Draft]:
    """What should be ordered now, with supplier, quantity and reason."""
    found = _found(context)
    if not found:
        return [Draft(texts.REPLENISH_NONE)]
    return [_shown(context, found)]


def _shown(context: Context, found: Sequence[Proposal], lead: str = "") -> Draft:
    by_supplier: dict[str, Decimal] = {}
    for one in found:
        name = one.candidate.terms.supplier.name
        by_supplier[name] = by_supplier.get(name, Decimal(0)) + one.total
    text = texts.REPLENISH.format(
        count=len(found),
        value=context.money(sum(by_supplier.values(), Decimal(0))),
        suppliers=counted(len(by_supplier), "supplier"),
    )
    first = listed(f"{said(one.candidate.product, one.quantity)} {one.candidate.product.name}" for one in found[:3])
    rows = [_row(context, one) for one in found[:LISTED]]
    context.memory.shown = Shown(kind="replenishment", keys=[row.sku for row in rows])
    context.memory.explanation = [f"{row.name}: {row.reason}" for row in rows[:EXPLAINED]]
    context.memory.confirmation = Confirmation(
        command="replenishment.approve", arguments={"agreed": replenishment.fingerprint(found)}
    )
    card = ReplenishmentCard(
        title="What to order now",
        rows=rows,
        totals=[f"{name}: {context.money(total)}" for name, total in sorted(by_supplier.items())],
        more=max(0, len(found) - LISTED),
    )
    agreed = replenishment.fingerprint(found)
    taps = (Tap(texts.APPROVE, "replenishment.approve", {"agreed": agreed}, agreed), Tap("Not now", "confirmation.no"))
    return Draft(f"{lead} {text} {first}.".strip(), card=card, taps=taps)


def _row(context: Context, one: Proposal) -> ReplenishmentRow:
    product, position = one.candidate.product, one.candidate.position
    weeks = max(1, round(one.protection_days / 7))
    cover = "no demand to cover" if one.days_of_cover is None else f"{one.days_of_cover:.0f} days of cover"
    reason = (
        f"{cover}; {weeks} weeks of lead time plus review need {said(product, round(one.forecast))} "
        f"plus {said(product, round(one.safety_stock))} safety stock; "
        f"position {said(product, one.position)} (on hand {said(product, position.on_hand)}, "
        f"reserved {said(product, position.reserved + position.back_ordered)}, "
        f"on order {said(product, position.on_order)})"
    )
    if one.rounding >= 1:
        reason += f"; {said(product, round(one.rounding))} more for pack and minimum"
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
        on_order=position.on_order,
        demand=round(one.forecast, 1),
        safety_stock=round(one.safety_stock, 1),
        period_text=f"{weeks} weeks (lead time plus review)",
        reason=reason,
    )


@command("replenishment.approve")
def approve(context: Context, arguments: Mapping[str, Any], _shown_hash: str | None) -> list[Draft]:
    """Create the purchase orders, if nothing they rest on has changed since they were shown."""
    context.memory.confirmation = None
    found = _found(context)
    if not found:
        return [Draft(texts.REPLENISH_NONE)]
    if replenishment.fingerprint(found) != arguments["agreed"]:
        return [_shown(context, found, texts.REPLENISH_STALE)]
    orders = service.approve(context.work, found)
    rows = [
        PurchaseOrderRow(
            number=order.number,
            supplier=order.supplier.name,
            lines=len(order.lines),
            total=context.money(order.total),
            expected_date=order.expected_date,
        )
        for order in orders
    ]
    text = texts.APPROVED.format(count=counted(len(orders), "purchase order"))
    return [Draft(text, card=PurchaseOrdersCard(title="Purchase orders", orders=rows))]
