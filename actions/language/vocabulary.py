"""The words a catalogue knows, and which of them a typed word may mean: itself, a prefix of it, a slip of the keys."""

from bisect import bisect_left, insort
from typing import Final

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from .sounding import skeleton, sound
from .units import unit_named
from .words import contrast_classes, is_hard, other_forms, stem

MOST_MEANINGS: Final = 12
SHORTEST_PREFIX: Final = 3
_TYPO_SCORE: Final = {1: 0.9, 2: 0.82, 3: 0.76}
_LONGEST_WORD: Final = 40
_BY_EAR: Final = 0.9
_HOMOPHONE: Final = 0.76
"""A known word that sounds like another known one: "scotty", "scottie"."""
_SHORT: Final = 4
_LONG_SOUND: Final = 4
_CONSONANTS: Final = 0.86
_SHORTEST_SOUND: Final = 3
_MOST_ALIKE: Final = 6
_LONG_ENOUGH: Final = 8
_JOINED: Final = 0.97
_MOST_REMEMBERED: Final = 20_000
_CLIPPED: Final = frozenset({"poly"})
"""Shortenings that the trade writes for any of the words they begin: polyester, polypropylene."""
_CLIPPED_SCORE: Final = 0.96


class Vocabulary:
    """Counts words so that they can leave again; finds near ones by prefix and by optimal string alignment."""

    def __init__(self) -> None:
        self._uses: dict[str, int] = {}
        self._sorted: list[str] = []
        self._by_length: dict[int, list[str]] = {}
        self._by_sound: dict[str, list[str]] = {}
        self._by_skeleton: dict[str, list[str]] = {}
        self._meanings: dict[str, tuple[tuple[str, float], ...]] = {}
        self._forms: dict[str, tuple[str, ...]] = {}

    def __contains__(self, word: str) -> bool:
        return word in self._uses

    def add(self, word: str) -> None:
        """Counts one more use."""
        if word in self._uses:
            self._uses[word] += 1
            return
        self._uses[word] = 1
        insort(self._sorted, word)
        self._by_length.setdefault(len(word), []).append(word)
        if key := sound(word):
            self._by_sound.setdefault(key, []).append(word)
            self._by_skeleton.setdefault(skeleton(word), []).append(word)
        self._meanings.clear()
        self._forms.clear()

    def discard(self, word: str) -> None:
        """Counts one use less; a word without uses is forgotten."""
        self._uses[word] -= 1
        if not self._uses[word]:
            del self._uses[word]
            del self._sorted[bisect_left(self._sorted, word)]
            self._by_length[len(word)].remove(word)
            if key := sound(word):
                self._by_sound[key].remove(word)
                self._by_skeleton[skeleton(word)].remove(word)
            self._meanings.clear()
            self._forms.clear()

    def meanings(self, word: str) -> tuple[tuple[str, float], ...]:
        """The known words that `word` may stand for, best first, each with how sure that is (0..1]."""
        found = self._meanings.get(word)
        if found is None:
            if len(self._meanings) > _MOST_REMEMBERED:  # a stream of made-up words must not fill the memory
                self._meanings.clear()
            found = self._meanings[word] = self._find(word)
        return found

    def _find(self, word: str) -> tuple[tuple[str, float], ...]:
        known = word in self._uses
        if is_hard(word) or len(word) > _LONGEST_WORD:
            return ((word, 1.0),) if known else ()
        found: dict[str, float] = {word: 1.0} if known else {}
        if not known and len(word) >= SHORTEST_PREFIX:
            for longer in self._starting_with(word):
                found[longer] = _CLIPPED_SCORE if word in _CLIPPED else 0.7 + 0.25 * len(word) / len(longer)
        for near, score in (*self._near(word, known), *self._alike(word, known)):
            found[near] = max(score, found.get(near, 0.0))
        best = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
        return tuple(best[:MOST_MEANINGS])

    def as_one(self, first: str, second: str, *, slips: bool) -> dict[str, float]:
        """The word that two may be, with how sure that is: "photo frame" and PHOTOFRAME; with `slips`, "chalk bord"."""
        joined = first + second
        if joined in self._uses:
            return {} if is_hard(joined) else {joined: _JOINED}
        if not slips or (first in self._uses and second in self._uses):
            return {}
        if len(joined) < _LONG_ENOUGH or min(len(first), len(second)) < SHORTEST_PREFIX or not joined.isalpha():
            return {}
        return {near: _JOINED * sure for near, sure in self.meanings(joined)[:1]}

    def other_forms(self, word: str) -> tuple[str, ...]:
        """The known words that are other forms of the same verb; a setting is no set."""
        found = self._forms.get(word)
        if found is None:
            if len(self._forms) > _MOST_REMEMBERED:
                self._forms.clear()
            found = tuple(form for form in other_forms(word) if form in self._uses and not unit_named(form))
            self._forms[word] = found
        return found

    def sounds_known(self, word: str) -> bool:
        """Whether some known word sounds like this one and differs in one letter only."""
        alike = self._by_sound.get(sound(word), ())
        return any(OSA.distance(word, near, score_cutoff=1) <= 1 for near in alike)

    def _alike(self, word: str, known: bool) -> list[tuple[str, float]]:
        """Words that sound the same, and those whose consonants are what was typed."""
        key = sound(word)
        if len(key) < (_LONG_SOUND if known else 1) or len(word) < SHORTEST_PREFIX:
            return []
        contrasting = contrast_classes()
        found = []
        for near in self._by_sound.get(key, ())[:_MOST_ALIKE]:
            if near == word or (near in contrasting and word in contrasting):
                continue
            if 3 * OSA.distance(near, word) > 2 * max(len(near), len(word)):  # "reorder" is no radio
                continue
            short = len(key) < _SHORTEST_SOUND
            if short and (near[0] != word[0] or OSA.distance(near, word, score_cutoff=1) > 1):
                continue
            if short and len(word) == 3 and skeleton(near) != skeleton(word):
                continue
            found.append((near, _HOMOPHONE if known else _CONSONANTS if short else _BY_EAR))
        if not known and skeleton(word) == word:
            alike = [near for near in self._by_skeleton.get(word, ()) if len(near) <= 2 * len(word)]
            found += [(near, _CONSONANTS) for near in alike[:_MOST_ALIKE] if near[0] == word[0]]
        if not known and word.endswith("z") and (plural := stem(word[:-1] + "s")) in self:
            found.append((plural, _BY_EAR))
        return found

    def _starting_with(self, prefix: str) -> list[str]:
        start = bisect_left(self._sorted, prefix)
        found = []
        for word in self._sorted[start : start + 200]:
            if not word.startswith(prefix):
                break
            if not is_hard(word):
                found.append(word)
        return sorted(found, key=len)[:MOST_MEANINGS]

    def _near(self, word: str, known: bool) -> list[tuple[str, float]]:
        """Slips of the keys. A word that is known may still be another one's spelling, but only if long and close."""
        length = len(word)
        allowed = (1 if length >= 7 else 0) if known else (0 if length < 4 else 1 if length < 6 else 2)
        if not known and length >= 11:
            allowed = 3
        if not allowed:
            return []
        pool = [w for n in range(length - allowed, length + allowed + 1) for w in self._by_length.get(n, ())]
        contrasting = contrast_classes()
        found = []
        for near, distance, _ in extract(word, pool, scorer=OSA.distance, score_cutoff=allowed, limit=8):
            if near == word or is_hard(near) or (near in contrasting and word in contrasting):
                continue
            if length <= _SHORT and near[0] != word[0] and len(near) == length:  # a "cool" box is no tool box
                continue
            score = _TYPO_SCORE[int(distance)] - (0.06 if near[0] != word[0] else 0.0) - (0.1 if known else 0.0)
            found.append((near, score))
        return found
