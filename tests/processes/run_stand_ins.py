"""Runs stand-in programs as ``quartermaster up`` runs the real ones: ``run_stand_ins.py PLAN``, the pickled
(settings, programs)."""

from __future__ import annotations

import pickle
import sys
from pathlib import Path

from backend.processes.running import run

if __name__ == "__main__":
    settings, programs = pickle.loads(Path(sys.argv[1]).read_bytes())
    sys.exit(run(settings, programs, ("all is ready",)))
