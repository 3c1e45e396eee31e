"""Tells one unhappy conversation through the real gateway and the real actions, and looks at everything after a turn.

The classifier is played by the case; services fail as the case has it. What is wrong is raised as Wrong, with the
conversation so far.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Final

import pytest

from actions import documents
from actions.turns import TurnRunner
from backend.chat import conversations
from backend.chat import gateway as gateway_module
from backend.chat import texts as chat_texts
from backend.chat.cards import Reply
from backend.chat.gateway import Answered, Incoming
from backend.chat.tokens import new_button
from backend.errors import Unavailable
from backend.identity.tables import Role
from backend.settings import Settings
from tests.soak.assistant import InProcessAssistant, gateway_with
from tests.soak.plain_cart import Cart, Past, adds
from tests.soak.unhappy_cases import Case
from tests.soak.unhappy_company import OPENINGS, Digest, Stage, changed
from tests.soak.unhappy_rules import AGREEING, CARTS, Asked, Turn, Wrong, broken_by
from tests.soak.unhappy_words import (
    CORRECTIONS,
    FAIR_WORDS,
    INTERRUPTIONS,
    NO,
    YES,
    Message,
    Reading,
    Tap,
    about,
    read_as,
)

DOWN: Final = "The assistant does not answer."
HARMLESS: Final = ("No", "Not now", "Leave it out")  # how the titles of refusing buttons begin
ONE_MORE: Final = Message("order 7 of 30-101 for Ferndale Joinery", "order_for_customer", adds("30-101", 7))
EXPIRED: Final = "2020-01-01 00:00:00.000000"


class PlayedAssistant(InProcessAssistant):
    """Reads every message as it is told, and fails as it is told."""

    def __init__(self, runner: TurnRunner) -> None:
        self.use(runner, "all up")
        self.reading = Reading("help", 0.93, ("help",))

    def use(self, runner: TurnRunner, service: str) -> None:
        """From now on with these actions, and failing so."""
        self.runner, self._service = runner, service
        self.fails = 2 if service == "assistant down" else 0

    def say(self, sender: str, text: str | None, role: str | None = None) -> list[Reply]:
        """See ``RasaClient.say``."""
        if self.fails:
            self.fails -= 1
            raise Unavailable(DOWN, code="assistant_unavailable")
        replies = self._run(sender, text)
        if self._service == "called twice":
            assert self._run(sender, text) == replies, "a repeated call is answered otherwise"
        if self._service == "answer lost" and replies != self._lost:
            self._lost = replies
            raise Unavailable(DOWN, code="assistant_unavailable")
        return replies

    _lost: list[Reply] | None = None

    def _run(self, sender: str, text: str | None) -> list[Reply]:
        read = self.reading if text is not None else Reading("tap", 1.0, ())
        return self.runner.run(sender, f"action_{read.skill}", read.skill, read.confidence, read.ranking)


@dataclass
class Teller:
    """One person's conversation on a stage."""

    stage: Stage
    case: Case
    turns: list[Turn] = field(default_factory=list)
    past: Past = field(default_factory=Past)

    def __post_init__(self) -> None:
        self.role = Role(self.case.role)
        self.principal = self.stage.world.principal(f"{self.role}@test")
        self._ids, self.service = 0, "all up"
        self.assistant = PlayedAssistant(self.stage.models_up)
        self.gateway = gateway_with(self.stage.database, self.assistant)

    def _use(self, service: str) -> None:
        runner = self.stage.models_down if service == "no models" else self.stage.models_up
        self.service = service
        self.assistant.use(runner, service)

    # ---- the opening ----

    def open(self, message: Message) -> None:
        """Say something that brings the opening about."""
        self.assistant.reading = read_as(message, "right", 0)
        self.last = self._take(message.text, None, check=False)

    def tap(self, title: str) -> None:
        """Tap a button of the last reply, to bring the opening about."""
        token = next(one["token"] for one in self._buttons() if one["title"].startswith(title))
        self.last = self._take(None, token, check=False)

    def _buttons(self) -> list[dict[str, Any]]:
        return [one for reply in self.last for one in reply["buttons"]]

    # ---- the conversation ----

    def tell(self) -> None:
        """The whole conversation: the skill, the interruption, the correction, the answer, and whether it goes on."""
        case = self.case
        self.stage.begin(case.role, case.opening, lambda: OPENINGS[case.opening].talk(self))
        self.last = self._messages(self._heard())[:1]
        self._digested()
        self.past.carts.append({})  # as it was before the opening
        self._ids = 100
        self.old = self._buttons()
        self._use(case.service)
        self.say(FAIR_WORDS[case.skill])
        variants = INTERRUPTIONS[case.interruption]
        interruption = variants[case.number % len(variants)]
        if isinstance(interruption, Tap):
            self._tapped(interruption.kind)
        else:
            self.say(interruption)
        self.say(CORRECTIONS[case.correction])
        self._answer(YES if case.verdict == "yes" else NO)
        self._use("all up")
        self._goes_on()

    def _answer(self, message: Message) -> None:
        """Yes or no, in words, by a tap, or twice; who has agreed once has not agreed again."""
        if self.case.manner == "tap":
            refuses = [one for one in self._buttons() if one["title"].startswith(HARMLESS)]
            chosen = refuses if message.no else [one for one in self._buttons() if one not in refuses]
            if chosen:
                self._press(chosen[0]["token"], refusal=message.no)
                self._press(chosen[0]["token"], refusal=message.no)
                return
        self.say(message)
        if self.case.manner == "twice":
            done = self.turns[-1]
            again = self.say(message)
            if done.business and not done.asks and again.business:
                raise self._wrong("a second yes does something", again)

    def _goes_on(self) -> None:
        """Never stuck: the cart is shown, help helps, and a price is told or an order can be gone on with."""
        say = Message("show my cart", "show_cart")
        turn = self._plainly(say)
        if self.role == Role.BUYER:
            self._expect(turn, "I can't show the cart" in turn.said)
        elif turn.customer is None:
            self._expect(turn, "Which customer" in turn.said)
        elif turn.after:
            self._expect(turn, any(_lines(card) == turn.after for card in turn.cards))
        else:
            self._expect(turn, "is empty" in turn.said)
        turn = self._plainly(Message("help", "help"))
        self._expect(turn, "I can help you to" in turn.said)
        if self.role == Role.BUYER or self.case.number % 2:
            turn = self._plainly(FAIR_WORDS["price_check"])
            self._expect(turn, "(10-109) is £" in turn.said)
        else:
            before = self._cart_of("C1")
            turn = self._plainly(ONE_MORE)
            self._expect(turn, self._cart_of("C1") == {**before, "30-101": before.get("30-101", 0) + 7})

    def _plainly(self, message: Message) -> Turn:
        self.assistant.reading = read_as(message, "right", 0)
        return self._turn(message, None)

    def _expect(self, turn: Turn, kept: bool) -> None:
        if not kept:
            raise self._wrong("stuck", turn)

    def say(self, message: Message) -> Turn:
        """A message, read as the case has it."""
        message = about(message, self.newest_order())
        self.assistant.reading = read_as(message, self.case.reading, self.case.number)
        return self._turn(message, None)

    def _tapped(self, kind: str) -> None:
        last = self._buttons()
        if kind == "old" and self.old:
            self._press(self.old[self.case.number % len(self.old)]["token"])
        elif kind in ("repeated", "expired") and last:
            token = last[self.case.number % len(last)]["token"]
            if kind == "expired":
                self.stage.write("UPDATE button_token SET expires_at = ? WHERE token = ?", EXPIRED, token)
            else:
                self._press(token)
            self._press(token)
        elif kind == "foreign":
            self._press(self._foreign())
        else:
            self._press("no-such-button")

    def _foreign(self) -> str:
        """A button of another conversation that would empty this person's cart."""
        with self.stage.database.write() as session:
            other = self.stage.world.principal("other@test").user_id
            row = conversations.conversation_of(session, other, 60)
            return new_button(session, row.id, "Yes, empty it", "cart.empty", {"customer": "C1"}).token

    def _press(self, token: str, *, refusal: bool = False) -> Turn:
        return self._turn(Message("", "tap", no=refusal), token)

    # ---- one turn ----

    def _turn(self, message: Message, token: str | None) -> Turn:
        before, digest = self._carts(), self.digest
        orders = self._order_ids()
        state, customer = self._state(), self._customer()
        button = self._token(token) if token else None
        heard = self._heard()
        self.last = self._take(message.text if token is None else None, token)
        turn = Turn(
            message=message,
            reading=self.assistant.reading,
            button=button,
            role=self.role,
            state=state,
            customer=self._customer(),
            customer_before=customer,
            replies=self.last,
            carts_before=before,
            carts=self._carts(),
            business=changed(digest, self._digested()),
            placed=[self._placed(key) for key in sorted(self._order_ids() - orders)],
            asked=self._asked(token, heard) if message.yes or self._order_ids() - orders else None,
            past=Past(
                [*self.past.carts],
                self._last_order(customer),
                [*(earlier.message.text for earlier in self.turns), message.text],
            ),
        )
        self.turns.append(turn)
        if turn.business <= CARTS:
            self.past.carts.append(before.get(customer or "", {}))
        else:
            self.past.carts.clear()  # something else was done last: there is no cart to take back
        for rule in broken_by(turn):
            raise self._wrong(rule, turn)
        return turn

    def _take(self, text: str | None, token: str | None, *, check: bool = True) -> list[dict[str, Any]]:
        """Through the gateway, as often as the case has it delivered; the replies as they were kept."""
        if check and self.service == "assistant down" and self.assistant.fails == 0:
            self.assistant.fails = 2
        answered = self._deliver(text, token)
        if self.assistant.fails == 0 and answered.replies[-1].body["text"] == chat_texts.APOLOGY:
            (again,) = answered.replies[-1].body["buttons"]
            answered = self._deliver(None, again["token"])
        self.assistant.fails = 0
        return [reply.body for reply in answered.replies]

    def _deliver(self, text: str | None, token: str | None) -> Answered:
        self._ids += 1
        incoming = Incoming(self.principal.user_id, "test", f"m{self._ids}", text, token)
        answered = self.gateway.take(incoming)
        if self.service == "delivered twice":
            digest = self.stage.digest()
            again = self.gateway.take(incoming)
            if again != answered or self.stage.digest() != digest:
                raise Wrong(f"a message delivered twice is taken twice: {text!r}")
        return answered

    def _wrong(self, rule: str, turn: Turn) -> Wrong:
        told = "\n".join(one.told() for one in self.turns)
        return Wrong(f"{rule}: {turn.told()}\n  of {self.case}\n{told}", rule, turn)

    # ---- what there is ----

    def _carts(self) -> dict[str, Cart]:
        """The person's carts, by customer."""
        found: dict[str, Cart] = {}
        query = (
            "SELECT customer.code, product.sku, cart_line.quantity FROM cart_line JOIN cart ON cart.id = cart_id "
            "JOIN customer ON customer.id = customer_id JOIN product ON product.id = product_id WHERE user_id = ?"
        )
        for code, sku, quantity in self.stage.rows(query, self.principal.user_id):
            found.setdefault(code, {})[sku] = quantity
        return found

    def _cart_of(self, code: str) -> Cart:
        return self._carts().get(code, {})

    def _conversation(self, column: str) -> Any:
        rows = self.stage.rows(f"SELECT {column} FROM conversation WHERE user_id = ?", self.principal.user_id)
        return rows[0][0] if rows else None

    def _state(self) -> dict[str, Any]:
        return json.loads(self._conversation("state") or "{}")

    def _customer(self) -> str | None:
        """The code of whom the conversation is for."""
        key = self.principal.customer_id or self._conversation("customer_id")
        return str(self.stage.rows("SELECT code FROM customer WHERE id = ?", key)[0][0]) if key else None

    def _order_ids(self) -> set[int]:
        return {key for (key,) in self.stage.rows("SELECT id FROM sales_order")}

    def newest_order(self) -> str:
        """The number of the newest order."""
        return str(self.stage.rows("SELECT number FROM sales_order ORDER BY id DESC LIMIT 1")[0][0])

    def _placed(self, key: int) -> dict[str, Any]:
        query = "SELECT name, total FROM sales_order o JOIN customer ON customer.id = customer_id WHERE o.id = ?"
        ((name, total),) = self.stage.rows(query, key)
        return {"customer": name, "total": total, "lines": self._lines_of(key)}

    def _lines_of(self, key: int) -> Cart:
        query = "SELECT sku, quantity FROM sales_order_line JOIN product ON product.id = product_id WHERE order_id = ?"
        return dict(self.stage.rows(query, key))

    def _last_order(self, customer: str | None) -> Cart:
        query = (
            "SELECT sales_order.id FROM sales_order JOIN customer ON customer.id = customer_id "
            "WHERE code = ? AND state != 'cancelled' ORDER BY sales_order.id DESC LIMIT 1"
        )
        found = self.stage.rows(query, customer)
        return self._lines_of(found[0][0]) if found else {}

    def _token(self, token: str) -> dict[str, Any]:
        """What a button would do for this person: nothing where it is spent, expired or not theirs."""
        query = (
            "SELECT command, once, used_at, expires_at, arguments FROM button_token "
            "WHERE token = ? AND conversation_id = ?"
        )
        found = self.stage.rows(query, token, self._conversation("id"))
        if not found:
            return {"command": "", "dead": True, "arguments": {}}
        command, once, used, expires, arguments = found[0]
        dead = bool(once and used) or expires == EXPIRED
        return {"command": command, "dead": dead, "arguments": json.loads(arguments)}

    def _heard(self) -> int:
        """The id of the newest message."""
        return int(self.stage.rows("SELECT coalesce(max(id), 0) FROM message")[0][0])

    def _messages(self, heard: int) -> list[dict[str, Any]]:
        """Ours up to an id, the newest first."""
        query = "SELECT body FROM message WHERE conversation_id = ? AND author = 'desk' AND id <= ? ORDER BY id DESC"
        return [json.loads(body) for (body,) in self.stage.rows(query, self._conversation("id"), heard)]

    def _digested(self) -> Digest:
        self.digest = self.stage.digest()
        return self.digest

    def _asked(self, token: str | None, heard: int) -> Asked | None:
        """What a yes was a yes to: the button's own message, or the last before it in which a yes was asked for."""
        for body in self._messages(heard):
            tokens = [one["token"] for one in body["buttons"]]
            commands = [self._token(one)["command"] for one in tokens]
            if token in tokens:
                return Asked(commands[tokens.index(token)], body["card"])
            if token is None and commands and commands[0] in AGREEING:
                return Asked(commands[0], body["card"])
        return None


def _lines(card: dict[str, Any]) -> Cart:
    return {line["sku"]: line["quantity"] for line in card.get("lines", [])}


def without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The gateway tries again at once, and links to papers are signed with a secret of their own."""
    monkeypatch.setattr(gateway_module, "RETRY_PAUSE", 0.0)
    monkeypatch.setattr(documents, "settings", lambda: Settings(internal_secret="known"))
