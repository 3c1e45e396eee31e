"""Standing orders by chat: set up from a message that says how often, listed, paused, resumed, changed, ended."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from actions import texts
from actions.context import Context
from actions.drafts import Draft, Tap
from actions.language.edits import CartLine, read_edits
from actions.language.recurrence import read_recurrence
from actions.lines import show_cart
from actions.memory import Confirmation
from actions.ordering import order, read
from actions.papers_at_hand import named
from actions.parties import ask_customer, asked_about, resolve_customer
from actions.registry import command
from actions.showing import day_text
from backend.catalogue import queries as catalogue
from backend.catalogue.quantities import said
from backend.chat.cards import CartLineView, Fact, RecordCard
from backend.customers import queries as customers
from backend.errors import Stale
from backend.sales import carts
from backend.sales.service import Wish
from backend.sales.tables import StandingOrder
from backend.standing import service as standing
from backend.standing.recurrence import described

_WORDS: Final = re.compile(r"\b(?:standing|recurring|regular|repeat(?:ing)?)\s+orders?\b", re.IGNORECASE)
_PAUSE: Final = re.compile(r"\b(?:pause|suspend|hold\s+off|put\s+on\s+hold)\b", re.IGNORECASE)
_RESUME: Final = re.compile(
    r"\b(?:resume|restart|start\s+(?:it\s+)?again|un-?pause|go\s+on\s+with|continue)\b", re.IGNORECASE
)
_END: Final = re.compile(r"\b(?:end|cancel|stop|delete|remove|drop)\b", re.IGNORECASE)
_SKIP: Final = re.compile(r"\b(?:skip|leave\s+out|miss)\b", re.IGNORECASE)
_NEW: Final = re.compile(r"\b(?:set\s+up|create|start|make|new|want|need|like)\b", re.IGNORECASE)
_VERBS: Final = (("skip", _SKIP), ("resume", _RESUME), ("pause", _PAUSE), ("end", _END))


def concerns(context: Context) -> bool:
    """Whether a message is about standing orders, or orders something to come again and again."""
    if _WORDS.search(context.text) or named(context, "ST") is not None:
        return True
    return _often(context) is not None


def _often(context: Context) -> str | None:
    found = read_recurrence(context.text)
    if found is None:
        return None
    rule, rest = found
    lines = read(replace(context, text=rest)).lines
    return rule if any(line.amount is not None for line in lines) else None


def handle(context: Context) -> list[Draft]:
    """Set one up, or do with one what is asked."""
    number = named(context, "ST")
    if number is None and _often(context) is not None:
        return _set_up(context)
    if number is not None:
        return [_with(context, standing.by_number(context.work, number))]
    customer, question = asked_about(context)
    if question is not None:
        return [ask_customer(context, question, context.text)]
    found = [
        row
        for row in standing.page(context.work, customer_id=customer.id if customer else None, limit=20)
        if row.state != "ended"
    ]
    if not found:
        return _begun(context)
    if len(found) == 1:
        return [_with(context, found[0])]
    return [_choose(context, list(found))]


def _begun(context: Context) -> list[Draft]:
    recurrence = read_recurrence(context.text)
    if recurrence is not None or _NEW.search(context.text):
        return _set_up(context)
    return [Draft(texts.NO_STANDING)]


def _choose(context: Context, found: list[StandingOrder]) -> Draft:
    taps = tuple(
        Tap(
            f"{row.number}, {described(row.rule)}"[:200],
            "skill.run",
            {"skill": "change_order", "text": f"{context.text} {row.number}"},
            once=False,
        )
        for row in found[:5]
    )
    return Draft(texts.WHICH_STANDING, taps=taps)


def _set_up(context: Context) -> list[Draft]:
    recurrence = read_recurrence(context.text)
    if recurrence is None:
        return [Draft(texts.STANDING_HOW_OFTEN)]
    context.memory.purpose, context.memory.recurrence = "standing", recurrence[0]
    context.text = _WORDS.sub(" ", recurrence[1])
    context.intent = "order_for_customer"
    if any(line.amount is not None or line.sku for line in read(context).lines):
        return order(context)
    customer, question = resolve_customer(context, None)
    if customer is None:
        return [ask_customer(context, question, context.text)]
    cart = carts.open_cart(context.work, customer)
    return [show_cart(context, cart)] if cart.lines else [Draft(texts.STANDING_WHAT)]


@command("standing.make")
def make(context: Context, arguments: Mapping[str, Any], shown_hash: str | None) -> list[Draft]:
    """Set it up as shown; the cart is empty then."""
    customer = customers.by_code(context.work, arguments["customer"])
    cart = carts.open_cart(context.work, customer)
    rule = context.memory.recurrence
    if rule is None or carts.priced(context.work, cart).fingerprint != shown_hash:
        raise Stale(texts.CART_CHANGED, code="cart_changed")
    wishes = [Wish(line.product, line.quantity) for line in cart.lines]
    row = standing.create(context.work, customer, wishes, rule, customer_reference=cart.customer_reference)
    carts.clear(context.work, cart)
    context.memory.cart_shown = context.memory.recurrence = None
    context.memory.purpose = "order"
    return [_shown(context, row, texts.STANDING_MADE)]


def _with(context: Context, row: StandingOrder) -> Draft:
    for what, pattern in _VERBS:
        if pattern.search(context.text) and not (what == "end" and _line_edits(context, row)):
            return _ask(context, row, what)
    changes = _changes(context, row)
    return _ask(context, row, "change", changes) if changes else _shown(context, row, texts.STANDING_IS)


def _line_edits(context: Context, row: StandingOrder) -> dict[str, int]:
    lines = [CartLine(line.product.sku, line.product.name, line.quantity, line.position) for line in row.lines]
    held = {line.product.sku: line.quantity for line in row.lines}
    wanted = dict(held)
    text = re.sub(r"\bST-?\s*\d+\b", " ", _WORDS.sub(" ", context.text), flags=re.IGNORECASE)
    for edit in read_edits(text, lines, context.catalogue.index, assume="set"):
        if edit.sku is None or (edit.problem is not None and edit.problem != "not_in_cart"):
            continue
        if edit.kind == "remove":
            wanted.pop(edit.sku, None)
        elif edit.quantity is not None:
            wanted[edit.sku] = edit.quantity + (held.get(edit.sku, 0) if edit.kind == "add" else 0)
    return wanted if wanted and wanted != held else {}


def _changes(context: Context, row: StandingOrder) -> dict[str, Any]:
    recurrence = read_recurrence(context.text)
    if recurrence is not None:
        return {"rule": recurrence[0]}
    lines = _line_edits(context, row)
    return {"lines": lines} if lines else {}


def _ask(context: Context, row: StandingOrder, what: str, changes: Mapping[str, Any] | None = None) -> Draft:
    arguments = {"number": row.number, "version": row.version, "what": what, **(changes or {})}
    context.memory.confirmation = Confirmation(command="standing.do", arguments=arguments)
    notes = []
    if changes and "rule" in changes:
        notes.append(texts.STANDING_NEW_RULE.format(often=described(changes["rule"])))
    for sku, quantity in (changes or {}).get("lines", {}).items():
        product = catalogue.by_sku(context.work.session, sku)
        notes.append(f"{said(product, quantity)} × {product.name}")
    text = texts.STANDING_ASK[what].format(number=row.number, day=day_text(row.next_date))
    taps = (Tap(texts.STANDING_YES[what], "standing.do", arguments), Tap(texts.NO_LEAVE, "confirmation.no"))
    return Draft(text, _card(row, notes), taps)


@command("standing.do")
def do(context: Context, arguments: Mapping[str, Any], _shown_hash: str | None) -> list[Draft]:
    """What was agreed to, if it still stands as it was shown."""
    context.memory.confirmation = None
    work, row = context.work, standing.by_number(context.work, arguments["number"])
    if row.version != arguments["version"]:
        raise Stale(texts.STANDING_CHANGED.format(number=row.number), code="standing_order_changed")
    what = arguments["what"]
    if what == "change":
        wishes = [
            Wish(catalogue.by_sku(work.session, sku), quantity) for sku, quantity in arguments.get("lines", {}).items()
        ]
        row = standing.change(work, row, wishes=wishes or None, rule=arguments.get("rule"))
    else:
        steps = {"pause": standing.pause, "resume": standing.resume, "end": standing.end, "skip": standing.skip}
        row = steps[what](work, row)
    return [_shown(context, row, texts.STANDING_DONE[what])]


def _shown(context: Context, row: StandingOrder, text: str) -> Draft:
    said_text = text.format(
        number=row.number,
        often=described(row.rule),
        state=row.state,
        day=day_text(row.next_date) if row.next_date else texts.NO_DATE,
    )
    notes = [
        texts.STANDING_RAN.format(day=day_text(run.day), order=run.order or run.problem or "")
        for run in standing.runs(context.work, row, 3)
    ]
    return Draft(said_text, _card(row, notes))


def _card(row: StandingOrder, notes: list[str]) -> RecordCard:
    facts = [
        Fact(label=texts.LABEL_STATE, value=row.state),
        Fact(label=texts.LABEL_CUSTOMER, value=row.customer.name),
        Fact(label=texts.LABEL_OFTEN, value=described(row.rule)),
        Fact(label=texts.LABEL_NEXT, value=day_text(row.next_date) if row.next_date else ""),
    ]
    lines = [
        CartLineView(
            position=line.position,
            sku=line.product.sku,
            name=line.product.name,
            quantity=line.quantity,
            quantity_text=said(line.product, line.quantity),
            price="",
            total="",
            stock="",
        )
        for line in row.lines
    ]
    return RecordCard(
        title=texts.STANDING_TITLE.format(number=row.number),
        facts=[fact for fact in facts if fact.value],
        lines=lines,
        notes=notes,
    )
