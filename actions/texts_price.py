"""What is said of the effect of our own price."""

from typing import Final

LOWER = "the price {share} lower"
HIGHER = "the price {share} higher"
PROMOTED = "a promotion at {share} off"
PROMOTED_PLAIN = "a promotion"
UNITS = (
    "With {what} I would expect about {after} of {title} instead of {before} {when}: {share}, with 80 % confidence "
    "between {low} and {high}."
)
REVENUE = "Revenue would be about {after} instead of {before}, {share}, between {low} and {high}."
MARGIN = "Margin would be about {after} instead of {before}, between {low} and {high}."
NO_MARGIN = "Not every cost is known, so I can't tell the margin."
LEARNT = "Learnt from {count} of {periods} at another price, {low} to {high} of the usual one{borrowed}."
LEARNT_PROMOTED = "Learnt from {count} on promotion, at {discount} off on average{borrowed}."
LEARNT_MANY = "Learnt from {count} whose price changed."
LEARNT_PROMOTED_MANY = "Learnt from {count} that were on promotion."
BORROWED = "; that is little, so it rests mostly on what similar products did"
BEYOND = "No price it has had was so far from the usual, so take it with care."
NOT_USED = "The forecast itself leaves this effect out: on past periods it was no better for it."
UNTOLD = "Of {count} I can't tell: {why}. They are counted as they are."
WHY: Final = {
    "not_measured": "nothing is measured",
    "price_never_changed": "the price never changed",
    "price_changed_on_promotion_only": "the price changed in promotions only",
    "never_on_promotion": "never on promotion",
}
CANT: Final = {
    "not_measured": "I can't tell: how demand of {title} answers to our selling price has not been measured.",
    "price_never_changed": (
        "I can't tell: the price of {title} has never changed as far as the orders go, so there is nothing to learn "
        "from."
    ),
    "price_changed_on_promotion_only": (
        "I can't tell: the price of {title} has changed in promotions only, so a lower price can't be told from its "
        "being announced. I can tell what another promotion would do."
    ),
    "never_on_promotion": (
        "I can't tell: there has never been a promotion of {title}, so there is nothing to learn from."
    ),
}
SAME_VOLUME = "At the same volume, {change} in price is {change} in revenue."
NOTHING_DONE = "Nothing has been changed."
HOW_MUCH = "By how much, as a percentage? For example: “what if we cut the price of 20-104 by 10 %”."
WHICH = "I know no product or category called “{name}”. Which do you mean?"
TITLE = "What it would do: {title}"
COLUMNS: Final = ["", "Now", "Then", "80 % range"]
ROW_UNITS = "Sales"
ROW_REVENUE = "Revenue"
ROW_MARGIN = "Margin"
CALLED = "the {count} products called “{name}”"
ALL = "all products"
HOW = (
    "The forecast times what the price did before: an elasticity of {elasticity} (give or take {deviation}){lift}. The "
    "range is that of the effect; the forecast has its own."
)
LIFT = " and {lift} for being announced as a promotion"
HOW_MANY = (
    "Each product's forecast times what its own price did before; the range is that of the effects as if all were off "
    "alike."
)
PRICES = "Revenue is at the net prices of the last twelve months, changed by as much."
AT_A_QUANTITY = "{quantity} of {name} would be {amount} before VAT ({price})."
IN_ALL = "In all {amount}."
ADD_TO_CART = "Add to the cart"
PAID = "You last paid {price} for {name}: {quantity} on {number}, {day}."
PAID_BY = "{customer} last paid {price} for {name}: {quantity} on {number}, {day}."
PAID_BEFORE = "{price} for {quantity} on {day}"
BEFORE_THAT = " Before that: {times}."
TODAY = "Today: {price}"
NEVER_PAID = "You haven't ordered {name} before."
NEVER_PAID_BY = "{customer} hasn't ordered {{name}} before."
WHICH_PAID = "Which of these do you mean?"
CHEAPEST = "The cheapest I find for “{words}”: {price}"
ONLY_ONE = "There is one for “{words}”: {price}"
CHEAPER = "Like {name}, and cheaper:"
NOTHING_CHEAPER = "There is nothing like it for less. {price}"
BY_PRICE = "Cheapest first"
