"""Changing an order that was placed: first what it would be, to be agreed to; then all of it at once, or nothing."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from backend.catalogue.tables import Product
from backend.company.service import record
from backend.customers.tables import Address
from backend.database import now
from backend.errors import Stale
from backend.events.service import publish
from backend.locks import lock_customer, lock_levels
from backend.sales import carts
from backend.sales.allocating import Levels, available
from backend.sales.changes import Changes, Plan
from backend.sales.holds import let_expire, let_go
from backend.sales.passing_on import pass_on
from backend.sales.replanning import replan
from backend.sales.repromising import lock_with_waiting
from backend.sales.rewriting import rewrite
from backend.sales.states import ORDER
from backend.sales.tables import Order, OrderHold
from backend.shipping.service import follow
from backend.stock import watching
from backend.stock.queries import positions
from backend.work import Work


def preview(work: Work, order: Order, changes: Changes) -> Plan:
    """What an order would be, without writing anything; its ``fingerprint`` is what a person agrees to."""
    carts.require_for(work, order.customer)
    products = {line.product_id for line in order.lines} | {product.id for product in changes.products}
    stock = positions(work.session, products)
    return replan(work, order, changes, {key: max(0, position.available) for key, position in stock.items()})


def locked(work: Work, order: Order, products: Collection[Product] = ()) -> Levels:
    """Lock what changing an order needs: the customer where it has a credit limit, stock, the order, in this order."""
    if order.customer.credit_limit is not None:
        lock_customer(work.session, order.customer_id)
    return lock_with_waiting(work, order, [product.id for product in products])


def change(
    work: Work, order: Order, changes: Changes, *, agreed: str | None = None, reason: str | None = None
) -> Order:
    """Change an order as ``preview`` says, all of it or nothing.

    Changed lines get today's price for their quantity, unchanged ones keep theirs; tax, delivery and total follow. What
    is short is back-ordered; what comes free goes to whoever waits for it. It may be held (again), or let go where it
    keeps within a limit now. Stale where it is not what was ``agreed`` to (a fingerprint) any more; otherwise raises as
    ``backend.sales.replanning.replan`` does.
    """
    carts.require_for(work, order.customer)
    levels = locked(work, order, changes.products)
    plan = replan(work, order, changes, {key: available(rows) for key, rows in levels.items()})
    if agreed is not None and plan.fingerprint != agreed:
        raise Stale("The order has changed since it was shown. Please look at it again.", code="order_changed")
    if not plan.differs:
        return order
    free = watching.free(levels)
    moved = rewrite(work, plan, levels)
    order.version += 1
    _tell(work, plan, reason)
    if plan.holds:
        _hold(work, plan)
    if plan.let_go:
        watching.tell(work, free, watching.free(levels))
        _let_go(work, plan, levels)
        free = watching.free(levels)
    if order.state == "on_hold":
        let_expire(work, order)
    follow(work, order)
    work.session.flush()
    pass_on(work, moved)
    watching.tell(work, free, watching.free(lock_levels(work.session, levels)))
    work.session.flush()
    return order


# ---- one thing at a time -------------------------------------------------------------------------------------------


def change_quantity(work: Work, order: Order, position: int, quantity: int) -> Order:
    """More or less of a line, in sales units; 0 takes it out."""
    return change(work, order, Changes(quantities={position: quantity}))


def add_line(work: Work, order: Order, product: Product, quantity: int) -> Order:
    """A product more; where the order has it already, more of it."""
    return change(work, order, Changes(add=[(product, quantity)]))


def remove_line(work: Work, order: Order, position: int) -> Order:
    """Take a line out."""
    return change(work, order, Changes(quantities={position: 0}))


def swap_line(work: Work, order: Order, position: int, product: Product) -> Order:
    """Another variant of the same product instead, at its own price."""
    return change(work, order, Changes(swaps={position: product}))


def change_address(work: Work, order: Order, address: Address) -> Order:
    """To another of the customer's addresses."""
    return change(work, order, Changes(address=address))


def change_payment(work: Work, order: Order, method: str, *, days: int | None = None) -> Order:
    """Paid by another of the customer's payment methods (its label), or on account; ``days`` are set by managers."""
    return change(work, order, Changes(payment_method=method, payment_days=days))


def change_requested_date(work: Work, order: Order, requested: date | None) -> Order:
    """Wanted on another day, or as soon as can be."""
    return change(work, order, Changes(requested_date=requested))


def change_reference(work: Work, order: Order, reference: str | None) -> Order:
    """Another customer's reference, or none."""
    return change(work, order, Changes(customer_reference=reference))


# ---- what follows from it ------------------------------------------------------------------------------------------


def _hold(work: Work, plan: Plan) -> None:
    """Hold the order (for more reasons)."""
    order = plan.order
    if order.state != "on_hold":
        order.state = ORDER.require(order.state, "on_hold")
    order.holds += [OrderHold(reason=hold.reason, detail=hold.detail) for hold in plan.holds]
    payload = {"number": order.number, "reasons": [hold.reason for hold in plan.holds]}
    after = {"state": order.state, **payload}
    record(work, "order.held", "order", order.number, after=after, on_behalf_of=_behalf(work, order))
    publish(work, "order.held", "order", order.number, payload, customer_id=order.customer_id)


def _let_go(work: Work, plan: Plan, levels: Levels) -> None:
    """End the holds whose reason is gone; with the last of them the order goes on."""
    order = plan.order
    for hold in plan.let_go:
        hold.released_at = now()
    left = [hold.reason for hold in order.holds if hold.released_at is None]
    if not left and order.state == "on_hold":
        let_go(work, order, levels)
    reasons = [hold.reason for hold in plan.let_go]
    after = {"state": order.state, "released": reasons, "held": left}
    record(work, "order.released", "order", order.number, after=after, on_behalf_of=_behalf(work, order))
    if order.state == "placed":
        payload = {"number": order.number, "reasons": reasons}
        publish(work, "order.released", "order", order.number, payload, customer_id=order.customer_id)


def _behalf(work: Work, order: Order) -> int | None:
    return order.customer_id if work.principal.customer_id != order.customer_id else None


def _tell(work: Work, plan: Plan, reason: str | None) -> None:
    order = plan.order
    before, after = plan.difference()
    why: dict[str, Any] = {"reason": reason} if reason else {}
    behalf = _behalf(work, order)
    record(work, "order.changed", "order", order.number, before=before, after={**after, **why}, on_behalf_of=behalf)
    payload = {"number": order.number, "change": "changed", "before": before, "after": after, **why}
    publish(work, "order.changed", "order", order.number, payload, customer_id=order.customer_id)
