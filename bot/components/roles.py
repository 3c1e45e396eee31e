"""What a role hardly asks for, as it is not for it, and what it means by what is meant for another role.

The truth is actions/skills.py and actions/routing.py; a test compares.
"""

from typing import Dict, FrozenSet

_PLANNING = frozenset(
    "forecast_product forecast_category_or_total forecast_customer top_movers slow_movers what_if".split()  # noqa: SIM905
)
_ORDERING = frozenset(
    """
    place_order add_item remove_item change_quantity show_cart confirm discard_cart repeat_last_order order_status
    order_history delivery_eta cancel_order change_order return_items exchange_items refund_status quote_request
    invoice_request reorder_customer customer_lookup order_for_customer change_address
    """.split()  # noqa: SIM905
)
NOT_FOR: Dict[str, FrozenSet[str]] = {
    "customer": _PLANNING | {"replenish"},
    "desk": _PLANNING | {"replenish"},
    "rep": frozenset({"replenish"}),
    "buyer": _ORDERING,
    "manager": frozenset(),
}
MEANT: Dict[str, Dict[str, str]] = {
    "customer": {"order_for_customer": "place_order", "replenish": "reorder_customer"},
    "buyer": {"reorder_customer": "replenish", "confirm": "affirm"},
}
