"""How many cores a training uses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def one_thread() -> Iterator[None]:
    """Run torch on one thread inside the block.

    Sums are then added in the same order on every machine, so that the same data and seed give the same model whatever
    the number of cores. These networks lose nothing by it: with other processes busy on two cores, two threads waiting
    for each other were measured eight times slower than one.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
