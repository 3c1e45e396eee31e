"""Working out what an order would be after changes. Nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from backend.catalogue.tables import Product
from backend.customers import queries as customers
from backend.errors import Conflict, Invalid
from backend.identity.permissions import Permission
from backend.sales import carts, changeable
from backend.sales.changed_lines import Target, as_it_is, lines_of
from backend.sales.changed_totals import holds_of, let_go, order_after, require_holdable, require_minimum
from backend.sales.changes import Changes, Plan
from backend.sales.planning import planned
from backend.sales.tables import Order, OrderLine
from backend.sales.terms import terms_for
from backend.work import Work

LONGEST_REFERENCE: Final = 80
LONGEST_TERMS: Final = 365


def replan(work: Work, order: Order, changes: Changes, free: Mapping[int, int]) -> Plan:
    """What an order would be; ``free`` is what may be promised of each product (by key) now.

    Raises Conflict, with what is possible instead, where the order is too far on its way, below the minimum, or could
    not be held though it would have to be; Invalid for what makes no sense; NotFound for another's address.
    """
    parts = planned(work, order)
    changeable.require_changeable(order, changes, parts)
    changes = _sensible(work, order, changes)
    went = str(order.delivery_address["country"]) if order.delivery_address else order.customer.country
    goes = changes.address.country if changes.address is not None else went
    terms = terms_for(work, order.customer, goes)
    before = as_it_is(order, terms)
    targets = _targets(order, changes, parts)
    lines = lines_of(work, order, changes, terms, targets, free, taxed_anew=goes != went)
    if not lines:
        raise Conflict(f"That would leave nothing of {order.number}. Cancel the order instead.", code="last_line")
    after = order_after(order, changes, terms, before, lines)
    require_minimum(order, terms, before, after)
    removed = tuple(target.line for target in targets if target.line is not None and not target.quantity)
    holds = holds_of(work, order, before, after)
    require_holdable(order, holds)
    return Plan(order, before, after, removed, holds, let_go(work, order, before, after))


def _sensible(work: Work, order: Order, changes: Changes) -> Changes:
    """The changes with the payment method as it is kept; Invalid, NotFound or NotAllowed for what makes no sense."""
    if changes.empty:
        raise Invalid("Say what is to be changed.", code="nothing_to_change")
    if {*changes.cancel} & {*changes.quantities, *changes.swaps}:
        raise Invalid("A line is either changed or cancelled, not both.", code="line_named_twice")
    requested, reference = changes.requested_date, changes.customer_reference
    if isinstance(requested, date) and requested < work.clock.today():
        raise Invalid("The delivery date asked for is in the past.", code="date_in_past")
    if isinstance(reference, str) and len(reference) > LONGEST_REFERENCE:
        raise Invalid(f"A reference has at most {LONGEST_REFERENCE} characters.", code="too_long")
    if changes.payment_days is not None:
        work.principal.require(Permission.RELEASE_HOLDS, "Payment terms are set by our managers.")
        if not 0 <= changes.payment_days <= LONGEST_TERMS:
            raise Invalid(f"Payment is due in 0 to {LONGEST_TERMS} days.", code="invalid_terms")
    if changes.address is not None:
        customers.delivery_address(work, order.customer, changes.address.id)
    if changes.payment_method is None:
        return changes
    return replace(changes, payment_method=customers.payment_method(work, order.customer, changes.payment_method))


def _targets(order: Order, changes: Changes, parts: Mapping[int, int]) -> list[Target]:
    """What each line is to be, and the lines that are new."""
    targets = [_target(line, changes, parts) for line in order.lines if changeable.ordered(line)]
    for product, quantity in changes.add:
        targets = _added(order, targets, product, quantity)
    if len(targets) > carts.MOST_LINES:
        raise Invalid(f"An order has at most {carts.MOST_LINES} lines.", code="too_many_lines")
    for target in targets:
        _require_orderable(target)
        if not target.same:
            _require_once(target, targets)
    return targets


def _target(line: OrderLine, changes: Changes, parts: Mapping[int, int]) -> Target:
    keeps = line.shipped + parts.get(line.id, 0)
    if line.position in changes.cancel:
        return Target(line, line.position, line.product, keeps, keeps, as_agreed=True)
    quantity = changes.quantities.get(line.position, changeable.ordered(line))
    product = changes.swaps.get(line.position, line.product)
    if line.position in changes.swaps:
        _require_variant(line.product, product)
    return Target(line, line.position, product, quantity, keeps)


def _require_variant(old: Product, new: Product) -> None:
    if old.family_id is None or old.family_id != new.family_id or old.id == new.id:
        raise Conflict(
            f"{old.name} can be swapped for another variant of it only, and {new.name} is none. You can take the line "
            "out and add the other product instead.",
            code="not_a_variant",
            sku=new.sku,
        )


def _added(order: Order, targets: list[Target], product: Product, quantity: int) -> list[Target]:
    """With a product more: more of the line it has already, where nothing of that is in a shipment, or a new line."""
    if quantity < 1:
        raise Invalid("A quantity has to be at least 1.", code="quantity_too_small")
    for at, target in enumerate(targets):
        if target.product.id == product.id and target.quantity and not target.keeps:
            return [*targets[:at], replace(target, quantity=target.quantity + quantity), *targets[at + 1 :]]
    last = max([line.position for line in order.lines] + [target.position for target in targets])
    return [*targets, Target(None, last + 1, product, quantity)]


def _require_orderable(target: Target) -> None:
    """Conflict for what is no longer sold, Invalid for a quantity that may not be ordered, with its nearest fits."""
    if target.untouched or target.as_agreed or not target.quantity:
        return
    if target.quantity < 0:
        raise Invalid("A quantity has to be at least 1, or 0 to take the line out.", code="quantity_too_small")
    less = target.line is not None and target.same and target.quantity < changeable.ordered(target.line)
    if not less:
        carts.require_sold(target.product)
    carts.check_quantity(target.product, target.quantity)


def _require_once(target: Target, targets: list[Target]) -> None:
    """Conflict for a product that another line, which may still be changed, has already."""
    for other in targets:
        if other is not target and other.product.id == target.product.id and other.quantity and not other.keeps:
            raise Conflict(
                f"{target.product.name} is on line {other.position} already. Change the quantity there instead.",
                code="already_in_order",
                sku=target.product.sku,
                position=other.position,
            )
