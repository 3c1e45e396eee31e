"""How suppliers have delivered: "who's our worst supplier for being late?", "how reliable is Porto Linhas?"."""

from __future__ import annotations

import re
from typing import Final

from sqlalchemy import select

from actions import texts_suppliers as texts
from actions.buying import suppliers_named
from actions.context import Context
from actions.drafts import Draft
from actions.showing import counted
from backend.chat.cards import TableCard
from backend.purchasing.deliveries import LOOKED_BACK_DAYS, Record, records
from backend.purchasing.tables import Supplier

_BEST: Final = re.compile(r"\b(?:best|fastest|quickest|most\s+(?:reliable|punctual))\b", re.IGNORECASE)
_ABOUT_ALL: Final = re.compile(
    r"\b(?:worst|best|slowest|fastest|quickest|(?:most|least|un)\s?(?:reliable|punctual)|always\s+late"
    r"|late\s+(?:the\s+)?most)\b[^.?!]*\b(?:suppliers?|vendors?)\b"
    r"|\b(?:suppliers?|vendors?)\b[^.?!]*\b(?:worst|best|slowest|fastest|quickest|(?:un)?reliab\w+|punctual\w*"
    r"|perform\w*|track\s+records?|on\s+time|let\w*\s+(?:us|me)\s+down|always\s+late|usually\s+late|deliver\w*\s+late|come\s+late|late\s+(?:the\s+)?most|compare\w*"
    r"|doing)\b"
    r"|\bhow\b[^.?!]*\b(?:our|the|my)\s+(?:suppliers|vendors)\b[^.?!]*\b(?:doing|performing|delivering)\b"
    r"|\b(?:supplier|vendor)\s+(?:performance|reliability|scorecards?|ratings?|records?|league)\b",
    re.IGNORECASE,
)
_ABOUT_ONE: Final = re.compile(
    r"\bhow\s+(?:reliable|punctual|good|bad|slow|quick|fast|late|often)\b|\bhow(?:['’]?s|\s+(?:is|are|has|have|does|do"
    r"|did|well))\b[^.?!]*\b(?:do|doing|perform\w*|deliver\w*|been|on\s+time|late)\b|\bhow\s+long\b[^.?!]*\b(?:take|takes|need|needs)\b|\btrack\s+record\b|\b(?:reliab\w+|punctual\w*|on\s+time|usually\s+late|often\s+late|always\s+late"
    r"|deliver\w*\s+late)\b|\blead\s+time\b",
    re.IGNORECASE,
)
_OTHER_MATTERS: Final = re.compile(
    r"\bif\b|\bsuppos|\bassum|\bwhat-if\b|\b(?:order|buy|approve|skip|forecast\w*|owe|pay|invoice)\b", re.IGNORECASE
)


def concerns(context: Context) -> bool:
    """Whether a buyer's or manager's message asks how suppliers deliver."""
    if _OTHER_MATTERS.search(context.text):
        return False
    if _ABOUT_ALL.search(context.text):
        return True
    return _ABOUT_ONE.search(context.text) is not None and bool(suppliers_named(context))


def handle(context: Context) -> list[Draft]:
    """A supplier's record in a sentence; of several or all, a table with the one asked for first."""
    named = suppliers_named(context)
    session = context.work.session
    rows = named or list(session.scalars(select(Supplier).order_by(Supplier.id)))
    known = records(context.work, [row.id for row in rows])
    if len(named) == 1:
        return [Draft(_said(named[0], known.get(named[0].id, Record())))]
    found = [(row, known[row.id]) for row in rows if row.id in known and known[row.id].days]
    if not found:
        return [Draft(texts.NONE_DELIVERED)]
    best = _BEST.search(context.text) is not None
    found.sort(key=lambda pair: (_late(pair[1]) if best else -_late(pair[1]), -len(pair[1].days), pair[0].code))
    context.memory.explanation = [texts.BASIS.format(days=LOOKED_BACK_DAYS)]
    first = texts.BEST if best else texts.WORST
    text = f"{first.format(name=found[0][0].name)} {_said(*found[0])}"
    return [Draft(text, card=TableCard(title=texts.TITLE, columns=texts.COLUMNS, rows=[_row(*one) for one in found]))]


def _late(one: Record) -> float:
    return one.late / len(one.days)


def _said(row: Supplier, one: Record) -> str:
    mean = one.mean_days
    if mean is None:
        return texts.NOT_DELIVERED.format(name=row.name, agreed=counted(row.lead_time_days, "working day"))
    return texts.RECORD.format(
        name=row.name,
        deliveries=counted(len(one.days), "delivery", "deliveries"),
        took=f"{mean:.1f}".removesuffix(".0"),
        agreed=row.lead_time_days,
        late=one.late,
        good=texts.GOOD.format(share=f"{one.fill:.1%}") if one.fill is not None else "",
    ).strip()


def _row(row: Supplier, one: Record) -> list[str]:
    fill = "" if one.fill is None else f"{one.fill:.1%}"
    took = f"{one.mean_days or 0.0:.1f}"
    return [row.name, str(row.lead_time_days), took, f"{one.late} of {len(one.days)}", fill, f"{one.damaged:,}"]
