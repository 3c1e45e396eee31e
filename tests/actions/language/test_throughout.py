"""What is said once for every line of a message."""

import pytest

from tests.actions.language.catalogues import Reader


@pytest.mark.parametrize("theme", ["all in mermaid", "all of it in mermaid please"])
def test_a_theme_at_the_end(shop_lines: Reader, theme: str):
    assert shop_lines(f"napkins 6, bunting 4, {theme}") == [("N3", 6), ("N4", 4)]


def test_a_theme_changes_no_line_that_does_not_come_in_it(shop_lines: Reader):
    assert shop_lines("napkins 6, 3 shrimping nets, all in mermaid") == [("N3", 6), ("H5", 3)]


def test_what_nobody_knows_is_no_theme(shop_lines: Reader):
    assert shop_lines("pirate napkins 6, 3 shrimping nets, all in good time") == [("N1", 6), ("H5", 3)]


def test_a_thread_for_all_lines(lines: Reader):
    text = "48 A2 stainless bolts M10x40, 48 nuts to suit and 96 washers, all M10"
    assert lines(text) == [("21-117", 48), ("31-104", 48), ("30-104", 96)]
