"""What an order comes to after changes, and whether it may: totals, the minimum, what holds it. Nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from backend.errors import Conflict
from backend.money import line_total, shown
from backend.sales import checking
from backend.sales.changes import Changes, Keep, LineAs, OrderAs
from backend.sales.tables import Order, OrderHold
from backend.sales.terms import Terms, snapshot
from backend.sales.totals import ZERO
from backend.work import Work


def order_after(order: Order, changes: Changes, terms: Terms, before: OrderAs, lines: tuple[LineAs, ...]) -> OrderAs:
    """The order with its new lines; totals are worked out anew where an amount or a tax rate differs."""
    money = [(line.total, line.tax_rate) for line in lines]
    same = money == [(line.total, line.tax_rate) for line in before.lines]
    requested, reference = changes.requested_date, changes.customer_reference
    return OrderAs(
        lines=lines,
        totals=before.totals if same else terms.totals(money, _delivery(order, terms, before)),
        requested_date=before.requested_date if isinstance(requested, Keep) else requested,
        customer_reference=before.customer_reference if isinstance(reference, Keep) else reference or None,
        address=before.address if changes.address is None else snapshot(order.customer, changes.address),
        payment_method=changes.payment_method or before.payment_method,
        payment_days=before.payment_days if changes.payment_days is None else changes.payment_days,
    )


def _delivery(order: Order, terms: Terms, before: OrderAs) -> Decimal | None:
    """The delivery charge that stays: one that was agreed, or that of an order of which a part has left.

    None where it follows from the goods.
    """
    usual = terms.totals([(line.total, line.tax_rate) for line in before.lines]).delivery
    fixed = order.delivery != usual or _has_left(order)
    return order.delivery if fixed else None


def _has_left(order: Order) -> bool:
    return any(line.shipped for line in order.lines)


def require_minimum(order: Order, terms: Terms, before: OrderAs, after: OrderAs) -> None:
    """Conflict where an order of which nothing has left falls below the minimum, or further below."""
    goods = after.totals.goods
    if goods < min(terms.minimum, before.totals.goods) and not _has_left(order):
        least, missing = shown(terms.minimum, terms.currency), shown(terms.minimum - goods, terms.currency)
        raise Conflict(
            f"The minimum order is {least} of goods; {missing} would be missing. You can cancel the whole order "
            "instead.",
            code="below_minimum",
        )


def holds_of(work: Work, order: Order, before: OrderAs, after: OrderAs) -> tuple[checking.Hold, ...]:
    """Why the order would be held, where it comes to more than before or grants more of a discount; what holds it
    already is not said again.
    """
    granted = max((line.granted for line in after.lines), default=ZERO)
    if after.total > before.total:
        found = checking.holds(work, order.customer, after.total, granted, besides=order, due=_due(after))
    else:
        passed = checking.discount_passed(work, granted)
        found = [passed] if passed is not None else []
    standing = {hold.reason for hold in order.holds if hold.released_at is None}
    return tuple(hold for hold in found if hold.reason not in standing)


def _due(after: OrderAs) -> Decimal:
    """What of the total is not invoiced yet."""
    invoiced = {line.position: line.line.invoiced for line in after.lines if line.line is not None}
    if not any(invoiced.values()):
        return after.total
    parts = [
        line_total(line.price * (1 + line.tax_rate), line.quantity - invoiced.get(line.position, 0))
        for line in after.lines
    ]
    return sum(parts, ZERO)


def require_holdable(order: Order, holds: Sequence[checking.Hold]) -> None:
    """Conflict where an order would have to be held, and is too far on its way for that."""
    if holds and order.state == "in_fulfilment":
        raise Conflict(
            f"With that, {order.number} would have to wait to be released ({holds[0].detail}), but it is on its way "
            "already. Please place another order for what is to come on top.",
            code="would_be_held",
        )


def let_go(work: Work, order: Order, before: OrderAs, after: OrderAs) -> tuple[OrderHold, ...]:
    """The holds for a limit that the order keeps within now; all others are for people to release."""
    if after.total >= before.total:
        return ()
    standing = [hold for hold in order.holds if hold.released_at is None]
    return tuple(hold for hold in standing if _is_over(work, order, after, hold))


def _is_over(work: Work, order: Order, after: OrderAs, hold: OrderHold) -> bool:
    if hold.reason == "buyer_limit":
        return _within_own_limits(work, order, after.total)
    if hold.reason == "credit_limit":
        return checking.credit_passed(work, order.customer, _due(after), besides=order) is None
    return False


def _within_own_limits(work: Work, order: Order, total: Decimal) -> bool:
    """Whether who placed it, and who changes it, might order that much alone."""
    limits = [order.placed_by.order_limit if order.placed_by else None]
    limits += [work.principal.order_limit] if work.principal.customer_id == order.customer_id else []
    known = [limit for limit in limits if limit is not None]
    return bool(known) and all(total <= limit for limit in known)
