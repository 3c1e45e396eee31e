"""Everything the assistant says, in one voice: British English, short, no exclamation marks."""

from __future__ import annotations

# general
NOTHING_TO_SAY = "I have nothing to add to that."
STALE_BUTTON = "That button no longer does anything. Tell me what you need."
NOT_FOR_ROLE = "With your sign-in ({role}) I can't {skill}. {others}"
CAN_DO = "I can help you to {skills}."
NOT_BUILT = "I can't {skill} here yet, so I've passed it on to our people ({number}). They will get back to you here."
NOT_UNDERSTOOD = "I didn't get that. Did you mean one of these?"
NOT_UNDERSTOOD_AGAIN = (
    "I still don't follow, sorry. You can put it another way, or pick one of these. "
    "If it is easier, a person at the order desk can take over."
)
OUT_OF_SCOPE = "That is outside what I know. I look after orders, stock, prices and forecasts here."
GREETING = "Hello {name}. {offer}"
THANKS = "You're welcome. Anything else?"
GOODBYE = "Goodbye. Your cart and your orders are kept."
BOT = "I'm Quartermaster, the order desk's assistant: a program, not a person. Anything I place, you confirm first."
HUMAN = (
    "I've passed on that you'd like to talk to a person ({number}); the answer comes here. If it is urgent, please "
    "ring the order desk. Your cart and this conversation are kept."
)
COMPLAINT = (
    "I'm sorry about that. I've passed your complaint on word for word ({number}); the answer comes here. If it is "
    "urgent, please ring the order desk as well."
)
NOTHING_TO_CONFIRM = "There is nothing waiting for a yes. What can I do for you?"
NOTHING_TO_DENY = "All right, I've left everything as it is."
NOT_DONE = "All right, I've not done that. Everything is as it was."
EXPLAIN_NOTHING = "There is no figure of mine to explain yet. Ask for a forecast or a suggestion first."

# ordering
WHOSE_ORDER = "Which customer is this order for?"
WHICH_OF_THEM = "Which of them is this order for?"
WHICH_CUSTOMER = "Which customer do you mean?"
UNKNOWN_CUSTOMER = "I can't find a customer called “{name}”. Give me the name or the number as it is on file."
NO_LINES = "I couldn't find a product in that. Give me a quantity and a product, for example “{example}”, or a code."
UNKNOWN_PRODUCT = "I can't find “{text}” in our range."
UNKNOWN_PRODUCT_NEAR = "I can't find exactly “{text}”. Is it one of these?"
UNKNOWN_PRODUCT_OTHER = "I can't find “{text}” in our range. Would something near it do, or shall I leave it out?"
WHICH_PRODUCT = "Which one do you mean by “{text}”?"
YES_TO_WHICH = "A yes alone doesn't tell me which; tap it or name it."
LEFT_OPEN = "I've left out {texts} for now, as it was still open. Name it again when you want it."
LEFT_SEVERAL = "I've left out {texts} for now, as they were still open. Name them again when you want them."
STILL_OPEN = "Still open: {question}"
LEFT_OUT = "I've left out “{text}”."
NOT_PLACED_YET = "Nothing is placed yet."
ADDED_TO = "This comes on top of what was in the cart already."
ONE_CUSTOMER = (
    "That names more than one customer ({names}). Please give me one customer's order at a time; nothing was changed."
)
IS_IT = "By “{text}”, do you mean {name}?"
USUAL = "I took the usual {quantity} of {name}."
HOW_MANY = "How many {name} would you like?"
ZERO = "You wrote a quantity of 0 for {name}. How many would you like?"
NEGATIVE = "I can't order a negative quantity of {name}. How many would you like?"
FRACTIONAL = "{name} can't be split like that: it is sold whole. How many would you like?"
ABSURD = "“{asked}” of {name} is more than I can take on without checking. How many would you like?"
RANGE = "You wrote “{asked}” for {name}. Which quantity is it to be?"
UNKNOWN_PACK = "{name} doesn't come by the {unit}{packs}. How many {units} would you like?"
MISFIT = "{sentence} Which quantity suits you?"
MAKE_IT = "Make it {quantity}"
LEAVE_OUT = "Leave it out"
CART_EMPTY = "Your cart is empty. Tell me what you need, for example “{example}”."
EXAMPLE_WITHOUT_A_CATALOGUE = "a quantity and a product"
CART_EMPTY_FOR = "The cart for {customer} is empty."
CART = "Here is your cart for {customer}: {lines}, {total} in all. Shall I place the order?"
CART_FOR = {
    "order": CART,
    "quote": "Here is what the quote for {customer} would say: {lines}, {total} in all. Shall I make it?",
    "standing": "Here is what I would order for {customer} {often}: {lines}, {total} today. Shall I set that up?",
}
TAKE_INSTEAD = "{name} instead of {old}"
MAKE_QUOTE = "Make it a quote"
MAKE_STANDING = "Set it up"
CART_SHORT = " {count} of them not fully in stock; what is short follows as a back order on the date shown."
CART_SHORT_ONE = " Not all of it is in stock; what is short follows as a back order on the date shown."
CART_PAID_BY = "Paid by {method}, as usual."
CART_CHANGED = "The cart has changed since you last saw it, so nothing has been placed. This is how it stands now."
CART_FIRST = "This is what I would place. Shall I go ahead?"
PLACE = "Place this order"
EMPTY_CART = "Empty the cart"
DISCARDED = "I've emptied the cart."
DISCARD_ASK = "Shall I empty the cart{behalf} ({lines})?"
YES_EMPTY = "Yes, empty it"
NO_KEEP = "No, keep it"
PLACED = "Order {number} is placed{behalf}: {lines}, {total}."
PLACED_BEHALF = " for {customer}"
PLACED_SHORT = " Not everything was in stock: {short}."
PLACED_SHORT_LINE = "{quantity} of {name} is on back order, promised for {day}"
REMOVED = "I've taken out {names}."
CHANGED = "That is now {changes}."
NOT_IN_CART = "“{text}” isn't in the cart."
WHAT_TO_CHANGE = "What should I change? You can say “make line 2 100” or “drop the washers”."
NO_LAST_ORDER = "I can't see an earlier order to repeat."
REPEATED = "I've put the lines of {number} ({day}) into the cart."
SKIPPED = "I left out {names}: no longer sold."
UNREAD = "I didn't know what to make of “{text}”."
REFERENCE_KEPT = "Your reference {reference} is noted."
DATE_KEPT = "Delivery asked for {day}."
DATE_PAST = "{day} is in the past, so I've not noted a delivery date."

GOODS = "Goods"
DELIVERY = "Delivery"
FREE = "free"
TAX = "VAT {rate} %"
TAX_IN_ALL = "VAT"
IN_STOCK_INSTEAD = "Instead of {name} we have {others} in stock."
ARRIVES = "What is in stock arrives on {day}."
SO_FAR = "So far it comes to {total}."
CART_GOES_TO = "It goes to {address}."
WOULD_ARRIVE = "Placed now, all of it arrives on {day}."
PLACED_HELD = " {reasons}"
HOLDS = {
    "credit_limit": "It goes beyond the credit limit and waits for our release.",
    "overdue": "An invoice is overdue; the order waits for our release.",
    "discount": "The discount waits for a manager's approval.",
    "buyer_limit": "It is above your own ordering limit and waits for your approver.",
    "manual": "Our order desk is looking at it.",
}
HELD_FOR = "On hold, {reason}: {detail}."
SUCCESSOR = "{sentence} Shall I put that in instead?"
INSTEAD = "{name} instead"

# orders
NO_ORDERS = "I can't see any orders yet."
NO_OPEN_ORDERS = "Nothing is open at the moment. Your last order was {number}, {state}."
ORDER_STATE = "Order {number} of {day} is {state}.{more}"
ON_ITS_WAY = " It left us with {carrier}, tracking number {tracking}, expected {day}."
PROMISED = " {quantity} of {name} is promised for {day}."
OPEN_ORDERS = "{count} of {whose} orders are open. The newest:"
HISTORY = "The last orders of {customer}:"
CANCEL_ASK = "Cancel order {number}{behalf} of {day} ({total})? This can't be undone."
CANCEL_WHICH = "Which order should I cancel? Give me its number."
YES_CANCEL = "Yes, cancel {number}"
NO_CANCEL = "No, keep it"
CANCELLED = "Order {number} is cancelled; what it held is free again."

NO_ORDER_TO = "I can't see an order to {what}. If you have its number, give me that."
WHICH_ORDER_TO = "Which order do you want to {what}?"
WHICH_OF_THESE = "Which of these?"


# changing an order
CHANGE_WHAT = (
    "What should be different about {number}? You can say “make the bolts 100”, “add 20 washers”, “take out line 2”, "
    "“deliver on Friday” or name another address."
)
CHANGE_NOTHING = "That is how {number} stands already, so there is nothing to change."
CHANGE_CLEAR = "To take everything out, ask me to cancel the order."
CHANGE_UNKNOWN = "I can't tell which line “{text}” is."
CHANGE_ASK = "This is what {number}{behalf} would be: {after} instead of {before}. Shall I change it?"
YES_CHANGE = "Yes, change {number}"
NO_CHANGE = "No, leave it"
CHANGED_ORDER = "Order {number}, changed"
CHANGED_NOW = "Order {number} is changed. It comes to {total} now."
LABEL_ADDRESS = "Delivered to"
LABEL_DATE = "Wanted by"
LABEL_REFERENCE = "Your reference"
LABEL_PAYMENT = "Paid by"
ON_ACCOUNT = "On account"
NOTE_ADDED = "New: {quantity} of {name}."
NOTE_SWAPPED = "{new} instead of {old}."
NOTE_QUANTITY = "{name}: {new} instead of {old}."
NOTE_PRICE = "{name} costs {price} in that quantity."
NOTE_REMOVED = "{name} is taken out."
WHICH_ADDRESS = "Which address should {number} go to? For a new one, give me street, town and postcode."
WHICH_METHOD = "How should {number} be paid?"

# returns
TO_RETURN = "return goods from"
TO_EXCHANGE = "exchange goods from"
RETURN_WHAT = "What is to come back from {number}? Name the goods and how many, or pick a line."
EXCHANGE_WHAT = (
    "What would you like to exchange from {number}? Name the goods and what you want instead, or pick a line."
)
EXCHANGE_FOR = "What would you like instead of {name}?"
RETURN_WHICH = "I can't tell which of the delivered goods “{text}” is."
RETURN_HOW_MANY = "I can't make whole units of that quantity of {name}."
NO_VARIANTS = "{name} comes in no other variant, so it can't be exchanged. You can return it and order something else."
RETURN_TITLE = "Return from {number}"
RETURN_NUMBER = "Return {number}"
RETURN_ASK = "This is what would come back from {number} and what you would get for it. Shall I register it?"
EXCHANGE_ASK = "This is the exchange for {number}: each line at its own price. Shall I register it?"
RETURN_LATE = " It was delivered too long ago to be taken back at once, so our people have to agree first."
RETURN_CHANGED = "What this comes to has changed since you saw it, so nothing is registered yet."
YES_RETURN = ("Yes, return it", "Yes, exchange it")
NO_RETURN = "No, leave it"
RETURN_MADE = {
    "approved": "Return {number} is registered and approved. Please put that number on the parcel.",
    "requested": "Return {number} is registered; our people will look at it and tell you.",
}
EXCHANGE_ORDERED = " The replacement is ordered: {number}."
FOR_NEW = "for {name}"
EXCHANGE_LINE = "{quantity} × {old} ({credit} back) for {new} at {price} ({cost})."
CREDIT = "Credit, with VAT"
REPLACEMENT = "Replacement, with VAT"
TO_PAY = "The total is what you pay on top."
TO_YOU = "The total is what you get back."
EVEN = "Nothing is to be paid either way."
LABEL_SETTLED = "Settled by"
LABEL_REASON = "Reason"
SETTLED_BY = {
    "refund": "a refund ({method})",
    "credit": "a credit on your account",
    "exchange": "an exchange",
}
NO_RETURNS = "I can't see a return."
OTHER_RETURNS = "Earlier ones: {others}."
REFUND_STATE = "{number} comes to {amount}: {status}."
REFUNDED = "{amount} went back ({method})."
APPLIED = "{amount} was set off against open invoices."
STANDS = "{amount} stands to your credit."
REFUND_WAITS = {
    "approval": "It waits for our approval.",
    "goods": "It is credited when the goods are back with us.",
    "settlement": "We settle it by {day}.",
}

# papers
PAPER = "paper"
NO_PAPER = "I can't find {what} yet."
NO_PAPER_OF = "There is no {what} for {number} yet."
EARLIER = "Earlier ones"
EARLIER_PAPERS = "These are the earlier ones; give me a number for any of them."
PAPER_COLUMNS = ["Paper", "Number", "Date"]
HERE_IS = "{title} {number}. The link works for fifteen minutes, for you alone."
INVOICE = "Invoice {number} for {order}: {total}, {state}."
INVOICE_OPEN = " {open} is due by {day}."
ALL_CUSTOMERS = "All customers"
NOTHING_OWED = "{customer}: nothing is outstanding."
OWED = "{customer}: {total} is outstanding on {invoices}, {late} of it overdue."
OPEN_INVOICES = "Open invoices"
INVOICE_COLUMNS = ["Invoice", "For", "Due", "Open"]

# quotes
QUOTE_WHAT = "What should the quote be for? Give me quantities and products, as for an order."
QUOTE_MADE = {
    "sent": "Your quote is {number}: {total}, good until {day}.",
    "draft": "The quote is drafted: {number}, {total}, good until {day}. The customer sees it once it is sent.",
}
QUOTE_IS = "Quote {number} is {state}: {total}, good until {day}."
QUOTE_SENT = "Quote {number} is sent."
QUOTE_DECLINED = "Quote {number} is declined."
QUOTE_ACCEPTED = "Quote {number} is accepted: order {order} is placed, {total}."
QUOTE_ACCEPT_ASK = "Order everything in {number} at these prices, {total} in all?"
QUOTE_DECLINE_ASK = "Decline {number}? This can't be undone."
QUOTE_SEND_ASK = "Send {number} ({total}) to {customer}?"
QUOTE_CHANGED = "{number} has changed since it was shown, so I did nothing. Please look at it again."
QUOTE_TITLE = "Quote {number}"
QUOTES = "These are the newest quotes:"
QUOTES_TITLE = "Quotes"
QUOTE_COLUMNS = ["Quote", "Customer", "State", "Good until", "Total"]
NO_QUOTES = "I can't see a quote."
YES_ACCEPT = "Yes, order it"
YES_DECLINE = "Yes, decline it"
YES_SEND = "Yes, send it"
NO_LEAVE = "No, leave it"
ACCEPT_IT = "Accept and order"
DECLINE_IT = "Decline"
SEND_IT = "Send it"
AS_PDF = "As a PDF"
SHOW_IT = "Show {number}"
LESS = "less {rate} %"
LABEL_STATE = "State"
LABEL_CUSTOMER = "Customer"
LABEL_VALID = "Good until"
LABEL_ORDER = "Order"

# standing orders
NO_STANDING = "There is no standing order. You can set one up: “24 of 10-109 every first Monday”."
WHICH_STANDING = "Which standing order do you mean?"
STANDING_HOW_OFTEN = (
    "How often should that come? For example “every Monday”, “every two weeks” or “monthly on the 15th”."
)
STANDING_WHAT = "What should come each time? Give me quantities and products."
STANDING_MADE = "Standing order {number} is set up: {often}, for the first time on {day}."
STANDING_IS = "Standing order {number} is {state}: {often}, next on {day}."
STANDING_NEW_RULE = "From now on {often}."
STANDING_ASK = {
    "pause": "Pause {number}? Nothing is ordered until you resume it.",
    "resume": "Resume {number}?",
    "end": "End {number}? This can't be undone.",
    "skip": "Leave out {day} for {number}?",
    "change": "Change {number} to this?",
}
STANDING_YES = {
    "pause": "Yes, pause it",
    "resume": "Yes, resume it",
    "end": "Yes, end it",
    "skip": "Yes, skip it",
    "change": "Yes, change it",
}
STANDING_DONE = {
    "pause": "{number} is paused.",
    "resume": "{number} goes on: {often}, next on {day}.",
    "end": "{number} has ended.",
    "skip": "Left out. {number} comes next on {day}.",
    "change": "{number} is changed: {often}, next on {day}.",
}
STANDING_CHANGED = "{number} has changed since it was shown, so I did nothing. Please look at it again."
STANDING_TITLE = "Standing order {number}"
STANDING_RAN = "{day}: {order}"
NO_DATE = "no date"
LABEL_OFTEN = "How often"
LABEL_NEXT = "Next"

# holds
NOTHING_HELD = "Nothing is on hold that you could let go."
HELD = "{count} on hold:"
HELD_TITLE = "On hold"
RELEASE = "Release {number}"
RELEASE_ASK = "Release {number} of {customer}, {total}?"
YES_RELEASE = "Yes, release {number}"
RELEASED = "Order {number} is released."
STILL_HELD = "That hold is gone, but {number} is still held for another reason."
NOT_YOURS_TO_RELEASE = "{number} is on hold, and it isn't yours to let go: its approver or a manager can."
NOT_HELD = "{number} is not on hold."
ORDER_MOVED = "{number} has changed since it was shown, so I did nothing. Please look at it again."

# the house's own work
HOUSE_YES = "Yes, do it"
SHIP_ASK = "Send {number} now? It is invoiced with it."
PICK_ASK = "Pick {number}: all that is reserved for it?"
DELIVER_ASK = "Mark {number} as delivered?"
LOSE_ASK = "Mark {number} as lost and send the goods again?"
OWN_VAN = "our own van"
SHIPPED_NOW = "{number} of {order} is on its way."
PICKED_NOW = "{number} of {order} is picked."
DELIVERED_NOW = "{number} of {order} is delivered."
LOST_NOW = "{number} is marked as lost; what was in it is on order again under {order}."
RETURN_APPROVE_ASK = "Approve return {number} of {customer}?"
RETURN_REJECT_ASK = "Reject return {number} of {customer}?"
RETURN_RECEIVE_ASK = "Take in all that was announced with {number} of {customer}, fit for stock?"
RETURN_SETTLE_ASK = "Settle {number} of {customer} with a credit note?"
NO_REASON = "no reason given"
PAYMENT_ASK = "Record {amount} from {customer} for {number} ({open} open)?"
PAYMENT_MADE = "{number} is recorded; {invoice} is {state}, {open} open."
NOTHING_OPEN = "nothing is open"

# inquiries
INQUIRY = "{number} is {state}."
INQUIRY_TITLE = "Inquiry {number}"
INQUIRIES = "These wait for an answer. Say “answer IQ-…: …” to answer one."
INQUIRIES_TITLE = "Open inquiries"
INQUIRY_COLUMNS = ["Inquiry", "About", "From", "Text"]
NO_INQUIRIES = "No inquiry is open."
ANSWERED = "Your answer to {number} has gone to {person}."
CLOSED = "{number} is closed."
LABEL_ASKED = "Asked"
LABEL_TEXT = "Text"
LABEL_ANSWER = "Answer"

# alerts
ALERT_WHICH = "Which product should I watch for you? A name or a code will do."
ANY_PRODUCT = "any product"
ALERTS = {
    "orders": "I'll tell you here when something happens to your orders.",
    "back_in_stock": "I'll tell you here once {name} is back in stock.",
    "stock_low": "I'll tell you here when {name} runs low.",
}
ALERT_NAMES = {"orders": "your orders", "back_in_stock": "{name} back in stock", "stock_low": "{name} running low"}
ALERTS_YOU_HAVE = "You have alerts on {alerts}. Which should I stop, or all of them?"
ALERTS_ENDED = "Done: {count} of your alerts ended."
NO_ALERTS = "You have no alerts."
NO_SUCH_ALERT = "You have no such alert."

# products
PRICE = "{name} ({sku}) is {price}{breaks}."
PRICE_BREAK = ", {price} from {quantity}"
STOCK = "{name} ({sku}): {stock}."
WHICH_TO_CHECK = "Which product? A name or a code will do."
FOUND = "This is what I found for “{text}”:"
FOUND_NONE = "I found nothing for “{text}” in our range."
OFFERS = "Current offers:"
NO_OFFERS = "There are no offers at the moment."

# insight
SUGGEST = "This is what {customer} is likely to need, going by its own buying rhythm:"
SUGGEST_YOU = "This is what you are likely to need, going by your own buying rhythm:"
SUGGEST_NONE = "I can't see a buying rhythm for {customer} yet: too few repeat orders."
ADD_ALL = "Add all to the cart"
ADD_ONE = "Add {quantity} × {name}"
FORECAST_WHICH = "Which product should I forecast? A name or a code will do."
MOVERS = "The products that {direction} over the last {days} days:"
MOVERS_WHY = "Ranked by sales units ordered in the last {days} days; the change is against the {days} days before."
MOVERS_IN = "The products that {direction} from {since} to {until}:"
MOVERS_IN_WHY = (
    "Ranked by sales units ordered from {since} to {until}; the change is against {before} to {before_until}."
)
AGAIN_MOST = "which products sold most"
AGAIN_LEAST = "which products sold least"
AGAIN_OF = " of {what}"
MOVERS_NONE = "There are no sales to go by."

# customers
CUSTOMER_NO_EMAIL = "I know no customer with anybody at {email}."
CUSTOMER = "{name} ({code})"
