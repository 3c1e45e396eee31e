"""Micro-batches: requests for one model that wait at the same moment run as one batch, in a thread.

One task per model takes the first waiting request, gives others a moment to arrive, puts those with equal options
together and computes outside the event loop. A queue that is full answers 503 instead of growing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from models.serving.protocol import Array, Overloaded
from models.serving.served import Work

MOST_WAITING = 256
MOST_ROWS = 8192
GATHER_SECONDS = 0.002


@dataclass(frozen=True)
class Result:
    """outputs by name, the version that computed them and the model's own parameters."""

    outputs: dict[str, Array]
    version: str
    parameters: dict[str, Any]


Run = Callable[[dict[str, Array], Any], Result]


@dataclass(frozen=True)
class _Waiting:
    work: Work
    done: asyncio.Future[Result] = field(compare=False)


class MicroBatcher:
    """Batches for one model; `run` computes a batch and is called in `executor`. Use within one event loop."""

    def __init__(self, run: Run, executor: Executor) -> None:
        self._run = run
        self._executor = executor
        self._queue: asyncio.Queue[_Waiting] = asyncio.Queue(MOST_WAITING)
        self._task: asyncio.Task[None] | None = None

    async def submit(self, work: Work) -> Result:
        """The result for this request's rows. Raises Overloaded, and what `run` raises."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._serve())
        waiting = _Waiting(work, asyncio.get_running_loop().create_future())
        try:
            self._queue.put_nowait(waiting)
        except asyncio.QueueFull:
            raise Overloaded("Too many requests are waiting; try again in a moment.") from None
        return await waiting.done

    async def close(self) -> None:
        """Stop; requests still waiting are cancelled."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        while not self._queue.empty():
            self._queue.get_nowait().done.cancel()

    async def _serve(self) -> None:
        while True:
            batch = [await self._queue.get()]
            await asyncio.sleep(GATHER_SECONDS)
            while not self._queue.empty() and sum(item.work.rows for item in batch) < MOST_ROWS:
                batch.append(self._queue.get_nowait())
            groups: dict[Hashable, list[_Waiting]] = {}
            for item in batch:
                if not item.done.cancelled():
                    groups.setdefault(item.work.options, []).append(item)
            for options, group in groups.items():
                await self._answer(group, options)

    async def _answer(self, group: list[_Waiting], options: Hashable) -> None:
        loop = asyncio.get_running_loop()
        names = group[0].work.arrays
        arrays = {name: np.concatenate([item.work.arrays[name] for item in group]) for name in names}
        try:
            result = await loop.run_in_executor(self._executor, self._run, arrays, options)
        except asyncio.CancelledError:
            for item in group:
                item.done.cancel()
            raise
        except Exception as error:  # noqa: BLE001 - it belongs to the caller, whose await raises it
            if len(group) > 1:  # one bad request must not fail its neighbours
                for item in group:
                    await self._answer([item], options)
            elif not group[0].done.done():
                group[0].done.set_exception(error)
            return
        start = 0
        for item in group:
            rows = slice(start, start + item.work.rows)
            start += item.work.rows
            if not item.done.done():
                part = {name: values[rows] for name, values in result.outputs.items()}
                item.done.set_result(Result(part, result.version, result.parameters))
