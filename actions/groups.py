"""What we carry, and who or where sells: "what categories do we carry?", "which rep sold most?", "sales by region"."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from typing import Final

from sqlalchemy import func, select

from actions import texts_accounts as texts
from actions.context import Context
from actions.drafts import Draft
from actions.language.spans import read_span
from actions.showing import counted
from actions.skills import SELLERS
from actions.sold_of_several import days_of
from backend.catalogue.tables import Category, Product
from backend.chat.cards import TableCard
from backend.insight import accounts
from backend.insight.accounts import Account

LISTED: Final = 15
_CATEGORIES: Final = re.compile(
    r"\b(?:what|which)\s+(?:product\s+)?(?:categor(?:y|ies)|ranges?|departments?|kinds?\s+of\s+(?:things|stuff|products?|goods))\s+(?:do|are|have|can)\b"
    r"|\b(?:list|show)\s+(?:me\s+)?(?:all\s+)?(?:the\s+|your\s+|our\s+)?categories\b|\bwhat\s+(?:do|does)\s+(?:you|we)\s+(?:all\s+)?(?:sell|carry|stock)\W*$",
    re.IGNORECASE,
)
_SELLING: Final = (
    r"(?:sold|sells?|selling|most|best|strongest|biggest|largest|weakest|worst|least|growing|grew|grown|falling|shrinking|up|down"
    r"|doing)"
)


def _asks_by(noun: str, word: str) -> re.Pattern[str]:
    return re.compile(
        rf"\b(?:which|what|who['’]?s?|best|top)\b[^.?!]{{0,20}}\b{noun}\b[^.?!]*\b{_SELLING}\b|\b(?:best|top)\s+(?:sales\s+)?{noun}\b"
        rf"|\bsales\s+(?:\w+\s+){{0,3}}by\s+{word}\b",
        re.IGNORECASE,
    )


_GROUPS: Final = {
    "rep": _asks_by("reps?", "rep"),
    "region": _asks_by("regions?", "region"),
    "country": _asks_by("countr(?:y|ies)", "country"),
}
_AHEAD: Final = re.compile(r"\b(?:will|next|forecast\w*|expect\w*|predict\w*|going\s+to|likely)\b", re.IGNORECASE)
_CHANGE: Final = re.compile(r"\b(?:growing|grew|grown|up|rising|falling|shrinking|down)\b", re.IGNORECASE)
_LEAST: Final = re.compile(r"\b(?:weakest|worst|least|falling|shrinking|down)\b", re.IGNORECASE)


def answer(context: Context) -> list[Draft] | None:
    """The answer to such a question; None for any other message. Who sold what is for who sells."""
    text = context.text
    if _CATEGORIES.search(text):
        context.intent, context.aside = "product_search", True
        return [_categories(context)]
    if context.work.principal.role not in SELLERS or _AHEAD.search(text):
        return None
    kind = next((kind for kind, pattern in _GROUPS.items() if pattern.search(text)), None)
    if kind is None:
        return None
    context.intent = "customer_lookup"
    return [_grouped(context, kind)]


def _categories(context: Context) -> Draft:
    query = (
        select(Category.name, func.count())
        .join(Product, Product.category_id == Category.id)
        .where(Product.active)
        .group_by(Category.name)
        .order_by(func.count().desc(), Category.name)
    )
    found = [(name, count) for name, count in context.work.session.execute(query)]
    rows = [[name, f"{count:,}"] for name, count in found]
    text = texts.CATEGORIES.format(
        categories=counted(len(found), "category", "categories"),
        products=counted(sum(count for _, count in found), "product"),
    )
    return Draft(text, card=TableCard(title=texts.CATEGORIES_TITLE, columns=list(texts.CATEGORIES_COLUMNS), rows=rows))


def _group_of(one: Account, kind: str) -> str:
    customer = one.customer
    return {"rep": customer.rep_email, "region": customer.region, "country": customer.country}[kind] or texts.NO_GROUP[
        kind
    ]


def _grouped(context: Context, kind: str) -> Draft:
    span = read_span(context.text, context.today)
    found = accounts.accounts(context.work, (span.since, span.until), (span.before, span.before_until))
    many = Counter[str]()
    now: dict[str, Decimal] = {}
    then: dict[str, Decimal] = {}
    for one in found:
        name = _group_of(one, kind)
        many[name] += 1
        now[name] = now.get(name, Decimal(0)) + one.value
        then[name] = then.get(name, Decimal(0)) + one.before
    moved = _CHANGE.search(context.text) is not None
    figures = {name: now[name] - then[name] if moved else now[name] for name in now}
    ranked = sorted(now, key=lambda name: (figures[name], name), reverse=_LEAST.search(context.text) is None)
    rows = [
        [
            name,
            f"{many[name]:,}",
            context.money(now[name]),
            context.money(then[name]),
            f"{(now[name] - then[name]) / then[name]:+.0%}" if then[name] else "",
        ]
        for name in ranked[:LISTED]
    ]
    context.memory.explanation = [texts.WHY]
    text = texts.GROUPED.format(what=texts.GROUPS[kind], **days_of(span))
    return Draft(
        text,
        card=TableCard(title=texts.GROUPS_TITLE, columns=[texts.GROUP_COLUMN[kind], *texts.GROUP_COLUMNS], rows=rows),
    )
