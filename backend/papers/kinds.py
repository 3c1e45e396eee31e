"""The kinds of papers, what they are called, and which role may have which: a table, asked by everything here."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from backend.identity.tables import Role


class Kind(StrEnum):
    """A kind of paper; the value stands in addresses."""

    QUOTE = "quote"
    ORDER_CONFIRMATION = "order_confirmation"
    DELIVERY_NOTE = "delivery_note"
    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    PURCHASE_ORDER = "purchase_order"


TITLES: Final[Mapping[Kind, str]] = {
    Kind.QUOTE: "Quote",
    Kind.ORDER_CONFIRMATION: "Order confirmation",
    Kind.DELIVERY_NOTE: "Delivery note",
    Kind.INVOICE: "Invoice",
    Kind.CREDIT_NOTE: "Credit note",
    Kind.PURCHASE_ORDER: "Purchase order",
}

_SELLING: Final = frozenset({Role.CUSTOMER, Role.REP, Role.DESK, Role.MANAGER})

# Who may have a paper of a document that they may see: a customer's people those of their own company, our sales
# people and the manager all that goes to customers, buyers and the manager what goes to suppliers. The table narrows
# what the document's own rule allows, and never widens it.
MAY_HAVE: Final[Mapping[Kind, frozenset[Role]]] = {
    Kind.QUOTE: _SELLING,
    Kind.ORDER_CONFIRMATION: _SELLING,
    Kind.DELIVERY_NOTE: _SELLING,
    Kind.INVOICE: _SELLING,
    Kind.CREDIT_NOTE: _SELLING,
    Kind.PURCHASE_ORDER: frozenset({Role.BUYER, Role.MANAGER}),
}


def kinds_for(role: Role) -> tuple[Kind, ...]:
    """The kinds of papers a role may have."""
    return tuple(kind for kind in Kind if role in MAY_HAVE[kind])
