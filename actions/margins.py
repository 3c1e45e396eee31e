"""What was earned on what was sold: "what's our margin on linen?", "are we making money on Harper?"."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import Final

from actions import texts_margins as texts
from actions.context import Context
from actions.drafts import Draft
from actions.forecast_subjects import scope_of
from actions.language.references import read_document_numbers
from actions.language.spans import LATELY, names_span, read_span, without_span
from actions.parties import match_customer
from actions.showing import counted
from actions.skills import SELLERS
from actions.sold_of_several import days_of, is_wider, named_alike
from actions.subjects import named_part
from backend.catalogue import queries as catalogue
from backend.catalogue.quantities import said
from backend.chat.cards import TableCard
from backend.identity.permissions import Permission
from backend.insight.margins import Margin, margins
from backend.insight.scopes import Kind, Scope, of_customer

LISTED: Final = 10
_ASKS: Final = re.compile(
    r"\b(?:gross\s+)?(?:margins?|mark-?ups?|profitab\w+)\b|\b(?:make|making|made|earn\w*|lose|losing|lost)\s+(?:any\s+|much\s+|good\s+)?money\b"
    r"|\bprofits?\b|\bwhat\s+(?:do|did|are)\s+we\s+(?:make|making|made|earn\w*)\s+(?:on|from|out\s+of)\b",
    re.IGNORECASE,
)
_OTHER_MATTERS: Final = re.compile(
    r"\b(?:if|suppose|would|will|forecast\w*|next|of\s+error|why|top|best|most|biggest|who|credit|refund\w*|raise|cut)\b",
    re.IGNORECASE,
)
_OWN_WORDS: Final = re.compile(
    r"\b(?:gross|margins?|mark-?ups?|profitab\w+|profits?|make|making|made|earn\w*|lose|losing|lost|any|much|good|money|on|from|of|out|we|our|us|are|is|do|did|does"
    r"|what['’]?s?|how['’]?s?|the|a|by|with|to|for|in|over|business|overall|everything|whole|company|all|at|against|last|year|and|it|they|them|that|have)\b|[?!.,]",
    re.IGNORECASE,
)
_RANKED: Final = re.compile(
    r"\b(?:which|what)\s+(?:\w+\s+)?(?:customers?|accounts?|categor(?:y|ies)|regions?|countr(?:y|ies)|reps?)\b|\bby\s+(?:customer|category|region|country|rep)\b",
    re.IGNORECASE,
)
_THEM: Final = re.compile(r"\b(?:them|they|their|that\s+customer|this\s+customer)\b", re.IGNORECASE)
_ANY: Final = "forecast_category_or_total"


def answer(context: Context) -> list[Draft] | None:
    """The answer to such a question; None for any other message, and for customers."""
    text = context.text
    role = context.work.principal.role
    if role not in SELLERS or not _ASKS.search(text) or _OTHER_MATTERS.search(text) or read_document_numbers(text):
        return None
    if not context.work.principal.may(Permission.SEE_REPLENISHMENT):
        context.intent = "customer_lookup"
        return [Draft(texts.NOT_YOURS)]
    if _RANKED.search(text):
        context.intent = "customer_lookup"
        return [Draft(texts.ONE_AT_A_TIME)]
    words = named_part(_OWN_WORDS.sub(" ", without_span(text)))
    spoken_of = context.customer() if not words and _THEM.search(text) else None
    title, scope, of = (
        (spoken_of.name, of_customer(spoken_of), None) if spoken_of is not None else _subject(context, words)
    )
    if title is None:
        return None
    context.intent = "customer_lookup"
    span = read_span(text if names_span(text) else f"{text} {LATELY}", context.today)
    now = margins(context.work, scope, span.since, span.until, of)
    then = margins(context.work, scope, span.before, span.before_until, of)
    context.figures = texts.MARGIN_ON + (words or texts.EVERYTHING_WORD)
    context.memory.explanation = [texts.WHY]
    days = days_of(span)
    value, known = sum((one.value for one in now.values()), Decimal(0)), _known(now)
    if not now:
        return [Draft(texts.NOTHING.format(title=title, **days))]
    if not known:
        return [Draft(texts.NO_COST.format(title=title, value=context.money(value), **days))]
    earned, sold, cost = _sums(known)
    template = texts.SUM if earned >= 0 else texts.LOSS
    sentence = template.format(
        title=title,
        value=context.money(sold),
        cost=context.money(cost),
        earned=context.money(abs(earned)),
        share=_share(earned, sold),
        **days,
    )
    before = _known(then)
    if before:
        earned_before, sold_before, _ = _sums(before)
        sentence += texts.BEFORE.format(
            earned=context.money(earned_before), share=_share(earned_before, sold_before), **days
        )
    lacking = [one for one in now.values() if one.cost is None]
    if lacking:
        left_out = context.money(sum((one.value for one in lacking), Decimal(0)))
        sentence += texts.LACKING.format(products=counted(len(lacking), "product"), value=left_out)
    return [Draft(sentence, card=_card(context, known) if len(known) > 1 else None)]


def _subject(context: Context, words: str) -> tuple[str | None, Scope | None, list[int] | None]:
    """What is meant: a title, and a scope or products' keys (neither: everything); no title where it can't be told."""
    if not words:
        return texts.EVERYTHING, None, None
    scope = scope_of(replace(context, intent=_ANY), words)
    wider = scope is not None and is_wider(scope, words)
    if scope is None:
        customer, _ = match_customer(context, words)
        scope = of_customer(customer) if customer is not None else None
    if scope is not None and scope.kind is not Kind.PRODUCT and not (wider and named_alike(context, words)):
        return (texts.EVERYTHING, None, None) if scope.kind is Kind.TOTAL else (scope.title, scope, None)
    skus = named_alike(context, words) or ([scope.key] if scope is not None else [])
    if not skus:
        return None, None, None
    of = list(catalogue.by_skus(context.work.session, skus).values())
    return of[0].name if len(of) == 1 else words[:1].upper() + words[1:], None, [product.id for product in of]


def _known(found: dict[int, Margin]) -> dict[int, Margin]:
    return {key: one for key, one in found.items() if one.cost is not None}


def _sums(found: dict[int, Margin]) -> tuple[Decimal, Decimal, Decimal]:
    """Earned, sold for, cost."""
    value = sum((one.value for one in found.values()), Decimal(0))
    cost = sum((one.cost for one in found.values() if one.cost is not None), Decimal(0))
    return value - cost, value, cost


def _share(earned: Decimal, value: Decimal) -> str:
    return f"{earned / value:.0%}" if value else "–"


def _card(context: Context, found: dict[int, Margin]) -> TableCard:
    """The products with the thinnest margins."""
    sold = [key for key, one in found.items() if one.value > 0]
    ranked = sorted(sold, key=lambda key: (found[key].earned / found[key].value, key))[:LISTED]
    products = {product.id: product for product in catalogue.by_ids(context.work.session, ranked)}
    rows = [
        [
            products[key].sku,
            products[key].name,
            said(products[key], found[key].units),
            context.money(found[key].value),
            context.money(found[key].earned),
            _share(found[key].earned, found[key].value),
        ]
        for key in ranked
    ]
    return TableCard(title=texts.TITLE, columns=texts.COLUMNS, rows=rows)
