"""show_cart, change_quantity, remove_item, discard_cart, confirm: what is in the cart, and placing it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from actions import texts, texts_conversation, texts_waiting
from actions.context import Context
from actions.drafts import Draft, Tap
from actions.language.edits import CartLine, Edit, read_edits
from actions.language.orders import ReadLine, resize
from actions.language.words import tokens
from actions.lines import Taken, answer, ask, example, put, show_cart, take
from actions.memory import Confirmation, Option, Question
from actions.ordering import note_wishes, order, read, without_particulars
from actions.parties import ask_customer, resolve_customer
from actions.registry import COMMANDS, HANDLERS, command, skill
from actions.showing import behalf, counted, day_text, hold_notes, listed, order_card
from actions.undoing import undo_tap
from backend.catalogue import queries as catalogue
from backend.catalogue.quantities import said
from backend.customers import queries as customers
from backend.customers.tables import Customer
from backend.errors import Stale
from backend.sales import carts, service
from backend.sales import queries as sales
from backend.sales.tables import Cart, Order

_PLACES = re.compile(
    r"\b(?:place|order|book|buy|submit|send|confirm|check\s?out|put\s+(?:it|that)\s+through)\b", re.IGNORECASE
)

# "Place the order" is a yes to these, and to nothing else that waits for one.
ORDERS_BY_A_YES = frozenset({"quote.accept", "quote.send", "replenishment.approve", "house.do"})


def _cart(context: Context) -> tuple[Customer, Cart] | Draft:
    customer, question = resolve_customer(context, None)
    if customer is None:
        return ask_customer(context, question, context.text)
    return customer, carts.open_cart(context.work, customer)


def shown_cart(context: Context) -> tuple[Customer, Cart] | None:
    """The cart that was shown last: a yes means that one, whoever was spoken of since."""
    code = context.memory.cart_customer
    if code is None or context.memory.cart_shown is None:
        return None
    customer = customers.by_code(context.work, code)
    return customer, carts.open_cart(context.work, customer)


def _empty(context: Context, customer: Customer) -> Draft:
    if context.work.principal.customer_id is None:
        return Draft(texts.CART_EMPTY_FOR.format(customer=customer.name))
    repeat = Tap(texts_conversation.REPEAT_LAST, "skill.run", {"skill": "repeat_last_order"}, once=False)
    needs = Tap(texts_conversation.WHAT_TO_REORDER, "skill.run", {"skill": "reorder_customer"}, once=False)
    return Draft(texts.CART_EMPTY.format(example=example(context)), taps=(repeat, needs))


@skill("show_cart")
def show(context: Context) -> list[Draft]:
    """The cart as it stands, or what is still to be settled."""
    found = _cart(context)
    if isinstance(found, Draft):
        return [found]
    return shown(context, *found)


def shown(context: Context, customer: Customer, cart: Cart) -> list[Draft]:
    """A cart, and the question that is open about it."""
    if not cart.lines and not context.memory.questions:
        return [_empty(context, customer)]
    if not context.memory.questions:
        return [show_cart(context, cart)]
    card = show_cart(context, cart) if cart.lines else _empty(context, customer)
    return [Draft(card.text, card=card.card), ask(context)]


@skill("change_quantity", "remove_item")
def edit(context: Context) -> list[Draft]:
    """Corrections to any line, by number, name or "that one"."""
    found = _cart(context)
    if isinstance(found, Draft):
        return [found]
    customer, cart = found
    if not cart.lines:
        return order(context) if context.intent == "change_quantity" else [_empty(context, customer)]
    assume: Literal["set", "remove"] = "set" if context.intent == "change_quantity" else "remove"
    edits = read_cart_edits(context, cart, assume)
    settled = any(one.sku and one.problem is None for one in edits)
    if context.intent == "change_quantity" and not settled:
        reading = read(context)
        if any(line.asked for line in reading.lines):
            return answer(context, customer, _set_or_add(context, cart, reading.lines))
    if not edits:
        return [Draft(texts.WHAT_TO_CHANGE)]
    return apply_edits(context, customer, cart, list(edits))


def read_cart_edits(
    context: Context, cart: Cart, assume: Literal["set", "remove"] | None, text: str | None = None
) -> tuple[Edit, ...]:
    """A message, or other words, as changes of a cart; a reference, a day or an address in it counts nothing."""
    text = without_particulars(context, context.text if text is None else text)
    lines = [
        CartLine(line.product.sku, line.product.name, line.quantity, position)
        for position, line in enumerate(cart.lines, start=1)
    ]
    index, touched = context.catalogue.index, context.memory.touched
    return read_edits(text, lines, index, last_touched=touched, assume=assume)


def edits_shown_cart(context: Context) -> bool:
    """Whether a message plainly changes the cart on the screen: "swap the blue linen for natural", "drop it"."""
    found = shown_cart(context)
    if found is None:
        return False
    edits = read_cart_edits(context, found[1], "set")
    held = {line.product.sku for line in found[1].lines}
    clear = all(one.sku is not None and one.problem is None for one in edits)
    return bool(edits) and clear and any(one.sku in held for one in edits)


def _set_or_add(context: Context, cart: Cart, lines: Sequence[ReadLine]) -> Taken:
    """Quantities of what is in the cart are set ("make it 3 boxes of washers"); anything else is a new line."""
    held = {line.product.sku for line in cart.lines}
    taken, rest = Taken(), []
    for line in lines:
        meant = [sku for sku in ([line.sku] if line.sku else [c.sku for c in line.candidates]) if sku in held]
        entry = context.catalogue.index.get(meant[0]) if len(meant) == 1 else None
        size = resize(line.amount, line.unit, entry, per=line.per) if entry and line.amount is not None else None
        if not isinstance(size, int):
            rest.append(line)
            continue
        product = catalogue.by_sku(context.work.session, meant[0])
        one = put(context, cart, product, size, replace=True, said_as=product.name)
        taken.done += one.done
        taken.questions += one.questions
        taken.remarks += one.remarks
    new = take(context, cart, rest)
    return Taken(taken.done + new.done, taken.questions + new.questions, taken.remarks + new.remarks)


def apply_edits(context: Context, customer: Customer, cart: Cart, edits: list[Edit]) -> list[Draft]:
    """Change the cart and show it; what is unclear is asked, what is not in it is said."""
    taken, removed, changed = Taken(remarks=note_wishes(context, cart, read(context))), [], []
    for one in edits:
        if one.kind == "clear":
            return _ask_discard(context, customer, cart)
        if one.problem in ("not_in_cart", "unknown_line") or (one.sku is None and not one.candidates):
            taken.remarks.append(texts.NOT_IN_CART.format(text=one.text[:80]))
            continue
        if one.sku is None or one.problem is not None:
            taken.questions += _open(context, one)
            continue
        product = catalogue.by_sku(context.work.session, one.sku)
        if one.kind == "remove":
            if carts.remove(context.work, cart, one.sku):
                removed.append(product.name)
            else:
                taken.remarks.append(texts.NOT_IN_CART.format(text=product.name))
            continue
        if one.quantity is None:
            taken.questions.append(_how_many(product.sku, product.name))
            continue
        result = put(context, cart, product, one.quantity, replace=one.kind == "set", said_as=product.name)
        _drop_answered(context, one)
        taken.questions = [asked for asked in taken.questions if asked.kind != "quantity" or asked.sku != one.sku]
        changed += result.done
        taken.questions += result.questions
        taken.remarks += result.remarks
    lead = texts.REMOVED.format(names=listed(removed)) if removed else ""
    if changed:
        lead = f"{lead} {texts.CHANGED.format(changes=listed(changed))}".strip()
    return _answered(context, customer, taken, lead) if removed else answer(context, customer, taken, lead)


def _drop_answered(context: Context, done: Edit) -> None:
    """What was still asked about the same words is answered once they are said again and understood; so is how many,
    once it is said.
    """
    words = set(tokens(done.text))

    def answered(one: Question) -> bool:
        if one.kind == "quantity":
            return one.sku == done.sku
        named = done.sku in {option.key for option in one.options}
        return one.kind == "product" and named and set(tokens(one.said)) <= words

    context.memory.questions = [one for one in context.memory.questions if not answered(one)]


def _answered(context: Context, customer: Customer, taken: Taken, lead: str) -> list[Draft]:
    """The answer to what took lines out: one tap takes that back."""
    drafts = answer(context, customer, taken, lead)
    cart = carts.open_cart(context.work, customer)
    last = drafts[-1]
    text = last.text if cart.lines or context.memory.questions else f"{last.text} {texts_conversation.CART_EMPTY_NOW}"
    return [*drafts[:-1], replace(last, text=text, taps=(*last.taps, undo_tap(context, customer)))]


def without(context: Context, customer: Customer, cart: Cart, skus: Sequence[str]) -> list[Draft]:
    """Take lines out and say so."""
    names = [line.product.name for line in cart.lines if line.product.sku in skus]
    gone = [sku for sku in skus if carts.remove(context.work, cart, sku)]
    if not gone:
        return answer(context, customer, Taken())
    return _answered(context, customer, Taken(), texts.REMOVED.format(names=listed(names)))


def _how_many(sku: str, name: str) -> Question:
    return Question(kind="quantity", text=texts.HOW_MANY.format(name=name), sku=sku, replace=True, said=name)


def _open(context: Context, one: Edit) -> list[Question]:
    if one.sku is not None:
        product = catalogue.by_sku(context.work.session, one.sku)
        return [_how_many(product.sku, product.name)]
    if one.kind == "remove" or not one.candidates:
        return []
    if one.goes is not None:
        return [_which_instead(context, one, one.goes)]
    products = catalogue.by_skus(context.work.session, [candidate.sku for candidate in one.candidates[:5]])
    options = [Option(key=product.sku, title=product.name) for product in products.values()]
    text = texts.WHICH_PRODUCT.format(text=one.text[:80])
    return [Question(kind="product", text=text, options=options, amount=one.quantity, replace=True, said=one.text[:80])]


def _which_instead(context: Context, one: Edit, goes: str) -> Question:
    """Which product is to come for one that is in the cart, and stays there until that is known."""
    found = catalogue.by_skus(context.work.session, [goes, *(candidate.sku for candidate in one.candidates[:5])])
    name = found[goes].name
    options = [Option(key=sku, title=product.name) for sku, product in found.items() if sku != goes]
    wanting = one.problem == "unknown_product"
    text = (texts_conversation.NONE_SUCH if wanting else texts_conversation.WHICH_INSTEAD).format(
        said=one.text[:80], name=name
    )
    return Question(
        kind="product", text=text, options=options, quantity=one.quantity, goes=goes, said=one.text[:80], replace=False
    )


def _ask_discard(context: Context, customer: Customer, cart: Cart) -> list[Draft]:
    if not cart.lines:
        context.memory.questions = []
        return [_empty(context, customer)]
    fingerprint = carts.priced(context.work, cart).fingerprint
    context.memory.confirmation = Confirmation(command="cart.empty", arguments={"customer": customer.code})
    return [
        Draft(
            texts.DISCARD_ASK.format(behalf=behalf(context, customer), lines=counted(len(cart.lines), "line")),
            taps=(
                Tap(texts.YES_EMPTY, "cart.empty", {"customer": customer.code}, fingerprint),
                Tap(texts.NO_KEEP, "confirmation.no"),
            ),
        )
    ]


@skill("discard_cart")
def discard(context: Context) -> list[Draft]:
    """Ask before the cart is emptied."""
    found = _cart(context)
    return [found] if isinstance(found, Draft) else _ask_discard(context, *found)


@command("cart.discard")
def discard_tapped(context: Context, arguments: Mapping[str, Any], _shown_hash: str | None) -> list[Draft]:
    """A tap on "Empty the cart": ask first."""
    customer = customers.by_code(context.work, arguments["customer"])
    return _ask_discard(context, customer, carts.open_cart(context.work, customer))


@command("cart.empty")
def empty(context: Context, arguments: Mapping[str, Any], shown_hash: str | None) -> list[Draft]:
    """Empty the cart, if it is still the one that was shown."""
    customer = customers.by_code(context.work, arguments["customer"])
    cart = carts.open_cart(context.work, customer)
    if shown_hash is not None and carts.priced(context.work, cart).fingerprint != shown_hash:
        raise Stale(texts.CART_CHANGED, code="cart_changed")
    carts.clear(context.work, cart)
    context.memory.questions = []
    context.memory.cart_shown = context.memory.confirmation = context.memory.recurrence = None
    context.memory.purpose = "order"
    return [Draft(texts.DISCARDED, taps=(undo_tap(context, customer),))]


def _not_as_shown(context: Context, fingerprint: str) -> str | None:
    """Why a cart is shown (again) before it is placed; None where a yes means just what is on the screen."""
    if context.memory.cart_shown is None:
        return texts.CART_FIRST
    if context.memory.cart_shown != fingerprint:
        return texts.CART_CHANGED
    if context.idle or (context.memory.away and not _PLACES.search(context.text)):
        return texts_conversation.BEFORE_I_PLACE
    return None


@skill("confirm")
def confirm(context: Context) -> list[Draft]:
    """Place the cart if it is just what was shown; otherwise show it and ask."""
    waits = context.memory.confirmation
    if waits is not None and (waits.command in ORDERS_BY_A_YES or not _PLACES.search(context.text)):
        return HANDLERS["affirm"](context)  # "go on then": what was asked last
    found = shown_cart(context) or _cart(context)
    if isinstance(found, Draft):
        return [found]
    customer, cart = found
    if context.memory.questions:
        return answer(context, customer, Taken(), texts.NOT_PLACED_YET)
    if not cart.lines:
        return [_empty(context, customer)]
    priced = carts.priced(context.work, cart)
    unseen = texts_waiting.PLACE_THIS if waits is not None else _not_as_shown(context, priced.fingerprint)
    if unseen is not None:
        return [show_cart(context, cart, unseen)]
    if context.memory.purpose == "quote":
        return COMMANDS["quote.make"](context, {"customer": customer.code}, priced.fingerprint)
    if context.memory.purpose == "standing":
        return COMMANDS["standing.make"](context, {"customer": customer.code}, priced.fingerprint)
    return [_placed(context, cart, priced.fingerprint)]


@command("cart.place")
def place(context: Context, arguments: Mapping[str, Any], shown_hash: str | None) -> list[Draft]:
    """A tap on "Place this order"."""
    customer = customers.by_code(context.work, arguments["customer"])
    cart = carts.open_cart(context.work, customer)
    if not cart.lines:
        return [_empty(context, customer)]
    if carts.priced(context.work, cart).fingerprint != shown_hash:
        return [show_cart(context, cart, texts.CART_CHANGED)]
    return [_placed(context, cart, shown_hash)]


@command("cart.swap")
def swap(context: Context, arguments: Mapping[str, Any], shown_hash: str | None) -> list[Draft]:
    """A tap on what is in stock instead of what is short: the same quantity of it."""
    customer = customers.by_code(context.work, arguments["customer"])
    cart = carts.open_cart(context.work, customer)
    if carts.priced(context.work, cart).fingerprint != shown_hash:
        return [show_cart(context, cart, texts.CART_CHANGED)]
    return swapped(context, customer, cart, arguments["old"], arguments["new"])


def swapped(context: Context, customer: Customer, cart: Cart, old: str, new: str) -> list[Draft]:
    """One product instead of another, in the same quantity."""
    quantity = next(line.quantity for line in cart.lines if line.product.sku == old)
    product = catalogue.by_sku(context.work.session, new)
    taken = put(context, cart, product, quantity, replace=False, said_as=product.name)
    if taken.done:
        carts.remove(context.work, cart, old)
    return answer(context, customer, taken)


def _placed(context: Context, cart: Cart, agreed: str) -> Draft:
    placed = service.place_cart(context.work, cart, agreed)
    placed = sales.by_number(context.work, placed.number)
    memory = context.memory
    memory.cart_shown = memory.confirmation = memory.touched = memory.discount = memory.recurrence = None
    memory.purpose = "order"
    memory.questions, memory.order, memory.placed = [], placed.number, placed.number
    return Draft(_placed_text(context, placed), card=order_card(context, placed))


def _placed_text(context: Context, placed: Order) -> str:
    behalf = "" if context.work.principal.customer_id else texts.PLACED_BEHALF.format(customer=placed.customer.name)
    text = texts.PLACED.format(
        number=placed.number,
        behalf=behalf,
        lines=counted(len(placed.lines), "line"),
        total=context.money(placed.total),
    )
    short = [
        texts.PLACED_SHORT_LINE.format(
            quantity=said(line.product, line.back_ordered),
            name=line.product.name,
            day=day_text(line.promised_date),
        )
        for line in placed.lines
        if line.back_ordered
    ]
    held = " ".join(hold_notes(context, placed))
    text += texts.PLACED_HELD.format(reasons=held) if held else ""
    return text + (texts.PLACED_SHORT.format(short=listed(short)) if short else "")
