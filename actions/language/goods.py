"""Products as the reader knows them: their packs, their words, and how well they fit what was said."""

from dataclasses import dataclass, field
from typing import Final

from .words import SIZE, STOP_WORDS, contrast_classes, implied, joined_pairs, telling, tokens

_LETTERED: Final = {"l": "large", "m": "medium", "s": "small"}
AGAIN: Final = " again"
"""Marks a word that a name holds twice."""


@dataclass(frozen=True, slots=True)
class Pack:
    """A way a product is packed: Pack("box", 200) holds 200 sales units."""

    name: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One product. `unit` is the unit people name; `units_per` is how many sales units that is (cloth by 0.1 m: 10)."""

    sku: str
    name: str
    category: str
    unit: str
    units_per: int = 1
    packs: tuple[Pack, ...] = ()
    aliases: tuple[str, ...] = ()
    active: bool = True


@dataclass(frozen=True, slots=True)
class Candidate:
    """A product that may be meant, with a score in 0..1."""

    sku: str
    score: float


@dataclass(frozen=True, slots=True)
class Match:
    """How well a product fits: the share of what was said that it explains, and of its name that was said."""

    sku: str
    score: float
    explained: float
    named: float
    missed: int = 0
    """How many of the words said it has no answer to."""
    met: int = 0
    """How many of them it has letter by letter, rather than by a slip of the keys or a beginning."""
    required: int = 0
    """How many needed an answer."""
    beside: int = 0
    """How many of the missed ones say nothing of any product like it; counted where no other match comes near."""
    sized: bool = False
    """Whether a size or number that was said is this product's."""


@dataclass(frozen=True, slots=True)
class Term:
    """One word that was said, with the known words it may stand for."""

    text: str
    weight: float
    required: bool
    hard: bool
    meanings: tuple[tuple[str, float], ...]
    parts: tuple[str, ...] = ()

    @property
    def bare(self) -> bool:
        """Digits only."""
        return self.text.isdigit()


@dataclass(slots=True)
class Indexed:
    """An entry's words. `answers` maps every word it answers to onto (its own word, share of it named)."""

    entry: Entry
    names: list[list[str]] = field(default_factory=list)
    answers: dict[str, list[tuple[str, float]]] = field(default_factory=dict)
    learned: set[str] = field(default_factory=set)
    """Words that only its aliases have: people's own words for what the name says otherwise."""
    sized: bool = False
    classes: set[str] = field(default_factory=set)


def index_entry(entry: Entry) -> Indexed:
    """The words of an entry, with what else each of them answers to."""
    indexed = Indexed(entry)
    classes = contrast_classes()
    for text in (entry.name, *entry.aliases):
        words = telling(tokens(text))
        # a word that stands twice must be said twice: "light pink cherry lights" is not "pink cherry lights"
        indexed.names.append([w if w not in words[:i] else w + AGAIN for i, w in enumerate(words)])
        if len(words) > 1 and words[-1] in _LETTERED:  # "paper lantern, holly star L"
            indexed.answers.setdefault(_LETTERED[words[-1]], []).append((words[-1], 1.0))
        for word in words:
            indexed.answers.setdefault(word, []).append((word, 1.0))
            indexed.sized = indexed.sized or bool(SIZE.match(word))
            if word in classes:
                indexed.classes.add(classes[word])
            for other, share in implied(word):
                indexed.answers.setdefault(other, []).append((word, share))
        for first, second in joined_pairs(text):
            indexed.answers.setdefault(first + second, []).extend([(first, 1.0), (second, 1.0)])
        for word in indexed.names[-1]:
            if word.endswith(AGAIN):
                indexed.answers[word] = [(word, 1.0)]
    said = set(indexed.names[0])
    indexed.learned = {w for words in indexed.names[1:] for w in words if w not in said and w.isalpha()}
    for word in tokens(entry.category):  # helps to explain "linen fabric", names nothing
        if word not in STOP_WORDS:
            indexed.answers.setdefault(word, [])
    return indexed
