"""The secret that the processes of one installation show each other."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

SECRET_VARIABLE = "QUARTERMASTER_INTERNAL_SECRET"


def internal_secret(var: Path) -> str:
    """The secret in ``var/secrets/internal``, readable by its owner alone; made on first use.

    Two processes that both find none agree on one: it is written elsewhere first and linked into place once.
    """
    folder = var / "secrets"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / "internal"
    if not path.exists():
        _make(path)
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)
    return path.read_text(encoding="ascii").strip()


def _make(path: Path) -> None:
    descriptor, draft = tempfile.mkstemp(dir=path.parent)  # mkstemp's files are 0600
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(32) + "\n")
        Path(path).hardlink_to(draft)
    except FileExistsError:
        pass  # another process was first; its secret is as good
    finally:
        Path(draft).unlink()
