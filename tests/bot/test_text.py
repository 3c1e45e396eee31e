"""A typed "/" is text, and what is ordered says nothing about what is wanted."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.components.text import folded, harmless, is_blank, mended, neutralised, words

BLANKS = "".join(chr(point) for point in range(0x10FFFF) if chr(point).isspace())
UNSEEN = BLANKS + "\u200b\u200c\u200d\u2060\ufeff\u00ad\u202e\u115f\u2800\u3164\u034f\ufe0f\x00\x1f\u180e"


def read(text: str) -> list[str]:
    return [word.text for word in words(text)]


@pytest.mark.parametrize(
    ("typed", "harmless_text"),
    [
        ("/tap", "∕tap"),
        ("  /place_order", "  ∕place_order"),
        ("\u3000\u200b\n/greet", "\u3000\u200b\n∕greet"),
        ('/place_order{"sku": "x"}', '∕place_order{"sku": "x"}'),
        ("/tap@1.0", "∕tap@1.0"),
        ("//tap", "∕/tap"),
        ("12/05 please", "12/05 please"),
        ("and/or", "and/or"),
        ("hello\n/tap", "hello\n/tap"),
        ("", ""),
    ],
)
def test_a_leading_slash_becomes_a_division_slash_and_nothing_else_changes(typed: str, harmless_text: str) -> None:
    assert harmless(typed) == harmless_text


@pytest.mark.parametrize("unseen", UNSEEN, ids=lambda character: f"U+{ord(character):04X}")
def test_no_character_that_nobody_sees_hides_a_slash(unseen: str) -> None:
    assert neutralised(f"{unseen}/tap") == f"{unseen}∕tap"
    assert is_blank(unseen)


@given(st.text(alphabet=st.sampled_from(UNSEEN + "/∕tap{}@:;\ud800\udfff"), max_size=12) | st.text(max_size=30))
def test_nothing_typed_is_a_command_to_rasa(text: str) -> None:
    safe = harmless(text)
    assert not safe.strip().startswith("/")
    assert len(safe) == len(mended(text))
    safe.encode("utf-8")


def test_half_a_surrogate_pair_is_mended_and_a_whole_one_kept() -> None:
    assert mended("a\ud800b") == "a\ufffdb"
    assert mended("👍") == "👍"


@pytest.mark.parametrize(
    ("typed", "as_read"),
    [
        ("60 M8x40 hex bolts", "ν σ hex bolts"),
        ("two boxes of M8 washers, 25m of linen", "ν boxes of σ washers ν m of linen"),
        ("40x 20-104", "ν κ"),
        ("12 x 84879B", "ν κ"),
        ("where is SO-100123", "where is so κ"),
        ("PO 4471", "po ν"),
        ("invoice INV20031", "invoice inv κ"),
        ("customer C0042", "customer κ"),
        ("by 12/05 or 3rd June", "by δ or δ june"),
        ("£3.20 each, 20 % off", "μ each π off"),
        ("1,200 or 1.2k", "ν or ν"),
        ("30x40cm", "σ"),
        ("What’s “that” — why?", "whats that why θ"),
        ("café & crème", "cafe and creme"),
        ("6 of these\n12 of those", "ν of these λ ν of those"),
        ("mail jo@example.com", "mail α"),
        ("👍", "thumbsup"),
        ("", ""),
    ],
)
def test_codes_sizes_and_numbers_become_placeholders(typed: str, as_read: str) -> None:
    assert " ".join(read(typed)) == as_read


@given(st.text(max_size=60))
def test_words_say_where_they_stand(text: str) -> None:
    assert len(folded(text)) == len(text)
    places = [(word.start, word.end) for word in words(text)]
    assert places == sorted(places)
    assert all(0 <= start < end <= len(text) for start, end in places)


@given(st.text(max_size=60))
def test_case_and_the_kind_of_dash_and_apostrophe_do_not_matter(text: str) -> None:
    plain = unicodedata.normalize("NFC", text)
    assert read(plain.replace("'", "’").replace("-", "–")) == read(plain)
