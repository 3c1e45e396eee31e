"""Settings of the model server, read from the environment here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


class SettingsError(Exception):
    """The environment lacks something or holds something that cannot be; the message says what to do."""

    code = "bad_settings"


@dataclass(frozen=True)
class Settings:
    """What the environment says.

    var: QUARTERMASTER_VAR, artefacts stand in var/models. host, port: QUARTERMASTER_MODELS_HOST and _PORT. secret:
    QUARTERMASTER_INTERNAL_SECRET, or the content of the file that QUARTERMASTER_INTERNAL_SECRET_FILE names. threads:
    QUARTERMASTER_MODELS_THREADS, the cores one batch may use; more than 1 only where they are free, since threads that
    wait for each other on busy cores were measured several times slower than one.
    """

    var: Path
    host: str
    port: int
    secret: str
    threads: int = 1

    @property
    def artefacts(self) -> Path:
        """The folder the trained artefacts are read from."""
        return self.var / "models"


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings in `environment`. Raises SettingsError without a secret or for a port that is none."""
    port = environment.get("QUARTERMASTER_MODELS_PORT", "8100")
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise SettingsError(f"QUARTERMASTER_MODELS_PORT must be a port number, not {port!r}.")
    return Settings(
        var=Path(environment.get("QUARTERMASTER_VAR", "var")),
        host=environment.get("QUARTERMASTER_MODELS_HOST", "127.0.0.1"),
        port=int(port),
        secret=_secret(environment),
        threads=_threads(environment.get("QUARTERMASTER_MODELS_THREADS", "1")),
    )


def _threads(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise SettingsError(f"QUARTERMASTER_MODELS_THREADS must be a whole number from 1, not {text!r}.")
    return int(text)


def _secret(environment: Mapping[str, str]) -> str:
    secret = environment.get("QUARTERMASTER_INTERNAL_SECRET", "").strip()
    file_name = environment.get("QUARTERMASTER_INTERNAL_SECRET_FILE", "")
    if not secret and file_name:
        try:
            secret = Path(file_name).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SettingsError(f"QUARTERMASTER_INTERNAL_SECRET_FILE cannot be read: {error}.") from error
    if not secret:
        raise SettingsError(
            "The model server does not start without a secret: set QUARTERMASTER_INTERNAL_SECRET, or "
            "QUARTERMASTER_INTERNAL_SECRET_FILE to a file that holds it."
        )
    return secret
