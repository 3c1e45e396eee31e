"""The lines of an order after changes: what they cost, how they are covered, when they come. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from backend.catalogue.service import price_for
from backend.catalogue.tables import Product
from backend.money import PRICE_STEP, line_total
from backend.sales.changeable import ordered
from backend.sales.changes import Changes, Keep, LineAs, OrderAs
from backend.sales.covering import lead_times
from backend.sales.states import OPEN
from backend.sales.tables import Order, OrderLine
from backend.sales.terms import Terms
from backend.sales.totals import ZERO, Totals, discounted
from backend.stock.promising import promise
from backend.stock.queries import receipts_of
from backend.work import Work


@dataclass(frozen=True)
class Target:
    """A line and what it is to be. ``keeps`` is what of it is in shipments; ``as_agreed`` leaves its price alone."""

    line: OrderLine | None
    position: int
    product: Product
    quantity: int
    keeps: int = 0
    as_agreed: bool = False

    @property
    def same(self) -> bool:
        """Whether it is a line of the order with its own product."""
        return self.line is not None and self.line.product_id == self.product.id

    @property
    def untouched(self) -> bool:
        """Whether nothing of it changes."""
        return self.line is not None and self.same and ordered(self.line) == self.quantity


def as_it_is(order: Order, terms: Terms) -> OrderAs:
    """An order as it stands, without what was cancelled."""
    lines = tuple(_kept(line) for line in order.lines if ordered(line))
    parts = terms.totals([(line.total, line.tax_rate) for line in lines], order.delivery).parts
    return OrderAs(
        lines=lines,
        totals=Totals(order.goods, order.delivery, parts),
        requested_date=order.requested_date,
        customer_reference=order.customer_reference,
        address=order.delivery_address,
        payment_method=order.payment_method,
        payment_days=order.payment_days,
    )


def _kept(line: OrderLine) -> LineAs:
    return LineAs(
        position=line.position,
        product=line.product,
        quantity=ordered(line),
        list_price=line.list_price,
        discount=line.discount,
        price=line.price,
        tax_rate=line.tax_rate,
        total=line.total,
        reserved=line.reserved,
        back_ordered=line.back_ordered,
        promised_date=line.promised_date,
        cancelled=line.cancelled,
        line=line,
    )


def lines_of(
    work: Work,
    order: Order,
    changes: Changes,
    terms: Terms,
    targets: Sequence[Target],
    free: Mapping[int, int],
    *,
    taxed_anew: bool,
) -> tuple[LineAs, ...]:
    """The lines of which something is left, priced, covered from what is ``free`` (by product), and promised."""
    found = []
    for target, (reserved, back_ordered) in zip(targets, _covered(targets, free), strict=True):
        if target.quantity:
            line = _priced(work, order, terms, target, taxed_anew=taxed_anew)
            found.append(replace(line, reserved=reserved, back_ordered=back_ordered))
    requested = order.requested_date if isinstance(changes.requested_date, Keep) else changes.requested_date
    return _promised(work, order, terms, found, requested)


def _covered(targets: Sequence[Target], free: Mapping[int, int]) -> list[tuple[int, int]]:
    """(reserved, back ordered) of each: what is given back is free for the others, and waiting parts go first."""
    stock = dict(free)
    kept = [_stays(target) for target in targets]
    for target, (reserved, _) in zip(targets, kept, strict=True):
        if target.line is not None:
            stock[target.line.product_id] = stock.get(target.line.product_id, 0) + target.line.reserved - reserved
    found = []
    for target, (reserved, back_ordered) in zip(targets, kept, strict=True):
        shipped = target.line.shipped if target.line is not None else 0
        more = target.quantity - shipped - reserved - back_ordered
        taken = max(0, min(more, stock.get(target.product.id, 0)))
        stock[target.product.id] = stock.get(target.product.id, 0) - taken
        found.append((reserved + taken, back_ordered + more - taken))
    return found


def _stays(target: Target) -> tuple[int, int]:
    line = target.line
    if line is None or not target.same:
        return 0, 0
    less = max(0, ordered(line) - target.quantity)
    waiting = min(less, line.back_ordered)
    return line.reserved - (less - waiting), line.back_ordered - waiting


def _priced(work: Work, order: Order, terms: Terms, target: Target, *, taxed_anew: bool) -> LineAs:
    """A line at its agreed price where it is as it was, otherwise at today's price for its quantity.

    A discount stays with its product. The price of a quote holds for as much as was quoted, and for more; either is
    granted anew on what is more.
    """
    line, quantity = target.line, target.quantity
    if line is not None and (target.untouched or target.as_agreed):
        rate = terms.rate(line.product) if taxed_anew else line.tax_rate
        total = line.total if target.untouched else line_total(line.price, quantity)
        cancelled = line.cancelled + ordered(line) - quantity
        return replace(_kept(line), quantity=quantity, tax_rate=rate, total=total, cancelled=cancelled)
    own = line if target.same else None
    today = price_for(work, target.product, quantity, order.customer)
    listed: Decimal | None = today
    discount = own.discount if own is not None else ZERO
    price = discounted(today, discount)
    more = own is not None and quantity > ordered(own)
    granted = discount if more else ZERO
    if own is not None and order.quote_id is not None and more and own.price < price:
        listed, discount, price = own.list_price, own.discount, own.price
        granted = (1 - price / today).quantize(PRICE_STEP)
    return LineAs(
        position=target.position,
        product=target.product,
        quantity=quantity,
        list_price=listed,
        discount=discount,
        price=price,
        tax_rate=terms.rate(target.product),
        total=line_total(price, quantity),
        reserved=0,
        back_ordered=0,
        promised_date=own.promised_date if own is not None else None,
        cancelled=line.cancelled if line is not None else 0,
        granted=granted,
        line=line,
    )


def _promised(
    work: Work, order: Order, terms: Terms, lines: Sequence[LineAs], requested: date | None
) -> tuple[LineAs, ...]:
    """The lines with their dates; what needs no other date keeps the one it was promised."""
    arrives = max(terms.arrives, requested) if requested else terms.arrives
    anew = [line for line in lines if _needs_a_date(line, moved=requested != order.requested_date)]
    short = sorted({line.product.id for line in anew if line.back_ordered})
    coming = receipts_of(work.session, short) if short else {}
    leads = lead_times(work, short) if short else {}
    waiting = ahead_of(work, order, short) if short else {}
    days: dict[int, date] = {}
    for line in anew:
        days[line.position] = arrives
        if line.back_ordered:
            key, today = line.product.id, work.clock.today()
            expected = promise(line.back_ordered, 0, coming.get(key, []), waiting.get(key, 0), today, leads[key])
            days[line.position] = max(arrives, expected.promised_date or arrives)
    return tuple(replace(line, promised_date=days.get(line.position, line.promised_date)) for line in lines)


def _needs_a_date(line: LineAs, *, moved: bool) -> bool:
    before = line.line
    if not line.reserved and not line.back_ordered:
        return False
    if before is None or moved or before.product_id != line.product.id:
        return True
    return line.back_ordered != before.back_ordered or line.reserved > before.reserved


def ahead_of(work: Work, order: Order, product_ids: Iterable[int]) -> dict[int, int]:
    """How much orders that came before wait for, by product."""
    rows = work.session.execute(
        select(OrderLine.product_id, func.sum(OrderLine.back_ordered))
        .join(OrderLine.order)
        .where(
            OrderLine.product_id.in_(list(product_ids)),
            OrderLine.back_ordered > 0,
            Order.state.in_(OPEN),
            (Order.placed_at < order.placed_at) | ((Order.placed_at == order.placed_at) & (Order.id < order.id)),
        )
        .group_by(OrderLine.product_id)
    )
    return {key: int(count) for key, count in rows}
