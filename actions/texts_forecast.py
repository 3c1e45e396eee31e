"""What forecasts say."""

PERIODS = {"D": "day", "W": "week", "M": "month"}
YOUR_CUSTOMERS = "your customers"
EVERYTHING = "All products"
UNITS = "sales units"
MOST_COUNTRIES = 8  # countries that a sentence names
MORE_COUNTRIES = "{count} more"

EXPECTED = "I expect about {total} of {title} {when}{band}."
EXPECTED_OF_PARTY = "I expect about {total} for {title} {when}{band}."
BAND = ", between {low} and {high} {when} with 80 % confidence"
BAND_ONE = ", between {low} and {high} with 80 % confidence"
IN_ONE = "in {period}"
ON_ONE = "on {period}"  # of days
FROM_TO = "from {first} to {last} ({count})"

NAIVE_USED = (
    "For {title} repeating the last {period} has been nearer than the model (off by {naive} of demand against {ours}), "
    "so that is what I use."
)
NAIVE_USED_SOME = "For {count} of {products} products repeating the last {period} has been better, and is used."
BORROWED = "{title} has no sales yet, so this is the mean of {count} products like it: {names}."
CAPPED = "You asked for {asked}; I forecast {furthest} ahead at most."
NO_DAYS = "I have no forecast by day, so this is by week."
DAYS_TO = "By day I forecast {furthest} ahead, so this is by week."
BEHIND = "These forecasts know the sales up to {known} only: {count} ended since. They should be made again."
NO_MONEY = "I forecast quantities, not money."

SHARE = (
    "{title}: the share of each product's forecast that they had of its sales in the last twelve months; the shares of "
    "all customers add up to the total."
)
SUMMED = "The sum of the forecasts of {count} products."
SUM_BAND = (
    "The range of a sum is as wide as the sum has varied of late: at least as if each product went its own way, at "
    "most as if all moved together."
)
OWN_SERIES = (
    "{title}: forecast as a series of its own and from its share of each product's forecast, whichever was nearer on "
    "the held-out {period}s, or both; then made to add up with everybody else's to the total."
)
OWN_BAND = "The range is that of the sum as a series of its own."
NAIVE_NEARER = (
    "Repeating the last {period} was nearer on the held-out {period}s (off by {naive} of demand against {ours}); I "
    "keep the sum of the products' forecasts, so that they add up."
)
KNOWN_TO = "From sales up to {known}."

TRUST = (
    "On {count} held-out {periods} this forecast was off by {ours} of demand; repeating the last {period} by {naive}."
)
TRUST_SUM = (
    "On {count} held-out {periods} the products' forecasts were off by {ours} of demand on average, repeating the last "
    "{period} by {naive}; their sum is usually nearer."
)
TRUST_BORROWED = "Nothing is known yet of how far off it is."
ADDS_UP = "The forecast of {title} adds up from {drivers}."
MADE_BY = "It comes from {model}, trained on demand up to {known}."
SHEET = "Spreadsheet"

UNKNOWN = "I know no product, category, customer or country called “{name}”. I can forecast a category, or everything:"
NO_COUNTRY = "We have no customers in {name}, so there is nothing to forecast. We sell to {countries}."
BUYS_NOTHING = "{title} bought nothing in the last twelve months, so there is nothing to go by."
BUYS_NONE = "{title}: none were sold in the last twelve months, so there is nothing to go by."
NONE_OF_YOURS = "No customers are entered as yours, so I can't forecast them."

NEXT_BUYS = "What {customer} is likely to buy {when}, by product, what is worth most first:"
NEXT_BUYS_TITLE = "Likely purchases: {customer}"
NEXT_BUYS_COLUMNS = ("SKU", "Product", "Expected", "Last 12 months", "Next due")
REORDER = "What to offer now"

OFFERED_WHY = "What to offer now goes by their own buying rhythm; the reason stands beside each."

THESE_PRODUCTS = "these products"
ANYTHING = "anything"
BUYERS = "The customers most likely to buy {title} next, by their buying rhythm:"
BUYERS_TITLE = "Likely buyers"
BUYERS_COLUMNS = ("Customer", "Name", "Product", "Quantity", "Due")
BUYERS_WHY = "Ranked by how regularly they buy it and how long ago they last did."
NO_BUYERS = "No customer's buying rhythm points to {title} just now."

COMPARED = "{when} I expect about {first} {one} and {second} {other}{ratio}."
COMPARED_MORE = ": {one} {share} more"
COMPARED_LESS = ": {one} {share} less"
COMPARED_SAME = ": about the same"
COMPARED_TITLE = "{one} and {other}"
COMPARE_WHICH = (
    "Which two should I compare? Say, for example, “compare bolts and washers” or “compare 20-104 and 45-103”."
)

SAME_PERIODS = "the same {periods}"
SOME_PERIODS = "the {count} of these {periods} that are known of it"
THE_YEAR_BEFORE = "A year earlier {sold} were sold in {which}, so I expect {change}."
NONE_THE_YEAR_BEFORE = "A year earlier nothing was sold in {which}."
NO_YEAR_BEFORE = "There are no sales of a year earlier to hold it against."
MORE = "{share} more"
LESS = "{share} less"
AS_MUCH = "about as much"

GROWING = "The products I expect to grow most {when}, against {against}:"
FADING = "The products I expect to fall most {when}, against {against}:"
A_YEAR_EARLIER = "the same months a year earlier"
THE_LAST_MONTHS = "the {count} before"
GROWTH_COLUMNS = ("SKU", "Product", "Expected", "Before", "Change")
GROWTH_TITLE = "Expected change"
GROWTH_NONE = "There are no products that I could compare."
GROWTH_NONE_GROWING = "None of the products that sell in any number is expected to grow {when}, against {against}."
GROWTH_NONE_FADING = "None of the products that sell in any number is expected to fall {when}, against {against}."
GROWTH_WHY = (
    "Ranked by the change of the expected quantity against {against}. Left out: {small} products that sell too little "
    "for a ratio to mean much, {young} that were not on sale then, and {steady} of which the best forecast is the last "
    "month."
)

REGIONS, COUNTRIES, CATEGORIES = "regions", "countries", "categories"
RANK_STRONGEST = "{first} is the strongest of our {kinds} {when}, by the quantity I expect:"
RANK_WEAKEST = "{first} is the weakest of our {kinds} {when}, by the quantity I expect:"
RANK_GROWING = "{first} grows most of our {kinds} {when}, against the same time a year earlier:"
RANK_FALLING = "{first} falls most of our {kinds} {when}, against the same time a year earlier:"
RANK_NONE = "There is no forecast of any of our {kinds}."
RANK_NONE_GROWS = "None of our {kinds} is expected to grow on the year before, as far as last year's sales are known."
RANK_NONE_FALLS = "None of our {kinds} is expected to fall on the year before, as far as last year's sales are known."
RANK_WHY = (
    "Ranked by what I forecast of each, in quantities; those without sales in the last twelve months are left out."
)
RANK_TITLE = "{kinds} by forecast"
RANK_COLUMNS = ("Name", "Expected", "A year earlier", "Change")

LOOKED_BACK = (
    "For {period} I had forecast about {forecast} of {title}; {sold} were sold, {verdict}. Product by product the "
    "forecast was off by {ours} of demand; repeating the {unit} before would have been off by {naive}{better}."
)
LOOKED_BACK_ONE = (
    "For {period} I had forecast about {forecast} of {title}; {sold} were sold, {verdict}. Repeating the {unit} before "
    "would have said {naive_total}{better}."
)
LOOKED_BACK_WHY = (
    "The forecast of {made}, from before {period} was known, against what was sold; {share} of the products lay within "
    "their 80 % range."
)
RIGHT = "so it was right"
OVER = "so it was {share} too high"
UNDER = "so it was {share} too low"
NAIVE_WON = ", which was better"
NONE_SOLD = "nothing was sold"
NOTHING_STORED = (
    "No forecast of {period} is kept from before it was over, so I can't say how good it was. {held_out}From now on "
    "each forecast is kept, and I can tell once the period is over."
)
HELD_OUT = (
    "On {count} held-out {periods} the present model was off by {ours} of demand, repeating the last one by {naive}. "
)
NOT_OVER = "{period} is not over yet; I can tell how good its forecast was when it is."
LOOK_BACK_TITLE = "Forecast and sales, {period}"
LOOK_BACK_COLUMNS = ("SKU", "Product", "Forecast", "Sold", "Off by", "Naive")
