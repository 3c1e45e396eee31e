"""The catalogue as the reader knows it: products, their packs, and an index that finds them by what people write."""

import heapq
import math
import re
import threading
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from .goods import AGAIN, Candidate, Entry, Indexed, Match, Pack, Term, index_entry
from .postings import Postings
from .scoring import rank, score, shared
from .talk import is_everyday_slip, is_slip_of_talk, sounds_like_talk
from .units import unit_named
from .vocabulary import Vocabulary
from .words import (
    OPTIONAL_WORDS,
    SIZE,
    contrast_classes,
    is_hard,
    joined_by_with,
    squeeze,
    synonyms_like,
    telling,
    tokens,
)

__all__ = ["NOTHING_BOUGHT", "Candidate", "CatalogueIndex", "Entry", "Match", "Pack", "Term", "rank"]

NOTHING_BOUGHT: Final[Mapping[str, int]] = MappingProxyType({})
_FIGURES: Final = re.compile(r"\d")
_SHORTLIST: Final = 60
_WITHIN_REACH: Final = 0.6
_ENOUGH: Final = 600
_MOST_TERMS: Final = 24
_LOWEST_SCORE: Final = 0.12
_SHORTEST_SLIP: Final = 4
FAR: Final = 0.8
"""The most that another product's score may be of the best one's where what is left over is beside the point."""
_WORTH_A_LOOK: Final = 0.5
_OTHER_FORM: Final = 0.9


class CatalogueIndex:
    """Finds products by exact code, words, prefixes and typos. Incremental, and safe to read while it is written."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._lock = threading.RLock()
        self._indexed: dict[str, Indexed] = {}
        self._codes: dict[str, dict[str, None]] = {}
        self._postings = Postings()
        self._weights: dict[str, float] = {}
        self._vocabulary = Vocabulary()
        self._withs: Counter[tuple[str, str]] = Counter()
        self._learned: dict[str, tuple[str, ...]] = {}
        self._shapes: Counter[str] | None = None
        for entry in entries:
            self.put(entry)

    def __len__(self) -> int:
        return len(self._indexed)

    def put(self, entry: Entry) -> None:
        """Adds the entry, or replaces the one with its SKU."""
        with self._lock:
            self.remove(entry.sku)
            indexed = self._indexed[entry.sku] = index_entry(entry)
            self._codes.setdefault(squeeze(entry.sku), {})[entry.sku] = None
            if entry.active:  # a discontinued product is known by its code only
                self._withs.update(joined_by_with(entry.name))
                for word in indexed.answers:
                    self._postings.add(word, entry.sku)
                    self._vocabulary.add(word)
            self._weights.clear()
            self._learned.clear()
            self._shapes = None

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
                self._withs.subtract(joined_by_with(indexed.entry.name))
                for word in indexed.answers:
                    self._postings.discard(word, sku)
                    self._vocabulary.discard(word)
            self._weights.clear()
            self._learned.clear()

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

    def _other_words(self, word: str) -> tuple[str, ...]:
        """What the names say for a word that only aliases have: "studding" is what threaded rod is called.

        Only where several products have it, most of them by an alias, and their names share these words.
        """
        found = self._learned.get(word)
        if found is None:
            skus = [sku for sku in self._postings[word] if self._indexed[sku].entry.active]
            known = [self._indexed[sku] for sku in skus if word in self._indexed[sku].learned]
            common: set[str] = set()
            if len(known) >= 2 and len(skus) <= min(2 * len(known), _ENOUGH):
                common = set.intersection(*(set(one.names[0]) for one in known))
            words = tuple(sorted(w for w in common if w.isalpha() and w not in contrast_classes() and len(w) > 1))
            found = self._learned[word] = words if len(words) > 1 else ()
        return found

    def knows(self, word: str) -> bool:
        """Whether any active product answers to this (stemmed) word."""
        return word in self._vocabulary

    def is_talk(self, word: str) -> bool:
        """Whether a word is a small word spelled by ear, and no product has one that sounds like it."""
        if word in self._vocabulary or unit_named(word) or word in contrast_classes():
            return False
        return is_everyday_slip(word) or (sounds_like_talk(word) and not self._vocabulary.sounds_known(word))

    def hears(self, word: str) -> bool:
        """Whether some product has this (stemmed) word, or one that sounds like it and is spelled nearly so."""
        return word in self._vocabulary or self._vocabulary.sounds_known(word)

    def likeliest(self, word: str) -> str:
        """The word itself where some product has it, else the one that it is most likely a slip of: "teir", "tier"."""
        if word in self._vocabulary or len(word) < _SHORTEST_SLIP:
            return word
        meanings = self._vocabulary.meanings(word)
        return meanings[0][0] if meanings else word

    def go_together(self, first: str, second: str) -> bool:
        """Whether one product answers to both words: a hint that an "and" between them belongs to a name."""
        with self._lock:
            ours, theirs = self._postings[first], self._postings[second]
            return bool(ours and theirs and not ours.isdisjoint(theirs))

    def names_with(self, first: str, second: str) -> bool:
        """Whether some name joins both words by a "with": "jam jar with pink lid"."""
        return self._withs[first, second] > 0

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

    def like_codes(self, text: str) -> bool:
        """Whether what looks like a range is written as most codes of the catalogue are: two figures, a dash, three."""
        shape = _FIGURES.sub("9", text)
        if "-" not in shape or not shape.replace("-", "").isdigit():
            return False
        with self._lock:
            if self._shapes is None:
                self._shapes = Counter(_FIGURES.sub("9", sku) for sku in self._indexed)
            return 2 * self._shapes[shape] > len(self._indexed)

    def like_code(self, code: str, limit: int = 5) -> list[Candidate]:
        """Products whose code begins as this one does: to offer, never to decide."""
        return self._codes_starting_with(squeeze(code), limit)

    def terms(self, text: str) -> list[Term]:
        """What was said, word by word, with the known words that each may stand for."""
        words = telling(tokens(text))[:_MOST_TERMS]
        terms = [self._term(word, words[max(0, i - 1) : i], words[i + 1 : i + 2]) for i, word in enumerate(words)]
        terms = [self._again(term) if term.text in words[:i] else term for i, term in enumerate(terms)]
        return sorted(terms, key=lambda term: term.text.isdigit())  # bare numbers last: they lean on the sizes

    def _again(self, term: Term) -> Term:
        """A word said twice is best met by a name that holds it twice."""
        return replace(term, meanings=((term.text + AGAIN, 1.0), *((word, 0.8 * sure) for word, sure in term.meanings)))

    def _term(self, word: str, before: list[str], after: list[str]) -> Term:
        lone = len(word) == 1 and word.isalpha()
        lettered = lone and before == ["letter"]  # the A of "letter A" is its name
        optional = word in OPTIONAL_WORDS or (lone and not lettered) or self.is_talk(word)
        meanings = dict(self._vocabulary.meanings(word)) if not optional else {}
        if not optional and 1.0 not in meanings.values():
            meanings |= {meant: 0.85 for meant in synonyms_like(word) if meant in self._vocabulary}
        optional = optional or (not meanings and (is_slip_of_talk(word) or (len(word) == 2 and word.isalpha())))
        if optional and word in self._vocabulary:
            meanings[word] = 1.0
        for meant, sure in self._with_neighbours(word, before, after, optional).items():
            meanings[meant] = max(sure, meanings.get(meant, 0.0))
        parts: tuple[str, ...] = ()
        size = SIZE.match(word)
        if size:
            parts = (size[1], size[2])
            if not meanings and f"m{word}" in self._vocabulary:
                meanings[f"m{word}"] = 0.95  # "8x50" is M8x50 where nothing is 8x50
        elif not optional and (not meanings or len(word) >= 6):
            parts = self._other_words(word) or self._split(word)
        weight = self._weight(word) if word in self._vocabulary else self._best_weight(meanings)
        if optional and any(self.go_together(word, other) for other in before + after):
            optional, weight = False, weight * 0.5  # "love building blocks": there, the word names something
        return Term(word, weight, not optional, is_hard(word) or lettered, tuple(meanings.items()), parts)

    def _with_neighbours(self, word: str, before: list[str], after: list[str], optional: bool) -> dict[str, float]:
        """What a word means beside its neighbours: "photo frame" and PHOTOFRAME, "mirror ball" and MIRRORED BALL."""
        found: dict[str, float] = {}
        for first, second in [(b, word) for b in before] + [(word, a) for a in after]:
            found |= self._vocabulary.as_one(first, second, slips=not optional)
        for form in () if optional else self._vocabulary.other_forms(word):
            if any(self.go_together(form, other) for other in before + after):
                found[form] = max(_OTHER_FORM, found.get(form, 0.0))
        return found

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
            weight = math.sqrt(math.log(1.0 + max(len(self._indexed), 10) / max(len(self._postings[word]), 1)))
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
            found = [score(self._indexed[sku], terms, self._weight) for sku in self._shortlist(terms)]
            good = [match for match in found if match.score >= _LOWEST_SCORE]
            good.sort(key=lambda match: (-match.score, -match.named, match.sku))
            alone = good[:1] if len(good) < 2 or good[1].score <= FAR * good[0].score else []
            if alone and alone[0].missed and alone[0].score >= _WORTH_A_LOOK:
                good[0] = replace(good[0], beside=self._beside(terms, self._indexed[good[0].sku]))
        return good[:limit]

    def _beside(self, terms: Sequence[Term], indexed: Indexed) -> int:
        """How many of the words that a product has no answer to are beside the point: in no name do they stand with
        the words that it has ("pen m16x100 bolts", "for the kitchen", while there are nyloc nuts).
        """
        missed = [term for term in terms if term.required and score(indexed, [term], self._weight).missed]
        kinds = contrast_classes()
        has = [t for t in terms if t.required and t not in missed and not t.hard and t.text not in kinds]
        own = {word for term in has for word, _ in term.meanings if word in indexed.answers}
        return sum(
            not any(self.go_together(word, other) for word in self._words_of(term) for other in own)
            and not term.hard
            and (term.text not in kinds or kinds[term.text] == "extent")
            and bool(own)
            for term in missed
        )

    @staticmethod
    def _words_of(term: Term) -> list[str]:
        return [*(word for word, _ in term.meanings), *term.parts]

    def _shortlist(self, terms: Sequence[Term]) -> Collection[str]:
        """The products worth scoring: found through the rarest words first, so that common ones cost little."""
        found: list[tuple[int, list[tuple[str, float]]]] = []
        for term in terms:
            words = [*term.meanings, *((part, 0.9) for part in term.parts)]
            lookup = [(word, sure * term.weight) for word, sure in words if word in self._postings]
            if lookup:
                found.append((self._postings.size(lookup), lookup))
        found.sort(key=lambda sized: sized[0])
        if found and found[0][0] > _ENOUGH:
            heaviest = self._postings.heaviest([lookup for _, lookup in found], _WITHIN_REACH, _SHORTLIST)
            return self._shortest(dict(heaviest))
        gathered: dict[str, float] = {}
        for size, lookup in found:
            known_only = bool(gathered) and len(gathered) + size > _ENOUGH
            counted: set[str] = set()  # of several words that one term may stand for, the likeliest counts
            slips = len(lookup) > 1 and not is_hard(lookup[0][0])  # a size counts with its halves
            for word, weight in sorted(lookup, key=lambda pair: -pair[1]) if slips else lookup:
                skus = self._postings[word]
                found_now = skus & gathered.keys() if known_only else skus
                if not gathered:
                    gathered = dict.fromkeys(found_now, weight)
                else:
                    for sku in found_now - counted if counted else found_now:
                        gathered[sku] = gathered.get(sku, 0.0) + weight
                if slips:
                    counted |= found_now
        reach = _WITHIN_REACH * max(gathered.values(), default=0.0)
        return self._shortest({sku: weight for sku, weight in gathered.items() if weight >= reach})

    def _shortest(self, close: Mapping[str, float]) -> Collection[str]:
        """The heaviest of them, and of equals those with the shorter name: no more than are worth scoring."""
        if len(close) <= _SHORTLIST:
            return close
        indexed = self._indexed
        return heapq.nsmallest(_SHORTLIST, close, key=lambda sku: (-close[sku], len(indexed[sku].names[0]), sku))

    def fit(self, sku: str, text: str) -> Match | None:
        """How well one product fits the words of `text`; None if nobody has it."""
        with self._lock:
            indexed = self._indexed.get(sku)
            return score(indexed, self.terms(text), self._weight) if indexed else None

    def within(self, text: str, head: str, neighbour: str = "", *, limit: int = 12) -> list[tuple[Match, float]]:
        """The products that have every word of `text`, each with the share of the context it answers to, best first.

        The context is a heading and, at half its weight, a neighbour's name. It chooses among them and forbids nothing.
        The matches' `named` counts the context too: 1.0 for a product whose whole name stands in both together.
        """
        with self._lock:
            terms = self.terms(text)
            heading = [term for term in self.terms(head) if term.required]
            beside = [replace(t, weight=t.weight / 2) for t in self.terms(neighbour) if t.required]
            own = {term.text for term in terms}
            around = [term for term in (*heading, *beside) if term.text not in own]
            if not around:
                return []
            found = []
            for sku in self._having(terms):
                match = score(self._indexed[sku], terms, self._weight, halves=True)
                if not match.missed:
                    named = score(self._indexed[sku], [*terms, *around], self._weight, halves=True).named
                    found.append((replace(match, named=named), shared(self._indexed[sku], around)))
        found.sort(key=lambda pair: (-pair[1], -pair[0].score, pair[0].sku))
        return found[:limit]

    def _having(self, terms: Sequence[Term]) -> set[str]:
        """The products that may have all of the words that need explaining."""
        having: set[str] | None = None
        for term in terms:
            if not term.required:
                continue
            words = [word for word, _ in term.meanings] or list(term.parts)
            skus = set[str]().union(*(self._postings[word] for word in words))
            having = skus if having is None else having & skus
            if not having:
                return set()
        return having or set()
