"""Which models are loaded, and a new champion noticed without a restart."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.artefacts import CHAMPION, ArtefactError
from models.serving.protocol import ModelUnavailable
from models.serving.served import ServedModel

log = logging.getLogger(__name__)

_RETRY_SECONDS = 10.0  # a champion that could not be read may have been repaired in place


@dataclass(frozen=True)
class State:
    """loaded: what the model's `load` returned, or None with the reason, a sentence."""

    loaded: Any | None
    reason: str | None

    @property
    def version(self) -> str | None:
        """The version that is served."""
        return None if self.loaded is None else str(self.loaded.version)


class Slot:
    """One model and the champion it holds. Safe to use from several threads."""

    def __init__(self, model: ServedModel, root: Path) -> None:
        self.model = model
        self._root = root
        self._pointer = root / model.name / CHAMPION
        self._lock = threading.Lock()
        self._stamp: tuple[int, int, int] | None = None
        self._state = State(None, f"No {model.name} model has been trained yet.")
        self._tried = -_RETRY_SECONDS

    def current(self) -> State:
        """The state now; loads the champion where the pointer has changed (so call it from a thread, not the event
        loop).

        A new champion that cannot be used is reported in the log and in `reason`; the one loaded before stays.
        """
        stamp = self._read_stamp()
        with self._lock:
            settled = self._state.loaded is not None and self._state.reason is None
            due = not settled and time.monotonic() - self._tried >= _RETRY_SECONDS
            if stamp is not None and (stamp != self._stamp or due):
                self._stamp, self._tried = stamp, time.monotonic()
                self._load()
            return self._state

    def require(self) -> Any:
        """The loaded model. Raises ModelUnavailable."""
        state = self.current()
        if state.loaded is None:
            raise ModelUnavailable(f"{self.model.name} is not available: {state.reason}")
        return state.loaded

    def _load(self) -> None:
        try:
            self._state = State(self.model.load(self._root), None)
            log.info("serving %s %s", self.model.name, self._state.version)
        except ArtefactError as error:
            log.warning("%s cannot be loaded: %s", self.model.name, error)
            self._state = State(self._state.loaded, str(error))

    def _read_stamp(self) -> tuple[int, int, int] | None:
        try:
            status = self._pointer.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_ino, status.st_size
