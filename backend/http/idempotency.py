"""Idempotency-Key on unsafe requests: the same key and body get the same answer; another body is refused.

The record is written in the transaction of the request itself, so that it exists exactly where its effect does. Two
requests at once with one key: the primary key lets one win, the other reads the winner's answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends, Header
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy.exc import IntegrityError

from backend.company.tables import IdempotencyRecord
from backend.database import Database
from backend.errors import Conflict, Invalid
from backend.http.asking import Asking, TheDatabase
from backend.http.versions import etag
from backend.identity.permissions import Principal
from backend.work import Work, writing

LONGEST_KEY = 200


class Once:
    """Runs a change once per key."""

    def __init__(self, database: Database, principal: Principal, key: str | None) -> None:
        self._database = database
        self._principal = principal
        self._key = key

    def run(self, name: str, body: BaseModel, change: Callable[[Work], BaseModel], status: int = 200) -> JSONResponse:
        """Do ``change`` in one transaction and answer with what it returns; a repeat gets the stored answer."""
        fingerprint = hashlib.sha256(f"{name}\n{body.model_dump_json()}".encode()).hexdigest()
        stored = self._stored(fingerprint)
        if stored is not None:
            return stored
        try:
            with writing(self._database, self._principal) as work:
                content = self._claimed(work, fingerprint, change, status)
        except IntegrityError:
            stored = self._stored(fingerprint)
            if stored is None:
                raise
            return stored
        return _answer(content, status)

    def _claimed(
        self, work: Work, fingerprint: str, change: Callable[[Work], BaseModel], status: int
    ) -> dict[str, Any]:
        record = None
        if self._key is not None:
            record = IdempotencyRecord(user_id=self._principal.user_id, key=self._key, fingerprint=fingerprint)
            work.session.add(record)
            work.session.flush()
        content = change(work).model_dump(mode="json")
        if record is not None:
            record.status, record.body = status, content
        return content

    def _stored(self, fingerprint: str) -> JSONResponse | None:
        if self._key is None:
            return None
        with self._database.read() as session:
            record = session.get(IdempotencyRecord, (self._principal.user_id, self._key))
        if record is None or record.status is None:
            return None
        if record.fingerprint != fingerprint:
            raise Conflict("This Idempotency-Key was used for another request.", code="idempotency_key_reused")
        return _answer(record.body, record.status)


def _answer(content: dict[str, Any] | None, status: int) -> JSONResponse:
    """The answer, with the ETag of the document in it."""
    version = content.get("version") if content else None
    return JSONResponse(content, status, {"ETag": etag(version)} if isinstance(version, int) else None)


def once(
    principal: Asking,
    database: TheDatabase,
    idempotency_key: Annotated[str | None, Header(description="Same key and body: same answer.")] = None,
) -> Once:
    """The request's idempotency."""
    if idempotency_key is not None and not 1 <= len(idempotency_key) <= LONGEST_KEY:
        raise Invalid(f"An Idempotency-Key has 1 to {LONGEST_KEY} characters.", code="invalid_idempotency_key")
    return Once(database, principal, idempotency_key)


OnlyOnce = Annotated[Once, Depends(once)]
