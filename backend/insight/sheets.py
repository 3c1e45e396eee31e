"""Links to forecasts' spreadsheets: which subjects, how often and how far, signed for one person and a few minutes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote

from backend.errors import NotFound
from backend.identity.permissions import Principal
from backend.insight import scopes, service
from backend.insight.scopes import PARTIES, Kind, Scope
from backend.insight.service import Asked, Outlook
from backend.papers import links
from backend.settings import Settings
from backend.work import Work

MOST: Final = 2  # subjects beside each other
LONGEST: Final = 500
_KINDS: Final = frozenset(kind.value for kind in Kind)
_BETWEEN, _AFTER_KIND = "|", ":"


@dataclass(frozen=True)
class SheetAsked:
    """What a spreadsheet shows: subjects by kind and key, the part of each by kind and key where it has one."""

    subjects: tuple[tuple[str, ...], ...]
    asked: Asked

    @property
    def name(self) -> str:
        """It in a line: what an address and its signature name."""
        subjects = [_AFTER_KIND.join(quote(word, safe="") for word in words) for words in self.subjects]
        return _BETWEEN.join([f"{self.asked.freq}{self.asked.horizon}+{self.asked.skip}", *subjects])


def of(subjects: Sequence[Scope], asked: Asked) -> SheetAsked:
    """What shows these subjects."""
    return SheetAsked(tuple(_words(scope) for scope in subjects), asked)


def _words(scope: Scope) -> tuple[str, ...]:
    own = (scope.kind.value, scope.key)
    return own if scope.part is None else (*own, scope.part.kind.value, scope.part.key)


def read(name: str) -> SheetAsked:
    """What a name says; NotFound for one that is none of ours."""
    try:
        length, *subjects = name.split(_BETWEEN)
        freq, (horizon, skip) = length[:1], length[1:].split("+")
        words = tuple(tuple(unquote(word) for word in one.split(_AFTER_KIND)) for one in subjects)
        found = SheetAsked(words, Asked(freq, int(horizon), int(skip)))
    except ValueError:
        raise _unknown() from None
    fits = freq in service.PERIOD and 0 < found.asked.horizon <= LONGEST and 0 <= found.asked.skip <= LONGEST
    if not fits or not 0 < len(found.subjects) <= MOST:
        raise _unknown()
    return found


def _unknown() -> NotFound:
    return NotFound("There is no such spreadsheet.", code="unknown_spreadsheet")


def outlooks(work: Work, wanted: SheetAsked) -> list[Outlook]:
    """The forecasts of a spreadsheet. NotFound and NotAllowed as for asking."""
    service.current_run(work, wanted.asked.freq)
    return [service.outlook(work, _scope(work, words), wanted.asked) for words in wanted.subjects]


def _scope(work: Work, words: Sequence[str]) -> Scope:
    match words:
        case [kind, key] if kind in _KINDS:
            return scopes.named(work, Kind(kind), key)
        case [kind, key, part, its_key] if kind in PARTIES and part in (Kind.PRODUCT, Kind.CATEGORY):
            return scopes.narrowed(_scope(work, [kind, key]), _scope(work, [part, its_key]))
    raise _unknown()


def path_of(wanted: SheetAsked) -> str:
    """Where a spreadsheet is fetched."""
    return f"/api/forecast-sheets/{quote(wanted.name, safe='')}.xlsx"


def link(settings: Settings, principal: Principal, wanted: SheetAsked, minutes: int = links.MINUTES) -> str:
    """The path of a spreadsheet with a token for this person; good for some minutes, for this one alone."""
    return f"{path_of(wanted)}?token={links.token(settings, principal, 'forecast', wanted.name, minutes)}"
