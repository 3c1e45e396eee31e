"""What is said of how customers' accounts move."""

YOURS = "your {count}"
ALL = "our {count}"
BEST = "Of {whose}, these ordered most from {since} to {until}, beside {before} to {before_until}:"
RISING = "Of {whose}, {number} ordered more from {since} to {until} than from {before} to {before_until}. The largest:"
FALLING = "Of {whose}, {number} ordered less from {since} to {until} than from {before} to {before_until}. The largest:"
QUIET = "Of {whose}, {number} used to order and {have} not for more than twice as long as usual:"
NO_BEST = "None of {whose} ordered anything from {since} to {until}."
NO_RISING = "None of {whose} ordered more from {since} to {until} than from {before} to {before_until}."
NO_FALLING = "None of {whose} ordered less from {since} to {until} than from {before} to {before_until}."
NO_QUIET = "None of {whose} has been silent for more than twice as long as usual."
SOLD = "Of {whose}, orders of {value} came in from {since} to {until}, {change} than from {before} to {before_until}."
SUM = " Together they ordered {value}, {change} than before."
SUM_OF_SHOWN = " Those shown ordered {together} together; all of them {value}, {change} than before."
MORE = "{amount} more"
LESS = "{amount} less"
TITLE = "Customers"
COLUMNS = ["Customer", "Name", "Ordered", "Before", "Change", "Last order"]
QUIET_COLUMNS = ["Customer", "Name", "Last order", "Days since", "Usually every", "Last 12 months"]
EVERY = "{days} days"
WHY = "Goods ordered, net of VAT and delivery, cancelled orders left out; returns are not taken off."
QUIET_WHY = "The usual gap is the mean between orders of the last two years, of those who ordered at least three times."
OWE = "{customers} {owe} {value}, {late} of it overdue. Who owes most comes first."
OVERDUE = "{customers} {are} late with {late} of the {value} that they owe. Who is late with most comes first."
THE_FIRST = " These are the first {listed}."
NOBODY_OWES = "Nobody owes us anything."
NOBODY_LATE = "Nobody is late with a payment."
OWN_OWE = "None of your customers owes us anything."
OWN_LATE = "None of your customers is late with a payment."
OWE_COLUMNS = ["Customer", "Name", "Outstanding", "Overdue", "Invoices"]
OWE_WHY = "What is still to be paid on issued invoices, with VAT; what stands to a customer's credit is not taken off."
AGAIN = {
    "best": "who are {whose} best customers",
    "sold": "what were {whose} sales",
    "rising": "which of {whose} customers ordered more",
    "falling": "which of {whose} customers ordered less",
}
AGAIN_TO = "how much did we sell to {customer}"
AGAIN_OF = "how much did we sell of {sku}"
SOLD_TO = "{customer} ordered {value} from {since} to {until}, {change} than from {before} to {before_until}."
SOLD_OF = "{name}: {quantity} sold from {since} to {until}, {before_quantity} from {before} to {before_until}."
SOLD_OF_WHY = "What was ordered in that time, less what was cancelled and what came back."
SOLD_OF_SEVERAL = (
    "{title}: {value} sold from {since} to {until}, {products}, {change} than from {before} to {before_until}. "
    "The largest first:"
)
SOLD_OF_ONE = (
    "{title}: {quantity} for {value} sold from {since} to {until}, {change} than from {before} to {before_until}."
)
OF_IT = "{quantity} of {name}"
NONE_SOLD = "{title}: nothing sold from {since} to {until}; {value} from {before} to {before_until}."
SOLD_TITLE = "Sold"
SOLD_COLUMNS = ["SKU", "Product", "Sold", "Value", "Before"]
NEVER = "–"
BUYERS = "{title}: {customers} bought from {since} to {until}. Who bought most comes first:"
NO_BUYERS = "Nobody bought {title} from {since} to {until}."
BUYERS_COLUMNS = ["Customer", "Name", "Value", "Before"]
NOTHING_CALLED = "Nothing in our range is called “{words}”."
REP = "{customer} is looked after by {rep}."
NO_REP = "{customer} has no sales rep; the order desk looks after them."
CATEGORIES = "We have {categories} with {products}. Ask for any of them by name."
CATEGORIES_TITLE = "What we sell"
CATEGORIES_COLUMNS = ["Category", "Products"]
GROUPED = "What was ordered by {what}, {since} to {until}, beside {before} to {before_until}:"
GROUPS = {"rep": "the customers of each rep", "region": "region", "country": "country"}
GROUPS_TITLE = "Sales"
GROUP_COLUMN = {"rep": "Rep", "region": "Region", "country": "Country"}
GROUP_COLUMNS = ["Customers", "Ordered", "Before", "Change"]
NO_GROUP = {"rep": "no rep", "region": "no region", "country": "no country"}
ON_HOLD = " {value} of it is in orders on hold."
