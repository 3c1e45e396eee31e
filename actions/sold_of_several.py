"""What was sold of a category or of like products, or where customers are, over a span: "linen in Germany in May"."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy import select

from actions import texts_accounts as texts
from actions.context import Context
from actions.drafts import Draft
from actions.forecast_subjects import named_scope, scope_of
from actions.language.spans import Span, names_span, read_span, without_span
from actions.language.words import tokens
from actions.parties import match_customer
from actions.showing import counted, day_text
from backend.catalogue import queries as catalogue
from backend.catalogue.quantities import said
from backend.chat.cards import TableCard
from backend.customers.tables import Customer
from backend.insight.scopes import Kind, Scope, narrowed, of_customer
from backend.insight.sold import Sold, sold, sold_to

LISTED: Final = 10
MOST_ALIKE: Final = 200
_STUFF: Final = re.compile(
    r"\b(?:stuff|things?|range|family|lines?|gear|bits|category|department|section|all\s+(?:the|our)|every\w*|customers?)\b",
    re.IGNORECASE,
)
_BOUGHT: Final = re.compile(
    r"\b(?:who(?:['’]?s)?|whose|which|what|customers?|accounts?|clients?|companies|people|anyone|anybody|everyone|bought|buying|purchas\w+|ordered|ordering"
    r"|took|taken|taking|had|having|been|most|else|also|ever|lately|recently|already|of|mine|list|give)\b",
    re.IGNORECASE,
)
_MINE: Final = re.compile(r"\bmine\b|\bmy\s+(?:own\s+)?(?:customers?|accounts?|clients?)\b", re.IGNORECASE)
_THREAD: Final = re.compile(r"^m\d+(?:\.\d+)?$")
_ANY: Final = "forecast_category_or_total"  # of the forecasts' subjects, the intent that excludes none
_ALONE: Final = frozenset({Kind.PRODUCT, Kind.CUSTOMER, Kind.TOTAL})
Found = dict[int, Sold]


def part_of_a_party(context: Context, named: str, span: Span) -> list[Draft] | None:
    """What somebody, or a place, bought of one thing: "how many M8 bolts did Germany take in May?"."""
    scope = _scope(context)
    if scope is None or not (scope.is_party or scope.part is not None):
        return None
    if scope.part is not None:
        return _answer(context, scope.title, scope, None, span)
    return part_of(context, scope, named, span)


def part_of(context: Context, party: Scope, named: str, span: Span) -> list[Draft] | None:
    """What a party bought of what is named beside it; None where nothing that we have is."""
    own = set(tokens(f"{party.title} {party.key}"))
    left = " ".join(word for word in _words(named).split() if not set(tokens(word)) <= own)
    if not left:
        return None
    part = named_scope(replace(context, intent=_ANY), left)
    alike = named_alike(context, left) if part is None or is_wider(part, left) else []
    if alike:
        return _answer(context, f"{left} for {party.title}", party, alike, span)
    if part is None or part.is_party or part.kind is Kind.TOTAL:
        return None
    both = narrowed(party, part)
    return _answer(context, both.title, both, None, span)


def answer(context: Context, named: str, span: Span) -> list[Draft] | None:
    """What was sold of the products that share a name or of a category, or to a country, region or rep's customers."""
    scope, words = _scope(context), _words(named)
    if scope is None or is_wider(scope, words):
        alike = named_alike(context, words)
        if alike:
            return _answer(context, words, None, alike, span)
    if scope is not None and is_wider(scope, words):
        return _for_whoever_is_left(context, scope, words, span)
    if scope is not None and scope.kind not in _ALONE:
        return _answer(context, scope.title, scope, None, span)
    return None


def _for_whoever_is_left(context: Context, category: Scope, words: str, span: Span) -> list[Draft] | None:
    """A category for the customer whom the other words name; None where they name nobody: they count for something."""
    own = set(tokens(category.title))
    customer = match_customer(context, " ".join(word for word in words.split() if not set(tokens(word)) <= own))[0]
    if customer is None:
        return None
    both = narrowed(of_customer(customer), category)
    return _answer(context, both.title, both, None, span)


def is_wider(scope: Scope, words: str) -> bool:
    """Whether words say more than the name of the category that they were taken for: "upholstery linen"."""
    return scope.kind is Kind.CATEGORY and set(tokens(words)) > set(tokens(scope.title))


def _begun(title: str) -> str:
    return title[:1].upper() + title[1:]


def _words(named: str) -> str:
    return " ".join(_STUFF.sub(" ", without_span(named)).split())


def unknown_goods(context: Context, named: str, party: str = "") -> str:
    """The words for goods that nothing we sell is called, less what names a party; "" where any of them is known."""
    own = set(tokens(party))
    words = [word for word in _words(named).split() if not set(tokens(word)) <= own]
    index = context.catalogue.index
    odd = [word for word in words if word.isalpha() and len(word) > 3 and not index.is_talk(word.lower())]
    known = any(index.hears(each) for word in words for each in tokens(word))
    return " ".join(odd) if odd and not known else ""


def named_alike(context: Context, named: str) -> list[str]:
    """The codes of the products that have every word of a name, if they are several and not half the catalogue."""
    wanted = set(tokens(named))
    if not wanted:
        return []
    near = context.catalogue.index.search(named, limit=MOST_ALIKE + 1)
    entries = [context.catalogue.index.get(one.sku) for one in near]
    found = [entry.sku for entry in entries if entry is not None and _has_all(wanted, tokens(entry.name))]
    return found if 1 < len(found) <= MOST_ALIKE else []


def _has_all(wanted: set[str], name: list[str]) -> bool:
    """Whether a name has each word; a thread says what length it comes in as well: "m8" is in "m8x40"."""
    return all(
        word in name or (_THREAD.match(word) and any(one.startswith(f"{word}x") for one in name)) for word in wanted
    )


def buyers(context: Context, named: str) -> list[Draft] | None:
    """Who has bought a product, a category or like products: "which customers bought linen last quarter?"."""
    words = _words(_BOUGHT.sub(" ", named))
    if not tokens(words):
        return None
    anybody = replace(context, intent=_ANY)
    scope = scope_of(anybody, words)
    wider = scope is not None and is_wider(scope, words)
    skus = named_alike(context, words) if scope is None or wider else []
    if not skus and (scope is None or wider or scope.kind in (Kind.TOTAL, Kind.CUSTOMER)):
        return None
    title, within = (words, None) if skus or scope is None else (scope.title, scope)
    if _MINE.search(context.text):
        mine = named_scope(anybody, "my customers")
        if mine is None or (within is not None and within.is_party):
            return None
        title, within = f"{title} for {mine.title}", mine if within is None else narrowed(mine, within)
    context.intent = "customer_lookup"
    title = _begun(title)
    span = read_span(context.text if names_span(context.text) else f"{context.text} over the last year", context.today)
    work = context.work
    of = [product.id for product in catalogue.by_skus(work.session, skus).values()] if skus else None
    now = sold_to(work, within, span.since, span.until, of)
    then = sold_to(work, within, span.before, span.before_until, of)
    context.memory.explanation = [texts.SOLD_OF_WHY]
    if not now:
        return [Draft(texts.NO_BUYERS.format(title=title, **days_of(span)))]
    ranked = sorted(now, key=lambda key: (-now[key].value, key))[:LISTED]
    who = {one.id: one for one in work.session.scalars(select(Customer).where(Customer.id.in_(ranked)))}
    rows = [
        [
            who[key].code,
            who[key].name,
            context.money(now[key].value),
            context.money(then[key].value) if key in then else texts.NEVER,
        ]
        for key in ranked
    ]
    text = texts.BUYERS.format(title=title, customers=counted(len(now), "customer"), **days_of(span))
    return [Draft(text, card=TableCard(title=texts.TITLE, columns=texts.BUYERS_COLUMNS, rows=rows))]


def days_of(span: Span) -> dict[str, str]:
    """The first and last days of a span and of the one that it is held against, in words."""
    last = timedelta(days=1)
    return {
        "since": day_text(span.since),
        "until": day_text(span.until - last),
        "before": day_text(span.before),
        "before_until": day_text(span.before_until - last),
    }


def _scope(context: Context) -> Scope | None:
    """The subject that is named, whatever the message was taken for."""
    return scope_of(replace(context, intent=_ANY), without_span(context.text))


def _answer(context: Context, title: str, scope: Scope | None, skus: list[str] | None, span: Span) -> list[Draft]:
    context.intent = "customer_lookup"
    work = context.work
    of = [product.id for product in catalogue.by_skus(work.session, skus).values()] if skus is not None else None
    now = sold(work, scope, span.since, span.until, of)
    then = sold(work, scope, span.before, span.before_until, of)
    context.figures = texts.AGAIN_OF.format(sku=title)
    context.memory.explanation = [texts.SOLD_OF_WHY]
    value, before = (sum((one.value for one in found.values()), Decimal(0)) for found in (now, then))
    title = _begun(title)
    if not now:
        text = texts.NONE_SOLD.format(title=title, value=context.money(before), **days_of(span))
        return [Draft(text)]
    change = (texts.MORE if value >= before else texts.LESS).format(amount=context.money(abs(value - before)))
    facts = {"title": title, "value": context.money(value), "change": change, **days_of(span)}
    if len(now) == 1:
        (product,) = catalogue.by_ids(work.session, now)
        quantity = said(product, now[product.id].units)
        which = quantity if title.startswith(product.name) else texts.OF_IT.format(quantity=quantity, name=product.name)
        return [Draft(texts.SOLD_OF_ONE.format(quantity=which, **facts))]
    text = texts.SOLD_OF_SEVERAL.format(products=counted(len(now), "product"), **facts)
    return [Draft(text, card=_card(context, now, then))]


def _card(context: Context, now: Found, then: Found) -> TableCard:
    ranked = sorted(now, key=lambda key: (-now[key].value, key))[:LISTED]
    products = {product.id: product for product in catalogue.by_ids(context.work.session, ranked)}
    rows = [
        [
            products[key].sku,
            products[key].name,
            said(products[key], now[key].units),
            context.money(now[key].value),
            said(products[key], then[key].units) if key in then else texts.NEVER,
        ]
        for key in ranked
    ]
    return TableCard(title=texts.SOLD_TITLE, columns=texts.SOLD_COLUMNS, rows=rows)
