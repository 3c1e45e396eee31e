"""One product for another: "swap the zinc bolts for stainless", "beige, not navy", "the drill should be beige"."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from .catalogue import CatalogueIndex
from .deciding import Decision
from .goods import Candidate, Match
from .words import EXTENTS, STOP_WORDS, contrast_classes, tokens

_SAID_FIRST: Final = (
    r"no|nope|sorry|actually|hang\s+on|hold\s+on|wait|oh|oops|ah|yes|yeah|but|and|ok|okay|right|they|he|she|it|i|we"
    r"|(?:the\s+)?(?:customer|client|boss)|said|say|says|told\s+(?:me|us|you)|asked\s+for|meant|means?|wants?|wanted|needs?|"
    r"needed|is|was|to\s+be|should\s+(?:be|have\s+been)|please|can|could|you"
)
_FIRST: Final = re.compile(rf"(?:{_SAID_FIRST})\b[\s,.;:-]*", re.IGNORECASE)
_LEAD: Final = re.compile(rf"(?:it['’]?s|that['’]?s|{_SAID_FIRST}|make|have|that|them|the)\b[\s,.;:-]*", re.IGNORECASE)
_END: Final = r"(?:\s+(?:please|pls|instead|thanks|ta|then|mate))*\s*[.!?]*\s*$"
_TOLD: Final = re.compile(
    r"\b(?:swap|switch|replac|chang|exchang|substitut)(?:e|p?ing|ing)?\s+(?P<old>.+?)\s+(?:for|with|to|into)\s+"
    rf"(?P<new>(?!\d|line\b).*[a-z].*?){_END}",
    re.IGNORECASE,
)
_SWAPS: Final = (
    re.compile(
        rf"(?P<new>(?!\d+\b)[\w/.-][^,;:?!\n]{{0,50}}?)[\s,;-]{{1,8}}(?:and\s+)?(?:not|instead\s+of|rather\s+than)\s+(?:the\s+)?"
        rf"(?P<old>(?!\d+\b)[\w/.-][^,;:?!\n]{{0,50}}?){_END}",
        re.IGNORECASE,
    ),
    re.compile(
        r"not\s+(?:in\s+)?(?:the\s+)?(?P<old>(?!\d+\b)[\w/.-][^,;:?!\n]{0,50}?)[\s,;-]{1,8}(?:but\s+|it['’]?s\s+|in\s+|the\s+)*"
        rf"(?P<new>(?!\d+\b)[\w/.-][^,;:?!\n]{{0,50}}?){_END}",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?P<old>[a-z][\w\s/.-]{{1,40}}?)\s+(?:should|needs?\s+to|ought\s+to|must|has\s+to|was\s+(?:supposed|meant)\s+to)\s+"
        rf"(?:have\s+been|be)\s+(?:in\s+)?(?:the\s+)?(?P<new>(?!\d)[\w/.-][\w\s/.-]{{1,40}}?){_END}",
        re.IGNORECASE,
    ),
)
_MAKE: Final = re.compile(
    r"(?:make|have|do|get)\s+(?P<old>it|that|them|those|(?:the|that)\s+[\w\s/.-]{2,40}?)"
    rf"\s+(?:in\s+)?(?P<new>[a-z]+){_END}",
    re.IGNORECASE,
)
_IT: Final = re.compile(r"\W*(?:it|that|this|them|those|these)(?:\s+ones?)?\W*", re.IGNORECASE)
_ONES: Final = re.compile(r"\b(?:ones?|kind|sort|type|version|variety|the|a|an|in|of)\b", re.IGNORECASE)
_LEAD_IN_LIKENESS: Final = 0.08
_A_VARIANT: Final = 0.35
"""So much of the name of what goes must be in the name of what comes."""
_OFFERED: Final = 5
_OPENING: Final = re.compile(r"\W*")
_MOST_LEADS: Final = 12
_LONGEST: Final = 400
"""A swap is a sentence: nothing longer than this many characters is looked at for one."""


def is_it(words: str) -> bool:
    """Whether what goes is only pointed at."""
    return _IT.fullmatch(words) is not None


def says_only_how(words: str) -> bool:
    """Whether words only say of which colour or metal something is to be, and not what it is."""
    return all(word in contrast_classes() or word in STOP_WORDS for word in tokens(_ONES.sub(" ", words)))


def spoken_of(text: str) -> Iterator[tuple[str, str]]:
    """The words for what goes and for what comes instead, in every way that a message may be read as a swap."""
    if len(text) > _LONGEST:
        return
    found = _TOLD.search(text)
    if found:
        yield found["old"], found["new"]
    starts = _starts(text, _LEAD)
    for pattern in _SWAPS:
        found = next(filter(None, (pattern.match(text, start) for start in starts)), None)
        if found:
            yield found["old"], found["new"]
    found = next(filter(None, (_MAKE.match(text, start) for start in _starts(text, _FIRST))), None)
    if found and found["new"].lower() in contrast_classes():
        yield found["old"], found["new"]


def _starts(text: str, lead: re.Pattern[str]) -> list[int]:
    """Where a sentence may start, the latest first: each of the words that lead up to it may belong to it or not."""
    opening = _OPENING.match(text)
    found = [opening.end() if opening else 0]
    while len(found) < _MOST_LEADS and (word := lead.match(text, found[-1])):
        found.append(word.end())
    return found[::-1]


def instead_of(name: str, old: str, new: str, index: CatalogueIndex) -> Decision:
    """What is as `new` says and otherwise likest to the product called `name`, of which `old` was said: "beige" instead
    of a drill in navy. Where nothing is, what could do instead; no candidates where `new` says nothing of goods.
    """
    said = [word for word in tokens(_ONES.sub(" ", new)) if word not in STOP_WORDS]
    for words in (said, [word for word in said if word not in EXTENTS]):
        found = index.within(" ".join(words), name, limit=40) if words else []
        found = [(match, share) for match, share in found if share >= _A_VARIANT]
        if not found:
            continue
        near = [match for match, share in found if share >= found[0][1] - _LEAD_IN_LIKENESS]
        alone = len(near) == 1
        return Decision(near[0].sku if alone else None, None if alone else "ambiguous_product", _offered(near))
    kinds = contrast_classes()
    if not said or not all(word in kinds or index.knows(word) for word in said):
        return Decision(None, "unknown_product", ())
    colours = {"colour", *(kinds[word] for word in said if word in kinds)}
    family = [word for word in tokens(name) if kinds.get(word) not in colours and word.isalpha()]
    near = [match for match in index.match(f"{' '.join(said)} {old}") if not match.missed]
    return Decision(
        None, "unknown_product", _offered([*near[:2], *index.match(" ".join(family))], but=name, index=index)
    )


def _offered(matches: Sequence[Match], but: str = "", index: CatalogueIndex | None = None) -> tuple[Candidate, ...]:
    found: dict[str, Candidate] = {}
    for match in matches:
        entry = index.get(match.sku) if index is not None else None
        if entry is None or entry.name != but:
            found.setdefault(match.sku, Candidate(match.sku, round(match.score, 4)))
    return tuple(found.values())[:_OFFERED]
