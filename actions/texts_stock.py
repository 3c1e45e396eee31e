"""What is said of stock and warehouses, to those whose work they are."""

from typing import Final

COUNT_ASK = "Set {name} to {quantity} on hand in {place}, as counted?"
MOVE_ASK = "Move {quantity} of {name} from {here} to {there}?"
NO_WAREHOUSE = "There is no such warehouse. We have {names}."
MOVE_REASON = "moved, told by chat"
MOVED_NOW = "{quantity} of {name} moved from {here} to {there}."
STOCK_PLACES = " (on hand: {places})"
COUNT_REASON = "counted, told by chat"
COUNTED_NOW = "{name}: {quantity} on hand in {place}, as counted."
WRITE_OFF_ASK = "Write off {quantity} of {name} in {place} ({reason})?"
ADJUSTED_NOW = "{name}: {quantity} on hand in {place} now."
OPEN_ASK = "Open a warehouse {code}, called {name}?"
OPEN_WHICH = "Which code should it have? Say “open a warehouse NORTH, Northern depot”."
OPENED_NOW = "Warehouse {code}, {name}, is open. “Move 40 of a product to {code}” fills it."
WAREHOUSES = "We have {names}; goods go to the first of them unless another is named."
WAREHOUSE = "We have one warehouse, {name}."
TAKEN_IN_AT = "They go to {place}."
WORTH = "The stock on hand is worth {value} at cost, {products}."
WORTH_LACKING = " {products} of it have no known cost and count nothing."
WORTH_OF = "{category}: {value} at cost, {share} of all stock, {products}."
WORTH_NOTHING = "Nothing is in stock."
WORTH_TITLE = "Stock at cost"
WORTH_COLUMNS: Final = ["Category", "At cost", "Share", "Products"]
WORTH_OTHER = "Without a category"
WORTH_WHY = (
    "What is on hand, reserved or not, at the cost for one from the supplier it is bought from; "
    "price breaks are not counted."
)
