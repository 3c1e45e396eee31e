"""What there is to tell people of an event, and whom it concerns. Read from the documents as they are now."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import select

from backend.billing.tables import CreditNote, Goodwill, Invoice
from backend.catalogue.quantities import said
from backend.catalogue.tables import Product
from backend.customers.tables import Customer
from backend.events import forecast_news, purchase_news, refund_news, texts
from backend.events.news_item import News, Read
from backend.events.tables import OutboxEvent
from backend.events.texts import clause, day_text, phrased, within
from backend.identity.permissions import Permission
from backend.identity.tables import User
from backend.money import shown
from backend.quotes.tables import Inquiry, Quote
from backend.sales.tables import Order, SalesReturn, Shipment, StandingOrder
from backend.work import Work


def news_of(work: Work, event: OutboxEvent) -> list[News]:
    """What there is to tell; whom several of it are for hears the first only."""
    found = [read(work, event) for read in READERS.get(event.kind, ())]
    return [news for news in found if news is not None]


def _people(*found: int | None) -> frozenset[int]:
    return frozenset(key for key in found if key is not None)


def _both(template: str, document: str, number: str, customer: Customer, name: str, /, **facts: Any) -> tuple[str, str]:
    """A sentence to the customer's people and to ours; ``name`` is what the document is called in the template."""
    found = []
    for own in (True, False):
        phrase = phrased(document, number, customer.name, own=own)
        found.append(template.format(**{name: phrase, f"{name}_within": within(phrase)}, **facts))
    return found[0], found[1]


# ---- orders --------------------------------------------------------------------------------------------------------


def _order_of(work: Work, number: str) -> Order | None:
    return work.session.scalar(select(Order).where(Order.number == number))


def _placer(work: Work, order: Order) -> int | None:
    """Who placed it, or whose standing order did."""
    if order.placed_by_id is None and order.standing_order_id is not None:
        return work.session.get_one(StandingOrder, order.standing_order_id).user_id
    return order.placed_by_id


def _of_order(
    work: Work,
    order: Order,
    template: str,
    /,
    *,
    to_placer: bool = True,
    may_act: Permission | None = None,
    **facts: Any,
) -> News:
    own, ours = _both(template, "order", order.number, order.customer, "order", **facts)
    concerned = _people(_placer(work, order)) if to_placer else _people()
    return News(own, ours, order.customer, concerned, may_act=may_act)


def _order_placed(work: Work, event: OutboxEvent) -> News | None:
    """Who placed it knows; a standing order is told of as such."""
    order = _order_of(work, event.key)
    if order is None or order.standing_order_id is not None:
        return None
    total, who = shown(order.total, order.currency), order.placed_by
    template = texts.ORDER_PLACED_BY if who else texts.ORDER_PLACED
    return _of_order(work, order, template, to_placer=False, total=total, who=who.name if who else "")


def _order_held(work: Work, event: OutboxEvent) -> News | None:
    order = _order_of(work, event.key)
    if order is None or order.state != "on_hold":
        return None
    reasons = dict.fromkeys(hold.reason for hold in order.holds if hold.released_at is None)
    words = ", and ".join(texts.REASONS[reason] for reason in reasons)
    return _of_order(work, order, texts.ORDER_HELD, may_act=Permission.RELEASE_HOLDS, reasons=clause(words))


def _approval(work: Work, event: OutboxEvent) -> News | None:
    """To whoever has to agree to what a colleague ordered above their limit."""
    order = _order_of(work, event.key)
    if order is None or order.state != "on_hold" or order.placed_by is None or order.placed_by.approver_id is None:
        return None
    if not any(hold.reason == "buyer_limit" and hold.released_at is None for hold in order.holds):
        return None
    facts = {"who": order.placed_by.name, "total": shown(order.total, order.currency)}
    own, _ = _both(texts.ORDER_TO_APPROVE, "order", order.number, order.customer, "order", **facts)
    return News(own, None, order.customer, _people(order.placed_by.approver_id), topic=None)


def _order_released(work: Work, event: OutboxEvent) -> News | None:
    order = _order_of(work, event.key)
    return _of_order(work, order, texts.ORDER_RELEASED) if order else None


def _order_changed(work: Work, event: OutboxEvent) -> News | None:
    """Back orders that were filled or promised anew are told line by line, any other change by its total."""
    order = _order_of(work, event.key)
    if order is None:
        return None
    numbers = [line["position"] for line in _promised_lines(event.payload)]
    lines = [_line_news(order, position) for position in numbers]
    told = "; ".join(line for line in lines if line)
    if told:
        return _of_order(work, order, texts.ORDER_NEWS, lines=told)
    return _of_order(work, order, texts.ORDER_CHANGED, total=shown(order.total, order.currency))


def _promised_lines(payload: dict[str, Any]) -> Iterable[dict[str, Any]]:
    for line in payload.get("lines") or ():
        if isinstance(line, dict) and "promised_date" in line and isinstance(line.get("position"), int):
            yield line


def _line_news(order: Order, position: int) -> str | None:
    line = next((one for one in order.lines if one.position == position), None)
    if line is None or line.reserved + line.back_ordered == 0:
        return None
    date = texts.PROMISED.format(date=day_text(line.promised_date)) if line.promised_date else texts.NOT_PROMISED
    facts = {"name": line.product.name, "sku": line.product.sku, "promised": date}
    if line.back_ordered == 0:
        return texts.LINE_READY.format(**facts)
    return texts.LINE_WAITING.format(short=said(line.product, line.back_ordered), **facts)


def _order_cancelled(work: Work, event: OutboxEvent) -> News | None:
    order = _order_of(work, event.key)
    return _of_order(work, order, texts.ORDER_CANCELLED, reason=clause(order.cancel_reason)) if order else None


# ---- shipments and invoices ----------------------------------------------------------------------------------------


def _shipment_of(work: Work, number: str) -> Shipment | None:
    return work.session.scalar(select(Shipment).where(Shipment.number == number))


def _shipped(work: Work, event: OutboxEvent) -> News | None:
    shipment = _shipment_of(work, event.key)
    if shipment is None:
        return None
    facts = [
        texts.CARRIER.format(carrier=shipment.carrier) if shipment.carrier else "",
        texts.TRACKING.format(number=shipment.tracking_number) if shipment.tracking_number else "",
        texts.EXPECTED.format(date=day_text(shipment.expected_date)) if shipment.expected_date else "",
    ]
    order = shipment.order
    told = ", ".join(fact for fact in facts if fact) or texts.ON_ITS_WAY
    return _of_order(work, order, texts.SHIPPED, part=_part(order, shipment), facts=told)


def _part(order: Order, shipment: Shipment) -> str:
    whole = sum(line.quantity - line.cancelled for line in order.lines)
    return texts.ALL_OF_IT if sum(line.quantity for line in shipment.lines) >= whole else texts.PART_OF_IT


def _delivered(work: Work, event: OutboxEvent) -> News | None:
    shipment = _shipment_of(work, event.key)
    if shipment is None or shipment.delivered_at is None:
        return None
    date = day_text(work.clock.date_of(shipment.delivered_at))
    return _of_order(work, shipment.order, texts.DELIVERED, part=_part(shipment.order, shipment), date=date)


def _lost(work: Work, event: OutboxEvent) -> News | None:
    shipment = _shipment_of(work, event.key)
    if shipment is None:
        return None
    remedy = texts.REMEDIES.get(str(event.payload.get("remedy")), "")
    return _of_order(work, shipment.order, texts.LOST, number=shipment.number, remedy=remedy)


def _invoice(template: str) -> Read:
    """Invoices are the customer's business: who of us placed the order hears nothing of them."""

    def read(work: Work, event: OutboxEvent) -> News | None:
        found = work.session.scalar(select(Invoice).where(Invoice.number == event.key))
        if found is None:
            return None
        date = day_text(found.due_date) if found.due_date else texts.NO_DUE_DATE
        total, left = shown(found.total, found.currency), shown(found.outstanding, found.currency)
        facts = {"number": found.number, "total": total, "open": left, "date": date}
        said = template
        if template == texts.INVOICE_ISSUED and found.set_off:
            said, facts["used"] = texts.INVOICE_SET_OFF, shown(found.set_off_total, found.currency)
            facts["rest"] = texts.INVOICE_REST.format(**facts) if found.outstanding else ""
        own, _ = _both(said, "order", found.order.number, found.customer, "order", **facts)
        return News(own, None, found.customer, _people(_placer(work, found.order)))

    return read


def _goodwill(template: str, *, to_customer: bool = False) -> Read:
    """``to_customer``: the customer's own people hear of it too; else it is a matter among ours."""

    def read(work: Work, event: OutboxEvent) -> News | None:
        found = work.session.scalar(select(Goodwill).where(Goodwill.number == event.key))
        if found is None or found.state != event.kind.partition(".")[2]:
            return None
        facts = {
            "number": found.number,
            "amount": shown(found.amount, found.currency),
            "customer": found.customer.name,
            "who": found.asked_by.name,
            "note": found.credit_note.number if found.credit_note else "",
            "reason": clause(found.refusal or found.reason),
        }
        own = texts.GOODWILL_YOURS.format(**facts) if to_customer else None
        waits = found.state == "requested"
        concerned = _people(_placer(work, found.order) if found.order and to_customer else None)
        concerned |= _people(None if waits or found.decided_by_id == found.asked_by_id else found.asked_by_id)
        act = Permission.RELEASE_HOLDS if waits else None
        return News(own, template.format(**facts), found.customer, concerned, may_act=act)

    return read


# ---- quotes, returns, inquiries, standing orders -------------------------------------------------------------------


def _quote(template: str, *, to_customer: bool) -> Read:
    """``to_customer``: to who asked, or, where nobody did, to all the customer's people; else to who made it."""

    def read(work: Work, event: OutboxEvent) -> News | None:
        found = work.session.scalar(select(Quote).where(Quote.number == event.key))
        if found is None:
            return None
        facts = {
            "number": found.number,
            "total": shown(found.total, found.currency),
            "date": day_text(found.valid_until),
            "order": texts.QUOTE_ACCEPTED_AS.format(number=found.order_number) if found.order_number else "",
        }
        own, ours = _both(template, "quote", found.number, found.customer, "quote", **facts)
        concerned = _who_asked(work, found) if to_customer else _people(found.created_by_id)
        return News(own, None if to_customer else ours, found.customer, concerned)

    return read


def _who_asked(work: Work, quote: Quote) -> frozenset[int]:
    asked = _people(quote.inquiry.user_id if quote.inquiry else None, quote.created_by_id)
    of_customer = select(User.id).where(User.customer_id == quote.customer_id, User.active)
    theirs = frozenset(work.session.scalars(of_customer.where(User.id.in_(asked))))
    return theirs or frozenset(work.session.scalars(of_customer))


def _return(template: str, *, may_act: Permission | None = None, to_person: bool = True) -> Read:
    def read(work: Work, event: OutboxEvent) -> News | None:
        found = work.session.scalar(select(SalesReturn).where(SalesReturn.number == event.key))
        if found is None:
            return None
        facts = {"number": found.number, "note": clause(found.note), "how": _settled(work, found)}
        own, ours = _both(template, "return", found.number, found.customer, "ret", **facts)
        asked = found.requested_by_id or (_placer(work, found.order) if found.order else None)
        return News(own, ours, found.customer, _people(asked) if to_person else _people(), may_act=may_act)

    return read


def _settled(work: Work, found: SalesReturn) -> str:
    if found.exchange_order is not None:
        return texts.RETURN_EXCHANGED.format(number=found.exchange_order.number)
    note = work.session.scalar(
        select(CreditNote).where(CreditNote.return_id == found.id).order_by(CreditNote.id).limit(1)
    )
    if note is None:
        return ""
    template = texts.RETURN_REFUNDED if found.resolution == "refund" else texts.RETURN_CREDITED
    return template.format(number=note.number, total=shown(note.total, note.currency))


def _inquiry_answered(work: Work, event: OutboxEvent) -> News | None:
    found = work.session.scalar(select(Inquiry).where(Inquiry.number == event.key))
    if found is None or not found.answer:
        return None
    text = texts.INQUIRY_ANSWERED.format(number=found.number, answer=texts.quoted(found.answer))
    return News(text, text, found.customer, _people(found.user_id), topic=None)


def _inquiry_opened(work: Work, event: OutboxEvent) -> News | None:
    found = work.session.scalar(select(Inquiry).where(Inquiry.number == event.key))
    if found is None:
        return None
    who = f"{found.user.name} ({found.customer.name})" if found.customer else found.user.name
    text = texts.INQUIRY_OPENED.format(number=found.number, who=who, text=texts.quoted(found.text))
    return News(None, text, found.customer, may_act=Permission.HANDLE_INQUIRIES)


def _standing(template: str) -> Read:
    def read(work: Work, event: OutboxEvent) -> News | None:
        found = work.session.scalar(select(StandingOrder).where(StandingOrder.number == event.key))
        if found is None:
            return None
        placed = event.payload.get("order")
        facts = {
            "order": texts.STANDING_PLACED_AS.format(number=placed) if placed else "",
            "problem": clause(event.payload.get("problem")),
        }
        own, ours = _both(template, "standing_order", found.number, found.customer, "standing", **facts)
        return News(own, ours, found.customer, _people(found.user_id))

    return read


# ---- stock ---------------------------------------------------------------------------------------------------------


def _stock(template: str, topic: str) -> Read:
    def read(work: Work, event: OutboxEvent) -> News | None:
        product = work.session.scalar(select(Product).where(Product.sku == event.key))
        if product is None or not product.active:
            return None
        left = event.payload.get("available")
        available = texts.AVAILABLE.format(quantity=said(product, left)) if isinstance(left, int) else ""
        text = template.format(name=product.name, sku=product.sku, available=available)
        return News(text, text, topic=topic, product=product)

    return read


READERS: Final[dict[str, tuple[Read, ...]]] = {
    "order.placed": (_order_placed,),
    "order.held": (_approval, _order_held),
    "order.released": (_order_released,),
    "order.changed": (_order_changed,),
    "order.cancelled": (_order_cancelled,),
    "shipment.shipped": (_shipped,),
    "shipment.delivered": (_delivered,),
    "shipment.lost": (_lost,),
    "invoice.issued": (_invoice(texts.INVOICE_ISSUED),),
    "invoice.overdue": (_invoice(texts.INVOICE_OVERDUE),),
    "goodwill.requested": (_goodwill(texts.GOODWILL_REQUESTED),),
    "goodwill.granted": (_goodwill(texts.GOODWILL_GRANTED, to_customer=True),),
    "goodwill.refused": (_goodwill(texts.GOODWILL_REFUSED),),
    "quote.sent": (_quote(texts.QUOTE_SENT, to_customer=True),),
    "quote.expired": (_quote(texts.QUOTE_EXPIRED, to_customer=True),),
    "quote.accepted": (_quote(texts.QUOTE_ACCEPTED, to_customer=False),),
    "quote.declined": (_quote(texts.QUOTE_DECLINED, to_customer=False),),
    "inquiry.opened": (_inquiry_opened,),
    "inquiry.answered": (_inquiry_answered,),
    "return.requested": (_return(texts.RETURN_REQUESTED, may_act=Permission.HANDLE_RETURNS, to_person=False),),
    "return.approved": (_return(texts.RETURN_APPROVED),),
    "return.rejected": (_return(texts.RETURN_REJECTED),),
    "return.settled": (_return(texts.RETURN_SETTLED),),
    "standing_order.placed": (_standing(texts.STANDING_PLACED),),
    "standing_order.failed": (_standing(texts.STANDING_FAILED),),
    "stock.low": (_stock(texts.STOCK_LOW, "stock_low"),),
    "stock.back": (_stock(texts.STOCK_BACK, "back_in_stock"),),
    **{kind: (read,) for kind, read in purchase_news.READERS.items()},
    **{kind: (read,) for kind, read in refund_news.READERS.items()},
    **{kind: (read,) for kind, read in forecast_news.READERS.items()},
}
