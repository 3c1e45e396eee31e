"""Which unhappy conversations there are: all that the parts make, or few that still hold every pair of parts."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from actions.skills import EVERYONE, ORDERING, SKILLS
from backend.identity.tables import Role
from tests.soak.unhappy_company import OPENINGS
from tests.soak.unhappy_words import CORRECTIONS, INTERRUPTIONS, READINGS

SEED: Final = 4
SERVICES: Final = ("all up", "no models", "called twice", "delivered twice", "answer lost", "assistant down")
VERDICTS: Final = ("yes", "no")
MANNERS: Final = ("words", "tap", "twice")
_TRIED: Final = 30  # conversations among which the one with the most new pairs is taken
_OUTSIDERS: Final = (Role.BUYER, Role.CUSTOMER, Role.DESK)


@dataclass(frozen=True)
class Case:
    """One conversation, by its parts."""

    skill: str
    role: str
    opening: str
    interruption: str
    correction: str
    verdict: str
    manner: str
    service: str
    reading: str
    number: int  # chooses among variants of a part

    def parts(self) -> tuple[str, ...]:
        """What is combined, but for the skill."""
        return (
            f"role {self.role}",
            f"opening {self.opening}",
            f"interruption {self.interruption}",
            f"correction {self.correction}",
            f"verdict {self.verdict}",
            f"manner {self.manner}",
            f"service {self.service}",
            f"reading {self.reading}",
        )


def roles_of(skill: str) -> tuple[str, ...]:
    """Those who may use a skill, and one who may not."""
    allowed = SKILLS[skill].roles
    outside = [role for role in _OUTSIDERS if role not in allowed][:1]
    return tuple(sorted(str(role) for role in [*allowed, *outside]))


def openings_of(role: str) -> tuple[str, ...]:
    """The states in which a conversation of a role can be."""
    return tuple(name for name, opening in OPENINGS.items() if Role(role) in opening.roles)


def everything(skill: str) -> Iterator[Case]:
    """Every interruption × correction × verdict × service of a skill; what else there is is dealt out, seeded."""
    deal = random.Random(f"{SEED} {skill}")
    for parts in itertools.product(INTERRUPTIONS, CORRECTIONS, VERDICTS, SERVICES):
        interruption, correction, verdict, service = parts
        role = deal.choice(roles_of(skill))
        yield Case(
            skill,
            role,
            deal.choice(openings_of(role)),
            interruption,
            correction,
            verdict,
            deal.choice(MANNERS),
            service,
            deal.choice(READINGS),
            deal.randrange(60),
        )


def sample() -> list[Case]:
    """Conversations that hold every pair of parts, with every skill in turn."""
    deal, missing, found = random.Random(SEED), all_pairs(), []
    skills = itertools.cycle(sorted(SKILLS))
    while missing:
        skill = next(skills)
        tried = [_any(deal, skill) for _ in range(_TRIED)]
        best = max(tried, key=lambda case: len(missing & pairs_of(case)))
        missing -= pairs_of(best)
        found.append(best)
    return found


def pairs_of(case: Case) -> set[tuple[str, str]]:
    """The pairs of parts in a conversation."""
    return set(itertools.combinations(case.parts(), 2))


def _any(deal: random.Random, skill: str) -> Case:
    role = deal.choice(roles_of(skill))
    return Case(
        skill,
        role,
        deal.choice(openings_of(role)),
        deal.choice(tuple(INTERRUPTIONS)),
        deal.choice(tuple(CORRECTIONS)),
        deal.choice(VERDICTS),
        deal.choice(MANNERS),
        deal.choice(SERVICES),
        deal.choice(READINGS),
        deal.randrange(60),
    )


def all_pairs() -> set[tuple[str, str]]:
    """Every pair of parts that can be: a role is never in a state that is not for it."""
    found: set[tuple[str, str]] = set()
    for role in sorted(EVERYONE | ORDERING):
        lists = [
            [f"role {role}"],
            [f"opening {name}" for name in openings_of(role)],
            [f"interruption {name}" for name in INTERRUPTIONS],
            [f"correction {name}" for name in CORRECTIONS],
            [f"verdict {name}" for name in VERDICTS],
            [f"manner {name}" for name in MANNERS],
            [f"service {name}" for name in SERVICES],
            [f"reading {name}" for name in READINGS],
        ]
        for one, other in itertools.combinations(lists, 2):
            found.update(itertools.product(one, other))
    return found
