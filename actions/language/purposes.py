"""What goods are for, where they go and why, said behind them: "2 small for afternoon teas", "12 wing nuts to fit"."""

from collections.abc import Sequence
from typing import Final, Protocol

from .catalogue import CatalogueIndex, Match
from .weighing import Fit
from .words import OPTIONAL_WORDS, STOP_WORDS, tokens, word_set

_BEGIN: Final = word_set("for as to at because cos coz cause whatever which who while until till so but whose")
_FILLERS: Final = OPTIONAL_WORDS | STOP_WORDS


class _Fits(Protocol):
    index: CatalogueIndex

    def fit(self, text: str) -> Fit: ...


def without_purpose(text: str, fits: _Fits) -> str:
    """The text without such an ending, where what is meant has no word of it and every other word."""
    words = text.split()
    for at in range(1, len(words)):
        if words[at].lower() in _BEGIN and _is_purpose(text, goods := " ".join(words[:at]), words[at + 1 :], fits):
            return goods
    return text


def _is_purpose(text: str, goods: str, rest: Sequence[str], fits: _Fits) -> bool:
    """Whether the goods are all there without the rest, and the rest says nothing of them."""
    purpose = " ".join(rest)
    said = [word for word in tokens(text.removeprefix(goods)) if word not in _FILLERS]
    if not said or any(character.isdigit() for character in purpose):
        return False
    plain = fits.fit(goods).matches
    if not plain or plain[0].missed or plain[0].met < plain[0].required:
        return False
    return not _has_any(fits.fit(text).matches, purpose, fits.index)


def _has_any(matches: Sequence[Match], purpose: str, index: CatalogueIndex) -> bool:
    """Whether the best product has a word of the purpose: it is part of a name then ("tea for one")."""
    fit = index.fit(matches[0].sku, purpose) if matches else None
    return fit is not None and fit.missed < fit.required
