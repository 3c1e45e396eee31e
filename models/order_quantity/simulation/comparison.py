"""How sure it is that one policy costs less than another: a paired bootstrap over the items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
DRAWS = 2000
_LOW, _HIGH = 2.5, 97.5


@dataclass(frozen=True)
class Saving:
    """What share of the other's cost is saved, and the interval that holds it in 95 of 100 draws of the items."""

    share: float
    low: float
    high: float

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form."""
        return {"saving": self.share, "interval": [self.low, self.high]}


def saving(ours: Floats, theirs: Floats, *, seed: int, draws: int = DRAWS) -> Saving:
    """1 - cost of ours / cost of theirs, costs by item [n]. The same items are drawn for both."""
    if float(theirs.sum()) <= 0:
        return Saving(0.0, 0.0, 0.0)
    rng = np.random.default_rng(seed)
    shares = np.empty(draws)
    for draw in range(draws):
        chosen = rng.integers(0, len(ours), len(ours))
        other = theirs[chosen].sum()
        shares[draw] = 1 - ours[chosen].sum() / other if other > 0 else 0.0
    low, high = np.percentile(shares, [_LOW, _HIGH])
    return Saving(float(1 - ours.sum() / theirs.sum()), float(low), float(high))
