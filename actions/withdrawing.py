"""Taking a return back, by chat: the goods are kept after all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from actions import texts_returns
from actions.context import Context
from actions.drafts import Draft, Tap
from actions.memory import Confirmation
from actions.papers_at_hand import named
from actions.registry import command
from actions.texts import NO_LEAVE, ORDER_MOVED
from backend.errors import Stale
from backend.returns import queries, service

_KEEPS: Final = re.compile(
    r"\b(?:withdraw|cancel|scrap|forget|drop|call\s+off)\b|\b(?:keep(?:ing)?|won'?t\s+(?:return|send))\b", re.IGNORECASE
)


def concerns(context: Context) -> bool:
    """Whether a message takes a return back that it names: "cancel RT-100001, we are keeping them"."""
    return named(context, "RT") is not None and "?" not in context.text and _KEEPS.search(context.text) is not None


def handle(context: Context) -> list[Draft]:
    """Ask before it is withdrawn; what has arrived already can't be."""
    row = queries.by_number(context.work, named(context, "RT") or "")
    if row.state not in ("requested", "approved"):
        return [Draft(texts_returns.TOO_LATE_TO_WITHDRAW.format(number=row.number, state=row.state))]
    arguments = {"number": row.number, "version": row.version}
    context.memory.confirmation = Confirmation(command="return.withdraw", arguments=arguments)
    yes = Tap(texts_returns.YES_WITHDRAW.format(number=row.number), "return.withdraw", arguments)
    text = texts_returns.WITHDRAW_ASK.format(number=row.number, customer=row.customer.name)
    return [Draft(text, taps=(yes, Tap(NO_LEAVE, "confirmation.no")))]


@command("return.withdraw")
def withdraw(context: Context, arguments: Mapping[str, Any], _shown_hash: str | None) -> list[Draft]:
    """Withdraw it, if it still is as it was shown."""
    context.memory.confirmation = None
    row = queries.by_number(context.work, arguments["number"])
    if row.version != arguments["version"]:
        raise Stale(ORDER_MOVED.format(number=row.number), code="return_changed")
    service.withdraw(context.work, row)
    return [Draft(texts_returns.WITHDRAWN.format(number=row.number))]
