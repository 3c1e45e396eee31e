"""Long texts in pieces that Telegram takes."""

from __future__ import annotations

import re
from html import escape

from hypothesis import given, settings
from hypothesis import strategies as st

from backend.chat.cards import Reply
from backend.chat.channels.rendering import as_html
from backend.chat.channels.splitting import MESSAGE_LIMIT, shortened, split_html, split_text, units
from tests.backend.chat.channels import samples
from tests.backend.chat.channels.test_rendering import seen

LINES = st.lists(st.text(alphabet="ab &<>\"'é😀", max_size=60), max_size=12)
TAGGED = st.lists(
    st.tuples(st.sampled_from(["", "b", "pre"]), st.text(alphabet="ab &<>\n😀", max_size=90)), max_size=12
)


def without_space(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_a_short_text_is_one_piece() -> None:
    assert split_html("<b>a</b>\nb") == ["<b>a</b>\nb"]
    assert split_text("a\nb") == ["a\nb"]


def test_nothing_to_see_is_no_piece() -> None:
    assert split_html("") == split_html(" \n <b> </b>") == []


def test_it_is_cut_at_line_ends() -> None:
    assert split_text("aaaa\nbbbb\ncccc", 9) == ["aaaa\nbbbb", "cccc"]


def test_what_is_open_is_closed_and_opened_again() -> None:
    html = f"<pre>{'a' * 20}\n{'b' * 20}</pre>"
    assert split_html(html, 40) == [f"<pre>{'a' * 20}</pre>", f"<pre>{'b' * 20}</pre>"]


def test_an_entity_is_never_cut() -> None:
    assert split_html("&amp;" * 5, 12) == ["&amp;&amp;", "&amp;&amp;", "&amp;"]


def test_length_is_counted_in_utf_16() -> None:
    assert units("a😀") == 3
    assert split_text("😀" * 5, 4) == ["😀😀", "😀😀", "😀"]
    assert shortened("😀😀😀", 4) == "😀…"
    assert shortened("abcd", 4) == "abcd"


@settings(deadline=None)
@given(LINES, st.integers(10, 80))
def test_pieces_of_plain_text_keep_to_the_limit_and_join_back(lines: list[str], limit: int) -> None:
    text = "\n".join(lines)
    pieces = split_text(text, limit)
    assert all(units(piece) <= limit and piece.strip() for piece in pieces)
    assert without_space("".join(pieces)) == without_space(text)


@settings(deadline=None)
@given(LINES)
def test_pieces_cut_at_line_ends_join_back_exactly(lines: list[str]) -> None:
    text = "\n".join(f"{line}." for line in lines)
    assert "\n".join(split_text(text, 400)) == text


@settings(deadline=None)
@given(TAGGED, st.integers(40, 120))
def test_pieces_of_html_are_well_formed_and_join_back(parts: list[tuple[str, str]], limit: int) -> None:
    html = "".join(f"<{tag}>{escape(text)}</{tag}>" if tag else escape(text) for tag, text in parts)
    pieces = split_html(html, limit)
    assert all(units(piece) <= limit for piece in pieces)
    assert without_space("".join(map(seen, pieces))) == without_space("".join(text for _, text in parts))


def test_a_huge_cart_goes_out_in_messages_that_telegram_takes() -> None:
    lines = [samples.LINES[0].model_copy(update={"position": at, "name": f"Bolt & nut {at}"}) for at in range(1, 400)]
    html = as_html(Reply(text="Here.", card=samples.CART.model_copy(update={"lines": lines})))
    pieces = split_html(html)
    assert len(pieces) > 5
    assert all(units(piece) <= MESSAGE_LIMIT for piece in pieces)
    assert "\n".join(pieces) == html
