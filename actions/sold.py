"""What was sold of one product, or to one customer, over a span: "how much did we sell to Harper last month?"."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

from actions import texts_accounts as texts
from actions.context import Context
from actions.drafts import Draft
from actions.language.references import read_document_numbers
from actions.language.spans import Span, names_span, read_span
from actions.parties import match_customer, turn_to
from actions.showing import day_text
from actions.skills import SELLERS
from actions.subjects import CLEAR, CLOSE, named_part
from backend.catalogue import queries as catalogue
from backend.catalogue.quantities import said
from backend.catalogue.tables import Product
from backend.customers.tables import Customer
from backend.insight import accounts, scopes

_ASKS: Final = re.compile(
    r"\bhow\s+(?:much|many)\b[^.?!]*\b(?:did|have|has|do)\b[^.?!]*\b(?:sell|sold|shift(?:ed)?|buy|bought|spen[dt]|taken?)\b"
    r"|\bwhat\s+(?:did|has|have)\b[^.?!]*\b(?:buy|bought|spen[dt])\b|\bhow\s+(?:did|has|have)\b[^.?!]*\b(?:do|done|sell|sold)\b"
    r"|\b(?:sales|turnover|revenue)\s+(?:of|to|for|with|from)\b|\bsales\s+figures?\b",
    re.IGNORECASE,
)
_LATELY: Final = re.compile(r"\bhow(?:['’]?s|\s+(?:is|are|has|have))\b[^.?!]*\b(?:been\s+)?selling\b", re.IGNORECASE)
_AHEAD: Final = re.compile(
    r"\b(?:will|next|forecast\w*|expect\w*|predict\w*|going\s+to|should|would|why)\b", re.IGNORECASE
)
_OWN_WORDS: Final = re.compile(
    r"\bhow['’]?s\b|\b(?:how|been|lately|recently|much|many|what|did|have|has|had|do|done|we|i|us|our|my|sell|sold|selling|shift(?:ed)?|buy|bought|spen[dt]|taken?|from|to"
    r"|for|of|with|the|sales|turnover|revenue|figures?|were|was|are|is|in|over|during|within|on|last|past|previous|this|week|month"
    r"|quarter|year|days?|weeks?|months?|quarters?|years?|couple|few|two|three|four|five|six|nine|twelve|so|far|and|then|compared"
    r"|against|before|than|it|they|them|tell|me|show|please|units?|worth|goods|in\s+all|altogether|total)\b|[?!.,]",
    re.IGNORECASE,
)


def answer(context: Context) -> list[Draft] | None:
    """The answer to such a question, where a span is named; None for any other message, and for who does not sell."""
    lately = _LATELY.search(context.text) is not None
    if context.work.principal.role not in SELLERS or not (lately or _ASKS.search(context.text)):
        return None
    if _AHEAD.search(context.text) or not (lately or names_span(context.text)) or read_document_numbers(context.text):
        return None
    named = _named(context.text)
    if not named:
        return None
    span = read_span(context.text, context.today)
    product = _product(context, named)
    customer = match_customer(context, named)[0] if product is None else None
    if customer is not None:
        context.intent = "customer_lookup"
        turn_to(context, customer)
        return [_to(context, customer, span)]
    if product is None:
        return None
    context.intent = "customer_lookup"
    return [_of(context, product, span)]


def remember(context: Context, customer: Customer) -> None:
    """Have "and over the last year?" ask what was sold to a customer that was looked up."""
    if context.work.principal.role in SELLERS:
        context.figures = texts.AGAIN_TO.format(customer=customer.name)


def _named(text: str) -> str:
    bare = re.sub(r"\b(?:last|past|previous)\s+\d{1,3}\b", " ", text)
    return " ".join(named_part(_OWN_WORDS.sub(" ", bare)).split())


def _product(context: Context, named: str) -> Product | None:
    """The one product that is meant for sure."""
    index = context.catalogue.index
    entry = index.get(named)
    if entry is None:
        found = index.search(named, limit=2)
        ahead = found[0].score - (found[1].score if len(found) > 1 else 0.0) if found else 0.0
        entry = index.get(found[0].sku) if found and found[0].score >= CLEAR and ahead >= CLOSE / 2 else None
    return catalogue.by_sku(context.work.session, entry.sku) if entry is not None else None


def _to(context: Context, customer: Customer, span: Span) -> Draft:
    remember(context, customer)
    found = accounts.accounts(context.work, (span.since, span.until), (span.before, span.before_until))
    one = next(each for each in found if each.customer.id == customer.id)
    template = texts.MORE if one.change >= 0 else texts.LESS
    context.memory.explanation = [texts.WHY]
    text = texts.SOLD_TO.format(
        customer=customer.name,
        value=context.money(one.value),
        change=template.format(amount=context.money(abs(one.change))),
        **_days(span),
    )
    return Draft(text)


def _of(context: Context, product: Product, span: Span) -> Draft:
    context.memory.product = product.sku
    context.figures = texts.AGAIN_OF.format(sku=product.sku)
    now, then = (
        round(scopes.sold_between(context.work.session, *days).get(product.id, 0))
        for days in ((span.since, span.until), (span.before, span.before_until))
    )
    context.memory.explanation = [texts.SOLD_OF_WHY]
    text = texts.SOLD_OF.format(
        quantity=said(product, now), name=product.name, before_quantity=said(product, then), **_days(span)
    )
    return Draft(text)


def _days(span: Span) -> dict[str, str]:
    return {
        "since": day_text(span.since),
        "until": _last(span.until),
        "before": day_text(span.before),
        "before_until": _last(span.before_until),
    }


def _last(day: date) -> str:
    return day_text(day - timedelta(days=1))
