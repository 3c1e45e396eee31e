"""The report a manager wants: what the last year would have cost under our quantities, against what was done."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from actions import texts_replenish as texts
from actions.context import Context
from actions.drafts import Draft
from actions.showing import listed
from backend.chat.cards import TableCard
from backend.purchasing.last_year import DAYS, Costs, LastYear, last_year

_LAST_YEAR: Final = re.compile(r"\blast\s+(?:year|12\s+months|twelve\s+months)\b|\bpast\s+year\b", re.IGNORECASE)
_COST: Final = re.compile(
    r"\b(?:cost|saved?|saving|cheaper|quantities|your\s+(?:orders|proposals?)|as\s+(?:you\s+)?propos\w+)\b",
    re.IGNORECASE,
)
_FORECAST: Final = re.compile(r"\b(?:sold|sales?|sell|forecast)\b", re.IGNORECASE)


def asks_for_report(context: Context) -> bool:
    """Whether a message asks what the last year would have cost: "what would last year have cost with your orders"."""
    text = context.text
    return bool(_LAST_YEAR.search(text) and _COST.search(text) and not _FORECAST.search(text))


def report(context: Context) -> list[Draft]:
    """Both sides, and why they differ."""
    found = context.beforehand("last year", last_year)
    if found is None:
        return [Draft(texts.REPORT_NONE)]
    difference = found.proposed.total - found.done.total
    text = texts.REPORT.format(
        weeks=DAYS // 7,
        ours=context.money(found.proposed.total),
        done=context.money(found.done.total),
        difference=difference_text(context, difference),
        fill=texts.REPORT_FILL.format(ours=f"{found.proposed.fill_rate:.1%}", done=f"{found.done.fill_rate:.1%}"),
    )
    context.memory.explanation = [*_why(context, found), *texts.REPORT_BASIS]
    why = "\n".join(_why(context, found))
    return [Draft(f"{text}\n{why}\n{texts.REPORT_BASIS[0]} {texts.REPORT_BASIS[1]}", card=_card(context, found))]


def difference_text(context: Context, amount: Decimal) -> str:
    """A difference in words: "£120.00 less"."""
    if not amount:
        return texts.REPORT_SAME
    template = texts.REPORT_LESS if amount < 0 else texts.REPORT_MORE
    return template.format(amount=context.money(abs(amount)))


def _why(context: Context, found: LastYear) -> list[str]:
    """The costs that differ most first, then the products that make most of it."""
    pairs = [(name, getattr(found.proposed, name) - getattr(found.done, name)) for name in texts.REPORT_ROWS]
    parts = sorted((pair for pair in pairs if pair[0] != "total" and pair[1]), key=lambda pair: -abs(pair[1]))
    lines = (
        [
            "Why: "
            + listed(f"{texts.REPORT_ROWS[name].lower()} {difference_text(context, amount)}" for name, amount in parts)
            + "."
        ]
        if parts
        else []
    )
    products = [
        f"{one.product.name} {difference_text(context, one.difference)} ({texts.REPORT_ROWS[one.cause].lower()})"
        for one in found.products[:5]
    ]
    return [*lines, f"Mostly: {listed(products)}."] if products else lines


def _card(context: Context, found: LastYear) -> TableCard:
    rows = []
    for name, label in texts.REPORT_ROWS.items():
        done, ours = getattr(found.done, name), getattr(found.proposed, name)
        rows.append([label, context.money(done), context.money(ours), context.money(ours - done)])
    rows.append(_stock(context, found.done, found.proposed))
    more = found.proposed.orders - found.done.orders
    rows.append([texts.REPORT_ORDERS, f"{found.done.orders:,}", f"{found.proposed.orders:,}", f"{more:+,}"])
    return TableCard(title=texts.REPORT_TITLE, columns=list(texts.REPORT_COLUMNS), rows=rows)


def _stock(context: Context, done: Costs, ours: Costs) -> list[str]:
    amounts = (done.average_stock, ours.average_stock, ours.average_stock - done.average_stock)
    return [texts.REPORT_STOCK, *(context.money(amount) for amount in amounts)]
