"""One turn at a time per conversation, and how many turns and sign-ins a minute.

In one process by default; with REDIS_URL over every process that shares the Redis.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Protocol

import redis
from limits import RateLimitItemPerMinute
from limits.storage import Storage, storage_from_string
from limits.strategies import MovingWindowRateLimiter
from redis.exceptions import LockError

from backend.errors import Unavailable
from backend.settings import Settings

_BUSY = "Your last message is still being worked on. Please wait a moment."


class TurnLocks(Protocol):
    """Grants a conversation's turn to one holder at a time."""

    def turn(self, conversation_id: int, wait: float) -> AbstractContextManager[None]:
        """Hold the conversation; Unavailable where it is not free within ``wait`` seconds."""


class LocalLocks:
    """Locks within this process; a lock nobody holds or waits for is forgotten."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._locks: dict[int, tuple[threading.Lock, int]] = {}

    @contextmanager
    def turn(self, conversation_id: int, wait: float) -> Iterator[None]:
        """See TurnLocks."""
        with self._guard:
            lock, users = self._locks.get(conversation_id, (threading.Lock(), 0))
            self._locks[conversation_id] = (lock, users + 1)
        try:
            if not lock.acquire(timeout=wait):
                raise Unavailable(_BUSY, code="turn_in_progress")
            try:
                yield
            finally:
                lock.release()
        finally:
            self._leave(conversation_id)

    def _leave(self, conversation_id: int) -> None:
        with self._guard:
            lock, users = self._locks[conversation_id]
            if users == 1:
                del self._locks[conversation_id]
            else:
                self._locks[conversation_id] = (lock, users - 1)


class RedisLocks:
    """Locks in Redis, with a lease so that a dead holder does not block for ever."""

    def __init__(self, url: str, lease: float) -> None:
        self._redis = redis.Redis.from_url(url)
        self._lease = lease

    @contextmanager
    def turn(self, conversation_id: int, wait: float) -> Iterator[None]:
        """See TurnLocks."""
        lock = self._redis.lock(f"quartermaster:turn:{conversation_id}", timeout=self._lease, blocking_timeout=wait)
        try:
            held = lock.acquire()
        except redis.RedisError as error:
            raise Unavailable("Redis does not answer.", code="redis_unavailable") from error
        if not held:
            raise Unavailable(_BUSY, code="turn_in_progress")
        try:
            yield
        finally:
            with suppress(LockError):  # the lease may have run out; whoever holds it now keeps it
                lock.release()


class Limits:
    """Turns per minute and person, sign-ins per minute and address; a moving window."""

    def __init__(self, settings: Settings) -> None:
        storage = storage_from_string(settings.redis_url or "memory://")
        assert isinstance(storage, Storage)
        self._limiter = MovingWindowRateLimiter(storage)
        self._turns = RateLimitItemPerMinute(settings.turns_per_minute)
        self._sign_ins = RateLimitItemPerMinute(settings.sign_ins_per_minute)
        self._callers = RateLimitItemPerMinute(settings.sign_ins_per_minute * 6)

    def allow_turn(self, user_id: int) -> bool:
        """Count a turn."""
        return self._limiter.hit(self._turns, "turn", str(user_id))

    def allow_sign_in(self, email: str, caller: str) -> bool:
        """Count a sign-in attempt, against the account and against the caller's address."""
        return self._limiter.hit(self._sign_ins, "sign-in", email) and self._limiter.hit(
            self._callers, "caller", caller
        )


def locks_of(settings: Settings) -> TurnLocks:
    """The locks that the settings ask for."""
    if settings.redis_url:
        return RedisLocks(settings.redis_url, lease=settings.turn_timeout * 3)
    return LocalLocks()
