"""When lines that wait can be promised, worked out anew after stock or purchase orders have changed.

The caller holds the products' levels (``backend.locks``), which guard what their lines wait for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import select

from backend.locks import lock_all, lock_levels
from backend.sales import back_orders
from backend.sales.allocating import Levels
from backend.sales.locking import lock_order, read_again
from backend.sales.states import OPEN
from backend.sales.tables import Order, OrderLine
from backend.work import Work


def waiting(work: Work, product_ids: Iterable[int]) -> Sequence[OrderLine]:
    """The lines of open orders that wait for products, first come first."""
    return work.session.scalars(
        select(OrderLine)
        .join(OrderLine.order)
        .where(OrderLine.product_id.in_(sorted(set(product_ids))), OrderLine.back_ordered > 0, Order.state.in_(OPEN))
        .order_by(Order.placed_at, Order.id, OrderLine.position)
        .execution_options(populate_existing=True)
    ).all()


def lock_waiting(work: Work, product_ids: Collection[int], *, more: Iterable[OrderLine] = ()) -> None:
    """Lock the orders that wait for products, and those of ``more`` lines: all at once, and so in key order."""
    wanted = {line.order_id for line in [*waiting(work, product_ids), *more]}
    lock_all(work.session, work.session.scalars(select(Order).where(Order.id.in_(wanted))).all())
    read_again(work, wanted)


def lock_with_waiting(work: Work, order: Order, more: Collection[int] = ()) -> Levels:
    """``lock_order`` for whoever may give up what an order holds: the orders that wait for it are locked with it.

    One after the other would be out of key order, and two who cancel at once could wait for each other.
    """
    lines = work.session.scalars(select(OrderLine).where(OrderLine.order_id == order.id)).all()
    product_ids = {*(line.product_id for line in lines), *more}
    lock_levels(work.session, product_ids)
    lock_waiting(work, product_ids, more=lines)
    return lock_order(work, order, more)


def repromise(work: Work, product_ids: Collection[int], kind: str, lost: Mapping[int, int] | None = None) -> None:
    """Promise the lines that wait for products anew, first come first; orders whose dates change tell so as ``kind``.

    ``lost`` is how much lines (by key) have just had to give back: their orders tell so in any case. All these orders
    are locked (``lock_waiting``).
    """
    lost = lost or {}
    changed: dict[int, list[OrderLine]] = {}
    for line in waiting(work, product_ids):
        day = back_orders.promised(work, line)
        if day != line.promised_date or line.id in lost:
            line.promised_date = day
            changed.setdefault(line.order_id, []).append(line)
    for _, lines in sorted(changed.items()):
        order = lines[0].order
        order.version += 1
        back_orders.tell(work, order, kind, {line.id: lost.get(line.id, 0) for line in lines}, lines)
