"""Starting and stopping: Supervisor's configuration, what it runs, and what a person sees of it.

programs        the five processes as data: command, port, what each waits for, when it is ready
configuration   those as a configuration file of Supervisor
running         the whole course of ``quartermaster up``
failures        an event listener of Supervisor's: three failures in a minute stop everything
waiting         waits for what a process needs, then becomes that process
places          one running system for each ``var``, one listener for each port, no process left behind
screen          what a person sees while the processes start
secret          the secret that the processes show each other
"""

from __future__ import annotations

from collections.abc import Sequence

from backend.processes.programs import Address, ProcessSettings
from backend.processes.secret import internal_secret

__all__ = ["Address", "ProcessSettings", "internal_secret", "up"]


def up(settings: ProcessSettings, when_ready: Sequence[str] = ()) -> int:
    """Runs the whole system until it is stopped or fails; see ``running.up``.

    Imported when called: ``waiting`` and ``failures`` are run as modules, which this package must not have loaded.
    """
    from backend.processes import running

    return running.up(settings, when_ready)
