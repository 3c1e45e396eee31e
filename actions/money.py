"""What is said about money of a customer's beyond its invoices: refunds that wait, goodwill, credit, how they pay.

These are told by their words, whatever the message is read as; they belong to refund_status and customer_lookup.
"""

from __future__ import annotations

from collections.abc import Callable

from actions import credit_refunds, goodwill_credits, usual_payment, waiting_refunds, withdrawing_refunds
from actions.context import Context
from actions.drafts import Draft
from actions.registry import Handler
from actions.skills import ORDERING


def answer(context: Context) -> list[Draft] | None:
    """The answer to such a message; None for any other."""
    if not context.text:
        return None
    if goodwill_credits.completes(context):
        return _answered(context, goodwill_credits.handle)
    return next((_answered(context, handle) for concerns, handle in _routes() if concerns(context)), None)


def _answered(context: Context, handle: Handler) -> list[Draft]:
    """What waited for a yes before waits no longer: a yes answers what is shown last."""
    context.memory.confirmation = None
    return handle(context)


def _routes() -> tuple[tuple[Callable[[Context], bool], Handler], ...]:
    return (
        (waiting_refunds.concerns, waiting_refunds.handle),
        (goodwill_credits.concerns, goodwill_credits.handle),
        (_may_order(withdrawing_refunds.concerns), withdrawing_refunds.handle),
        (_may_order(credit_refunds.concerns), credit_refunds.handle),
        (_may_order(usual_payment.concerns), usual_payment.handle),
    )


def _may_order(concerns: Callable[[Context], bool]) -> Callable[[Context], bool]:
    return lambda context: context.work.principal.role in ORDERING and concerns(context)
