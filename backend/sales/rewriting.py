"""Writing what an order is after its changes: allocations given back and made, lines, details and totals."""

from __future__ import annotations

from typing import Any

from backend.sales.allocating import Levels, allocations, give_up, reserve_all
from backend.sales.changes import LineAs, Plan
from backend.sales.passing_on import Moved
from backend.sales.planning import Quantities, plannable
from backend.sales.tables import OrderLine
from backend.sales.totals import ZERO
from backend.work import Work


def rewrite(work: Work, plan: Plan, levels: Levels) -> Moved:
    """Do what a plan says, on a locked order and its locked levels; what came free and what is waited for."""
    moved = Moved()
    spare = plannable(work, plan.order)
    for line in plan.removed:
        _note(moved, line, 0, 0)
        _give_back(work, line, line.reserved, spare, levels)
        with work.session.no_autoflush:
            line.cancelled += line.reserved + line.back_ordered
            line.reserved = line.back_ordered = 0
            line.total = ZERO
    missing = [_write(work, plan, as_, spare, levels, moved) for as_ in plan.after.lines]
    _write_details(plan)
    work.session.flush()
    wanted = [(line, count) for line, count in missing if count]
    taken = reserve_all(work, wanted, levels)
    assert taken == [count for _, count in wanted], "what was free is still free: the levels are locked"
    return moved


def _write(
    work: Work, plan: Plan, as_: LineAs, spare: dict[int, Quantities], levels: Levels, moved: Moved
) -> tuple[OrderLine, int]:
    """Write a line; with how much is still to be reserved for it."""
    line = as_.line
    if line is None:
        line = OrderLine(position=as_.position, **_figures(as_))
        plan.order.lines.append(line)
        _queue(moved, as_.product.id, as_.back_ordered)
        return line, as_.reserved
    same = line.product_id == as_.product.id
    keeps = as_.reserved if same else 0
    _note(moved, line, keeps, as_.back_ordered if same else 0)
    if not same:
        _queue(moved, as_.product.id, as_.back_ordered)
    _give_back(work, line, line.reserved - keeps, spare, levels)
    missing = max(0, keeps - line.reserved) if same else as_.reserved
    with work.session.no_autoflush:  # half of this would break the line's sums
        for name, value in _figures(as_).items():
            setattr(line, name, value)
    return line, missing


def _figures(as_: LineAs) -> dict[str, Any]:
    return {
        "product_id": as_.product.id,
        "product": as_.product,
        "quantity": as_.quantity + as_.cancelled,
        "cancelled": as_.cancelled,
        "list_price": as_.list_price,
        "discount": as_.discount,
        "price": as_.price,
        "tax_rate": as_.tax_rate,
        "total": as_.total,
        "reserved": as_.reserved,
        "back_ordered": as_.back_ordered,
        "promised_date": as_.promised_date,
    }


def _give_back(work: Work, line: OrderLine, quantity: int, spare: dict[int, Quantities], levels: Levels) -> None:
    """Give back what is reserved for a line and in no shipment, the newest allocation first."""
    if quantity <= 0:
        return
    by_warehouse = {level.warehouse_id: level for level in levels[line.product_id]}
    for held in allocations(work, line):
        parts = spare.get(held.warehouse_id, {})
        back = min(quantity, held.quantity, parts.get(line.id, 0))
        if back:
            give_up(work, held, back, by_warehouse[held.warehouse_id])
            parts[line.id] -= back
            quantity -= back
    assert not quantity, "what a plan takes off is in no shipment"


def _note(moved: Moved, line: OrderLine, reserved: int, back_ordered: int) -> None:
    if reserved < line.reserved:
        moved.freed.add(line.product_id)
    _queue(moved, line.product_id, back_ordered - line.back_ordered)


def _queue(moved: Moved, product_id: int, difference: int) -> None:
    if difference:
        moved.queued.add(product_id)


def _write_details(plan: Plan) -> None:
    order, before, after = plan.order, plan.before, plan.after
    order.requested_date, order.customer_reference = after.requested_date, after.customer_reference
    order.payment_method, order.payment_days = after.payment_method, after.payment_days
    if after.address != before.address:
        order.delivery_address = dict(after.address) if after.address else None
    if after.totals != before.totals:
        order.delivery, order.tax, order.total = after.totals.delivery, after.totals.tax, after.totals.total
