"""Who is asking: the bearer token becomes a principal; endpoints get a unit of work.

What waits for nothing is ``async`` here, so that it runs where it is called and not in a thread of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import OAuth2PasswordBearer

from backend.database import Database
from backend.errors import NotSignedIn
from backend.identity.permissions import Principal
from backend.identity.service import principal_of_token
from backend.work import Work, work_in

_bearer = OAuth2PasswordBearer(tokenUrl="/api/auth/token", auto_error=False)


async def database_of(request: Request) -> Database:
    """The application's database."""
    database: Database = request.app.state.database
    return database


TheDatabase = Annotated[Database, Depends(database_of)]


async def bearer_of(token: Annotated[str | None, Depends(_bearer)]) -> str:
    """The bearer token as sent; NotSignedIn where there is none."""
    if not token:
        raise NotSignedIn("Please sign in.")
    return token


Bearer = Annotated[str, Depends(bearer_of)]


def asking(token: Bearer, database: TheDatabase) -> Principal:
    """The principal of the request."""
    with database.glance() as session:
        return principal_of_token(session, token)


Asking = Annotated[Principal, Depends(asking)]


def reading_work(request: Request, token: Bearer, database: TheDatabase) -> Iterator[Work]:
    """A read-only unit of work for the request, in which who asks is read, too. A GET only asks; a check may try."""
    with database.glance() if request.method == "GET" else database.read() as session:
        yield work_in(session, principal_of_token(session, token))


Reading = Annotated[Work, Depends(reading_work)]
