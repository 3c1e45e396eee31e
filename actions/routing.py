"""What a reading means for a role, and when order lines count for more than a guess; free of any conversation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from actions.language.orders import ReadLine
from actions.skills import NOT_UNDERSTOOD, ORDERING, SELLERS, SKILLS
from backend.identity.tables import Role

SURE: Final = 0.55
CERTAIN: Final = 0.8
ORDER_SKILLS: Final = frozenset({"place_order", "add_item", "order_for_customer"})
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


def is_an_order(role: Role, skill: str, confidence: float, ranking: Sequence[str], lines: Sequence[ReadLine]) -> bool:
    """Whether an unsure or missing reading gives way to the order lines that can be read in the message."""
    if role not in ORDERING or skill in ORDER_SKILLS:
        return False
    lost = skill == NOT_UNDERSTOOD
    return (lost or confidence < SURE) and reads_like_an_order(ranking, lines)


def reads_like_an_order(ranking: Sequence[str], lines: Sequence[ReadLine]) -> bool:
    """A quantity of a product we know; or of something unknown, where an order is also the best guess."""
    if any(line.sku is not None and line.asked is not None for line in lines):
        return True
    guess = next((name for name in ranking if name in SKILLS), None)
    return guess in ORDER_SKILLS and any(line.amount is not None for line in lines)
