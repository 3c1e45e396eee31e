"""What the lines of one message share: a heading, a noun or a size that is said once and meant for several of them.

"gingham 10m red, 10m green", "Satin ribbon 25mm: white 4, red 4", "4x30 2 box, 4x40 2 box, all pozi woodscrew". A
line that does not decide by its own words looks at what follows it, at the heading above it, then at its neighbours.
Among the products that have all of its own words, the one that answers best to this context is meant, if it is the
only one. What another line orders already is not meant again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from .atoms import refers_to_a_kind, says_what_for
from .carrying import corrects
from .catalogue import Match
from .deciding import Decision, near_equals
from .segments import Segment, Segmenter
from .units import PACKAGES, SIZED_IN, resize
from .words import OPTIONAL_WORDS, SIZE, STOP_WORDS, contrast_classes, is_hard, tokens, without_extent, word_set

Decide = Callable[[Sequence[Match]], Decision]

_ADJECTIVES: Final = frozenset({"colour", "metal", "extent", "side"})
_HEADING_SHARE: Final = 0.5
_NEIGHBOUR_SHARE: Final = 0.3
_CLOSE: Final = 0.06
_WEAKLY_NAMED: Final = 0.6
_KNOWN_HEADING: Final = 0.7
_SLIP_OF_A_HEADING: Final = 0.85
_LONG: Final = 5
MEANT: Final = 0.9
_WHOLLY_NAMED: Final = 0.95
_HARDLY_NAMED: Final = 0.5
"""A single word and its context that name less of a product than this choose none."""
_MOST_ALIKE: Final = 8
_WHERE: Final = frozenset({"on", "in", "to", "from", "at"})
_SHADES: Final = word_set("hot baby light dark pale bright pastel deep sky royal powder dusky dusty")
"""As in "12 hot pink, 12 black"."""


@dataclass(slots=True)
class _Line:
    """A segment with a quantity, the heading it stands under, and what has been decided of it."""

    segment: Segment
    heading: str
    open: bool
    sku: str | None
    after: str = ""
    """What is said behind it without a quantity of its own: "a box of ribbon in red, the 25mm"."""
    settled: bool = False


class Sharing:
    """Goes over the lines of one message, first down with headings and what was said before, then up."""

    def __init__(self, segmenter: Segmenter, decide: Decide) -> None:
        self._segmenter = segmenter
        self._index = segmenter.index
        self._decide = decide
        self._lines: list[_Line] = []

    def over(self, sentences: Sequence[Sequence[Segment]]) -> list[list[Segment]]:
        """The sentences with their open lines settled as far as the context allows."""
        found = [list(sentence) for sentence in self._totals_as_headings(sentences)]
        places = self._read(found)
        for at, line in enumerate(self._lines):
            if line.open and self._shares_the_next_noun(at):
                self._settle(line, self._name(self._lines[at + 1]), later=True)
            if line.open and not line.settled:
                self._settle(line, self._family(at), later=False)
            if line.open and line.sku is None and at:
                self._settle(line, self._name(self._lines[at - 1]), later=False)
        for at in range(len(self._lines) - 2, -1, -1):
            line = self._lines[at]
            if line.open and line.sku is None:
                self._settle(line, self._of_later(line, self._next_named(at)), later=True)
        for at, line in enumerate(self._lines):
            if line.open and line.sku is None and not self._left_over(line) and not self._by_unit(line) and at:
                self._settle(line, self._family(at), later=False)
        for line in self._lines:
            if line.after and line.sku and self._contradicts(line):
                line.segment = replace(line.segment, unsure=True)
        for (sentence, segment), line in zip(places, self._lines, strict=True):
            found[sentence][segment] = line.segment
        return found

    def _totals_as_headings(self, sentences: Sequence[Sequence[Segment]]) -> list[list[Segment]]:
        """As in "15 breakfast sets, 5 robot 5 fairy 5 circus": what sums up the lines that follow is their heading."""
        flat = [(i, j, s) for i, sentence in enumerate(sentences) for j, s in enumerate(sentence) if s.names_something]
        found = [list(sentence) for sentence in sentences]
        for at, (i, j, segment) in enumerate(flat[:-2]):
            count = _summed_up([other for _, _, other in flat[at:]])
            parts = [other for _, _, other in flat[at + 1 : at + 1 + count]]
            total = count and not _tells_apart(segment.product)  # "blue two pink one mint one" is three lines
            whole = bool(total) and all(self._is_a(part, segment) for part in parts)
            if (whole or _is_measured(flat[at:])) and self._decide(segment.matches).sku is None:
                found[i][j] = replace(segment, mention=None, asked=None)
        return found

    def _contradicts(self, line: _Line) -> bool:
        """Whether what is said behind it is another metal: "6 U bolts M8, but only if stainless"."""
        metal = next((word for word in _telling(line.after) if contrast_classes().get(word) == "metal"), "")
        fit = self._index.fit(line.sku or "", metal) if metal else None
        return fit is not None and fit.missed > 0

    def _is_a(self, part: Segment, whole: Segment) -> bool:
        best = self._index.within(part.product, whole.product, limit=1)
        return bool(best) and best[0][1] >= _HEADING_SHARE

    def _read(self, sentences: Sequence[Sequence[Segment]]) -> list[tuple[int, int]]:
        places: list[tuple[int, int]] = []
        heading = ""
        for i, sentence in enumerate(sentences):
            last: _Line | None = None
            for j, segment in enumerate(sentence):
                if segment.sku or (segment.mention and segment.product):
                    last = (
                        _Line(segment, "", False, segment.sku)
                        if segment.sku
                        else self._line(segment, segment.head or heading)
                    )
                    places.append((i, j))
                    self._lines.append(last)
                elif last is not None and self._adds_to(last, segment):
                    last.open = True
                    last.after = f"{last.after} {without_extent(segment.heading)}".strip()
                told = j and heading and _tells_apart(segment.heading)  # ", and pink" is no heading in a noun's place
                if not segment.mention and not segment.sku and not told and self._is_heading(segment):
                    heading = segment.heading
                    self._trailing(heading)
        return places

    def _adds_to(self, last: _Line, segment: Segment) -> bool:
        """Whether what stands behind a line without a quantity says more of it, in words that some product has."""
        if says_what_for(segment.pieces) or not segment.heading or not (last.open or _tells_apart(segment.heading)):
            return False
        fit = self._segmenter.fit(segment.heading)
        return not fit.matches or fit.matches[0].met > 0

    def _line(self, segment: Segment, heading: str) -> _Line:
        decision = self._decide(segment.matches)
        words = _telling(segment.product)
        sku = None if _tells_apart(segment.product) else decision.sku
        named = segment.matches[0].named if segment.matches else 0.0
        weak = named < _WEAKLY_NAMED and (bool(heading) or (len(words) == 1 and bool(self._lines)))
        weak = weak or (sku is not None and bool(heading) and not self._answers(sku, heading))
        weak = weak or (bool(self._lines) and refers_to_a_kind(segment.pieces))
        if sku is None and decision.sku:
            segment = replace(segment, unsure=True)
        alike = sku is None and sum(m.named >= _WHOLLY_NAMED and not m.missed for m in segment.matches) > 1
        return _Line(segment, heading, (sku is None or weak) and not alike, sku)

    def _answers(self, sku: str, heading: str) -> bool:
        """Whether a product has any word of the heading that its line stands under."""
        fit = self._index.fit(sku, heading)
        return fit is not None and (fit.missed < fit.required or not fit.required)

    def _is_heading(self, segment: Segment) -> bool:
        if not segment.heading or says_what_for(segment.pieces) or _says_where(segment):
            return False
        fit = self._segmenter.fit(segment.heading)
        explained = fit.matches[0].explained if fit.matches else 0.0
        if any(map(self._index.knows, _telling(segment.heading))):
            return explained >= _KNOWN_HEADING
        long = any(len(word) >= _LONG for word in _telling(segment.heading))  # "lovely to chat" is no slip of "cat"
        return long and explained >= _SLIP_OF_A_HEADING

    def _trailing(self, heading: str) -> None:
        """A heading may come last: "4x30 2 box, 4x40 2 box, all woodscrews"."""
        for line in self._lines:
            if line.open and not line.heading:
                line.heading = heading

    def _next_named(self, at: int) -> _Line:
        """The next line with a noun: "6 pink, 6 blue and 6 green teacups"."""
        after = self._lines[at + 1 :]
        return next((line for line in after if line.sku or not _tells_apart(line.segment.product)), after[0])

    def _shares_the_next_noun(self, at: int) -> bool:
        """Whether it is joined to a line that says its noun: "12 each of the green and pink teacups", and what came
        before differs by no colour.
        """
        line, following = self._lines[at], self._lines[at + 1] if at + 1 < len(self._lines) else None
        if following is None or not following.sku or line.heading or line.sku:
            return False
        each = line.segment.mention
        if each is not None and each.each and following.segment.mention is each:
            return len(_telling(line.segment.product)) < len(_telling(following.segment.product))
        if not _tells_apart(line.segment.product):
            return False
        kinds = _kinds(line.segment.product)
        before = _kinds(self._lines[at - 1].segment.product) if at else set()
        joint = following.segment.pieces[0]
        joined = joint.kind == "separator" and joint.start - line.segment.pieces[-1].end <= 1
        return joined and bool(kinds) and kinds <= _kinds(following.segment.product) and not kinds & before

    def _settle(self, line: _Line, beside: str, *, later: bool) -> None:
        if not later and self._completes(line, beside):
            return
        beside = self._without_contrast(beside, line.segment)
        tries = [(line.after, ""), (line.heading, beside), (line.heading, ""), ("", beside)]
        for heading, name in tries[3:] if later else tries:
            if not heading and not name:
                continue
            close = self._closest(line, heading, name)
            if close and not heading and self._leaves_out(line, close, later=later):
                line.segment = replace(line.segment, matches=tuple(close), unsure=True)
                return
            if len(close) > 1 and name and not later:
                close = self._of_one_range(line, close, heading) or close
            if len(close) == 1 or (close and line.sku is None and heading):
                line.segment = replace(line.segment, matches=tuple(close), unsure=False)
                line.sku, line.settled = (close[0].sku if len(close) == 1 else None), True
                if line.sku:
                    return

    def _leaves_out(self, line: _Line, close: Sequence[Match], *, later: bool) -> bool:
        """Whether what only a colour or size tells apart would lack a word that the line beside it says of its own
        thing: "12 blue and 12 pink union jack tags" are no blue spotty tags.
        """
        if line.heading or not _tells_apart(line.segment.product):
            return False
        at = self._place(line)
        others = self._lines[at + 1 :] if later else reversed(self._lines[:at])
        said = next((words for other in others if len((words := self._said_of(other)).split()) > 1), "")
        fits = [self._index.fit(match.sku, said) for match in close] if said else []
        return bool(fits) and all(fit is not None and fit.missed > 0 for fit in fits)

    def _said_of(self, line: _Line) -> str:
        """The words said of its product that it has, without what only tells apart."""
        if not line.sku:
            return ""
        kinds = contrast_classes()
        words = [w for w in _telling(line.segment.product) if kinds.get(w) not in _ADJECTIVES and w not in _SHADES]
        fits = [(word, self._index.fit(line.sku, word)) for word in words]
        return " ".join(word for word, fit in fits if fit is not None and fit.required and not fit.missed)

    def _completes(self, line: _Line, beside: str) -> bool:
        """Whether its words and the neighbour's make up one whole name: "ivory hanging heart 6, bird 12"."""
        found = self._closest(line, line.heading, beside) if beside else []
        if len(found) != 1 or found[0].named < _WHOLLY_NAMED:
            return False
        line.segment = replace(line.segment, matches=(found[0],), unsure=False)
        line.sku, line.settled = found[0].sku, True
        return True

    def _closest(self, line: _Line, heading: str, beside: str) -> list[Match]:
        taken = {other.sku for other in self._lines if other.sku and other is not line}
        if corrects(line.segment):
            taken = set()
        found = self._index.within(line.segment.product, heading, beside, limit=_MOST_ALIKE)
        found = [pair for pair in found if pair[0].sku not in taken]
        if not found or found[0][1] < (_HEADING_SHARE if heading else _NEIGHBOUR_SHARE):
            return []
        hardly = found[0][0].named < _HARDLY_NAMED and found[0][1] < _WHOLLY_NAMED
        if hardly and len(_telling(line.segment.product)) < 2:
            return []
        best = found[0][1]
        close = [match for match, share in found if share >= best - _CLOSE]
        wholly = [match for match in close if match.named >= _WHOLLY_NAMED]
        if len(wholly) == 1:  # "heart of wicker: 12 small, 6 large": not the large white one
            close = wholly
        return [replace(match, score=MEANT, explained=MEANT, met=match.required) for match in close]

    def _of_one_range(self, line: _Line, close: Sequence[Match], heading: str) -> list[Match]:
        """Of things that a neighbour's range has in several colours, the one in its colour: "pink spotted cups 8,
        plates 8". Not so in "red linen and thread", which share no more than the colour.
        """
        before = next((other for other in reversed(self._lines[: self._place(line)]) if other.sku), None)
        if before is None or heading:
            return []
        words = [word for word in tokens(self._name(before)) if word not in STOP_WORDS]
        colours = [word for word in words if contrast_classes().get(word) == "colour"]
        entries = [(match, set(tokens(entry.name))) for match in close if (entry := self._index.get(match.sku))]
        kin = set(words) - set(colours)
        fits = [m for m, name in entries if len(kin & name) > 0 and colours and set(colours) <= name]
        return fits if len(fits) == 1 and all(kin & name for _, name in entries) else []

    def _place(self, line: _Line) -> int:
        return next(at for at, other in enumerate(self._lines) if other is line)

    def _family(self, at: int) -> str:
        """What the lines before have in common, or else the name of the last of them."""
        if not at:
            return ""
        said = self._lines[:at]  # what a colour alone has not decided says nothing of what they share
        said = [line for line in said if line.sku or not _tells_apart(line.segment.product)] or said
        last = self._name(said[-1])
        if len(said) < 2:
            return last
        before = set(tokens(self._name(said[-2])))
        if all(map(is_hard, _telling(self._lines[at].segment.product))) and self._is_of_another_kind(said[-1], before):
            return last  # "spring washers M6 20, M8 20. penny washers M8 10, M10 10"
        return " ".join(word for word in tokens(last) if word in before and word not in STOP_WORDS) or last

    def _is_of_another_kind(self, line: _Line, before: set[str]) -> bool:
        """Whether it says a word of its product that the line before it lacks, sizes and colours aside."""
        said = [word for word in tokens(self._said_of(line)) if not is_hard(word) and word not in before]
        name = set(tokens(self._name(line)))
        return bool(said and before & name)

    def _of_later(self, line: _Line, later: _Line) -> str:
        """A noun may be said with the last line only; who says one already means another."""
        name = self._name(later)
        if all(is_hard(word) or contrast_classes().get(word) in _ADJECTIVES for word in _telling(line.segment.product)):
            return name
        own = set(tokens(line.segment.product))
        alike = bool(own & set(tokens(name)) - set(contrast_classes()))
        return name if alike and later.sku and self._segmenter.index.fit(later.sku, " ".join(own)) else ""

    def _left_over(self, line: _Line) -> bool:
        """Of two that fit, one is ordered by another line: the other is meant."""
        taken = {other.sku for other in self._lines if other.sku and other is not line}
        close = [m for m in near_equals(line.segment.matches) if not m.missed] if line.segment.matches else []
        left = [match for match in close if match.sku not in taken]
        if len(close) == 2 and len(left) == 1 and left[0].met == left[0].required:
            line.segment = replace(line.segment, matches=(replace(left[0], score=MEANT),), unsure=False)
            line.sku = left[0].sku
        return line.sku is not None

    def _by_unit(self, line: _Line) -> bool:
        """Of those that fit, one comes in the pack that was asked for: "a bundle of M8 rod"."""
        mention = line.segment.mention
        if mention is None or mention.unit not in PACKAGES or mention.amount is None or not line.segment.matches:
            return False
        close = [match for match in near_equals(line.segment.matches) if not match.missed]
        entries = [(match, self._index.get(match.sku)) for match in close[:_MOST_ALIKE]]
        had = [m for m, e in entries if e and isinstance(resize(mention.amount, mention.unit, e, per=mention.per), int)]
        if len(had) == 1 and len(close) <= _MOST_ALIKE:
            line.segment = replace(line.segment, matches=(replace(had[0], score=MEANT),), unsure=False)
            line.sku = had[0].sku
        return line.sku is not None

    def _name(self, line: _Line) -> str:
        entry = self._index.get(line.sku) if line.sku else None
        return entry.name if entry else line.segment.product

    @staticmethod
    def _without_contrast(name: str, segment: Segment) -> str:
        """A neighbour's name without what this line says differently: its colour, its size."""
        classes = contrast_classes()
        own = tokens(segment.product)
        said = {classes[word] for word in own if word in classes}
        if any(not is_hard(word) and classes.get(word) not in _ADJECTIVES for word in _telling(segment.product)):
            said.add("colour")  # "red linen and 4 thread": the thread may be of any colour
        sized = any(SIZE.match(word) for word in own)
        kept = [w for w in tokens(name) if classes.get(w) not in said and not (sized and SIZE.match(w))]
        return " ".join(kept)


def _says_where(segment: Segment) -> bool:
    """As in "we saw your doormats" | "on the fair"."""
    return segment.pieces[0].kind == "aside" and segment.pieces[0].lower.split()[0] in _WHERE


def _telling(text: str) -> list[str]:
    return [word for word in tokens(text) if word not in STOP_WORDS and word not in OPTIONAL_WORDS]


def _tells_apart(text: str) -> bool:
    """Whether all it says is a colour, a finish, a size: "red", "the small"."""
    return all(contrast_classes().get(word) in _ADJECTIVES for word in _telling(text))


def _kinds(text: str) -> set[str]:
    """What its words tell things apart by: colour, size."""
    return {kind for word in _telling(text) if (kind := contrast_classes().get(word)) in _ADJECTIVES}


def _is_measured(flat: Sequence[tuple[int, int, Segment]]) -> bool:
    """Whether a line says its goods and their width, and those under it no more than a colour: "gingham, 112cm"."""
    (sentence, place, segment), (below, _, following) = flat[:2]
    unit = segment.mention.unit if segment.mention else None
    alone = place == 0 and below > sentence and segment.pieces[-1].kind != "break"
    return unit in SIZED_IN and alone and not following.sku and _tells_apart(following.product)


def _summed_up(segments: Sequence[Segment]) -> int:
    """How many of the segments after the first add up to its quantity; 0 if they do not."""
    total = _amount(segments[0])
    if total is None or segments[0].sku:
        return 0
    summed = 0
    for count, segment in enumerate(segments[1:], start=1):
        amount = _amount(segment)
        if amount is None or segment.sku:
            return 0
        summed += amount
        if summed >= total:
            return count if summed == total and count > 1 else 0
    return 0


def _amount(segment: Segment) -> int | None:
    mention = segment.mention
    if mention is None or mention.amount is None or mention.unit not in (None, "each") or mention.amount % 1:
        return None
    return int(mention.amount)
