"""Decide or ask: when is a product sure enough to be put into a cart without a question?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from .catalogue import FAR, Candidate, Match, rank

SURE: Final = 0.8
"""Everything said is explained, or nearly: enough if no other product comes near."""
LIKELY: Final = 0.7
"""Enough only with a wide lead, and never against a colour or size that was said."""
POSSIBLE: Final = 0.5
"""Below this the product is unknown; what is found is offered, if at all, as a guess."""
WORTH_OFFERING: Final = 0.15
NEAR: Final = 0.08
WIDE: Final = 0.2
EXACT: Final = 0.985
HALF: Final = 0.5
"""Of a name without a size, so much must have been said then."""
_WORDS_OF_A_NAME: Final = 3
_MOST_BESIDE: Final = 2
_MOST_TIES_FOR_HISTORY: Final = 12
_CANDIDATES: Final = 8


@dataclass(frozen=True, slots=True)
class Decision:
    """A product, or the reason why there is none and what could be offered instead."""

    sku: str | None
    problem: Literal["unknown_product", "ambiguous_product"] | None
    candidates: tuple[Candidate, ...]


def decide(
    matches: Sequence[Match], bought: Mapping[str, int], on_screen: Sequence[str], cart: Sequence[str] = ()
) -> Decision:
    """Chooses among matches. History, screen and cart are heard only where matches are nearly equal."""
    if not matches or matches[0].score < POSSIBLE:
        guesses = [match for match in matches if match.score >= WORTH_OFFERING]
        return Decision(None, "unknown_product", tuple(rank(guesses[:_CANDIDATES], bought, on_screen)))
    top = matches[0]
    near = near_equals(matches)
    ranked = rank(near, bought, (*on_screen, *cart))
    if len(near) == 1 and (top.met or top.required > 1):
        lead = top.score - (matches[1].score if len(matches) > 1 else 0.0)
        if top.score >= SURE or (top.score >= LIKELY and lead >= WIDE) or _alone(matches) or _stands_out(matches):
            return Decision(top.sku, None, tuple(rank(matches[:_CANDIDATES], bought, on_screen)))
    elif len(near) > 1 and top.score >= SURE and len(near) <= _MOST_TIES_FOR_HISTORY:
        chosen = _by_history(near, bought) or _only_one(near, on_screen) or _only_one(near, cart)
        if chosen:
            others = [c for c in ranked if c.sku != chosen]
            first = [c for c in ranked if c.sku == chosen]
            return Decision(chosen, None, tuple((first + others)[:_CANDIDATES]))
    offered = near if len(near) > 1 else list(matches[:3])
    return Decision(None, "ambiguous_product", tuple(rank(offered, bought, (*on_screen, *cart))[:_CANDIDATES]))


def _alone(matches: Sequence[Match]) -> bool:
    """Whether only the best match has an answer to every word, slips of the keys included ("wodd screws 4x40")."""
    top = matches[0]
    said_so = top.met > 0 or top.score >= LIKELY
    return said_so and top.missed == 0 and top.required > 1 and not any(m.missed == 0 for m in matches[1:])


def _stands_out(matches: Sequence[Match]) -> bool:
    return _outstanding(matches) or _wholly_said(matches)


def _wholly_said(matches: Sequence[Match]) -> bool:
    """Whether a whole name was said, with few words around it that are not its own: "lode of the paper chain kit"."""
    top = matches[0]
    own = top.required - top.missed
    if top.named < EXACT or own < _WORDS_OF_A_NAME or not 0 < top.missed <= _MOST_BESIDE:
        return False
    return len(matches) == 1 or matches[1].score <= FAR * top.score


def _outstanding(matches: Sequence[Match]) -> bool:
    """Whether what is left over is beside the point ("pen m16x100 bolts"), and no other product comes near."""
    top = matches[0]
    if not top.missed or top.beside < top.missed or top.met < (1 if top.sized and top.required > 2 else 2):
        return False
    told = top.sized or top.named >= HALF
    return told and (len(matches) == 1 or matches[1].score <= FAR * top.score)


def near_equals(matches: Sequence[Match]) -> list[Match]:
    """The best match and those that could as well be meant. A product whose whole name was said stands alone."""
    exact = [match for match in matches if match.score >= EXACT]
    if exact:
        return exact
    top = matches[0]
    if top.named >= EXACT and not top.missed and top.required > 1 and top.score >= SURE:  # misspelt, yet all of it said
        return [m for m in matches if m.named >= EXACT and m.score >= top.score - NEAR]
    near = [m for m in matches if m.score >= top.score - NEAR or m.explained >= top.explained - 0.04]
    if top.met == top.required >= _WORDS_OF_A_NAME:  # word for word, others by a slip of the keys or their category
        return [m for m in near if m.met == m.required]
    return near


def _by_history(near: Sequence[Match], bought: Mapping[str, int]) -> str | None:
    """The one this customer buys: the only one, or three times as often as any other."""
    counts = sorted(((bought.get(m.sku, 0), m.sku) for m in near), reverse=True)
    (most, sku), (next_most, _) = counts[0], counts[1]
    return sku if most > 0 and (next_most == 0 or most >= 3 * next_most) else None


def _only_one(near: Sequence[Match], skus: Sequence[str]) -> str | None:
    found = {match.sku for match in near} & set(skus)
    return found.pop() if len(found) == 1 else None
