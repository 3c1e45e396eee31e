"""Warehouses in what people say: which one is meant, which there are, and a new one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from actions import texts_stock as texts
from actions.context import Context
from actions.drafts import Draft
from actions.showing import listed
from backend.errors import Invalid, NotFound
from backend.identity.permissions import Permission
from backend.stock import queries as levels
from backend.stock import service as stock
from backend.stock.tables import Warehouse

_PLACED: Final = ("in", "at", "into", "to", "from")
_A_PLACE: Final = r"(?:warehouse|depot|store\s?room|storeroom)"
_ONE_OF_OURS: Final = re.compile(
    rf"\b(?:in|at|into|to|from)\s+(?:the\s+)?(?:[\w-]+\s+){{1,3}}{_A_PLACE}\b", re.IGNORECASE
)
_OPENS: Final = re.compile(
    rf"\b(?:open|add|create|set\s*up|make|register)\s+(?:up\s+)?(?:an?\s+|another\s+|the\s+|our\s+)?(?:new\s+)?{_A_PLACE}\b"
    r"(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_LISTS: Final = re.compile(
    rf"\b(?:which|what|list|show|how\s+many)\b[^.?]*\b{_A_PLACE}s\b(?![^.?]*\b(?:hold|stock|keep|lie)\w*\b)",
    re.IGNORECASE,
)
_WITH_CODE: Final = re.compile(
    r"\(?\b(?:with\s+(?:the\s+)?|its\s+)?code\s*(?:is|of|:|=)?\s*[“\"']?(?P<code>[\w-]{1,20})[”\"']?\)?", re.IGNORECASE
)
_CAPITALS: Final = re.compile(r"(?<![\w-])[A-Z][A-Z0-9_-]{1,19}(?![\w-])")
_WORDS_AROUND: Final = re.compile(
    r"^\W*(?:called|named|for\s+us)\b|\b(?:called|named)\b|\b(?:please|thanks|thank\s+you)\b|,", re.IGNORECASE
)
_EDGES: Final = " ,;:.()-–“”\"'"


def named(text: str, word: str, known: Sequence[Warehouse]) -> tuple[Warehouse | None, str]:
    """The warehouse after a preposition, by its code or name, and the text without it; the longest name wins."""
    names = sorted(((name, one) for one in known for name in (one.code, one.name)), key=lambda pair: -len(pair[0]))
    for name, one in names:
        found = re.search(rf"\b{word}\s+(?:the\s+)?{re.escape(name)}\b(?:\s+warehouse)?", text, re.IGNORECASE)
        if found is not None:
            return one, text[: found.start()] + " " + text[found.end() :]
    return None, text


def spoken_of(context: Context) -> tuple[Warehouse, str]:
    """The warehouse that a message names, the main one where it names none, and the text without it.

    NotFound where it names one that there is not.
    """
    text = context.text
    known = levels.warehouses(context.work.session)
    for word in _PLACED:
        found, rest = named(text, word, known)
        if found is not None:
            return found, rest
    if _ONE_OF_OURS.search(text):
        raise NotFound(texts.NO_WAREHOUSE.format(names=names(known)), code="unknown_warehouse")
    return levels.main_warehouse(context.work.session), text


def names(known: Sequence[Warehouse]) -> str:
    """Warehouses as they are said: "Main (MAIN) and Northern depot (NORTH)"."""
    return listed(f"{one.name} ({one.code})" for one in known)


def answer(context: Context) -> list[Draft] | None:
    """Which warehouses there are; None where a message does not ask it, or who asks may not know."""
    if not context.work.principal.may(Permission.SEE_STOCK_FIGURES) or not _LISTS.search(context.text):
        return None
    known = levels.warehouses(context.work.session)
    text = texts.WAREHOUSE.format(name=names(known)) if len(known) == 1 else texts.WAREHOUSES.format(names=names(known))
    return [Draft(text)]


def opening(context: Context) -> tuple[str, dict[str, Any]] | None:
    """What to ask before a warehouse is opened, and what the yes needs; None where a message asks for no such thing.

    Invalid where it gives no code.
    """
    found = _OPENS.search(context.text)
    if found is None or "?" in context.text:
        return None
    rest = found["rest"]
    with_code = _WITH_CODE.search(rest)
    capitals = _CAPITALS.search(rest)
    if with_code is None and capitals is None:
        raise Invalid(texts.OPEN_WHICH, code="invalid_code")
    code = with_code["code"] if with_code else capitals.group() if capitals else ""
    taken_out = with_code or capitals
    assert taken_out is not None
    name = _WORDS_AROUND.sub(" ", f"{rest[: taken_out.start()]} , {rest[taken_out.end() :]}")
    name = " ".join(name.split()).strip(_EDGES)
    arguments = {"code": code.upper(), "name": name or code.capitalize()}
    return texts.OPEN_ASK.format(**arguments), arguments


def open_one(context: Context, arguments: Mapping[str, Any]) -> str:
    """Open what was agreed to; the service refuses a code that is taken."""
    made = stock.create_warehouse(context.work, arguments["code"], arguments["name"])
    return texts.OPENED_NOW.format(code=made.code, name=made.name)
