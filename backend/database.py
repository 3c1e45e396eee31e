"""The database: engines for SQLite and PostgreSQL, column types, and transactions.

Sources: SQLite's documentation on transactions (a deferred transaction that turns from reading to writing can fail
with SQLITE_BUSY at once, whatever the busy timeout), hence BEGIN IMMEDIATE for every writing transaction.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, ClassVar

from sqlalchemy import JSON, URL, BigInteger, Connection, DateTime, Engine, Integer, MetaData, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, sessionmaker
from sqlalchemy.types import TypeDecorator

from backend.clock import local_day

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
BUSY_TIMEOUT_MS = 10_000
PING_AFTER = 1.0  # seconds; a connection that lay idle for longer is tried before it is used
SCALE = Decimal(10_000)
PAGE_COST = 1.1  # as PostgreSQL advises where pages lie in memory or on SSDs; its 4 reads whole tables for a few rows


@lru_cache(maxsize=65_536)
def _amount(stored: Any) -> Decimal | None:
    return None if stored is None else Decimal(int(stored)) / SCALE


class Amount(TypeDecorator[Decimal]):
    """Decimal with four places, stored as an integer of ten-thousandths: exact, and summable on every engine."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | int | None, dialect: Any) -> int | None:  # noqa: ARG002
        """Decimal to ten-thousandths."""
        return None if value is None else int((Decimal(value) * SCALE).to_integral_value())

    def result_processor(self, dialect: Any, coltype: Any) -> Callable[[Any], Decimal | None]:  # noqa: ARG002
        """Ten-thousandths to Decimal; a page of lines asks it thousands of times, mostly for the same few amounts."""
        return _amount


class Moment(TypeDecorator[datetime]):
    """A timezone-aware UTC time; SQLite keeps it without its zone, so the zone is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Refuse naive times; store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:  # noqa: ARG002
        """Always aware, always UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Key = Annotated[int, mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)]


class Base(DeclarativeBase):
    """Base of every table."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        Decimal: Amount,
        datetime: Moment,
        dict[str, Any]: JSON,
        list[Any]: JSON,
        list[str]: JSON,
    }


def now() -> datetime:
    """The system clock, for expiries, leases, limits and audit; never for what day the business is in."""
    return datetime.now(UTC)


class Database:
    """One engine and two ways to open a transaction: ``read`` and ``write``."""

    def __init__(self, url: str, *, pool: int = 8) -> None:
        self.url = make_url(_with_driver(url))
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite and self.url.database not in (None, "", ":memory:"):
            Path(str(self.url.database)).parent.mkdir(parents=True, exist_ok=True)
        options: dict[str, Any] = {"pool_size": pool, "max_overflow": 0, "pool_timeout": 30}
        if self.is_sqlite:
            options["connect_args"] = {"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False}
        else:
            options["connect_args"] = {"options": f"-c timezone=utc -c random_page_cost={PAGE_COST}"}
        self.pool = pool
        self._writing = threading.Lock()
        self.engine: Engine = create_engine(self.url, **options)
        if self.is_sqlite:
            _prepare_sqlite(self.engine)
        else:
            _ping_when_idle(self.engine)
        self._aside = None if self.is_sqlite else _aside(self.url)
        self._write_engine = self.engine.execution_options(sqlite_begin="IMMEDIATE")
        self._readers = sessionmaker(self.engine, expire_on_commit=False)
        single = self.engine if self.is_sqlite else self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._glances = sessionmaker(single, expire_on_commit=False, autoflush=False)
        event.listen(self._glances, "before_flush", _refuse)
        self._writers = sessionmaker(self._write_engine, expire_on_commit=False, info={"aside": self._aside})

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session whose changes are thrown away; what was read stays readable afterwards."""
        with self._readers() as session:
            yield session

    @contextmanager
    def glance(self) -> Iterator[Session]:
        """A session that only asks: where the database is asked over a network, nothing is begun and nothing ended.

        That saves two round trips. Each statement sees what is committed by then, as it does in ``read`` there.
        """
        with self._glances() as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction: committed at the end, rolled back on any error."""
        with self._turn(), self._writers.begin() as session:
            yield session

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """SQLite has one writer at a time, and who waits for it there sleeps and looks again; here one is woken.

        Whoever has waited for too long is left to SQLite's own refusal.
        """
        mine = self.is_sqlite and self._writing.acquire(timeout=BUSY_TIMEOUT_MS / 1000)
        try:
            yield
        finally:
            if mine:
                self._writing.release()

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()
        if self._aside is not None:
            self._aside.dispose()


def _refuse(*_: Any) -> None:
    raise RuntimeError("a session that only asks was given something to write")


def _with_driver(url: str) -> str:
    """``postgres://`` and ``postgresql://`` mean psycopg 3 here."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _ping_when_idle(engine: Engine) -> None:
    """A connection that was in use a moment ago lives; to try each one before each use would cost a round trip."""

    @event.listens_for(engine, "checkin")
    def checkin(_connection: Any, record: Any) -> None:
        record.info["idle_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def checkout(connection: Any, record: Any, _proxy: Any) -> None:
        if time.monotonic() - record.info.get("idle_since", float("inf")) < PING_AFTER:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error


def _aside(url: URL) -> Engine:
    """Single statements that commit by themselves, beside the transaction that asks for them: taking an order number.

    They need not wait for the disk: whatever is committed after them and does wait takes them along in the log.
    """
    settings = "-c timezone=utc -c synchronous_commit=off -c lock_timeout=10s"
    engine = create_engine(
        url, pool_size=2, max_overflow=0, isolation_level="AUTOCOMMIT", connect_args={"options": settings}
    )
    _ping_when_idle(engine)
    return engine


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        connection.create_function("business_day", 2, local_day, deterministic=True)
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {mode}")
