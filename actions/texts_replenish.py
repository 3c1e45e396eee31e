"""What buyers and managers are told about buying in. British English, short, no exclamation marks."""

from __future__ import annotations

from typing import Final

NONE = "Nothing needs ordering now: every product is covered over its lead time and review period."
NONE_WITHIN = "There is nothing that the budget leaves room for now."
NONE_OF = "Nothing of {what} needs ordering now."
NONE_OF_WITHIN = "Nothing of {what} is proposed now."
PROPOSAL = "{count} should be ordered now, from {suppliers}: {value} in all."
FIRST = "First: {lines}."
URGENT = "{count} would run out before an order of today arrives."
CHANGED = "{count} as you changed it."
CHANGED_MANY = "{count} as you changed them."
PART_ONLY = "Only {what} are shown, and a yes orders these only; {left} left for later."
URGENT_LINES = "the urgent lines"
LINES = "the lines"
STALE = "Stock or orders have changed since this proposal was made, so nothing was ordered. This is it now."
NOTHING_ORDERED_YET = "Nothing is ordered yet. Say yes and I order this, as things are now."
ABOVE_LIMIT = "{suppliers}: above your limit of {limit}, so a manager has to approve."
FILLER_LEFT = "{added} of {supplier}'s lines was added only to reach that: {lines}."
BELOW_MINIMUM = "{supplier}: {total}, below their least order of {minimum}."
FILLED_UP = "{supplier}: {added} of it only to reach their least order of {minimum}."
HELD_BACK = (
    "Where nothing is urgent and waiting is expected to cost less than filling an order up to the least that the "
    "supplier takes, it is held back: {orders}."
)
HELD_ORDER = "{supplier} ({total} of {minimum})"
BUDGET_CUT = "What was needed comes to {needed}; {left} are left of {budget}, so {count} cut."
THE_BUDGET = "the budget"
ABOVE_BUDGET = "As changed it comes to {total}; {left} are left of {budget}."
NOT_PROPOSABLE = "{count} can't be proposed: {what}."
AND_MORE = "and {count} more"
TITLE = "What to order now"
APPROVE = "Approve and order"
APPROVE_ONE = "Order only {supplier}"
NOT_NOW = "Not now"
RESET = "Back to the proposal"

APPROVED = "Approved. I've created {count}: {numbers}."
WAITS = "{numbers} waits for a manager, since it is above your limit of {limit}; it does not count as on order yet."
WAIT_MANY = "{numbers} wait for a manager, above your limit of {limit}; they don't count as on order yet."
LEFT_OUT = "Left out: {lines}."
OVERRIDES = "Your changes are expected to {cost}, going by the forecast; that is kept with them."
OVERRIDES_FREE = "Your changes are expected to make no difference in cost; they are kept."
COST_MORE = "cost {amount} more"
COST_LESS = "save {amount}"
PURCHASE_ORDERS = "Purchase orders"
PAPER = "{number} as a PDF: say “{number} as pdf”. As a table: “{number} as csv”."

LINE_CHANGED = "{name}: {quantity} instead of {before}, {money}. By the forecast that is expected to {cost}."
LINE_CHANGED_FREE = "{name}: {quantity} instead of {before}, {money}. No difference in cost is expected."
LINE_ADDED = "{name}: {quantity} added, {money}. It was not proposed; by the forecast that is expected to {cost}."
LINE_DROPPED = "{name} is left out; leaving it out is expected to {cost}."
LINE_DROPPED_FREE = "{name} is left out."
LINES_OUT = "Left out: {lines}."
UNDONE = "I've taken your last change back."
NOTHING_TO_UNDO = "There is no change of yours to take back; the list is as I proposed it."
PUT_BACK = "{name} is back at {quantity}."
TOTAL_NOW = "It comes to {total} now."
TOTAL_CHANGED = "It comes to {total} now, instead of {before} as proposed."
YOU_CHANGED = "You changed: {lines}."
YOU_CHANGED_ONE = "{name} to {quantity} instead of {before}"
YOU_LEFT_OUT = "{name} left out ({before})"
YOU_CHANGED_NOTHING = "You haven't changed anything; this is as I proposed it."
LINES_DROPPED = "{what}: {count} left out."
LINE_AS_IT_IS = "{name} is at {quantity} already."
RESET_DONE = "Your changes are gone. This is what I would order."
NOT_IN_PROPOSAL = "{name} is not in the proposal, so there is nothing to leave out."
HOW_MANY = "How many of {name}? Give me a number, or say “leave out {sku}”."

# why
WHY: Final = (
    "{quantity} of {name}: over the next {days} days (lead time and review) about {demand} will be wanted, "
    "{safety} more guard against a bad forecast, and {position} are there or coming{rounding}."
)
WHY_MORE = "; {count} more make whole packs and the least order"
WHY_FEWER = "; rounding to whole units takes {count} off"
WHY_BATCH = "; {count} more make up an economic batch"
WHY_PRICE = "; {count} more reach the lower price of {price}"
WHY_MINIMUM = "; {count} more reach {supplier}'s least order of {minimum} where that costs least"
WHY_BUDGET = "; {count} are cut by what is left of {budget}"
WHY_HELD = (
    "Nothing of {name} is proposed, though {needed} would be needed ({demand} of demand over {days} days, {safety} of "
    "safety stock, {position} there or coming): "
)
WHY_HELD_MINIMUM = (
    "all that {supplier} would deliver is less than their least order of {minimum}, and waiting is expected to cost "
    "less than filling it up."
)
WHY_HELD_BUDGET = "what is left of {budget} does more elsewhere."
WHY_CHANGED = " You changed it from {before}."
WHY_NOTHING = (
    "Nothing of {name} is to be ordered: {position} are there or coming, and {level} are needed over the next {days} "
    "days ({demand} of demand, {safety} of safety stock). That leaves {surplus} to spare before it is ordered again."
)
WHY_SERVICE = "That covers demand with a chance of {service} until the next order could arrive; {level} was asked for."
WHY_EOQ_MORE = "EOQ would order {quantity}: a year of such orders would cost {amount} less than ours."
WHY_EOQ_LESS = "EOQ would order {quantity}: a year of such orders would cost {amount} more than ours."
WHY_EOQ_SAME = "EOQ would order {quantity}, at the same cost a year."
WHY_NO_EOQ = "EOQ has nothing to weigh here: no cost of ordering is known."
WHY_EOQ_BASIS = (
    "EOQ weighs {order_cost} for its share of an order against holding at {rate} of cost a year; it does not look at "
    "stock or safety."
)
WHY_LEAD = (
    "Lead time {days} working days, measured over {count} deliveries ({stated} agreed); it varies by {deviation}, "
    "which the safety stock covers too."
)
WHY_LEAD_STATED = "Lead time {days} working days, as agreed with {supplier}."
WHY_CANT = "{name} can't be proposed: {missing}."
WHY_TITLE = "Why {quantity} of {sku}"
PARTS: Final = {
    "demand": "Demand over {days} days",
    "safety_stock": "Safety stock",
    "on_hand": "On hand",
    "reserved": "Promised to customers",
    "on_order": "On order",
    "for_batch": "To make up an economic batch",
    "for_price": "For the lower price",
    "for_minimum": "To reach the supplier's minimum",
    "for_budget": "Cut by the budget",
    "changed": "Your change",
    "rounding": "Packs and least order",
}
HELD_PART = "Held back: below the supplier's minimum"
TO_ORDER = "To order"
FACT_INTERVAL = "Demand, 80 % interval"
FACT_COVER = "Days of cover before and after"
FACT_OUT = "Expected stock-out without it"
FACT_PRICE = "Cost"
FACT_CLASS = "Class"
FACT_NETWORK = "The 6-12-1 network would order"
NO_STOCK_OUT = "not within a year"

# what if
WHAT_IF = "Suppose {supposed}: orders of {after} instead of {before}, {difference}. {lines}."
WHAT_IF_SAME = "Suppose {supposed}: nothing would change; orders stay at {before}."
WHAT_IF_OWN = "Lines that you changed stay as you changed them."
WHAT_IF_URGENT = "{after} instead of {before} would run out before an order arrives."
WHAT_IF_LOST = "Nobody else is known to sell {lines}."
WHAT_IF_UNPAID = "The money goes where it saves most; {count} would be cut or wait, by {value} in all."
WHAT_IF_NOTHING_DONE = "Nothing has been changed."
WHAT_IF_TITLE = "What would change"
WHAT_IF_COLUMNS: Final = ["SKU", "Product", "Now", "Then", "Difference"]
WHAT_IF_HOW = (
    "Tell me what to suppose: a lead time (“lead time doubles”), demand (“demand +20 %”), a service level, what the "
    "supplier charges (“cost up 5 %”), a budget, or a supplier to skip."
)
WHAT_IF_PRICE = (
    "I can't tell: how demand answers to our selling price has not been measured, so the forecast knows no effect of "
    "it{about}. At the same volume, {change} in price is {change} in revenue. Give me a demand to suppose (“what if "
    "demand of it goes up by 10 %”) and I can say what we would have to buy."
)
WHAT_IF_PRICE_REP = (
    "I can't tell: how demand answers to our selling price has not been measured, so the forecast knows no effect of "
    "it{about}. At the same volume, {change} in price is {change} in revenue. I can show you the forecast as it is."
)
WHAT_IF_REP = (
    "What a supposition would make us buy is for our buyers and managers. For you I can forecast a product, a category "
    "or everything."
)
SUPPOSED_DEMAND = "demand {change}{scope}"
SUPPOSED_COST = "costs {change}{scope}"
SUPPOSED_LEAD = "a lead time of {days} working days{scope}"
SUPPOSED_LEAD_TIMES = "the lead time times {factor}{scope}"
SUPPOSED_LEAD_MORE = "{days} working days {more} of lead time{scope}"
SUPPOSED_SERVICE = "a service level of {level}"
SUPPOSED_BUDGET = "{amount} to spend"
SUPPOSED_SKIP = "nothing from {suppliers}"
OF = " of {what}"
OF_SOME = " of {what} ({count})"

# purchase orders
ORDER_ASK = "Approve {number}: {lines} from {supplier} for {total}?"
ORDER_APPROVE_YES = "Approve it"
ORDER_APPROVED = "{number} is approved and counts as on order; it should arrive about {day}."
ORDER_REJECT_ASK = "Call {number} off ({supplier}, {total})?"
ORDER_REJECTED = "{number} is called off."
ORDER_STATE = "{number} does not wait for approval: it is {state}."
ORDER_MOVED = "{number} has changed meanwhile. Please look at it again."
REJECTED_BY = "not approved by {name}"
SEND_ASK = "Mark {number} as sent to {supplier}?"
SENT_NOW = "{number} is marked as sent; it should arrive about {day}."

TABLE_OF = "Purchase order (CSV)"
TABLE_HERE = "Here is {number} as a table."

# goods in
GOODS_IN_ASK = "Take in on {number} from {supplier}: {lines}?"
GOODS_IN_DAMAGED = "{what} came damaged and stay to come"
GOODS_IN_MISSING = "{what} are missing and stay to come"
GOODS_IN_GONE = "{what} are missing"
GOODS_IN_MORE = "and {count} more"
GOODS_IN_NOT_SENT = "{number} has not been marked as sent to {supplier} yet; I'd mark it as sent with this."
GOODS_IN_NOT_APPROVED = (
    "{number} from {supplier} still waits for approval, so nothing can be taken in on it. Once it is approved "
    "(a manager says “approve {number}”), tell me again."
)
GOODS_IN_ALREADY = "{number} from {supplier} has been taken in{when}; nothing of it is still to come."
GOODS_IN_CANCELLED = "{number} from {supplier} was cancelled, so nothing can be taken in on it."
GOODS_IN_HOW_MANY = (
    "What of {number} is missing or damaged, and how many? Say it like “200 of {sku} are missing and 50 are damaged”."
)
GOODS_IN_TOO_MANY = "Only {open} of {name} are still to come, so {count} can't be missing or damaged."
GOODS_IN_NO_UNIT = "How many of {name} ({sku}) are in one of these? It has no {unit} here. Say it in single ones."
GOODS_IN_LAST = "Nothing more will come of it."
GOODS_IN_DONE = "{number} is taken in, and who was waiting has been served."
GOODS_IN_PART = "{number} is taken in in part: {lines} still to come."
GOODS_IN_WHICH = "Which line of {number} do you mean by “{text}”? Name its SKU: {skus}."

# last year
REPORT = (
    "The last {weeks} weeks, bought as I propose instead of as it was done: {ours} instead of {done}, {difference}. "
    "{fill}"
)
REPORT_LESS = "{amount} less"
REPORT_MORE = "{amount} more"
REPORT_SAME = "no difference"
REPORT_FILL = "{ours} of demand met from stock instead of {done}."
REPORT_TITLE = "The last year, bought as proposed"
REPORT_COLUMNS: Final = ["", "As it was done", "As proposed", "Difference"]
REPORT_ROWS: Final = {
    "goods": "Goods used, at cost",
    "holding": "Holding stock",
    "ordering": "Placing orders",
    "shortage": "Sales at risk",
    "total": "In all",
}
REPORT_STOCK = "Average stock at cost"
REPORT_ORDERS = "Purchase orders"
REPORT_NONE = "There is no year of sales and receipts to look back on yet."
REPORT_BASIS: Final = (
    "Both sides are reckoned alike, from ledger and orders: the same opening stock, demand, counts and returns; "
    "holding at 20 % of cost a year, an order at the supplier's cost of ordering, a unit not there when it was wanted "
    "at half its margin, stock left at the end at cost.",
    "The proposal's side knows only what was known then: the mean and spread of the 26 weeks before each review, since "
    "earlier forecasts are not kept. Goods arrive after the lead time that is reckoned with now.",
)
NO_EXCEPTIONS = "Nothing of that kind needs a look now."
EXCEPTIONS = "{count} to look at:"
