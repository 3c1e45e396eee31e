"""Short memories: Rasa's tracker goes whole to the action server on every turn, and the rows of the
order database remember what matters, so the last few turns of what the person said are enough."""

import functools
from collections import OrderedDict
from typing import Any, List, Optional

import redis
from rasa.core.brokers.broker import EventBroker
from rasa.core.lock_store import DEFAULT_REDIS_LOCK_STORE_KEY_PREFIX, LockStore, RedisLockStore
from rasa.core.tracker_store import (
    DEFAULT_REDIS_TRACKER_STORE_KEY_PREFIX,
    InMemoryTrackerStore,
    RedisTrackerStore,
    TrackerStore,
)
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

TURNS = 5
CONVERSATIONS = 10_000
EXPIRY_SECONDS = 24 * 3600
REDIS_SECONDS = 5.0
KEY_PREFIX = "quartermaster:"


def shortened(tracker: DialogueStateTracker, turns: int = TURNS) -> DialogueStateTracker:
    """The tracker with the last turns only, without what the bot said (cards are large)."""
    events: List[Event] = [event for event in tracker.events if not isinstance(event, BotUttered)]
    spoken = [place for place, event in enumerate(events) if isinstance(event, UserUttered)]
    if len(spoken) > turns:
        first = spoken[-turns]
        before = events[first - 1]
        listening = isinstance(before, ActionExecuted) and before.action_name == ACTION_LISTEN_NAME
        events = events[first - 1 if listening else first :]
    return DialogueStateTracker.from_events(tracker.sender_id, events, tracker.slots.values())


class MemoryTrackers(InMemoryTrackerStore):
    """Trackers in this process: short ones, and of the conversations that spoke last."""

    def __init__(self, domain: Domain, event_broker: Optional[EventBroker] = None, **kwargs: Any) -> None:
        super().__init__(domain, event_broker)
        self.store = OrderedDict()

    async def save(self, tracker: DialogueStateTracker) -> None:
        await super().save(shortened(tracker))
        self.store.move_to_end(tracker.sender_id)
        while len(self.store) > CONVERSATIONS:
            self.store.popitem(last=False)


class RedisTrackers(RedisTrackerStore):
    """Short trackers in the Redis of a URL (redis://, rediss://, unix://); they expire after a day."""

    def __init__(
        self,
        domain: Domain,
        host: str,
        event_broker: Optional[EventBroker] = None,
        **kwargs: Any,
    ) -> None:
        TrackerStore.__init__(self, domain, event_broker)  # RedisTrackerStore takes a URL apart
        self.red = _redis(host)
        self.key_prefix = KEY_PREFIX + DEFAULT_REDIS_TRACKER_STORE_KEY_PREFIX
        self.record_exp = EXPIRY_SECONDS

    async def save(self, tracker: DialogueStateTracker, timeout: Optional[float] = None) -> None:
        serialised = self.serialise_tracker(shortened(tracker))
        self.red.set(self.key_prefix + tracker.sender_id, serialised, ex=self.record_exp)


class RedisLocks(RedisLockStore):
    """One turn at a time per conversation, over the Redis of a URL."""

    def __init__(self, endpoint_config: EndpointConfig) -> None:
        LockStore.__init__(self)  # as above
        self.red = _redis(endpoint_config.url)
        self.key_prefix = KEY_PREFIX + DEFAULT_REDIS_LOCK_STORE_KEY_PREFIX


@functools.cache
def _redis(url: str) -> redis.Redis:
    return redis.Redis.from_url(
        url, decode_responses=True, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS
    )
