"""What goods are for, said behind them: "2 small for afternoon teas", "40 in ivory as wedding favours"."""

from collections.abc import Sequence
from typing import Final, Protocol

from .catalogue import CatalogueIndex, Match
from .weighing import Fit
from .words import OPTIONAL_WORDS, STOP_WORDS, tokens

_BEGIN: Final = frozenset({"for", "as"})
_FILLERS: Final = OPTIONAL_WORDS | STOP_WORDS


class _Fits(Protocol):
    index: CatalogueIndex

    def fit(self, text: str) -> Fit: ...


def without_purpose(text: str, fits: _Fits) -> str:
    """The text without such an ending, where what is meant has no word of it and every other word."""
    words = text.split()
    at = next((i for i in range(len(words) - 1, 0, -1) if words[i].lower() in _BEGIN), 0)
    if not at:
        return text
    goods, purpose = " ".join(words[:at]), " ".join(words[at + 1 :])
    said = [word for word in tokens(purpose) if word not in _FILLERS]
    if not said or any(character.isdigit() for character in purpose):
        return text
    plain, whole = fits.fit(goods).matches, fits.fit(text).matches
    if not plain or plain[0].missed or plain[0].met < plain[0].required:
        return text
    return text if _has_any(whole, purpose, fits.index) else goods


def _has_any(matches: Sequence[Match], purpose: str, index: CatalogueIndex) -> bool:
    """Whether the best product has a word of the purpose: it is part of a name then ("tea for one")."""
    fit = index.fit(matches[0].sku, purpose) if matches else None
    return fit is not None and fit.missed < fit.required
