"""Skills as read beside skills as meant."""

from __future__ import annotations

import pytest

from actions.evaluation.messages import Labelled
from actions.evaluation.skills import COSTS, Reading, confusions, figures, outcome
from actions.skills import NOT_UNDERSTOOD


def said(skill: str, *accept: str, style: str = "plain") -> Labelled:
    return Labelled(text=f"about {skill}", skill=skill, accept=accept, style=style)


def read(skill: str, *others: str, confidence: float = 0.9) -> Reading:
    return Reading(skill, confidence, (skill, *others))


def asked(*ranking: str) -> Reading:
    return Reading(NOT_UNDERSTOOD, 0.3, ranking)


@pytest.mark.parametrize(
    ("message", "reading", "name"),
    [
        (said("greet"), read("greet"), "right"),
        (said("explain", "order_status"), read("order_status"), "right"),
        (said("greet"), asked("greet"), "asked"),
        (said("order_status"), read("cancel_order"), "written instead"),
        (said("order_status"), read("order_history"), "read instead"),
        (said("order_status"), read("out_of_scope"), "sent away"),
        (said("out_of_scope"), read("product_search"), "let in"),
    ],
)
def test_what_comes_of_a_reading(message: Labelled, reading: Reading, name: str):
    assert outcome(message, reading) == name


def test_a_wrong_order_costs_more_than_a_question():
    assert COSTS["right"] < COSTS["asked"] < COSTS["read instead"] < COSTS["written instead"]


def test_the_shares():
    messages = [said("greet"), said("help"), said("out_of_scope"), said("thanks", style="hurried")]
    readings = [read("greet"), asked("greet", "help"), read("help", "greet", "thanks"), read("thanks")]
    found = figures(messages, readings)
    assert found["n"] == 4
    assert found["skill_accuracy"] == 0.5
    assert found["top3_accuracy"] == 0.75
    assert found["answered"] == 0.75
    assert found["answered_accuracy"] == pytest.approx(2 / 3)
    assert found["out_of_scope_recall"] == 0.0
    assert found["in_scope_accuracy"] == pytest.approx(2 / 3)
    assert found["by_skill"]["help"] == {"n": 1, "skill_accuracy": 0.0, "top3_accuracy": 1.0, "answered": 0.0}
    assert found["by_style"]["hurried"]["skill_accuracy"] == 1.0
    assert [(error["skill"], error["read"]) for error in found["errors"]] == [
        ("help", "greet"),
        ("out_of_scope", "help"),
    ]


def test_who_is_taken_for_whom():
    messages = [said("help"), said("help"), said("greet")]
    assert confusions(messages, [read("greet"), read("greet"), read("help")]) == [
        ("help", "greet", 2),
        ("greet", "help", 1),
    ]
