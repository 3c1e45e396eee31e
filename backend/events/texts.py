"""What people are told of their own accord, in one place. British English; no exclamation marks.

``{order}`` and its like begin a sentence: "Your order SO-100001" to the customer's people, "SO-100001 of Ferndale
Joinery" to ours.
"""

from __future__ import annotations

from datetime import date
from typing import Final

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

YOURS = "Your {document} {number}"
OURS = "{number} of {customer}"
NAMES: Final = {
    "order": "order",
    "invoice": "invoice",
    "quote": "quote",
    "return": "return",
    "standing_order": "standing order",
}

ORDER_PLACED = "{order} has been placed: {total} in all."
ORDER_PLACED_BY = "{order} has been placed by {who}: {total} in all."
ORDER_HELD = "{order} is on hold{reasons}. Nothing leaves before it is released; what is in stock stays reserved."
ORDER_TO_APPROVE = "{order}, placed by {who} over {total}, is above their limit and waits for your yes."
ORDER_RELEASED = "{order} is no longer on hold and goes its way."
ORDER_CHANGED = "{order} has been changed: it comes to {total} now."
ORDER_NEWS = "News of your back orders. {order}: {lines}."
ORDER_CANCELLED = "{order} has been cancelled{reason}."
LINE_READY = "{name} ({sku}) is reserved{promised}"
LINE_WAITING = "{short} of {name} ({sku}) still to come{promised}"
PROMISED = ", promised for {date}"
NOT_PROMISED = ", on a date to be named"
REASONS: Final = {
    "credit_limit": "the credit limit is reached",
    "overdue": "invoices are overdue",
    "discount": "the discount has to be agreed to",
    "buyer_limit": "it is above the limit of who ordered it",
    "manual": "we have to look at it first",
}

SHIPPED = "{order} has left us{part}: {facts}."
ALL_OF_IT = ""
PART_OF_IT = " in part"
CARRIER = "with {carrier}"
TRACKING = "tracking {number}"
EXPECTED = "expected {date}"
ON_ITS_WAY = "it is on its way"
DELIVERED = "{order} has been delivered{part} on {date}."
LOST = "{number}, a delivery of {order_within}, is lost on its way{remedy}."
REMEDIES: Final = {"replace": "; the goods are sent again", "credit": "; it is credited to you"}

INVOICE_ISSUED = "Invoice {number} for {order_within}: {total}, to be paid by {date}."
INVOICE_OVERDUE = "Invoice {number} for {order_within} was due on {date}, and {open} of it is still to be paid."
INVOICE_SET_OFF = "Invoice {number} for {order_within}: {total}; {used} of it is paid from your credit{rest}."
INVOICE_REST = ", and {open} is to be paid by {date}"
GOODWILL_REQUESTED = (
    "{number}: {who} asks for a goodwill credit of {amount} for {customer}{reason}. It waits for a manager."
)
GOODWILL_GRANTED = "{number}, a goodwill credit of {amount} for {customer}, is granted: credit note {note}."
GOODWILL_REFUSED = "{number}, a goodwill credit of {amount} for {customer}, is refused{reason}."
GOODWILL_YOURS = (
    "We have credited you {amount}{reason}. It is set off against what you owe or your next invoice: {note}."
)
REFUND_REQUESTED = (
    "{number}: {who} of {customer} asks for {amount} of their credit back by {method}. It waits to be paid out."
)
REFUND_WITHDRAWN = "{number} over {amount} is withdrawn by {customer}; it is credit again and not to be paid out."
REFUND_GONE = "Your refund {number} has gone out: {amount} by {method}."
REFUND_REFUSED = "Your refund {number} over {amount} is not paid out{reason}. It stands to your credit again."
REFUND_WITHDRAWN_YOURS = "Your refund {number} over {amount} is withdrawn; it stands to your credit again."
AS_AGREED = "the way agreed for its order"
NO_DUE_DATE = "a date to be named"

QUOTE_SENT = "{quote} is ready: {total}, and the prices hold until {date}. Ask me for {number} to see or accept it."
QUOTE_ACCEPTED = "{quote} has been accepted{order}."
QUOTE_ACCEPTED_AS = ": it is order {number} now"
QUOTE_DECLINED = "{quote} has been declined."
QUOTE_EXPIRED = "{quote} was good until {date} and has run out. Ask for a new one whenever you like."

RETURN_REQUESTED = "{ret} has been asked for and waits for one of us to look at it."
RETURN_APPROVED = "{ret} is approved. Please send the goods back to us and name {number} on the parcel."
RETURN_REJECTED = "{ret} can't be taken{note}."
RETURN_SETTLED = "{ret} is settled{how}."
RETURN_CREDITED = ": credit note {number} over {total}"
RETURN_REFUNDED = ": credit note {number} over {total}, which goes back the way you paid"
RETURN_EXCHANGED = ": the replacement is order {number}"

INQUIRY_ANSWERED = "An answer to {number}: {answer}"
INQUIRY_OPENED = "{number} from {who} waits for an answer: {text}"

STANDING_PLACED = "{standing} has been placed{order}."
STANDING_PLACED_AS = " as order {number}"
STANDING_FAILED = "{standing} could not be placed{problem}. Nothing has been ordered; please have a look at it."
AS_IT_SAYS = ": {text}"

PURCHASE_TO_APPROVE = (
    "{number} for {supplier} comes to {total}, above the limit of {who}, and waits for your yes. "
    "Say “approve {number}” to see it and decide."
)
PURCHASE_APPROVED = "{number} for {supplier} ({total}) has been approved by {who} and counts as on order."
PURCHASE_CANCELLED = "{number} for {supplier} has been called off{reason}."
FORECAST_DRIFTED = (
    "The forecast of {when} was off by {error} % of what was sold; its back-test had told {promised} %, and repeating "
    "the period before would have been off by {naive} %. The forecasts are being trained again with what came; please "
    "look at what changed before you order by them."
)
REPLENISHMENT = (
    "{lines} should be ordered today from {suppliers}, {total} in all{urgent}. "
    "Ask “what should we reorder?” to see and approve it."
)
REPLENISHMENT_URGENT = "; {count} would run out before an order of today arrives"
BUDGET_SET = "{who} has set {whose} to {after} a month. Say “what's my budget?” to see what is left of it."
BUDGET_TAKEN = "{who} has taken {whose} away."
BUDGET_OF_YOURS = "your own budget for buying in"
BUDGET_OF_COMPANY = "the company's budget for buying in"

STOCK_LOW = "{name} ({sku}) is running low{available}."
STOCK_BACK = "{name} ({sku}) is back in stock. You asked to be told once; say so if you want to hear of it again."
AVAILABLE = ": {quantity} available"

LONGEST_QUOTED: Final = 600


def day_text(day: date) -> str:
    """A date as the British write it: 5 Mar 2026."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def quoted(text: str) -> str:
    """Somebody's words, not longer than a message bears."""
    stripped = " ".join(text.split())
    return stripped if len(stripped) <= LONGEST_QUOTED else f"{stripped[:LONGEST_QUOTED]}…"


def phrased(document: str, number: str, customer: str, *, own: bool) -> str:
    """What a sentence begins with: whose document it is, said to the customer's people (``own``) or to ours."""
    if own:
        return YOURS.format(document=NAMES[document], number=number)
    return OURS.format(number=number, customer=customer)


def within(phrase: str) -> str:
    """The same inside a sentence: "your order SO-100001"."""
    return phrase.replace("Your ", "your ", 1) if phrase.startswith("Your ") else phrase


def clause(text: str | None) -> str:
    """A reason as the end of a sentence, or nothing."""
    said = quoted(text or "").rstrip(".")
    return AS_IT_SAYS.format(text=said) if said else ""
