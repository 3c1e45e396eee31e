"""What buyers and managers are told about purchase orders that are under way."""

from typing import Final

TITLE = "Purchase orders"
COLUMNS: Final = ["Purchase order", "Supplier", "State", "Ordered", "Expected", "Value", "By"]
STATES: Final = {
    "proposed": "waits for approval",
    "approved": "approved, not marked as sent",
    "sent": "sent",
    "part_received": "part received",
    "received": "received",
    "cancelled": "cancelled",
}
WHAT: Final = {
    "open": "open",
    "coming": "on order",
    "late": "late",
    "approval": "waiting for approval",
    "unsent": "approved and not marked as sent",
    "received": "received",
    "cancelled": "cancelled",
}
LIST = "{orders} {are} {what}{whom}{product}{when}, {value} in all{late}{more}."
NONE = "No purchase order is {what}{whom}{product}{when}."
BETWEEN = " and due by {last}"
FROM_TO = " and due from {first} to {last}"
FROM = " from {suppliers}"
WITH_PRODUCT = " with {name}"
LATE = "; {count} of them {are} late"
MORE = "; the first {listed} are shown"
EXPECTED_LATE = "{day}, {days} late"
NEXT = "The next delivery{whom} is {number}, expected on {day}."
NEXT_LATE = "{number}{whom} was expected on {day} and is {days} late."
TO_APPROVE = " Say “approve {number}” or “reject {number}, too much”."
TO_BE_APPROVED = " A manager approves them."
TO_SEND = " Once it has gone to the supplier, say “{number} has been sent”."
ONE = "{number} to {supplier}, {total}: {state}."
PLACED = "{name} placed it on {day}."
PLACED_ALONE = "{name} placed and approved it on {day}."
PROPOSED = "{name} proposed it."
APPROVED = "{name} approved it on {day}."
CANCELLED = "{name} called it off{reason}."
RECEIVED = "It was taken in on {day}."
ORDERED = "It was ordered on {day}; who placed it is not recorded."
NOT_APPROVED = "Nobody has approved it yet; that takes a manager."
EXPECTED = "Expected on {day}."
WAS_EXPECTED = "It was expected on {day} and is {days} late."
FOR = "It is for {lines}{more}."
AND_MORE = " and {count} more"
STILL_TO_COME = "{quantity} still to come"
SOMEBODY = "Somebody"
