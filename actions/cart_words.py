"""What is said about the cart on the screen in words that no classifier need know: by what is in it.

"no, not the washers", "what does that come to without the washers?", "for Brook, not Harper", "double everything".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from actions import cart as cart_skills
from actions import cart_owner, cart_reference, taking
from actions import texts_conversation as words
from actions.cart import read_cart_edits, shown_cart
from actions.context import Context
from actions.drafts import Draft, Tap
from actions.language.edits import Edit
from actions.memory import Confirmation
from actions.registry import HANDLERS, Handler, command
from actions.showing import listed
from actions.skills import ORDERING
from actions.undoing import concerns as takes_back
from actions.undoing import undo
from backend.customers import queries as customers
from backend.sales import carts
from backend.sales import queries as sales
from backend.sales.states import OPEN
from backend.sales.tables import Cart

_NOT_THAT: Final = re.compile(
    r"^(?:(?:no|nope|wait|sorry|ah|oh|actually|ok|okay|yes|yeah|but)[\s,.]+)*(?:but\s+)?not\s+(?P<rest>(?:the|those|any|line|both)\b.+)$",
    re.IGNORECASE | re.DOTALL,
)
_WITHOUT: Final = re.compile(
    r"^(?=.*\b(?:what|how\s+much|total|come|comes|cost|costs|price)\b).*\b(?:without|minus|less|leaving\s+out|if\s+I\s+"
    r"(?:drop|leave\s+out|take\s+out|don't\s+take))\s+(?P<rest>[^?]+)\??\s*$|^(?:and\s+)?without\s+(?P<bare>[^?]+)\?\s*$",
    re.IGNORECASE | re.DOTALL,
)
_SWAP: Final = re.compile(
    r"\b(?:swap|switch|replace|change|exchange|substitute)\s+(?P<old>.+?)\s+(?:for|with|to|by)\s+(?:the\s+)?"
    r"(?P<code>(?=[\w-]{0,24}\d)[\w-]{1,30})\s*(?:please|pls|instead)?[\s.?]*$"
    r"|(?<![\w-])(?P<first>(?=[\w-]{0,24}\d)[\w-]{1,30})\s+instead\s+of\s+(?P<instead>.+?)(?:\s+please)?[\s.?]*$",
    re.IGNORECASE,
)
_EXCHANGES: Final = re.compile(
    r"\bexchang(?:e|ing)\s+(?:\d[\d,.]*|an?|one|two|three|four|five|six|seven|eight|nine|ten|a\s+dozen|half|some|a\s+few)\s+(?:of\b|\w)",
    re.IGNORECASE,
)
"""Some of the goods that came for others; what is in the cart is swapped whole."""
_ONLY: Final = re.compile(
    r"^(?:(?:no|ok|okay|sorry|actually|well|yes|but)[\s,.]+)*(?:just|only)\s+(?P<kept>the\s+[^\d]+?)(?:\s+(?:please|then|thanks))*[\s.]*$",
    re.IGNORECASE,
)
_EDITS: Final = frozenset({"set", "add", "remove"})
# What Rasa makes of "swap the washers for 45-104" or "double everything" where a cart is on the screen.
CONFUSED: Final = frozenset(
    {
        "not_understood", "exchange_items", "discard_cart", "remove_item", "change_quantity", "change_order", "deny",
        "cancel_order", "return_items", "out_of_scope", "add_item", "complaint", "confirm", "affirm", "show_cart",
        "repeat_last_order", "refund_status", "what_if",
    }
)  # fmt: skip
_CORRECTS: Final = re.compile(
    r"^(?:(?:no|sorry|actually|wait|oh|oops|ah|please|can\s+you|could\s+you|hang\s+on)[\s,.]+)*"
    r"(?:make|change|set|put)\s+(?:it|that|them|those|the\s+[\w\s-]+?)\s+(?:to\s+|at\s+)?\d",
    re.IGNORECASE,
)
_MAKES_THE: Final = re.compile(
    r"^(?:(?:no|sorry|actually|wait|oh|oops|ah|please|can\s+you|could\s+you|hang\s+on)[\s,.]+)*"
    r"(?:make|change|set|put)\s+the\s+[\w\s-]+?\s+(?:to\s+|at\s+)?\d+(?:\s+(?:instead|please|then|thanks))*[\s.]*$",
    re.IGNORECASE,
)
_EVERY_LINE: Final = re.compile(
    r"^(?:(?:no|ok|okay|sorry|actually|wait|oh|please|can\s+you|could\s+you|hang\s+on|and|then)[\s,.]+)*"
    r"(?:make|change|set|put)\s+(?:them\s+|those\s+)?(?:both|all|each)\b",
    re.IGNORECASE,
)
_EMPTIES: Final = re.compile(
    r"^(?!.*\b(?:not|don'?t|do\s+not|never|before|unless|if|order|address|question)\b)(?:.{0,40}?[\s,.;-])?"
    r"(?:(?:empty|clear)\s+(?:it|that|this)|(?:empty|clear|bin|scrap|ditch|chuck)\s+(?:(?:it|that|this)\s+all|everything"
    r"|the\s+(?:whole\s+)?(?:lot|cart|basket|thing)))(?:\s+(?:out|then|please|now|thanks))*[\s.!]*$",
    re.IGNORECASE,
)
_SURE: Final = 0.8
_AN_ORDER: Final = re.compile(r"\b(?:orders?|SO-?\d+|deliver\w*|quote|invoice)\b", re.IGNORECASE)


def route(context: Context) -> list[Draft] | None:
    """The answer to words about the cart on the screen; None for any other message."""
    if context.work.principal.role not in ORDERING or not context.text:
        return None
    return next((handle(context) for concerns, handle in _routes() if concerns(context)), None)


def _routes() -> tuple[tuple[Callable[[Context], bool], Handler], ...]:
    return (
        (takes_back, undo),
        (taking.concerns, taking.take_it),
        (cart_reference.concerns, cart_reference.note),
        (lambda context: _EXCHANGES.search(context.text) is not None, HANDLERS["exchange_items"]),
        (cart_owner.is_for_another, cart_owner.move),
        (cart_owner.names_the_wrong_one, cart_owner.ask_whose),
        (_empties, HANDLERS["discard_cart"]),
        (_asks_without, _without),
        (_refuses_a_line, _leave_out),
        (_keeps_only, _keep),
        (_swaps_for_a_code, _swap),
        (_edits_in_so_many_words, cart_skills.edit),
        (_edits_plainly, cart_skills.edit),
        (_corrects_what_was_placed, HANDLERS["change_order"]),
    )


def _empties(context: Context) -> bool:
    """Whether the cart on the screen is to be emptied, in so many words: "ok leave it, empty it"."""
    return (
        context.memory.cart_shown is not None
        and not context.memory.questions
        and context.memory.confirmation is None
        and not re.search(r"\d", context.text)
        and _EMPTIES.match(context.text.strip()) is not None
    )


# without the washers


def _named_lines(context: Context, text: str) -> list[str]:
    """The lines of the cart on the screen that words name, none where one of them is not clear."""
    found = shown_cart(context)
    if found is None or not found[1].lines:
        return []
    edits = read_cart_edits(context, found[1], "remove", f"remove {text}")
    held = {line.product.sku for line in found[1].lines}
    clear = all(one.kind == "remove" and one.sku in held and one.problem is None for one in edits)
    return [one.sku for one in edits if one.sku] if clear else []


def _left_out(context: Context) -> list[str]:
    found = _WITHOUT.match(context.text.strip())
    return _named_lines(context, found["rest"] or found["bare"] or "") if found else []


def _asks_without(context: Context) -> bool:
    return context.memory.cart_shown is not None and bool(_left_out(context))


def _without(context: Context) -> list[Draft]:
    """What the cart would come to without some lines; nothing is taken out without a yes."""
    found = shown_cart(context)
    assert found is not None
    customer, cart = found
    skus = _left_out(context)
    if len(skus) >= len(cart.lines):
        return [Draft(words.WITHOUT_ALL)]
    names = [line.product.name for line in cart.lines if line.product.sku in skus]
    before = carts.priced(context.work, cart)
    trial = context.work.session.begin_nested()
    try:
        for sku in skus:
            carts.remove(context.work, cart, sku)
        after = carts.priced(context.work, cart)
    finally:
        trial.rollback()
    arguments = {"customer": customer.code, "skus": skus}
    context.memory.confirmation = Confirmation(command="cart.without", arguments=arguments)
    text = words.WITHOUT.format(
        names=listed(names), after=context.money(after.total), before=context.money(before.total)
    )
    take_out = Tap(words.TAKE_OUT, "cart.without", arguments, before.fingerprint)
    return [Draft(text, taps=(take_out, Tap(words.LEAVE_IN, "cart.show", {"customer": customer.code})))]


@command("cart.without")
def take_out(context: Context, arguments: Mapping[str, Any], _shown_hash: str | None) -> list[Draft]:
    """Take out what the cart was reckoned without."""
    context.memory.confirmation = None
    customer = customers.by_code(context.work, arguments["customer"])
    cart = carts.open_cart(context.work, customer)
    return cart_skills.without(context, customer, cart, arguments["skus"])


@command("cart.show")
def show(context: Context, arguments: Mapping[str, Any], _shown_hash: str | None) -> list[Draft]:
    """A tap that shows a cart again."""
    context.memory.confirmation = None
    customer = customers.by_code(context.work, arguments["customer"])
    return cart_skills.shown(context, customer, carts.open_cart(context.work, customer))


# no, not the washers


def _refused(context: Context) -> list[str]:
    found = _NOT_THAT.match(context.text.strip())
    return _named_lines(context, found["rest"]) if found else []


def _refuses_a_line(context: Context) -> bool:
    return context.memory.cart_shown is not None and bool(_refused(context))


def _leave_out(context: Context) -> list[Draft]:
    found = shown_cart(context)
    assert found is not None
    return cart_skills.without(context, *found, _refused(context))


# only the washers please


def _dropped(context: Context) -> list[str]:
    found, cart = _ONLY.match(context.text.strip()), shown_cart(context)
    kept = _named_lines(context, found["kept"]) if found is not None else []
    return [line.product.sku for line in cart[1].lines if line.product.sku not in kept] if kept and cart else []


def _keeps_only(context: Context) -> bool:
    return context.memory.cart_shown is not None and bool(_dropped(context))


def _keep(context: Context) -> list[Draft]:
    found = shown_cart(context)
    assert found is not None
    return cart_skills.without(context, *found, _dropped(context))


# swap the washers for 45-104


def _swapped(context: Context) -> tuple[str, str] | None:
    """The line that goes and the code that comes for it."""
    found = _SWAP.search(context.text)
    if found is None:
        return None
    entry = context.catalogue.index.get(found["code"] or found["first"])
    old = _named_lines(context, found["old"] or found["instead"]) if entry is not None else []
    return (old[0], entry.sku) if entry is not None and len(old) == 1 and old[0] != entry.sku else None


def _swaps_for_a_code(context: Context) -> bool:
    return context.memory.cart_shown is not None and _swapped(context) is not None


def _swap(context: Context) -> list[Draft]:
    found, skus = shown_cart(context), _swapped(context)
    assert found is not None
    assert skus is not None
    return cart_skills.swapped(context, *found, *skus)


# plain edits


def _edits_in_so_many_words(context: Context) -> bool:
    """Whether it is "make both 50" or "make the bolts 24 instead", of what is in the cart: that is a change of it
    whatever else is open, and whatever Rasa makes of it.
    """
    text = context.text.strip()
    every = _EVERY_LINE.match(text) is not None
    if not (every or _MAKES_THE.match(text)) or _AN_ORDER.search(text):
        return False
    customer = context.customer()
    cart = sales.cart_of(context.work, customer.id) if customer is not None else None
    if cart is None or not cart.lines:
        return False
    edits = read_cart_edits(context, cart, "set" if every else None)
    if not edits or not _all_clear(edits, cart) or not (every or all(one.kind == "set" for one in edits)):
        return False
    context.intent = "change_quantity"
    return True


def _edits_plainly(context: Context) -> bool:
    """Whether each change that a message asks for is a clear one of a line that is in the cart."""
    if context.memory.questions or context.memory.cart_shown is None or context.intent not in CONFUSED:
        return False
    if _AN_ORDER.search(context.text):
        return False  # "cancel my last order" is not about the last line
    found = shown_cart(context)
    if found is None or not found[1].lines or (context.memory.away and context.confidence >= _SURE):
        return False
    edits = read_cart_edits(context, found[1], None)
    if not edits or not _all_clear(edits, found[1]):
        return False
    context.intent = "remove_item" if all(one.kind == "remove" for one in edits) else "change_quantity"
    return True


def _all_clear(edits: Sequence[Edit], cart: Cart) -> bool:
    held = {line.product.sku for line in cart.lines}
    if any(one.goes in held for one in edits):
        return True  # what comes for it is asked about
    clear = all(one.kind in _EDITS and one.sku is not None and one.problem is None for one in edits)
    return clear and any(one.sku in held for one in edits)


# make it 30, once it is placed


def _corrects_what_was_placed(context: Context) -> bool:
    """Whether "make it 30" is about the order that was placed a moment ago: no cart is open, and it can be changed."""
    number = context.memory.placed
    if number is None or context.memory.questions or context.memory.order != number:
        return False
    if _CORRECTS.match(context.text.strip()) is None or _has_a_cart(context):
        return False
    return sales.by_number(context.work, number).state in OPEN


def _has_a_cart(context: Context) -> bool:
    customer = context.customer()
    cart = sales.cart_of(context.work, customer.id) if customer is not None else None
    return cart is not None and bool(cart.lines)
