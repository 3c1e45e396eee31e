"""Reading an order message: which products, how much of each, by when, for whom, under which number."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Final

from .carrying import corrects, counts_with, with_packs_carried, without_durations
from .catalogue import NOTHING_BOUGHT, Candidate, CatalogueIndex, Match
from .context import read_context
from .corrections import TAKES_BACK, apply_corrections
from .deciding import POSSIBLE, Decision, decide
from .enumerations import spread
from .mentions import LEADING, Mention
from .piece import Piece
from .pieces import cut
from .segments import Segment, Segmenter, spoken, telling_words, trimmed
from .sharing import MEANT, Sharing
from .sifting import sifted
from .throughout import for_all_lines
from .tokenizing import LONGEST_TEXT
from .units import MOST_SALES_UNITS, Problem, resize, unit_named
from .words import tokens

__all__ = ["OrderReading", "Problem", "ReadLine", "read_order", "resize"]

_MOST_LINES: Final = 200
_COMMA_IN_A_SIZE: Final = re.compile(r"(?<![\w.,])(\d),(\d)(?=\s?[x×]\s?\d)")
"""As in "5,5x38": offsets stay as they are."""
_THE_SAME: Final = frozenset(
    {
        ("same", "of"),
        ("same", "again"),
        ("same", "number"),
        ("same", "amount"),
        ("same", "quantity"),
        ("same", "in"),
        ("as", "many"),
    }
)
_HARDLY_NAMED: Final = 0.45
_PRONOUNS: Final = frozenset({"those", "them", "these", "it", "that", "same", "this", "one", "ones"})


@dataclass(frozen=True, slots=True)
class ReadLine:
    """One order line. Exactly right lines have a `sku`, a `quantity` (in sales units) and no `problem`."""

    text: str
    span: tuple[int, int]
    asked: str | None
    amount: Decimal | None
    unit: str | None
    product_text: str
    sku: str | None
    quantity: int | None
    candidates: tuple[Candidate, ...]
    problem: Problem | None
    per: int | None = None
    """What a pack was said to hold ("two boxes of 12"); give it to `resize` when the product is chosen afterwards."""
    chatter: bool = False
    """Nothing in the catalogue is like it, and its number stands as in "Room 12"."""


@dataclass(frozen=True, slots=True)
class OrderReading:
    """A message as it was read. `unread` are the words that were taken for no line, to be shown or logged."""

    lines: tuple[ReadLine, ...]
    requested_date: date | None
    customer_reference: str | None
    customer_text: str | None
    delivery_text: str | None = None
    unread: tuple[str, ...] = ()


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
) -> OrderReading:
    """Reads an order message. Never raises on any text; what lies beyond 10,000 characters is not read.

    `bought` (SKU -> times or units), the products `on_screen` and those in the `cart` decide between near-equals only.
    """
    text = _COMMA_IN_A_SIZE.sub(r"\1.\2", text[:LONGEST_TEXT])
    context = read_context(text, index, today)
    pieces = apply_corrections(without_durations(cut(text, index, context.spans), index))
    hints = _Hints(bought, on_screen, cart)
    segmenter = Segmenter(index)
    cut_up = _doubted(_counted(spread(_each_for_all(_sentences(pieces, segmenter)), index)))
    cut_up = for_all_lines(cut_up, pieces, segmenter)
    shared = Sharing(segmenter, hints.decide).over(cut_up)
    carried = with_packs_carried(shared, index, hints.decide)
    segments = sifted(carried, segmenter, hints.decide)
    if not any(s.names_something for sentence in segments for s in sentence):
        segments = carried  # "how much is the sage linen": what is named without a quantity is all there is
    lines: list[ReadLine] = []
    unread: list[str] = []
    for sentence in segments:
        for segment in sentence:
            line = _line(text, segment, index, hints)
            if line:
                lines = _in_place_of(lines, line) if corrects(segment) else lines
                lines.append(line)
            elif left := trimmed(" ".join(p.text for p in segment.pieces if p.kind in ("word", "number", "aside"))):
                unread.append(left)
    return OrderReading(
        tuple(_without_chatter(lines)[:_MOST_LINES]),
        context.requested_date,
        context.customer_reference,
        context.customer_text,
        context.delivery_text,
        tuple(unread),
    )


def _in_place_of(lines: list[ReadLine], line: ReadLine) -> list[ReadLine]:
    """The lines without the one that `line` corrects: the same product again, or the last one said more fully."""
    said = set(tokens(line.product_text))
    same = [other for other in lines if other.sku and other.sku == line.sku]
    if not same and lines and line.quantity is not None and said > set(tokens(lines[-1].product_text)):
        same = lines[-1:]
    return [other for other in lines if other is not same[-1]] if same else lines


def _without_chatter(lines: Sequence[ReadLine]) -> list[ReadLine]:
    """Beside real lines, words that no product has with a number behind them are none: "Room 12"."""
    real = any(line.sku for line in lines)
    return [line for line in lines if not (real and line.chatter)]


def _sentences(pieces: Sequence[Piece], segmenter: Segmenter) -> list[list[Segment]]:
    """Cuts at breaks. What stands before a colon without a quantity is shared by what follows ("knobs: 12 blue")."""
    found = []
    head = ""
    for sentence in _split(pieces, "break"):
        before, after = _at_colon(sentence, segmenter)
        if before is not None:
            head = before
        elif not _has_number(sentence):
            head = ""
        found.append([replace(segment, head=head) for segment in segmenter.segments(after, head)])
    return found


def _split(pieces: Sequence[Piece], kind: str) -> list[list[Piece]]:
    parts: list[list[Piece]] = [[]]
    for piece in pieces:
        if piece.kind == kind:
            parts.append([])
        else:
            parts[-1].append(piece)
    return [part for part in parts if part]


def _is_size(pieces: Sequence[Piece], i: int) -> bool:
    """As in "Satin ribbon 25mm: …"."""
    written = pieces[i].unit or (pieces[i + 1].text if i + 1 < len(pieces) else "")
    return unit_named(written) in ("millimetre", "centimetre")


def _has_number(pieces: Sequence[Piece]) -> bool:
    return any(p.kind in ("number", "range") for p in pieces)


def _at_colon(sentence: list[Piece], segmenter: Segmenter) -> tuple[str | None, list[Piece]]:
    """The shared head before a colon and the rest; (None, …) if the colon only stands between name and quantity."""
    at = next((i for i, p in enumerate(sentence) if p.kind == "colon"), -1)
    if at < 0 or any(p.kind in ("number", "range") and not _is_size(sentence, i) for i, p in enumerate(sentence[:at])):
        return None, sentence
    if any(p.kind == "code" for p in sentence[:at]):
        return None, sentence
    after = sentence[at + 1 :]
    named = [p for p in after if p.kind in ("word", "code")]
    text = trimmed(spoken(sentence[:at]), segmenter.index)
    fit = segmenter.fit(text)
    if not fit.matches or fit.matches[0].explained < 0.7:
        known = bool(fit.matches) and fit.matches[0].score >= POSSIBLE
        return (None, sentence) if known and not (named and _has_number(after)) else ("", after)
    only_quantity = not trimmed(" ".join(p.text for p in named if p.kind == "word")) and _has_number(after)
    return (None, sentence) if only_quantity or (not named and after) else (text, after)


def _each_for_all(sentences: list[list[Segment]]) -> list[list[Segment]]:
    """As in "red and blue linen, 5 m each": lines without a quantity take the one that was said for each."""
    found: list[list[Segment]] = []
    for sentence in sentences:
        said = [s for s in sentence if s.mention]
        if len(said) == 1 and found and not said[0].names_something and said[0].mention and said[0].mention.each:
            found[-1] = [_as_much(s, said[0]) for s in found[-1]]  # "22558 and 22980. 10 each"
        if len(said) == 1 and any(p.kind == "each" for s in sentence for p in s.pieces):
            found.append([_as_much(s, said[0]) for s in sentence])
        else:
            found.append(_each_of_several(sentence))
    return found


def _as_much(segment: Segment, other: Segment) -> Segment:
    if segment.mention or not segment.names_something:
        return segment
    return replace(segment, mention=other.mention, asked=other.asked)


def _counted(sentences: list[list[Segment]]) -> list[list[Segment]]:
    """A quantity that stands alone belongs to what was named before it without one: "…, put me down for six"."""
    found: list[list[Segment]] = []
    named: tuple[int, int] | None = None
    for i, sentence in enumerate(sentences):
        found.append([])
        for segment in sentence:
            alone = segment.mention and not segment.names_something and not telling_words(spoken(_unsaid(segment)))
            if alone and named and named[0] >= i - 1:
                found[named[0]][named[1]] = _as_much(found[named[0]][named[1]], segment)
                named = None
            elif segment.names_something:
                named = (i, len(found[-1])) if segment.mention is None else None
            found[-1].append(segment)
    return found


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


def _unsaid(segment: Segment) -> list[Piece]:
    """The pieces beside the quantity."""
    return [p for i, p in enumerate(segment.pieces) if not (segment.mention and segment.mention.covers(i))]


def _says_the_same(segment: Segment) -> bool:
    """As in "five metres of white and the same of sky blue"."""
    words = [piece.lower for piece in segment.pieces]
    return any(pair in _THE_SAME for pair in pairwise(words))


def _each_of_several(sentence: list[Segment]) -> list[Segment]:
    """As in "20 white, plus 10 each of red, blue and brown"."""
    found: list[Segment] = []
    each: Segment | None = None
    for segment in sentence:
        if segment.mention:
            each = segment if segment.mention.each and segment.names_something else None
        elif found and found[-1].mention and (_says_the_same(segment) or counts_with(segment, found[-1])):
            each = found[-1]
        found.append(_as_much(segment, each) if each is not None else segment)
    return found


def _line(text: str, segment: Segment, index: CatalogueIndex, hints: _Hints) -> ReadLine | None:
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
        not decision.candidates and mention is not None and mention.unit is None and mention.likely < LEADING,
    )


def _decision(segment: Segment, index: CatalogueIndex, hints: _Hints) -> Decision | None:
    if segment.sku:
        return _coded(segment, segment.sku, index)
    if not segment.product or all(unit_named(word) for word in segment.product.split()):
        return _pointed_at(segment, hints)
    decision = hints.decide(segment.matches)
    if decision.sku and _by_one_common_word(segment):
        return Decision(None, "ambiguous_product", decision.candidates)
    if (segment.unsure or segment.doubted) and decision.sku:
        decision = Decision(None, "ambiguous_product", decision.candidates)
    return decision


def _by_one_common_word(segment: Segment) -> bool:
    """Whether a product was found by one word only that is a small part of its name: "two in front"."""
    said = telling_words(segment.product)
    top = segment.matches[0]
    bare = segment.mention is None or segment.mention.unit is None
    return bare and len(said) == 1 and said[0].isalpha() and top.score != MEANT and top.named < _HARDLY_NAMED


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
