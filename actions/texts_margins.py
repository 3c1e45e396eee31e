"""What is said of margins."""

from typing import Final

SUM = "{title}, {since} to {until}: {value} sold, {cost} of it what the goods cost us, so {earned} is left ({share})."
BEFORE = " From {before} to {before_until} it was {earned} ({share})."
LOSS = "{title}, {since} to {until}: {value} sold, and the goods cost us {cost}: a loss of {earned} ({share})."
LACKING = " {products} of {value} have no known cost and are left out."
NOTHING = "{title}: nothing sold from {since} to {until}."
NO_COST = "{title}: {value} sold from {since} to {until}, but no cost is known, so I can't tell the margin."
NOT_YOURS = "What our goods cost us is for buyers and managers to see, so I can't tell margins."
EVERYTHING = "All we sell"
EVERYTHING_WORD = "everything"
TITLE = "The thinnest margins"
COLUMNS: Final = ["SKU", "Product", "Sold", "Value", "Margin", "Share"]
WHY = (
    "What was ordered in that time, less what was cancelled and what came back, net of VAT and discounts. The cost is "
    "today's, from the supplier each is bought from; delivery and our own work are not counted."
)
MARGIN_ON: Final = "margin on "
ONE_AT_A_TIME = (
    "I can't rank margins by customer, category or place yet. Name one, as in “what's our margin on Harper?” or “the "
    "margin on linen this year”; the products with the thinnest margins come along."
)
