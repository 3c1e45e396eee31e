"""Narrowing the list on the screen to some of it: "only Porto Linhas", "just the urgent ones"; and all of it again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from actions import texts_replenish as texts
from actions.buying import decide, suppliers_named
from actions.context import Context
from actions.drafts import Draft
from actions.language.agreeing import is_yes
from actions.language.words import word_set
from actions.replenish import show
from backend.purchasing.deciding import Decided

_WORD: Final = re.compile(r"[\w&'’/-]+")
_APART: Final = re.compile(r"\b(?:nothing|nobody|no\s?one|none)\s+but\b|\bbut\s+(?=only\b|just\b)", re.IGNORECASE)
_NOT_OTHERS: Final = re.compile(r"[\s,;]+(?:and\s+)?not\s", re.IGNORECASE)
_AROUND: Final = word_set("""
    only just the a an all of from by for with in at to and or that those these this them it is are was be what whats
    what's which who i i'd we we'd me us our my you do does did can could would will shall should let's lets show see
    give look list need needs want wants have like say make keep stick please pls plz thanks ta cheers then now today
    first moment time being here mate ok okay right yes yeah yep no nah well so hmm oh actually sorry wait hang on
    stuff bit bits part parts line lines one ones item items product products thing things goods order orders ordering
    buy buying approve supplier suppliers about how again alone solely week instead concerned lot""")
_URGENT: Final = word_set("urgent urgently")
_WIDENS: Final = word_set("everything whole full entire all")
_LISTS: Final = word_set("show see list again back suppliers proposal display bring")
_ORDERS: Final = word_set("order ordering buy buying approve")
_LONGEST: Final = 16


def concerns(context: Context) -> bool:
    """Whether a message narrows the list on the screen, or has all of it again, and says nothing else."""
    shown = context.memory.shown
    if shown is None or shown.kind != "replenishment" or not context.memory.buying.offered:
        return False
    return _names_a_part(context) or _wants_all_of_it(context)


def handle(context: Context) -> list[Draft]:
    """Show that part, and nothing else; nothing is ordered by it."""
    if not _names_a_part(context):
        return to(context)
    suppliers = [one.code for one in suppliers_named(context, _meant(context.text))]
    view, words = context.memory.buying, _words(_meant(context.text))
    view.narrow(suppliers or view.suppliers, urgent=view.urgent or bool(_URGENT & set(words)))
    if _ORDERS & set(words) or (words and is_yes(words[0])):
        return [asked(context, decide(context))]
    return [show(context, decide(context))]


def to(context: Context, suppliers: Sequence[str] = (), *, urgent: bool = False) -> list[Draft]:
    """Have another part than the one on the screen, or all of it, and ask for a yes to it."""
    context.memory.buying.narrow(suppliers, urgent=urgent)
    return [asked(context, decide(context))]


def asked(context: Context, decided: Decided) -> Draft:
    """What is on the screen once more, with the question whether it is to be ordered, where there is anything."""
    again = show(context, decided, texts.NOTHING_ORDERED_YET)
    return again if context.memory.confirmation is not None else show(context, decided)


def _meant(text: str) -> str:
    """A message up to what it does not want: "only Lisburn, not Coimbatore"."""
    return _NOT_OTHERS.split(_APART.sub(" ", text), maxsplit=1)[0]


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold().replace("’", "'"))


def _names_a_part(context: Context) -> bool:
    words = _words(_meant(context.text))
    if not words or len(words) > _LONGEST:
        return False
    suppliers = suppliers_named(context, _meant(context.text))
    if not suppliers and not _URGENT & set(words):
        return False
    own = {word for one in suppliers for word in _words(f"{one.name} {one.code} {one.country}")}
    rest = [word for word in words if word not in _AROUND and word not in _URGENT]
    return all(word.removesuffix("'s") in own or suppliers_named(context, word) for word in rest)


def _wants_all_of_it(context: Context) -> bool:
    """Whether it is "show me everything again", where only a part is on the screen."""
    words = set(_words(context.text))
    if not context.memory.buying.narrowed or not words & _WIDENS or not words & _LISTS or words & _ORDERS:
        return False
    return words <= _AROUND | _WIDENS | _LISTS
