"""How many cores a training uses, and how forecasts use all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import TypeVar

import torch

Item = TypeVar("Item")
Result = TypeVar("Result")


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


def side_by_side(work: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    """work(item) of every item, in their order, on as many cores as torch uses here, each on one core alone.

    Nobody waits for the other core before an item is done: forecasts were a third faster on two cores than where both
    share every operation. The first exception of `work` is raised.
    """
    cores = torch.get_num_threads()
    workers = min(cores, len(items))
    if workers <= 1:
        return [work(item) for item in items]
    ready = Barrier(workers + 1)

    def begin() -> None:
        torch.get_num_threads()  # the first call takes the number of threads to come, which is not ours to change
        torch.set_num_threads(1)  # of this thread, and of threads to come
        ready.wait()

    with ThreadPoolExecutor(workers, "forecast", begin) as pool:
        try:
            results = [pool.submit(work, item) for item in items]
            ready.wait()
        except BaseException:  # a thread could not be started: those that were do not wait for it
            ready.abort()
            raise
        finally:
            torch.set_num_threads(cores)  # of threads to come, as before
        return [result.result() for result in results]
