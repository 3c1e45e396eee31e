"""How good an earlier forecast was: "how good was last month's forecast?", "was the forecast for washers right?"."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

from actions import texts_forecast as words
from actions.context import Context
from actions.drafts import Draft
from actions.forecast_answer import amount, measure, period_text
from actions.forecast_periods import month_named, without
from actions.forecast_subjects import phrase, subject
from actions.language.numbers import spelled
from backend.catalogue.quantities import said
from backend.chat.cards import TableCard
from backend.insight import queries as insight
from backend.insight import service
from backend.insight.looking_back import LookBack, look_back, names
from backend.insight.periods import last_complete_period, period_start
from backend.insight.scopes import TOTAL, Kind, Scope

LISTED: Final = 8
RIGHT_WITHIN: Final = 0.005
_ASKS: Final = re.compile(
    r"\bhow\s+(?:good|accurate|right|close|far\s+off|far\s+out|wrong|bad|well|reliable|exact)\b[^.?!]{0,60}\b(?:forecasts?|predictions?)\b"
    r"|\b(?:was|were|did)\b[^.?!]{0,60}\b(?:forecasts?|predictions?)\b[^.?!]{0,60}\b(?:right|good|accurate|correct|wrong|off|out|hold|work|true)\b"
    r"|\b(?:forecasts?|predictions?)\s+(?:accuracy|quality|errors?|track\s+record|performance)\b|\baccuracy\s+of\b[^.?!]{0,40}\bforecasts?\b"
    r"|\bforecasts?\s+(?:vs\.?|versus|against|compared\s+(?:to|with))\s+(?:the\s+)?(?:actuals?|sales|reality)\b"
    r"|\bhow\s+did\b[^.?!]{0,40}\bforecasts?\b[^.?!]{0,20}\bdo\b",
    re.IGNORECASE,
)
_WORDS: Final = re.compile(
    r"\b(?:how|good|accurate|right|close|far|off|out|wrong|bad|well|reliable|exact|was|were|did|forecasts?|predictions?|accuracy|quality|"
    r"errors?|track|record|performance|vs|versus|against|compared|actuals?|reality|do|the|our|your|last|previous|past|of|any|hold|"
    r"work|true|correct)\b|'s\b|’s\b",
    re.IGNORECASE,
)
_WEEK: Final = re.compile(r"\bweek(?:'s|’s|s|ly)?\b", re.IGNORECASE)
_AGO: Final = re.compile(
    r"\b(?P<count>\d{1,2}|two|three|four|five|six)\s+(?P<unit>week|month)s?\s+ago\b|\bthe\s+(?P<before>week|month)\s+before\s+last\b",
    re.IGNORECASE,
)
_THIS: Final = re.compile(r"\bthis\s+(?:week|month)\b", re.IGNORECASE)


def concerns(text: str) -> bool:
    """Whether a message asks how good a forecast has been."""
    return _ASKS.search(text) is not None


def answer(context: Context) -> list[Draft]:
    """An earlier forecast beside what came, and beside repeating the period before."""
    freq = "W" if _WEEK.search(context.text) else "M"
    period = _period(context, freq)
    scope = _scope(context)
    if isinstance(scope, list):
        return scope
    context.memory.forecast_of = phrase((scope,), context)
    run = service.current_run(context.work, freq)
    if _THIS.search(context.text) or period > last_complete_period(context.today, freq):
        shown = period_text(period_start(context.today, freq), freq)
        return [Draft(words.NOT_OVER.format(period=_capital(shown)))]
    found = look_back(context.work, scope, freq, period)
    if found is None:
        ours, naive = _held_out(run.metrics)
        facts = {
            "count": _held_out_periods(context, freq),
            "periods": f"{words.PERIODS[freq]}s",
            "ours": ours,
            "naive": naive,
        }
        held_out = words.HELD_OUT.format(**facts) if ours and naive and facts["count"] else ""
        return [Draft(words.NOTHING_STORED.format(period=period_text(period, freq), held_out=held_out))]
    return [_told(context, found)]


def words_of_period(context: Context) -> str:
    """Which earlier forecast a message asks about, as words that ask about it again: "2 weeks ago"."""
    freq = "W" if _WEEK.search(context.text) else "M"
    period, count = _period(context, freq), 1
    latest = last_complete_period(context.today, freq)
    while latest > period:
        latest, count = _before(latest, freq), count + 1
    return f"{count} {words.PERIODS[freq]}s ago"


def _period(context: Context, freq: str) -> date:
    named = month_named(context.text, context.today) if freq == "M" else None
    period, ago = named or last_complete_period(context.today, freq), _AGO.search(context.text)
    if ago is not None and named is None:
        said = ago["count"]
        count = 2 if said is None else int((spelled([said]) or [said])[0])
        for _ in range(1, count):
            period = _before(period, freq)
    return period


def _before(period: date, freq: str) -> date:
    return period_start(period - timedelta(days=1), freq)


def _scope(context: Context) -> Scope | list[Draft]:
    """What the forecast was of: everything, unless something is named."""
    rest = without(_WORDS.sub(" ", _AGO.sub(" ", context.text)))
    if not re.search(
        r"[A-Za-z0-9]{2}",
        re.sub(r"\b(?:in|for|month|week|months|weeks|it|a|s|by|one|total)\b", " ", rest, flags=re.IGNORECASE),
    ):
        return TOTAL
    found = subject(context, rest)
    if isinstance(found, Scope) and found.is_party:
        return TOTAL
    return found


def _held_out(metrics: dict[str, dict[str, float]]) -> tuple[str, str]:
    ours, naive = (metrics.get(name, {}).get("WAPE") for name in ("quartermaster", "naive"))
    return (f"{ours:.0%}" if ours is not None else "", f"{naive:.0%}" if naive is not None else "")


def _held_out_periods(context: Context, freq: str) -> str:
    run = service.current_run(context.work, freq)
    rows = insight.forecast_rows(context.work.session, run)
    return next((str(row.error["periods"]) for row in rows if row.error.get("periods")), "")


def _told(context: Context, found: LookBack) -> Draft:
    item = measure(context, found.scope)
    ours, naive = found.error(), found.error(naive=True)
    unit = words.PERIODS[found.freq]
    facts = {
        "period": period_text(found.period, found.freq),
        "forecast": amount(item, found.forecast),
        "title": found.scope.title,
        "sold": amount(item, found.sold),
        "verdict": _verdict(found),
        "unit": unit,
    }
    worse = words.NAIVE_WON if ours is not None and naive is not None and naive < ours else ""
    if len(found.rows) == 1 or ours is None or naive is None:
        text = words.LOOKED_BACK_ONE.format(**facts, naive_total=amount(item, found.naive), better=worse)
    else:
        text = words.LOOKED_BACK.format(**facts, ours=f"{ours:.0%}", naive=f"{naive:.0%}", better=worse)
    made = f"{found.made_at:%d %b %Y}"
    why = words.LOOKED_BACK_WHY.format(made=made, period=facts["period"], share=f"{found.in_band:.0%}")
    context.memory.explanation = [why]
    if found.scope.kind is Kind.PRODUCT:
        return Draft(text)
    return Draft(text, card=_table(context, found))


def _verdict(found: LookBack) -> str:
    if found.sold <= 0:
        return words.NONE_SOLD
    off = found.forecast / found.sold - 1
    if abs(off) < RIGHT_WITHIN:
        return words.RIGHT
    return (words.OVER if off > 0 else words.UNDER).format(share=f"{abs(off):.0%}")


def _table(context: Context, found: LookBack) -> TableCard:
    """The products with the largest errors."""
    products = names(context.work, found.rows)
    rows = []
    for row in sorted(found.rows, key=lambda one: (-abs(one.forecast - one.sold), one.product_id))[:LISTED]:
        item = products[row.product_id]
        figures = [
            said(item, round(value)) for value in (row.forecast, row.sold, abs(row.forecast - row.sold), row.naive)
        ]
        rows.append([item.sku, item.name, *figures])
    title = words.LOOK_BACK_TITLE.format(period=period_text(found.period, found.freq))
    return TableCard(title=title, columns=list(words.LOOK_BACK_COLUMNS), rows=rows)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
