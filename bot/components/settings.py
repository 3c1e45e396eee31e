"""What the assistant reads from its environment; nothing else in bot/ looks there."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Mapping, Optional

SECRET_HEADER = "X-Quartermaster-Secret"
_SHORTEST_SECRET = 16


class SettingsError(RuntimeError):
    """The environment lacks something that the assistant must not start without."""


@dataclass(frozen=True)
class Settings:
    """The shared secret, where the action server is (None: as in endpoints.yml) and how many
    seconds an action may take."""

    secret: str
    actions_url: Optional[str]
    action_seconds: float


def from_environment(environment: Optional[Mapping[str, str]] = None) -> Settings:
    """Reads the settings. Raises SettingsError in a sentence that says what to set."""
    values = os.environ if environment is None else environment
    return Settings(
        secret=_secret(values),
        actions_url=values.get("QUARTERMASTER_ACTIONS_URL") or None,
        action_seconds=_seconds(values.get("QUARTERMASTER_ACTION_SECONDS") or "25"),
    )


def _secret(values: Mapping[str, str]) -> str:
    secret = values.get("QUARTERMASTER_INTERNAL_SECRET", "").strip()
    file_name = values.get("QUARTERMASTER_INTERNAL_SECRET_FILE", "")
    if not secret and file_name:
        try:
            secret = Path(file_name).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as problem:
            raise SettingsError(f"QUARTERMASTER_INTERNAL_SECRET_FILE can't be read: {problem}") from problem
    if not secret:
        raise SettingsError(
            "Set QUARTERMASTER_INTERNAL_SECRET, or QUARTERMASTER_INTERNAL_SECRET_FILE to a file "
            "that holds it: without a shared secret the assistant does not listen."
        )
    if len(secret) < _SHORTEST_SECRET:
        raise SettingsError(f"QUARTERMASTER_INTERNAL_SECRET is shorter than {_SHORTEST_SECRET} characters.")
    if not secret.isascii() or not secret.isprintable():
        raise SettingsError("QUARTERMASTER_INTERNAL_SECRET must be printable ASCII: it is a header.")
    return secret


def _seconds(given: str) -> float:
    try:
        seconds = float(given)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 50:  # Sanic gives up on a request after 60
        raise SettingsError("QUARTERMASTER_ACTION_SECONDS must be a number above 0, at most 50.")
    return seconds
