"""How often, as people say it: "every first Monday", "every two weeks on Friday", "monthly on the 15th".

What is understood becomes an iCalendar rule (``backend.standing.recurrence``), which the person sees in words before
anything is set up. "Every second Friday" is every other one, as the British mean it; "of the month" makes it monthly.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from backend.errors import Invalid
from backend.standing.recurrence import parse

from .numbers import ORDINALS, spelled

LONGEST_TEXT: Final = 10_000

_EVERY: Final = r"(?:every|each)"
_DAY: Final = (
    r"(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:s|nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?"
    r"|sun(?:day)?)s?"
)
_AND: Final = r"\s*(?:,\s*and\s|,|&|\band\s)\s*(?:on\s+)?(?:the\s+)?"
_DAYS: Final = rf"(?P<days>{_DAY}\b(?:{_AND}{_DAY}\b){{0,6}})(?:\s+(?:morning|afternoon|evening)s?)?"
_PLURAL_DAY: Final = r"(?:mon|tues|wednes|thurs|fri|satur|sun)days\b"
_PLURAL_DAYS: Final = rf"(?P<days>{_PLURAL_DAY}(?:{_AND}{_PLURAL_DAY}){{0,6}})"
_WHICH_ONE: Final = r"(?:first|1st|second|2nd|third|3rd|fourth|4th|fifth|5th|last|final)"
_WHICH: Final = rf"(?P<which>{_WHICH_ONE}(?:{_AND}{_WHICH_ONE}){{0,4}})"
_NTH_ONE: Final = r"(?:[12]?\d|3[01])(?:st|nd|rd|th)"
_NTH: Final = rf"(?P<nth>{_NTH_ONE}(?:{_AND}{_NTH_ONE}){{0,9}})"
_OF_EVERY_MONTH: Final = rf"(?:of|in)\s+{_EVERY}\s+month"
_OF_THE_MONTH: Final = rf"(?:of|in)\s+(?:the|a|{_EVERY})\s+month"
_COUNT: Final = (
    r"(?P<count>\d{1,3}|a\s+couple\s+of|couple\s+of|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
)
_UNIT: Final = r"(?P<unit>day|week|fortnight|month|quarter|year)"
_WORKING: Final = r"(?:weekday|working\s+day|business\s+day|work\s*day)"
_OFTEN: Final = (
    rf"(?:(?:once\s+)?(?:{_EVERY}\s+(?:(?P<other>other|second|2nd|alternate)\s+)?(?:{_COUNT}\s*)?{_UNIT}s?"
    rf"|(?P<adverb>daily|weekly|fortnightly|bi-?weekly|monthly|quarterly|yearly|annually))"
    rf"|once\s+an?\s+(?P<once>day|week|fortnight|month|quarter|year))\b"
)
_EDGE: Final = r"(?:the\s+)?(?P<edge>end|last\s+day|start|beginning|first\s+day|first|1st)"

_FREQUENCIES: Final = {
    "day": ("DAILY", 1), "week": ("WEEKLY", 1), "fortnight": ("WEEKLY", 2), "month": ("MONTHLY", 1),
    "quarter": ("MONTHLY", 3), "year": ("MONTHLY", 12),
}  # fmt: skip
_ADVERBS: Final = {
    "daily": "day", "weekly": "week", "fortnightly": "fortnight", "biweekly": "fortnight", "monthly": "month",
    "quarterly": "quarter", "yearly": "year", "annually": "year",
}  # fmt: skip
_CODES: Final = {"mo": "MO", "tu": "TU", "we": "WE", "th": "TH", "fr": "FR", "sa": "SA", "su": "SU"}

Reader = Callable[[re.Match[str]], str | None]


@dataclass(frozen=True, slots=True)
class _Found:
    rule: str
    start: int
    end: int


def read_recurrence(text: str) -> tuple[str, str] | None:
    """The rule that a text speaks of, and the text without it; None where it says nothing of how often.

    >>> read_recurrence("24 of these every first Monday")
    ('FREQ=MONTHLY;BYDAY=1MO', '24 of these')
    """
    text = re.sub(r" ?\n[ \n]*", "\n", re.sub(r"[^\S\n]+", " ", text[:LONGEST_TEXT]))
    found = [one for pattern, read in _patterns() for match in pattern.finditer(text) if (one := _read(match, read))]
    if not found:
        return None
    best = max(found, key=lambda one: (one.end - one.start, -one.start))
    return best.rule, _without(text, best.start, best.end)


def _read(match: re.Match[str], read: Reader) -> _Found | None:
    if re.search(r"\b(?:twice|thrice|times)\s*(?:in\s*)?$", match.string[: match.start()], re.IGNORECASE):
        return None  # "twice a week" leaves open on which days
    rule = read(match)
    if rule is None:
        return None
    try:
        return _Found(str(parse(rule)), match.start(), match.end())
    except Invalid:
        return None


def _without(text: str, start: int, end: int) -> str:
    before, after = text[:start].rstrip(" ,;:-–"), text[end:].lstrip(" ,;:-–")
    if before.endswith("\n"):
        after = after.lstrip("\n")
    apart = " " if before and after and before[-1] != "\n" and after[0] not in ".!?\n" else ""
    joined = f"{before}{apart}{after}"
    return joined.strip() if any(c.isalnum() for c in joined) else ""


# ---- what the parts mean -------------------------------------------------------------------------------------------


def _codes(text: str, which: str = "") -> str:
    return ",".join(which + _CODES[word[:2].lower()] for word in re.findall(_DAY, text, re.IGNORECASE))


def _numbers(text: str) -> list[int]:
    words = re.findall(_WHICH_ONE, text.lower())
    return [-1 if word in ("last", "final") else ORDINALS[word] for word in words]


def _which_days(match: re.Match[str]) -> str:
    """The first and third Monday of the month."""
    return "FREQ=MONTHLY;BYDAY=" + ",".join(_codes(match["days"], str(number)) for number in _numbers(match["which"]))


def _every_which(match: re.Match[str]) -> str:
    """Every first Monday; "every second Friday" is every other one unless a month is spoken of."""
    if not match["month"] and _numbers(match["which"]) == [2]:
        return f"FREQ=WEEKLY;INTERVAL=2;BYDAY={_codes(match['days'])}"
    return _which_days(match)


def _every_other_day(match: re.Match[str]) -> str:
    return f"FREQ=WEEKLY;INTERVAL=2;BYDAY={_codes(match['days'])}"


def _weekly(match: re.Match[str]) -> str:
    return f"FREQ=WEEKLY;BYDAY={_codes(match['days'])}"


def _every_few_weeks(match: re.Match[str]) -> str:
    return f"FREQ=WEEKLY;INTERVAL={_count(match['count'])};BYDAY={_codes(match['days'])}"


def _working_days(_match: re.Match[str]) -> str:
    return "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"


def _of_month(match: re.Match[str]) -> str:
    return "FREQ=MONTHLY;BYMONTHDAY=" + ",".join(re.findall(r"\d+", match["nth"]))


def _edge_of_month(match: re.Match[str]) -> str:
    return f"FREQ=MONTHLY;BYMONTHDAY={-1 if match['edge'].lower().startswith(('end', 'last')) else 1}"


def _often(match: re.Match[str]) -> tuple[str, int]:
    unit = match["unit"] or match["once"] or _ADVERBS[match["adverb"].lower().replace("-", "")]
    frequency, interval = _FREQUENCIES[unit.lower()]
    times = _count(match["count"]) if match["count"] else 1
    return frequency, interval * times * (2 if match["other"] else 1)


def _count(text: str) -> int:
    words = text.lower().split()
    if words[0].isdigit():
        return int(words[0])
    found = spelled(words)
    return int(found[0]) if found else 0


def _plain(match: re.Match[str]) -> str:
    frequency, interval = _often(match)
    return f"FREQ={frequency};INTERVAL={interval}"


def _on_days(match: re.Match[str]) -> str | None:
    """Every two weeks on Friday."""
    frequency, interval = _often(match)
    return f"FREQ=WEEKLY;INTERVAL={interval};BYDAY={_codes(match['days'])}" if frequency == "WEEKLY" else None


def _on_which(match: re.Match[str]) -> str | None:
    """Monthly on the first Monday."""
    frequency, interval = _often(match)
    days = ",".join(_codes(match["days"], str(number)) for number in _numbers(match["which"]))
    return f"FREQ=MONTHLY;INTERVAL={interval};BYDAY={days}" if frequency == "MONTHLY" else None


def _on_nth(match: re.Match[str]) -> str | None:
    """Monthly on the 15th."""
    frequency, interval = _often(match)
    days = ",".join(re.findall(r"\d+", match["nth"]))
    return f"FREQ=MONTHLY;INTERVAL={interval};BYMONTHDAY={days}" if frequency == "MONTHLY" else None


def _on_edge(match: re.Match[str]) -> str | None:
    """Every quarter on the last day."""
    frequency, interval = _often(match)
    day = -1 if match["edge"].lower().startswith(("end", "last")) else 1
    return f"FREQ=MONTHLY;INTERVAL={interval};BYMONTHDAY={day}" if frequency == "MONTHLY" else None


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[re.Pattern[str], Reader], ...]:
    """The longest of all that match wins."""
    on = r"(?:on\s+)?(?:the\s+)?"
    after = r"\s*,?\s*(?:on\s+)?(?:the\s+)?"
    raw: list[tuple[str, Reader]] = [
        (rf"(?:on\s+)?{_EVERY}\s+{_WHICH}\s+{_DAYS}(?P<month>\s+{_OF_THE_MONTH})?", _every_which),
        (rf"{on}{_WHICH}\s+{_DAYS}\s+{_OF_EVERY_MONTH}", _which_days),
        (rf"{on}{_NTH}\s+(?:day\s+)?{_OF_EVERY_MONTH}", _of_month),
        (rf"(?:on\s+)?{_EVERY}\s+{_NTH}(?!\s+(?:{_DAY}|day|week|month)\b)(?:\s+{_OF_THE_MONTH})?", _of_month),
        (rf"(?:at\s+|on\s+|by\s+)?{_EDGE}\s+{_OF_EVERY_MONTH}", _edge_of_month),
        (rf"(?:on\s+|at\s+)?{_EVERY}\s+(?P<edge>last\s+day|first\s+day|first|1st)\s+{_OF_THE_MONTH}", _edge_of_month),
        (rf"{_EVERY}\s+month[\s-]*(?P<edge>end)", _edge_of_month),
        (rf"(?:on\s+)?{_EVERY}\s+(?:other|alternate)\s+{_DAYS}", _every_other_day),
        (rf"(?:on\s+)?{_EVERY}\s+{_DAYS}", _weekly),
        (rf"(?:on\s+)?{_EVERY}\s+{_COUNT}\s+{_PLURAL_DAYS}", _every_few_weeks),
        (rf"(?:on\s+)?{_EVERY}\s+{_WORKING}\b", _working_days),
        (r"on\s+weekdays\b", _working_days),
        (rf"on\s+{_PLURAL_DAYS}", _weekly),
        (_OFTEN, _plain),
        (rf"{_OFTEN}{after}{_DAYS}", _on_days),
        (rf"{_OFTEN}{after}{_WHICH}\s+{_DAYS}", _on_which),
        (rf"{_OFTEN}{after}{_NTH}", _on_nth),
        (rf"{_OFTEN}\s*,?\s*(?:at\s+|on\s+)?{_EDGE}(?:\s+{_OF_THE_MONTH})?", _on_edge),
        (rf"{on}{_DAYS}\s*,?\s+{_OFTEN}", _on_days),
        (rf"{on}{_NTH}\s*,?\s+{_OFTEN}", _on_nth),
    ]
    return tuple((re.compile(rf"(?<![\w/.-]){pattern}(?![\w/])", re.IGNORECASE), read) for pattern, read in raw)
