"""return_items, exchange_items, refund_status: what comes back, what is sent instead, and the money."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from actions import credit_refunds, money, texts
from actions.context import Context
from actions.drafts import Draft, Tap
from actions.memory import Confirmation
from actions.papers_at_hand import named, which_order
from actions.parties import ask_customer, asked_about
from actions.registry import command, skill
from actions.return_wishes import Wanted, read_exchange, read_return, resolution_of
from actions.showing import day_text, listed
from backend.catalogue import queries as catalogue
from backend.catalogue.quantities import said
from backend.chat.cards import CartLineView, Fact, RecordCard
from backend.returns import exchanges
from backend.returns import queries as returns_queries
from backend.returns import service as returns
from backend.returns.checking import require_returnable
from backend.returns.money import ReturnMoney
from backend.returns.queries import RefundStatus
from backend.returns.returnable import Returnable, returnable
from backend.returns.service import Item
from backend.sales import queries as sales
from backend.sales.tables import Order, SalesReturn

LISTED = 5
SEARCHED = 10
_LAST = re.compile(r"\b(?:last|latest|most\s+recent|newest|yesterday|today)\b", re.IGNORECASE)
Reader = Callable[[Context, Order, Sequence[Returnable]], Wanted]


@skill("return_items")
def return_items(context: Context) -> list[Draft]:
    """Which delivered goods come back; the credit is shown before a yes."""
    return _begin(context, read_return, exchange=False)


@skill("exchange_items")
def exchange_items(context: Context) -> list[Draft]:
    """Which delivered goods are exchanged for which variant; each line at its own price."""
    return _begin(context, read_exchange, exchange=True)


def _begin(context: Context, read: Reader, *, exchange: bool) -> list[Draft]:
    what = texts.TO_EXCHANGE if exchange else texts.TO_RETURN
    order = _holding(context, read) if named(context, "SO") is None else None
    asked: list[Draft] = []
    if order is None:
        order, asked = which_order(context, lambda order: any(line.shipped for line in order.lines), what=what)
    if order is None:
        return asked
    offers = returnable(context.work, order)
    wanted = read(context, order, offers)
    lead = " ".join(wanted.remarks)
    if wanted.choices:
        return [_which_variant(order, *wanted.choices[0], lead)]
    if not wanted.items:
        return [_which_line(order, offers, lead, exchange=exchange)]
    resolution = "exchange" if exchange else resolution_of(context.text, order)
    return [ask(context, order, wanted.items, resolution, lead)]


def _holding(context: Context, read: Reader) -> Order | None:
    """The order whose delivered goods a message names: the only one of the last that has them, or the newest of these
    where "the last" is said, or the one just spoken of. One that has just what is said comes before those that have it
    in another colour, unless "the last" is said.
    """
    customer, question = asked_about(context)
    if question is not None:
        return None
    found, exactly = [], []
    for order in sales.recent(context.work, customer.id if customer else None, SEARCHED):
        if any(line.shipped for line in order.lines):
            offers = [offer for offer in returnable(context.work, order) if offer.quantity]
            wanted = read(context, order, offers) if offers else Wanted()
            if wanted.items or wanted.choices:
                found.append(order)
                if not wanted.contradicted:
                    exactly.append(order)
    last = _LAST.search(context.text) is not None
    if exactly and not last:
        found = exactly
    spoken_of = [order for order in found if order.number == context.memory.order]
    if len(found) == 1 or spoken_of or (found and last):
        return (spoken_of or found)[0]
    return None


def _which_line(order: Order, offers: Sequence[Returnable], lead: str, *, exchange: bool) -> Draft:
    left = [offer for offer in offers if offer.quantity]
    if not left:
        first = Item(order.lines[0], order.lines[0].quantity)
        require_returnable(order, [first], {offer.line.id: offer for offer in offers})  # says why
    run = "exchange.line" if exchange else "return.line"
    taps = tuple(
        Tap(
            f"{said(offer.line.product, offer.quantity)} × {offer.line.product.name}"[:200],
            run,
            {"number": order.number, "position": offer.line.position},
            once=False,
        )
        for offer in left[:LISTED]
    )
    text = texts.EXCHANGE_WHAT if exchange else texts.RETURN_WHAT
    return Draft(f"{lead} {text.format(number=order.number)}".strip(), taps=taps)


def _which_variant(order: Order, item: Item, variants: Sequence[Any], lead: str) -> Draft:
    arguments = {"number": order.number, "position": item.line.position, "quantity": item.quantity}
    taps = tuple(
        Tap(product.name[:200], "exchange.variant", {**arguments, "sku": product.sku}, once=False)
        for product in variants
    )
    text = texts.EXCHANGE_FOR.format(name=item.line.product.name)
    return Draft(f"{lead} {text}".strip(), taps=taps)


@command("return.line")
def line_chosen(context: Context, arguments: Mapping[str, Any], _shown_hash: str | None) -> list[Draft]:
    """A tap on one of the lines that may come back: all of it."""
    order, offer = _offer(context, arguments)
    return [ask(context, order, [Item(offer.line, offer.quantity)], resolution_of("", order))]


@command("exchange.line")
def line_to_exchange(context: Context, arguments: Mapping[str, Any], _shown_hash: str | None) -> list[Draft]:
    """A tap on a line to exchange: for what?"""
    order, offer = _offer(context, arguments)
    wanted = Wanted()
    others = exchanges.variants(context.work, [offer.line.product])[offer.line.product_id]
    if not others:
        return [Draft(texts.NO_VARIANTS.format(name=offer.line.product.name))]
    wanted.choices.append((Item(offer.line, offer.quantity), others[:LISTED]))
    return [_which_variant(order, *wanted.choices[0], "")]


@command("exchange.variant")
def variant_chosen(context: Context, arguments: Mapping[str, Any], _shown_hash: str | None) -> list[Draft]:
    """A tap on the variant wanted instead."""
    order, offer = _offer(context, arguments)
    product = catalogue.by_sku(context.work.session, arguments["sku"])
    return [ask(context, order, [Item(offer.line, arguments["quantity"], None, product)], "exchange")]


def _offer(context: Context, arguments: Mapping[str, Any]) -> tuple[Order, Returnable]:
    order = sales.by_number(context.work, arguments["number"])
    offers = returnable(context.work, order)
    return order, next(offer for offer in offers if offer.line.position == arguments["position"])


def ask(context: Context, order: Order, items: Sequence[Item], resolution: str, lead: str = "") -> Draft:
    """Show what would come back and what that comes to; a yes means exactly that."""
    context.memory.order = order.number
    card, late = _preview(context, order, items, resolution)
    arguments = {
        "number": order.number,
        "resolution": resolution,
        "items": [
            [item.line.position, item.quantity, item.reason, item.exchange.sku if item.exchange else None]
            for item in items
        ],
        "agreed": _hash(card),
    }
    context.memory.confirmation = Confirmation(command="return.request", arguments=arguments)
    text = (texts.EXCHANGE_ASK if resolution == "exchange" else texts.RETURN_ASK).format(number=order.number)
    if late:
        text += texts.RETURN_LATE
    taps = (
        Tap(texts.YES_RETURN[resolution == "exchange"], "return.request", arguments),
        Tap(texts.NO_RETURN, "confirmation.no"),
    )
    return Draft(f"{lead} {text}".strip(), card, taps)


def _hash(card: RecordCard) -> str:
    return hashlib.sha256(card.model_dump_json().encode()).hexdigest()


def _preview(context: Context, order: Order, items: Sequence[Item], resolution: str) -> tuple[RecordCard, bool]:
    """What a request would make, made and taken back: what is shown is what is done. Raises what the request raises."""
    trial = context.work.session.begin_nested()
    try:
        made = returns.request_return(context.work, order, items, resolution=resolution)
        status, money = returns_queries.statuses_and_money(context.work, [made])[0]
        return _card(
            context, made, status, money, texts.RETURN_TITLE.format(number=order.number)
        ), made.state == "requested"
    finally:
        trial.rollback()


def _card(context: Context, row: SalesReturn, status: RefundStatus, money: ReturnMoney, title: str) -> RecordCard:
    lines = [
        CartLineView(
            position=position,
            sku=line.product.sku,
            name=line.product.name,
            quantity=line.quantity,
            quantity_text=said(line.product, line.quantity),
            price=context.price(line.price * line.product.units_per),
            total=f"-{context.money(amounts.credit)}",
            stock=texts.FOR_NEW.format(name=line.exchange_product.name) if line.exchange_product else line.reason or "",
        )
        for position, (line, amounts) in enumerate(zip(row.lines, money.lines, strict=True), start=1)
    ]
    notes = [
        texts.EXCHANGE_LINE.format(
            quantity=said(line.product, line.quantity),
            old=line.product.name,
            new=line.exchange_product.name,
            price=context.price((line.exchange_price or 0) * line.exchange_product.units_per),
            credit=context.money(amounts.credit),
            cost=context.money(amounts.replacement or 0),
        )
        for line, amounts in zip(row.lines, money.lines, strict=True)
        if line.exchange_product is not None
    ]
    breakdown = [Fact(label=texts.CREDIT, value=context.money(money.credit.total))]
    total = context.money(money.credit.total)
    if money.replacement is not None and money.difference is not None:
        breakdown.append(Fact(label=texts.REPLACEMENT, value=context.money(money.replacement.total)))
        total = context.money(abs(money.difference))
        notes.append(texts.TO_PAY if money.difference > 0 else texts.TO_YOU if money.difference < 0 else texts.EVEN)
    facts = [
        Fact(label=texts.LABEL_SETTLED, value=texts.SETTLED_BY[row.resolution].format(method=status.method)),
        Fact(
            label=texts.LABEL_REASON, value=row.reason or next((line.reason for line in row.lines if line.reason), "")
        ),
    ]
    return RecordCard(
        title=title,
        facts=[fact for fact in facts if fact.value],
        lines=lines,
        breakdown=breakdown,
        total=total,
        notes=notes,
    )


@command("return.request")
def request_now(context: Context, arguments: Mapping[str, Any], _shown_hash: str | None) -> list[Draft]:
    """Ask for it, if it still comes to what was shown."""
    context.memory.confirmation = None
    order = sales.by_number(context.work, arguments["number"])
    lines = {line.position: line for line in order.lines}
    session, resolution = context.work.session, arguments["resolution"]
    items = [
        Item(lines[position], quantity, reason, catalogue.by_sku(session, sku) if sku else None)
        for position, quantity, reason, sku in arguments["items"]
    ]
    card, _ = _preview(context, order, items, resolution)
    if _hash(card) != arguments["agreed"]:
        return [ask(context, order, items, resolution, texts.RETURN_CHANGED)]
    made = returns.request_return(context.work, order, items, resolution=resolution)
    status, money = returns_queries.statuses_and_money(context.work, [made])[0]
    text = texts.RETURN_MADE[made.state].format(number=made.number)
    if made.exchange_order is not None:
        text += texts.EXCHANGE_ORDERED.format(number=made.exchange_order.number)
    return [Draft(text, _card(context, made, status, money, texts.RETURN_NUMBER.format(number=made.number)))]


_LISTED_RETURNS: Final = re.compile(
    r"\b(?:show|list|see|which|what|any|our|my|the)\b[^.?!,;\d]{0,20}\breturns\b"
    r"(?=[^.?!,;\d]{0,20}\b(?:open|outstanding|pending|waiting|going|have|had|got|are|still|so far|yet)\b|\W*$)"
    r"|\b(?:what|which)\b[^.?!,;\d]{0,20}\b(?:have|did)\s+(?:i|we)\s+(?:sen[dt]\s+(?:you\s+)?back|returned?|g[ai]ven?\s+back)\b"
    r"|\b(?:have|did)\s+(?:i|we)\s+(?:sen[dt]|returned?|g[ai]ven?)\b[^.?!,;\d]{0,12}\b(?:anything|something)\b",
    re.IGNORECASE,
)


def asks_for_returns(context: Context) -> bool:
    """Whether it is asked which returns there are: "what have I sent back lately?", "any returns outstanding?"."""
    return _LISTED_RETURNS.search(context.text) is not None


@skill("refund_status")
def refund_status(context: Context) -> list[Draft]:
    """What has become of the money of a return: the one named, or the last ones; and of credit that goes back."""
    about_money = money.answer(context)
    if about_money is not None:
        return about_money
    number = named(context, "RT")
    if number is not None:
        return [_told(context, returns_queries.by_number(context.work, number))]
    customer, question = asked_about(context)
    if question is not None:
        return [ask_customer(context, question, context.text)]
    order_number = named(context, "SO")
    order_id = sales.by_number(context.work, order_number).id if order_number else None
    found = returns_queries.page(
        context.work, customer_id=customer.id if customer else None, order_id=order_id, limit=LISTED
    )
    paid_out = credit_refunds.under_way(context, customer) if order_id is None else []
    if not found:
        return paid_out or [Draft(texts.NO_RETURNS)]
    drafts = [_told(context, found[0])]
    if len(found) > 1:
        others = listed(f"{row.number} ({status.status})" for row, (status, _) in _statuses(context, found[1:]))
        drafts.append(Draft(texts.OTHER_RETURNS.format(others=others)))
    return drafts + paid_out


def _statuses(
    context: Context, rows: Sequence[SalesReturn]
) -> list[tuple[SalesReturn, tuple[RefundStatus, ReturnMoney]]]:
    return list(zip(rows, returns_queries.statuses_and_money(context.work, rows), strict=True))


def _told(context: Context, row: SalesReturn) -> Draft:
    _, (status, money) = _statuses(context, [row])[0]
    parts = [texts.REFUND_STATE.format(number=row.number, status=status.status, amount=context.money(status.amount))]
    if status.refunded:
        parts.append(texts.REFUNDED.format(amount=context.money(status.refunded), method=status.method))
    if status.applied:
        parts.append(texts.APPLIED.format(amount=context.money(status.applied)))
    if status.on_account:
        parts.append(texts.STANDS.format(amount=context.money(status.on_account)))
    if status.waiting_for is not None:
        day = day_text(status.by) if status.by else ""
        parts.append(texts.REFUND_WAITS[status.waiting_for].format(day=day))
    return Draft(" ".join(parts), _card(context, row, status, money, texts.RETURN_NUMBER.format(number=row.number)))
