"""Another system that listens, and a clock that stands still."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.backend.events.hooks import Clock
from tests.backend.events.receiver import Receiver


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as listening:
        yield listening


@pytest.fixture
def clock() -> Clock:
    return Clock()
