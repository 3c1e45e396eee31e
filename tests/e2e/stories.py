"""Hand-written conversations: read from tests/stories/*.yml and replayed through the gateway, as a person would.

How a story is written stands in tests/stories/README.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.chat.tables import Conversation, Turn
from backend.customers.tables import Customer
from backend.database import Database
from backend.identity.service import add_user
from backend.identity.tables import Role, User
from backend.quotes.tables import Inquiry
from backend.sales.tables import Cart, Order
from tests.e2e.system import Person, System

FOLDER = Path(__file__).resolve().parents[1] / "stories"
PASSWORD = "told in a story"
STEP = frozenset({"say", "tap", "later", "says", "never", "card", "lines", "for", "buttons", "quiet"})
STORY = frozenset({"story", "who", "talk", "cart", "carts", "placed", "states", "inquiries"})


@dataclass(frozen=True)
class Story:
    """One conversation and what must be true at its end."""

    file: str
    number: int
    told: dict[str, Any]

    @property
    def title(self) -> str:
        """What it is about."""
        return str(self.told["story"])

    @property
    def email(self) -> str:
        """The sign-in that no other story has: a conversation and a cart of its own."""
        return f"{self.file}-{self.number}@stories.example"

    def role(self) -> tuple[Role, str | None]:
        """The teller's role, and the customer they buy for."""
        role, _, customer = str(self.told["who"]).partition(" of ")
        return Role(role), customer or None


def read_stories(company: str) -> list[Story]:
    """The stories of a company's files ("demo" or "wholesaler"). Raises ValueError for a key that means nothing."""
    found = []
    for path in sorted(FOLDER.glob(f"{company}_*.yml")):
        for number, told in enumerate(yaml.safe_load(path.read_text(encoding="utf-8")), start=1):
            unknown = set(told) - STORY | {key for step in told["talk"] for key in step if key not in STEP}
            if unknown:
                raise ValueError(f"{path.name}, {told.get('story')}: unknown {sorted(unknown)}")
            found.append(Story(path.stem, number, told))
    return found


class Stage:
    """A running system that stories are told on."""

    def __init__(self, system: System) -> None:
        self._system = system
        self.database = Database(f"sqlite:///{(system.var / 'quartermaster.db').absolute()}")

    def cast(self, stories: list[Story]) -> None:
        """Sign-ins for all who speak, in one transaction."""
        with self.database.write() as session:
            codes = {row.name: row.code for row in session.execute(select(Customer.name, Customer.code))}
            for story in stories:
                role, customer = story.role()
                code = codes.get(customer or "", customer)
                add_user(session, story.email, "Robin Storey", role, PASSWORD, code)

    def play(self, story: Story) -> None:
        """Tell it from the first step to the last, then look into the database."""
        teller = Teller(story, self._system.person(story.email, PASSWORD), self.database)
        for step in story.told["talk"]:
            teller.step(step)
        teller.end()

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()


class Teller:
    """The person of a story, and what they were answered."""

    def __init__(self, story: Story, person: Person, database: Database) -> None:
        self.story = story
        self.person = person
        self.database = database
        self.where = ""

    def step(self, step: dict[str, Any]) -> None:
        """One thing said or tapped, and what the answer must be."""
        if "later" in step:
            self._wait(int(step["later"]))
            return
        said = {key: step[key] for key in ("say", "tap") if key in step}
        self.where = f"{self.story.title}: {said}"
        if "say" in step:
            self.person.say(self._filled(str(step["say"])))
        else:
            self._tap(self._filled(str(step["tap"])))
        self._look(step)

    def _tap(self, title: str) -> None:
        titles = [button["title"] for message in self.person.messages for button in message["buttons"]]
        assert any(known.startswith(title) for known in titles), f"{self.where}: there are only {titles}"
        self.person.tap(title)

    def _look(self, step: dict[str, Any]) -> None:
        messages = self.person.messages
        text = "\n".join(message["text"] for message in messages)
        where = f"{self.where}\n→ {text}\n"
        assert "!" not in text, where
        for part in _many(step.get("says")):
            assert self._filled(part).lower() in text.lower(), f"{where}lacks “{self._filled(part)}”"
        for part in _many(step.get("never")):
            assert part.lower() not in text.lower(), f"{where}has “{part}”"
        cards = [message["card"] for message in messages if message["card"]]
        titles = [button["title"] for message in messages for button in message["buttons"]]
        for title in map(self._filled, _many(step.get("buttons"))):
            assert any(known.startswith(title) for known in titles), f"{where}has only the buttons {titles}"
        if "card" in step:
            assert [card["kind"] for card in cards][-1:] == _many(step["card"]), where
        if "for" in step:
            assert {card.get("customer") for card in cards} == {step["for"]}, where
        if "lines" in step:
            shown = [card["lines"] for card in cards if "lines" in card]
            assert shown, f"{where}shows no lines"
            assert {line["sku"]: line["quantity"] for line in shown[-1]} == _lines(step["lines"]), where

    def end(self) -> None:
        """What must be true of the database; nothing is placed unless the story says so."""
        told = self.story.told
        with self.database.read() as session:
            user = session.scalars(select(User).where(User.email == self.story.email)).one()
            orders = _orders(session, user)
            placed = [{line.product.sku: line.quantity for line in order.lines} for order in orders]
            assert placed == [_lines(one) for one in told.get("placed") or []], f"{self.story.title}: placed {placed}"
            if "states" in told:
                assert [order.state for order in orders] == told["states"], self.story.title
            carts = {name: lines for name, lines in _carts(session, user) if lines}
            if "cart" in told:
                held = next(iter(carts.values()), {})
                assert held == _lines(told["cart"]), f"{self.story.title}: the cart holds {held}"
            if "carts" in told:
                wanted_carts = {name: _lines(lines) for name, lines in (told["carts"] or {}).items()}
                assert carts == wanted_carts, f"{self.story.title}: the carts hold {carts}"
            asked = session.scalars(select(Inquiry.text).where(Inquiry.user_id == user.id).order_by(Inquiry.id)).all()
            wanted = told.get("inquiries", [])
            assert len(asked) == len(wanted), f"{self.story.title}: passed on {asked}"
            for text, parts in zip(asked, wanted, strict=True):
                for part in _many(parts):
                    assert self._filled(part) in text, (
                        f"{self.story.title}: “{part}” is not in what was passed on: {text}"
                    )

    def _filled(self, text: str) -> str:
        """``{order}``, ``{order:1}``: the number of the last order that this person placed, or of the first."""
        for found in list(re.finditer(r"\{order(?::(\d+))?\}", text)):
            with self.database.read() as session:
                user = session.scalars(select(User).where(User.email == self.story.email)).one()
                orders = _orders(session, user)
            order = orders[int(found[1]) - 1 if found[1] else -1]
            text = text.replace(found[0], order.number)
        return text

    def _wait(self, minutes: int) -> None:
        """Time goes by: what was said so far was said that much earlier."""
        with self.database.write() as session:
            user = session.scalars(select(User).where(User.email == self.story.email)).one()
            row = session.scalars(select(Conversation).where(Conversation.user_id == user.id)).one()
            row.active_at -= timedelta(minutes=minutes)
            for turn in session.scalars(select(Turn).where(Turn.conversation_id == row.id)):
                turn.created_at -= timedelta(minutes=minutes)
                if turn.finished_at is not None:
                    turn.finished_at -= timedelta(minutes=minutes)


def _orders(session: Session, user: User) -> list[Order]:
    return list(session.scalars(select(Order).where(Order.placed_by_id == user.id).order_by(Order.id)))


def _carts(session: Session, user: User) -> Iterator[tuple[str, dict[str, int]]]:
    for cart in session.scalars(select(Cart).where(Cart.user_id == user.id)):
        yield cart.customer.name, {line.product.sku: line.quantity for line in cart.lines}


def _lines(told: dict[Any, int] | None) -> dict[str, int]:
    """SKU → sales units; YAML reads an SKU of digits as a number."""
    return {str(sku): quantity for sku, quantity in (told or {}).items()}


def _many(value: Any) -> list[str]:
    return [] if value is None else [value] if isinstance(value, str) else list(value)
