"""What a reading means for a role, and when order lines count for more than a guess; free of any conversation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from actions.language.orders import ReadLine
from actions.skills import NOT_UNDERSTOOD, ORDERING, SELLERS, SKILLS
from backend.identity.tables import Role

SURE: Final = 0.55
CERTAIN: Final = 0.8
ORDER_SKILLS: Final = frozenset({"place_order", "add_item", "order_for_customer"})
# Where one of these is most likely meant, quantities and products are what it is about, not what is ordered.
_ABOUT_GOODS: Final = frozenset(
    {"return_items", "exchange_items", "cancel_order", "change_order", "quote_request", "stock_check", "price_check"}
)
_SENDS_BACK: Final = re.compile(
    r"\b(?:send|sending|sent|give|giving|bring|bringing|take|taking|ship|shipping|go|going)\b[^.;\n]{0,80}?"
    r"(?<!get )(?<!call )(?<!-)\bback\b(?=\s*(?:[.,;:!?]|$|\d|(?:to|as|because|since|for|from|of|the|some|those"
    r"|these|my|our|all|and|please|thanks)\b))|\breturn(?:s|ing|ed)?\b|\brefund|\bexchang(?:e|es|ing)\b",
    re.IGNORECASE,
)
_PLAINLY_ORDERS: Final = re.compile(
    r"^\s*(?:(?:please|pls|hi|hello|can|could|i|we|you|to|want|would|like|need)[\s,]+)*(?:order|buy|purchase)\s+\d",
    re.IGNORECASE,
)
_AS_THE_ROLE_MEANS_IT: Final = {
    (Role.BUYER, "reorder_customer"): "replenish",
    (Role.CUSTOMER, "replenish"): "reorder_customer",
    (Role.CUSTOMER, "order_for_customer"): "place_order",
}


def as_the_role_means_it(role: Role, skill: str) -> str:
    """The skill that a role means by a reading: a customer's "what should we reorder" is about what it buys of us."""
    if skill == "confirm" and role not in ORDERING:
        return "affirm"
    return _AS_THE_ROLE_MEANS_IT.get((role, skill), skill)


def for_whom(role: Role, skill: str, customer_text: str | None) -> str:
    """An order of our own people that names a customer is one for that customer."""
    return "order_for_customer" if skill == "place_order" and role in SELLERS and customer_text else skill


def is_an_order(
    role: Role, skill: str, confidence: float, ranking: Sequence[str], lines: Sequence[ReadLine], text: str = ""
) -> bool:
    """Whether an unsure or missing reading gives way to the order lines that can be read in the message."""
    if role not in ORDERING or skill in ORDER_SKILLS or _SENDS_BACK.search(text):
        return False
    lost = skill == NOT_UNDERSTOOD
    return (lost or confidence < SURE) and reads_like_an_order(ranking, lines, text)


def reads_like_an_order(ranking: Sequence[str], lines: Sequence[ReadLine], text: str = "") -> bool:
    """A quantity of a product we know; or a product or a quantity, where an order is also the best guess."""
    guess = next((name for name in ranking if name in SKILLS), None)
    if guess in _ABOUT_GOODS and not _PLAINLY_ORDERS.match(text):
        return False
    if any(line.sku is not None and line.asked is not None for line in lines):
        return True
    return guess in ORDER_SKILLS and any(line.amount is not None or line.sku is not None for line in lines)
