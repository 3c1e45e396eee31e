"""Messages and their skills, from Rasa's NLU files."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml

Example = tuple[str, str]
TOGETHER = 20
"""Batches that are sorted by length together, so that little is padded and the order stays random."""


def load(files: Sequence[Path]) -> list[Example]:
    """The (message, skill) pairs, each message once. ValueError where a file holds none."""
    found: dict[str, Example] = {}
    for file in files:
        entries = yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]
        before = len(found)
        for entry in entries:
            for row in map(str.strip, entry["examples"].splitlines()):
                if row.startswith("- "):
                    found.setdefault(row[2:].casefold(), (row[2:], entry["intent"]))
        if len(found) == before:
            raise ValueError(f"{file} adds no message")
    return list(found.values())


def apart(learnt: Sequence[Example], asked: Sequence[Example]) -> list[Example]:
    """What is asked without what was learnt."""
    known = {text.casefold() for text, _ in learnt}
    return [example for example in asked if example[0].casefold() not in known]


def batches(lengths: Sequence[int], size: int, chance: random.Random) -> Iterator[list[int]]:
    """Places of examples in batches of about the same length, in random order; each place once."""
    places = list(range(len(lengths)))
    chance.shuffle(places)
    found: list[list[int]] = []
    for start in range(0, len(places), size * TOGETHER):
        near = sorted(places[start : start + size * TOGETHER], key=lambda place: lengths[place])
        found += [near[first : first + size] for first in range(0, len(near), size)]
    chance.shuffle(found)
    yield from found
