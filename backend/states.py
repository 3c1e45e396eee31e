"""Every document's state machine, in the order in which documents follow each other."""

from __future__ import annotations

from typing import Final

from backend.billing import states as billing
from backend.events import states as events
from backend.machines import Machine
from backend.purchasing import states as purchasing
from backend.quotes import states as quotes
from backend.review import states as review
from backend.sales import states as sales
from backend.stock import states as stock

MACHINES: Final[tuple[Machine, ...]] = (
    quotes.INQUIRY,
    quotes.QUOTE,
    sales.ORDER,
    stock.ALLOCATION,
    sales.SHIPMENT,
    billing.INVOICE,
    billing.PAYMENT,
    billing.GOODWILL,
    sales.RETURN,
    sales.STANDING_ORDER,
    purchasing.PURCHASE_ORDER,
    events.DELIVERY,
    review.KEPT,
)
APPEND_ONLY: Final = ("stock_entry", "audit_event")
