"""Accepting a quote: an order at exactly the prices, delivery and tax that were quoted, once."""

from __future__ import annotations

from backend.company.service import record
from backend.customers.service import address_at
from backend.errors import Conflict, Stale
from backend.events.service import publish
from backend.locks import lock, lock_customer, lock_levels
from backend.quotes.quoting import event_of
from backend.quotes.states import QUOTE
from backend.quotes.tables import Quote
from backend.sales import carts, queries, service
from backend.sales.allocating import Levels, available
from backend.sales.service import Details, Wish
from backend.sales.tables import Order
from backend.sales.terms import terms_to
from backend.work import Work


def accept(work: Work, quote: Quote, *, customer_reference: str | None = None) -> Order:
    """Place the order that was quoted; accepting it again gives the same order.

    For the customer's own people and those who order for customers. The order can be held as any other. Raises
    Conflict where the quote is not open: a draft, declined, or past the day it is valid until.
    """
    carts.require_for(work, quote.customer)
    levels = lock_to_accept(work, quote)
    if quote.state == "accepted":
        return queries.by_number(work, quote.order_number or "")
    _require_open(work, quote)
    _require_had(quote, levels)
    _require_same_totals(work, quote)
    requested = quote.requested_date
    details = Details(
        requested_date=requested if requested and requested >= work.clock.today() else None,
        customer_reference=customer_reference or quote.customer_reference,
        address=address_at(work, quote.customer, quote.destination),
        delivery_charge=quote.delivery,
        quote_id=quote.id,
        any_value=True,
    )
    wishes = [Wish(line.product, line.quantity, agreed=line.price, tax_rate=line.tax_rate) for line in quote.lines]
    order = service.place_order(work, quote.customer, wishes, details=details)
    for line, quoted in zip(order.lines, quote.lines, strict=True):
        line.list_price, line.discount = quoted.list_price, quoted.discount
    assert (order.total, order.tax, order.delivery) == (quote.total, quote.tax, quote.delivery), quote.number
    _accepted(work, quote, order)
    return order


def lock_to_accept(work: Work, quote: Quote) -> Levels:
    """Lock what accepting a quote needs, in the order of ``backend.locks``, and read the quote again."""
    lock_customer(work.session, quote.customer_id)
    levels = lock_levels(work.session, [line.product_id for line in quote.lines])
    lock(work.session, quote)
    work.session.expire(quote, ["lines"])
    if any(line.product_id not in levels for line in quote.lines):
        raise Stale(f"{quote.number} has been changed in the meantime. Please look at it again.")
    return levels


def _require_open(work: Work, quote: Quote) -> None:
    if quote.state == "draft":
        raise Conflict(f"{quote.number} has not been sent yet.", code="quote_not_sent")
    if quote.state == "declined":
        raise Conflict(f"{quote.number} was declined. Please ask for a new one.", code="quote_declined")
    if quote.state == "expired" or quote.valid_until < work.clock.today():
        sentence = f"{quote.number} was valid until {quote.valid_until:%-d %B %Y}. Please ask for a new one."
        raise Conflict(sentence, code="quote_expired")


def _require_had(quote: Quote, levels: Levels) -> None:
    """What is no longer sold can be had while it lasts, but not back-ordered."""
    for line in quote.lines:
        if line.quantity > available(levels[line.product_id]):
            carts.require_sold(line.product)


def _require_same_totals(work: Work, quote: Quote) -> None:
    """How tax is rounded, or the currency, may have been changed since; then the quote can't be kept to the penny."""
    terms = terms_to(work, quote.customer, quote.destination)
    sums = terms.totals([(line.total, line.tax_rate) for line in quote.lines], delivery=quote.delivery)
    if (sums.total, sums.tax, terms.currency) != (quote.total, quote.tax, quote.currency):
        sentence = f"How we work out totals has changed since {quote.number} was made. Please ask for a new one."
        raise Conflict(sentence, code="quote_terms_changed")


def _accepted(work: Work, quote: Quote, order: Order) -> None:
    quote.order_number = order.number
    quote.state = QUOTE.require(quote.state, "accepted")
    quote.version += 1
    work.session.flush()
    behalf = quote.customer_id if work.principal.customer_id != quote.customer_id else None
    after = {"state": "accepted", "order": order.number}
    record(work, "quote.accepted", "quote", quote.number, before={"state": "sent"}, after=after, on_behalf_of=behalf)
    payload = event_of(quote) | {"order": order.number}
    publish(work, "quote.accepted", "quote", quote.number, payload, customer_id=quote.customer_id)
