"""What the skills of buying share: what is decided, a buyer's own quantities, which product or supplier is meant."""

from __future__ import annotations

import re
from typing import Final

from actions.context import Context, ModelCall
from actions.language.references import read_choice
from actions.language.words import tokens, word_set
from actions.subjects import CLEAR, named_part
from backend.catalogue import queries as catalogue
from backend.catalogue.tables import Product
from backend.errors import NotFound, Unavailable
from backend.purchasing import deciding, drafting, replenishment
from backend.purchasing.deciding import Decided
from backend.purchasing.drafting import Drafted
from backend.purchasing.replenishment import Proposal
from backend.purchasing.scenario import AS_IT_IS, Scenario
from backend.purchasing.tables import Supplier

_WORD: Final = re.compile(r"[A-Za-z0-9][\w/.-]*")
_PLAIN: Final = frozenset(
    {
        "supplies",
        "supply",
        "supplier",
        "suppliers",
        "mills",
        "exports",
        "company",
        "limited",
        "trading",
        "cost",
        "price",
    }
)
_ASKS: Final = re.compile(
    r"\b(?:why|so|many|much|few|little|explain|proposal|proposed|propose|suggest|suggested|make|change|set|drop|leave|out|remove|take|instead|"
    r"skip|without|only|just|re-?order(?:ed|ing)?|suppose|what\s+if|units?|of|line|lines|not|increase|decrease|raise|cut|quantity)\b",
    re.IGNORECASE,
)


_ABOUT_A_LINE: Final = word_set("""
    knock down trim bring drop only just instead rather better line lines roll rolls pack packs box boxes bag bags reel
    reels cone cones carton cartons each next month leave too also halve half double treble percent""")
_PLACED: Final = re.compile(
    r"\bthe\s+(?P<place>first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last|second\s+last|top|bottom"
    r"|\d{1,2}(?:st|nd|rd|th))\s+(?:one|line|item|product|row)\b",
    re.IGNORECASE,
)


def decide(context: Context, scenario: Scenario = AS_IT_IS) -> Decided:
    """What is decided on every product as things are, and as a scenario supposes. Raises Unavailable."""
    now, supposed = deciding.gathered(context.work, scenario)
    called = deciding.call_for(context.work, now, supposed)
    if called is None:
        return deciding.answered(now, supposed, {})
    outputs = context.model(ModelCall(replenishment.MODEL, *called))
    if "unavailable" in outputs:
        raise Unavailable(str(outputs["unavailable"]), code="model_server_unavailable")
    return deciding.answered(now, supposed, outputs)


def draft(
    context: Context, decided: Decided, suppliers: frozenset[str] | None = None, skus: frozenset[str] | None = None
) -> Drafted:
    """The proposal with the buyer's own quantities; those that no longer fit are forgotten."""
    known = {one.candidate.product.sku: one for one in decided.found}
    fitting = {
        sku: quantity
        for sku, quantity in context.memory.buying.changes.items()
        if sku in known and (quantity == 0 or known[sku].candidate.reckoned().rules.allows(quantity))
    }
    context.memory.buying.changes = fitting
    return drafting.drafted(decided.found, fitting, skus, suppliers)


def on_screen(context: Context, kept: Drafted) -> Drafted:
    """Of a proposal what the list on the screen is narrowed to: some suppliers, only what is urgent."""
    shows = context.memory.buying.shows

    def shown(one: Proposal) -> bool:
        terms, sku = one.candidate.terms, one.candidate.product.sku
        return shows(sku, terms.supplier.code, urgent=one.urgency == "urgent")

    return Drafted([one for one in kept.lines if shown(one)], [one for one in kept.dropped if shown(one)])


def _only_one_listed(context: Context, named: str) -> str | None:
    """The only line of the list shown whose name has a word of what was said: "knock the thread down to 3000"."""
    shown, index = context.memory.shown, context.catalogue.index
    if shown is None or shown.kind != "replenishment":
        return None
    said = {word for word in tokens(named) if word.isalpha() and len(word) > 2 and word not in _ABOUT_A_LINE}
    if not said or not all(index.knows(word) for word in said):
        return None
    entries = [entry for sku in shown.keys if (entry := index.get(sku)) is not None]
    found = [entry.sku for entry in entries if said <= set(tokens(entry.name))]
    return found[0] if len(found) == 1 else None


def line_of(decided: Decided, sku: str) -> Proposal | None:
    """What was decided on a product; None where nothing can be proposed for it."""
    return next((one for one in decided.found if one.candidate.product.sku == sku), None)


def product_meant(context: Context, text: str | None = None) -> Product | None:
    """The product that a message to change or explain a line is about: its SKU, its place in the list, or its name."""
    text = context.text if text is None else text
    index = context.catalogue.index
    for word in _WORD.findall(text):
        entry = index.get(word.rstrip(".,"))
        if entry is not None:
            return catalogue.by_sku(context.work.session, entry.sku)
    shown = context.memory.shown
    if shown is not None and shown.kind == "replenishment":
        placed = _PLACED.search(text)
        choice = read_choice(placed["place"] if placed else _ASKS.sub(" ", text), shown.keys)
        if choice is not None:
            return catalogue.by_sku(context.work.session, shown.keys[choice])
    named = named_part(_ASKS.sub(" ", text)).strip()
    alone = _only_one_listed(context, named)
    if alone is not None:
        return catalogue.by_sku(context.work.session, alone)
    without = " ".join(word for word in named.split() if not word.replace(",", "").isdigit())
    # "the coach bolts" are those on the list, if one of its lines is called so
    listed = shown.keys if shown is not None and shown.kind == "replenishment" else ()
    found = index.search(without, limit=2, on_screen=listed) if without else []
    if found and found[0].score >= CLEAR:
        try:
            return catalogue.by_sku(context.work.session, found[0].sku)
        except NotFound:
            return None
    return None


def suppliers_named(context: Context, text: str | None = None) -> list[Supplier]:
    """The suppliers that a message names by code, by a word of their name, or by a country that is not ours."""
    said = {_plain(word) for word in re.findall(r"[\w&'’-]+", context.text if text is None else text)}
    rows = context.work.session.query(Supplier).order_by(Supplier.id).all()
    whole = (context.text if text is None else text).casefold()
    by_name = [
        row for row in rows if row.name.casefold() in whole or _plain(row.code) in said or said & _telling(row.name)
    ]
    if by_name:
        return by_name
    countries = said | {_COUNTRY_OF[word] for word in (one.removesuffix("s") for one in said) if word in _COUNTRY_OF}
    return [row for row in rows if row.country != "United Kingdom" and _plain(row.country) in countries]


def _telling(name: str) -> set[str]:
    """The words of a name that tell it from others'."""
    words = {_plain(word) for word in re.findall(r"[\w'’-]+", name)}
    return {word for word in words if len(word) > 3 and word not in _PLAIN} - _AMBIGUOUS


def _plain(word: str) -> str:
    letters = word.casefold().replace("ü", "u").replace("ö", "o").replace("ä", "a").replace("é", "e")
    return letters.removesuffix("'s").removesuffix("’s")


_COUNTRY_OF: Final = {
    "german": "germany", "italian": "italy", "portuguese": "portugal", "chinese": "china", "indian": "india",
    "dutch": "netherlands", "french": "france", "polish": "poland", "turk": "turkey", "turkish": "turkey",
    "spanish": "spain", "belgian": "belgium", "czech": "czechia", "irish": "ireland", "taiwanese": "taiwan",
    "pakistani": "pakistan", "american": "united states", "japanese": "japan",
}  # fmt: skip
_AMBIGUOUS: Final = frozenset({"bolt", "bolts", "linen", "cotton", "steel", "fasteners", "fixings", "trimmings"})
