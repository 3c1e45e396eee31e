"""Questions about the cart on the screen that name nothing: "when would it come?", "what's that all together?"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from actions import texts, texts_conversation
from actions.cart import shown_cart
from actions.context import Context
from actions.destinations import asks_where_to, sends_home, sent_to, where_to
from actions.drafts import Draft
from actions.language.references import read_document_numbers
from actions.lines import show_cart
from actions.ordering import without_particulars
from actions.showing import breakdown, day_text, listed
from actions.subjects import named_part
from backend.catalogue.quantities import said
from backend.catalogue.tables import Product
from backend.quotes import queries as quotes
from backend.sales import carts
from backend.sales import queries as sales
from backend.sales.covering import cover_all
from backend.sales.tables import Cart
from backend.sales.terms import first_arrival
from backend.stock.promising import Promise
from backend.stock.queries import positions

_OF_ORDERS: Final = frozenset({"order_status", "delivery_eta", "order_history"})
_AN_ORDER: Final = re.compile(  # what is already on its way, rather than what would be ordered
    r"\b(?:orders?|ordered|parcels?|packages?|consignments?|track\w*|sent|shipped|dispatched|despatched|left|late|overdue"
    r"|where|last|yesterday\w*|has|have\s+(?:you|they))\b",
    re.IGNORECASE,
)
_NAMELESS: Final = re.compile(
    r"\b(?:come|comes|arrive|arrives|deliver|delivered|delivery|here|there|soon(?:est)?|earliest|whens|when's|very|quick\w*|fast|long|turn\s?up|be"
    r"|with|us|me|could|would|will|can|might|take|then|today|tomorrow|right|away|possible|possibly|receive|ready|land"
    r"|reach|likely|day)\b",
    re.IGNORECASE,
)
_COMES: Final = re.compile(
    r"\bwhen(?:['’]?s|\s+is|\s+would\s+be)?\s+(?:the\s+)?(?:very\s+)?(?:soonest|earliest|quickest)\b"
    r"|\b(?:when|how\s+(?:soon|long|quick\w*)|can|could|will|would)\b[^.!]*\b(?:come|arrive|deliver\w*|here|have|get|reach|receive|take)\b",
    re.IGNORECASE,
)
_LEAD: Final = (
    r"^\s*(?:(?:and|so|ok|okay|right|thanks|great|lovely|fine|good|hmm|well|yes|yeah|yep|sorry|wait|oh"
    r"|but|just)[\s,.]+)*"
)
_IT_ALL: Final = (
    r"(?:(?:that|this)(?:\s+lot)?|it|all\s+(?:of\s+)?(?:that|this|it)|everything"
    r"|the\s+(?:whole\s+)?(?:lot|order|thing|cart|basket))"
)
_COMES_TO: Final = r"(?:come\s+to|cost(?:\s+(?:me|us))?|be|work\s+out\s+at|add\s+up\s+to|set\s+(?:me|us)\s+back)"
_IN_ALL: Final = (
    r"(?:\s+(?:in\s+all|in\s+total|all\s*together|altogether|all\s+in|then|so\s+far|now|please|mate"
    r"|(?:with|inc(?:l|luding|luded|lusive\s+of)?\.?|plus|and|ex(?:cl|cluding)?\.?|before|after|without)\s+(?:the\s+)?"
    r"(?:vat|delivery|tax|carriage|postage|shipping)))*"
)
_WHAT_IN_ALL: Final = re.compile(
    rf"{_LEAD}(?:how\s+much\s+(?:is|does|would|will|for)?\s*{_IT_ALL}(?:\s+{_COMES_TO})?"
    rf"|what(?:'s|s|\s+is|\s+does|\s+would|\s+will)?\s+{_IT_ALL}\s+{_COMES_TO}"
    rf"|how\s+much\s+(?:all\s*together|altogether|in\s+all|in\s+total|do\s+(?:i|we)\s+owe\s+you\s+for\s+{_IT_ALL})"
    rf"|what\s+are\s+we\s+(?:looking\s+at|up\s+to|at)"
    rf"){_IN_ALL}\s*[?.!]*\s*$",
    re.IGNORECASE,
)
_THE_TOTAL: Final = re.compile(
    rf"{_LEAD}(?:what(?:'s|s|\s+is)?\s+)?(?:the|my|our|and\s+the)?\s*(?:damage|total|grand\s+total|bill|sum)(?:\s+is)?"
    rf"(?:\s+(?:for|of|on)\s+{_IT_ALL})?{_IN_ALL}\s*[?.!]*\s*$",
    re.IGNORECASE,
)
_ALL_THERE: Final = re.compile(
    rf"{_LEAD}(?:(?:is|are)\s+(?:any(?:thing)?|all|some)?\s*(?:of\s+)?(?:{_IT_ALL}|them|those|these)?\s*(?:going\s+to\s+be\s+|gonna\s+be\s+|all\s+|likely\s+to\s+be\s+)*"
    r"(?:late|short|missing|delayed|in\s+stock|available|on\s+back\s?order|out\s+of\s+stock|there)"
    rf"|(?:have\s+you|you)\s+got\s+(?:it\s+all|{_IT_ALL}|them\s+all|enough)(?:\s+(?:in\s+stock|there|in))?"
    rf"|anything\s+(?:short|late|out\s+of\s+stock|on\s+back\s?order|missing))(?:\s+(?:at\s+all|now|then|today))?\s*[?.!]*\s*$",
    re.IGNORECASE,
)
_EXTRAS: Final = r"(?:vat|v\.a\.t\.?|tax|delivery|carriage|postage|shipping|freight|p\s?(?:&|and)\s?p)"
_ADDED: Final = re.compile(
    rf"{_LEAD}(?:(?:does|do|is|are|will|would|did)\s+(?:{_IT_ALL}|there)?(?:\s*(?:the\s+)?(?:price|prices|total|figure))?\s*(?:include[sd]?|with|inc\.?|incl\.?"
    rf"|including|come\s+with|have)?\s*(?:the\s+|any\s+)?{_EXTRAS}(?:\s+(?:and|or|&)\s+{_EXTRAS})?(?:\s+(?:charges?|costs?|fees?))?"
    rf"(?:\s+(?:in(?:cluded)?|extra|on\s+top|free|in\s+(?:that|it|there)|then|as\s+well))*"
    r")\s*[?.!]*\s*$",
    re.IGNORECASE,
)


def answer(context: Context) -> list[Draft] | None:
    """The answer to a question about the cart that was shown last, or that is being filled; None for other messages."""
    cart = _cart_at_hand(context)
    if cart is None:
        return _of_the_quote(context)
    if context.memory.purpose == "standing":
        return None
    place = None if read_document_numbers(context.text) else sent_to(context, cart.customer, context.text)
    if sends_home(context.text):
        carts.send_to(context.work, cart, None)
        lead = ""
    elif place is not None:
        carts.send_to(context.work, cart, place)
        goes = texts.CART_GOES_TO.format(address=where_to(context, cart.customer, cart.destination))
        lead = goes if context.memory.questions else ""  # the cart says so itself
    elif asks_where_to(context.text) and not read_document_numbers(context.text):
        lead = texts.CART_GOES_TO.format(address=where_to(context, cart.customer, cart.destination))
    elif _asks_when(context) or _ALL_THERE.match(context.text):
        lead = _arrival(context, cart)
    elif _ADDED.match(context.text):
        lead = _what_is_added(context, cart)
    elif _asks_for_the_total(context):
        lead = ""
    else:
        return None
    context.intent, context.aside = "show_cart", True
    if context.memory.questions:  # it can't be placed yet
        return [Draft(lead or texts.SO_FAR.format(total=context.money(carts.priced(context.work, cart).total)))]
    return [show_cart(context, cart, lead)]


def _cart_at_hand(context: Context) -> Cart | None:
    found = shown_cart(context)
    if found is not None:
        return found[1] if found[1].lines else None
    filling = bool(context.memory.questions) and context.memory.questions[0].kind != "customer"
    customer = context.customer() if filling else None
    cart = sales.cart_of(context.work, customer.id) if customer is not None else None
    return cart if cart is not None and cart.lines else None


def _of_the_quote(context: Context) -> list[Draft] | None:
    """When what was just quoted would come, if it were ordered now: "and could it come by the end of the month?"."""
    number, heard = context.memory.quote, context.memory.heard
    if number is None or heard is None or heard.skill != "quote_request" or not _COMES.search(context.text):
        return None
    if not _names_nothing(context, without_particulars(context, context.text)):
        return None
    quote = quotes.quote(context.work, number)
    if quote.state not in ("draft", "sent"):
        return None
    stock = positions(context.work.session, [line.product_id for line in quote.lines])
    covered = cover_all(
        context.work,
        {line.product_id: (line.quantity, max(0, stock[line.product_id].available)) for line in quote.lines},
    )
    context.intent = "delivery_eta"
    lines = [(line.product, covered[line.product_id]) for line in quote.lines]
    return [Draft(_would_come(lines, first_arrival(context.work)))]


def _asks_when(context: Context) -> bool:
    topic = context.memory.topic
    if context.intent != "delivery_eta" or (topic is not None and topic.skill in _OF_ORDERS):
        return False
    return _names_nothing(context, context.text)


def _names_nothing(context: Context, text: str) -> bool:
    """Whether a question about a delivery names neither goods nor an order."""
    if _AN_ORDER.search(context.text) or read_document_numbers(context.text):
        return False
    return not named_part(_NAMELESS.sub(" ", text)).strip("?!. ")


def _asks_for_the_total(context: Context) -> bool:
    """After a price, "how much is that?" is about that product; what the total is, is not."""
    if _THE_TOTAL.match(context.text):
        return True
    return context.memory.topic is None and _WHAT_IN_ALL.match(context.text) is not None


def _what_is_added(context: Context, cart: Cart) -> str:
    """What the total has in it beside the goods: delivery and taxes."""
    added = breakdown(context, carts.priced(context.work, cart).totals)[1:]
    own = {texts.DELIVERY: texts.DELIVERY.lower()}
    parts = [f"{own.get(fact.label, fact.label)} {fact.value}" for fact in added]
    return texts_conversation.IN_IT.format(parts=listed(parts)) if parts else texts_conversation.NOTHING_ADDED


def _arrival(context: Context, cart: Cart) -> str:
    """When what is in the cart would arrive if it were placed now: what is in stock, and each line that is short."""
    priced = carts.priced(context.work, cart)
    day = max(priced.arrives, priced.requested_date) if priced.requested_date else priced.arrives
    return _would_come([(line.product, line.covered) for line in priced.lines], day)


def _would_come(lines: Sequence[tuple[Product, Promise]], day: date) -> str:
    short = [(product, covered) for product, covered in lines if covered.back_ordered]
    if not short:
        return texts.WOULD_ARRIVE.format(day=day_text(day))
    late = "".join(
        texts.PROMISED.format(
            quantity=said(product, covered.back_ordered), name=product.name, day=day_text(covered.promised_date)
        )
        for product, covered in short
    )
    rest = texts.ARRIVES.format(day=day_text(day)) if any(covered.reserved for _, covered in lines) else ""
    return f"{rest}{late}".strip()
