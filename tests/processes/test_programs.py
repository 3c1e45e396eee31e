"""What ``quartermaster up`` runs."""

from __future__ import annotations

import stat
from pathlib import Path

from backend.processes.configuration import write_configuration
from backend.processes.programs import ProcessSettings, Program, quartermaster_programs
from backend.processes.secret import internal_secret
from backend.settings import Settings


def programs(settings: ProcessSettings) -> dict[str, Program]:
    return {program.name: program for program in quartermaster_programs(settings)}


def test_the_five_processes_listen_on_loopback(tmp_path: Path) -> None:
    found = programs(ProcessSettings(root=tmp_path, var=tmp_path))
    assert list(found) == ["models", "actions", "rasa", "gateway", "worker"]
    ports = {name: program.address.port for name, program in found.items() if program.address}
    assert ports == {"models": 8100, "actions": 5055, "rasa": 5005, "gateway": 8000}
    assert {program.address.host for program in found.values() if program.address} == {"127.0.0.1"}


def test_ports_and_servers_come_from_the_settings(tmp_path: Path) -> None:
    read = Settings(var=tmp_path, gateway_port=8001, rasa_port=5006, redis_url="redis://localhost")
    settings = ProcessSettings.of(read)
    assert settings.gateway.url == "http://127.0.0.1:8001"
    assert settings.rasa.port == 5006
    assert settings.redis_url == "redis://localhost"
    assert (settings.root / "pyproject.toml").exists()


def test_servers_are_waited_for_without_their_passwords(tmp_path: Path) -> None:
    settings = ProcessSettings(
        root=tmp_path,
        var=tmp_path,
        database_url="postgresql+psycopg://desk:hunter2@db.example:5433/desk",
        redis_url="redis://:hunter2@cache.example/0",
    )
    gateway = programs(settings)["gateway"]
    assert gateway.needs == {"database": "tcp://db.example:5433", "redis": "tcp://cache.example:6379"}
    settings.run.mkdir(parents=True)
    assert "hunter2" not in write_configuration(settings, quartermaster_programs(settings)).read_text()


def test_the_embedded_database_is_not_waited_for(tmp_path: Path) -> None:
    settings = ProcessSettings(root=tmp_path, var=tmp_path, database_url="sqlite:////tmp/desk.db")
    assert programs(settings)["gateway"].needs == {}


def test_the_bot_keeps_its_trackers_on_redis_where_there_is_one(tmp_path: Path) -> None:
    plain = ProcessSettings(root=tmp_path, var=tmp_path)
    redis = ProcessSettings(root=tmp_path, var=tmp_path, redis_url="redis://localhost")
    assert str(tmp_path / "bot" / "endpoints.yml") in programs(plain)["rasa"].command
    assert str(tmp_path / "bot" / "endpoints.redis.yml") in programs(redis)["rasa"].command


def test_the_secret_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    secret = internal_secret(tmp_path)
    path = tmp_path / "secrets" / "internal"
    assert len(secret) >= 40
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    assert internal_secret(tmp_path) == secret
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["internal"]
