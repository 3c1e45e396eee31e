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
