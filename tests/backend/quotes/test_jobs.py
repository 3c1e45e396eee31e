"""Quotes expire after their last day, once."""

from __future__ import annotations

from datetime import date

from backend.quotes import queries, quoting
from backend.quotes.jobs import expire_quotes
from tests.backend.quotes.offers import asked, audited, drafted, events, lived_on, state_of
from tests.backend.world import World


def test_sent_quotes_past_their_last_day_expire_once(world: World) -> None:
    old, declined, draft = asked(world, ("10-109", 1)), asked(world, ("10-109", 2)), drafted(world, ("10-109", 3))
    with world.writing() as work:
        quoting.decline(work, queries.quote(work, declined))
    assert expire_quotes(world.database) == 0
    lived_on(world, date(2026, 7, 1))
    assert expire_quotes(world.database) == 0  # the last day
    lived_on(world, date(2026, 7, 2))
    assert (expire_quotes(world.database), expire_quotes(world.database)) == (1, 0)
    assert [state_of(world, number)[:2] for number in (old, declined, draft)] == [
        ("expired", 2), ("declined", 2), ("draft", 1),
    ]  # fmt: skip
    assert events(world, "quote")[-1] == ("quote.expired", old)
    event = audited(world, old)[-1]
    assert (event.kind, event.user_id, event.before, event.after) == (
        "quote.expired", None, {"state": "sent"}, {"state": "expired"},
    )  # fmt: skip
