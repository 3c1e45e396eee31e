"""top_movers, slow_movers: what sold most or least, and what is expected to grow or to fade."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from actions import texts, texts_forecast
from actions.context import Context
from actions.drafts import Draft
from actions.forecast_answer import when
from actions.forecast_periods import read, without
from actions.forecast_subjects import category_named
from actions.language.spans import Span, names_span, read_span
from actions.registry import skill
from actions.showing import counted, day_text
from backend.catalogue.quantities import said
from backend.catalogue.tables import Product
from backend.chat.cards import TableCard
from backend.errors import NotFound
from backend.insight import growth, scopes, service
from backend.insight.growth import Change, Changes
from backend.insight.periods import next_period
from backend.insight.scopes import TOTAL, Scope
from backend.insight.service import Asked

DAYS: Final = 90
LISTED: Final = 10
MOST: Final = 50
_GROWS: Final = re.compile(
    r"\b(?:will|going\s+to|expected\s+to|about\s+to|likely\s+to|set\s+to|gonna|next|coming|forecast|predict\w*|future)\b[^.?!]{0,60}"
    r"\b(?:grow\w*|rise|rising|increase|climb|gain|take\s+off|up)\b|\bgrow(?:th|ing|ers?)?\b|\bup\s+and\s+coming\b|\brising\b|\btrending\b",
    re.IGNORECASE,
)
_FADES: Final = re.compile(
    r"\b(?:dying|die|dies|dead\s+soon|declin\w*|shrink\w*|fad(?:e|es|ing)|falling|fall|drop(?:s|ping)?|los(?:e|ing)|"
    r"going\s+down|down|worsen\w*|off\s+the\s+boil|tail(?:ing)?\s+off|dwindl\w*)\b",
    re.IGNORECASE,
)
_COUNT: Final = re.compile(
    r"\b(?:top|bottom|first|best|worst)\s+(?P<count>\d{1,3})\b|\b(?P<other>\d{1,3})\s+(?:products|items|lines|skus)\b",
    re.IGNORECASE,
)


@skill("top_movers", "slow_movers")
def movers(context: Context) -> list[Draft]:
    """What is expected to grow or fade where a message asks for that, else what sold most or least."""
    category = category_named(context, without(context.text))
    scope = scopes.of_category(category) if category is not None else TOTAL
    fades, grows = _FADES.search(context.text) is not None, _GROWS.search(context.text) is not None
    if fades or grows:
        return _changing(context, scope, up=context.intent == "top_movers" if grows and fades else grows)
    return _sold(context, scope)


def skill_of(text: str) -> str | None:
    """The skill of a message that asks which products grow, or which fade; None for any other."""
    if _GROWS.search(text):
        return "top_movers"
    return "slow_movers" if _FADES.search(text) else None


def _count(context: Context) -> int:
    match = _COUNT.search(context.text)
    return min(MOST, max(1, int(match["count"] or match["other"]))) if match else LISTED


def _changing(context: Context, scope: Scope, *, up: bool) -> list[Draft]:
    asked = read(context.text, context.today, Asked("M", growth.MONTHS)).asked
    wanted = asked if asked.freq == "M" else Asked("M", growth.MONTHS)
    try:
        found = growth.changes(context.work, scope, wanted)
    except NotFound as error:
        return [Draft(error.sentence)]
    span = when([service.Step(day, 0, 0, 0, 0) for day in _months(found)], "M")
    count = counted(len(_months(found)), "month")
    against = (
        texts_forecast.A_YEAR_EARLIER if found.a_year_earlier else texts_forecast.THE_LAST_MONTHS.format(count=count)
    )
    if not found.rows:
        return [Draft(texts_forecast.GROWTH_NONE)]
    ranked = found.rows if up else tuple(reversed(found.rows))
    chosen = [row for row in ranked if (row.ratio > 0) is up and row.ratio][: _count(context)]
    if not chosen:
        none = texts_forecast.GROWTH_NONE_GROWING if up else texts_forecast.GROWTH_NONE_FADING
        return [Draft(none.format(when=span, against=against))]
    why = texts_forecast.GROWTH_WHY.format(against=against, small=found.small, young=found.young, steady=found.steady)
    context.memory.explanation = [why]
    text = (texts_forecast.GROWING if up else texts_forecast.FADING).format(when=span, against=against)
    return [Draft(f"{text}", card=_change_card(chosen))]


def _months(found: Changes) -> list[Any]:
    days = [found.first]
    while days[-1] < found.last:
        days.append(next_period(days[-1], "M"))
    return days


def _change_card(rows: Sequence[Change]) -> TableCard:
    table = [
        [
            row.product.sku,
            row.product.name,
            said(row.product, max(0, round(row.ahead))),
            said(row.product, round(row.before)),
            f"{row.ratio:+.0%}",
        ]
        for row in rows
    ]
    return TableCard(title=texts_forecast.GROWTH_TITLE, columns=list(texts_forecast.GROWTH_COLUMNS), rows=table)


def _sold(context: Context, scope: Scope) -> list[Draft]:
    """What sold most, or least of what is on sale, over a span beside the one before; of late where none is named."""
    session, top = context.work.session, context.intent == "top_movers"
    context.figures = texts.AGAIN_MOST if top else texts.AGAIN_LEAST
    if scope is not TOTAL:
        context.figures += texts.AGAIN_OF.format(what=scope.title)
    named = names_span(context.text)
    span = read_span(context.text, context.today) if named else _three_months(context.today)
    recent = scopes.sold_between(session, span.since, span.until)
    earlier = scopes.sold_between(session, span.before, span.before_until)
    products = scopes.products(context.work, scope)
    if not recent or not products:
        return [Draft(texts.MOVERS_NONE)]
    ranked = sorted(products, key=lambda item: (recent.get(item.id, 0), item.sku), reverse=top)[: _count(context)]
    days = {
        "since": day_text(span.since),
        "until": day_text(span.until - timedelta(days=1)),
        "before": day_text(span.before),
        "before_until": day_text(span.before_until - timedelta(days=1)),
    }
    some, why = (texts.MOVERS_IN, texts.MOVERS_IN_WHY) if named else (texts.MOVERS, texts.MOVERS_WHY)
    text = some.format(direction="sold most" if top else "sold least", days=DAYS, **days)
    context.memory.explanation = [why.format(days=DAYS, **days)]
    columns = ("Sold", "Before") if named else (f"Last {DAYS} days", f"{DAYS} days before")
    return [Draft(text, card=_movers_card(ranked, columns, recent, earlier))]


def _three_months(today: date) -> Span:
    start = today - timedelta(days=DAYS)
    return Span(start, today + timedelta(days=1), start - timedelta(days=DAYS), start)


def _movers_card(ranked: Sequence[Product], spans: tuple[str, str], *sold: dict[int, float]) -> TableCard:
    rows: list[list[Any]] = []
    for item in ranked:
        now, then = (round(units.get(item.id, 0)) for units in sold)
        change = f"{(now - then) / then:+.0%}" if then else "new" if now else "none"
        rows.append([item.sku, item.name, said(item, now), said(item, then), change])
    columns = ["SKU", "Product", *spans, "Change"]
    return TableCard(title="Sales", columns=columns, rows=rows)
