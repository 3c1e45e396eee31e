"""Hand-written conversations on the demo company and on the real wholesaler's data, with the real processes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.stories import Stage, Story, read_stories
from tests.e2e.system import System

pytestmark = [pytest.mark.e2e, pytest.mark.rasa, pytest.mark.timeout(1200)]
DEMO = read_stories("demo")
WHOLESALER = read_stories("wholesaler")


@pytest.fixture(scope="module")
def at_the_demo_company(demo: System) -> Iterator[Stage]:
    """The demo company with everybody who speaks in its stories."""
    stage = Stage(demo)
    stage.cast(DEMO)
    yield stage
    stage.close()


@pytest.fixture(scope="module")
def at_the_wholesaler(wholesaler: System) -> Iterator[Stage]:
    """The real wholesaler with everybody who speaks in its stories."""
    stage = Stage(wholesaler)
    stage.cast(WHOLESALER)
    yield stage
    stage.close()


def test_there_are_at_least_a_hundred_stories_half_of_them_on_real_data() -> None:
    assert len(DEMO) >= 50
    assert len(WHOLESALER) >= 50
    assert len({story.title for story in (*DEMO, *WHOLESALER)}) == len(DEMO) + len(WHOLESALER)


@pytest.mark.parametrize("story", DEMO, ids=[story.title for story in DEMO])
def test_a_story_of_the_demo_company(at_the_demo_company: Stage, story: Story) -> None:
    at_the_demo_company.play(story)


@pytest.mark.parametrize("story", WHOLESALER, ids=[story.title for story in WHOLESALER])
def test_a_story_of_the_real_wholesaler(at_the_wholesaler: Stage, story: Story) -> None:
    at_the_wholesaler.play(story)
