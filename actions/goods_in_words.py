"""What a message says has come in on a purchase order: all of it, some lines, what is missing, and what is damaged.

"200 of 10-109 are missing and 50 are rusty": the rest has come in full. "60 of 10-109": only that has come.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from actions import texts_replenish as words
from actions.language.dates import find_dates
from actions.language.numbers import spelled
from actions.language.units import unit_named
from actions.language.words import STOP_WORDS, tokens
from actions.showing import listed
from backend.catalogue.quantities import in_sales_units, plural, said
from backend.errors import Invalid
from backend.purchasing.receiving import open_quantity
from backend.purchasing.tables import PurchaseOrder, PurchaseOrderLine

Kind = Literal["good", "short", "damaged"]
_LAST: Final = re.compile(
    r"\bnothing\s+more\b|\bno\s+more\s+(?:is\s+)?(?:com|expected|will)|\brest\s+(?:is\s+not|isn'?t|won'?t|will\s+not)\b|"
    r"\bclose\s+(?:it|the\s+order)\b|\bthat(?:'s|\s+is|\s+was)\s+(?:all|it|the\s+last)\b|\bcancelled\s+the\s+rest\b",
    re.IGNORECASE,
)
_DAMAGED: Final = re.compile(
    r"\b(?:damaged?|broken|crushed|faulty|bad|defective|unusable|rust\w*|corroded|bent|wet|soaked|scratched|dented|torn"
    r"|ripped|stained|cracked|smashed|spoil\w+|mouldy|moldy|ruined|wrecked|chipped|warped|leak\w+|contaminated|scrap|rejects?"
    r"|burst|snapped|rotten|dirty|mangled|no\s+good|not\s+(?:usable|fit|good))\b",
    re.IGNORECASE,
)
_NOT_THERE: Final = re.compile(
    r"\b(?:missing|absent|lacking|outstanding|owed|to\s+follow|(?:still|yet)\s+to\s+come|on\s+back\s?order|without|no\s+sign\s+of"
    r"|never\s+(?:came|arrived|turned\s+up)"
    r"|(?:not|(?:did|was|were|is|are|has|have|had)n['’]?t)\s+(?:yet\s+)?(?:there|here|come|arrived?|turn(?:ed)?\s+up|delivered|received|included"
    r"|sent|with\s+it|in\s+(?:it|there|the)|on\s+(?:it|the)|been\s+(?:delivered|received|sent)))\b",
    re.IGNORECASE,
)
_SHORT: Final = re.compile(
    r"\b(?:short(?:age|fall)?|too\s+few|minus|less|fewer|except(?:\s+for)?|apart\s+from|all\s+but)\b", re.IGNORECASE
)
_NONE_OF_IT: Final = re.compile(
    r"\b(?:no|none|nothing|not|without)\s+(?:(?:is|are|was|were|of|it|them|any|a)\s+){0,2}(?:damaged?|missing|short|broken)\b",
    re.IGNORECASE,
)
_MORE: Final = re.compile(r"\b(?:another|more|further|also|too|as\s+well)\b", re.IGNORECASE)
_AMONG: Final = re.compile(r"\bof\s+(?:them|these|those|which|it)\b", re.IGNORECASE)
_REST_IN_FULL: Final = re.compile(
    r"\b(?:but|though|except)\s+(?:there\s+(?:was|were|is|are)\s+|it\s+(?:was|had)\s+|we\s+(?:got|had)\s+)?only\b"
    r"|\b(?:everything|all)\s+else\b|\bthe\s+(?:rest|others?|other\s+lines?|remainder)\s+(?:is|are|was|were|came|arrived|has|have|all)\b(?!\s*(?:not|n['’]t))",
    re.IGNORECASE,
)
_NUMBER: Final = re.compile(
    r"(?<![\w./-])(\d{1,3}(?:,\d{3})+|\d{1,7})(?![\d/]|\.\d)\s*(?:(?:(?:out\s+)?of\s+(?:the\s+|those\s+|these\s+)?(?:\d{1,7}\s+)?)?([A-Za-z]{1,12})\b)?"
)
_CLAUSE: Final = re.compile(
    r",(?!\d{3}\b)|;|:(?!\d)|\band\b|\bbut\b|\bplus\b|\bwith\b|\.\s|[–—\n()]|\s[/-]\s|(?=\bof\s+which\b)", re.IGNORECASE
)
_CLOCK: Final = re.compile(r"\b\d{1,2}(?::\d{2}(?:\s?[ap]m)?|\s?[ap]m)\b", re.IGNORECASE)
_VAGUE: Final = re.compile(r"\b(?:some|few|several|most|many|couple|part|half|bits?)\b", re.IGNORECASE)
_NO_SUCH: Final = re.compile(r"^\W*(?:there\s+(?:was|were|is|are)\s+)?(?:no|none\s+of|not\s+any)\b", re.IGNORECASE)
_A_WORD: Final = re.compile(r"[A-Za-z]+")
_ONES: Final = frozenset({"a", "an", "one"})


@dataclass(frozen=True)
class Arrived:
    """What came, by line position: fit for stock (None: all that is to come), damaged, and missing; ``last``: no more
    will come.
    """

    quantities: dict[int, int] | None
    damaged: dict[int, int]
    last: bool
    missing: dict[int, int] = field(default_factory=dict)


@dataclass
class _Counts:
    """What is said of the lines, by position; a later message replaces what an earlier one said of the same."""

    good: dict[int, int] = field(default_factory=dict)
    short: dict[int, int] = field(default_factory=dict)
    damaged: dict[int, int] = field(default_factory=dict)

    def take(self, kind: Kind, position: int, count: int, *, adds: bool) -> None:
        into = {"good": self.good, "short": self.short, "damaged": self.damaged}[kind]
        into[position] = (into.get(position, 0) if adds else 0) + count


def tells_of_goods(text: str) -> bool:
    """Whether a message says that something is missing or damaged, or how much of something came."""
    return any(pattern.search(text) for pattern in (_DAMAGED, _NOT_THERE, _SHORT)) or (
        re.search(r"\bonly\b", text, re.IGNORECASE) is not None and bool(_NUMBER.search(in_figures(text)))
    )


def names_a_line(text: str, order: PurchaseOrder) -> PurchaseOrderLine | None:
    """The line of a purchase order that a message names, by its SKU or by words of its name."""
    found = _lines(order, text)
    return found[0] if len(found) == 1 else None


def in_answer(earlier: str, answer: str, line: PurchaseOrderLine) -> str:
    """What was said and could not be told which line it was of, with the answer to that question."""
    if _NUMBER.search(_bare(line, in_figures(answer))) is None:
        return f"{line.product.sku}, {earlier}"
    if tells_of_goods(answer):
        return answer
    lacks = _DAMAGED.search(earlier) or _NOT_THERE.search(earlier) or _SHORT.search(earlier)
    return f"{answer} {lacks[0] if lacks else ''}"


def read(parts: Sequence[str], order: PurchaseOrder, today: date) -> Arrived:
    """What messages, one after the other, say has come in on a purchase order.

    Invalid where a quantity names no line of it, or it is not said how much is missing.
    """
    counts, spoken, vague, unclear = _Counts(), None, False, False
    for part in parts:
        mine: set[tuple[Kind, int]] = set()
        unclear = False
        before: Kind | None = None
        for clause in _clauses(part, order):
            line, spoken = _meant(order, clause, spoken)
            bare = _without_dates(_bare(line, clause), today)
            found, kind = _NUMBER.search(bare), _kind(clause)
            if found is None:
                kind = "short" if line is not None and _NO_SUCH.search(clause) else kind
                some = kind != "good" and _VAGUE.search(clause) is not None
                vague, unclear = vague or (kind != "good" and line is None), unclear or some
                if line is not None and not some and (kind != "good" and _all_of_it(clause)):
                    counts.take(kind, line.position, open_quantity(line), adds=False)
                before = kind if line is not None else None
                continue
            kind = before if kind == "good" and before is not None and line is None else kind
            line = line or spoken or _which(order, clause)
            spoken, before = line, None
            count = _units(line, found)
            adds = (kind, line.position) in mine or _MORE.search(clause) is not None
            mine.add((kind, line.position))
            if kind == "good" and ("short", line.position) not in mine:
                counts.short.pop(line.position, None)
            counts.take(kind, line.position, count, adds=adds)
            if kind == "damaged" and line.position in counts.good and _AMONG.search(clause):
                counts.good[line.position] -= count
    whole = " ".join(parts)
    last = _LAST.search(whole) is not None
    if unclear or (vague and not last and not (counts.good or counts.short or counts.damaged)):
        raise Invalid(
            words.GOODS_IN_HOW_MANY.format(number=order.number, sku=order.lines[0].product.sku), code="no_lines"
        )
    return _arrived(order, counts, last=last, rest=_REST_IN_FULL.search(whole) is not None)


def _arrived(order: PurchaseOrder, counts: _Counts, *, last: bool, rest: bool) -> Arrived:
    """What came, from what is said of it: where something is missing, all the rest came."""
    lines = {line.position: line for line in order.lines}
    for key in {*counts.short, *counts.damaged}:
        _check(lines[key], counts.short.get(key, 0) + counts.damaged.get(key, 0))
    only = bool(counts.good) and not rest
    if not (counts.short or counts.good):
        return Arrived({} if last and not counts.damaged else None, counts.damaged, last)
    quantities = {}
    for key, line in lines.items():
        came = open_quantity(line) - counts.short.get(key, 0) - counts.damaged.get(key, 0)
        came = counts.good.get(key, 0 if only and key not in counts.short else came)
        if came > 0:
            quantities[key] = came
    return Arrived(quantities, counts.damaged, last, {key: n for key, n in counts.short.items() if n})


def _check(line: PurchaseOrderLine, count: int) -> None:
    coming = open_quantity(line)
    if count > coming:
        facts = {"open": said(line.product, coming), "name": line.product.name, "count": said(line.product, count)}
        raise Invalid(words.GOODS_IN_TOO_MANY.format(**facts), code="over_receipt")


def _clauses(part: str, order: PurchaseOrder) -> Iterator[str]:
    digits = re.escape(order.number.removeprefix("PO-"))
    text = re.sub(rf"\b(?:PO|purchase\s+order)[\s#:.-]{{0,3}}{digits}\b", " ", part, flags=re.IGNORECASE)
    text = in_figures(_NONE_OF_IT.sub(" ", _CLOCK.sub(" ", text)))
    return (clause for clause in _CLAUSE.split(text) if clause.strip())


def in_figures(text: str) -> str:
    """A text with its number words as figures; "a" and "one" only where a unit follows: "one box", "a roll"."""
    found, end = [], 0
    words_in = list(_A_WORD.finditer(text))
    for at, match in enumerate(words_in):
        if match.start() < end:
            continue
        number = spelled([one[0].lower() for one in words_in[at : at + 8]])
        if number is None or number[0] != number[0].to_integral_value() or number[0] < 1:
            continue
        after = words_in[at + number[1]][0] if at + number[1] < len(words_in) else ""
        if number[1] == 1 and match[0].lower() in _ONES and unit_named(after) is None:
            continue
        found.append(f"{text[end : match.start()]}{int(number[0])}")
        end = words_in[at + number[1] - 1].end()
    text = f"{''.join(found)}{text[end:]}"
    return re.sub(
        r"\b(?:a|an|one)\s+(?=([A-Za-z]{2,12})\b)",
        lambda m: "1 " if unit_named(m[1]) else m[0],
        text,
        flags=re.IGNORECASE,
    )


def _meant(
    order: PurchaseOrder, clause: str, spoken: PurchaseOrderLine | None
) -> tuple[PurchaseOrderLine | None, PurchaseOrderLine | None]:
    """The line that a clause names, if any, and the one that is spoken of from now on."""
    found = _lines(order, clause)
    if not found:
        return None, spoken
    line = found[0] if len(found) == 1 else next((one for one in found if one is spoken), None)
    return line, line


def _lines(order: PurchaseOrder, clause: str) -> list[PurchaseOrderLine]:
    """The lines that a text may mean: the one whose SKU it has, or those whose names have most of its words."""
    for line in order.lines:
        if re.search(rf"(?<![\w-]){re.escape(line.product.sku)}(?![\w-])", clause, re.IGNORECASE):
            return [line]
    said_words = {word for word in tokens(clause) if len(word) > 1 and not word.isdigit()} - STOP_WORDS
    said_words = {word for word in said_words if unit_named(word) is None}
    alike = {line.position: len(said_words & _words_of(line)) for line in order.lines}
    most = max(alike.values(), default=0)
    return [line for line in order.lines if most and alike[line.position] == most]


def _words_of(line: PurchaseOrderLine) -> set[str]:
    return set(tokens(f"{line.product.name} {' '.join(alias.text for alias in line.product.aliases)}"))


def _bare(line: PurchaseOrderLine | None, clause: str) -> str:
    """A clause without the SKU, the digits of which are no quantity."""
    return clause if line is None else re.sub(re.escape(line.product.sku), " ", clause, flags=re.IGNORECASE)


def _without_dates(clause: str, today: date) -> str:
    for found in reversed([one for one in find_dates(clause, today) if one.certain]):
        clause = f"{clause[: found.start]} {clause[found.end :]}"
    return clause


def _kind(clause: str) -> Kind:
    if _DAMAGED.search(clause):
        return "damaged"
    return "short" if _NOT_THERE.search(clause) or _SHORT.search(clause) else "good"


def _all_of_it(clause: str) -> bool:
    """Whether a line that is named without a figure is missing or damaged as a whole: "the washers never came"."""
    return any(pattern.search(clause) for pattern in (_NOT_THERE, _DAMAGED, _NO_SUCH))


def _which(order: PurchaseOrder, clause: str) -> PurchaseOrderLine:
    if len(order.lines) == 1:
        return order.lines[0]
    skus = listed(one.product.sku for one in order.lines[:8])
    sentence = words.GOODS_IN_WHICH.format(number=order.number, text=" ".join(clause.split())[:60], skus=skus)
    raise Invalid(sentence, code="unknown_line")


def _units(line: PurchaseOrderLine, found: re.Match[str]) -> int:
    """A quantity in sales units. Invalid for a unit that the product does not come in."""
    product, count = line.product, int(found[1].replace(",", ""))
    unit = (found[2] or "").lower()
    known = unit_named(unit) if len(unit) > 1 or product.units_per > 1 else None
    for name in (unit, known):
        units = in_sales_units(product, list(product.packs), count, name) if name else None
        if units is not None:
            return units
    if known is not None and known not in ("each", "number"):
        facts = {"name": product.name, "unit": plural(known, 2), "sku": product.sku}
        raise Invalid(words.GOODS_IN_NO_UNIT.format(**facts), code="unknown_unit")
    return count * product.units_per
