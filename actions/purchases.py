"""What is on order from suppliers, and what became of an order: "what's coming in this week?", "which POs are still
open?", "who approved PO-50612?".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from actions import texts_purchases as texts
from actions import waiting_orders
from actions.buying import suppliers_named
from actions.context import Context
from actions.drafts import Draft
from actions.language.ahead import read_ahead
from actions.papers_at_hand import named
from actions.purchases_words import Asked, asks_about_one, asks_when, read, without_words
from actions.showing import counted, day_text, listed
from actions.skills import BUYERS
from actions.subjects import CLEAR
from backend.catalogue import queries as catalogue
from backend.catalogue.quantities import said
from backend.catalogue.tables import Product
from backend.chat.cards import TableCard
from backend.identity.tables import Role
from backend.purchasing import listing, queries
from backend.purchasing.deliveries import OPEN_STATES
from backend.purchasing.listing import Sought
from backend.purchasing.tables import PurchaseOrder, Supplier

LISTED: Final = 15
LINES: Final = 5
_STATES: Final[dict[Asked, tuple[str, ...]]] = {
    "open": ("proposed", *OPEN_STATES),
    "coming": OPEN_STATES,
    "late": OPEN_STATES,
    "approval": ("proposed",),
    "unsent": ("approved",),
    "received": ("received",),
    "cancelled": ("cancelled",),
}


@dataclass(frozen=True)
class _Question:
    """What is asked for: which purchase orders, of whom, of what, and when."""

    asked: Asked
    suppliers: Sequence[Supplier]
    product: Product | None
    days: tuple[date, date] | None


def answer(context: Context) -> list[Draft] | None:
    """The answer to a question about purchase orders; None for any other message, and for who does not buy."""
    role = context.work.principal.role
    if role not in BUYERS:
        return None
    number = named(context, "PO")
    if number is not None:
        if not asks_about_one(context.text):
            return None
        context.intent = "replenish"
        return [_one(context, queries.by_number(context.work, number))]
    suppliers = suppliers_named(context)
    asked = read(context.text, of_supplier=bool(suppliers), sells=role is Role.MANAGER)
    if asked is None:
        return None
    product, sure = _product(context, suppliers)
    if not sure:
        return None
    context.intent = "replenish"
    days = read_ahead(context.text, context.today) if asked in ("open", "coming") else None
    return [_told(context, _Question(asked, suppliers, product, days))]


def _product(context: Context, suppliers: Sequence[Supplier]) -> tuple[Product | None, bool]:
    """The product that is asked about, if any, and whether that is clear."""
    index = context.catalogue.index
    bare = without_words(context.text, [f"{one.name} {one.code} {one.country}" for one in suppliers])
    entry = next((entry for word in bare if (entry := index.get(word)) is not None), None)
    if entry is not None:
        return catalogue.by_sku(context.work.session, entry.sku), True
    about = [word for word in bare if index.knows(word.lower())]
    if not about:
        return None, True
    near = index.search(" ".join(about), limit=2)
    if not near or near[0].score < CLEAR or (len(near) > 1 and near[1].score == near[0].score):
        return None, False
    return catalogue.by_sku(context.work.session, near[0].sku), True


# ---- several -------------------------------------------------------------------------------------------------------


def _told(context: Context, question: _Question) -> Draft:
    orders = _found(context, question)
    facts = {
        "what": texts.WHAT[question.asked],
        "whom": texts.FROM.format(suppliers=listed(one.name for one in question.suppliers))
        if question.suppliers
        else "",
        "product": texts.WITH_PRODUCT.format(name=question.product.name) if question.product else "",
        "when": _when(context, question.days),
    }
    if not orders:
        return Draft(texts.NONE.format(**facts))
    late = sum(_days_late(context, order) > 0 for order in orders)
    be = "is" if late == 1 else "are"
    text = texts.LIST.format(
        orders=counted(len(orders), "purchase order"),
        are="is" if len(orders) == 1 else "are",
        value=context.money(sum((order.total for order in orders), Decimal(0))),
        late=texts.LATE.format(count=late, are=be) if late and question.asked != "late" else "",
        more=texts.MORE.format(listed=LISTED) if len(orders) > LISTED else "",
        **facts,
    )
    if asks_when(context.text):
        text = _next(context, orders, facts["whom"]) + " " + text
    return Draft(text + _then(context, question.asked, orders[0]), _table(context, orders[:LISTED]))


def _found(context: Context, question: _Question) -> Sequence[PurchaseOrder]:
    """The purchase orders, what is late in front; not where a later stretch is asked about."""
    keys = tuple(one.id for one in question.suppliers)
    sought = Sought(_STATES[question.asked], keys, question.product.id if question.product else None)
    if question.asked in ("received", "cancelled"):
        return listing.newest(context.work, sought, LISTED)
    if question.asked == "late":
        found = listing.found(context.work, sought)
        return [order for order in found if _days_late(context, order)]
    if question.days is not None:
        first, last = question.days
        sought = replace(sought, first=first if first > context.today else None, last=last)
    return listing.found(context.work, sought)


def _when(context: Context, days: tuple[date, date] | None) -> str:
    if days is None:
        return ""
    first, last = days
    if first > context.today:
        return texts.FROM_TO.format(first=day_text(first), last=day_text(last))
    return texts.BETWEEN.format(last=day_text(last))


def _next(context: Context, orders: Sequence[PurchaseOrder], whom: str) -> str:
    """What is late, and what comes next."""
    late = [order for order in orders if _days_late(context, order)]
    ahead = next((order for order in orders if order.expected_date and not _days_late(context, order)), None)
    sentences = []
    if late:
        days = counted(_days_late(context, late[0]), "day")
        facts = {"number": late[0].number, "whom": whom, "day": day_text(late[0].expected_date), "days": days}
        sentences.append(texts.NEXT_LATE.format(**facts))
    if ahead is not None:
        sentences.append(texts.NEXT.format(whom=whom, number=ahead.number, day=day_text(ahead.expected_date)))
    return " ".join(sentences)


def _then(context: Context, asked: Asked, order: PurchaseOrder) -> str:
    """What there is to say next."""
    if asked == "unsent":
        return texts.TO_SEND.format(number=order.number)
    if asked != "approval":
        return ""
    manager = context.work.principal.role is Role.MANAGER
    return texts.TO_APPROVE.format(number=order.number) if manager else texts.TO_BE_APPROVED


def _table(context: Context, orders: Sequence[PurchaseOrder]) -> TableCard:
    people = listing.names(context.work, [order.created_by_id for order in orders])
    rows = [
        [
            order.number,
            order.supplier.name,
            texts.STATES[order.state],
            day_text(context.work.clock.date_of(order.ordered_at)),
            _expected(context, order),
            context.money(order.total),
            people.get(order.created_by_id or 0, ""),
        ]
        for order in orders
    ]
    return TableCard(title=texts.TITLE, columns=texts.COLUMNS, rows=rows)


def _expected(context: Context, order: PurchaseOrder) -> str:
    late = _days_late(context, order)
    day = day_text(order.expected_date)
    return texts.EXPECTED_LATE.format(day=day, days=counted(late, "day")) if late else day


def _days_late(context: Context, order: PurchaseOrder) -> int:
    """How many days ago it should have come; 0 where it is not late."""
    if order.state not in OPEN_STATES or order.expected_date is None:
        return 0
    return max(0, (context.today - order.expected_date).days)


# ---- one -----------------------------------------------------------------------------------------------------------


def _one(context: Context, order: PurchaseOrder) -> Draft:
    """Who placed and approved a purchase order and when, when it is expected, and what it is for."""
    head = texts.ONE.format(
        number=order.number,
        supplier=order.supplier.name,
        total=context.money(order.total),
        state=texts.STATES[order.state],
    )
    parts = [f"{said(line.product, line.quantity)} × {line.product.name}" for line in order.lines[:LINES]]
    more = len(order.lines) - len(parts)
    lines = texts.FOR.format(lines=listed(parts), more=texts.AND_MORE.format(count=more) if more else "")
    sentences = (head, *_who(context, order), _due(context, order), lines)
    return Draft(" ".join(one for one in sentences if one), waiting_orders.card_of(context, order))


def _who(context: Context, order: PurchaseOrder) -> list[str]:
    """Who proposed or placed a purchase order, approved it, called it off."""
    steps = listing.steps(context.work, order)
    people = listing.names(context.work, (order.created_by_id, order.approved_by_id))
    by, agreed = people.get(order.created_by_id or 0), people.get(order.approved_by_id or 0)
    day = day_text(context.work.clock.date_of(order.ordered_at))
    if by is None:
        found = [texts.ORDERED.format(day=day)]
    elif agreed == by:
        found = [texts.PLACED_ALONE.format(name=by, day=day)]
    elif agreed is not None:
        found = [texts.PROPOSED.format(name=by)]
    else:
        found = [texts.PLACED.format(name=by, day=day)]
    if agreed is not None and agreed != by:
        found.append(texts.APPROVED.format(name=agreed, day=day))
    if order.state == "proposed":
        found.append(texts.NOT_APPROVED)
    called_off = steps.get("cancelled")
    if called_off is not None:
        reason = f": {called_off.reason}" if called_off.reason else ""
        found.append(texts.CANCELLED.format(name=called_off.name or texts.SOMEBODY, reason=reason))
    return found


def _due(context: Context, order: PurchaseOrder) -> str:
    if order.state == "received" and order.received_at is not None:
        return texts.RECEIVED.format(day=day_text(context.work.clock.date_of(order.received_at)))
    if order.state in ("received", "cancelled") or order.expected_date is None:
        return ""
    late = _days_late(context, order)
    day = day_text(order.expected_date)
    return texts.WAS_EXPECTED.format(day=day, days=counted(late, "day")) if late else texts.EXPECTED.format(day=day)
