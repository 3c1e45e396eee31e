"""What the stock is worth: "what's our stock worth?", "how much have we got tied up in linen?"."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from rapidfuzz import fuzz

from actions import texts_stock as texts
from actions.context import Context
from actions.drafts import Draft
from actions.showing import counted
from actions.skills import BUYERS
from backend.chat.cards import TableCard
from backend.purchasing.stock_value import StockValue, stock_value

_ASKS: Final = re.compile(
    r"\b(?:stock|inventory|stockholding)\b[^.?!]*\bworth\b|\bworth\s+of\s+(?:\w+\s+){0,2}(?:stock|inventory)\b"
    r"|\bvalue\s+of\s+(?:our\s+|the\s+|my\s+)?(?:\w+\s+){0,2}(?:stock|inventory)\b"
    r"|\b(?:stock|inventory)\s+(?:value|valuation)\b|\b(?:tied|locked)\s+up\b|\bmoney\b[^.?!]*\b(?:in|into)\s+(?:the\s+|our\s+)?stock\b",
    re.IGNORECASE,
)
_OTHER_MATTERS: Final = re.compile(
    r"\b(?:if|suppose|over-?stock\w*|too\s+much|dead|order|buy|forecast\w*)\b", re.IGNORECASE
)
_SURE: Final = 88
_LISTED: Final = 15


def answer(context: Context) -> list[Draft] | None:
    """The answer to such a question; None for any other message, and for who does not buy."""
    text = context.text
    if context.work.principal.role not in BUYERS or not _ASKS.search(text) or _OTHER_MATTERS.search(text):
        return None
    found = stock_value(context.work)
    context.intent = "stock_check"
    context.memory.explanation = [texts.WORTH_WHY]
    if not found:
        return [Draft(texts.WORTH_NOTHING)]
    total = sum((one.value for one in found), Decimal(0))
    part = _category(found, text)
    if part is not None:
        share = f"{part.value / total:.0%}" if total else "0%"
        said = texts.WORTH_OF.format(
            category=part.category, value=context.money(part.value), share=share, products=_products(part.products)
        )
        return [Draft(said)]
    said = texts.WORTH.format(value=context.money(total), products=_products(sum(one.products for one in found)))
    lacking = sum(one.without_cost for one in found)
    if lacking:
        said += texts.WORTH_LACKING.format(products=_products(lacking))
    rows = [
        [
            one.category or texts.WORTH_OTHER,
            context.money(one.value),
            f"{one.value / total:.0%}" if total else "",
            f"{one.products:,}",
        ]
        for one in found[:_LISTED]
    ]
    return [Draft(said, card=TableCard(title=texts.WORTH_TITLE, columns=texts.WORTH_COLUMNS, rows=rows))]


def _products(count: int) -> str:
    return counted(count, "product")


def _category(found: list[StockValue], text: str) -> StockValue | None:
    """The category that a message names, if it does."""
    best = max(found, key=lambda one: fuzz.partial_ratio(one.category.lower(), text.lower()) if one.category else 0)
    return best if best.category and fuzz.partial_ratio(best.category.lower(), text.lower()) >= _SURE else None
