"""A message repeated, a button tapped twice, an action called again: one order, whoever is first."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from actions.turns import UnknownSender
from backend.chat import texts
from backend.chat.cards import Reply
from backend.chat.gateway import Answered, Incoming
from backend.database import Database
from backend.errors import Unavailable
from tests.backend.world import World
from tests.soak.assistant import InProcessAssistant, gateway_with, ordering
from tests.soak.invariants import broken
from tests.soak.size import reduced_or_full

pytestmark = pytest.mark.soak

AT_ONCE = 8
ROUNDS = reduced_or_full(5, 500)
LONGEST = reduced_or_full(10, 1_500)  # seconds
ORDER = "3 of 10-109 and 2 of 30-101"


class Desk:
    """A customer's conversation through the real gateway, with the real actions."""

    def __init__(self, world: World, assistant: InProcessAssistant | None = None) -> None:
        self.world = world
        self.assistant = assistant or InProcessAssistant(world.database, ordering)
        self.gateway = gateway_with(world.database, self.assistant)
        self._user_id = world.principal("customer@test").user_id

    def take(self, message_id: str, text: str | None = None, button: str | None = None) -> Answered:
        return self.gateway.take(Incoming(self._user_id, "test", message_id, text, button))

    def place_button(self, message_id: str) -> str:
        """Fill the cart; the token of "Place this order"."""
        buttons = self.take(message_id, ORDER).replies[-1].body["buttons"]
        return next(str(button["token"]) for button in buttons if button["title"] == "Place this order")


def at_once(*calls: Callable[[], Answered]) -> list[str]:
    """All calls from threads that start together; the text each was answered with last."""
    start = threading.Barrier(len(calls))

    def run(call: Callable[[], Answered]) -> str:
        start.wait(30)
        return str(call().replies[-1].body["text"])

    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result(120) for future in [pool.submit(run, call) for call in calls]]


def rounds() -> list[int]:
    return list(range(ROUNDS))


def each_round(one: Callable[[int], None]) -> None:
    started = time.monotonic()
    for number in rounds():
        if number and time.monotonic() - started > LONGEST:
            return
        one(number)


def test_the_same_yes_many_times_at_once_places_one_order(world: World) -> None:
    desk = Desk(world)

    def one(number: int) -> None:
        desk.take(f"order-{number}", ORDER)
        before = world.orders()
        said = at_once(*[lambda: desk.take(f"yes-{number}", "yes")] * AT_ONCE)
        assert "is placed" in said[0]
        assert set(said) == {said[0]}
        assert world.orders() == before + 1

    each_round(one)
    assert broken(world.database) == []


def test_one_button_tapped_many_times_at_once_places_one_order(world: World) -> None:
    """Half the taps repeat one message; the others are taps of their own, and are told that it was used."""
    desk = Desk(world)

    def one(number: int) -> None:
        token = desk.place_button(f"order-{number}")
        before = world.orders()
        repeats = [lambda: desk.take(f"tap-{number}", button=token)] * (AT_ONCE // 2)
        others = [lambda key=key: desk.take(f"tap-{number}-{key}", button=token) for key in range(AT_ONCE // 2)]
        said = at_once(*repeats, *others)
        assert world.orders() == before + 1
        placed = {text for text in said if "is placed" in text}
        assert len(placed) == 1
        assert all("used already" in text for text in said if text not in placed)
        assert len(set(said[: AT_ONCE // 2])) == 1

    each_round(one)
    assert broken(world.database) == []


class Stutter(InProcessAssistant):
    """Calls every action several times at once, as a retry over a slow network may."""

    def run(self, sender: str, skill: str) -> list[Reply]:
        with ThreadPoolExecutor(3) as pool:
            first, *others = list(pool.map(lambda _: super(Stutter, self).run(sender, skill), range(3)))
        assert others == [first, first]
        return first


def test_an_action_called_many_times_at_once_acts_once(world: World) -> None:
    desk = Desk(world, Stutter(world.database, ordering))

    def one(number: int) -> None:
        desk.take(f"order-{number}", ORDER)
        before = world.orders()
        assert "is placed" in desk.take(f"yes-{number}", "yes").replies[-1].body["text"]
        assert world.orders() == before + 1

    each_round(one)
    assert broken(world.database) == []


class SlowYes(InProcessAssistant):
    """Gives a yes up with ``error``; its action comes late, while the next message is under way."""

    def __init__(self, database: Database, error: Exception) -> None:
        super().__init__(database, ordering)
        self.error = error
        self.late: str | None = None

    def say(self, sender: str, text: str | None, role: str | None = None) -> list[Reply]:
        if text == "yes":
            self.late = sender
            raise self.error
        if self.late is not None:
            late, self.late = self.late, None
            with pytest.raises(UnknownSender, match=late):
                self.run(late, "affirm")
        return super().say(sender, text)


def test_a_yes_that_was_given_up_does_not_act_in_the_next_turn(world: World) -> None:
    """After the apology the person says no; an action that comes late must not place the order."""
    down = Unavailable("The assistant does not answer.", code="assistant_unavailable")
    desk = Desk(world, SlowYes(world.database, down))
    desk.take("order", ORDER)
    assert desk.take("yes", "yes").replies[-1].body["text"] == texts.APOLOGY
    desk.take("no", "no, wait")
    assert world.orders() == 0


def test_nor_does_one_whose_gateway_died(world: World) -> None:
    """The turn stays claimed; the next message comes to a gateway that was started again."""
    desk = Desk(world, SlowYes(world.database, SystemError("killed")))
    desk.take("order", ORDER)
    with pytest.raises(SystemError):
        desk.take("yes", "yes")
    desk.take("no", "no, wait")
    assert world.orders() == 0
