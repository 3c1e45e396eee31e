"""The processes of the system as data: what runs, on which port, what it waits for and when it counts as ready."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from backend.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
DEFAULT_PORTS = {"postgresql": 5432, "redis": 6379, "rediss": 6379}


@dataclass(frozen=True)
class Address:
    """Where a process listens."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """Base address, without a trailing slash."""
        return f"http://{self.host}:{self.port}"


@dataclass(frozen=True)
class ProcessSettings:
    """What starting and stopping needs to know.

    ``root`` holds the sources, ``var`` all that is made at run time. ``settled`` is how many seconds a process must
    live before its end counts as a fresh failure and not as one more of a series (Supervisor's ``startsecs``).
    """

    root: Path
    var: Path
    gateway: Address = Address("127.0.0.1", 8000)
    models: Address = Address("127.0.0.1", 8100)
    actions: Address = Address("127.0.0.1", 5055)
    rasa: Address = Address("127.0.0.1", 5005)
    database_url: str = ""
    redis_url: str = ""
    bot_environment: Path = Path(".venv-bot")
    ready_within: float = 300.0
    needs_within: float = 120.0
    settled: int = 60
    failures_allowed: int = 3
    failure_window: int = 60
    stop_within: int = 10
    log_megabytes: int = 5
    log_generations: int = 3

    def __post_init__(self) -> None:
        # The processes run in ``root``, whatever folder this one runs in.
        object.__setattr__(self, "root", self.root.absolute())
        object.__setattr__(self, "var", self.var.absolute())

    @classmethod
    def of(cls, settings: Settings, root: Path = ROOT) -> ProcessSettings:
        """From the settings that every desk process reads."""
        return cls(
            root=root,
            var=settings.var,
            gateway=Address(settings.gateway_host, settings.gateway_port),
            models=Address(settings.models_host, settings.models_port),
            actions=Address(settings.actions_host, settings.actions_port),
            rasa=Address(settings.rasa_host, settings.rasa_port),
            database_url=settings.database_url,
            redis_url=settings.redis_url,
        )

    @property
    def logs(self) -> Path:
        """One log for each process lies here."""
        return self.var / "log"

    @property
    def run(self) -> Path:
        """What belongs to the running system: configuration, process ids, the lock."""
        return self.var / "run"


@dataclass(frozen=True)
class Program:
    """One process.

    ``needs`` maps a name to an address that must answer before the process starts; ``ready`` is the address that
    tells when it can work (None: as soon as it runs); ``requires`` maps a file to the sentence that tells how to get
    it. ``environment`` is written to a file: no secrets in it.
    """

    name: str
    command: tuple[str, ...]
    address: Address | None = None
    ready: str | None = None
    needs: Mapping[str, str] = field(default_factory=dict)
    requires: Mapping[Path, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)


def quartermaster_programs(settings: ProcessSettings) -> tuple[Program, ...]:
    """The five processes; those that only need each other later start at once, as the bot takes longest to load."""
    database = _server("database", settings.database_url)
    redis = _server("redis", settings.redis_url)
    models_live = f"{settings.models.url}/v2/health/live"  # it is not "ready" in the protocol's sense before a training
    return (
        Program(
            name="models",
            command=(sys.executable, "-m", "models.serving"),
            address=settings.models,
            ready=models_live,
        ),
        Program(
            name="actions",
            command=(sys.executable, "-m", "actions"),
            address=settings.actions,
            ready=f"{settings.actions.url}/health",
            needs=database | redis,
        ),
        _rasa(settings, redis),
        Program(
            name="gateway",
            command=(sys.executable, "-m", "backend.gateway"),
            address=settings.gateway,
            ready=f"{settings.gateway.url}/readyz",
            needs=database | redis,
        ),
        Program(
            name="worker",
            command=(str(Path(sys.executable).parent / "quartermaster"), "worker"),
            needs=database | redis | {"models": models_live},
        ),
    )


def _rasa(settings: ProcessSettings, needs: Mapping[str, str]) -> Program:
    environment = settings.bot_environment
    rasa = (environment if environment.is_absolute() else settings.root / environment) / "bin" / "rasa"
    model = settings.var / "bot"
    endpoints = "endpoints.redis.yml" if settings.redis_url else "endpoints.yml"
    options = {
        "--model": model,
        "--endpoints": settings.root / "bot" / endpoints,
        "--credentials": settings.root / "bot" / "credentials.yml",
        "--interface": settings.rasa.host,
        "--port": settings.rasa.port,
    }
    return Program(
        name="rasa",
        command=(str(rasa), "run", *(str(word) for option in options.items() for word in option)),
        address=settings.rasa,
        ready=f"{settings.rasa.url}/webhooks/quartermaster/ready",
        needs=needs,
        requires={
            rasa: "the bot's environment is missing: run 'make setup'",
            model: "the bot is not trained yet: run 'quartermaster train nlu'",
        },
        environment={
            "QUARTERMASTER_ACTIONS_URL": f"{settings.actions.url}/webhook",
            "RASA_TELEMETRY_ENABLED": "false",
            "TF_CPP_MIN_LOG_LEVEL": "2",
            "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        },
    )


def _server(name: str, url: str) -> dict[str, str]:
    """A server to wait for, by host and port alone: its address may hold a password."""
    parts = urlsplit(url)
    if not parts.hostname:
        return {}
    port = parts.port or DEFAULT_PORTS.get(parts.scheme.partition("+")[0], 0)
    return {name: f"tcp://{parts.hostname}:{port}"}
