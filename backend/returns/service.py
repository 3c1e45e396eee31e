"""Returns: asking for one, approving or rejecting it, taking the goods in, settling it.

Only what was delivered comes back. Within the company's return days a return is approved at once, later our people
decide. Whoever asks holds the order's row, so that the same goods can't be asked back twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from backend.billing.credits import credit_return
from backend.billing.refunds import refund
from backend.billing.tables import CreditNote
from backend.company.service import next_number, record
from backend.errors import Conflict, Invalid
from backend.events.service import publish
from backend.identity.permissions import Permission
from backend.locks import lock, lock_all, lock_levels, lock_levels_at
from backend.money import line_total
from backend.returns import exchanges
from backend.returns.checking import Item, is_late, require_returnable, require_sense
from backend.returns.money import as_credited
from backend.returns.queries import shipped_from
from backend.returns.returnable import Returnable, returnable
from backend.sales import back_orders, carts
from backend.sales.locking import lock_without_stock, read_again
from backend.sales.repromising import lock_with_waiting
from backend.sales.states import RETURN
from backend.sales.tables import Order, SalesReturn, SalesReturnLine
from backend.sales.totals import ZERO
from backend.stock import watching
from backend.stock.service import enter
from backend.stock.tables import StockLevel, Warehouse
from backend.work import Work

__all__ = [
    "Arrival",
    "Item",
    "approve",
    "receive",
    "reject",
    "request_return",
    "require_handling",
    "returnable",
    "settle",
]

SCRAPPED: Final = "Scrapped on return"
WITHDRAWN: Final = "Withdrawn by the customer"


def request_return(
    work: Work, order: Order, items: Sequence[Item], *, resolution: str, reason: str | None = None
) -> SalesReturn:
    """Ask for delivered goods to be taken back; approved at once while all of them are within the return days.

    ``resolution``: "refund", "credit" or "exchange". Raises Conflict for goods that are not delivered or come back
    already and for an exchange that can't be, Invalid for what makes no sense, NotAllowed for another's order; changes
    nothing then.
    """
    carts.require_for(work, order.customer)
    require_sense(order, items, resolution)
    if resolution == "exchange":
        exchanges.lock_for(work, order.customer, [item.exchange for item in items if item.exchange])
    lock_without_stock(work, order)
    offers = {offer.line.id: offer for offer in returnable(work, order)}
    require_returnable(order, items, offers)
    late = is_late(items, offers)
    sales_return = SalesReturn(
        number=next_number(work.session, "return"),
        customer_id=order.customer_id,
        customer=order.customer,
        state="requested",
        reason=_short(reason, 200),
        resolution=resolution,
        order_id=order.id,
        order=order,
        requested_by_id=work.principal.user_id or None,
        requested_at=work.clock.now(),
        lines=_lines(work, order, items, offers),
        total=ZERO,
    )
    sales_return.total = _net(sales_return)
    work.session.add(sales_return)
    work.session.flush()
    _tell(work, sales_return, {"state": "requested", "reason": sales_return.reason, "late": late})
    return sales_return if late else _approve(work, sales_return)


def _lines(work: Work, order: Order, items: Sequence[Item], offers: Mapping[int, Returnable]) -> list[SalesReturnLine]:
    """Each with the price and product of its own order line, and its own replacement at its own price."""
    wanted = [(item.exchange, item.quantity) for item in items if item.exchange]
    today = exchanges.prices(work, order.customer, wanted)
    before = {key: offer.returned + offer.under_return for key, offer in offers.items()}
    lines = []
    for item in items:
        line = item.line
        lines.append(
            SalesReturnLine(
                order_line_id=line.id,
                order_line=line,
                product_id=line.product_id,
                product=line.product,
                quantity=item.quantity,
                price=line.price,
                total=credit_of(line.price, before[line.id], item.quantity),
                reason=_short(item.reason, 200),
                exchange_product_id=item.exchange.id if item.exchange else None,
                exchange_product=item.exchange,
                exchange_price=today[item.exchange.id] if item.exchange else None,
            )
        )
        before[line.id] += item.quantity
    return lines


def credit_of(price: Decimal, before: int, quantity: int) -> Decimal:
    """The net credit of more of a line of which ``before`` came back: the parts never add up to more than the whole."""
    return line_total(price, before + quantity) - line_total(price, before)


def approve(work: Work, sales_return: SalesReturn) -> SalesReturn:
    """Agree to take goods back that were asked for late; the replacement of an exchange is ordered now."""
    require_handling(work)
    if sales_return.resolution == "exchange":
        wanted = [line.exchange_product for line in sales_return.lines if line.exchange_product]
        exchanges.lock_for(work, sales_return.customer, wanted)
    lock(work.session, sales_return)
    return _approve(work, sales_return)


def _approve(work: Work, sales_return: SalesReturn) -> SalesReturn:
    before, state = sales_return.state, RETURN.require(sales_return.state, "approved")
    after: dict[str, Any] = {"state": state}
    if sales_return.resolution == "exchange":
        after["exchange_order"] = exchanges.place_replacement(work, sales_return).number
    sales_return.state = state
    sales_return.version += 1
    _tell(work, sales_return, after, before)
    work.session.flush()
    return sales_return


def reject(work: Work, sales_return: SalesReturn, reason: str) -> SalesReturn:
    """Refuse to take goods back, or give up waiting for them; they may be asked back again.

    The replacement of an exchange is cancelled where that is still possible; otherwise it stays an order like others.
    """
    require_handling(work)
    if not reason.strip():
        raise Invalid("Please say why it is rejected; the customer reads it.", code="reason_missing")
    return _end(work, sales_return, reason, "rejected")


def withdraw(work: Work, sales_return: SalesReturn) -> SalesReturn:
    """Keep the goods after all, while none has arrived. Conflict afterwards, NotAllowed for another's return."""
    carts.require_for(work, sales_return.customer)
    return _end(work, sales_return, WITHDRAWN, "withdrawn")


def _end(work: Work, sales_return: SalesReturn, reason: str, why: str) -> SalesReturn:
    replacement = sales_return.exchange_order
    if replacement is not None:
        lock_with_waiting(work, replacement)  # what it gives up goes to who waits for it
    lock(work.session, sales_return)
    before, state = sales_return.state, RETURN.require(sales_return.state, "rejected")
    after: dict[str, Any] = {"state": state, "reason": _short(reason, 300)}
    if replacement is not None:
        cancelled = exchanges.cancel_replacement(work, replacement, f"{sales_return.number} was {why}")
        after |= {"exchange_order": replacement.number, "exchange_order_cancelled": cancelled}
    sales_return.state, sales_return.note = state, after["reason"]
    sales_return.version += 1
    _tell(work, sales_return, after, before)
    work.session.flush()
    return sales_return


@dataclass(frozen=True)
class Arrival:
    """How much of a line of a return came: fit for stock again, and fit for scrap only."""

    line: SalesReturnLine
    restocked: int = 0
    scrapped: int = 0

    @property
    def quantity(self) -> int:
        """How much came in all."""
        return self.restocked + self.scrapped


def receive(
    work: Work,
    sales_return: SalesReturn,
    arrivals: Sequence[Arrival] | None = None,
    *,
    warehouse: Warehouse | None = None,
) -> SalesReturn:
    """Take the goods in, by default all that was announced and all of it fit for stock; what is restocked fills back
    orders.

    A line that is not named among ``arrivals`` did not come; what did not come is not credited, and may be asked back
    again. By default goods go back to the warehouse that sent them. Invalid for more than was announced.
    """
    require_handling(work)
    came = _checked(sales_return, arrivals)
    place = warehouse or shipped_from(work, sales_return)
    levels = lock_levels_at(work.session, [line.product_id for line in sales_return.lines], place)
    every = lock_levels(work.session, levels)
    freed = {key: sum(one.restocked for one in came if one.line.product_id == key) for key in levels}
    waiting, free = back_orders.served(work, every, freed), watching.free(every)
    orders = {line.order for line in waiting} | _orders(sales_return)
    lock_all(work.session, orders)
    read_again(work, {order.id for order in orders})
    lock(work.session, sales_return)
    before = sales_return.state
    sales_return.state = RETURN.require(before, "received")
    sales_return.returned_at = work.clock.now()
    sales_return.version += 1
    for one in came:
        _take_in(work, sales_return, one, levels[one.line.product_id])
    sales_return.total = _net(sales_return)
    for order in _orders(sales_return):
        order.version += 1
    arrived = [[one.line.product.sku, one.restocked, one.scrapped] for one in came]
    _tell(work, sales_return, {"state": "received", "warehouse": place.code, "arrived": arrived}, before)
    work.session.flush()
    back_orders.serve(work, waiting, every)
    watching.tell(work, free, watching.free(every))
    return sales_return


def _checked(sales_return: SalesReturn, arrivals: Sequence[Arrival] | None) -> list[Arrival]:
    """One for each line of the return."""
    if arrivals is None:
        return [Arrival(line, restocked=line.quantity) for line in sales_return.lines]
    named: dict[int, Arrival] = {}
    for one in arrivals:
        if one.line.return_id != sales_return.id:
            raise Invalid(f"That line is not one of {sales_return.number}.", code="unknown_line")
        if one.line.id in named or one.restocked < 0 or one.scrapped < 0:
            raise Invalid("Name each line once, with how much of it came.", code="unclear_arrival")
        if one.quantity > one.line.quantity:
            raise Invalid(
                f"{one.line.quantity} of {one.line.product.name} were announced, so no more can be taken in; "
                "for the others another return is needed.",
                code="more_than_announced",
                sku=one.line.product.sku,
            )
        named[one.line.id] = one
    if not any(one.quantity for one in named.values()):
        raise Invalid("Nothing came; a return whose goods never come is rejected.", code="nothing_came")
    return [named.get(line.id, Arrival(line)) for line in sales_return.lines]


def _take_in(work: Work, sales_return: SalesReturn, one: Arrival, level: StockLevel) -> None:
    line, sold, number = one.line, one.line.order_line, sales_return.number
    line.announced, line.quantity, line.scrapped = line.quantity, one.quantity, one.scrapped
    before = sold.returned if sold else 0
    line.total = credit_of(line.price, before, one.quantity)
    if sold is not None:
        sold.returned = before + one.quantity
    if one.quantity:
        enter(work, level, one.quantity, "return", document=number, reason=line.reason or sales_return.reason)
    if one.scrapped:
        enter(work, level, -one.scrapped, "adjustment", document=number, reason=SCRAPPED)
    level.on_hand += one.restocked


def settle(work: Work, sales_return: SalesReturn) -> SalesReturn:
    """Credit what came back: refunded to the way it was paid, or kept on the customer's account.

    What it was never paid for is set off against its invoice first, and what can't go back stays on the account.
    """
    require_handling(work)
    lock_all(work.session, _orders(sales_return))
    lock(work.session, sales_return)
    before, state = sales_return.state, RETURN.require(sales_return.state, "settled")
    note = credit_return(work, sales_return)
    as_credited(sales_return, note)
    sales_return.state, sales_return.settled_at = state, work.clock.now()
    sales_return.version += 1
    after: dict[str, Any] = {"state": state, "credit_note": note.number, "credited": str(note.total)}
    if sales_return.resolution == "refund":
        after |= _refunded(work, note)
    _tell(work, sales_return, after, before)
    work.session.flush()
    return sales_return


def _refunded(work: Work, note: CreditNote) -> dict[str, str]:
    """Give back what is left of a credit note, the way it was paid."""
    if note.left <= 0:
        return {}
    try:
        payment = refund(work, note)
    except Conflict as refused:
        if refused.code != "nothing_to_refund":
            raise
        return {}
    return {"payment": payment.number, "refunded": str(note.refunded), "method": payment.method}


def require_handling(work: Work) -> None:
    """NotAllowed for whoever does not approve, reject, receive and settle returns."""
    work.principal.require(Permission.HANDLE_RETURNS, "Returns are handled by our order desk.")


def _orders(sales_return: SalesReturn) -> set[Order]:
    return {line.order_line.order for line in sales_return.lines if line.order_line}


def _net(sales_return: SalesReturn) -> Decimal:
    return sum((line.total for line in sales_return.lines), ZERO)


def _short(text: str | None, most: int) -> str | None:
    return (text.strip()[:most] or None) if text else None


def _tell(work: Work, sales_return: SalesReturn, after: dict[str, Any], before: str | None = None) -> None:
    """Record and publish what became of a return."""
    number, customer_id = sales_return.number, sales_return.customer_id
    kind = f"return.{after['state']}"
    facts = {
        "resolution": sales_return.resolution,
        "order": sales_return.order.number if sales_return.order else None,
        "total": str(sales_return.total),
        "lines": [[line.product.sku, line.quantity, str(line.price)] for line in sales_return.lines],
        **after,
    }
    behalf = customer_id if work.principal.customer_id != customer_id else None
    earlier = {"state": before} if before else None
    record(work, kind, "return", number, before=earlier, after=facts, on_behalf_of=behalf)
    publish(work, kind, "return", number, {"number": number, **facts}, customer_id=customer_id)
