"""Where goods are to go, as people write it: an address that is known, or a new one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from actions import texts_addresses as words
from actions.context import Context
from actions.order_changes import TO_THE_USUAL, named_address
from actions.showing import address_text
from backend.customers import queries as customers
from backend.customers.service import Place
from backend.customers.tables import Address, Customer
from backend.sales import carts
from backend.sales.tables import Cart
from backend.sales.terms import default_address

_POSTCODE: Final = re.compile(r"\b(?P<postcode>[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}|[A-Z]?\d{4,6})\b", re.IGNORECASE)
_LEAD: Final = re.compile(
    r"^.*?\b(?:to|is\s+now|is|are|address\s*:|moved\s+to|at)\s*:?\s+(?=(?:unit\s+|flat\s+|suite\s+|the\s+)?[\w'-]*\s*[^,]*,)",
    re.IGNORECASE | re.DOTALL,
)
_TAIL: Final = re.compile(
    r"(?:[,\s]{0,4}(?:please|thanks|thank\s+you|from\s+now\s+on|instead|this\s+time|just\s+this\s+once"
    r"|as\s+of\s+\w+))+[.!]*\s*$",
    re.IGNORECASE,
)


_WHOSE: Final = re.compile(r"^(?:their|our|my)\s+", re.IGNORECASE)
_SENDS_HOME: Final = re.compile(
    r"\b(?:send|deliver|ship|bring|take)\s+(?:(?:it|that|this|them|those|everything)\s+(?:all\s+)?"
    rf"|(?:that|this|the|my|our)\s+(?:last\s+)?order\s+|(?:order\s+)?SO-?\d+\s+)(?:back\s+)?{TO_THE_USUAL.pattern}",
    re.IGNORECASE,
)
_ALL_OF_IT: Final = (
    r"(?:it|that|this|them|those|everything|all\s+(?:of\s+)?(?:it|that|this)|the\s+(?:lot|whole\s+lot|goods))"
)
_SENDS_IT: Final = re.compile(
    rf"\b(?:ship|send|deliver|take|bring|drop|direct|redirect|divert|re-?route)\w*\s+{_ALL_OF_IT}\b"
    rf"|\b(?:have|get|want|wants|like|need|needs|prefer|having|getting)\s+{_ALL_OF_IT}\s+(?:all\s+|to\s+be\s+|to\s+)?"
    r"(?:sent|shipped|delivered|taken|brought|dropped|redirected|diverted|go|going|come)\b"
    rf"|\b{_ALL_OF_IT}\s+(?:all\s+)?(?:(?:should|can|could|must|needs?\s+to|has\s+to|is\s+to|wants?\s+to|ought\s+to)\s+)"
    r"(?:go|come|be\s+(?:sent|shipped|delivered|dropped))\b|\b(?:can|could|should|must)\s+"
    rf"{_ALL_OF_IT}\s+(?:all\s+)?(?:go|come|be\s+(?:sent|shipped|delivered|dropped))\b",
    re.IGNORECASE,
)
_TO_A_PLACE: Final = re.compile(r"\b(?:to|at|over\s+to|round\s+to)\s+\S", re.IGNORECASE)
_ASKS: Final = re.compile(
    r"^\W*(?:and\s+|so\s+)?(?:how|when|what|where|which|why|is|are|was|did|does|do|has|have\s+(?:you|they)|if)\b",
    re.IGNORECASE,
)
INVOICES: Final = re.compile(r"\b(?:invoice|billing|accounts?)\b", re.IGNORECASE)
_FOR_GOOD: Final = re.compile(
    r"\b(?:from\s+now\s+on|always|in\s+future|usual|default|moved|moving|new\s+address|our\s+address|my\s+address)\b",
    re.IGNORECASE,
)
_WHERE_TO: Final = re.compile(
    r"\bwhere(?:['’]?s|\s+is|\s+are|\s+will|\s+does|\s+do)?\s+[^?.!,]{0,40}\b(?:going|go|headed|heading|deliver(?:ed|ing)?\s+to"
    r"|sent\s+to|sending|being\s+(?:sent|delivered))\b"
    r"|\b(?:which|what)\s+(?:delivery\s+)?address\b[^?.!]*\b(?:going|go|goes|sent|send|deliver\w*|for|on|have)\b",
    re.IGNORECASE,
)


def sends_home(text: str) -> bool:
    """Whether words send what is spoken of to the usual address after all."""
    return _SENDS_HOME.search(text) is not None


def sends_it(text: str) -> bool:
    """Whether words send what is spoken of somewhere: "send it to …", "have it delivered to …", "it should go to …"."""
    return _SENDS_IT.search(text) is not None


def sends_this_once(text: str) -> bool:
    """The same where it is no change of the address book, nor of where invoices go."""
    return sends_it(text) and not _FOR_GOOD.search(text) and not INVOICES.search(text)


def sent_to(context: Context, customer: Customer, text: str) -> Place | None:
    """Where words plainly send what is spoken of: to a new address, or to one of the customer's that they name as it is
    written; None for any other message.
    """
    if not sends_this_once(text) or _ASKS.search(text) or not _TO_A_PLACE.search(text):
        return None
    place = destination(context, customer, text)
    if place is None:
        return None
    said = set(re.findall(r"[^\W\d_]{4,}", text.casefold()))
    written = " ".join(part for part in (place.line1, place.line2, place.city) if part).casefold()
    code = (place.postcode or "").casefold().replace(" ", "")
    by_code = bool(code) and code in text.casefold().replace(" ", "")
    return place if by_code or said & set(re.findall(r"[^\W\d_]{4,}", written)) else None


def asks_where_to(text: str) -> bool:
    """Whether it is asked where goods are going: "where's it going?", "which address is that going to?"."""
    return _WHERE_TO.search(text) is not None


def where_to(context: Context, customer: Customer, destination: Mapping[str, Any] | None) -> str:
    """An address on one line: the one that was agreed, or where the customer's goods usually go."""
    if destination:
        return address_text(destination)
    usual = default_address(context.work, customer)
    return said_address(usual) if usual else words.NO_ADDRESS


def read_place(text: str, country: str) -> Place | None:
    """A new address from a message: a street, a town, and a postcode where there is one; None where it has none.

    >>> read_place("send it to Unit 4, 12 Mill Lane, Leeds LS1 4AB please", "United Kingdom")
    Place(line1='Unit 4, 12 Mill Lane', city='Leeds', country='United Kingdom', line2=None, postcode='LS1 4AB')
    """
    said = _TAIL.sub("", _LEAD.sub("", text.strip(), count=1)).strip(" .,")
    postcode = None
    codes = list(_POSTCODE.finditer(said))
    if codes and codes[-1].start() > 0:
        postcode = " ".join(codes[-1]["postcode"].upper().split())
        said = (said[: codes[-1].start()] + said[codes[-1].end() :]).strip(" .,")
    parts = [part.strip() for part in re.split(r"[,\n]", _WHOSE.sub("", said)) if part.strip()]
    if len(parts) < 2 or not any(char.isdigit() for char in said + (postcode or "")):
        return None
    return Place(line1=", ".join(parts[:-1])[:200], city=parts[-1][:100], country=country, postcode=postcode)


def is_known(place: Place, known: Sequence[Address]) -> bool:
    """Whether a place is one of these addresses, by street and town."""
    return any(
        (one.line1.casefold(), one.city.casefold()) == (place.line1.casefold(), place.city.casefold()) for one in known
    )


def destination(context: Context, customer: Customer, text: str) -> Place | None:
    """Where words say that goods are to go: one of the customer's addresses, or a new one; None for neither."""
    known = [one for one in customers.addresses(context.work, customer) if one.kind == "delivery"]
    place = read_place(text, known[0].country if known else customer.country)
    named_one = named_address(text, known) if place is None or is_known(place, known) else None
    if named_one is None:
        return place
    return Place(**{name: getattr(named_one, name) for name in ("line1", "city", "country", "line2", "postcode")})


def send_cart_to(context: Context, cart: Cart, text: str) -> str:
    """Send what is in a cart where words say; what is said of it where they can't be read, else nothing."""
    place = destination(context, cart.customer, text)
    if place is None:
        return words.GOES_TO_UNREAD.format(text=text[:80], address=where_to(context, cart.customer, None))
    carts.send_to(context.work, cart, place)
    return ""


def said_address(one: Address) -> str:
    """An address on one line."""
    place = {"line1": one.line1, "line2": one.line2, "city": one.city, "postcode": one.postcode, "country": one.country}
    return address_text(place)
