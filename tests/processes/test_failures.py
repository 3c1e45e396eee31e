"""How failures are counted."""

from __future__ import annotations

from pathlib import Path

from backend.processes.failures import Failure, FailureCount

EXITED, BACKOFF, FATAL = "PROCESS_STATE_EXITED", "PROCESS_STATE_BACKOFF", "PROCESS_STATE_FATAL"


class Clock:
    """Stands still until moved."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_third_failure_within_a_minute_is_one_too_many() -> None:
    count = FailureCount(allowed=3, window=60, clock=Clock())
    assert count.heard(EXITED, "rasa") is None
    assert count.heard(BACKOFF, "rasa") is None
    assert count.heard(BACKOFF, "rasa") == Failure("rasa", 3, 60)


def test_each_program_is_counted_by_itself() -> None:
    count = FailureCount(allowed=2, window=60, clock=Clock())
    assert count.heard(EXITED, "rasa") is None
    assert count.heard(EXITED, "models") is None


def test_failures_further_apart_do_not_add_up() -> None:
    clock = Clock()
    count = FailureCount(allowed=3, window=60, clock=clock)
    for _ in range(10):
        clock.now += 31
        assert count.heard(EXITED, "rasa") is None


def test_when_the_process_manager_gives_up_it_is_over() -> None:
    count = FailureCount(allowed=3, window=60, clock=Clock())
    assert count.heard(FATAL, "rasa") == Failure("rasa", 3, 60)


def test_the_report_comes_back_as_it_was_written(tmp_path: Path) -> None:
    failure = Failure("rasa", 3, 60)
    failure.write(tmp_path / "failure.json")
    assert Failure.read(tmp_path / "failure.json") == failure
    assert Failure.read(tmp_path / "none.json") is None
