"""Reading an order message: which products, how much of each, by when, for whom, under which number."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Final

from .bare_sizes import with_bare_sizes, with_extents
from .carrying import corrects, heading_of_packs, packs_of_all, with_packs_carried
from .catalogue import NOTHING_BOUGHT, Candidate, CatalogueIndex, Match
from .context import read_context
from .corrections import TAKES_BACK, apply_corrections
from .counting import counted, each_for_all
from .deciding import Decision, decide
from .denied import doubted_by, without_denied
from .earlier_lines import without_cancelled
from .enumerations import settled, spread
from .habits import Habit, as_always, find_habits, without_habits
from .headings import at_colon
from .judging import without_talk
from .leftovers import owed
from .listed import named_by_small_words
from .mentions import Mention
from .piece import Piece
from .pieces import cut
from .reading import OrderReading, ReadLine, Unread
from .segments import Segment, Segmenter, telling_words, trimmed
from .sharing import MEANT, Sharing
from .sifting import sifted
from .throughout import for_all_lines, theme_apart
from .tokenizing import LONGEST_TEXT
from .told_by_number import told_by_number
from .uncounted import without_uncounted
from .units import MOST_SALES_UNITS, Problem, resize, unit_named
from .unsold import described, is_chatter
from .varieties import in_each_variety
from .words import tokens

__all__ = ["OrderReading", "Problem", "ReadLine", "read_order", "resize"]

_MOST_LINES: Final = 200
_COMMA_IN_A_SIZE: Final = re.compile(r"(?<![\w.,])(\d),(\d)(?=\s?[x×]\s?\d)")
"""As in "5,5x38": offsets stay as they are."""
_HARDLY_NAMED: Final = 0.45
_PRONOUNS: Final = frozenset({"those", "them", "these", "it", "that", "same", "this", "one", "ones"})


@dataclass(frozen=True, slots=True)
class _Hints:
    """What breaks ties between products that are nearly equally likely."""

    bought: Mapping[str, int]
    on_screen: Sequence[str]
    cart: Sequence[str]

    def decide(self, matches: Sequence[Match]) -> Decision:
        return decide(matches, self.bought, self.on_screen, self.cart)


def read_order(
    text: str,
    index: CatalogueIndex,
    *,
    today: date,
    bought: Mapping[str, int] = NOTHING_BOUGHT,
    on_screen: Sequence[str] = (),
    cart: Sequence[str] = (),
    judged: bool = True,
) -> OrderReading:
    """Reads an order message. Never raises on any text; what lies beyond 10,000 characters is not read.

    `bought` (SKU -> times or units), the products `on_screen` and those in the `cart` decide between near-equals only.
    Unless `judged`, the rules alone tell goods from talk.
    """
    text = _COMMA_IN_A_SIZE.sub(r"\1.\2", text[:LONGEST_TEXT])
    habits = find_habits(text, index)
    whole, text = text, without_habits(text, habits)
    context = read_context(text, index, today)
    pieces = told_by_number(cut(text, index, context.spans), index)
    pieces, denied = without_denied(without_cancelled(pieces), index)
    pieces = apply_corrections(without_uncounted(pieces, index))
    theme, pieces = theme_apart(pieces, index)
    hints = _Hints(bought, on_screen, cart)
    segmenter = Segmenter(index)
    cut_up = _doubted(counted(spread(each_for_all(_sentences(pieces, segmenter)), index)))
    cut_up = in_each_variety(for_all_lines(cut_up, pieces, segmenter, theme), segmenter)
    cut_up = described(named_by_small_words(cut_up, index), hints.decide)
    sized = with_extents(with_bare_sizes(cut_up, index), segmenter)
    shared = Sharing(segmenter, hints.decide).over(sized)
    shared = doubted_by(denied, settled(shared, index, hints.decide), index, hints.decide)
    carried = with_packs_carried(shared, index, hints.decide)
    segments = sifted(carried, pieces, segmenter, hints.decide)
    if not any(s.names_something for sentence in segments for s in sentence):
        segments = carried  # "how much is the sage linen": what is named without a quantity is all there is
    lines, unread = _read_lines(text, [s for sentence in segments for s in sentence], index, hints)
    lines = _without_chatter(_as_always(whole, lines, habits, index, bought))
    if judged:
        lines, unread = without_talk(whole, lines, unread)
    return OrderReading(
        tuple(lines[:_MOST_LINES]),
        context.requested_date,
        context.customer_reference,
        context.customer_text,
        context.delivery_text,
        tuple(unread),
    )


def _read_lines(
    text: str, segments: Sequence[Segment], index: CatalogueIndex, hints: _Hints
) -> tuple[list[ReadLine], list[Unread]]:
    """The segments as order lines, and the words that were taken for none with their places."""
    found = [
        _line(text, segment, before, index, hints)
        for before, segment in pairwise([None, *segments])
        if segment is not None
    ]
    owing = owed(segments, [line is not None for line in found], index)
    lines: list[ReadLine] = []
    unread: list[Unread] = []
    for i, (segment, line) in enumerate(zip(segments, found, strict=True)):
        if line:
            lines = _in_place_of(lines, line) if corrects(segment) or _is_called(line, lines) else lines
            lines.append(line)
        elif left := trimmed(" ".join(p.text for p in segment.pieces if p.kind in ("word", "number", "aside"))):
            if i in owing:
                lines.append(_question(text, segment, left))
            else:
                unread.append(Unread(left, (segment.pieces[0].start, segment.pieces[-1].end)))
    return lines, unread


def _is_called(line: ReadLine, lines: Sequence[ReadLine]) -> bool:
    """As in "three of the little frames, I think it's called three mini frames": the same thing by its name."""
    last = lines[-1] if lines else None
    same = last is not None and last.sku is not None and (last.sku, last.quantity) == (line.sku, line.quantity)
    return same and "called" in line.text.lower().split()


def _as_always(
    text: str, lines: Sequence[ReadLine], habits: Sequence[Habit], index: CatalogueIndex, bought: Mapping[str, int]
) -> list[ReadLine]:
    """The lines with what is had as always: the product bought most, or a line of its own where no quantity is said."""
    found = list(lines)
    for habit in habits:
        decision = as_always(habit, index, bought)
        if not habit.counted:
            said = text[habit.whole[0] : habit.whole[1]]
            problem = decision.problem or "no_quantity"
            found.append(
                ReadLine(
                    said, habit.whole, None, None, None, habit.what, decision.sku, None, decision.candidates, problem,
                    usual=True,
                )
            )  # fmt: skip
            continue
        for at, line in enumerate(found):
            if line.sku is None and line.span[0] <= habit.span[0] and habit.span[1] <= line.span[1]:
                found[at] = _decided(line, decision, index)
    return sorted(found, key=lambda line: line.span)


def _decided(line: ReadLine, decision: Decision, index: CatalogueIndex) -> ReadLine:
    """A line whose product is decided after all."""
    entry = index.get(decision.sku) if decision.sku else None
    sized = resize(line.amount, line.unit, entry, per=line.per) if entry and line.amount is not None else None
    if entry is None:
        return replace(line, candidates=decision.candidates or line.candidates)
    problem = None if isinstance(sized, int) else sized or "no_quantity"
    quantity = sized if isinstance(sized, int) else None
    return replace(line, sku=entry.sku, quantity=quantity, candidates=decision.candidates, problem=problem)


def _in_place_of(lines: list[ReadLine], line: ReadLine) -> list[ReadLine]:
    """The lines without the one that `line` corrects: the same product again, or the last one said more fully."""
    said = set(tokens(line.product_text))
    same = [other for other in lines if other.sku and other.sku == line.sku]
    if not same and lines and line.quantity is not None and said > set(tokens(lines[-1].product_text)):
        same = lines[-1:]
    return [other for other in lines if other is not same[-1]] if same else lines


def _without_chatter(lines: Sequence[ReadLine]) -> list[ReadLine]:
    """Beside real lines, words that no product has with a number behind them are none: "Room 12"."""
    real = any(line.sku and not line.chatter for line in lines)
    return [line for line in lines if not (real and line.chatter)]


def _sentences(pieces: Sequence[Piece], segmenter: Segmenter) -> list[list[Segment]]:
    """Cuts at breaks. What stands before a colon without a quantity is shared by what follows ("knobs: 12 blue")."""
    found = []
    head = ""
    stops = {piece.end for piece in pieces if piece.kind == "break" and piece.text == "."}
    of_all: str | None = None
    for said in _split(pieces, "break"):
        of_all = packs_of_all(said) or of_all
        pack, sentence = heading_of_packs(said)
        pack = pack or of_all
        before, after = at_colon(sentence, segmenter)
        if before is not None:
            head = before
        elif not _has_number(sentence) or (head and _opens_anew(sentence, stops, head, segmenter)):
            head = ""
        found.append([replace(segment, head=head, packed=pack) for segment in segmenter.segments(after, head)])
    return found


def _opens_anew(sentence: Sequence[Piece], stops: set[int], head: str, segmenter: Segmenter) -> bool:
    """Whether a new sentence names other goods than the heading: "poplin: white 10 m. Also 144 shirt buttons"."""
    if not any(0 <= sentence[0].start - stop <= 1 for stop in stops):
        return False
    first = next((s for s in segmenter.segments(sentence) if s.mention and s.product), None)
    if first is None or not first.matches or first.matches[0].missed:
        return False
    under = segmenter.index.fit(first.matches[0].sku, head)
    return under is not None and under.missed == under.required


def _split(pieces: Sequence[Piece], kind: str) -> list[list[Piece]]:
    parts: list[list[Piece]] = [[]]
    for piece in pieces:
        if piece.kind == kind:
            parts.append([])
        else:
            parts[-1].append(piece)
    return [part for part in parts if part]


def _has_number(pieces: Sequence[Piece]) -> bool:
    return any(p.kind in ("number", "range") for p in pieces)


def _doubted(sentences: list[list[Segment]]) -> list[list[Segment]]:
    """As in "a dozen union jack doormats no the union flag ones": what is taken back is asked about."""
    found: list[list[Segment]] = []
    for sentence in sentences:
        kept: list[Segment] = []
        for segment in sentence:
            said = kept[-1].pieces[-1] if kept else None
            if said and said.kind == "word" and said.lower in TAKES_BACK and kept[-1].mention:
                kept[-1] = replace(kept[-1], doubted=True)
                kept.append(segment if segment.mention else Segment(segment.pieces, segment.worth))
            else:
                kept.append(segment)
        found.append(kept)
    return found


def _line(text: str, segment: Segment, before: Segment | None, index: CatalogueIndex, hints: _Hints) -> ReadLine | None:
    """The segment as an order line; None if it names no product, or only small talk."""
    decision = _decision(segment, index, hints)
    if decision is None:
        return None
    mention = segment.mention
    pieces = [p for p in segment.pieces if p.kind not in ("comma", "separator", "noise", "aside")] or segment.pieces
    span = (min(p.start for p in pieces), max(p.end for p in pieces))
    amount = mention.amount if mention else None
    quantity, problem = _quantity(mention, decision.sku, index)
    return ReadLine(
        text[span[0] : span[1]],
        span,
        segment.asked,
        amount,
        mention.unit if mention else None,
        segment.product,
        decision.sku,
        quantity,
        decision.candidates,
        decision.problem or problem,
        mention.per if mention else None,
        is_chatter(segment, before, decision, index),
    )


def _question(text: str, segment: Segment, left: str) -> ReadLine:
    """What no line took, as a line that nothing is known of but its words."""
    span = (segment.pieces[0].start, segment.pieces[-1].end)
    return ReadLine(text[span[0] : span[1]], span, segment.asked, None, None, left, None, None, (), "unknown_product")


def _decision(segment: Segment, index: CatalogueIndex, hints: _Hints) -> Decision | None:
    if segment.sku:
        return _coded(segment, segment.sku, index)
    if not segment.product or all(unit_named(word) for word in segment.product.split()):
        return _pointed_at(segment, hints)
    decision = hints.decide(segment.matches)
    if decision.sku and (_by_one_common_word(segment) or _by_its_condition(segment)):
        return Decision(None, "ambiguous_product", decision.candidates)
    if (segment.unsure or segment.doubted) and decision.sku:
        decision = Decision(None, "ambiguous_product", decision.candidates)
    return decision


def _by_one_common_word(segment: Segment) -> bool:
    """Whether a product was found by one word only that is a small part of its name: "two in front"."""
    said = telling_words(segment.product)
    top = segment.matches[0]
    bare = segment.mention is None or (segment.mention.unit is None and not _is_counted_behind(segment))
    common = len(said) == 1 and said[0] != "letter" and said[0].isalpha()
    return bare and common and top.score != MEANT and top.named < _HARDLY_NAMED


def _by_its_condition(segment: Segment) -> bool:
    """Whether one word only names the goods, and it says on what they hang: "one set if you can work it out"."""
    said = set(telling_words(segment.product))
    at = next((i for i, piece in enumerate(segment.pieces) if piece.lower.split()[0] == "if"), 0)
    after = [word for piece in segment.pieces[at + 1 :] for word in tokens(piece.text)]
    hardly = segment.matches[0].score != MEANT and segment.matches[0].named < _HARDLY_NAMED
    return len(said) == 1 and at > 0 and hardly and said <= set(after)


def _is_counted_behind(segment: Segment) -> bool:
    """As in "vinylester x12", "vinylester: 6": whoever writes so names goods."""
    mention = segment.mention
    if mention is None or not 0 < mention.first < len(segment.pieces):
        return False
    return segment.pieces[mention.first].kind == "times" or segment.pieces[mention.first - 1].kind == "colon"


def _coded(segment: Segment, sku: str, index: CatalogueIndex) -> Decision:
    """A code decides, unless the words beside it name another product: then both are offered."""
    entry = index.get(sku)
    if entry is None or not entry.active:
        similar = index.search(entry.name, limit=5) if entry else []
        return Decision(None, "unknown_product", tuple(similar))
    best = segment.matches[0] if segment.matches else None
    if best and best.sku != sku and best.score >= 0.9:
        mine = next((m.explained for m in segment.matches if m.sku == sku), 0.0)
        if mine < 0.5:
            return Decision(None, "ambiguous_product", (Candidate(sku, 0.9), Candidate(best.sku, round(best.score, 4))))
    return Decision(sku, None, (Candidate(sku, 1.0),))


def _pointed_at(segment: Segment, hints: _Hints) -> Decision | None:
    """As in "20 of those": what is on the screen, if it is one thing."""
    words = {p.lower for p in segment.pieces if p.kind == "word"}
    if not segment.mention or not words & _PRONOUNS or not hints.on_screen:
        return None
    shown = tuple(Candidate(sku, 0.9) for sku in dict.fromkeys(hints.on_screen))
    if len(shown) == 1:
        return Decision(shown[0].sku, None, shown)
    return Decision(None, "ambiguous_product", shown[:8])


def _quantity(mention: Mention | None, sku: str | None, index: CatalogueIndex) -> tuple[int | None, Problem | None]:
    if mention is None:
        return None, "no_quantity"
    if mention.is_range:
        return None, "range"
    if mention.amount is None:
        return None, "no_quantity"
    entry = index.get(sku) if sku else None
    if entry:
        sized = resize(mention.amount, mention.unit, entry, per=mention.per)
        return (sized, None) if isinstance(sized, int) else (None, sized)
    if mention.amount <= 0:
        return None, "zero" if mention.amount == 0 else "negative"
    return None, "absurd" if mention.amount > MOST_SALES_UNITS else None
