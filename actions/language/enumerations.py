"""Things listed in one breath that are wanted in the same number: "thirty each of black white and navy thread".

Without commas nothing says where one ends and the next begins. A run of words is cut so that each part, together with
what all of them share (words before the list, a heading, the last of them), names one product and no other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from .catalogue import CatalogueIndex, Match
from .deciding import EXACT, Decision
from .segments import Segment, telling_words
from .words import contrast_classes, tokens

_MEANT: Final = 0.9
_SHARE: Final = 0.4
_MOST_SHARED: Final = 4
_MOST_WORDS: Final = 12
_LONGEST_PART: Final = 2
_MOST_LISTS: Final = 20
"""In one message: a list takes some hundred look-ups."""

_SEVERAL: Final = 2
_SHARED_NOUNS: Final = 2
Decide = Callable[[Sequence[Match]], Decision]
Part = tuple[str, Match]


def spread(sentences: Sequence[Sequence[Segment]], index: CatalogueIndex) -> list[list[Segment]]:
    """The sentences, with lists that were read as one thing, or as none, cut into what is listed."""
    found: list[list[Segment]] = []
    tried = 0
    for sentence in sentences:
        tried += any(_is_for_each(segment) for segment in sentence)
        found.append(_spread(sentence, index) if tried <= _MOST_LISTS else list(sentence))
    return found


def settled(sentences: Sequence[Sequence[Segment]], index: CatalogueIndex, decide: Decide) -> list[list[Segment]]:
    """The sentences, once their lines are decided: what is wanted "of each" and is one thing only is asked about, and
    what only says what the listed things are is a heading: "watering cans, six of each: the elephant, the bunny".
    """
    return [[_settled(segment, sentence, index, decide) for segment in sentence] for sentence in sentences]


def _settled(segment: Segment, sentence: Sequence[Segment], index: CatalogueIndex, decide: Decide) -> Segment:
    if segment.sku or not segment.product or segment.mention is None or not segment.mention.each:
        return segment
    others = [s for s in sentence if s is not segment and s.mention is segment.mention and s.names_something]
    if not others:
        joined = any(piece.kind == "separator" for piece in segment.pieces[1:])
        return replace(segment, doubted=True) if joined else segment
    skus = [other.sku or decide(other.matches).sku for other in others]
    own = set(telling_words(segment.product))
    names = [set(tokens(entry.name)) for sku in skus if sku and (entry := index.get(sku))]
    if not len(names) == len(others) >= _SEVERAL:
        return segment
    shared = own.intersection(*names)
    sku = decide(segment.matches).sku
    entry = index.get(sku) if sku else None
    tells = (own - shared) & set(tokens(entry.name)) if entry else set()
    return _heading(segment) if len(shared) >= _SHARED_NOUNS and not tells else segment


def _spread(sentence: Sequence[Segment], index: CatalogueIndex) -> list[Segment]:
    last = next((i for i in reversed(range(len(sentence))) if _is_for_each(sentence[i])), None)
    if last is None:
        return list(sentence)
    found: list[Segment] = []
    listed: set[str] = set()
    each, what = sentence[last], None
    for i, segment in enumerate(sentence):
        beside = [other for j, other in enumerate(sentence) if abs(j - i) == 1 or j == last]
        parts, what = _parts(segment, beside, index) if _may_be_list(segment, each) else ([], what)
        if not parts and what and segment.mention is each.mention and len(telling_words(segment.product)) == 1:
            match = what.only(segment.product)  # "white zip knob and thread": it ends the list
            parts = [(segment.product, match)] if match else []
        listed.update(match.sku for _, match in parts)
        found += [_part(segment, each, *part) for part in parts] or [segment]
    return [_heading(segment) if _is_heading(segment, listed, index) else segment for segment in found]


def _is_for_each(segment: Segment) -> bool:
    return segment.mention is not None and segment.mention.each


def _may_be_list(segment: Segment, each: Segment) -> bool:
    """A run of words that no product has all of, wanted in the number of each or in none of its own."""
    if segment.sku or (segment.mention and segment.mention is not each.mention):
        return False
    words = telling_words(segment.heading)
    classes = {contrast_classes().get(word, "") for word in words}
    one_product = bool(segment.matches) and not segment.matches[0].missed
    return 1 < len(words) <= _MOST_WORDS and (not one_product or (len(classes) == 1 and "" not in classes))


def _parts(segment: Segment, beside: Sequence[Segment], index: CatalogueIndex) -> tuple[list[Part], _Shared | None]:
    """What is listed, each part with the product it means, and what they share; nothing where nothing can be cut."""
    words = [word for word in segment.heading.split() if telling_words(word)]
    others = [other for other in beside if other is not segment]
    around = " ".join((segment.head, *(other.heading for other in others)))
    for count in range(min(_MOST_SHARED, len(words) - 2), -1, -1):
        for shared, listed in _ways(words, count):
            what = _Shared(" ".join(shared), around, index)
            parts = _cut(listed, what)
            skus = {match.sku for _, match in parts or ()}
            if parts and len(skus) == len(parts) > 1 and not _meant_by(others, " ".join(shared), around, index) & skus:
                return parts, what
    return [], None


def _ways(words: Sequence[str], count: int) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """So many words shared, before the list or behind it, and the list."""
    yield words[:count], words[count:]
    if count:
        yield words[-count:], words[:-count]


def _meant_by(others: Sequence[Segment], shared: str, around: str, index: CatalogueIndex) -> set[str]:
    """What the neighbours name themselves: the list does not hold it a second time."""
    what = _Shared(shared, around, index)
    found = (what.only(other.heading) for other in others if other.heading and len(telling_words(other.heading)) < 3)
    return {match.sku for match in found if match}


def _cut(words: Sequence[str], what: _Shared) -> list[Part] | None:
    """The words as parts, the longer part first; None where some word finds no place. Each run is looked up once."""
    best: list[list[Part] | None] = [None] * len(words) + [[]]
    for start in reversed(range(len(words))):
        for end in range(min(start + _LONGEST_PART, len(words)), start, -1):
            rest, text = best[end], " ".join(words[start:end])
            match = what.only(text) if rest is not None else None
            if match is not None and rest is not None:
                best[start] = [(text, match), *rest]
                break
    return best[0]


@dataclass(frozen=True, slots=True)
class _Shared:
    """What all parts of a list have: `words` each product must answer to, `around` tells between those that do."""

    words: str
    around: str
    index: CatalogueIndex

    def only(self, text: str) -> Match | None:
        """The one product that has these words, the shared ones, and most of what stands around."""
        said = f"{text} {self.words}".strip()
        found = self.index.within(said, self.around, limit=3)
        if not found and self.words:  # nothing else stands around
            found = [(match, match.score) for match in self.index.match(said, limit=3) if not match.missed]
        wholly = [pair for pair in found if pair[0].named >= EXACT]
        if len(wholly) == 1:
            found = wholly
        if not found or (len(found) > 1 and found[1][1] >= found[0][1]):
            return None
        return found[0][0] if self.words or found[0][1] >= _SHARE else None


def _part(segment: Segment, each: Segment, text: str, match: Match) -> Segment:
    said = set(tokens(text))
    pieces = tuple(piece for piece in segment.pieces if said & set(tokens(piece.text)))
    sure = replace(match, score=_MEANT, explained=_MEANT, met=match.required)
    return replace(
        segment, pieces=pieces or segment.pieces, mention=each.mention, asked=each.asked, product=text, matches=(sure,)
    )


def _is_heading(segment: Segment, listed: set[str], index: CatalogueIndex) -> bool:
    """Whether a segment only says what the listed products are: "herb markers"."""
    if (
        len(listed) < 2
        or segment.sku
        or not segment.product
        or (segment.matches and segment.matches[0].sku in listed and len(segment.matches) == 1)
    ):
        return False
    fits = [index.fit(sku, segment.product) for sku in sorted(listed)]
    return all(fit is not None and not fit.missed for fit in fits)


def _heading(segment: Segment) -> Segment:
    return Segment(segment.pieces, segment.worth)
