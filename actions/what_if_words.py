"""Reading a supposition: "what if the lead time doubles", "demand +20 % on anchors", "skip Krüger", "only £5,000"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from rapidfuzz import fuzz
from sqlalchemy import select

from actions import texts_replenish as texts
from actions.buying import product_meant, suppliers_named
from actions.context import Context
from actions.language.numbers import spelled
from actions.language.words import STOP_WORDS, tokens, word_set
from actions.showing import counted, listed, percent
from backend.catalogue.tables import Category, Product
from backend.purchasing.scenario import AS_IT_IS, Scenario, together

SURE_CATEGORY: Final = 88
WORKING_DAYS_A_WEEK: Final = 5
WORKING_DAYS_A_MONTH: Final = 21
_FRACTIONS: Final = {
    "half": 0.5,
    "a third": 1 / 3,
    "a quarter": 0.25,
    "a fifth": 0.2,
    "a tenth": 0.1,
    "two thirds": 2 / 3,
}
_TIMES: Final = {
    "double": 2.0,
    "doubles": 2.0,
    "doubled": 2.0,
    "twice": 2.0,
    "triple": 3.0,
    "triples": 3.0,
    "treble": 3.0,
}
_UP: Final = re.compile(
    r"\b(?:up|rise|rises|rose|raise[sd]?|increase[sd]?|grow[sn]?|growth|more|higher|dearer|plus|gains?|above|put\s+up)\b|\+",
    re.IGNORECASE,
)
_DOWN: Final = re.compile(
    r"\b(?:down|fall|falls|fell|drop(?:s|ped)?|decrease[sd]?|less|lower(?:s|ed)?|cheaper|minus|cut|cuts|off|shrinks?|"
    r"discount|reduce[sd]?|decline[sd]?)\b|(?<!\w)[-−–]\s?\d",
    re.IGNORECASE,
)
_PERCENT: Final = re.compile(r"(\d{1,3}(?:[.,]\d{1,2})?)\s*(?:%|per\s?cent|pct|percent)", re.IGNORECASE)
_SPOKEN: Final = re.compile(r"\b((?:[a-z]+[\s-]+){1,4})(?=per\s?cent\b|percent\b|pct\b)", re.IGNORECASE)
_DEMAND: Final = re.compile(
    r"\b(?:demand|sales|orders?|volume|growth|sell|consumption|customers?\s+order)\b", re.IGNORECASE
)
_LEAD: Final = re.compile(
    r"\blead[\s-]?times?\b|\bdeliver(?:y|ies)\b|\bcontainer\b|\barriv\w+\b|\blate\b|\bdelay\w*\b|\bneeds?\s+\w+\s+(?:working\s+)?(?:day|week|month)s?\b|\btakes?\b",
    re.IGNORECASE,
)
_SPAN: Final = re.compile(
    r"(\d{1,3}|one|two|three|four|five|six|eight|ten|a)\s*(?:working\s+)?(day|week|month)s?\b", re.IGNORECASE
)
_NUMBERS: Final = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "eight": 8, "ten": 10}
_LONGER: Final = re.compile(
    r"\b(?:late|later|longer|more|delay\w*|extra|slower|slip(?:s|ped|ping)?|overruns?|stretch\w*|extend\w*|held\s+up|push\w*\s+back"
    r"|increas\w*|ris(?:e|es|ing)|grow\w*|go(?:es)?\s+(?:up|out))\b|\+",
    re.IGNORECASE,
)
_SHORTER: Final = re.compile(
    r"\b(?:earlier|shorter|shorten\w*|faster|less|quicker|sooner|drop\w*|reduc\w*|fall\w*|cut|come(?:s)?\s+(?:down|forward))\b",
    re.IGNORECASE,
)
_TO_A_SPAN: Final = re.compile(
    r"\bto\s+(?:about\s+|only\s+)?(?:\d|one|two|three|four|five|six|eight|ten|a\s)", re.IGNORECASE
)
_SERVICE: Final = re.compile(
    r"\bservice(?:\s+level)?\b[^\d]{0,25}(\d{2}(?:[.,]\d{1,2})?)|(\d{2}(?:[.,]\d)?)\s*%?\s+service", re.IGNORECASE
)
_THOUSANDS: Final = r"(k\b|grand\b|thou(?:sand)?\b)?"
_BUDGET: Final = re.compile(
    r"\b(?:budget|spend|(?:only|just)\s+(?:ha(?:ve|d)|got)|(?:ha(?:ve|d)|got)\s+(?:only|just)|money|limit)\b"
    r"[^\d]{0,25}[£$€]?\s?(\d[\d,.]*)(?!\d|\s?(?:%|per\b|working|days?\b|weeks?\b|months?\b))\s?"
    rf"{_THOUSANDS}|[£$€]?\s?(\d[\d,.]*)\s?{_THOUSANDS}\s+(?:budget|to\s+spend)",
    re.IGNORECASE,
)
_SKIP: Final = re.compile(
    r"\b(?:skip(?:s|ped|ping)?|without|(?:leave|left)\s+out|drop(?:ped)?|los[et]|stopped\s+buying|stop\s+buying|shuts?|closes?|can\s?not\s+deliver|can't\s+deliver|"
    r"does\s?n[o']t\s+deliver|goes?\s+bust|not\s+deliver)\b",
    re.IGNORECASE,
)
_COST: Final = re.compile(
    r"\b(?:costs?|dearer|cheaper|suppliers?|purchase\s+price|buying\s+price|freight|charges?|they|(?:put|puts)\s+up)\b",
    re.IGNORECASE,
)
_PRICE: Final = re.compile(r"\b(?:prices?|discount|promo(?:tion)?|offer|cheaper|dearer)\b", re.IGNORECASE)
_OURS: Final = re.compile(
    r"\b(?:we|our|us)\b[^.?]{0,30}\b(?:cut|raise|put|drop|lower|increase|price|discount|sell)|\bsell(?:ing)?\s+price\b|"
    r"\bdiscount\b|\bpromo|\boff\s+offer\b|\bdo\s+we\s+(?:still\s+)?sell\b",
    re.IGNORECASE,
)
_PROMOTION: Final = re.compile(r"\bpromo(?:s|tions?|ted|te|tional)?\b|\bon\s+(?:special\s+)?offer\b", re.IGNORECASE)
_ON_SALES: Final = re.compile(
    r"\b(?:do|does|happens?|mean|means)\s+(?:to|for)\s+(?:our\s+|the\s+|its\s+)?(?:sales|demand|volumes?|revenue|turnover)\b|"
    r"\b(?:effect|impact)\s+on\s+(?:our\s+|the\s+|its\s+)?(?:sales|demand|volumes?|revenue|turnover)\b",
    re.IGNORECASE,
)

_NO_GOODS: Final = (_PERCENT, _SPAN, _UP, _DOWN, _DEMAND, _LEAD, _COST)
"""What is said of goods, and names none."""
_TALK: Final = word_set("what if suppose demand half third quarter fifth tenth double doubles twice all our level")


@dataclass(frozen=True)
class Supposed:
    """What is supposed: the scenario, in words; or something of our selling price (``ours``): a factor, a promotion."""

    scenario: Scenario = AS_IT_IS
    words: tuple[str, ...] = ()
    selling: float | None = None
    product: Product | None = None
    ours: bool = False
    promotion: bool = False


def read_all(context: Context, said: Sequence[str]) -> Supposed:
    """What several sentences suppose together."""
    found = [read(context, one) for one in said]
    read_ones = [one for one in found if one.words]
    if len(read_ones) < 2:
        return read_ones[0] if read_ones else found[-1]
    words = tuple(word for one in read_ones for word in one.words)
    return Supposed(together([one.scenario for one in read_ones]), words, product=read_ones[-1].product)


def read(context: Context, said: str | None = None) -> Supposed:
    """What a message supposes; nothing where none of it could be read."""
    said = context.text if said is None else said
    text, buys = in_figures(said), context.work.principal.role in ("buyer", "manager")
    product = product_meant(context, said) if _names_something(text) else None
    change = _factor(text)
    is_cost = bool(_COST.search(text)) and not _OURS.search(text)
    if _is_ours(context, text, change, is_cost=is_cost):
        return Supposed(selling=change, product=product, ours=True, promotion=_PROMOTION.search(text) is not None)
    suppliers = suppliers_named(context, said) if buys else []
    scope, skus = _scope(context, text, product, [one.name for one in suppliers])
    of_suppliers = frozenset(one.code for one in suppliers) or None
    found = AS_IT_IS
    words: list[str] = []
    for step in (_service, _budget):
        found, words = step(context, text, found, words)
    if _SKIP.search(text) and suppliers:
        found = replace(found, without=of_suppliers or frozenset())
        words.append(texts.SUPPOSED_SKIP.format(suppliers=listed(one.name for one in suppliers)))
        return Supposed(found, tuple(words))
    if _LEAD.search(text) and not _PERCENT.search(text):
        found, words = _lead(text, found, words, scope)
    elif (
        change is not None and (_DEMAND.search(text) or not (_PRICE.search(text) or is_cost)) and not _is_service(text)
    ):
        found = replace(found, demand=change)
        words.append(texts.SUPPOSED_DEMAND.format(change=_signed(change), scope=scope))
    elif change is not None and not _is_service(text):
        found = replace(found, price=Decimal(str(round(change, 4))))
        words.append(texts.SUPPOSED_COST.format(change=_signed(change), scope=scope))
    narrowed = replace(found, skus=skus, suppliers=of_suppliers) if words else found
    return Supposed(narrowed, tuple(words), product=product)


def _is_ours(context: Context, text: str, change: float | None, *, is_cost: bool) -> bool:
    """Whether a message is about what we ask for, not about what a supplier does: for a buyer only where it says so."""
    buyer = context.work.principal.role == "buyer"
    if _ON_SALES.search(text) and change is not None and not is_cost:
        return True
    if _OURS.search(text):
        return _PRICE.search(text) is not None
    return _PRICE.search(text) is not None and not (is_cost or buyer or suppliers_named(context, text))


def _names_something(text: str) -> bool:
    return len(text.split()) > 3


def _is_service(text: str) -> bool:
    return _SERVICE.search(text) is not None


def _scope(
    context: Context, text: str, product: Product | None, suppliers: Sequence[str]
) -> tuple[str, frozenset[str] | None]:
    """What it is supposed of, in words and as SKUs: a product, what has the words said, a category; None for
    everything, or for suppliers.
    """
    if product is not None:
        return texts.OF.format(what=product.name), frozenset({product.sku})
    if suppliers:
        return texts.OF.format(what=listed(suppliers)), None
    for category in context.work.session.scalars(select(Category).order_by(Category.id)):
        if fuzz.partial_ratio(category.name.lower(), text.lower()) >= SURE_CATEGORY:
            rows = context.work.session.execute(
                select(Product.sku, Product.name).where(Product.category_id == category.id, Product.active)
            )
            known: dict[str, str] = {row.sku: row.name for row in rows}
            some = _with_all_words(context, text, known, category.name)
            return some if some is not None else (texts.OF.format(what=category.name), frozenset(known))
    return "", None


def _with_all_words(
    context: Context, text: str, known: Mapping[str, str], category: str
) -> tuple[str, frozenset[str]] | None:
    """Those of a category that narrower words than its name mean: "hex bolts" among the bolts."""
    for pattern in _NO_GOODS:
        text = pattern.sub(" ", text)
    index, said = context.catalogue.index, re.findall(r"[\w/.-]+", text)
    named = [word for word in said if any(index.knows(one) and not one.isdigit() for one in tokens(word))]
    named = [word for word in named if word.lower() not in STOP_WORDS and word.lower() not in _TALK]
    wanted = {one for word in named for one in tokens(word)} - set(tokens(category))
    found = frozenset(sku for sku, name in known.items() if wanted <= set(tokens(name)))
    if not wanted or not found or len(found) == len(known):
        return None
    return texts.OF_SOME.format(what=" ".join(named), count=counted(len(found), "product")), found


def in_figures(text: str) -> str:
    """A text whose spoken percentages are written as figures: "up by twenty five percent" is "up by 25 percent"."""
    return _SPOKEN.sub(_figures, text)


def _figures(match: re.Match[str]) -> str:
    words = re.split(r"[\s-]+", match[1].lower().strip())
    for start in range(len(words)):
        found = spelled(words[start:])
        if found is not None and found[1] == len(words) - start:
            return f"{' '.join([*words[:start], f'{found[0]:f}'])} "
    return match[0]


def _factor(text: str) -> float | None:
    """The factor of a change: "+20 %" is 1.2, "by half" 0.5, "doubles" 2; None where none is said."""
    lower = text.lower()
    share = _PERCENT.search(lower)
    down = _DOWN.search(lower) is not None and not (_UP.search(lower) and share is None)
    for word, times in _TIMES.items():
        if re.search(rf"\b{word}\b", lower):
            return times
    if re.search(r"\bhalves\b|\bhalved\b", lower):
        return 0.5
    part = float(share[1].replace(",", ".")) / 100 if share else None
    if part is None:
        part = next((value for word, value in _FRACTIONS.items() if re.search(rf"\b{word}\b", lower)), None)
    if part is None:
        return None
    if down and not re.search(r"\+\s?\d", lower):
        return max(0.0, 1 - part)
    return 1 + part


def _signed(factor: float) -> str:
    change = Decimal(str(round(factor - 1, 4)))
    return f"{'+' if change >= 0 else '-'}{percent(abs(change))} %"


def _lead(text: str, found: Scenario, words: list[str], scope: str) -> tuple[Scenario, list[str]]:
    """A lead time in place of the known one, on top of it, or times a factor."""
    span = _SPAN.search(text)
    times = next((value for word, value in _TIMES.items() if re.search(rf"\b{word}\b", text.lower())), None)
    if span is None:
        if times is None:
            times = 0.5 if re.search(r"\bhal(?:f|ves|ved)\b", text.lower()) else None
        if times is None:
            return found, words
        said = texts.SUPPOSED_LEAD_TIMES.format(factor=f"{times:g}", scope=scope)
        return replace(found, lead_time_factor=times), [*words, said]
    days = _working_days(span)
    if (_LONGER.search(text) or _SHORTER.search(text)) and not _TO_A_SPAN.search(text):
        more = days if _LONGER.search(text) else -days
        said = texts.SUPPOSED_LEAD_MORE.format(days=days, more="more" if more > 0 else "less", scope=scope)
        return replace(found, lead_time_more=more), [*words, said]
    return replace(found, lead_time=days), [*words, texts.SUPPOSED_LEAD.format(days=days, scope=scope)]


def _working_days(span: re.Match[str]) -> int:
    """Days count as working days, as lead times do here; a week has five of them, a month twenty-one."""
    count = _NUMBERS.get(span[1].lower()) or int(span[1])
    unit = span[2].lower()
    return count * {"day": 1, "week": WORKING_DAYS_A_WEEK, "month": WORKING_DAYS_A_MONTH}[unit]


def _service(_context: Context, sentence: str, found: Scenario, words: list[str]) -> tuple[Scenario, list[str]]:
    said = _SERVICE.search(sentence)
    if said is None:
        return found, words
    level = float((said[1] or said[2]).replace(",", ".")) / 100
    if not 0.5 <= level <= 0.999:
        return found, words
    text = texts.SUPPOSED_SERVICE.format(level=f"{percent(Decimal(str(round(level, 4))))} %")
    return replace(found, service_level=level), [*words, text]


def _budget(context: Context, sentence: str, found: Scenario, words: list[str]) -> tuple[Scenario, list[str]]:
    said = _BUDGET.search(sentence)
    if said is None or _is_service(sentence):
        return found, words
    amount = Decimal((said[1] or said[3]).replace(",", "").rstrip(".")) * (1000 if said[2] or said[4] else 1)
    return replace(found, budget=amount), [*words, texts.SUPPOSED_BUDGET.format(amount=context.money(amount))]
