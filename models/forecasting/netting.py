"""Returns, netted against the sale that they reverse and not against the period in which they were booked.

A return that does not say which sale it reverses is taken to be of the latest earlier period with enough sold and not
yet returned to take all of it, otherwise of the latest earlier periods together. What finds no sale reverses nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Reversals:
    """Pieces of returns: `quantity` [k] was sold in series `row` in period `column` and had come back by the end of
    period `known` (a column as well, not before `column`).
    """

    row: Integers
    column: Integers
    known: Integers
    quantity: npt.NDArray[np.float64]

    @staticmethod
    def of(pieces: list[tuple[int, int, int, float]]) -> Reversals:
        """From (row, column, known, quantity) each."""
        row, column, known = (np.array([piece[part] for piece in pieces], dtype=np.int64) for part in range(3))
        return Reversals(row, column, known, np.array([piece[3] for piece in pieces], dtype=np.float64))

    def __len__(self) -> int:
        return len(self.row)

    def until(self, periods: int) -> Reversals:
        """Those that were known after the first `periods` columns."""
        kept = self.known < periods
        return Reversals(self.row[kept], self.column[kept], self.known[kept], self.quantity[kept])

    def taken_off(self, sold: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """What was sold [n, T] less what came back, not below zero."""
        net = sold.astype(np.float64)
        np.subtract.at(net, (self.row, self.column), self.quantity)
        return net.clip(min=0).astype(np.float32)


def matched(
    sold: npt.NDArray[np.float32], row: Integers, column: Integers, quantity: npt.NDArray[np.float64]
) -> tuple[Reversals, Integers]:
    """The pieces of returns that name no sale, and the places of those returns of which a part found none.

    sold: [n, T], not negative. row, column, quantity: [k] of each return, booked in period `column`; quantity > 0.
    """
    pieces: list[tuple[int, int, int, float]] = []
    unmatched = []
    left: dict[int, npt.NDArray[np.float64]] = {}
    for place in np.lexsort((column, row)):
        series, booked, wanted = int(row[place]), int(column[place]), float(quantity[place])
        stock = left.setdefault(series, sold[series].astype(np.float64))
        for sale, taken in taken_from(stock[:booked], wanted):
            pieces.append((series, sale, booked, taken))
            stock[sale] -= taken
            wanted -= taken
        if wanted > 0:
            unmatched.append(int(place))
    return Reversals.of(pieces), np.array(unmatched, dtype=np.int64)


def taken_from(left: npt.NDArray[np.float64], wanted: float) -> list[tuple[int, float]]:
    """(period, quantity) pairs that make up what came back, as far as there is enough. left: [t] not yet returned."""
    enough = np.flatnonzero(left >= wanted)
    if len(enough):
        return [(int(enough[-1]), wanted)]
    found = []
    for sale in np.flatnonzero(left > 0)[::-1]:
        taken = min(float(left[sale]), wanted)
        found.append((int(sale), taken))
        wanted -= taken
        if wanted <= 0:
            break
    return found
