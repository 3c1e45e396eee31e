"""What is said of how suppliers have delivered."""

from typing import Final

RECORD = "{name}: {deliveries}, {took} working days on average where {agreed} are agreed; {late} came late.{good}"
GOOD = " {share} of what was ordered came, and was good."
NOT_DELIVERED = "{name} has not completed a delivery yet; {agreed} are agreed."
NONE_DELIVERED = "No supplier has completed a delivery yet."
WORST = "{name} is late most often."
BEST = "{name} is late least often."
TITLE = "How suppliers deliver"
COLUMNS: Final = ["Supplier", "Agreed, working days", "Took on average", "Late", "Came and was good", "Damaged, units"]
BASIS = (
    "This is from each supplier's newest complete deliveries of the last {days} days. Late is after the day they had "
    "confirmed or we had expected. Proposals reckon with what was measured, once three deliveries have come."
)

# terms
TERMS = "{name}: {minimum}; {cost}; {lead} of lead time agreed; ordered from every {review}."
LEAST = "an order has to come to {amount} at least"
NO_LEAST = "no minimum order value"
ORDER_COST = "an order costs us {amount} to place"
NO_ORDER_COST = "no cost of an order is known"
MEASURED = " Measured over {deliveries}: {days} working days."
ASSUMED = " These are assumed, not agreed."
OF_PRODUCT = " {product} comes from {least}{steps}, at {price}."
IN_STEPS = ", in steps of {step}"
TERMS_TITLE = "Suppliers' terms"
TERMS_COLUMNS: Final = ["Supplier", "Minimum order", "Cost of an order", "Lead time, working days", "Review, days"]
ALL_TERMS = "These are the terms of {suppliers}."
NO_SUPPLIERS = "There is no supplier yet."
