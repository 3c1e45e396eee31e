"""Taking what was just spoken of: "go on then, add it", "I'll have that", after its price or its stock."""

from __future__ import annotations

import re
from typing import Final

from actions import texts
from actions.context import Context
from actions.drafts import Draft
from actions.lines import Taken, answer, put
from actions.memory import Question
from actions.parties import ask_customer, resolve_customer
from backend.catalogue import queries as catalogue
from backend.sales import carts

_SPOKEN_OF: Final = frozenset({"price_check", "stock_check", "product_search"})
_TAKES: Final = re.compile(
    r"^\W*(?:(?:ok|okay|yes|yeah|yep|aye|right|great|lovely|fine|good|perfect|well|in\s+that\s+case|go\s+on(?:\s+then)?|then|and|so|please"
    r"|can\s+you|could\s+you|let['’]?s)\b[\s,.!-]*)*"
    r"(?:add|pop|put|stick|chuck|bung|throw|i['’]?ll\s+(?:take|have)|we['’]?ll\s+(?:take|have)|give\s+me|get\s+me)\s+"
    r"(?:it|that|them|those|that\s+one|one\s+of\s+(?:those|them))"
    r"(?:\s+(?:in|on|to|into|then|please|thanks|too|as\s+well|for\s+me|the|my|our|cart|basket|order|list))*[\s.!]*$",
    re.IGNORECASE,
)


def concerns(context: Context) -> bool:
    """Whether a message takes the product whose price, stock or entry was given a moment ago, and names no other."""
    heard = context.memory.heard
    if heard is None or heard.skill not in _SPOKEN_OF or context.memory.questions or context.memory.product is None:
        return False
    return _TAKES.match(context.text) is not None


def take_it(context: Context) -> list[Draft]:
    """Put it into the cart, in the quantity whose price was asked, or ask how many."""
    product = catalogue.by_sku(context.work.session, context.memory.product or "")
    quantity = dict(context.memory.priced).get(product.sku)
    customer, question = resolve_customer(context, None)
    context.intent = "add_item"
    if customer is None:
        return [ask_customer(context, question, f"{quantity or ''} {product.sku}".strip())]
    cart = carts.open_cart(context.work, customer)
    if quantity is not None:
        return answer(context, customer, put(context, cart, product, quantity, replace=False, said_as=product.name))
    asked = Question(kind="quantity", text=texts.HOW_MANY.format(name=product.name), sku=product.sku, said=product.name)
    return answer(context, customer, Taken(questions=[asked]))
