"""What every served model offers to the server, whatever it computes."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from models.serving.protocol import Array, InferRequest, TensorSpec


@dataclass(frozen=True)
class Work:
    """A checked request: arrays with one row per item, and options. Works with equal options may run as one batch."""

    arrays: dict[str, Array]
    options: Hashable
    rows: int


class ServedModel(Protocol):
    """A model the server can load, describe and run. `loaded` is what `load` returned."""

    name: str
    platform: str
    inputs: tuple[TensorSpec, ...]
    outputs: tuple[TensorSpec, ...]

    def load(self, root: Path) -> Any:
        """Read the champion; it has `version`. Raises ArtefactError."""
        ...

    def read(self, request: InferRequest) -> Work:
        """Check a request. Raises InferenceError."""
        ...

    def run(self, loaded: Any, arrays: Mapping[str, Array], options: Any) -> dict[str, Array]:
        """Compute all outputs, each with one row per row of the inputs. Raises ValueError for inputs it cannot take."""
        ...

    def parameters(self, loaded: Any) -> dict[str, Any]:
        """What a caller should know beside the outputs."""
        ...
