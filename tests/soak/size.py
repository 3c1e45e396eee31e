"""How large the hard tests are: reduced in `make test`, at full size under `make soak`."""

from __future__ import annotations

import os

SOAK = os.environ.get("QUARTERMASTER_SOAK") == "1"


def reduced_or_full(reduced: int, full: int) -> int:
    """``full`` under `make soak`, else ``reduced``."""
    return full if SOAK else reduced
