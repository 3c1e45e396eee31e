"""Which products answer to which word, by the few and by the thousand."""

from __future__ import annotations

from actions.language.postings import Postings


def kept(*pairs: tuple[str, str]) -> Postings:
    postings = Postings()
    for word, sku in pairs:
        postings.add(word, sku)
    return postings


def test_words_are_known_as_long_as_somebody_answers_to_them():
    postings = kept(("bolt", "a"), ("bolt", "b"))
    assert postings["bolt"] == {"a", "b"}
    postings.discard("bolt", "a")
    postings.discard("bolt", "a")
    assert "bolt" in postings
    postings.discard("bolt", "b")
    assert "bolt" not in postings
    assert postings["bolt"] == frozenset()
    postings.discard("nut", "a")


def test_the_heaviest_of_the_first_lookup_with_what_further_words_add():
    postings = kept(("m8", "a"), ("m8", "b"), ("m8", "c"), ("zinc", "b"), ("zinc", "d"), ("brass", "c"))
    lookups = [[("m8", 2.0)], [("zinc", 1.0), ("brass", 0.5)]]
    assert dict(postings.heaviest(lookups, 0.0, 10)) == {"a": 2.0, "b": 3.0, "c": 2.5}
    assert dict(postings.heaviest(lookups, 0.8, 10)) == {"b": 3.0, "c": 2.5}
    assert dict(postings.heaviest(lookups, 0.0, 1)) == {"b": 3.0}
    assert dict(postings.heaviest([[("none", 1.0)]], 0.5, 5)) == {}


def test_equals_at_the_limit_are_all_kept():
    postings = kept(*(("m8", sku) for sku in "abcdef"), ("zinc", "a"))
    assert set(dict(postings.heaviest([[("m8", 1.0)], [("zinc", 1.0)]], 0.0, 3))) == set("abcdef")


def test_what_is_written_between_two_lookups_is_seen():
    postings = kept(("m8", "a"))
    assert dict(postings.heaviest([[("m8", 1.0)]], 0.5, 5)) == {"a": 1.0}
    postings.add("m8", "b")
    postings.discard("m8", "a")
    assert dict(postings.heaviest([[("m8", 1.0)]], 0.5, 5)) == {"b": 1.0}
    postings.add("m8", "a")
    assert dict(postings.heaviest([[("m8", 1.0)]], 0.5, 5)) == {"a": 1.0, "b": 1.0}
