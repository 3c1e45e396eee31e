"""The catalogue as the reader knows it: products, their packs, and an index that finds them by what people write."""

import heapq
import math
import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from .vocabulary import Vocabulary
from .words import OPTIONAL_WORDS, SIZE, STOP_WORDS, contrast_classes, implied, is_hard, joined_pairs, squeeze, tokens

NOTHING_BOUGHT: Final[Mapping[str, int]] = MappingProxyType({})
_AGAIN: Final = " again"
_SHORTLIST: Final = 60
_WITHIN_REACH: Final = 0.6
_ENOUGH: Final = 3_000
_MOST_TERMS: Final = 24
_LOWEST_SCORE: Final = 0.12


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
class _Indexed:
    """An entry's words. `answers` maps every word it answers to onto (its own word, share of it named)."""

    entry: Entry
    names: list[list[str]] = field(default_factory=list)
    answers: dict[str, list[tuple[str, float]]] = field(default_factory=dict)
    sized: bool = False
    classes: set[str] = field(default_factory=set)


def _index_entry(entry: Entry) -> _Indexed:
    indexed = _Indexed(entry)
    classes = contrast_classes()
    for text in (entry.name, *entry.aliases):
        words = [w for w in tokens(text) if w not in STOP_WORDS]
        # a word that stands twice must be said twice: "light pink cherry lights" is not "pink cherry lights"
        indexed.names.append([w if w not in words[:i] else w + _AGAIN for i, w in enumerate(words)])
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
            if word.endswith(_AGAIN):
                indexed.answers[word] = [(word, 1.0)]
    for word in tokens(entry.category):  # helps to explain "linen fabric", names nothing
        if word not in STOP_WORDS:
            indexed.answers.setdefault(word, [])
    return indexed


class CatalogueIndex:
    """Finds products by exact code, words, prefixes and typos. Incremental, and safe to read while it is written."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._lock = threading.RLock()
        self._indexed: dict[str, _Indexed] = {}
        self._codes: dict[str, dict[str, None]] = {}
        self._postings: dict[str, set[str]] = {}
        self._weights: dict[str, float] = {}
        self._vocabulary = Vocabulary()
        for entry in entries:
            self.put(entry)

    def __len__(self) -> int:
        return len(self._indexed)

    def put(self, entry: Entry) -> None:
        """Adds the entry, or replaces the one with its SKU."""
        with self._lock:
            self.remove(entry.sku)
            indexed = self._indexed[entry.sku] = _index_entry(entry)
            self._codes.setdefault(squeeze(entry.sku), {})[entry.sku] = None
            if entry.active:  # a discontinued product is known by its code only
                for word in indexed.answers:
                    self._postings.setdefault(word, set()).add(entry.sku)
                    self._vocabulary.add(word)
            self._weights.clear()

    def remove(self, sku: str) -> None:
        """Forgets the product; unknown SKUs are ignored."""
        with self._lock:
            indexed = self._indexed.pop(sku, None)
            if indexed is None:
                return
            same_code = self._codes[squeeze(sku)]
            del same_code[sku]
            if not same_code:
                del self._codes[squeeze(sku)]
            if indexed.entry.active:
                for word in indexed.answers:
                    self._postings[word].discard(sku)
                    self._vocabulary.discard(word)
                    if not self._postings[word]:
                        del self._postings[word]
            self._weights.clear()

    def get(self, sku: str) -> Entry | None:
        """The entry with exactly this SKU, discontinued ones included."""
        indexed = self._indexed.get(sku)
        return indexed.entry if indexed else None

    def by_code(self, code: str) -> Entry | None:
        """The entry whose code this is, whatever its case, blanks and dashes; an active one first."""
        exact = self._indexed.get(code)
        if exact and exact.entry.active:
            return exact.entry
        squeezed = squeeze(code)
        with self._lock:
            found = [self._indexed[sku].entry for sku in self._codes.get(squeezed, ())]
        found.sort(key=lambda entry: (not entry.active, entry.sku))
        return found[0] if found else None

    def knows(self, word: str) -> bool:
        """Whether any active product answers to this (stemmed) word."""
        return word in self._vocabulary

    def go_together(self, first: str, second: str) -> bool:
        """Whether one product answers to both words: a hint that an "and" between them belongs to a name."""
        with self._lock:
            ours, theirs = self._postings.get(first), self._postings.get(second)
            return bool(ours and theirs and not ours.isdisjoint(theirs))

    def search(
        self,
        text: str,
        *,
        limit: int = 10,
        bought: Mapping[str, int] = NOTHING_BOUGHT,
        on_screen: Sequence[str] = (),
    ) -> list[Candidate]:
        """Products for a search box or a list of choices, best first; history and screen lift near-equals."""
        if not text or limit <= 0:
            return []
        text = text[:500]
        exact = self.by_code(text.strip())
        found = [Candidate(exact.sku, 1.0)] if exact and exact.active else []
        ranked = rank(self.match(text), bought, on_screen)
        found += [c for c in ranked if not exact or c.sku != exact.sku]
        if not ranked and not exact:
            found += self._codes_starting_with(squeeze(text), limit)
        return found[:limit]

    def _codes_starting_with(self, prefix: str, limit: int) -> list[Candidate]:
        if len(prefix) < 3 or not any(c.isdigit() for c in prefix):
            return []
        with self._lock:
            skus = [sku for code, same in self._codes.items() if code.startswith(prefix) for sku in same]
            active = sorted(sku for sku in skus if self._indexed[sku].entry.active)
        return [Candidate(sku, 0.5) for sku in active[:limit]]

    def like_code(self, code: str, limit: int = 5) -> list[Candidate]:
        """Products whose code begins as this one does: to offer, never to decide."""
        return self._codes_starting_with(squeeze(code), limit)

    def terms(self, text: str) -> list[Term]:
        """What was said, word by word, with the known words that each may stand for."""
        words = [w for w in tokens(text) if w not in STOP_WORDS][:_MOST_TERMS]
        terms = [self._term(word, words[max(0, i - 1) : i], words[i + 1 : i + 2]) for i, word in enumerate(words)]
        terms = [self._again(term) if term.text in words[:i] else term for i, term in enumerate(terms)]
        return sorted(terms, key=lambda term: term.text.isdigit())  # bare numbers last: they lean on the sizes

    def _again(self, term: Term) -> Term:
        """A word said twice is best met by a name that holds it twice."""
        return replace(
            term, meanings=((term.text + _AGAIN, 1.0), *((word, 0.8 * sure) for word, sure in term.meanings))
        )

    def _term(self, word: str, before: list[str], after: list[str]) -> Term:
        optional = word in OPTIONAL_WORDS or (len(word) == 1 and word.isalpha())
        meanings = dict(self._vocabulary.meanings(word)) if not optional else {}
        if optional and word in self._vocabulary:
            meanings[word] = 1.0
        for joined in [b + word for b in before] + [word + a for a in after]:  # "photo frame" and PHOTOFRAME
            if joined in self._vocabulary and not is_hard(joined):
                meanings[joined] = 0.97
        parts: tuple[str, ...] = ()
        size = SIZE.match(word)
        if size:
            parts = (f"m{size[1]}", size[2])
        elif not meanings and not optional:
            parts = self._split(word)
        weight = self._weight(word) if word in self._vocabulary else self._best_weight(meanings)
        if optional and any(self.go_together(word, other) for other in before + after):
            optional, weight = False, weight * 0.5  # "love building blocks": there, the word names something
        return Term(word, weight, not optional, is_hard(word), tuple(meanings.items()), parts)

    def _split(self, word: str) -> tuple[str, ...]:
        """Two known words written as one: "birdornament" is "bird" and "ornament"."""
        for cut in range(3, len(word) - 2):
            first, second = word[:cut], word[cut:]
            if first in self._vocabulary and second in self._vocabulary and self.go_together(first, second):
                return first, second
        return ()

    def _weight(self, word: str) -> float:
        """Square root of the inverse document frequency: "white" counts less than "cakestand", yet not for nothing."""
        weight = self._weights.get(word)
        if weight is None:
            weight = math.sqrt(math.log(1.0 + max(len(self._indexed), 10) / max(len(self._postings.get(word, ())), 1)))
            self._weights[word] = weight
        return weight

    def _best_weight(self, meanings: Mapping[str, float]) -> float:
        """An unknown word weighs what its likeliest meaning does, or as much as a rather rare word."""
        if meanings:
            return self._weight(max(meanings, key=lambda word: meanings[word]))
        return math.sqrt(math.log(1.0 + max(len(self._indexed), 10) / 3.0))

    def match(self, text: str, *, limit: int = 40) -> list[Match]:
        """The active products that fit the words of `text`, best first."""
        with self._lock:
            terms = self.terms(text)
            if not any(term.required or term.meanings for term in terms):
                return []
            found = [self._score(sku, terms) for sku in self._shortlist(terms)]
        good = [match for match in found if match.score >= _LOWEST_SCORE]
        good.sort(key=lambda match: (-match.score, -match.named, match.sku))
        return good[:limit]

    def _shortlist(self, terms: Sequence[Term]) -> Collection[str]:
        """The products worth scoring: found through the rarest words first, so that common ones cost little."""
        lookups = []
        for term in terms:
            words = [*term.meanings, *((part, 0.9) for part in term.parts)]
            postings = [(self._postings[w], sure * term.weight) for w, sure in words if w in self._postings]
            if postings:
                lookups.append((sum(len(skus) for skus, _ in postings), postings))
        lookups.sort(key=lambda lookup: lookup[0])
        gathered: dict[str, float] = {}
        for size, postings in lookups:
            if gathered and len(gathered) + size > _ENOUGH:
                for skus, weight in postings:
                    for sku in skus & gathered.keys():
                        gathered[sku] += weight
            else:
                for skus, weight in postings:
                    for sku in skus:
                        gathered[sku] = gathered.get(sku, 0.0) + weight
        if not gathered:
            return ()
        reach = _WITHIN_REACH * max(gathered.values())
        close = [sku for sku, weight in gathered.items() if weight >= reach]
        if len(close) <= _SHORTLIST:
            return close
        indexed = self._indexed
        return heapq.nsmallest(_SHORTLIST, close, key=lambda sku: (-gathered[sku], len(indexed[sku].names[0]), sku))

    def _score(self, sku: str, terms: Sequence[Term]) -> Match:
        indexed = self._indexed[sku]
        answers = indexed.answers
        said = explained = 0.0
        named: dict[str, float] = {}
        refused = 1.0
        for term in terms:
            sure = 0.0
            for word, how_sure in term.meanings:
                if how_sure > sure and word in answers and not (term.bare and _is_second_half(answers[word], named)):
                    sure = how_sure
                    for own, share in answers[word]:
                        named[own] = min(1.0, named.get(own, 0.0) + share)
            if not sure and term.parts and not (term.hard and indexed.sized) and all(p in answers for p in term.parts):
                sure = 0.95
                named.update((own, 1.0) for part in term.parts for own, _ in answers[part])
            if term.required:
                said += term.weight
                explained += term.weight * sure
                if not sure:
                    refused *= self._refusal(term, indexed)
        cover = explained / said if said else 0.6
        part = self._share_named(indexed.names[0], named)
        for words in indexed.names[1:]:
            part = max(part, self._share_named(words, named))
        return Match(sku, cover * (0.8 + 0.2 * part) * refused, cover * refused, part)

    def _share_named(self, words: Sequence[str], named: Mapping[str, float]) -> float:
        total = got = 0.0
        weights = self._weights
        for word in words:
            weight = weights.get(word) or self._weight(word)
            total += weight
            if word in named:
                got += weight * named[word]
        return got / total if total else 0.0

    @staticmethod
    def _refusal(term: Term, indexed: _Indexed) -> float:
        """What an unexplained word costs beyond its share: sizes forbid, "blue" forbids what is only red."""
        if term.hard:
            return 0.3
        kind = contrast_classes().get(term.text)
        return 1.0 if kind is None else 0.45 if kind in indexed.classes else 0.8


def _is_second_half(answers: Sequence[tuple[str, float]], named: Mapping[str, float]) -> bool:
    """Whether a bare number could only be the length in a size whose diameter was not said, or that was said whole.

    "M8 40" is M8x40; the 50 in "50 M8x50 bolts" and the 20 in "stainless, 20" are no sizes.
    """
    return all(share < 1.0 and named.get(own) != share for own, share in answers)


def rank(matches: Iterable[Match], bought: Mapping[str, int], on_screen: Sequence[str]) -> list[Candidate]:
    """Matches as candidates; what the customer buys or looks at comes first among near-equals."""
    shown = frozenset(on_screen)
    lifted = []
    for match in matches:
        lift = (0.05 if bought.get(match.sku, 0) > 0 else 0.0) + (0.04 if match.sku in shown else 0.0)
        often = min(bought.get(match.sku, 0), 1_000)
        lifted.append((min(1.0, match.score + lift), often, match))
    lifted.sort(key=lambda item: (-item[0], -item[1], -item[2].named, item[2].sku))
    return [Candidate(match.sku, round(score, 4)) for score, _, match in lifted]
