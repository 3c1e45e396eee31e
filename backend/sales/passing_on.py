"""Passing on what an order gave up: stock to those who wait for it, and its place to those who wait behind it."""

from __future__ import annotations

from dataclasses import dataclass, field

from backend.sales import back_orders, repromising
from backend.work import Work


@dataclass
class Moved:
    """Products (by key) of which stock came free, and of which more or less is waited for."""

    freed: set[int] = field(default_factory=set)
    queued: set[int] = field(default_factory=set)


def pass_on(work: Work, moved: Moved) -> None:
    """Reserve what came free for the lines that wait for it, and promise anew what is still waited for.

    The levels of all these products are locked, and everything is written.
    """
    if moved.freed:
        back_orders.fill(work, moved.freed)
    if moved.queued:
        repromising.lock_waiting(work, moved.queued)
        repromising.repromise(work, moved.queued, "order.repromised")
    work.session.flush()
