"""Skills as read beside skills as meant: shares, by skill and by style, who is taken for whom, and what that costs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from actions.evaluation.messages import Labelled
from actions.skills import NOT_UNDERSTOOD

OUT_OF_SCOPE: Final = "out_of_scope"
_WRITES: Final = (
    frozenset({"place_order", "add_item", "remove_item", "change_quantity", "confirm", "discard_cart", "affirm"})
    | {"repeat_last_order", "cancel_order", "change_order", "return_items", "exchange_items", "order_for_customer"}
    | {"change_address", "subscribe_alerts", "unsubscribe_alerts"}
)
COSTS: Final = {
    "right": 0.0,
    "asked": 1.0,
    "read instead": 2.0,
    "let in": 2.0,
    "sent away": 3.0,
    "written instead": 5.0,
}
"""What an outcome costs a person, in questions: a wrong order is worse than a question."""


@dataclass(frozen=True)
class Reading:
    """How a message was read: ``skill`` is what the assistant would do, ``not_understood`` where it asks."""

    skill: str
    confidence: float
    ranking: tuple[str, ...]

    @property
    def answered(self) -> bool:
        """Whether the assistant acts without asking."""
        return self.skill != NOT_UNDERSTOOD

    @property
    def first(self) -> str:
        """The likeliest skill, also where it asks."""
        return self.skill if self.answered else self.ranking[0] if self.ranking else NOT_UNDERSTOOD

    @property
    def three(self) -> frozenset[str]:
        """What is read and what would be offered: three at most."""
        return frozenset([self.first, *(name for name in self.ranking if name != self.first)][:3])


def outcome(message: Labelled, reading: Reading) -> str:
    """One of the names in ``COSTS``."""
    if not reading.answered:
        return "asked"
    if reading.skill in message.right:
        return "right"
    if reading.skill in _WRITES:
        return "written instead"
    if reading.skill == OUT_OF_SCOPE:
        return "sent away"
    return "let in" if message.skill == OUT_OF_SCOPE else "read instead"


def figures(messages: Sequence[Labelled], readings: Sequence[Reading]) -> dict[str, Any]:
    """The shares, and every error with its text."""
    pairs = list(zip(messages, readings, strict=True))
    outside = [(message, reading) for message, reading in pairs if message.skill == OUT_OF_SCOPE]
    inside = [(message, reading) for message, reading in pairs if message.skill != OUT_OF_SCOPE]
    answered = [(message, reading) for message, reading in pairs if reading.answered]
    outcomes = [outcome(message, reading) for message, reading in pairs]
    return {
        "n": len(pairs),
        "skill_accuracy": _share(reading.first in message.right for message, reading in pairs),
        "top3_accuracy": _share(bool(reading.three & message.right) for message, reading in pairs),
        "answered": _share(reading.answered for _, reading in pairs),
        "answered_accuracy": _share(reading.skill in message.right for message, reading in answered),
        "out_of_scope_recall": _share(reading.first in message.right for message, reading in outside),
        "in_scope_accuracy": _share(reading.first in message.right for message, reading in inside),
        "cost": sum(COSTS[name] for name in outcomes) / len(pairs) if pairs else 0.0,
        "outcomes": dict(Counter(outcomes).most_common()),
        "by_skill": _grouped(pairs, lambda message: message.skill),
        "by_style": _grouped(pairs, lambda message: message.style or "-"),
        "errors": [
            {
                "text": message.text,
                "role": message.role.value,
                "skill": message.skill,
                "read": reading.first,
                "confidence": round(reading.confidence, 3),
                "outcome": found,
                "cost": COSTS[found],
            }
            for (message, reading), found in zip(pairs, outcomes, strict=True)
            if reading.first not in message.right
        ],
    }


def confusions(messages: Sequence[Labelled], readings: Sequence[Reading]) -> list[tuple[str, str, int]]:
    """(meant, read, how often), the most frequent first."""
    taken = Counter(
        (message.skill, reading.first)
        for message, reading in zip(messages, readings, strict=True)
        if reading.first not in message.right
    )
    return [(meant, read, times) for (meant, read), times in taken.most_common()]


def _grouped(pairs: Sequence[tuple[Labelled, Reading]], key: Any) -> dict[str, dict[str, Any]]:
    groups: dict[str, list[tuple[Labelled, Reading]]] = defaultdict(list)
    for message, reading in pairs:
        groups[key(message)].append((message, reading))
    return {
        name: {
            "n": len(own),
            "skill_accuracy": _share(reading.first in message.right for message, reading in own),
            "top3_accuracy": _share(bool(reading.three & message.right) for message, reading in own),
            "answered": _share(reading.answered for _, reading in own),
        }
        for name, own in sorted(groups.items())
    }


def _share(found: Iterable[bool]) -> float:
    values = list(found)
    return sum(values) / len(values) if values else 0.0
