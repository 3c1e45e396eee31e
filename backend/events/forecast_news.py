"""What there is to tell of forecasts: that one went wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from sqlalchemy import select

from backend.events import texts
from backend.events.news_item import News, Read
from backend.events.tables import OutboxEvent
from backend.identity.tables import Role, User
from backend.work import Work


def _drifted(work: Work, event: OutboxEvent) -> News | None:
    """To buyers and managers, who order by it."""
    facts = event.payload
    if "period" not in facts:  # whoever published it did not say which forecast: there is nothing to tell
        return None
    day = date.fromisoformat(str(facts["period"]))
    when = f"the week of {day:%-d %B}" if facts["freq"] == "W" else f"{day:%B %Y}"
    shares = {name: f"{100 * float(facts[name]):.0f}" for name in ("error", "promised", "naive")}
    people = select(User.id).where(User.active, User.role.in_((Role.BUYER, Role.MANAGER)))
    text = texts.FORECAST_DRIFTED.format(when=when, **shares)
    return News(None, text, concerned=frozenset(work.session.scalars(people)), topic=None)


READERS: Final[Mapping[str, Read]] = {"forecast.drifted": _drifted}
