"""A unit of work: the session, who acts, and what day it is. Services take one and never commit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy.orm import Session

from backend.clock import BusinessClock
from backend.company.service import business_clock
from backend.database import Database
from backend.identity.permissions import Principal


@dataclass(frozen=True)
class Work:
    """What a service needs to do its job inside somebody else's transaction."""

    session: Session
    principal: Principal
    clock: BusinessClock
    channel: str = "api"


def work_in(session: Session, principal: Principal, channel: str = "api") -> Work:
    """A unit of work in a session that is open."""
    return Work(session, principal, business_clock(session), channel)


@contextmanager
def reading(database: Database, principal: Principal, channel: str = "api") -> Iterator[Work]:
    """A unit of work whose changes are thrown away."""
    with database.read() as session:
        yield work_in(session, principal, channel)


@contextmanager
def writing(database: Database, principal: Principal, channel: str = "api") -> Iterator[Work]:
    """A unit of work in one transaction."""
    with database.write() as session:
        yield work_in(session, principal, channel)
