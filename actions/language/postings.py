"""Which products answer to which word, so kept that words which thousands answer to cost little."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]
Lookup = Sequence[tuple[str, float]]  # words that one term may stand for, each with the weight of meeting it

_NOBODY: Final[frozenset[str]] = frozenset()


class Postings:
    """For each word the SKUs of the products that answer to it. Not safe by itself to read while it is written."""

    def __init__(self) -> None:
        self._skus: dict[str, set[str]] = {}
        self._number: dict[str, int] = {}  # of a SKU; numbers are never used again
        self._sku: list[str] = []
        self._arrays: dict[str, Numbers] = {}  # made when a word is first looked up by the thousand

    def __contains__(self, word: str) -> bool:
        return word in self._skus

    def __getitem__(self, word: str) -> set[str] | frozenset[str]:
        """The SKUs that answer to a word; none for an unknown one."""
        return self._skus.get(word, _NOBODY)

    def add(self, word: str, sku: str) -> None:
        """One more that answers to the word."""
        self._skus.setdefault(word, set()).add(sku)
        self._arrays.pop(word, None)
        if sku not in self._number:
            self._number[sku] = len(self._sku)
            self._sku.append(sku)

    def discard(self, word: str, sku: str) -> None:
        """One less."""
        skus = self._skus.get(word)
        if skus is None:
            return
        skus.discard(sku)
        self._arrays.pop(word, None)
        if not skus:
            del self._skus[word]

    def size(self, lookup: Lookup) -> int:
        """How many answers a lookup has, those that answer twice counted twice."""
        return sum(len(self[word]) for word, _ in lookup)

    def heaviest(self, lookups: Sequence[Lookup], share: float, most: int) -> Iterator[tuple[str, float]]:
        """Of the products that the first lookup finds those whose weight over all lookups is at least `share` of the
        largest: about `most` of them, and more where weights are equal.
        """
        weights = np.zeros(len(self._sku))
        found = np.zeros(len(self._sku), dtype=np.bool_)
        for word, _ in lookups[0]:
            found[self._numbers(word)] = True
        for lookup in lookups:
            for word, weight in lookup:
                numbers = self._numbers(word)
                weights[numbers[found[numbers]]] += weight
        numbers = np.flatnonzero(found)
        reached = weights[numbers]
        if len(reached) == 0:
            return
        least = share * reached.max()
        if len(reached) > most:
            least = max(least, np.partition(reached, -most)[-most])
        close = reached >= least
        for number, weight in zip(numbers[close].tolist(), reached[close].tolist(), strict=True):
            yield self._sku[number], weight

    def _numbers(self, word: str) -> Numbers:
        known = self._arrays.get(word)
        if known is None:
            skus = self[word]
            known = np.fromiter((self._number[sku] for sku in skus), dtype=np.int64, count=len(skus))
            self._arrays[word] = known
        return known
