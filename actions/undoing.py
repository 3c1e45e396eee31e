"""Undo: every turn that changed a cart can be taken back, the last one first, until an order is placed.

The carts of the person are looked at before and after each turn, so that whatever changes one (words, a tap on a
suggestion, the emptying of the cart) can be taken back without knowing of it here.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select

from actions import texts, texts_conversation, texts_waiting
from actions.context import Context
from actions.drafts import Draft, Tap
from actions.language.words import STOP_WORDS, tokens
from actions.lines import ask, show_cart
from actions.memory import KeptCart, Memory, Step
from actions.registry import command
from actions.skills import ORDERING
from backend.catalogue import queries as catalogue
from backend.company.tables import AuditEvent
from backend.customers import queries as customers
from backend.customers.tables import Customer
from backend.errors import Refused, Stale
from backend.sales import carts
from backend.sales import queries as sales
from backend.sales.tables import Cart

MOST_STEPS: Final = 10
_UNDO: Final = re.compile(
    r"(?:(?:please|pls|no|oh|oops|ah|ok|okay|sorry|wait|actually|hang\s+on|can\s+you|could\s+you|can\s+we)[\s,.]*)*"
    r"(?:undo(?:\s+(?:it|that|this|the\s+last\s+(?:one|change|thing|bit|edit|step)|my\s+last\s+change|again))?"
    r"|(?:take|put|bring)\s+(?:it|that|them|those|everything|it\s+all)\s+back(?:\s+in(?:to\s+the\s+cart)?)?"
    r"|revert(?:\s+(?:it|that))?|go\s+back\s+(?:one|a)(?:\s+step)?|one\s+step\s+back|step\s+back"
    r"|(?:put|leave)\s+it\s+(?:back\s+)?(?:how|as|like)\s+it\s+was|restore\s+(?:it|that|the\s+cart|my\s+cart))"
    r"(?:[\s,.]*(?:please|pls|again|thanks|once\s+more|ta|as\s+well|too|also))*[\s.!]*",
    re.IGNORECASE,
)


_PUT_BACK: Final = re.compile(
    r"(?:(?:please|no|oh|sorry|wait|actually|can\s+you)[\s,.]*)*(?:put|add|bring)\s+(?P<what>.{2,60}?)\s+back(?:\s+in)?"
    r"(?:\s+please)?[\s.!]*",
    re.IGNORECASE,
)


def concerns(context: Context) -> bool:
    """Whether a message asks to take the last change of a cart back."""
    if context.work.principal.role not in ORDERING:
        return False
    return _UNDO.fullmatch(context.text.strip()) is not None or _wants_back_what_went(context)


def _wants_back_what_went(context: Context) -> bool:
    """Whether it is "put the bolts back", and the last change took bolts out."""
    found = _PUT_BACK.fullmatch(context.text.strip())
    if found is None or not context.memory.steps:
        return False
    step, now = context.memory.steps[-1], kept_carts(context)
    left = {(kept.customer, sku) for kept in now.values() for sku, _ in kept.lines}
    gone = [sku for kept in step.carts for sku, _ in kept.lines if (kept.customer, sku) not in left]
    said = {word for word in tokens(found["what"]) if word not in STOP_WORDS}
    names = [entry.name for sku in gone if (entry := context.catalogue.index.get(sku)) is not None]
    return bool(said) and any(said <= set(tokens(name)) for name in names)


def kept_carts(context: Context) -> dict[str, KeptCart]:
    """The person's carts as they are, by customer's code."""
    found = context.work.session.scalars(select(Cart).where(Cart.user_id == context.work.principal.user_id))
    return {
        cart.customer.code: KeptCart(
            customer=cart.customer.code,
            lines=[(line.product.sku, line.quantity) for line in cart.lines],
            requested_date=cart.requested_date,
            customer_reference=cart.customer_reference,
            destination=cart.destination,
        )
        for cart in found
    }


@dataclass(frozen=True)
class Earlier:
    """The person's carts before a turn, and the newest of what they had done."""

    carts: dict[str, KeptCart]
    deed: int


def as_it_is(context: Context) -> Earlier:
    """What there is before a turn, to see after it what the turn did."""
    deed = _last_deed(context)
    return Earlier(kept_carts(context), deed.id if deed is not None else 0)


def _last_deed(context: Context) -> AuditEvent | None:
    """What the person had done last that is more than a change of a cart."""
    context.work.session.flush()
    return context.work.session.scalar(
        select(AuditEvent)
        .where(AuditEvent.user_id == context.work.principal.user_id)
        .order_by(AuditEvent.id.desc())
        .limit(1)
    )


def remember(context: Context, earlier: Earlier, memory_before: Memory) -> None:
    """After a turn: keep the carts that it changed as they were. Whatever else was done ends what can be taken back."""
    memory, before = context.memory, earlier.carts
    if memory.placed is not None and memory.placed != memory_before.placed:
        memory.steps, memory.done = [], None
        return
    deed = _last_deed(context)
    if deed is not None and deed.id > earlier.deed:
        memory.steps, memory.placed, memory.done = [], None, deed.subject
        return
    if context.undoing:
        return
    after = kept_carts(context)
    changed = [code for code, kept in after.items() if kept != before.get(code, KeptCart(customer=code, lines=[]))]
    if not changed:
        return
    was = [before.get(code, KeptCart(customer=code, lines=[])) for code in changed]
    memory.steps = [*memory.steps, Step(carts=was, questions=memory_before.questions)][-MOST_STEPS:]
    memory.placed = memory.done = None


def undo_tap(context: Context, customer: Customer) -> Tap:
    """A button that takes the change of this very turn back, as long as the cart is not changed again."""
    return Tap(texts_conversation.UNDO, "cart.undo", {"customer": customer.code}, _state(context, customer.code))


def _state(context: Context, code: str) -> str:
    kept = kept_carts(context).get(code, KeptCart(customer=code, lines=[]))
    return hashlib.sha256(kept.model_dump_json().encode()).hexdigest()


@command("cart.undo")
def undo_tapped(context: Context, arguments: Mapping[str, Any], shown_hash: str | None) -> list[Draft]:
    """A tap on "Undo", for the change that it was shown with."""
    if _state(context, arguments["customer"]) != shown_hash:
        raise Stale(texts_conversation.UNDO_LATE, code="cart_changed")
    return undo(context)


def undo(context: Context) -> list[Draft]:
    """Take the last change back; after an order is placed or something else was done, say what can be done instead."""
    memory = context.memory
    context.undoing = True
    memory.confirmation = None  # a yes to what comes now is none to what was asked before
    if not memory.steps:
        if memory.done is not None:
            return [_done(memory.done)]
        return [_placed(context, memory.placed) if memory.placed else Draft(texts_conversation.UNDO_NOTHING)]
    step = memory.steps.pop()
    gone = [name for kept in step.carts for name in _put_back(context, kept)]
    memory.questions = step.questions
    shown = next((kept for kept in step.carts if kept.lines), step.carts[0])
    customer = customers.by_code(context.work, shown.customer)
    if context.work.principal.customer_id is None:
        context.conversation.customer_id = customer.id
    cart = carts.open_cart(context.work, customer)
    lead = texts_conversation.UNDONE + (f" {texts.SKIPPED.format(names=', '.join(gone))}" if gone else "")
    if memory.questions:
        return [ask(context, lead)]
    if not cart.lines:
        memory.cart_shown = None
        return [Draft(texts_conversation.UNDONE_EMPTY)]
    return [show_cart(context, cart, lead)]


def _put_back(context: Context, kept: KeptCart) -> list[str]:
    """Make a cart what it was; the names of what can no longer be put in."""
    customer = customers.by_code(context.work, kept.customer)
    cart = carts.open_cart(context.work, customer)
    carts.clear(context.work, cart)
    context.work.session.flush()
    gone = []
    for sku, quantity in kept.lines:
        product = catalogue.by_sku(context.work.session, sku)
        try:
            carts.put(context.work, cart, product, quantity, add=False)
        except Refused:
            gone.append(product.name)
    cart.requested_date = kept.requested_date
    cart.customer_reference = kept.customer_reference
    cart.destination = dict(kept.destination) if kept.destination else None
    return gone


def _done(subject: str) -> Draft:
    what, instead = texts_waiting.DONE.get(subject, texts_waiting.DONE_OTHER)
    person = Tap(texts_waiting.TALK_TO_A_PERSON, "skill.run", {"skill": "talk_to_human"}, once=False)
    return Draft(texts_waiting.UNDO_DONE.format(what=what, instead=instead), taps=(person,))


def _placed(context: Context, number: str) -> Draft:
    order = sales.by_number(context.work, number)
    if order.state not in ("placed", "on_hold"):
        return Draft(texts_conversation.UNDO_NOTHING)
    taps = (
        Tap(texts_conversation.CANCEL_IT.format(number=number), "skill.run", _run("cancel_order", number), once=False),
        Tap(texts_conversation.CHANGE_IT.format(number=number), "skill.run", _run("change_order", number), once=False),
    )
    return Draft(texts_conversation.UNDO_PLACED.format(number=number), taps=taps)


def _run(skill: str, number: str) -> dict[str, str]:
    return {"skill": skill, "text": number}
