"""Unhappy conversations: every skill, interrupted, corrected, refused or agreed to, while services fail.

In `make test` few of them, which together hold every pair of parts; under `make soak` every skill × interruption ×
correction × verdict × service.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache

import pytest

from actions.skills import SKILLS
from backend.chat.cards import CartCard
from tests.actions.conversation import Talk
from tests.soak.invariants import broken
from tests.soak.size import SOAK
from tests.soak.unhappy_cases import Case, all_pairs, everything, pairs_of, sample
from tests.soak.unhappy_company import Stage
from tests.soak.unhappy_known import alike, known
from tests.soak.unhappy_rules import Wrong
from tests.soak.unhappy_teller import Teller, without_pauses

pytestmark = pytest.mark.soak
SHOWN = 3


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One company for all conversations."""
    made = Stage(tmp_path_factory.mktemp("unhappy"))
    yield made
    made.close()


@pytest.fixture
def stage(furnished: Stage, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """The company as it was at first."""
    without_pauses(monkeypatch)
    furnished.begin("customer", "nothing", lambda: None)
    return furnished


@cache
def sampled() -> dict[str, list[Case]]:
    found: dict[str, list[Case]] = {skill: [] for skill in SKILLS}
    for case in sample():
        found[case.skill].append(case)
    return found


@pytest.mark.timeout(3_600 if SOAK else 600)
@pytest.mark.parametrize("skill", sorted(SKILLS))
def test_a_conversation_never_gets_stuck_or_loses_a_cart_or_places_twice(stage: Stage, skill: str) -> None:
    failed, expected, told = [], Counter[str](), 0
    for case in everything(skill) if SOAK else sampled()[skill]:
        told += 1
        try:
            Teller(stage, case).tell()
        except Wrong as error:
            reason = known(error)
            if reason is None:
                failed.append(str(error))
            else:
                expected[reason] += 1
        except Exception as error:  # noqa: BLE001  (every other conversation is told too)
            failed.append(f"{type(error).__name__}: {error}\n  of {case}")
    assert not failed, f"{len(failed)} of {told}:\n" + "\n\n".join(failed[:SHOWN])
    assert broken(stage.database) == []
    if expected:
        pytest.xfail("; ".join(f"{reason} ({count} of {told})" for reason, count in expected.items()))


def test_the_sample_is_the_same_each_time_and_has_every_skill_and_every_pair_of_parts() -> None:
    cases = sample()
    assert cases == sample()
    assert {case.skill for case in cases} == set(SKILLS)
    assert set().union(*map(pairs_of, cases)) == all_pairs()
    assert 200 < len(cases) < 300


# ---- what these conversations have found, each on its own


def test_who_the_cart_is_for_is_asked_once(stage: Stage) -> None:
    desk = Talk(stage.world, "desk@test")
    assert "Which customer" in desk.say("show my cart", "show_cart").text
    assert "Which customer" not in desk.say("Ferndale Joinery", "customer_lookup", 0.4).text


def test_an_order_that_also_says_whom_it_is_for_is_not_lost(stage: Stage) -> None:
    desk = Talk(stage.world, "desk@test")
    desk.say("60 M8x40 hex bolts", "place_order")
    desk.say("order 20 of 30-102 for Ferndale Joinery", "order_for_customer")
    card = desk.say("show my cart", "show_cart").card
    assert isinstance(card, CartCard)
    assert [(line.sku, line.quantity) for line in card.lines] == [("10-109", 60), ("30-102", 20)]


def test_no_button_is_offered_twice(stage: Stage) -> None:
    talk = Talk(stage.world)
    talk.say("60 M8x40 hex bolts", "place_order")
    talk.say("no thanks", "deny")
    assert not alike(talk.say("help", "help"))


def test_a_yes_that_is_only_half_likely_is_asked_about(stage: Stage) -> None:
    talk = Talk(stage.world)
    before = stage.world.orders()
    talk.say("60 M8x40 hex bolts", "place_order")
    talk.say("let me talk to a person", "confirm", 0.5)
    assert stage.world.orders() == before


def test_goods_to_be_returned_are_not_ordered_where_that_is_not_understood(stage: Stage) -> None:
    talk = Talk(stage.world)
    talk.say("60 M8x40 hex bolts", "place_order")
    talk.say("I want to send back 5 wood screws 4x50", "not_understood", 0.3)
    card = talk.say("show my cart", "show_cart").card
    assert isinstance(card, CartCard)
    assert [line.sku for line in card.lines] == ["10-109"]


def test_undo_after_something_else_was_done_leaves_the_cart(stage: Stage) -> None:
    talk = Talk(stage.world)
    talk.say("60 M8x40 hex bolts", "place_order")
    talk.say("send back 5 wood screws 4x50", "return_items")
    talk.say("yes", "affirm")
    talk.say("undo that", "not_understood", 0.3)
    assert isinstance(talk.say("show my cart", "show_cart").card, CartCard)


def test_a_yes_is_a_yes_to_what_was_asked_last(stage: Stage) -> None:
    talk = Talk(stage.world)
    talk.say("60 M8x40 hex bolts", "place_order")
    talk.say("send back 5 wood screws 4x50", "return_items")
    assert "Shall I place the order?" in talk.say("make the hex bolts 24 instead", "not_understood", 0.3).text
    assert "is placed" in talk.say("yes please", "affirm").text
