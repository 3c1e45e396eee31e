"""The same key and body: the same answer, whatever came of it, and one effect."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy import func, select
from sqlalchemy.exc import DataError, OperationalError

from backend.company.service import record
from backend.company.tables import AuditEvent, IdempotencyRecord
from backend.errors import Conflict
from backend.http.idempotency import Once
from backend.work import Work
from tests.backend.world import World


class Asked(BaseModel):
    """A request's body."""

    what: str


class Done(BaseModel):
    """An answer; its version becomes the ETag."""

    what: str
    version: int = 1


def once(world: World, key: str | None = "k", email: str = "customer@test") -> Once:
    return Once(world.database, world.principal(email), key)


def write(work: Work) -> Done:
    """An effect that can be counted."""
    record(work, "test.done", "test", "1")
    return Done(what="done")


def effects(world: World) -> int:
    with world.database.read() as session:
        return session.scalar(select(func.count()).where(AuditEvent.kind == "test.done")) or 0


def content(answer: JSONResponse) -> dict:
    return json.loads(bytes(answer.body))


def test_a_repeat_gets_the_same_answer_and_has_no_effect(small: World):
    first = once(small).run("test", Asked(what="a"), write, status=201)
    second = once(small).run("test", Asked(what="a"), write, status=201)
    assert (first.status_code, content(first), first.headers["ETag"]) == (201, {"what": "done", "version": 1}, '"1"')
    assert (second.status_code, second.body, second.headers["ETag"]) == (201, first.body, '"1"')
    assert effects(small) == 1


def test_another_body_or_another_request_under_the_key_is_refused(small: World):
    once(small).run("test", Asked(what="a"), write)
    for name, what in (("test", "b"), ("other", "a")):
        with pytest.raises(Conflict) as refused:
            once(small).run(name, Asked(what=what), write)
        assert refused.value.code == "idempotency_key_reused"
    assert effects(small) == 1


def test_keys_are_a_persons_own(small: World):
    once(small).run("test", Asked(what="a"), write)
    once(small, email="desk@test").run("test", Asked(what="a"), write)
    assert effects(small) == 2


def test_a_refusal_is_kept_and_its_changes_are_not(small: World):
    def refuse(work: Work) -> Done:
        write(work)
        raise Conflict("Not just now.", code="not_now", left=3)

    first = once(small).run("test", Asked(what="a"), refuse)
    assert (first.status_code, first.media_type) == (409, "application/problem+json")
    assert content(first)["code"] == "not_now"
    assert content(first)["left"] == 3
    second = once(small).run("test", Asked(what="a"), write)
    assert (second.status_code, second.body, second.media_type) == (409, first.body, first.media_type)
    assert effects(small) == 0


def test_an_unexpected_failure_is_kept_too(small: World, caplog: pytest.LogCaptureFixture):
    def break_(work: Work) -> Done:
        write(work)
        raise ZeroDivisionError

    first = once(small).run("test", Asked(what="a"), break_)
    assert (first.status_code, content(first)["code"]) == (500, "internal")
    assert "ZeroDivisionError" in caplog.text
    second = once(small).run("test", Asked(what="a"), write)
    assert (second.status_code, second.body) == (500, first.body)
    assert effects(small) == 0


def test_without_a_key_a_refusal_and_a_failure_are_answered_and_not_kept(small: World):
    def refuse(_work: Work) -> Done:
        raise Conflict("Not just now.")

    def break_(_work: Work) -> Done:
        raise ZeroDivisionError

    assert once(small, key=None).run("test", Asked(what="a"), refuse).status_code == 409
    with pytest.raises(ZeroDivisionError):
        once(small, key=None).run("test", Asked(what="a"), break_)
    with small.database.read() as session:
        assert session.scalar(select(func.count()).select_from(IdempotencyRecord)) == 0


def test_a_value_that_the_database_cannot_keep_is_refused_and_stays_refused(small: World):
    def fail(work: Work) -> Done:
        write(work)
        raise DataError("INSERT", {}, Exception("a NUL"))

    first = once(small).run("test", Asked(what="a"), fail)
    assert (first.status_code, content(first)["code"]) == (422, "invalid")
    assert once(small).run("test", Asked(what="a"), write).body == first.body
    assert once(small, key=None).run("test", Asked(what="a"), fail).body == first.body
    assert effects(small) == 0


def test_a_database_that_does_not_answer_leaves_nothing_to_repeat(small: World):
    def fail(_work: Work) -> Done:
        raise OperationalError("SELECT 1", {}, Exception("database is locked"))

    with pytest.raises(OperationalError):
        once(small).run("test", Asked(what="a"), fail)
    assert once(small).run("test", Asked(what="a"), write).status_code == 200
    assert effects(small) == 1


def test_a_transaction_that_lost_against_another_is_tried_again(small: World):
    class Deadlock(Exception):
        sqlstate = "40P01"

    tries = []

    def lose_twice(work: Work) -> Done:
        tries.append(1)
        write(work)
        if len(tries) < 3:
            raise OperationalError("UPDATE", {}, Deadlock())
        return Done(what="done")

    assert once(small).run("test", Asked(what="a"), lose_twice).status_code == 200
    assert (len(tries), effects(small)) == (3, 1)


def test_of_two_at_once_one_wins_and_both_hear_its_answer(world: World):
    together = threading.Barrier(2, timeout=60)

    def ask(_number: int) -> JSONResponse:
        asked = once(world)
        together.wait()
        return asked.run("test", Asked(what="a"), write, status=201)

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(ask, range(2))
    assert (first.status_code, second.status_code, first.body) == (201, 201, second.body)
    assert effects(world) == 1
