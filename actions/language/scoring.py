"""How well a product fits what was said: the share of the words it explains, and of its own name that was said."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from .goods import Candidate, Indexed, Match, Term
from .words import contrast_classes

Weigh = Callable[[str], float]
_EXACTLY = 0.95
_BY_CATEGORY = 0.85
"""What it is worth that only the category has a word: a product whose own name has it comes first."""


def score(indexed: Indexed, terms: Sequence[Term], weigh: Weigh, *, halves: bool = False) -> Match:
    """The fit of one product. `halves`: a bare number may be one half of a size ("the fifties", among 4.5x50s)."""
    answers = indexed.answers
    said = explained = 0.0
    missed = met = required = 0
    sized = False
    named: dict[str, float] = {}
    refused = 1.0
    for term in terms:
        sure = 0.0
        for word, how_sure in term.meanings:
            if (
                how_sure > sure
                and word in answers
                and (halves or not (term.bare and _is_second_half(answers[word], named)))
            ):
                sure = how_sure if answers[word] else how_sure * _BY_CATEGORY
                for own, share in answers[word]:
                    named[own] = min(1.0, named.get(own, 0.0) + share)
        if not sure and term.parts and not (term.hard and indexed.sized) and all(answers.get(p) for p in term.parts):
            sure = 0.95
            named.update((own, 1.0) for part in term.parts for own, _ in answers[part])
        if term.required:
            required += 1
            said += term.weight
            explained += term.weight * sure
            met += sure >= _EXACTLY
            sized = sized or (term.hard and sure >= _EXACTLY)
            if not sure:
                missed += 1
                refused *= _refusal(term, indexed)
    cover = explained / said if said else 0.6
    part = max(_share_named(words, named, weigh) for words in indexed.names)
    fit, explained = cover * (0.8 + 0.2 * part) * refused, cover * refused
    return Match(indexed.entry.sku, fit, explained, part, missed, met, required, sized=sized)


def shared(indexed: Indexed, context: Sequence[Term]) -> float:
    """The share of a context's words (a heading's, a neighbour's) that a product answers to."""
    total = got = 0.0
    for term in context:
        sure = max((sure for word, sure in term.meanings if word in indexed.answers), default=0.0)
        if not sure and term.parts and all(part in indexed.answers for part in term.parts):
            sure = 0.9
        elif not sure and term.parts and term.parts[0].startswith("m") and term.parts[0] in indexed.answers:
            sure = 0.45  # the nut for an M16x60 bolt is an M16 nut; a length says nothing
        total += term.weight
        got += term.weight * sure
    return got / total if total else 0.0


def _share_named(words: Sequence[str], named: Mapping[str, float], weigh: Weigh) -> float:
    total = got = 0.0
    for word in words:
        weight = weigh(word)
        total += weight
        if word in named:
            got += weight * named[word]
    return got / total if total else 0.0


def _refusal(term: Term, indexed: Indexed) -> float:
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
