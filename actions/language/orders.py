"""Reading an order message: which products, how much of each, by when, for whom, under which number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from .catalogue import NOTHING_BOUGHT, Candidate, CatalogueIndex, Match
from .context import read_context
from .corrections import apply_corrections
from .deciding import POSSIBLE, Decision, decide
from .mentions import Mention
from .pieces import Piece, cut
from .segments import Segment, Segmenter, trimmed
from .tokenizing import LONGEST_TEXT
from .units import MOST_SALES_UNITS, Problem, resize
from .words import contrast_classes, is_hard, stem, tokens

__all__ = ["OrderReading", "Problem", "ReadLine", "read_order", "resize"]

_MOST_LINES: Final = 200
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
    text = text[:LONGEST_TEXT]
    context = read_context(text, index, today)
    pieces = apply_corrections(cut(text, index, context.spans))
    hints = _Hints(bought, on_screen, cart)
    segmenter = Segmenter(index)
    segments = _with_shared_heads(_each_for_all(_sentences(pieces, segmenter)), segmenter, hints)
    lines: list[ReadLine] = []
    unread: list[str] = []
    for sentence in segments:
        for segment in sentence:
            line = _line(text, segment, index, hints)
            if line:
                lines.append(line)
            elif left := trimmed(" ".join(p.text for p in segment.pieces if p.kind in ("word", "number", "aside"))):
                unread.append(left)
    return OrderReading(
        tuple(lines[:_MOST_LINES]),
        context.requested_date,
        context.customer_reference,
        context.customer_text,
        context.delivery_text,
        tuple(unread),
    )


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
        found.append(segmenter.segments(after, head))
    return found


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


def _at_colon(sentence: list[Piece], segmenter: Segmenter) -> tuple[str | None, list[Piece]]:
    """The shared head before a colon and the rest; (None, …) if the colon only stands between name and quantity."""
    at = next((i for i, p in enumerate(sentence) if p.kind == "colon"), -1)
    if at < 0 or _has_number(sentence[:at]) or any(p.kind == "code" for p in sentence[:at]):
        return None, sentence
    after = sentence[at + 1 :]
    named = [p for p in after if p.kind in ("word", "code")]
    text = trimmed(" ".join(p.text for p in sentence[:at] if p.kind == "word"))
    fit = segmenter.fit(text)
    if not fit.matches or fit.matches[0].explained < 0.7:
        return ("", after) if not fit.matches or fit.matches[0].score < POSSIBLE else (None, sentence)
    only_quantity = not trimmed(" ".join(p.text for p in named if p.kind == "word")) and _has_number(after)
    return (None, sentence) if only_quantity or (not named and after) else (text, after)


def _with_shared_heads(sentences: list[list[Segment]], segmenter: Segmenter, hints: _Hints) -> list[list[Segment]]:
    """As in "12 blue drawer knobs and 6 white": an undecided line borrows its neighbour's nouns, if that fits fully."""
    found: list[list[Segment]] = []
    for sentence in sentences:
        lines = list(sentence)
        for i, segment in enumerate(sentence):
            if _may_borrow(segment) and hints.decide(segment.matches).sku is None:
                earlier = [*(s for done in found[-1:] for s in done), *lines[:i]]
                neighbours = [s for s in (*reversed(earlier), *sentence[i + 1 :]) if s.product and s.matches]
                lines[i] = _borrowing(segment, neighbours[:2], segmenter)
        found.append(lines)
    return found


def _may_borrow(segment: Segment) -> bool:
    """Only a short line that tells things apart (a colour, a finish, a size) leaves its noun to a neighbour."""
    words = tokens(segment.product) if segment.mention and not segment.sku else []
    telling = [w for w in words if contrast_classes().get(w, "extent") != "extent" or is_hard(w)]
    return bool(telling) and len(words) - len(telling) <= 1


def _borrowing(segment: Segment, neighbours: Sequence[Segment], segmenter: Segmenter) -> Segment:
    own = segmenter.fit(segment.product)
    named = own.matches[0].named if own.matches else 0.0
    said = {contrast_classes()[w] for w in tokens(segment.product) if w in contrast_classes()}
    for neighbour in neighbours:
        words = [w for w in neighbour.product.split() if contrast_classes().get(stem(w.lower())) not in said]
        for count in range(min(len(words), 3), 0, -1):
            for part in (words[-count:], words[:count]):
                text = f"{segment.product} {' '.join(part)}"
                fit = segmenter.fit(text)
                if fit.matches and fit.matches[0].explained >= 0.93 and fit.matches[0].named > named + 0.05:
                    return replace(segment, product=text, matches=fit.matches)
    return segment


def _each_for_all(sentences: list[list[Segment]]) -> list[list[Segment]]:
    """As in "red and blue linen, 5 m each": lines without a quantity take the one that was said for each."""
    found = []
    for sentence in sentences:
        said = [s for s in sentence if s.mention]
        if len(said) == 1 and any(p.kind == "each" for s in sentence for p in s.pieces):
            how_much, asked = said[0].mention, said[0].asked
            found.append([replace(s, mention=how_much, asked=asked) if s.names_something else s for s in sentence])
        else:
            found.append(sentence)
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
    )


def _decision(segment: Segment, index: CatalogueIndex, hints: _Hints) -> Decision | None:
    if segment.sku:
        return _coded(segment, segment.sku, index)
    if not segment.product:
        return _pointed_at(segment, hints)
    decision = hints.decide(segment.matches)
    if segment.mention is None and decision.sku is None:
        top = segment.matches[0] if segment.matches else None
        if top is None or top.explained < 0.85 or top.score < POSSIBLE:
            return None  # without a quantity, half-known words are small talk
    return decision


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
