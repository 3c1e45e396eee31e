"""change_address: an order's address, or the customer's own address book; and reading an address from a message."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from actions import texts
from actions.context import Context
from actions.drafts import Draft, Tap
from actions.memory import Confirmation
from actions.order_changes import named_address
from actions.papers_at_hand import named
from actions.parties import ask_customer, asked_about
from actions.registry import HANDLERS, command, skill
from actions.showing import address_text
from backend.chat.cards import Fact, FactsCard
from backend.customers import queries as customers
from backend.customers import service
from backend.customers.service import Place
from backend.customers.tables import Address, Customer
from backend.sales import queries as sales
from backend.sales.states import OPEN

_ORDER: Final = re.compile(r"\border\b|\bdelivery\s+of\b", re.IGNORECASE)
_INVOICE: Final = re.compile(r"\b(?:invoice|billing|accounts?)\b", re.IGNORECASE)
_IT: Final = re.compile(r"\b(?:ship|send|deliver|take|bring)\w*\s+(?:it|that|this|them|those)\b", re.IGNORECASE)
_POSTCODE: Final = re.compile(r"\b(?P<postcode>[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}|[A-Z]?\d{4,6})\b", re.IGNORECASE)
_LEAD: Final = re.compile(
    r"^.*?\b(?:to|is\s+now|is|are|address\s*:|moved\s+to|at)\s*:?\s+(?=(?:unit\s+|flat\s+|suite\s+|the\s+)?[\w'-]*\s*[^,]*,)",
    re.IGNORECASE | re.DOTALL,
)
_TAIL: Final = re.compile(
    r"\s*(?:,?\s*(?:please|thanks|thank\s+you|from\s+now\s+on|instead|as\s+of\s+\w+))+[.!]*\s*$", re.IGNORECASE
)


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
    parts = [part.strip() for part in re.split(r"[,\n]", said) if part.strip()]
    if len(parts) < 2 or not any(char.isdigit() for char in said + (postcode or "")):
        return None
    return Place(line1=", ".join(parts[:-1])[:200], city=parts[-1][:100], country=country, postcode=postcode)


@skill("change_address")
def change_address(context: Context) -> list[Draft]:
    """The address of the order that is spoken of, or the customer's own."""
    if named(context, "SO") is not None or _ORDER.search(context.text) or _means_an_order(context):
        return HANDLERS["change_order"](context)
    customer, question = asked_about(context)
    if question is not None:
        return [ask_customer(context, question, context.text)]
    if customer is None:
        return [Draft(texts.ADDRESS_WHOSE)]
    kind = "invoice" if _INVOICE.search(context.text) else "delivery"
    known = [one for one in customers.addresses(context.work, customer) if one.kind == kind]
    place = read_place(context.text, known[0].country if known else customer.country)
    if place is not None and not _known(place, known):
        return [_ask_new(context, customer, kind, place)]
    chosen = named_address(context.text, known) if len(known) > 1 else None
    if chosen is not None and not chosen.default:
        return [_ask_default(context, customer, chosen)]
    return [_choose(customer, known)]


def _means_an_order(context: Context) -> bool:
    """Whether an order that can still be changed is spoken of: "ship it to …"."""
    if context.memory.order is None or _IT.search(context.text) is None:
        return False
    return sales.by_number(context.work, context.memory.order).state in OPEN


def _known(place: Place, known: Sequence[Address]) -> bool:
    return any(
        (one.line1.casefold(), one.city.casefold()) == (place.line1.casefold(), place.city.casefold()) for one in known
    )


def _ask_new(context: Context, customer: Customer, kind: str, place: Place) -> Draft:
    arguments = {"customer": customer.code, "kind": kind, "place": packed_place(place)}
    context.memory.confirmation = Confirmation(command="address.add", arguments=arguments)
    text = texts.ADDRESS_ADD_ASK.format(customer=customer.name, kind=kind, address=address_text(packed_place(place)))
    return Draft(text, taps=(Tap(texts.ADDRESS_YES, "address.add", arguments), Tap(texts.NO_LEAVE, "confirmation.no")))


def _ask_default(context: Context, customer: Customer, address: Address) -> Draft:
    arguments = {"customer": customer.code, "address": address.id}
    context.memory.confirmation = Confirmation(command="address.default", arguments=arguments)
    text = texts.ADDRESS_DEFAULT_ASK.format(customer=customer.name, kind=address.kind, address=said_address(address))
    return Draft(
        text, taps=(Tap(texts.ADDRESS_YES, "address.default", arguments), Tap(texts.NO_LEAVE, "confirmation.no"))
    )


def _choose(customer: Customer, known: Sequence[Address]) -> Draft:
    facts = [
        Fact(label=texts.ADDRESS_USUAL if one.default else texts.ADDRESS_OTHER, value=said_address(one))
        for one in known
    ]
    taps = tuple(
        Tap(said_address(one)[:200], "address.ask", {"customer": customer.code, "address": one.id}, once=False)
        for one in known
        if not one.default
    )
    return Draft(texts.ADDRESS_WHAT, FactsCard(title=texts.ADDRESSES.format(customer=customer.name), facts=facts), taps)


@command("address.ask")
def asked(context: Context, arguments: Mapping[str, Any], _shown_hash: str | None) -> list[Draft]:
    """A tap on an address that is to be the usual one."""
    customer = customers.by_code(context.work, arguments["customer"])
    return [_ask_default(context, customer, customers.address(context.work, customer, arguments["address"]))]


@command("address.add")
def add(context: Context, arguments: Mapping[str, Any], _shown_hash: str | None) -> list[Draft]:
    """Add it, as the usual one of its kind."""
    context.memory.confirmation = None
    customer = customers.by_code(context.work, arguments["customer"])
    place = unpacked_place(arguments["place"])
    address = service.add_address(context.work, customer, place, kind=arguments["kind"], default=True)
    return [Draft(texts.ADDRESS_DONE.format(kind=address.kind, address=said_address(address)))]


@command("address.default")
def make_default(context: Context, arguments: Mapping[str, Any], _shown_hash: str | None) -> list[Draft]:
    """Make it the usual one of its kind."""
    context.memory.confirmation = None
    customer = customers.by_code(context.work, arguments["customer"])
    address = customers.address(context.work, customer, arguments["address"])
    service.change_address(context.work, customer, address, {}, default=True)
    return [Draft(texts.ADDRESS_DONE.format(kind=address.kind, address=said_address(address)))]


def said_address(one: Address) -> str:
    """An address on one line."""
    place = {"line1": one.line1, "line2": one.line2, "city": one.city, "postcode": one.postcode, "country": one.country}
    return address_text(place)


def packed_place(place: Place) -> dict[str, str | None]:
    """A place as a confirmation keeps it."""
    return {
        "line1": place.line1,
        "line2": place.line2,
        "city": place.city,
        "postcode": place.postcode,
        "country": place.country,
    }


def unpacked_place(kept: Mapping[str, str | None]) -> Place:
    """A place as it was packed."""
    return Place(
        line1=kept["line1"] or "",
        city=kept["city"] or "",
        country=kept["country"] or "",
        line2=kept["line2"],
        postcode=kept["postcode"],
    )
