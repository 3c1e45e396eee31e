"""What is asked for so plainly that no classifier is needed: by a paper's number and a verb, or in the trade's words.

The skills' vocabulary stays as it is: each of these belongs to one of its skills (holds and standing orders to
change_order, inquiries to talk_to_human), for which a message need not be worded alike.
"""

from __future__ import annotations

from actions import held, house, inquiring, quoting, standing
from actions.context import Context
from actions.drafts import Draft
from actions.papers_at_hand import named
from actions.skills import ORDERING


def answer(context: Context) -> list[Draft] | None:
    """The answer to such a message; None for any other."""
    if not context.text:
        return None
    deed = house.deed_of(context)
    if deed is not None:
        return house.ask(context, deed)
    if context.work.principal.role not in ORDERING:
        return None
    if held.concerns(context):
        return held.handle(context)
    if inquiring.concerns(context):
        return inquiring.handle(context)
    if standing.concerns(context):
        return standing.handle(context)
    if named(context, "QU") is not None:
        return quoting.quote_request(context)
    return None
