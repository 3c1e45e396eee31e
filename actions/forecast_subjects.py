"""What a forecast is asked of: a product, a category, a customer, a country or region, a rep's customers, everything,
or two of these beside each other. The skill that a message was read as decides only where its words leave it open.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from rapidfuzz import fuzz
from sqlalchemy import select

from actions import texts, texts_forecast
from actions.context import Context
from actions.drafts import Draft, Tap
from actions.language.people import find_customer
from actions.language.words import tokens
from actions.memory import Question
from actions.parties import ask_customer, asked_about, match_customer
from actions.showing import listed
from actions.subjects import named_part, subjects
from backend.catalogue.tables import Category, Product
from backend.customers import queries as customers
from backend.identity.permissions import Permission
from backend.insight import scopes
from backend.insight.scopes import TOTAL, Scope

SURE_CATEGORY: Final = 85
SURE_CUSTOMER: Final = 0.85
LEAD: Final = 0.1
MOST_TAPS: Final = 5
_ALIASES: Final = {
    "United Kingdom": ("uk", "u.k.", "britain", "great britain", "british", "home market"),
    "Germany": ("german", "deutschland"),
    "France": ("french",),
    "Ireland": ("irish", "eire", "republic of ireland"),
    "Netherlands": ("holland", "dutch", "the netherlands"),
    "Belgium": ("belgian",),
    "Sweden": ("swedish",),
    "Spain": ("spanish",),
    "Italy": ("italian",),
    "USA": ("us", "usa", "united states", "america", "american"),
    "EIRE": ("ireland", "irish"),
}
# Countries people ask about though we have no customers there: so that the answer can say just that.
_ELSEWHERE: Final = frozenset(
    """austria australia belgium brazil bulgaria canada china croatia cyprus czechia denmark egypt estonia finland
    france germany greece hungary iceland india ireland israel italy japan latvia lithuania luxembourg malta mexico
    morocco netherlands norway poland portugal
    romania russia serbia singapore slovakia slovenia spain sweden switzerland
    turkey ukraine usa europe asia africa""".split()  # noqa: SIM905  (one word a line would be a page)
)
_MINE: Final = re.compile(
    r"\bmy\s+(?:own\s+)?(?:customers?|accounts?|clients?|patch|territory|region|area|round|book)\b", re.IGNORECASE
)
_REP: Final = re.compile(
    r"\b(?:rep|sales\s+rep|salesman|salesperson|customers|accounts|clients|patch|territory)\b", re.IGNORECASE
)
_EVERYTHING: Final = re.compile(
    r"\b(?:total|totals|overall|everything|all(?:\s+(?:products|items|sales|lines|in))?|altogether|whole|entire|complete|"
    r"business|company|combined|turnover|revenue|we|us|grand)\b",
    re.IGNORECASE,
)
_CATEGORY_WORD: Final = re.compile(
    r"\b(?:category|categories|range|department|family|group|section|line)\b", re.IGNORECASE
)
_NAMED: Final = re.compile(
    r"\b(?:forecasts?|fcsts?|outlook|demand|sales|predict(?:ion)?s?|projections?|expect\w*|how\s+(?:will|is|are|about))\s+"
    r"(?:for|of|in|from)\s+(?:the\s+|our\s+)?(?P<name>.+)$",
    re.IGNORECASE,
)
# Words of a question about everything that name nothing.
_FILLING: Final = frozenset(
    """bank board boss budget category categories chart complete company customers detail do doing expectation forecast
    grow growth house income look looking looks meeting numbers outlook overall picture please plan prospects
    range ranges region sales season selling shape shaping shops spring stores summer autumn winter christmas xmas
    easter team total trade turnover revenue unit units volume whole business everything altogether me us we our the
    this that it its going forward ahead over""".split()  # noqa: SIM905
)
_WORD: Final = re.compile(r"[\w.]*\w")
_TAKING: Final = re.compile(
    r"\b(?:take|takes|taking|want|wants|purchase|need|needs|off|like|probably)\b|&", re.IGNORECASE
)
_TO_WHOM: Final = re.compile(r"\b(?:to|for|by|from|at|will|does|do)\s+(?=\w)", re.IGNORECASE)
_PROPER: Final = re.compile(r"(?<=\s)[A-Z][\w'’-]+")
_IT: Final = re.compile(r"\b(?:it|that|this|they|them|those)\b", re.IGNORECASE)
_COMPARE: Final = re.compile(
    r"^\W*(?:please\s+|can\s+you\s+|could\s+you\s+)*compare\b\s*(?P<rest>.*)$", re.IGNORECASE | re.DOTALL
)
_BETWEEN: Final = re.compile(r"\s+(?:and|with|to|against|versus|vs\.?|or|&)\s+", re.IGNORECASE)
_VERSUS: Final = re.compile(r"\s+(?:versus|vs\.?|against|compared\s+(?:to|with))\s+", re.IGNORECASE)
_AROUND: Final = re.compile(
    r"^\s*(?:the\s+)?(?:forecasts?|sales|demand|outlook|figures?)\s+(?:for|of|between|from)\s+", re.IGNORECASE
)

Reading = Scope | list[Draft]


def subject(context: Context, text: str) -> Reading:
    """The one subject of a message (``text`` is it without its periods), or what to ask or say instead."""
    found = named_scope(context, text)
    if found is not None:
        return _narrowed(context, found, text)
    if context.intent == "forecast_customer":
        return _customer(context, text)
    if context.intent == "forecast_category_or_total":
        return _everything(context, text)
    return _product(context, text)


def named_scope(context: Context, text: str) -> Scope | None:
    """The subject that the words of a message name beyond doubt, if they do."""
    if _MINE.search(text):
        return _mine(context)
    products_first = context.intent != "forecast_customer"
    readers: list[Callable[[Context, str], Scope | None]] = [_category_alone, _country, _rep, _surely_customer]
    readers.insert(1 if products_first else len(readers), _sure_product)
    if context.intent == "forecast_category_or_total":
        readers.append(_category_within)
    for read in readers:
        scope = read(context, text)
        if scope is not None:
            return scope
    return None


def scope_of(context: Context, text: str) -> Scope | None:
    """The subject that words name beyond doubt, with what part of it they mean: "M8 bolts for Germany"."""
    found = named_scope(context, text)
    return _narrowed(context, found, text) if found is not None else None


def _narrowed(context: Context, party: Scope, text: str) -> Scope:
    """A party's share of a product or a category, where one is named as well: "M8 bolts for Germany"."""
    if not party.is_party:
        buyer = None
        if party.kind is not scopes.Kind.TOTAL:
            buyer = _country(context, text) or _rep(context, text) or _customer_at_the_end(context, text)
        return scopes.narrowed(buyer, party) if buyer is not None else party
    names = {party.key, party.title, *_ALIASES.get(party.key, ())}
    own = {word for name in names for word in re.findall(r"\w+", name.lower())}
    left = " ".join(word for word in text.split() if not set(re.findall(r"\w+", word.lower())) & own)
    if not named_part(_MINE.sub(" ", left)):
        return party
    rest = _TAKING.sub(" ", _MINE.sub(" ", left))
    part = _category_alone(context, rest) or _sure_product(context, rest)
    return scopes.narrowed(party, part) if part is not None else party


def _customer_at_the_end(context: Context, text: str) -> Scope | None:
    """The customer whom a message names last: "how much linen will we sell to Harper & Sons"."""
    for before in _TO_WHOM.finditer(text):
        found = _surely_customer(context, text[before.end() :])
        if found is not None:
            return found
    return None


def two_subjects(context: Context, text: str) -> tuple[Scope, Scope] | None:
    """The two that "compare A and B" or "A versus B" names; None where it does not, or they can't be told."""
    for one, other in _splits(text):
        first, second = _side(context, one, other), _side(context, other, one)
        if first is not None and second is not None and first != second:
            return first, second
    return None


def compares(text: str) -> bool:
    """Whether a message asks for two things beside each other."""
    return _COMPARE.match(text) is not None or _VERSUS.search(text) is not None


def phrase(scopes_: tuple[Scope, ...], context: Context) -> str:
    """Words that read as these subjects again, for going on from them."""
    if len(scopes_) == 2:
        return f"compare {_phrase(scopes_[0], context)} versus {_phrase(scopes_[1], context)}"
    return _phrase(scopes_[0], context)


def _phrase(scope: Scope, context: Context) -> str:
    if scope.part is not None:
        party = replace(scope, part=None, title=_own_title(scope))
        return f"{_phrase(scope.part, context)} for {_phrase(party, context)}"
    match scope.kind:
        case scopes.Kind.PRODUCT | scopes.Kind.CUSTOMER:
            return scope.key
        case scopes.Kind.REP:
            return "my customers" if scope.key == context.work.principal.email else scope.title
        case scopes.Kind.TOTAL:
            return "total"
    return scope.title


def _own_title(scope: Scope) -> str:
    """A party's title without the part."""
    return scope.title.removeprefix(f"{scope.part.title} for ") if scope.part is not None else scope.title


def _splits(text: str) -> Iterator[tuple[str, str]]:
    match = _COMPARE.match(text)
    rest = _AROUND.sub("", match["rest"] if match else text).strip(" ?.!")
    pattern = _BETWEEN if match else _VERSUS
    for between in pattern.finditer(rest):
        yield rest[: between.start()].strip(), rest[between.end() :].strip()


def _side(context: Context, text: str, other: str) -> Scope | None:
    """One side of a comparison; the best product where nothing is certain ("M8x40" beside "M10x80 bolts")."""
    scope = named_scope(context, text)
    if scope is not None:
        return _narrowed(context, scope, text)
    if _EVERYTHING.search(text) and len(text.split()) <= 2:
        return TOTAL
    customer = _customer_after_all(context, text)
    if customer is not None and set(tokens(text)) <= set(tokens(customer.title)):
        return customer
    for words in (text, f"{text} {' '.join(other.split()[-2:])}"):
        found = _products(context, words)[0]
        if found:
            return scopes.of_product(found[0])
    return None


def _products(context: Context, text: str) -> tuple[list[Product], bool]:
    return subjects(replace(context, text=text))


def _sure_product(context: Context, text: str) -> Scope | None:
    for word in text.split():
        code = word.strip(".,;:?!()'\"“”")
        if any(each.isdigit() for each in code) and (entry := context.catalogue.index.get(code)) is not None:
            item = context.work.session.scalar(select(Product).where(Product.sku == entry.sku))
            return scopes.of_product(item) if item is not None else None
    if not named_part(text) and context.intent != "forecast_product":
        return None  # "the total" is not the product spoken of last
    found, sure = _products(context, text)
    return scopes.of_product(found[0]) if found and sure else None


def _product(context: Context, text: str) -> Reading:
    found, _ = _products(context, text)
    if found:
        taps = [Tap(item.name, "forecast.product", {"sku": item.sku}) for item in found[:MOST_TAPS]]
        return [Draft(texts.WHICH_PRODUCT.format(text=_said(text)), taps=tuple(taps))]
    if named_part(text):
        customer = _customer_after_all(context, _said(text))
        return customer if customer is not None else [_unknown(context, _said(text))]
    return [Draft(texts.FORECAST_WHICH)]


def _customer_after_all(context: Context, name: str) -> Scope | None:
    """The customer who is called so, where nothing else is."""
    if not context.work.principal.may(Permission.SEE_CUSTOMERS):
        return None
    customer = match_customer(context, name)[0]
    return scopes.of_customer(customer) if customer is not None else None


def _said(text: str) -> str:
    return (named_part(text) or text)[:80]


def _category_alone(context: Context, text: str) -> Scope | None:
    """The category that is all a message names ("linens"), not one that is part of a product's name."""
    named = named_part(_CATEGORY_WORD.sub(" ", text)).lower()
    if not named:
        return None
    best = max(_categories(context), key=lambda one: fuzz.ratio(named, one.name.lower()), default=None)
    sure = best is not None and fuzz.ratio(named, best.name.lower()) >= SURE_CATEGORY
    return scopes.of_category(best) if best is not None and sure else None


def _category_within(context: Context, text: str) -> Scope | None:
    found = category_named(context, text)
    return scopes.of_category(found) if found is not None else None


def category_named(context: Context, text: str) -> Category | None:
    """A category whose every word a message has, the longest name first."""
    said = set(tokens(text))
    for category in sorted(_categories(context), key=lambda one: -len(one.name)):
        words = set(tokens(category.name))
        if words and words <= said:
            return category
    return None


def _categories(context: Context) -> list[Category]:
    return list(context.work.session.scalars(select(Category).order_by(Category.id)))


def _country(context: Context, text: str) -> Scope | None:
    plain = text.lower().replace("’", "'").replace("'s", "")
    said = f" {' '.join(re.findall(_WORD, plain))} "
    for scope in [*scopes.countries(context.work), *scopes.regions(context.work)]:
        names = (scope.key.lower(), *_ALIASES.get(scope.key, ()))
        if any(f" {name} " in said for name in names if name != "us" or " US " in f" {text} "):
            return scope
    return None


def _mine(context: Context) -> Scope:
    own = context.work.principal.email
    found = next((one for one in scopes.reps(context.work) if one.key == own), None)
    return found or Scope(scopes.Kind.REP, own, texts_forecast.YOUR_CUSTOMERS)


def _rep(context: Context, text: str) -> Scope | None:
    """A rep by name or e-mail: "Rowan Pike's customers", "forecast for rep Rowan"."""
    said = set(re.findall(r"[a-z]+", text.lower()))
    points = _REP.search(text) is not None
    for scope in scopes.reps(context.work):
        name = re.findall(r"[a-z]+", scope.title.removeprefix("the customers of ").partition("@")[0].lower())
        whole = bool(name) and set(name) <= said
        if (
            scope.key.lower() in text.lower()
            or whole
            or (points and any(len(part) > 3 and part in said for part in name))
        ):
            return scope
    return None


def _surely_customer(context: Context, text: str) -> Scope | None:
    if not context.work.principal.may(Permission.SEE_CUSTOMERS):
        return None
    names = customers.names(context.work)
    matches = find_customer(named_part(text) or text, names)
    if not matches or matches[0][1] < SURE_CUSTOMER:
        return None
    if len(matches) > 1 and matches[0][1] - matches[1][1] < LEAD:
        return None
    return scopes.of_customer(customers.by_code(context.work, matches[0][0]))


def _customer(context: Context, text: str) -> Reading:
    abroad = elsewhere(text)
    if abroad:
        return [_unknown(context, abroad)]
    customer, question = asked_about(replace(context, text=text))
    if customer is not None and not _names_another(text, customer.name):
        return _narrowed(context, scopes.of_customer(customer), text)
    if customer is not None:
        return [_unknown(context, _said(text))]
    if question is None and named_part(text) and _NAMED.search(text):
        return [_unknown(context, _said(text))]
    unnamed = Question(kind="customer", text=texts.WHICH_CUSTOMER)
    return [ask_customer(context, question or unnamed, context.text)]


def _names_another(text: str, name: str) -> bool:
    """Whether a message has a name that is not this customer's, who is only whom the desk acts for."""
    own = set(re.findall(r"\w+", name.lower()))
    said = [word.lower() for word in _PROPER.findall(text)]
    return bool(said) and not any(set(re.findall(r"\w+", word)) & own for word in said)


def points_back(text: str) -> bool:
    """Whether a message means what was forecast last: "how will it do in Q1"."""
    return _IT.search(text) is not None and not named_part(_IT.sub(" ", text))


def _everything(context: Context, text: str) -> Reading:
    """Everything, unless something is named that we don't have."""
    abroad = elsewhere(text)
    if abroad:
        return [_unknown(context, abroad)]
    if _EVERYTHING.search(text):
        return TOTAL
    match = _NAMED.search(text)
    name = match["name"] if match else named_part(text) if len(named_part(text).split()) <= 3 else ""
    left = " ".join(word for word in named_part(name).split() if word.lower() not in _FILLING)
    if not left:
        return TOTAL
    found, _ = _products(context, text)
    if found:
        return _product(context, text)
    customer = _customer_after_all(context, left)
    return customer if customer is not None else [_unknown(context, left[:80])]


def elsewhere(text: str) -> str:
    """A country that is named though we have no customers there."""
    return next((word for word in re.findall(r"[A-Za-z]+", text) if word.lower() in _ELSEWHERE), "")


def _unknown(context: Context, name: str) -> Draft:
    """We have nothing of that name; the likest categories to choose from."""
    near = sorted(_categories(context), key=lambda one: (-fuzz.WRatio(name.lower(), one.name.lower()), one.name))[:3]
    taps = [Tap(one.name, "forecast.subject", {"kind": "category", "key": str(one.id)}) for one in near]
    taps.append(Tap(texts_forecast.EVERYTHING, "forecast.subject", {"kind": "total", "key": TOTAL.key}))
    sentence = texts_forecast.NO_COUNTRY if name.lower() in _ELSEWHERE else texts_forecast.UNKNOWN
    countries = [one.key for one in scopes.countries(context.work)]
    named, rest = countries[: texts_forecast.MOST_COUNTRIES], len(countries) - texts_forecast.MOST_COUNTRIES
    known = listed([*named, texts_forecast.MORE_COUNTRIES.format(count=rest)] if rest > 0 else named)
    return Draft(sentence.format(name=name, countries=known), taps=tuple(taps))
