"""The plain arithmetic of inventory: pure functions, no torch, no I/O.

Quantities in orders are integers in sales units; money is Decimal; expected demand, which is neither, is float.
Days of lead time are working days; days of cover and review periods are calendar days unless a name says otherwise.
"""

from models.inventory.lead_time import add_working_days, calendar_days, working_days_between
from models.inventory.lot_sizing import (
    LotRules,
    Offer,
    PriceBreak,
    Rounded,
    choose_quantity,
    round_order,
    unit_price,
)
from models.inventory.policies import (
    days_of_cover,
    economic_order_quantity,
    inventory_position,
    normal_quantile,
    order_up_to_level,
    reorder_point,
    safety_stock,
)

__all__ = [
    "LotRules",
    "Offer",
    "PriceBreak",
    "Rounded",
    "add_working_days",
    "calendar_days",
    "choose_quantity",
    "days_of_cover",
    "economic_order_quantity",
    "inventory_position",
    "normal_quantile",
    "order_up_to_level",
    "reorder_point",
    "round_order",
    "safety_stock",
    "unit_price",
    "working_days_between",
]
