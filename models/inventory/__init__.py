"""The plain arithmetic of inventory: pure functions, no torch, no I/O.

Quantities in orders are integers in sales units; money is Decimal; expected demand, which is neither, is float.
Days of lead time are working days; days of cover and review periods are calendar days unless a name says otherwise.
"""

from models.inventory.allocation import Allocation, Line, NoAllocationError, Option, Wish, allocate, settle
from models.inventory.classical import (
    DiscountedOrder,
    LotPlan,
    base_stock_order,
    capped_base_stock_order,
    critical_ratio,
    discounted_order_quantity,
    newsvendor,
    normal_demand,
    poisson_demand,
    reorder_batches,
    reorder_point_and_level,
    reorder_point_and_quantity,
    reorder_up_to_order,
    wagner_whitin,
)
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
    "Allocation",
    "DiscountedOrder",
    "Line",
    "LotPlan",
    "LotRules",
    "NoAllocationError",
    "Offer",
    "Option",
    "PriceBreak",
    "Rounded",
    "Wish",
    "add_working_days",
    "allocate",
    "base_stock_order",
    "calendar_days",
    "capped_base_stock_order",
    "choose_quantity",
    "critical_ratio",
    "days_of_cover",
    "discounted_order_quantity",
    "economic_order_quantity",
    "inventory_position",
    "newsvendor",
    "normal_demand",
    "normal_quantile",
    "order_up_to_level",
    "poisson_demand",
    "reorder_batches",
    "reorder_point",
    "reorder_point_and_level",
    "reorder_point_and_quantity",
    "reorder_up_to_order",
    "round_order",
    "safety_stock",
    "settle",
    "unit_price",
    "wagner_whitin",
    "working_days_between",
]
