"""What happens when a process dies: it is started again, or everything stops and says why."""

from __future__ import annotations

import os
import signal
import socket
from dataclasses import replace

import pytest

from tests.processes.conftest import System, is_running, until


def test_a_program_that_dies_is_started_again(system: System) -> None:
    run = system.start(system.program("models", "--fail-times", "2"))
    run.says("all is ready")
    assert len(system.starts("models")) == 3


def test_a_program_that_dies_once_it_was_ready_is_started_again(system: System) -> None:
    run = system.start(system.program("models"))
    run.says("all is ready")
    os.kill(system.starts("models")[0]["pid"], signal.SIGKILL)
    until(lambda: len(system.starts("models")) == 2, "a second start")
    assert run.process.poll() is None


@pytest.mark.parametrize("settled", [60, 0], ids=["while it starts", "once it runs"])
def test_three_failures_stop_everything_and_show_the_log(system: System, settled: int) -> None:
    system.settings = replace(system.settings, settled=settled)
    run = system.start(system.program("models", "--fail-times", "99"), system.program("gateway"))
    assert run.ends() == 1
    assert "models failed 3 times within 60 s. Everything was stopped." in run.output
    assert "start 3: the widget press is jammed" in run.output
    assert len(system.starts("models")) in {3, 4}  # once it ran it is restarted at once, perhaps before the end comes
    assert system.all_gone()


def test_a_command_that_does_not_exist_stops_everything(system: System) -> None:
    missing = replace(system.program("models"), command=("/does/not/exist",))
    run = system.start(missing)
    assert run.ends() == 1
    assert "models failed 3 times" in run.output


def test_a_program_that_never_gets_ready_is_named_with_its_log(system: System) -> None:
    system.settings = replace(system.settings, ready_within=2.0)
    run = system.start(system.program("rasa", "--silent"))
    assert run.ends() == 1
    assert "Not ready after 2 s: rasa." in run.output
    assert system.all_gone()


def test_a_need_that_is_never_met_is_a_failure_that_names_it(system: System) -> None:
    system.settings = replace(system.settings, needs_within=1.0)
    with socket.create_server(("127.0.0.1", 0)) as server:
        closed = server.getsockname()[1]
    run = system.start(system.program("gateway", needs={"database": f"tcp://127.0.0.1:{closed}"}))
    assert run.ends() == 1
    assert "gateway failed 3 times" in run.output
    assert f"gave up waiting for database at tcp://127.0.0.1:{closed} after 1 s" in run.output
    assert system.starts("gateway") == []


def test_everything_stops_when_it_is_killed_outright(system: System) -> None:
    run = system.start(system.program("gateway"))
    run.says("all is ready")
    run.signal(signal.SIGKILL)
    assert run.ends() == -signal.SIGKILL
    until(system.all_gone, "all processes end")


def test_everything_stops_when_the_process_manager_is_killed(system: System) -> None:
    run = system.start(system.program("gateway"))
    run.says("all is ready")
    manager = int((system.settings.run / "supervisord.pid").read_text())
    os.kill(manager, signal.SIGKILL)
    assert run.ends() == 1
    assert "The process manager ended by itself" in run.output
    assert system.all_gone()
    assert not is_running(manager)
