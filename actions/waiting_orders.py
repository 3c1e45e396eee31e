"""Purchase orders by their number: a manager's yes or no to one above a buyer's limit, and that one has been sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from actions import texts, texts_purchases
from actions import texts_replenish as words
from actions.context import Context
from actions.drafts import Draft, Tap
from actions.goods_in import CAME
from actions.memory import Confirmation
from actions.papers_at_hand import named
from actions.reasons import split_reason
from actions.registry import command
from actions.showing import counted, day_text, price_text
from backend.catalogue.quantities import said, said_with_packs
from backend.chat.cards import CartLineView, DocumentCard, Fact, RecordCard
from backend.errors import Stale
from backend.identity.permissions import Permission
from backend.money import rounded
from backend.purchasing import queries, service, sheet_api
from backend.purchasing.receiving import open_quantity
from backend.purchasing.tables import PurchaseOrder, PurchaseOrderLine
from backend.settings import settings

_STEPS: Final = (
    ("approve", re.compile(r"\b(?:approve|accept|agree|sign\s+off|release|okay|yes\s+to|go\s+ahead)\b", re.IGNORECASE)),
    ("reject", re.compile(r"\b(?:reject|refuse|decline|turn\s+down|call\s+off|cancel|no\s+to)\b", re.IGNORECASE)),
    ("send", re.compile(r"\b(?:mark|is|has\s+been|was|have)\b.*\bsent\b|^\s*(?:i\s+)?sent\b", re.IGNORECASE)),
)  # fmt: skip
_ALL_WELL: Final = re.compile(r"^(?!.*\b(?:approve|reject|cancel)\b).*\bokay\b", re.IGNORECASE | re.DOTALL)
_TABLE: Final = re.compile(r"\b(?:csv|table|spreadsheet|excel)\b", re.IGNORECASE)


def concerns(context: Context) -> bool:
    """Whether a purchase order is named that is wanted as a table, is to be approved, called off, or marked as sent."""
    if named(context, "PO") is not None and _TABLE.search(context.text):
        return True
    return (
        context.work.principal.may(Permission.APPROVE_PURCHASES)
        and named(context, "PO") is not None
        and "?" not in context.text
        and _step(context.text) is not None
        and not (CAME.search(context.text) and _ALL_WELL.search(context.text))
    )


def _step(text: str) -> str | None:
    return next((name for name, pattern in _STEPS if pattern.search(text)), None)


def handle(context: Context) -> list[Draft]:
    """Show the purchase order, and ask for a yes."""
    order = queries.by_number(context.work, named(context, "PO") or "")
    if _TABLE.search(context.text):
        url = sheet_api.link(settings(), context.work.principal, order.number)
        card = DocumentCard(title=words.TABLE_OF, number=order.number, url=url)
        return [Draft(words.TABLE_HERE.format(number=order.number), card)]
    step = _step(context.text) or ""
    if step == "approve" and order.state != "proposed":
        return [Draft(words.ORDER_STATE.format(number=order.number, state=order.state.replace("_", " ")))]
    _, reason = split_reason(context.text)
    arguments = {"number": order.number, "version": order.version, "step": step, "reason": reason}
    context.memory.confirmation = Confirmation(command="purchase.step", arguments=arguments)
    facts = {"number": order.number, "supplier": order.supplier.name, "total": context.money(order.total)}
    asked = {"approve": words.ORDER_ASK, "reject": words.ORDER_REJECT_ASK, "send": words.SEND_ASK}[step]
    title = words.ORDER_APPROVE_YES if step == "approve" else texts.HOUSE_YES
    taps = (Tap(title, "purchase.step", arguments), Tap(texts.NO_LEAVE, "confirmation.no"))
    return [Draft(asked.format(lines=counted(len(order.lines), "line"), **facts), card_of(context, order), taps)]


@command("purchase.step")
def step(context: Context, arguments: Mapping[str, Any], _shown_hash: str | None) -> list[Draft]:
    """What was agreed to, if the purchase order still is what was shown."""
    context.memory.confirmation = None
    order = queries.by_number(context.work, arguments["number"])
    if order.version != arguments["version"]:
        raise Stale(words.ORDER_MOVED.format(number=order.number), code="purchase_order_changed")
    if arguments["step"] == "approve":
        service.approve_waiting(context.work, order)
        return [Draft(words.ORDER_APPROVED.format(number=order.number, day=day_text(order.expected_date)))]
    if arguments["step"] == "send":
        service.send(context.work, order)
        return [Draft(words.SENT_NOW.format(number=order.number, day=day_text(order.expected_date)))]
    reason = arguments["reason"] or words.REJECTED_BY.format(name=context.work.principal.name)
    service.cancel(context.work, order, reason)
    return [Draft(words.ORDER_REJECTED.format(number=order.number))]


def card_of(context: Context, order: PurchaseOrder) -> RecordCard:
    """The purchase order with its lines, and what of them is still to come where a part of it has."""
    lines = [
        CartLineView(
            position=line.position,
            sku=line.product.sku,
            name=line.product.name,
            quantity=line.quantity,
            quantity_text=said_with_packs(line.product, list(line.product.packs), line.quantity),
            price=price_text(context, line.product, line.cost),
            total=context.money(rounded(line.cost * line.quantity)),
            stock=_to_come(order, line),
        )
        for line in order.lines
    ]
    facts = [
        Fact(label="Supplier", value=order.supplier.name),
        Fact(label="State", value=order.state.replace("_", " ")),
        Fact(label="Expected", value=day_text(order.expected_date)),
    ]
    return RecordCard(title=f"{order.number}", facts=facts, lines=lines, total=context.money(order.total))


def _to_come(order: PurchaseOrder, line: PurchaseOrderLine) -> str:
    left = open_quantity(line) if order.state == "part_received" else 0
    return texts_purchases.STILL_TO_COME.format(quantity=said(line.product, left)) if left else ""
