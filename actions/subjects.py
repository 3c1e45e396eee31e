"""What product a question is about: the question's own words are taken away, the rest is looked up."""

from __future__ import annotations

import re

from actions import texts
from actions.context import Context
from actions.language.catalogue import Candidate
from actions.language.references import read_choice
from actions.language.words import tokens
from backend.catalogue import queries as catalogue
from backend.catalogue.tables import Product

MOST = 8
CLEAR = 0.72
CLOSE = 0.1
NEAR = 0.35
# Words that ask rather than name. "set" or "light" are not among them: they are in products' names.
_ASKING = frozenset(
    """
    a about again ahead all also am an and any are as asking at available availability be been break breaks buy
    buying by can check cost costs could current currently customer customers day days demand did do does expect
    expected expecting fcast fcst figure figures for forcast forecast forecasted forecasting forecasts from get give
    go going got had hand has have hello hey hi history how i if im in incoming info is it its kind kinds know last left
    level levels like likely lot many me mean month monthly months much my need next now of off offer on one
    ones or order our over per pieces plan please pls predict prediction predicted price priced prices pricing
    product project projected projection quarter quarters quick range running sale sales see sell selling sells
    shall should show six sold sort sorts stock stocked stocks supply tell than that the their them then there
    these they this three to today twelve two units us up want we week weekly weeks what whats when where which
    will with would year years you your four five eight nine ten open status state account details doing latest
    general overall whole
    """.split()  # noqa: SIM905  (one word a line would be a page)
)
_POINTING = frozenset("it that this one ones same first second third fourth last them those product item".split())  # noqa: SIM905
_FOR_WHOM = re.compile(r"\bfor\s+(?=[A-Z])")
_WORD = re.compile(r"[^\s,;:!?()]+")
_NUMBER_OF_PERIODS = re.compile(
    r"\b\d{1,3}\s*(?:-\s*)?(?:days?|weeks?|wks?|months?|mths?|quarters?|years?)\b", re.IGNORECASE
)


def named_part(text: str) -> str:
    """What is left of a question without its asking words: "M8x40 hex bolts"."""
    text = _NUMBER_OF_PERIODS.sub(" ", text.replace("’", "'"))
    words = [word.strip(".'\"“”") for word in _WORD.findall(text)]
    return " ".join(word for word in words if word and word.lower().replace("'", "") not in _ASKING)


def subjects(context: Context, limit: int = MOST) -> tuple[list[Product], bool]:
    """The products a question is about, best first, and whether the first is certainly meant.

    Falls back to what was shown or spoken of last where the message names none ("and the second one?", "how much is
    it?").
    """
    named = named_part(context.text)
    found: list[Candidate] = []
    for words in dict.fromkeys((named, _without_numbers(context, named), named_part(_FOR_WHOM.split(context.text)[0]))):
        if words and not found:
            near = context.catalogue.index.search(words, limit=limit, bought=context.bought())
            found = [candidate for candidate in near if candidate.score >= NEAR]
    if found:
        products = catalogue.by_skus(context.work.session, [candidate.sku for candidate in found])
        ahead = found[0].score - (found[1].score if len(found) > 1 else 0.0)
        sure = found[0].score >= CLEAR and (ahead >= CLOSE or _whole_name(context, found[0]))
        ordered = [products[candidate.sku] for candidate in found if candidate.sku in products]
        return (ordered[:1] if sure else ordered), sure
    spoken = _spoken_of(context)
    if spoken is not None and all(word in _POINTING for word in named.lower().split()):
        return [catalogue.by_sku(context.work.session, spoken)], True
    return [], False


def _whole_name(context: Context, best: Candidate) -> bool:
    """Whether the words are just a product's name, though other names have them too ("party bunting")."""
    entry = context.catalogue.index.get(best.sku)
    return entry is not None and sorted(tokens(entry.name)) == sorted(tokens(named_part(context.text)))


def _without_numbers(context: Context, named: str) -> str:
    """Without bare numbers that are no code of ours: "M8x40 hex bolts at 500" asks for a price at a quantity."""
    index = context.catalogue.index
    return " ".join(word for word in named.split() if not word.replace(",", "").isdigit() or index.get(word))


def _spoken_of(context: Context) -> str | None:
    shown = context.memory.shown
    if shown is not None and shown.kind in ("products", "reorder", "replenishment"):
        choice = read_choice(context.text, shown.keys)
        if choice is not None:
            return shown.keys[choice]
    return context.memory.product


def asked(context: Context) -> str:
    """The subject as the person put it, for repeating it."""
    named = named_part(context.text) or " ".join(context.text.split())
    return named[:80]


def unknown(context: Context) -> str:
    """A sentence where nothing was found."""
    named = named_part(context.text)
    return texts.FOUND_NONE.format(text=named[:80]) if named else texts.WHICH_TO_CHECK
