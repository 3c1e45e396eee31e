"""``quartermaster up``, with tiny servers in place of the real processes: starting, waiting, stopping."""

from __future__ import annotations

import signal
import socket
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from tests.processes.conftest import System, until


def test_it_says_when_everything_is_ready_and_a_signal_stops_every_process(system: System) -> None:
    run = system.start(system.program("models"), system.program("gateway"), system.program("worker", serves=False))
    run.says("all is ready")
    run.signal(signal.SIGINT)
    assert run.ends() == 0
    assert len(system.processes()) == 6
    assert system.all_gone()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_other_signals_stop_it_too(system: System, number: int) -> None:
    run = system.start(system.program("gateway"))
    run.says("all is ready")
    run.signal(number)
    assert run.ends() == 0
    assert system.all_gone()


def test_a_signal_while_a_program_is_still_loading_and_deaf_leaves_nothing(system: System) -> None:
    run = system.start(system.program("rasa", "--silent", "--stubborn"))
    run.says("waiting for rasa")
    until(lambda: bool(system.starts("rasa")), "the stand-in starts")
    run.signal(signal.SIGINT)
    assert run.ends() == 0
    assert system.all_gone()


def test_a_program_waits_for_what_it_needs_and_says_so(system: System) -> None:
    models = system.program("models")
    worker = system.program("worker", serves=False, needs={"models": models.ready})
    run = system.start(models, worker)
    run.says("all is ready")
    until(lambda: bool(system.starts("worker")), "the worker starts")


def test_a_second_run_on_the_same_var_says_who_runs(system: System) -> None:
    first = system.start(system.program("models"))
    first.says("all is ready")
    second = system.start(system.program("models"))
    assert second.ends() == 1
    assert f"already running: process {first.process.pid}" in second.output
    first.signal(signal.SIGINT)
    assert first.ends() == 0


def test_a_port_in_use_is_named_before_anything_starts(system: System) -> None:
    models, gateway = system.program("models"), system.program("gateway")
    assert gateway.address
    with socket.create_server(("127.0.0.1", gateway.address.port)):
        run = system.start(models, gateway)
        assert run.ends() == 1
    assert f"gateway cannot listen on 127.0.0.1:{gateway.address.port}" in run.output
    assert "QUARTERMASTER_GATEWAY_PORT" in run.output
    assert system.starts("models") == []


def test_a_missing_file_is_explained_before_anything_starts(system: System) -> None:
    rasa = replace(system.program("rasa"), requires={Path("/no/such"): "the bot is not trained yet: run this"})
    run = system.start(rasa)
    assert run.ends() == 1
    assert run.output == "the bot is not trained yet: run this\n"


def test_the_secret_reaches_the_programs_and_no_file_but_its_own(system: System) -> None:
    run = system.start(system.program("gateway"))
    run.says("all is ready")
    secret = (system.settings.var / "secrets" / "internal").read_text().strip()
    assert system.starts("gateway")[0]["secret"] == secret
    commands = subprocess.run(["ps", "-A", "-o", "args="], capture_output=True, text=True, check=True).stdout
    assert secret not in commands
    files = [path for path in system.settings.var.rglob("*") if path.is_file() and secret in path.read_text()]
    assert files == [system.settings.var / "secrets" / "internal"]
