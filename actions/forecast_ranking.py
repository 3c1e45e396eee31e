"""Regions, countries or categories beside each other: "which region is strongest", "which countries are growing"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from actions import texts_forecast as words
from actions.context import Context
from actions.drafts import Draft
from actions.forecast_answer import amount, measure, when
from actions.forecast_periods import read
from backend.catalogue.tables import Category
from backend.chat.cards import TableCard
from backend.errors import NotFound
from backend.insight import scopes, service
from backend.insight.scopes import Scope
from backend.insight.service import Asked, Outlook

LISTED: Final = 10
USUAL: Final = Asked("M", 3)
_ASKS: Final = re.compile(
    r"^\W*(?:(?:and|so|ok|please|can\s+you|could\s+you|tell\s+me|show\s+me)\s+){0,3}(?:which|what|whats|rank|list|our)\s+(?:of\s+)?"
    r"(?:(?:the|our|is|are|my|strongest|weakest|best|biggest|largest|fastest|growing|shrinking|top)\s+){0,4}"
    r"(?P<kind>regions?|countr(?:y|ies)|markets?|categor(?:y|ies)|product\s+groups?)\b",
    re.IGNORECASE,
)
_RANKS: Final = re.compile(
    r"\b(?:(?:strong|weak|big|large|fast|slow|small|high)est|best|most|least|worst|gr[eo]w(?:s|ing|th)?|shrink(?:s|ing)?"
    r"|fall(?:s|ing)?|rising|declin(?:e|es|ing)|fad(?:es?|ing)|dying|up|down|rank)\b",
    re.IGNORECASE,
)
_GONE_BY: Final = re.compile(
    r"\b(?:sold|bought|did|was|were|ordered|spent|has|have|had|last|past|margins?|profit\w*|stock|owes?|owed)\b",
    re.IGNORECASE,
)
"""What was sold is not ranked here."""
_CHANGES: Final = re.compile(
    r"\b(?:gr[eo]w(?:s|ing|th)?|fastest|slowest|shrink(?:s|ing)?|fall(?:s|ing)?|rising|declin(?:e|es|ing)|fad(?:es?|ing)|dying|up|down)\b",
    re.IGNORECASE,
)
_LEAST: Final = re.compile(
    r"\b(?:weakest|smallest|slowest|worst|least|shrink(?:s|ing)?|fall(?:s|ing)?|declin(?:e|es|ing)|fad(?:es?|ing)|dying|down)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Row:
    outlook: Outlook
    before: float | None

    @property
    def ratio(self) -> float | None:
        return self.outlook.expected / self.before - 1 if self.before else None


def concerns(text: str) -> bool:
    """Whether a message wants regions, countries or categories ranked by what is expected of them."""
    return _ASKS.match(text) is not None and _RANKS.search(text) is not None and not _GONE_BY.search(text)


def answer(context: Context) -> list[Draft]:
    """The ranking, by what is expected, or by how that has changed on a year before."""
    match = _ASKS.match(context.text)
    kind = (match["kind"] if match else "").lower()
    asked = read(context.text, context.today, USUAL).asked
    scopes_, name = _scopes(context, kind)
    rows = [row for row in (_row(context, scope, asked) for scope in scopes_) if row is not None]
    if not rows:
        service.current_run(context.work, asked.freq)
        return [Draft(words.RANK_NONE.format(kinds=name))]
    changes, least = _CHANGES.search(context.text) is not None, _LEAST.search(context.text) is not None
    chosen = _ranked(rows, changes=changes, least=least)
    if not chosen:
        none = words.RANK_NONE_FALLS if least else words.RANK_NONE_GROWS
        return [Draft(none.format(kinds=name))]
    form = (words.RANK_FALLING if least else words.RANK_GROWING) if changes else (
        words.RANK_WEAKEST if least else words.RANK_STRONGEST
    )  # fmt: skip
    span = when(rows[0].outlook.steps, rows[0].outlook.freq)
    context.memory.explanation = [words.RANK_WHY]
    return [Draft(form.format(kinds=name, when=span, first=chosen[0].outlook.title), card=_card(context, name, chosen))]


def _scopes(context: Context, kind: str) -> tuple[Sequence[Scope], str]:
    if kind.startswith(("categor", "product")):
        found = context.work.session.scalars(select(Category).order_by(Category.id))
        return [scopes.of_category(one) for one in found], words.CATEGORIES
    regions = scopes.regions(context.work) if kind.startswith("region") else []
    return (regions, words.REGIONS) if regions else (scopes.countries(context.work), words.COUNTRIES)


def _row(context: Context, scope: Scope, asked: Asked) -> _Row | None:
    try:
        outlook = service.outlook(context.work, scope, asked)
    except NotFound as error:
        if error.code != "no_forecast":
            raise
        return None
    before = outlook.last_year or {}
    whole = len(before) == len(outlook.steps)
    return _Row(outlook, sum(before.values()) if whole else None)


def _ranked(rows: Sequence[_Row], *, changes: bool, least: bool) -> list[_Row]:
    if not changes:
        return sorted(rows, key=lambda row: row.outlook.expected, reverse=not least)[:LISTED]
    moved = [(row.ratio, row) for row in rows if row.ratio is not None and (row.ratio < 0 if least else row.ratio > 0)]
    return [row for _, row in sorted(moved, key=lambda each: each[0], reverse=not least)][:LISTED]


def _card(context: Context, name: str, rows: Sequence[_Row]) -> TableCard:
    table = []
    for row in rows:
        item = measure(context, row.outlook.scope)
        before = amount(item, row.before) if row.before is not None else ""
        ratio = f"{row.ratio:+.0%}" if row.ratio is not None else ""
        table.append([row.outlook.title, amount(item, row.outlook.expected), before, ratio])
    return TableCard(
        title=words.RANK_TITLE.format(kinds=name.capitalize()), columns=list(words.RANK_COLUMNS), rows=table
    )
