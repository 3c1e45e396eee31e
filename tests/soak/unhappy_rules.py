"""What must hold after every turn of an unhappy conversation: each rule that a turn breaks is a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from actions.registry import HANDLERS
from actions.skills import NOT_UNDERSTOOD, ORDERING, SKILLS
from backend.chat import texts as chat_texts
from backend.database import SCALE
from backend.identity.tables import Role
from backend.money import shown
from tests.soak.plain_cart import Cart, Past, repeats
from tests.soak.unhappy_words import Message, Reading

LONGEST_TEXT: Final = 1_500
LONGEST_TITLE: Final = 200
MOST_BUTTONS: Final = 9
CARTS: Final = frozenset({"cart", "cart_line"})
_INQUIRY: Final = frozenset({"inquiry", "number_series", "outbox_event", "audit_event"})
_ALERTS: Final = frozenset({"alert_subscription", "audit_event", "outbox_event"})
CART_SKILLS: Final = frozenset(
    {
        "place_order",
        "add_item",
        "remove_item",
        "change_quantity",
        "repeat_last_order",
        "order_for_customer",
        "quote_request",
    }
)
_WRITES: Final[dict[str, frozenset[str]]] = {
    **dict.fromkeys(CART_SKILLS, CARTS),
    "complaint": _INQUIRY,
    "talk_to_human": _INQUIRY,
    "subscribe_alerts": _ALERTS,
    "unsubscribe_alerts": _ALERTS,
    **{name: _INQUIRY for name in SKILLS if name not in HANDLERS},
}
_PLACING: Final = frozenset({"cart.place", "quote.accept", "return.request"})
_OTHER_DEEDS: Final = frozenset(
    {
        "cart.empty",
        "quote.make",
        "quote.send",
        "quote.decline",
        "standing.make",
        "standing.do",
        "order.cancel",
        "order.change",
        "order.release",
        "address.add",
        "address.default",
        "house.do",
        "purchase.step",
        "replenishment.approve",
    }
)
_DONE_IN: Final = {
    "cart.place": "sales_order",
    "cart.empty": "cart_line",
    "return.request": "sales_return",
    "order.cancel": "sales_order",
    "order.change": "sales_order",
    "quote.make": "quote",
    "quote.accept": "quote",
    "standing.make": "standing_order",
    "replenishment.approve": "purchase_order",
}
AGREEING: Final = _PLACING | _OTHER_DEEDS  # what the first button of a question runs where it waits for a yes
_CART_TAPS: Final = frozenset({"cart.add", "cart.swap", "cart.empty", "cart.undo", "question.answer", "question.skip"})


class Wrong(AssertionError):
    """A rule was broken; ``rule`` says which, ``turn`` where."""

    def __init__(self, text: str, rule: str = "", turn: Turn | None = None) -> None:
        super().__init__(text)
        self.rule = rule
        self.turn = turn


@dataclass(frozen=True)
class Asked:
    """What was asked: what a yes would run, and the card that showed it."""

    command: str
    card: dict[str, Any] | None


@dataclass(frozen=True)
class Turn:
    """One turn: what was said or tapped, what it was read as, and what came of it."""

    message: Message
    reading: Reading
    button: dict[str, Any] | None
    role: Role
    state: dict[str, Any]
    customer: str | None
    customer_before: str | None
    replies: list[dict[str, Any]]
    carts_before: dict[str, Cart]
    carts: dict[str, Cart]
    business: set[str]
    placed: list[dict[str, Any]]
    asked: Asked | None
    past: Past

    @property
    def said(self) -> str:
        """All that was answered."""
        return " ".join(reply["text"] for reply in self.replies)

    @property
    def cards(self) -> list[dict[str, Any]]:
        """The cards that were shown."""
        return [reply["card"] for reply in self.replies if reply["card"]]

    @property
    def after(self) -> Cart:
        """The cart of the customer in question, after the turn."""
        return self.carts.get(self.customer or "", {})

    @property
    def asks(self) -> bool:
        """Whether the answer asks for something."""
        return "?" in self.said or any(reply["buttons"] for reply in self.replies)

    def told(self) -> str:
        """The turn in two lines."""
        said = f"tap {self.button['command']}" if self.button else repr(self.message.text[:70])
        read = "" if self.button else f" ({self.reading.skill} {self.reading.confidence})"
        return f"  > {said}{read}\n  < {self.said[:300]!r} {self.carts} {sorted(self.business) or ''}"


def broken_by(turn: Turn) -> Iterator[str]:
    """The rules a turn breaks."""
    yield from _answer(turn)
    yield from _orders(turn)
    yield from _cart(turn)
    yield from _everything_else(turn)


def _answer(turn: Turn) -> Iterator[str]:
    """There is an answer, with text, within bounds, and in our own voice."""
    if not turn.replies:
        yield "there is no answer"
    for reply in turn.replies:
        text, titles = reply["text"], [one["title"] for one in reply["buttons"]]
        if not text.strip() or len(text) > LONGEST_TEXT:
            yield f"the answer is {len(text)} characters long"
        if len(titles) > MOST_BUTTONS or not all(0 < len(title.strip()) <= LONGEST_TITLE for title in titles):
            yield f"the buttons are {titles}"
        if len(set(titles)) != len(titles):
            yield f"two buttons are alike: {titles}"
        if "!" in text or ("{" in text and not any("{" in said for said in turn.past.said)):
            yield "the answer has marks that are not ours"
        if text == chat_texts.APOLOGY:
            yield "the answer is an apology"


def _orders(turn: Turn) -> Iterator[str]:
    """At most one order for a yes, and none without; it is what was shown."""
    if not turn.placed:
        return
    agreed = turn.message.yes if turn.button is None else turn.button["command"] in _PLACING
    if not agreed:
        yield "an order was placed without a yes"
    if len(turn.placed) > 1:
        yield f"one yes placed {len(turn.placed)} orders"
    asked, placed = turn.asked, turn.placed[0]
    if asked is None or asked.card is None or asked.command not in _PLACING:
        yield f"an order was placed, but what was asked was {asked.command if asked else 'nothing'}"
        return
    card = asked.card
    if card["kind"] == "cart" or card["title"].startswith("Quote"):
        lines = {line["sku"]: line["quantity"] for line in card["lines"]}
        if lines != placed["lines"] or card["total"] != shown(Decimal(placed["total"]) / SCALE):
            yield f"what was placed is not what was shown: {placed}, {card}"
        if card["kind"] == "cart" and card["customer"] != placed["customer"]:
            yield f"the order is for {placed['customer']}, shown was {card['customer']}"


def _cart(turn: Turn) -> Iterator[str]:
    """The cart holds what it held, or what the plain model makes of what was understood."""
    keys = {*turn.carts, *turn.carts_before}
    touched = [key for key in keys if turn.carts.get(key, {}) != turn.carts_before.get(key, {})]
    if turn.placed or not (touched or _is_plain(turn)):
        return
    if len(touched) > 1 or (touched and touched[0] not in (turn.customer, turn.customer_before)):
        yield "another customer's cart was changed"
        return
    key = touched[0] if touched else turn.customer_before or ""
    before, after = turn.carts_before.get(key, {}), turn.carts.get(key, {})
    if turn.button is not None:
        if turn.button["dead"] or not _may_touch_carts(turn):
            yield f"a tap changed the cart from {before}"
        return
    due = turn.message.effect(before, turn.past)
    if _is_plain(turn) and after != due[0]:
        yield f"the cart should hold {due[0]}"
        return
    possible = [before, *due, *_answered(turn, before)]
    if turn.reading.skill in CART_SKILLS:
        possible += turn.message.misread(before, turn.past)
    spoken_of = turn.state.get("product")
    if turn.message.skill == "change_quantity" and spoken_of is not None:  # "no, 24" of what was spoken of
        possible += [{**before, spoken_of: before.get(spoken_of, 0) + quantity} for quantity in (24, 240)]
    if turn.reading.skill == "repeat_last_order":
        possible += repeats(before, turn.past)
    if turn.message.yes:
        possible.append({})
    if after not in possible:
        yield f"the cart was {before}"


def _may_touch_carts(turn: Turn) -> bool:
    assert turn.button is not None
    command, arguments = turn.button["command"], turn.button["arguments"]
    makes_paper = command in ("quote.make", "standing.make")
    return command in _CART_TAPS or makes_paper or arguments.get("skill") in CART_SKILLS


def _is_plain(turn: Turn) -> bool:
    """Whether a cart skill was read rightly by somebody who may use it, with nothing open and a customer known."""
    message, read = turn.message, turn.reading
    known = turn.customer_before is not None and turn.role in ORDERING
    rightly = turn.button is None and read.skill == message.skill and read.confidence > 0.9
    if not (message.plain and rightly and known) or turn.state.get("questions"):
        return False
    before = turn.carts_before.get(turn.customer_before or "", {})
    edits = message.skill in ("change_quantity", "remove_item")
    return not edits or "10-109" in before


def _answered(turn: Turn, before: Cart) -> list[Cart]:
    """What the answer to the open question may have put into the cart; only what can be an answer is one."""
    questions, message = turn.state.get("questions", []), turn.message
    answers = message.yes or message.skill in CART_SKILLS or turn.reading.skill in CART_SKILLS
    if not questions or not answers:
        return []
    keys = {questions[0]["sku"], *(option["key"] for option in questions[0]["options"])} - {None}
    if questions[0]["kind"] == "customer":
        keys = {"10-109"}  # what the opening asked for before it was known for whom
    held = turn.carts.get(turn.customer or "", {})
    carts = (before, *message.effect(before, turn.past))
    return [{**cart, sku: held[sku]} for sku in keys & set(held) for cart in carts]


def _everything_else(turn: Turn) -> Iterator[str]:
    """Nothing changes on a refusal, on a dead button or by a skill that reads; else only what the skill is about."""
    tables = turn.business - {"sqlite_sequence"}
    if turn.message.no or (turn.button is not None and turn.button["dead"]):
        if tables:
            yield f"a refusal or a dead button changed {sorted(tables)}"
        return
    if turn.message.yes:
        yield from _agreed(turn)
        return
    if turn.button is not None and turn.button["command"] != "skill.run":
        return
    skills = {turn.message.skill, turn.reading.skill}
    if turn.button is not None:
        skills = {turn.button["arguments"]["skill"]}
    may = set().union(*(_WRITES.get(name, frozenset()) for name in skills))
    if NOT_UNDERSTOOD in skills or turn.state.get("questions"):
        may |= CARTS  # order lines that can be read win over "not understood"; the plain cart watches what is in it
    if tables - may:
        yield f"what only reads changed {sorted(tables - may)}"


def _agreed(turn: Turn) -> Iterator[str]:
    """A yes does what was asked last; it may also answer a question about a line."""
    if not turn.business or turn.business <= CARTS:
        return
    asked = turn.asked.command if turn.asked else "nothing"
    if _DONE_IN.get(asked) not in turn.business:
        yield f"a yes to {asked} changed {sorted(turn.business)}"
