"""Idempotency-Key on unsafe requests: the same key and body get the same answer, refusals and failures included.

The record is written in the transaction of the request itself, so that it exists exactly where its effect does; an
answer without an effect is recorded afterwards. Another body under the same key is refused. Two requests at once with
one key: the primary key lets one win, the other reads the winner's answer.

Without a key too, a transaction that lost against another one (a deadlock, a serialization failure) is tried again.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable
from typing import Annotated, Any, Final, cast

from fastapi import Depends, Header
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy import Table, bindparam, insert, update
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError

from backend.company.tables import IdempotencyRecord
from backend.database import Database
from backend.errors import Conflict, Invalid, Refused
from backend.http import problems
from backend.http.asking import Asking, TheDatabase
from backend.http.versions import etag
from backend.identity.permissions import Principal
from backend.work import Work, writing

log = logging.getLogger(__name__)
LONGEST_KEY = 200
MOST_TRIES = 4
_RECORDS: Final = cast("Table", IdempotencyRecord.__table__)
_CLAIM: Final = insert(_RECORDS)
_COMPLETE: Final = update(_RECORDS).where(
    _RECORDS.c.user_id == bindparam("of_user"), _RECORDS.c.key == bindparam("of_key")
)
_LOST = frozenset({"40001", "40P01"})  # serialization_failure, deadlock_detected

Change = Callable[[Work], BaseModel]


class Once:
    """Runs a change once per key."""

    def __init__(self, database: Database, principal: Principal, key: str | None) -> None:
        self._database = database
        self._principal = principal
        self._key = key

    def run(self, name: str, body: BaseModel, change: Change, status: int = 200) -> JSONResponse:
        """Do ``change`` in one transaction and answer with what it returns; a repeat gets the stored answer."""
        fingerprint = hashlib.sha256(f"{name}\n{body.model_dump_json()}".encode()).hexdigest()
        try:
            return _answer(self._done(fingerprint, change, status), status)
        except _AnsweredMeanwhile:
            stored = self._stored(fingerprint)
            if stored is None:
                raise Conflict("The same request is being worked on.", code="in_progress") from None
            return stored
        except OperationalError:
            raise  # the database does not answer: there is nothing to keep an answer in
        except Refused as error:
            return self._kept(fingerprint, problems.refusal(error))
        except DataError as error:
            log.info("database: %s", error.orig)
            return self._kept(fingerprint, problems.unfit())
        except Exception:
            if self._key is None:
                raise
            log.exception("unexpected error")
            return self._kept(fingerprint, problems.unexpected())

    def _done(self, fingerprint: str, change: Change, status: int) -> dict[str, Any]:
        for attempt in range(1, MOST_TRIES + 1):
            try:
                with writing(self._database, self._principal) as work:
                    return self._claimed(work, fingerprint, change, status)
            except DBAPIError as error:
                if attempt == MOST_TRIES or not (lost(error) or isinstance(error, IntegrityError)):
                    raise
                log.info("tried again after: %s", error.orig)
        raise AssertionError("not reached")

    def _claimed(self, work: Work, fingerprint: str, change: Change, status: int) -> dict[str, Any]:
        if self._key is None:
            return change(work).model_dump(mode="json")
        own = {"user_id": self._principal.user_id, "key": self._key}
        try:
            work.session.execute(_CLAIM, [{**own, "fingerprint": fingerprint}])
        except IntegrityError:
            raise _AnsweredMeanwhile from None
        content = change(work).model_dump(mode="json")
        work.session.flush()
        values = {"of_user": own["user_id"], "of_key": own["key"], "status": status, "body": content}
        work.session.connection().execute(_COMPLETE, values)
        return content

    def _kept(self, fingerprint: str, answer: JSONResponse) -> JSONResponse:
        """Keep an answer that has no effect; where another one was kept meanwhile, that is the answer."""
        if self._key is None:
            return answer
        record = IdempotencyRecord(
            user_id=self._principal.user_id,
            key=self._key,
            fingerprint=fingerprint,
            status=answer.status_code,
            body=json.loads(bytes(answer.body)),
        )
        try:
            with self._database.write() as session:
                session.add(record)
        except IntegrityError:
            return self._stored(fingerprint) or answer
        return answer

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


class _AnsweredMeanwhile(Exception):
    """Another request with the same key has come first."""


def lost(error: DBAPIError) -> bool:
    """Whether a transaction failed only because of another one, so that trying again may do."""
    return getattr(error.orig, "sqlstate", None) in _LOST


def _answer(content: dict[str, Any] | None, status: int) -> JSONResponse:
    """The answer, with the ETag of the document in it."""
    if status >= 400:
        return JSONResponse(content, status, media_type=problems.MEDIA_TYPE)
    version = content.get("version") if content else None
    return JSONResponse(content, status, {"ETag": etag(version)} if isinstance(version, int) else None)


async def once(
    principal: Asking,
    database: TheDatabase,
    idempotency_key: Annotated[str | None, Header(description="Same key and body: same answer.")] = None,
) -> Once:
    """The request's idempotency."""
    if idempotency_key is not None and not 1 <= len(idempotency_key) <= LONGEST_KEY:
        raise Invalid(f"An Idempotency-Key has 1 to {LONGEST_KEY} characters.", code="invalid_idempotency_key")
    return Once(database, principal, idempotency_key)


OnlyOnce = Annotated[Once, Depends(once)]
