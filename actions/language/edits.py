"""Corrections to a cart: "make the bolts 100", "drop the washers", "remove line 2", "another 10 of the linen"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, Literal

from .catalogue import Candidate, CatalogueIndex, Entry
from .deciding import Decision, decide
from .mentions import Mention
from .pieces import cut
from .segments import Segment, Segmenter
from .swaps import instead_of, is_it, says_only_how, spoken_of
from .targets import Target, find_target
from .tokenizing import LONGEST_TEXT
from .units import Problem, resize

Kind = Literal["set", "add", "remove", "clear"]
EditProblem = Problem | Literal["not_in_cart", "unknown_line"]


@dataclass(frozen=True, slots=True)
class CartLine:
    """A line of the cart as shown; `position` counts from 1."""

    sku: str
    name: str
    quantity: int
    position: int


@dataclass(frozen=True, slots=True)
class Edit:
    """One change. `quantity` is in sales units: the new one for "set", the difference for "add", else None."""

    kind: Kind
    sku: str | None
    candidates: tuple[Candidate, ...]
    quantity: int | None
    problem: EditProblem | None
    text: str
    goes: str | None = None
    """The line that goes once it is known what comes for it."""


_POLITE: Final = re.compile(
    r"^(?:(?:hi|hello|hey|ok|okay|oh|ah|um|er|so|well|please|pls|sorry|no|nope|actually|and|then|also|but|wait"
    r"|just|right|yes|yeah"
    r"|can|could|would|will|you|we|i|i'd|i'll|like|to|want|let's|lets|now|maybe|instead|thanks|apologies"
    r"|oops)\b[\s,.!]*)+",
    re.IGNORECASE,
)
_CLEAR: Final = re.compile(
    r"\b(?:(?:clear|empty|discard|scrap|reset|wipe|bin|delete|remove|cancel|drop|forget|lose|dump)\s+(?:out\s+)?"
    r"(?:(?:it|them)\s+all|all|everything|the\s+lot|the\s+whole\s+(?:thing|lot|order|cart|basket)|(?:the|my"
    r"|this|our)\s+"
    r"(?:entire\s+)?(?:cart|basket|order|list)|all\s+(?:of\s+)?(?:it|them|the\s+lines|lines|items))"
    r"|start\s+(?:again|over|afresh)"
    r"|clear\s+it|empty\s+it)\b(?!\s+(?:but|except|apart|bar|other))",
    re.IGNORECASE,
)
_ALL_BUT: Final = re.compile(
    r"\b(?:all|everything|the\s+lot|the\s+rest)\s*,?\s*(?:but|except(?:\s+for)?|apart\s+from|bar"
    r"|other\s+than)\s+(?:for\s+)?(?P<kept>.+)"
    r"|\b(?:keep\s+(?:only|just)|(?:only|just)\s+keep)\s+(?P<only>.+)",
    re.IGNORECASE | re.DOTALL,
)
_TO_NUMBER: Final = r"\b(?:to|=|at)\s*-?[\d½]"
_LESS: Final = re.compile(
    r"\b(?:fewer|less)\b|\b(?:reduce|cut|lower|decrease|drop|bring)\b.*\bby\b|\b(?:take"
    r"|knock)\b.*\d.*\boff\b",
    re.IGNORECASE,
)
_SET: Final = re.compile(
    r"\b(?:make|made|change|set|update|amend|adjust|edit|should\s+(?:be|have\s+been|read)|needs?\s+to\s+be"
    r"|want\s+only|only\s+(?:want|need)"
    r"|reduce|lower|decrease|increase|raise|bump|up|bring|put|instead|meant|mean|only|just|correct)\b|->|→|=|"
    + _TO_NUMBER,
    re.IGNORECASE,
)
_ADD: Final = re.compile(
    r"\b(?:add|another|extra|more|plus|additional|further|also)\b|\b(?:increase|up|raise"
    r"|bump)\b.*\bby\b",
    re.IGNORECASE,
)
_REMOVE: Final = re.compile(
    r"\b(?:remove|delete|drop|take|cancel|lose|scrap|get\s+rid\s+of|leave|forget|bin|ditch|without|strike|cut"
    r"|skip|omit|dump"
    r"|don'?t\s+(?:need|want)|do\s+not\s+(?:need|want)|no\s+longer\s+(?:need|want)|not\s+need|no\s+more|rid)\b"
    r"|^no\s+(?=[a-z])",
    re.IGNORECASE,
)
_TIMES: Final = re.compile(r"\b(?P<by>double|twice|triple|treble|halve|half)\b(?!\s+(?:a\b|dozen|doz))", re.IGNORECASE)
_FACTORS: Final[dict[str, Decimal]] = {
    "double": Decimal(2), "twice": Decimal(2), "triple": Decimal(3), "treble": Decimal(3),
    "halve": Decimal("0.5"), "half": Decimal("0.5"),
}  # fmt: skip
_VERBS: Final = re.compile(
    r"\b(?:make|change|set|update|amend|adjust|reduce|lower|decrease|increase|raise|bump|bring|put|remove"
    r"|delete|drop|take|cancel|lose"
    r"|scrap|get\s+rid\s+of|leave\s+(?:out|off)|forget|bin|ditch|strike|skip|omit|don'?t\s+(?:need|want)"
    r"|do\s+not\s+(?:need|want)"
    r"|add|double|triple|treble|halve|twice|should\s+(?:be|have\s+been|read)|needs?\s+to\s+be|instead|only|just"
    r"|meant|mean|rather"
    r"|quantity|qty|amount|fewer|less|more|extra|additional|further|another|off|out|from|by|want|need|in|on|up"
    r"|correct"
    r"|(?:the|my|our)\s+(?:order|cart|basket)|please|pls|thanks|thank\s+you|no\s+longer|no\s+more|altogether"
    r"|completely|line)\b|->|→|=",
    re.IGNORECASE,
)
_NOT_NUMBER: Final = re.compile(
    r",?\s*\b(?:not|instead\s+of|rather\s+than|from)\s+(?:the\s+)?-?\d[\d.,]*\w*", re.IGNORECASE
)
_SUCH_A_ONE: Final = re.compile(r"\bthe\s+(?P<which>[\w./-]*\d[\w./-]*)\s*(?:mm|cm|m)?\s+ones?\b", re.IGNORECASE)
_SAYS_REMOVE: Final = re.compile(r"\b(?:remove|delete|drop|cancel|scrap|lose|it|that|them)\b", re.IGNORECASE)
_ANY_MORE: Final = re.compile(r"\b(?:any\s?more|no\s+more|no\s+longer)\b", re.IGNORECASE)
_CLAUSE: Final = re.compile(r"[\n;!?]|\.(?!\d)|,(?!\d{3})|\b(?:and|then|but|plus)\b|&", re.IGNORECASE)


_MOST_CLAUSES: Final = 100


def read_edits(
    text: str,
    cart: Sequence[CartLine],
    index: CatalogueIndex,
    *,
    last_touched: str | None = None,
    assume: Kind | None = None,
) -> tuple[Edit, ...]:
    """The changes to `cart` that a message asks for, in order; empty if it asks for none. Never raises on any text.

    `last_touched` is what "it" and "that" mean. `assume` is the kind of a clause without a verb ("the bolts, 100"), for
    a caller that knows a change is meant.
    """
    text = text[:LONGEST_TEXT].replace("’", "'").strip()
    if not text:
        return ()
    return _Reader(cart, index, last_touched).read(text, assume)


class _Reader:
    """Reads clause by clause; a clause without a verb continues the one before ("drop the bolts and the linen")."""

    def __init__(self, cart: Sequence[CartLine], index: CatalogueIndex, last_touched: str | None) -> None:
        self.cart = cart
        self.index = index
        self.last_touched = last_touched
        known = {line.sku: index.get(line.sku) or Entry(line.sku, line.name, "", "each") for line in cart}
        self.entries = known
        self.segmenter = Segmenter(CatalogueIndex(replace(entry, active=True) for entry in known.values()))

    def read(self, text: str, assume: Kind | None) -> tuple[Edit, ...]:
        kept = _ALL_BUT.search(text)
        if kept:
            return self._keep_only(kept["kept"] or kept["only"], text)
        if _CLEAR.search(text):
            return (Edit("clear", None, (), None, None, text),)
        for old, new in spoken_of(text):
            swapped = self._swap(old, new, text)
            if swapped:
                return swapped
        edits_found: list[Edit] = []
        kind: Kind | None = assume
        for clause in _clauses(_NOT_NUMBER.sub(" ", text))[:_MOST_CLAUSES]:
            said = _kind(clause)
            if said is None and not (kind and self._about_cart(clause)):
                continue
            kind = said or kind
            if kind:
                edits = self._clause(clause, kind)
                if edits_found and edits_found[-1].problem == "unknown_line" and self._names_nothing(clause):
                    continue  # "the 75 one, a dozen": the amount is that one's
                if said is None:
                    edits_found = self._shared(edits_found, edits, clause)
                edits_found.extend(edits)
        return tuple(edits_found)

    def _shared(self, before: list[Edit], edits: Sequence[Edit], clause: str) -> list[Edit]:
        """As in "make the bolts and washers 100": the quantity at the end is for those before it, too."""
        mention = self._segment(_VERBS.sub(" ", clause)).mention
        if mention is None or not edits:
            return before
        return [
            self._sized(e.kind, Decision(e.sku, None, e.candidates), mention, e.text, less=False)
            if e.problem == "no_quantity" else e
            for e in before
        ]  # fmt: skip

    def _about_cart(self, clause: str) -> bool:
        target, rest = find_target(clause, len(self.cart))
        segment = self._segment(rest)
        named = segment.mention or segment.sku or segment.matches or _SUCH_A_ONE.search(clause)
        return target is not None or bool(named)

    def _names_nothing(self, clause: str) -> bool:
        target, rest = find_target(clause, len(self.cart))
        segment = self._segment(_VERBS.sub(" ", rest))
        return target is None and not segment.sku and not segment.matches and rest.strip() == clause.strip()

    def _segment(self, words: str) -> Segment:
        return self.segmenter.evaluate(cut(words, self.segmenter.index))

    def _clause(self, clause: str, kind: Kind) -> list[Edit]:
        """The edits of one clause: first whom it is about, then how much."""
        target, rest = find_target(clause, len(self.cart))
        bare = _VERBS.sub(" ", _NOT_NUMBER.sub(" ", _POLITE.sub("", rest)))
        segment = self._segment(bare)
        unnamed = target is None and not segment.matches and not segment.sku
        such = _SUCH_A_ONE.search(clause) if target is None and not segment.sku else None
        if such and not any(such["which"].lower() in line.name.lower() for line in self.cart):
            return [Edit(kind, None, (), None, "unknown_line", such[0])]
        if kind == "remove" and unnamed and not _SAYS_REMOVE.search(clause):
            return []
        decisions = self._decisions(target, segment, kind)
        if kind == "remove":
            return [self._edit("remove", d, None, None, clause) for d in decisions]
        factor = _TIMES.search(clause)
        if factor and segment.mention is None:
            return [self._scaled(d, _FACTORS[factor["by"].lower()], clause) for d in decisions]
        if segment.mention is None:
            return [self._edit(kind, d, None, "no_quantity", clause) for d in decisions if d.sku or d.candidates]
        return [self._sized(kind, d, segment.mention, clause, bool(_LESS.search(clause))) for d in decisions]

    def _decisions(self, target: Target | None, segment: Segment, kind: Kind) -> list[Decision]:
        by_position = {line.position: line.sku for line in self.cart}
        if target and target.positions is not None:
            skus = [by_position.get(p) for p in target.positions]
            return [Decision(sku, None, (Candidate(sku, 1.0),) if sku else ()) for sku in skus]
        if target and target.everything:
            if target.count and target.count != len(self.cart):
                return [self._any_line()]
            return [Decision(line.sku, None, (Candidate(line.sku, 1.0),)) for line in self.cart]
        if segment.sku:
            return [Decision(segment.sku, None, (Candidate(segment.sku, 1.0),))]
        if segment.product:
            return [self._named(segment.product, segment, kind)]
        return [self._it()]

    def _named(self, product: str, segment: Segment, kind: Kind) -> Decision:
        """In the cart first; what is added, or missing from it, is looked up in the whole catalogue."""
        here = decide(segment.matches, {}, [self.last_touched] if self.last_touched else [])
        if here.problem is None or (here.problem == "ambiguous_product" and kind != "add"):
            return here
        everywhere = decide(self.index.match(product), {}, ())
        return everywhere if everywhere.sku or kind == "add" else Decision(None, "unknown_product", here.candidates)

    def _it(self) -> Decision:
        """What "it" means: the line last touched, or the only one."""
        skus = [line.sku for line in self.cart]
        sku = self.last_touched if self.last_touched in skus else skus[0] if len(skus) == 1 else None
        return Decision(sku, None, (Candidate(sku, 1.0),)) if sku else self._any_line()

    def _any_line(self) -> Decision:
        return Decision(None, "ambiguous_product", tuple(Candidate(line.sku, 0.5) for line in self.cart[:8]))

    def _edit(
        self, kind: Kind, decision: Decision, quantity: int | None, problem: EditProblem | None, text: str
    ) -> Edit:
        if decision.sku is None:
            problem = decision.problem or "unknown_line"
        elif kind != "add" and decision.sku not in self.entries:
            problem = "not_in_cart"
        good = problem is None
        return Edit(kind, decision.sku, decision.candidates, quantity if good else None, problem, text.strip())

    def _sized(self, kind: Kind, decision: Decision, mention: Mention, text: str, less: bool) -> Edit:
        entry = self.entries.get(decision.sku or "") or self.index.get(decision.sku or "")
        if mention.amount is None:
            return self._edit(kind, decision, None, "range" if mention.is_range else "no_quantity", text)
        if entry is None:
            return self._edit(kind, decision, None, None, text)
        if mention.amount == 0 and kind == "set":  # "make it 0" asks for the line to go
            return self._edit("remove", decision, None, None, text)
        sized = resize(mention.amount, mention.unit, entry, per=mention.per)
        if not isinstance(sized, int):
            return self._edit(kind, decision, None, sized, text)
        if not less:
            return self._edit(kind, decision, sized, None, text)
        left = self._current(entry.sku) - sized
        return self._edit("set", decision, left, None if left > 0 else "zero" if left == 0 else "negative", text)

    def _current(self, sku: str) -> int:
        return next((line.quantity for line in self.cart if line.sku == sku), 0)

    def _scaled(self, decision: Decision, factor: Decimal, text: str) -> Edit:
        wanted = self._current(decision.sku or "") * factor
        whole = wanted == wanted.to_integral_value()
        return self._edit("set", decision, int(wanted) if whole else None, None if whole else "fractional", text)

    def _keep_only(self, kept_text: str, text: str) -> tuple[Edit, ...]:
        kept: set[str] = set()
        for clause in _clauses(kept_text):
            target, rest = find_target(clause, len(self.cart))
            for decision in self._decisions(target, self._segment(_VERBS.sub(" ", rest)), "remove"):
                if decision.sku not in self.entries:
                    problem: EditProblem = decision.problem or "not_in_cart"
                    return (Edit("remove", None, decision.candidates, None, problem, text),)
                kept.add(decision.sku or "")
        gone = [line.sku for line in self.cart if line.sku not in kept]
        return tuple(Edit("remove", sku, (Candidate(sku, 1.0),), None, None, text) for sku in gone)

    def _swap(self, old: str, new: str, text: str) -> tuple[Edit, ...]:
        """As in "swap the zinc bolts for stainless": the old line goes, the new product comes in its quantity."""
        target, rest = find_target(old, len(self.cart))
        named = self._segment(_VERBS.sub(" ", rest))
        if target is None and not (named.sku or named.matches or is_it(old)):
            return ()
        going = self._decisions(target, named, "remove")
        if len(going) != 1 or going[0].sku not in self.entries:
            return ()
        sku = going[0].sku or ""
        segment = Segmenter(self.index).evaluate(cut(_VERBS.sub(" ", new), self.index))
        coming = Decision(segment.sku, None, ()) if segment.sku else decide(segment.matches, {}, ())
        if coming.sku is None or says_only_how(segment.product):
            varied = instead_of(self.entries[sku].name, old, segment.product, self.index)
            coming = varied if varied.sku or varied.candidates else coming
        if coming.sku == sku or (coming.sku is None and not coming.candidates):
            return ()
        if coming.sku is None:
            quantity = self._current(sku)
            return (Edit("add", None, coming.candidates, quantity, coming.problem, new, goes=sku),)
        added = self._edit("add", coming, self._current(sku), None, text)
        if coming.sku and segment.mention:
            added = self._sized("add", coming, segment.mention, text, less=False)
        return (Edit("remove", sku, going[0].candidates, None, None, text), added)


def _clauses(text: str) -> list[str]:
    """Cut at pauses and "and"; a part that only says sorry goes, one that is only a number joins the one before."""
    parts = [part.strip(" ,-:") for part in _CLAUSE.split(text)]
    found: list[str] = []
    for part in parts:
        if not part or not _POLITE.sub("", part + " ").strip():
            continue
        if found and re.fullmatch(r"[\d.,]+\s*\w{0,8}(?:\s+please)?", part) and not re.search(r"\d", found[-1]):
            found[-1] = f"{found[-1]} {part}"
        else:
            found.append(part)
    return found


def _kind(clause: str) -> Kind | None:
    if _ANY_MORE.search(clause) and not re.search(r"\d", clause):
        return "remove"
    to_number = re.search(_TO_NUMBER, clause)
    if _LESS.search(clause):
        return "add" if not re.search(r"\d", clause) else "set"
    if _ADD.search(clause) and not to_number:
        return "add"
    if to_number and (_SET.search(clause) or _REMOVE.search(clause)):
        return "set"
    if _TIMES.search(clause):
        return "set"
    if _REMOVE.search(clause):
        return "remove"
    return "set" if _SET.search(clause) else None
