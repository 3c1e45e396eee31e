"""Who is here already: one running system for each ``var``, one listener for each port, no process left behind."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from backend.processes.programs import Program


class CannotStart(Exception):
    """Something stands in the way; the message is a sentence for a person."""


@contextmanager
def sole_run(folder: Path, who: str) -> Iterator[None]:
    """Holds ``folder`` for one run; ``who`` is what a second one is told. Raises CannotStart if it is held."""
    with (folder / "up.lock").open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise CannotStart(f"already running: {file.read().strip() or 'another quartermaster up'}") from None
        file.truncate(0)
        file.write(who)
        file.flush()
        yield


def check_ports(programs: Sequence[Program]) -> None:
    """Raises CannotStart, naming program and port, if something else listens where one of ours would."""
    for program in programs:
        if program.address is None:
            continue
        host, port = program.address.host, program.address.port
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                raise CannotStart(
                    f"{program.name} cannot listen on {host}:{port} ({error.strerror}): something else uses it. "
                    f"Stop that, or choose another port with QUARTERMASTER_{program.name.upper()}_PORT."
                ) from error


def check_files(programs: Sequence[Program]) -> None:
    """Raises CannotStart with the sentence that tells how to get the first file that is missing."""
    for program in programs:
        for path, sentence in program.requires.items():
            if not path.exists():
                raise CannotStart(sentence)


def session_members(session: int) -> list[int]:
    """The processes of a session, its leader included."""
    members = []
    for pid in _all_processes():
        try:
            if os.getsid(pid) == session:
                members.append(pid)
        except (ProcessLookupError, PermissionError):
            continue
    return members


def end_session(session: int, patience: float = 2.0) -> list[int]:
    """Kills what is left of a session (Supervisor killed, or a child that ignored it); returns what there was."""
    left = session_members(session)
    until = time.monotonic() + patience
    while (members := session_members(session)) and time.monotonic() < until:
        for pid in members:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        time.sleep(0.05)
    return left


def _all_processes() -> list[int]:
    listing = Path("/proc")
    if listing.is_dir():
        return [int(entry.name) for entry in listing.iterdir() if entry.name.isdigit()]
    output = subprocess.run(["ps", "-A", "-o", "pid="], capture_output=True, text=True, check=True).stdout
    return [int(word) for word in output.split()]
