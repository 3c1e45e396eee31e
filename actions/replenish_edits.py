"""What a buyer says next of the list on the screen: take it back, put it back, what it comes to, what was changed."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from actions import texts_replenish as texts
from actions.buying import decide, draft, on_screen, product_meant, suppliers_named
from actions.context import Context
from actions.drafts import Draft
from actions.language.words import STOP_WORDS, tokens, word_set
from actions.registry import Handler
from actions.replenish import show
from actions.showing import listed
from actions.subjects import named_part
from backend.catalogue.quantities import said
from backend.purchasing.replenishment import Proposal, total_of, with_quantity

_WORD: Final = re.compile(r"[\w'/-]+")
_POLITE: Final = word_set("""
    so and ok okay right now then no oh sorry wait actually please pls again thanks well hmm can could you i we me
    my our the a""")
_UNDOES: Final = _POLITE | word_set("undo revert take put go back it that this last change changes one step as was how")
_PUT_BACK: Final = re.compile(
    r"\b(?:put|add|bring|take)\s+(?P<what>[^.?!]{2,60}?)\s+back\b|\bback\s+(?:in|on)\s+with\s+(?P<with>[^.?!]{2,60})",
    re.IGNORECASE,
)
_TOTALS: Final = _POLITE | word_set("""
    what what's whats is total it in does do will would that this come comes to all together altogether be cost at how
    much new order orders list whole lot everything sum grand us are looking spending up adds add today""")
_CHANGED: Final = _POLITE | word_set("""
    what what's whats did have has had been i've ive change changed changes which lines line show list tell were are is
    so far own""")
_OF_IT: Final = _POLITE | word_set("""
    it that this one make change set order buy only just put increase reduce raise lower instead rather better cut knock
    trim drop bring up down to by half double halve twice of as many percent units pieces let's lets leave out for
    month next skip remove take off more less give have want need rolls boxes packs bags""")
SHARES: Final = re.compile(
    r"\b(?:halve|double|treble)\b|\bhalf\b|\btwice\s+(?:as\s+m|that|it)|\b(?:cut|reduce|lower|raise|increase|up|trim|bring|knock)\b"
    r"[^.?!%]{0,40}\bby\s+(?:half|\d{1,3}\s?(?:%|per\s?cent\b))",
    re.IGNORECASE,
)
_PERCENT: Final = re.compile(r"\bby\s+(\d{1,3})\s?(?:%|per\s?cent\b)", re.IGNORECASE)
_RAISES: Final = re.compile(r"\b(?:raise|increase|up)\b", re.IGNORECASE)


def handler(context: Context) -> Handler | None:
    """What answers such a message while the list is on the screen; None for any other."""
    shown = context.memory.shown
    words = set(_words(context.text))
    if shown is None or shown.kind != "replenishment" or not words:
        return None
    if _put_back_meant(context) is not None:
        return _put_back
    if words <= _UNDOES and (words & {"undo", "revert"} or ("back" in words and words & {"put", "take", "go", "step"})):
        return _undo
    if words <= _CHANGED and words & {"change", "changed", "changes"} and words & {"what", "which", "list", "show"}:
        return _tell_changes
    how_much = {"how", "much"} <= words and bool(words & {"now", "all", "everything"})
    if words <= _TOTALS and (words & {"total", "altogether"} or {"come", "to"} <= words or how_much):
        return _tell_total
    return None


def speaks_of_it(context: Context) -> bool:
    """Whether a change names no product, so that it is of the one spoken of last: "halve it", "make it 90"."""
    shown = context.memory.shown
    words = [word for word in _words(context.text) if not word.isdigit()]
    return shown is not None and shown.kind == "replenishment" and all(word in _OF_IT for word in words)


def lines_with(context: Context, text: str) -> list[str]:
    """The lines on the screen that have all the words said, which name no supplier: "the linen"."""
    shown, index = context.memory.shown, context.catalogue.index
    if shown is None or shown.kind != "replenishment":
        return []
    wanted = {word for word in tokens(named_part(text)) if word not in STOP_WORDS and word not in _OF_IT}
    own = {word for one in suppliers_named(context, text) for word in tokens(one.name)}
    if not wanted or wanted <= own or not all(index.knows(word) for word in wanted):
        return []
    entries = [entry for sku in shown.keys if (entry := index.get(sku)) is not None]
    return [entry.sku for entry in entries if wanted <= set(tokens(entry.name))]


def share_of(one: Proposal, planned: int, text: str) -> int | None:
    """Half of what is planned, or twice, or a share more or less, as the supplier sells it; None where none is said."""
    if SHARES.search(text) is None:
        return None
    percent = _PERCENT.search(text)
    factor = Decimal(2) if re.search(r"\b(?:double|twice)\b", text, re.IGNORECASE) else Decimal("0.5")
    if percent:
        part = Decimal(percent[1]) / 100
        factor = 1 + part if _RAISES.search(text) else 1 - part
    elif re.search(r"\btreble\b", text, re.IGNORECASE):
        factor = Decimal(3)
    rules = one.candidate.reckoned().rules
    wanted = int((planned * factor).quantize(Decimal(1), ROUND_HALF_UP))
    return max(rules.smallest, rules.round_up(wanted)) if wanted > 0 else 0


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold().replace("’", "'"))


def _put_back_meant(context: Context) -> str | None:
    """The changed product that is to be as it was proposed again."""
    found = _PUT_BACK.search(context.text)
    if found is None:
        return None
    changes = context.memory.buying.changes
    what = found["what"] or found["with"]
    if all(word in _OF_IT for word in _words(what)):
        return context.memory.product if context.memory.product in changes else None
    wanted = {word for word in tokens(named_part(what)) if word not in STOP_WORDS}
    index = context.catalogue.index
    named = [sku for sku in changes if (entry := index.get(sku)) and wanted and wanted <= set(tokens(entry.name))]
    if len(named) == 1:
        return named[0]
    product = product_meant(context, what)
    return product.sku if product is not None and product.sku in changes else None


def _put_back(context: Context) -> list[Draft]:
    sku = _put_back_meant(context)
    assert sku is not None
    decided = decide(context)
    context.memory.buying.change({sku: None})
    one = next((one for one in decided.found if one.candidate.product.sku == sku), None)
    if one is None:
        return [show(context, decided, texts.UNDONE)]
    product = one.candidate.product
    return [show(context, decided, texts.PUT_BACK.format(name=product.name, quantity=said(product, one.quantity)))]


def _undo(context: Context) -> list[Draft]:
    buying = context.memory.buying
    if not buying.before:
        return [show(context, decide(context), texts.NOTHING_TO_UNDO)]
    *buying.before, buying.changes = buying.before
    return [show(context, decide(context), texts.UNDONE)]


def _tell_total(context: Context) -> list[Draft]:
    decided = decide(context)
    kept = on_screen(context, draft(context, decided))
    now = total_of(kept.lines)
    before = total_of([with_quantity(one, one.proposed) for one in (*kept.lines, *kept.dropped)])
    template = texts.TOTAL_NOW if now == before else texts.TOTAL_CHANGED
    return [show(context, decided, template.format(total=context.money(now), before=context.money(before)))]


def _tell_changes(context: Context) -> list[Draft]:
    decided = decide(context)
    kept = draft(context, decided)
    own = [one for one in (*kept.lines, *kept.dropped) if one.changed]
    if not own:
        return [show(context, decided, texts.YOU_CHANGED_NOTHING)]
    return [show(context, decided, texts.YOU_CHANGED.format(lines=listed(_change(one) for one in own)))]


def _change(one: Proposal) -> str:
    product = one.candidate.product
    template = texts.YOU_CHANGED_ONE if one.quantity else texts.YOU_LEFT_OUT
    quantity, before = said(product, one.quantity), said(product, one.proposed)
    return template.format(name=product.name, quantity=quantity, before=before)
