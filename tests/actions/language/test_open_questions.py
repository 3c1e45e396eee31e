"""Leaving out what a question is about, and questions that are no answers."""

from __future__ import annotations

import pytest

from actions.language.open_questions import asks_openly, leaves_out


@pytest.mark.parametrize(
    "text",
    [
        "forget the glue",
        "skip that one",
        "actually can you knock the glue off the order",
        "no glue then",
        "don’t worry about the wood glue",
        "never mind",
        "we can do without the glue, thanks",
        "leave the wood glue out",
        "I don't need any glue any more",
    ],
)
def test_what_was_asked_about_is_left_out(text: str) -> None:
    assert leaves_out(text, "wood glue")


@pytest.mark.parametrize(
    "text",
    [
        "drop the washers",
        "remove it",
        "no",
        "no, all of them",
        "cancel my last order",
        "the first one",
        "skip to 40",
        "take 2 of them",
    ],
)
def test_other_words_leave_nothing_out(text: str) -> None:
    assert not leaves_out(text, "wood glue")


def test_a_question_is_told_from_an_answer_put_as_one() -> None:
    assert asks_openly("what will Harper need next month?")
    assert asks_openly("Hang on, who's their rep?")
    assert not asks_openly("what about Harper?")
    assert not asks_openly("whatever is cheapest")
