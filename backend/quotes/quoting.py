"""Quotes: drafting, sending and declining them. Accepting one is in ``backend.quotes.accepting``.

A quote's prices, delivery charge and tax hold until the end of its last day, whatever the price list says by then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from backend.company.service import company, next_number, record
from backend.customers.tables import Customer
from backend.errors import Conflict, Invalid, NotAllowed
from backend.events.service import publish
from backend.identity.permissions import DISCOUNT_LIMITS, Permission
from backend.locks import lock
from backend.quotes import inquiries
from backend.quotes.states import QUOTE
from backend.quotes.tables import Inquiry, Quote, QuoteLine
from backend.sales import service
from backend.sales.service import PricedWish, Wish
from backend.sales.tables import Cart
from backend.sales.terms import terms_to
from backend.sales.totals import ZERO, Totals
from backend.work import Work

QUOTE_DAYS: Final = 14
MOST_DAYS: Final = 366


@dataclass(frozen=True)
class Particulars:
    """What a quote says besides its lines.

    ``valid_until`` None is as long as the company's quotes hold, ``destination`` None the customer's usual address.
    """

    requested_date: date | None = None
    customer_reference: str | None = None
    destination: Mapping[str, Any] | None = None
    note: str | None = None
    valid_until: date | None = None


def draft_quote(
    work: Work,
    customer: Customer,
    wishes: Sequence[Wish],
    particulars: Particulars | None = None,
    *,
    inquiry: Inquiry | None = None,
) -> Quote:
    """Draft a quote at the customer's prices of today less the discounts of the wishes; it is ours until it is sent.

    From an inquiry: that one is *quoted* from then on. Raises NotAllowed unless one quotes, and what placing such an
    order would raise, apart from the minimum order: how little is worth a quote is the seller's own decision.
    """
    work.principal.require(Permission.QUOTE, "Quotes are drafted by our sales people. Ask for one instead.")
    particulars = _checked(work, particulars or Particulars())
    priced, sums = _priced(work, customer, wishes, particulars.destination)
    if inquiry is not None:
        inquiries.take_up(work, inquiry, customer)
    quote = _written(work, customer, priced, sums, particulars, inquiry)
    _record(work, quote, "drafted", None, summary(quote))
    return quote


def ask_for_quote(
    work: Work,
    customer: Customer,
    wishes: Sequence[Wish],
    particulars: Particulars | None = None,
) -> Quote:
    """A customer's own person asks for a quote and has it at once, at the customer's prices of today.

    Raises what placing such an order would raise, the minimum order included, and NotAllowed where they say how long
    it is to hold or write our note.
    """
    work.principal.require(Permission.ORDER, "Quotes for a customer are drafted and sent.")
    if work.principal.customer_id != customer.id:
        raise NotAllowed("You may only ask for quotes for your own company with this sign-in.")
    particulars = particulars or Particulars()
    if particulars.note is not None or particulars.valid_until is not None:
        raise NotAllowed("How long a quote is valid, and its note, are ours to set.")
    particulars = _checked(work, particulars)
    priced, sums = _priced(work, customer, wishes, particulars.destination)
    terms = terms_to(work, customer, particulars.destination)
    if sums.goods < terms.minimum:
        raise service.too_little(terms, sums)
    quote = _written(work, customer, priced, sums, particulars)
    quote.state = QUOTE.require(quote.state, "sent")
    quote.sent_at = work.clock.now()
    work.session.flush()
    _record(work, quote, "sent", None, summary(quote))
    _publish(work, quote, "sent")
    return quote


def quote_cart(work: Work, cart: Cart) -> Quote:
    """A quote for what is in a cart: sent at once to the customer's own person, a draft for ours. The cart stays."""
    wishes = [Wish(line.product, line.quantity) for line in cart.lines]
    particulars = Particulars(cart.requested_date, cart.customer_reference, cart.destination)
    if work.principal.customer_id is None:
        return draft_quote(work, cart.customer, wishes, particulars)
    return ask_for_quote(work, cart.customer, wishes, particulars)


def cart_less(work: Work, cart: Cart, discount: Decimal) -> Totals:
    """What a quote of a cart would come to with a discount on every line (0.08 is 8 %)."""
    wishes = [Wish(line.product, line.quantity, discount) for line in cart.lines]
    return _priced(work, cart.customer, wishes, cart.destination)[1]


def most_granted(work: Work) -> Decimal | None:
    """The largest discount on quotes that the principal may send; None: any."""
    if work.principal.may(Permission.RELEASE_HOLDS):
        return None
    return DISCOUNT_LIMITS.get(work.principal.role, ZERO)


def edit(
    work: Work,
    quote: Quote,
    *,
    wishes: Sequence[Wish] | None = None,
    discount: Decimal | None = None,
    particulars: Particulars | None = None,
) -> Quote:
    """Change a draft. New lines, a discount for every line without its own, or another country: priced as of today.

    Conflict where the quote is no draft any more.
    """
    work.principal.require(Permission.QUOTE)
    _lock(work, quote)
    if quote.state != "draft":
        raise Conflict(f"{quote.number} has been sent already; draft a new one instead.", code="quote_not_draft")
    before = summary(quote)
    particulars = _checked(work, particulars) if particulars is not None else particulars_of(quote)
    if discount is not None:
        kept = wishes if wishes is not None else [Wish(line.product, line.quantity) for line in quote.lines]
        wishes = [replace(wish, discount=wish.discount or discount) for wish in kept]
    elif wishes is None and particulars.destination != quote.destination:
        wishes = [Wish(line.product, line.quantity, line.discount) for line in quote.lines]
    new = _priced(work, quote.customer, wishes, particulars.destination) if wishes is not None else None
    quote.requested_date = particulars.requested_date
    quote.customer_reference = particulars.customer_reference
    quote.destination = _kept(particulars)
    quote.note = particulars.note
    quote.valid_until = particulars.valid_until or _default_end(work)
    if new is not None:
        quote.lines = _lines(new[0])
        quote.delivery, quote.tax, quote.total = new[1].delivery, new[1].tax, new[1].total
    quote.version += 1
    work.session.flush()
    _record(work, quote, "changed", before, summary(quote))
    return quote


def particulars_of(quote: Quote) -> Particulars:
    """What a quote says now, to change parts of it."""
    return Particulars(
        requested_date=quote.requested_date,
        customer_reference=quote.customer_reference,
        destination=quote.destination,
        note=quote.note,
        valid_until=quote.valid_until,
    )


def send(work: Work, quote: Quote) -> Quote:
    """Offer a draft to the customer, who sees it from now on.

    NotAllowed where it grants more than the sender may: a manager sends it then.
    """
    work.principal.require(Permission.QUOTE)
    _lock(work, quote)
    state = QUOTE.require(quote.state, "sent")
    _require_within_limit(work, quote)
    if quote.valid_until < work.clock.today():
        raise Invalid("The day it is valid until has passed. Set a later one first.", code="valid_until_past")
    quote.state = state
    quote.sent_at = work.clock.now()
    quote.version += 1
    work.session.flush()
    _record(work, quote, "sent", {"state": "draft"}, {"state": "sent", "total": f"{quote.total:.2f}"})
    _publish(work, quote, "sent")
    return quote


def _require_within_limit(work: Work, quote: Quote) -> None:
    granted = max((line.discount for line in quote.lines), default=ZERO)
    limit = most_granted(work)
    if limit is not None and granted > limit:
        raise NotAllowed(
            f"{granted:.1%} is more than the {limit:.0%} you may grant; a manager has to send {quote.number}.",
            code="discount_above_limit",
        )


def decline(work: Work, quote: Quote, reason: str | None = None) -> Quote:
    """The customer does not want it, or we take it back (a draft: drop it). Conflict once it is settled."""
    if work.principal.customer_id == quote.customer_id:
        work.principal.require(Permission.ORDER)
    else:
        work.principal.require(Permission.QUOTE)
    _lock(work, quote)
    before = quote.state
    quote.state = QUOTE.require(quote.state, "declined")
    quote.version += 1
    work.session.flush()
    _record(work, quote, "declined", {"state": before}, {"state": "declined", "reason": reason})
    if before == "sent":  # nobody but us has heard of a draft
        _publish(work, quote, "declined", reason=reason)
    return quote


def summary(quote: Quote) -> dict[str, Any]:
    """A quote as the audit trail keeps it."""
    return {
        "state": quote.state,
        "customer": quote.customer.code,
        "lines": [[line.product.sku, line.quantity, str(line.price), str(line.discount)] for line in quote.lines],
        "delivery": f"{quote.delivery:.2f}",
        "tax": f"{quote.tax:.2f}",
        "total": f"{quote.total:.2f}",
        "valid_until": str(quote.valid_until),
        "requested_date": str(quote.requested_date) if quote.requested_date else None,
        "customer_reference": quote.customer_reference,
        "destination": quote.destination,
        "note": quote.note,
    }


def _priced(
    work: Work, customer: Customer, wishes: Sequence[Wish], destination: Mapping[str, Any] | None
) -> tuple[list[PricedWish], Totals]:
    terms = terms_to(work, customer, destination)
    listed = [replace(wish, agreed=None, tax_rate=None) for wish in wishes]  # a quote's prices come from the list
    priced = service.price_wishes(work, customer, service.merge(listed), terms)
    return priced, terms.totals([(one.total, one.tax_rate) for one in priced])


def _checked(work: Work, particulars: Particulars) -> Particulars:
    today = work.clock.today()
    if particulars.requested_date is not None and particulars.requested_date < today:
        raise Invalid("The delivery date asked for is in the past.", code="date_in_past")
    until = particulars.valid_until
    if until is not None and until < today:
        raise Invalid("The day it is valid until has passed.", code="valid_until_past")
    if until is not None and until > today + timedelta(days=MOST_DAYS):
        raise Invalid("A quote is valid for a year at most.", code="valid_until_too_late")
    return particulars


def _kept(particulars: Particulars) -> dict[str, Any] | None:
    return dict(particulars.destination) if particulars.destination is not None else None


def _default_end(work: Work) -> date:
    row = company(work.session)
    return work.clock.today() + timedelta(days=row.quote_days if row else QUOTE_DAYS)


def _written(
    work: Work,
    customer: Customer,
    priced: Sequence[PricedWish],
    sums: Totals,
    particulars: Particulars,
    inquiry: Inquiry | None = None,
) -> Quote:
    row = company(work.session)
    quote = Quote(
        number=next_number(work.session, "quote"),
        customer_id=customer.id,
        customer=customer,
        created_by_id=work.principal.user_id or None,
        created_by_role=work.principal.role.value,
        inquiry_id=inquiry.id if inquiry else None,
        inquiry=inquiry,
        channel=work.channel,
        state="draft",
        created_at=work.clock.now(),
        valid_until=particulars.valid_until or _default_end(work),
        requested_date=particulars.requested_date,
        customer_reference=particulars.customer_reference,
        destination=_kept(particulars),
        note=particulars.note,
        currency=row.currency if row else "GBP",
        delivery=sums.delivery,
        tax=sums.tax,
        total=sums.total,
        lines=_lines(priced),
    )
    work.session.add(quote)
    work.session.flush()
    return quote


def _lines(priced: Sequence[PricedWish]) -> list[QuoteLine]:
    return [
        QuoteLine(
            position=position,
            product_id=one.wish.product.id,
            product=one.wish.product,
            quantity=one.wish.quantity,
            list_price=one.list_price,
            discount=one.wish.discount,
            price=one.price,
            tax_rate=one.tax_rate,
            total=one.total,
        )
        for position, one in enumerate(priced, start=1)
    ]


def _lock(work: Work, quote: Quote) -> None:
    lock(work.session, quote)
    work.session.expire(quote, ["lines"])


def _record(work: Work, quote: Quote, what: str, before: dict[str, Any] | None, after: dict[str, Any]) -> None:
    behalf = quote.customer_id if work.principal.customer_id != quote.customer_id else None
    record(work, f"quote.{what}", "quote", quote.number, before=before, after=after, on_behalf_of=behalf)


def _publish(work: Work, quote: Quote, what: str, **more: str | None) -> None:
    publish(work, f"quote.{what}", "quote", quote.number, event_of(quote) | more, customer_id=quote.customer_id)


def event_of(quote: Quote) -> dict[str, Any]:
    """What others are told of a quote."""
    return {
        "number": quote.number,
        "state": quote.state,
        "customer": quote.customer.code,
        "total": f"{quote.total:.2f}",
        "currency": quote.currency,
        "valid_until": str(quote.valid_until),
    }
