"""What was sold of one product, or to one customer, over a span: "how much did we sell to Harper last month?"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from actions import sold_of_several
from actions import texts_accounts as texts
from actions.context import Context
from actions.drafts import Draft
from actions.language.references import read_document_numbers
from actions.language.spans import Span, names_span, read_span, without_span
from actions.parties import match_customer, turn_to
from actions.skills import SELLERS
from actions.sold_of_several import days_of
from actions.subjects import CLEAR, CLOSE, named_part
from backend.catalogue import queries as catalogue
from backend.catalogue.quantities import said
from backend.catalogue.tables import Product
from backend.customers.tables import Customer
from backend.insight import accounts, scopes
from backend.insight.scopes import of_customer

_ASKS: Final = re.compile(
    r"\bhow\s+(?:much|many)\b[^.?!]*\b(?:did|have|has|do)\b[^.?!]*\b(?:sell|sold|shift(?:ed)?|buy|bought|spen[dt]|taken?)\b"
    r"|\b(?:did|have|has)\s+(?!(?:you|we|i|my|the)\b)\w[^.?!]*\b(?:buy|bought|order|ordered|take|taken|get|had)\s+(?:any|some|much|many)\b"
    r"|\bhow(?:['’]?s|\s+(?:is|are))\b[^.?!]*\b(?:doing|getting\s+on|performing|shaping\s+up)\b"
    r"|\b(?:what|how\s+(?:much|many))\b[^.?!]*\b(?:get|got|gets|gone|go|went)\s+through\b"
    r"|\bwhat\s+(?:did|has|have)\b[^.?!]*\b(?:buy|bought|spen[dt])\b|\bhow\s+(?:did|has|have)\b[^.?!]*\b(?:do|done|sell|sold)\b"
    r"|\b(?:sales|turnover|revenue)\s+(?:of|to|for|with|from)\b|\bsales\s+figures?\b",
    re.IGNORECASE,
)
_THROUGH: Final = re.compile(r"\b(?:gets?|got|gone|go|goes|went)\s+through\b(?:\s+of\b)?", re.IGNORECASE)
_BUYING: Final = "buy"
_DID: Final = re.compile(r"\bhow\s+(?:much|many)\b[^.?!]*\bdid\s+(?!(?:you|we|i|it|that|this)\b)\w", re.IGNORECASE)
_OUR_OWN: Final = re.compile(
    r"\b(?:how\s+(?:much|many)|what)\b[^.?!]*\b(?:have|did|do|has)\s+(?:i|we|us)\b[^.?!]*\b(?:spen[dt]|bought|buy|ordered|order|had)\b"
    r"|\b(?:our|my)\s+(?:total\s+)?spend(?:ing)?\b",
    re.IGNORECASE,
)
_WITH_US: Final = re.compile(r"\b(?:with|from|off|at)\s+(?:you(?:\s+(?:guys|lot|people))?|yous)\b", re.IGNORECASE)
_WHO: Final = re.compile(
    r"\b(?:who|(?:which|what|any)\s+(?:of\s+)?(?:\w+\s+){0,2}?(?:customers?|accounts?|clients?|companies|people|mine))\b[^.?!]*?"
    r"\b(?:bought|purchased|ordered|took|taken|(?:been|was|were)\s+(?:buying|ordering|taking|having))\b",
    re.IGNORECASE,
)
_NOT: Final = re.compile(
    r"n['’]?t\b|\b(?:not|never|no\s+longer|stopped|more|less|fewer|same|than|usually|normally|ordered\s+by|together|with\s+it)\b",
    re.IGNORECASE,
)
_THEM: Final = re.compile(r"\b(?:they|them|their)\b", re.IGNORECASE)
_LATELY: Final = re.compile(r"\bhow(?:['’]?s|\s+(?:is|are|has|have))\b[^.?!]*\b(?:been\s+)?selling\b", re.IGNORECASE)
_AHEAD: Final = re.compile(
    r"\b(?:will|next|forecast\w*|expect\w*|predict\w*|going\s+to|should|would|why)\b", re.IGNORECASE
)
_OWN_WORDS: Final = re.compile(
    r"\bhow['’]?s\b|\b(?:how|been|any|some|doing|getting\s+on|performing|shaping\s+up|compared?|versus|vs|order|take|get|lately|recently|much|many|what|did|have|has|had|do|done|(?:get|got|gets|gone|go|went)\s+through|we|i|us|our|my|sell|sold|selling|shift(?:ed)?|buy|bought|spen[dt]|taken?|from|to"
    r"|for|of|with|the|sales|turnover|revenue|figures?|were|was|are|is|in|over|during|within|on|last|past|previous|this|week|month"
    r"|quarter|year|days?|weeks?|months?|quarters?|years?|couple|few|two|three|four|five|six|nine|twelve|so|far|and|then|compared"
    r"|against|before|than|it|they|them|tell|me|show|please|units?|worth|goods|in\s+all|altogether|total)\b|[?!.,]",
    re.IGNORECASE,
)


def answer(context: Context) -> list[Draft] | None:
    """The answer to such a question, where a span is named; None for any other message, and for who does not sell."""
    if context.work.principal.customer_id is not None:
        return _to_us(context)
    text = context.text = _THROUGH.sub(_BUYING, context.text)
    if context.work.principal.role not in SELLERS or _AHEAD.search(text) or read_document_numbers(text):
        return None
    if _WHO.search(text) and not _NOT.search(text):
        return sold_of_several.buyers(context, _named(without_span(text)))
    lately = _LATELY.search(text) is not None
    if not (lately or (_ASKS.search(text) and (names_span(text) or _DID.search(text)))):
        return None
    named, words = _named(text), _named(without_span(text))
    customer = context.customer() if _THEM.search(text) else None
    if customer is not None:
        return _to_them(context, customer, words)
    if not named:
        return None
    found = _figures(context, named, words)
    unknown = sold_of_several.unknown_goods(context, words) if found is None else ""
    if unknown:
        context.intent = "customer_lookup"
        return [Draft(texts.NOTHING_CALLED.format(words=unknown))]
    return found


def _to_them(context: Context, customer: Customer, words: str) -> list[Draft] | None:
    """What was sold to the customer who is spoken of: "did they buy any bolts in May?"."""
    span = read_span(context.text, context.today)
    if words:
        return sold_of_several.part_of(context, of_customer(customer), words, span)
    context.intent = "customer_lookup"
    return [_to(context, customer, span)]


def _to_us(context: Context) -> list[Draft] | None:
    """What somebody's own company bought: "how much have we spent with you this year?"."""
    text = _THROUGH.sub(_BUYING, context.text)
    if not _OUR_OWN.search(text) or _AHEAD.search(text) or read_document_numbers(text):
        return None
    customer = context.customer()
    if customer is None or not (names_span(text) or _WITH_US.search(text)):
        return None
    span = read_span(text if names_span(text) else f"{text} over the last year", context.today)
    words = _named(_WITH_US.sub(" ", without_span(text)))
    if words:
        return sold_of_several.part_of(context, of_customer(customer), words, span)
    context.intent = "order_history"
    return [_to(context, customer, span)]


def _figures(context: Context, named: str, words: str) -> list[Draft] | None:
    """What was sold of, or to, what is named; `words`: the same without what belongs to the span."""
    span = read_span(context.text, context.today)
    several = sold_of_several.part_of_a_party(context, words, span)
    if several is not None:
        return several
    product = _product(context, named)
    if product is not None:
        context.intent = "customer_lookup"
        return [_of(context, product, span)]
    customer = match_customer(context, words)[0] or match_customer(context, named)[0]
    if customer is None:
        return sold_of_several.answer(context, words, span)
    part = sold_of_several.part_of(context, of_customer(customer), words, span)
    if part is not None:
        return part
    context.intent = "customer_lookup"
    turn_to(context, customer)
    unknown = sold_of_several.unknown_goods(context, words, customer.name)
    bought = _to(context, customer, span)
    return (
        [replace(bought, text=f"{texts.NOTHING_CALLED.format(words=unknown)} {bought.text}")] if unknown else [bought]
    )


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
    one = accounts.account(context.work, customer, (span.since, span.until), (span.before, span.before_until))
    template = texts.MORE if one.change >= 0 else texts.LESS
    context.memory.explanation = [texts.WHY]
    text = texts.SOLD_TO.format(
        customer=customer.name,
        value=context.money(one.value),
        change=template.format(amount=context.money(abs(one.change))),
        **days_of(span),
    )
    held = accounts.on_hold(context.work, (span.since, span.until), {customer.id})
    return Draft(text + texts.ON_HOLD.format(value=context.money(held)) if held else text)


def _of(context: Context, product: Product, span: Span) -> Draft:
    context.memory.product = product.sku
    context.figures = texts.AGAIN_OF.format(sku=product.sku)
    now, then = (
        round(scopes.sold_between(context.work.session, *days).get(product.id, 0))
        for days in ((span.since, span.until), (span.before, span.before_until))
    )
    context.memory.explanation = [texts.SOLD_OF_WHY]
    text = texts.SOLD_OF.format(
        quantity=said(product, now), name=product.name, before_quantity=said(product, then), **days_of(span)
    )
    return Draft(text)
