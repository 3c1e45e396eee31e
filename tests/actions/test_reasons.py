"""Why something is refused, as far as a message says so."""

from __future__ import annotations

import pytest

from actions.reasons import MOST, split_reason


@pytest.mark.parametrize(
    ("text", "before", "reason"),
    [
        ("reject RT-100012", "reject RT-100012", ""),  # the dash of a number gives no reason
        ("refuse PAY-100012 because the card has gone.", "refuse PAY-100012", "the card has gone"),
        ("reject PO-100004: too dear, and late", "reject PO-100004", "too dear, and late"),
        ("refuse GW-100001 - they had a discount", "refuse GW-100001", "they had a discount"),
        ("", "", ""),
    ],
)
def test_the_reason_stands_apart(text: str, before: str, reason: str) -> None:
    assert split_reason(text) == (before, reason)


def test_a_long_reason_is_cut() -> None:
    assert len(split_reason("no because " + "x" * 500)[1]) == MOST
