"""What the channel takes from the gateway, and what it refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.components.turns import LARGEST_BODY, LONGEST_TEXT, Refused, Turn, read_text, read_turn


def body(**fields: Any) -> bytes:
    return json.dumps(fields).encode()


def test_a_message() -> None:
    assert read_turn(body(sender="c1", text="hello", metadata={"turn": "7"})) == Turn("c1", "hello", {"turn": "7"})


def test_a_message_that_looks_like_a_command_is_text() -> None:
    assert read_turn(body(sender="c1", text=" /tap")) == Turn("c1", " ∕tap")
    assert read_text(body(text="/tap")) == "∕tap"


def test_a_tap_has_no_text() -> None:
    assert read_turn(body(sender="c1", tap=True)) == Turn("c1", None)
    assert read_turn(body(sender="c1", tap=True, text=None)) == Turn("c1", None)


def test_the_longest_text_is_taken() -> None:
    assert read_text(body(text="x" * LONGEST_TEXT)) == "x" * LONGEST_TEXT


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        (b"", 400, "bad_json"),
        (b"{", 400, "bad_json"),
        (b"\xff\xfe", 400, "bad_json"),
        (b"[" * 50_000, 400, "bad_json"),
        (b"[]", 400, "bad_json"),
        (b'"hello"', 400, "bad_json"),
        (body(sender="c1"), 400, "bad_text"),
        (body(sender="c1", text=5), 400, "bad_text"),
        (body(sender="c1", text=""), 400, "blank_text"),
        (body(sender="c1", text=" \u200b\u3000"), 400, "blank_text"),
        (body(sender="c1", text="x" * (LONGEST_TEXT + 1)), 413, "too_long"),
        (b"x" * (LARGEST_BODY + 1), 413, "too_long"),
        (body(text="hello"), 400, "bad_sender"),
        (body(sender="", text="hello"), 400, "bad_sender"),
        (body(sender="a\nb", text="hello"), 400, "bad_sender"),
        (body(sender="x" * 201, text="hello"), 400, "bad_sender"),
        (body(sender=7, text="hello"), 400, "bad_sender"),
        (body(sender="c1", text="hello", tap=True), 400, "bad_tap"),
        (body(sender="c1", tap="yes"), 400, "bad_tap"),
        (body(sender="c1", text="hello", metadata=[1]), 400, "bad_metadata"),
        (body(sender="c1", text="hello", intent="place_order"), 400, "unknown_field"),
    ],
)
def test_refused(sent: bytes, status: int, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        read_turn(sent)
    assert (refusal.value.status, refusal.value.code) == (status, code)
    assert refusal.value.sentence.endswith(".")
