"""The states of an allocation (stock reserved for an order line), and the only ways between them."""

from __future__ import annotations

from typing import Final

from backend.machines import Machine
from backend.stock.tables import Reservation

ALLOCATION: Final = Machine(
    "allocation",
    "reservation",
    {
        "active": frozenset({"consumed", "released", "expired"}),
        "consumed": frozenset(),
        "released": frozenset(),
        "expired": frozenset(),
    },
)
MACHINES: Final = (ALLOCATION,)

ALLOCATION.guard(Reservation.state)
