"""The channel as it runs: the real library, Telegram's double, a real database, and a gateway that says as told."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from anyio.from_thread import start_blocking_portal

from backend import tables  # noqa: F401 - every table is known
from backend.chat.cards import Reply
from backend.chat.channels.telegram import Channel, polling, running, sending
from backend.chat.conversations import Said
from backend.chat.gateway import Answered, Gateway, Incoming
from backend.database import Database, now
from backend.identity import service
from backend.identity.tables import Role
from backend.migrations import migrate
from backend.settings import Settings
from tests.backend.chat.channels.telegram.double import PATIENCE, TOKEN, BotApi

Script = Callable[[Incoming], Sequence[Reply]]


class FakeGateway:
    """Takes turns as ``script`` says, and remembers them in the order in which they began."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.taken: list[Incoming] = []
        self.script: Script = lambda incoming: [Reply(text=f"You said {incoming.text or incoming.button}")]
        self._guard = threading.Lock()

    def begins(self, count: int) -> None:
        """Waits until so many turns have begun."""
        deadline = time.monotonic() + PATIENCE
        while len(self.taken) < count:
            assert time.monotonic() < deadline, f"only {self.taken}"
            time.sleep(0.02)

    def take(self, incoming: Incoming) -> Answered:
        with self._guard:
            self.taken.append(incoming)
        replies = self.script(incoming)
        return Answered(
            1, 1, [Said(at, "desk", reply.model_dump(mode="json"), now(), 1) for at, reply in enumerate(replies)]
        )


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of the newest schema with one account, made once."""
    path = tmp_path_factory.mktemp("telegram") / "empty.db"
    database = Database(f"sqlite:///{path}")
    migrate(database)
    with database.write() as session:
        service.add_user(session, "ann@desk.test", "Ann", Role.DESK, "password")
        service.add_user(session, "bob@desk.test", "Bob", Role.REP, "password")
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


@pytest.fixture
def database(migrated: Path, tmp_path: Path) -> Iterator[Database]:
    shutil.copy(migrated, tmp_path / "desk.db")
    database = Database(f"sqlite:///{tmp_path / 'desk.db'}")
    yield database
    database.close()


@pytest.fixture
def gateway(database: Database) -> FakeGateway:
    return FakeGateway(database)


@pytest.fixture
def api() -> Iterator[BotApi]:
    with BotApi() as double:
        yield double


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Short pauses."""
    monkeypatch.setattr(sending, "FIRST_WAIT_SECONDS", 0.05)
    monkeypatch.setattr(polling, "WHILE_WORKING_SECONDS", 0.05)


def settings_for(url: str, token: str = TOKEN) -> Settings:
    return Settings(env="test", telegram_bot_token=token, telegram_api_url=url)


@contextmanager
def started(gateway: FakeGateway | Gateway, settings: Settings) -> Iterator[Channel]:
    """The channel in an event loop of its own, as in the gateway's process."""
    with start_blocking_portal() as portal:
        manager: AbstractContextManager[Channel] = portal.wrap_async_context_manager(
            running(gateway, settings)  # type: ignore[arg-type]
        )
        with manager as channel:
            yield channel


@pytest.fixture
def channel(gateway: FakeGateway, api: BotApi) -> Iterator[Channel]:
    with started(gateway, settings_for(api.url)) as channel:
        yield channel


@pytest.fixture
def code(database: Database) -> str:
    return code_for(database, 1)


def code_for(database: Database, user_id: int) -> str:
    with database.write() as session:
        return service.new_link_code(session, user_id)


@pytest.fixture
def linked(database: Database, code: str) -> int:
    """Ann's Telegram account, connected."""
    with database.write() as session:
        return service.link_telegram(session, code, 77, 77).id
