"""change_address: an order's address, or the customer's own address book; and reading an address from a message."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from actions import texts
from actions import texts_addresses as words
from actions.cart import shown_cart
from actions.context import Context
from actions.destinations import (
    INVOICES,
    is_known,
    read_place,
    said_address,
    send_cart_to,
    sends_it,
    sends_this_once,
)
from actions.drafts import Draft, Tap
from actions.lines import show_cart
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
from backend.sales.tables import Cart

_ORDER: Final = re.compile(r"\border\b|\bdelivery\s+of\b", re.IGNORECASE)


def _cart_to_send(context: Context) -> Cart | None:
    """The cart on the screen, where it is what a message sends somewhere: "ship it to …"."""
    found = shown_cart(context)
    if found is None or not found[1].lines:
        return None
    return found[1] if sends_this_once(context.text) else None


@skill("change_address")
def change_address(context: Context) -> list[Draft]:
    """The address of what is in the cart, of the order that is spoken of, or the customer's own."""
    cart = _cart_to_send(context)
    if cart is not None and named(context, "SO") is None:
        return [show_cart(context, cart, send_cart_to(context, cart, context.text))]
    if named(context, "SO") is not None or _ORDER.search(context.text) or _means_an_order(context):
        return HANDLERS["change_order"](context)
    customer, question = asked_about(context)
    if question is not None:
        return [ask_customer(context, question, context.text)]
    if customer is None:
        return [Draft(words.ADDRESS_WHOSE)]
    kind = "invoice" if INVOICES.search(context.text) else "delivery"
    known = [one for one in customers.addresses(context.work, customer) if one.kind == kind]
    place = read_place(context.text, known[0].country if known else customer.country)
    if place is not None and not is_known(place, known):
        return [_ask_new(context, customer, kind, place)]
    chosen = named_address(context.text, known) if len(known) > 1 else None
    if chosen is not None and not chosen.default:
        return [_ask_default(context, customer, chosen)]
    return [_choose(customer, known)]


def _means_an_order(context: Context) -> bool:
    """Whether an order that can still be changed is spoken of: "ship it to …"."""
    if context.memory.order is None or not sends_it(context.text):
        return False
    return sales.by_number(context.work, context.memory.order).state in OPEN


def _ask_new(context: Context, customer: Customer, kind: str, place: Place) -> Draft:
    arguments = {"customer": customer.code, "kind": kind, "place": packed_place(place)}
    context.memory.confirmation = Confirmation(command="address.add", arguments=arguments)
    text = words.ADDRESS_ADD_ASK.format(customer=customer.name, kind=kind, address=address_text(packed_place(place)))
    return Draft(text, taps=(Tap(words.ADDRESS_YES, "address.add", arguments), Tap(texts.NO_LEAVE, "confirmation.no")))


def _ask_default(context: Context, customer: Customer, address: Address) -> Draft:
    arguments = {"customer": customer.code, "address": address.id}
    context.memory.confirmation = Confirmation(command="address.default", arguments=arguments)
    text = words.ADDRESS_DEFAULT_ASK.format(customer=customer.name, kind=address.kind, address=said_address(address))
    return Draft(
        text, taps=(Tap(words.ADDRESS_YES, "address.default", arguments), Tap(texts.NO_LEAVE, "confirmation.no"))
    )


def _choose(customer: Customer, known: Sequence[Address]) -> Draft:
    facts = [
        Fact(label=words.ADDRESS_USUAL if one.default else words.ADDRESS_OTHER, value=said_address(one))
        for one in known
    ]
    taps = tuple(
        Tap(said_address(one)[:200], "address.ask", {"customer": customer.code, "address": one.id}, once=False)
        for one in known
        if not one.default
    )
    return Draft(words.ADDRESS_WHAT, FactsCard(title=words.ADDRESSES.format(customer=customer.name), facts=facts), taps)


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
    return [Draft(words.ADDRESS_DONE.format(kind=address.kind, address=said_address(address)))]


@command("address.default")
def make_default(context: Context, arguments: Mapping[str, Any], _shown_hash: str | None) -> list[Draft]:
    """Make it the usual one of its kind."""
    context.memory.confirmation = None
    customer = customers.by_code(context.work, arguments["customer"])
    address = customers.address(context.work, customer, arguments["address"])
    service.change_address(context.work, customer, address, {}, default=True)
    return [Draft(words.ADDRESS_DONE.format(kind=address.kind, address=said_address(address)))]


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
