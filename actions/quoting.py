"""quote_request: a quote from what is in the cart, from the words of a message, and what becomes of quotes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from actions import texts, texts_conversation
from actions.context import Context
from actions.documents import paper
from actions.drafts import Draft, Tap
from actions.lines import ask, show_cart
from actions.memory import Confirmation
from actions.ordering import order, read
from actions.papers_at_hand import named
from actions.parties import ask_customer, asked_about, match_customer, resolve_customer
from actions.registry import command, skill
from actions.showing import breakdown, day_text, goes_to, hold_notes, order_card, percent, price_text
from backend.catalogue.quantities import said_with_packs
from backend.chat.cards import CartLineView, Fact, RecordCard, TableCard
from backend.customers import queries as customers
from backend.errors import Stale
from backend.papers.kinds import Kind
from backend.quotes import accepting, queries, quoting
from backend.quotes.queries import Wanted
from backend.quotes.tables import Quote
from backend.sales import carts
from backend.sales import queries as sales
from backend.sales.tables import Cart

LISTED: Final = 8
_ACCEPT: Final = re.compile(r"\b(?:accept|go\s+ahead|place|order|take|agree|approve|yes)\b", re.IGNORECASE)
_DECLINE: Final = re.compile(
    r"\b(?:decline|reject|refuse|don't\s+want|not\s+interested|too\s+expensive|turn(?:\s+\w+){0,3}\s+down)\b",
    re.IGNORECASE,
)
_SEND: Final = re.compile(r"\bsend\b(?!\s+(?:me|us)\b)", re.IGNORECASE)
_COPY: Final = re.compile(r"\b(?:copy|pdf|print|download|paper|send\s+(?:me|us))\b", re.IGNORECASE)
_MINE: Final = re.compile(r"\b(?:my|our|the|open|these|any|which|what|list|show)\b[^.?!]*\bquotes\b", re.IGNORECASE)
_WHAT_TO_DO: Final = (_ACCEPT, _DECLINE, _SEND, _COPY)
_THE_ONE: Final = re.compile(
    r"[^\d]*\b(?:the|that|this|your|our|my)\s+(?:last\s+|latest\s+|new\s+)?quot(?:e|ation)\b[^\d]*", re.IGNORECASE
)
"""As in "go ahead with that quote"; what has numbers in it asks for another."""
_FOR_WHOM: Final = re.compile(
    r"\b(?:give|send|make|prepare|do|draw\s+up)\s+(?P<who>[\w&'. -]{2,60}?)\s+(?:a|an|the)\s+(?:quote|quotation|price)"
    r"\s+(?:for|on)\s+(?P<rest>.+)$",
    re.IGNORECASE | re.DOTALL,
)
_QUOTE_WHOM: Final = re.compile(
    r"^\W*(?:(?:please|pls|can|could|you|i['’]?d|i|we|like|want|need|to|hi|hello)\b\W*)*(?:quote|price\s+up)\s+"
    r"(?P<who>(?!(?:me|us|for)\b)[a-z][\w&'. -]{1,60}?)"
    r"\s+(?:for\s+|on\s+)?(?P<rest>\d.*)$",
    re.IGNORECASE | re.DOTALL,
)
_RATE_ONLY: Final = re.compile(
    r"^\W*(?:(?:ok|okay|no|then|make|it|that|what|how|about|call|say|just|only|with|at|sorry|actually|let['’]?s)\b\W*)*\d{1,2}(?:[.,]\d{1,2})?\s*"
    r"(?:%|per\s*cent|percent)(?:\s*(?:off|discount|then|instead|please))*\W*$",
    re.IGNORECASE,
)
_DISCOUNT: Final = re.compile(
    r"(?:,|\bwith|\bat|\bless|\band|\bminus)?\s*(?:a\s+)?(?P<rate>\d{1,2}(?:[.,]\d{1,2})?)\s*(?:%|per\s*cent|percent)"
    r"(?:\s*(?:off|discount|rebate))?",
    re.IGNORECASE,
)


def concerns(context: Context) -> bool:
    """Whether a message is about a quote by its number or the one spoken of, or asks which there are; or says another
    discount for the one that is being put together.
    """
    return _another_discount(context) or _number(context) is not None or _MINE.search(context.text) is not None


def _another_discount(context: Context) -> bool:
    memory = context.memory
    under_way = memory.purpose == "quote" and (memory.cart_shown is not None or bool(memory.questions))
    own = context.work.principal.customer_id is not None
    return under_way and not own and _RATE_ONLY.match(context.text) is not None


def _number(context: Context) -> str | None:
    """Of the quote that a message names, or means where one was spoken of."""
    text = context.text
    done_with = _THE_ONE.fullmatch(text) is not None and any(what.search(text) for what in _WHAT_TO_DO)
    spoken_of = context.memory.quote if done_with and context.memory.purpose != "quote" else None
    return named(context, "QU") or spoken_of


@skill("quote_request")
def quote_request(context: Context) -> list[Draft]:
    """Make a quote, or do with one what its number comes with."""
    if _another_discount(context):
        return _with_discount(context)
    number = _number(context)
    if number is not None:
        return [_with(context, queries.quote(context.work, number))]
    if _MINE.search(context.text):
        return _list(context)
    context.memory.purpose = "quote"
    whom = _FOR_WHOM.search(context.text)
    if whom is not None:
        behalf = "" if whom["who"].casefold() in ("me", "us") else f" for {whom['who']}"
        context.text = f"{whom['rest']}{behalf}"
    else:
        _turn_to_whom_it_is_for(context)
    discount = _DISCOUNT.search(context.text)
    if discount is not None:
        context.memory.discount = Decimal(discount["rate"].replace(",", ".")) / 100
        context.text = _DISCOUNT.sub(" ", context.text)
    if any(line.amount is not None or line.sku for line in read(context).lines):
        return order(context)
    customer, question = resolve_customer(context, None)
    if customer is None:
        return [ask_customer(context, question, context.text)]
    cart = carts.open_cart(context.work, customer)
    return [show_cart(context, cart)] if cart.lines else [Draft(texts.QUOTE_WHAT)]


def _turn_to_whom_it_is_for(context: Context) -> None:
    """Have "quote Harper 200 bolts" read as bolts for Harper, where that names a customer."""
    whom = _QUOTE_WHOM.match(context.text)
    if whom is not None and context.work.principal.customer_id is None:
        customer, _ = match_customer(context, whom["who"])
        if customer is not None:
            context.text = f"{whom['rest']} for {customer.name}"


def _with_discount(context: Context) -> list[Draft]:
    """The quote that is being put together with another discount, or what is asked about it once more."""
    rate = _DISCOUNT.search(context.text)
    assert rate is not None
    context.memory.discount = Decimal(rate["rate"].replace(",", ".")) / 100
    context.intent = "quote_request"
    if context.memory.questions:
        return [ask(context, texts_conversation.LESS_THEN.format(rate=percent(context.memory.discount)))]
    customer, question = resolve_customer(context, None)
    if customer is None:
        return [ask_customer(context, question, context.text)]
    return [show_cart(context, carts.open_cart(context.work, customer))]


@command("quote.make")
def make(context: Context, arguments: Mapping[str, Any], shown_hash: str | None) -> list[Draft]:
    """A tap on "Make it a quote"."""
    customer = customers.by_code(context.work, arguments["customer"])
    return [made(context, carts.open_cart(context.work, customer), shown_hash or "")]


def made(context: Context, cart: Cart, agreed: str) -> Draft:
    """A quote of the cart that was shown; Stale where it has changed since."""
    if carts.priced(context.work, cart).fingerprint != agreed:
        raise Stale(texts.CART_CHANGED, code="cart_changed")
    quote = quoting.quote_cart(context.work, cart)
    if context.memory.discount and context.work.principal.customer_id is None:
        quote = quoting.edit(context.work, quote, discount=context.memory.discount)
    carts.clear(context.work, cart)
    context.memory.cart_shown = context.memory.discount = None
    context.memory.purpose = "order"
    return _shown(context, quote, texts.QUOTE_MADE[quote.state])


def _with(context: Context, quote: Quote) -> Draft:
    text = context.text
    if _COPY.search(text):
        return paper(context, Kind.QUOTE, quote.number)
    if _DECLINE.search(text):
        return _ask(context, quote, "quote.decline", texts.QUOTE_DECLINE_ASK, texts.YES_DECLINE)
    if quote.state == "draft" and _SEND.search(text):
        return _ask(context, quote, "quote.send", texts.QUOTE_SEND_ASK, texts.YES_SEND)
    if quote.state == "sent" and _ACCEPT.search(text):
        return _ask(context, quote, "quote.accept", texts.QUOTE_ACCEPT_ASK, texts.YES_ACCEPT)
    return _shown(context, quote, texts.QUOTE_IS)


def _ask(context: Context, quote: Quote, run: str, text: str, yes: str) -> Draft:
    arguments = {"number": quote.number, "version": quote.version}
    context.memory.confirmation = Confirmation(command=run, arguments=arguments)
    said = text.format(number=quote.number, total=context.money(quote.total), customer=quote.customer.name)
    return Draft(said, quote_card(context, quote), (Tap(yes, run, arguments), Tap(texts.NO_LEAVE, "confirmation.no")))


def _shown(context: Context, quote: Quote, text: str) -> Draft:
    context.memory.quote = quote.number
    arguments = {"number": quote.number, "version": quote.version}
    taps: list[Tap] = []
    if quote.state == "draft":
        taps = [Tap(texts.SEND_IT, "quote.ask", {**arguments, "what": "send"}, once=False)]
    elif quote.state == "sent":
        taps = [
            Tap(texts.ACCEPT_IT, "quote.ask", {**arguments, "what": "accept"}, once=False),
            Tap(texts.DECLINE_IT, "quote.ask", {**arguments, "what": "decline"}, once=False),
        ]
    if quote.state != "draft":
        taps.append(Tap(texts.AS_PDF, "quote.paper", arguments, once=False))
    said = text.format(
        number=quote.number,
        state=quote.state,
        total=context.money(quote.total),
        day=day_text(quote.valid_until),
        order=quote.order_number or "",
    )
    return Draft(said, quote_card(context, quote), tuple(taps))


def quote_card(context: Context, quote: Quote) -> RecordCard:
    """A quote with its lines and what its total is made of."""
    lines = [
        CartLineView(
            position=line.position,
            sku=line.product.sku,
            name=line.product.name,
            quantity=line.quantity,
            quantity_text=said_with_packs(line.product, list(line.product.packs), line.quantity),
            price=price_text(context, line.product, line.price),
            total=context.money(line.total),
            stock=texts.LESS.format(rate=percent(line.discount)) if line.discount else "",
        )
        for line in quote.lines
    ]
    facts = [
        Fact(label=texts.LABEL_STATE, value=quote.state),
        Fact(label=texts.LABEL_CUSTOMER, value=quote.customer.name),
        Fact(label=texts.LABEL_VALID, value=day_text(quote.valid_until)),
        Fact(label=texts.LABEL_REFERENCE, value=quote.customer_reference or ""),
        Fact(label=texts.LABEL_ORDER, value=quote.order_number or ""),
    ]
    return RecordCard(
        title=texts.QUOTE_TITLE.format(number=quote.number),
        facts=[fact for fact in facts if fact.value],
        lines=lines,
        breakdown=breakdown(context, queries.breakdown(context.work, quote)),
        total=context.money(quote.total),
        notes=[*goes_to(quote.destination), *([quote.note] if quote.note else [])],
    )


def _list(context: Context) -> list[Draft]:
    customer, question = asked_about(context)
    if question is not None:
        return [ask_customer(context, question, context.text)]
    found = queries.quotes(context.work, Wanted(customer_id=customer.id if customer else None, limit=LISTED))
    if not found:
        return [Draft(texts.NO_QUOTES)]
    rows = [
        [quote.number, quote.customer.name, quote.state, day_text(quote.valid_until), context.money(quote.total)]
        for quote in found
    ]
    taps = tuple(
        Tap(texts.SHOW_IT.format(number=quote.number), "quote.show", {"number": quote.number}, once=False)
        for quote in found[:4]
    )
    return [Draft(texts.QUOTES, TableCard(title=texts.QUOTES_TITLE, columns=texts.QUOTE_COLUMNS, rows=rows), taps)]


@command("quote.show")
def show(context: Context, arguments: Mapping[str, Any], _shown_hash: str | None) -> list[Draft]:
    """A tap on one of the quotes listed."""
    return [_shown(context, queries.quote(context.work, arguments["number"]), texts.QUOTE_IS)]


@command("quote.paper")
def paper_of(context: Context, arguments: Mapping[str, Any], _shown_hash: str | None) -> list[Draft]:
    """A tap on "As a PDF"."""
    return [paper(context, Kind.QUOTE, arguments["number"])]


@command("quote.ask")
def asked(context: Context, arguments: Mapping[str, Any], _shown_hash: str | None) -> list[Draft]:
    """A tap on what to do with a quote: ask first."""
    quote = queries.quote(context.work, arguments["number"])
    texts_of = {
        "send": (texts.QUOTE_SEND_ASK, texts.YES_SEND),
        "accept": (texts.QUOTE_ACCEPT_ASK, texts.YES_ACCEPT),
        "decline": (texts.QUOTE_DECLINE_ASK, texts.YES_DECLINE),
    }
    return [_ask(context, quote, f"quote.{arguments['what']}", *texts_of[arguments["what"]])]


def _current(context: Context, arguments: Mapping[str, Any]) -> Quote:
    context.memory.confirmation = None
    quote = queries.quote(context.work, arguments["number"])
    if quote.version != arguments["version"]:
        raise Stale(texts.QUOTE_CHANGED.format(number=quote.number), code="quote_changed")
    return quote


@command("quote.send")
def send(context: Context, arguments: Mapping[str, Any], _shown_hash: str | None) -> list[Draft]:
    """Offer it to the customer."""
    quote = quoting.send(context.work, _current(context, arguments))
    return [_shown(context, quote, texts.QUOTE_SENT)]


@command("quote.decline")
def decline(context: Context, arguments: Mapping[str, Any], _shown_hash: str | None) -> list[Draft]:
    """Not wanted."""
    quote = quoting.decline(context.work, _current(context, arguments))
    return [Draft(texts.QUOTE_DECLINED.format(number=quote.number))]


@command("quote.accept")
def accept(context: Context, arguments: Mapping[str, Any], _shown_hash: str | None) -> list[Draft]:
    """Order it at the quoted prices."""
    placed = accepting.accept(context.work, _current(context, arguments))
    placed = sales.by_number(context.work, placed.number)
    context.memory.order = placed.number
    text = texts.QUOTE_ACCEPTED.format(
        number=arguments["number"], order=placed.number, total=context.money(placed.total)
    )
    held = " ".join(hold_notes(context, placed))
    return [Draft(f"{text} {held}".strip(), order_card(context, placed))]
