"""No pattern of ours can be made to search for ever: each is tried on many of its own words in a row."""

import importlib
import pkgutil
import re
import signal
from collections.abc import Iterator
from re import _parser as parser  # type: ignore[attr-defined]
from types import FrameType

import pytest

import actions

SHORT, LONG = 200, 1500
AT_MOST_S = 5.0  # of a search that takes well under a second: what is cubic takes minutes, what is exponential years


def patterns() -> dict[str, re.Pattern[str]]:
    """Every pattern that a module of the actions has, also those within its tables, by where it is."""
    found: dict[str, re.Pattern[str]] = {}

    def look(value: object, name: str, depth: int = 0) -> None:
        if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
            found.setdefault(value.pattern, value)
            names.setdefault(value.pattern, name)
        elif depth < 3 and isinstance(value, dict):
            for pair in value.items():
                look(pair, name, depth + 1)
        elif depth < 3 and isinstance(value, list | tuple):
            for part in value:
                look(part, name, depth + 1)

    names: dict[str, str] = {}
    for module in pkgutil.walk_packages(actions.__path__, "actions."):
        for name, value in vars(importlib.import_module(module.name)).items():
            look(value, f"{module.name}.{name}")
    return {names[text]: pattern for text, pattern in found.items()}


def words_of(pattern: re.Pattern[str]) -> set[str]:
    """What stands literally in a pattern."""
    found: set[str] = set()

    def read(parts: parser.SubPattern) -> None:
        run = ""
        for kind, value in parts:
            if str(kind) == "LITERAL":
                run += chr(value)
                continue
            found.add(run)
            run = ""
            if str(kind) == "BRANCH":
                for branch in value[1]:
                    read(branch)
            elif isinstance(value, tuple) and value and isinstance(value[-1], parser.SubPattern):
                read(value[-1])
        found.add(run)

    read(parser.parse(pattern.pattern, pattern.flags))
    return {word for word in found if word.strip()} | {" ", "-", ",", ".", "a", "1", "\n"}


def hostile(pattern: re.Pattern[str]) -> Iterator[str]:
    """Its own words in a row, and short runs of what most patterns pass over."""
    for word in sorted(words_of(pattern)):
        for unit in (word, f"{word} ", f"{word}, ", f"1 {word} "):
            yield (unit * SHORT)[:SHORT] + "!§"
        yield (f"{word} " * LONG)[:LONG] + "!§"
    for unit in (" ", "\n", " \n", ",", ", ", ".", "-", "a", "1", "a ", "1-2-", "1,1,", "a-1 "):
        yield (unit * LONG)[:LONG] + "!§"


def test_every_pattern_is_soon_done_with_many_of_its_own_words():
    def late(_signal: int, _frame: FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, late)
    try:
        for name, pattern in patterns().items():
            for text in hostile(pattern):
                signal.setitimer(signal.ITIMER_REAL, AT_MOST_S)
                try:
                    pattern.search(text)
                except TimeoutError:
                    pytest.fail(f"{name} searches for ever in {text[:30]!r}…")
                finally:
                    signal.setitimer(signal.ITIMER_REAL, 0)
    finally:
        signal.signal(signal.SIGALRM, before)
