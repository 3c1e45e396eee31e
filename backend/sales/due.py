"""What is still to go out, by the day on which it is promised, or else asked for; authorization is in the query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from backend.sales.queries import visible, whole
from backend.sales.states import OPEN
from backend.sales.tables import Order, OrderLine
from backend.work import Work


@dataclass(frozen=True)
class Due:
    """Orders with open lines due in a stretch of days, soonest first: as many as were asked for, of ``count``.

    ``late`` are the orders with open lines that were due before today, ``undated`` those with no day at all.
    """

    orders: Sequence[tuple[Order, date]]
    count: int
    late: int
    undated: int


def due(work: Work, first: date, last: date, limit: int, customer_id: int | None = None) -> Due:
    """The visible orders, of one customer where it is given, with open lines due from ``first`` to ``last``."""
    day = func.coalesce(OrderLine.promised_date, Order.requested_date, type_=OrderLine.promised_date.type)
    soonest = func.min(day, type_=day.type)
    within = _open(work, customer_id).where(day.between(first, last))
    rows = work.session.execute(
        within.with_only_columns(Order.id, soonest).group_by(Order.id).order_by(soonest, Order.id).limit(limit)
    ).all()
    days = {key: found for key, found in rows}  # noqa: C416 - rows are no tuples
    orders = whole(work, list(days))
    return Due(
        [(order, days[order.id]) for order in orders],
        _count(work, within),
        _count(work, _open(work, customer_id).where(day < work.clock.today())),
        _count(work, _open(work, customer_id).where(day.is_(None))),
    )


def _open(work: Work, customer_id: int | None) -> Select[Any]:
    """The open lines of visible orders."""
    query: Select[Any] = visible(work).join(OrderLine, OrderLine.order_id == Order.id)
    waits: ColumnElement[bool] = OrderLine.reserved + OrderLine.back_ordered > 0
    query = query.where(Order.state.in_(OPEN), waits)
    return query if customer_id is None else query.where(Order.customer_id == customer_id)


def _count(work: Work, query: Select[Any]) -> int:
    keys = query.with_only_columns(Order.id).distinct().subquery()
    return work.session.scalar(select(func.count()).select_from(keys)) or 0
