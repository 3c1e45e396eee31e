"""Supervisor's configuration, written from our programs.

Everything stands in one group, so that stopping signals all of them at once and not one after the other.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from backend.processes.programs import ProcessSettings, Program

GROUP = "quartermaster"
FAILURES_LISTENER = "failures"
LONGEST_SOCKET_PATH = 100  # the system's limit is 104 to 108 bytes

Section = Mapping[str, str | int]


def write_configuration(settings: ProcessSettings, programs: Sequence[Program]) -> Path:
    """Writes ``var/run/supervisord.conf`` and returns its path."""
    sections: dict[str, Section] = {"supervisord": _supervisord(settings)}
    sections |= _control(settings)
    sections[f"group:{GROUP}"] = {"programs": ",".join(program.name for program in programs)}
    for program in programs:
        sections[f"program:{program.name}"] = _program(settings, program)
    sections[f"eventlistener:{FAILURES_LISTENER}"] = _failures(settings)
    path = settings.run / "supervisord.conf"
    text = "\n".join(_section(name, section) for name, section in sections.items())
    path.write_text("; Written by 'quartermaster up' at each start.\n\n" + text, encoding="utf-8")
    return path


def _supervisord(settings: ProcessSettings) -> Section:
    return {
        "nodaemon": "true",
        "silent": "true",
        "identifier": GROUP,
        "logfile": _literal(settings.logs / "supervisord.log"),
        "logfile_maxbytes": f"{settings.log_megabytes}MB",
        "logfile_backups": settings.log_generations,
        "pidfile": _literal(settings.run / "supervisord.pid"),
        "childlogdir": _literal(settings.logs),
    }


def _control(settings: ProcessSettings) -> dict[str, Section]:
    """A socket for ``supervisorctl -c var/run/supervisord.conf``, its owner's alone, where the path is short enough."""
    path = settings.run / "supervisor.sock"
    if len(os.fsencode(path)) > LONGEST_SOCKET_PATH:
        return {}
    return {
        "unix_http_server": {"file": _literal(path), "chmod": "0700"},
        "supervisorctl": {"serverurl": _literal(f"unix://{path}")},
        "rpcinterface:supervisor": {
            "supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface",
        },
    }


def _program(settings: ProcessSettings, program: Program) -> Section:
    return {
        "command": _command(_after_waiting(settings, program)),
        "directory": _literal(settings.root),
        "environment": _environment(program.environment),
        "autorestart": "true",
        "startsecs": settings.settled,
        "startretries": settings.failures_allowed - 1,
        "stopsignal": "TERM",
        "stopwaitsecs": settings.stop_within,
        "stopasgroup": "true",
        "killasgroup": "true",
        "redirect_stderr": "true",
        "stdout_logfile": _child_log(settings.logs / f"{program.name}.log"),
        "stdout_logfile_maxbytes": f"{settings.log_megabytes}MB",
        "stdout_logfile_backups": settings.log_generations,
    }


def _after_waiting(settings: ProcessSettings, program: Program) -> Sequence[str]:
    if not program.needs:
        return program.command
    needs = [word for name, url in program.needs.items() for word in ("--for", f"{name}={url}")]
    waiting = (sys.executable, "-m", "backend.processes.waiting")
    return (*waiting, *needs, "--within", str(settings.needs_within), "--", *program.command)


def _failures(settings: ProcessSettings) -> Section:
    command = (
        *(sys.executable, "-m", "backend.processes.failures"),
        *("--report", str(failure_report(settings))),
        *("--allowed", str(settings.failures_allowed)),
        *("--window", str(settings.failure_window)),
        *("--parent", str(os.getpid())),
    )
    return {
        "command": _command(command),
        "directory": _literal(settings.root),
        "events": "PROCESS_STATE_EXITED,PROCESS_STATE_BACKOFF,PROCESS_STATE_FATAL,TICK_5",
        "buffer_size": 100,
        "startsecs": 0,
        "stdout_logfile": "NONE",  # that is the protocol
        "autorestart": "true",
        "stderr_logfile": _child_log(settings.logs / f"{FAILURES_LISTENER}.log"),
        "stderr_logfile_maxbytes": f"{settings.log_megabytes}MB",
        "stderr_logfile_backups": 0,
    }


def failure_report(settings: ProcessSettings) -> Path:
    """Where the listener leaves word of what made it stop everything."""
    return settings.run / "failure.json"


def _command(words: Sequence[str]) -> str:
    return _literal(shlex.join(words))


def _environment(values: Mapping[str, str]) -> str:
    return _literal(",".join(f'{name}="{value}"' for name, value in values.items()))


def _literal(value: object) -> str:
    """Supervisor expands ``%(…)s`` in values; a percent sign of ours is meant as one."""
    return str(value).replace("%", "%%")


def _child_log(path: Path) -> str:
    """Supervisor expands the name of a child's log twice."""
    return _literal(_literal(path))


def _section(name: str, values: Section) -> str:
    lines = [f"{key}={value}" for key, value in values.items() if value != ""]
    return "\n".join([f"[{name}]", *lines, ""])
