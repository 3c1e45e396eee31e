"""What there is to tell buyers and managers of what is bought in."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from sqlalchemy import select

from backend.company.service import currency
from backend.events import texts
from backend.events.news_item import News, Read
from backend.events.tables import OutboxEvent
from backend.events.texts import clause
from backend.identity.tables import Role, User
from backend.money import shown
from backend.purchasing.tables import PurchaseOrder
from backend.work import Work


def _people(work: Work, role: Role) -> frozenset[int]:
    return frozenset(work.session.scalars(select(User.id).where(User.active, User.role == role)))


def _news(text: str, people: frozenset[int]) -> News:
    return News(None, text, concerned=people, topic=None)


def _order(work: Work, number: str) -> PurchaseOrder | None:
    return work.session.scalar(select(PurchaseOrder).where(PurchaseOrder.number == number))


def _name(work: Work, user_id: int | None) -> str:
    user = work.session.get(User, user_id) if user_id is not None else None
    return user.name if user is not None else "Quartermaster"


def _facts(work: Work, order: PurchaseOrder) -> dict[str, str]:
    total = shown(order.total, currency(work.session))
    return {"number": order.number, "supplier": order.supplier.name, "total": total}


def _to_approve(work: Work, event: OutboxEvent) -> News | None:
    """To managers, while it waits."""
    order = _order(work, event.key)
    if order is None or order.state != "proposed":
        return None
    who = _name(work, order.created_by_id)
    return _news(texts.PURCHASE_TO_APPROVE.format(who=who, **_facts(work, order)), _people(work, Role.MANAGER))


def _approved(work: Work, event: OutboxEvent) -> News | None:
    """To who asked for it, where another said yes."""
    order = _order(work, event.key)
    if order is None or order.created_by_id is None or order.created_by_id == order.approved_by_id:
        return None
    who = _name(work, order.approved_by_id)
    return _news(texts.PURCHASE_APPROVED.format(who=who, **_facts(work, order)), frozenset({order.created_by_id}))


def _cancelled(work: Work, event: OutboxEvent) -> News | None:
    """To who asked for it, where another called it off."""
    order = _order(work, event.key)
    if order is None or order.created_by_id is None or order.created_by_id == event.user_id:
        return None
    facts = _facts(work, order)
    text = texts.PURCHASE_CANCELLED.format(reason=clause(event.payload.get("reason")), **facts)
    return _news(text, frozenset({order.created_by_id}))


def _proposed(work: Work, event: OutboxEvent) -> News | None:
    """The day's proposal: to buyers; to managers where there are none."""
    lines, suppliers, urgent = (int(event.payload.get(name) or 0) for name in ("lines", "suppliers", "urgent"))
    if not lines:
        return None
    text = texts.REPLENISHMENT.format(
        lines=f"{lines:,} {'product' if lines == 1 else 'products'}",
        suppliers=f"{suppliers} {'supplier' if suppliers == 1 else 'suppliers'}",
        total=shown(Decimal(str(event.payload.get("total") or 0)), currency(work.session)),
        urgent=texts.REPLENISHMENT_URGENT.format(count=urgent) if urgent else "",
    )
    return _news(text, _people(work, Role.BUYER) or _people(work, Role.MANAGER))


def _budget_changed(work: Work, event: OutboxEvent) -> News | None:
    """To the buyer whose own budget it is; the company's to all buyers."""
    if not {"buyer", "after"} <= event.payload.keys():
        return None
    buyer, after = event.payload["buyer"], event.payload["after"]
    people = _people(work, Role.BUYER)
    if buyer is not None:
        people = frozenset(work.session.scalars(select(User.id).where(User.active, User.email == str(buyer))))
    whose = texts.BUDGET_OF_COMPANY if buyer is None else texts.BUDGET_OF_YOURS
    who = _name(work, event.user_id)
    if after is None:
        return _news(texts.BUDGET_TAKEN.format(who=who, whose=whose), people)
    money = shown(Decimal(str(after)), currency(work.session))
    return _news(texts.BUDGET_SET.format(who=who, whose=whose, after=money), people)


READERS: Final[Mapping[str, Read]] = {
    "purchase_order.proposed": _to_approve,
    "purchase_order.approved": _approved,
    "purchase_order.cancelled": _cancelled,
    "replenishment.proposed": _proposed,
    "budget.changed": _budget_changed,
}
