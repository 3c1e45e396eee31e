"""What is a yes or a no and nothing besides."""

import pytest

from actions.language.agreeing import begins_as_no, is_no, is_yes


@pytest.mark.parametrize(
    "text",
    [
        "yes",
        "yes please",
        "Yep!",
        "go ahead",
        "ok thanks",
        "sure, go ahead",
        "that's right",
        "y",
        "please do",
        "lovely, place it",
        "send it",
        "ok, do it for me",
        "yes, do it at once",
        "right, send it on",
        "yes, put it through for us please",
        "perfect, place that order now",
        "aye go on then",
        "fine by me, crack on",
        "yes, why not",
        "I think so, yes",
        "👍",
    ],
)
def test_yes(text: str):
    assert is_yes(text)
    assert not is_no(text)


@pytest.mark.parametrize(
    "text", ["no", "no thanks", "not yet", "nope", "No.", "cancel that", "don't", "never mind", "hold on"]
)
def test_no(text: str):
    assert is_no(text)
    assert not is_yes(text)


@pytest.mark.parametrize(
    "text",
    [
        "yes but make it 40",
        "no, make that 24",
        "maybe",
        "12",
        "how much is it?",
        "ok, what about delivery?",
        "",
        "yes 40",
        "send it to Cork",
        "ok, send it by Friday",
        "right, place the order for tomorrow",
        "yes, ship it on Monday",
        "ok whats the total inc vat",
        "yes what's that come to",
        "lovely, does that include carriage",
        "ok ta, who's my rep",
        "right send me the invoice for the last one",
        "yeah and a roll of the white tape",
        "please delete all items, I make a new list later",
        "yes the stainless ones",
        "hang on, beige not navy",
        "no I said the other drill",
    ],
)
def test_neither(text: str):
    assert not is_yes(text)
    assert not is_no(text)


def test_who_repeats_what_was_asked_agrees():
    assert is_yes("yes, cancel it", {"cancel", "it"})
    assert not is_yes("yes, cancel it")
    assert not is_yes("yes, cancel the other one as well", {"cancel", "the", "order"})


def test_a_refusal_that_says_more_begins_as_one():
    assert begins_as_no("no I said the other drill")
    assert not begins_as_no("no problem, go ahead")
