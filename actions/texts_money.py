"""Wording about money that goes back, goodwill, and how a customer usually pays."""

from __future__ import annotations

# credit that stands, and its refund
CREDIT_NONE = "Nothing stands to the credit of {customer}."
CREDIT_STANDS = "{total} stands to the credit of {customer}; it pays the next invoice."
CREDIT_MAY_GO = "{amount} of it can be paid out instead."
CREDIT_STAYS = "It is goodwill, or was never paid in money, so it can't be paid out."
CREDIT_TITLE = "Credit of {customer}"
CREDIT_COLUMNS = ["From", "Amount", "Goes back by"]
CREDIT_GOES_NOWHERE = "stays as credit"
REFUND_IT = "Pay out {amount}"
REFUND_ASK = "Give {amount} of the credit of {customer} back as money?"
REFUND_REST = "{amount} stays as credit."
REFUND_YES = "Yes, pay out {amount}"
REFUND_ASKED = (
    "I've asked for it: {refunds}. The money goes out once our order desk has agreed; until then you can withdraw it."
)
REFUND_BEGUN = "The refund is begun: {refunds}. It counts as gone out once that is said of it."
REFUND_ONE = "{number}, {amount} by {method}"
REFUND_MOVED = "The credit is not what it was when I showed it, so I've paid nothing out. This is how it stands now."
REFUND_NOTHING = "Nothing of that can be paid out, so I've done nothing."
REFUND_TOO_MUCH = "{possible} of the credit of {customer} can be paid out, not {wanted}. I've done nothing."
REFUND_FOR_GOODS = "For goods that are to come back, tell me the order and what you return."
AS_AGREED = "the way agreed for its order"
NOT_OUR_CURRENCY = "We keep our books in {currency}. Please give the amount in that."
CURRENCY_NOT_POSITIVE = "That has to be an amount above nothing."
UNDER_WAY = "Credit that goes back as money: {refunds}."
UNDER_WAY_ONE = "{number}, {amount} by {method}, {state}"
REFUND_STATES = {
    "pending": "waiting to go out",
    "settled": "gone out on {day}",
    "failed": "not paid out ({reason}), so it is credit again",
    "withdrawn": "withdrawn, so it is credit again",
}

# a refund that was asked for, withdrawn
WITHDRAW_ASK = "Withdraw {number}, {amount} to {customer} by {method}? It stays as credit and pays the next invoice."
WITHDRAW_YES = "Yes, withdraw {number}"
WITHDRAW_IT = "Withdraw {number}, {amount}"
WITHDRAW_WHICH = "Several refunds wait to go out. Which one shall I withdraw?"
WITHDRAW_THEM = "Withdraw all, {amount}"
WITHDRAW_ASK_ALL = "Withdraw {numbers}, {amount} to {customer}? It stays as credit and pays the next invoice."
WITHDRAW_YES_ALL = "Yes, withdraw them all"
WITHDRAWN_ALL = "{numbers} are withdrawn; {amount} stands to the credit of {customer} again."
WITHDRAW_LATE = {
    "settled": "{number} has gone out already, so there is nothing to withdraw.",
    "failed": "{number} was not paid out, so {amount} is credit again already. There is nothing to withdraw.",
    "withdrawn": "{number} is withdrawn already; {amount} is credit again.",
}
WITHDRAW_OURS = "{number} was begun by our people and may be on its way. Only our order desk can stop it."
WITHDRAWN = "{number} is withdrawn; {amount} stands to the credit of {customer} again."

# refunds that wait, for our people
WAITING = "{count} to go out."
WAITING_HOW = "Say “approve {first}” once the money goes out, or “refuse {first} because …”."
WAITING_COUNT = ("refund waits", "refunds wait")
WAITING_NONE = "No refund waits to go out."
WAITING_NONE_OF = "No refund of {customer} waits to go out."
WAITING_TITLE = "Refunds that wait"
WAITING_COLUMNS = ["Refund", "Customer", "Amount", "By", "Asked"]
NOT_A_REFUND = "{number} is no refund."
REFUND_DECIDED = "{number} is {state} already."
DECIDED_STATES = {"settled": "paid out", "failed": "refused", "refunded": "paid out", "withdrawn": "withdrawn"}
APPROVE_ASK = "Pay out {amount} to {customer} by {method} ({number})? From your yes on it counts as gone out."
REFUSE_ASK = "Refuse {number}, {amount} to {customer}? It is their credit again. The reason they read: {reason}."
APPROVE_YES = "Yes, it goes out"
REFUSE_YES = "Yes, refuse it"
APPROVE_IT = "Pay out {number}"
APPROVED = "{number} is paid out: {amount} to {customer} by {method}."
REFUSED = "{number} is refused; {amount} stands to the credit of {customer} again."
FOR_THE_DESK = "Our order desk pays refunds out or refuses them. I've done nothing."
NO_REASON = "no reason given"
MOVED = "{number} has changed since I showed it, so I've done nothing."

# goodwill
GOODWILL_ASK = "Credit {amount} to {customer} as goodwill?"
GOODWILL_WAITS = "That is above what you may give one customer within 30 days, so it will wait for a manager."
GOODWILL_TITLE = "Goodwill for {customer}"
GOODWILL_NUMBER = "Goodwill {number}"
GOODWILL_NEXT = "the next invoice"
GOODWILL_ORDER = "what is owed for {order}, then the next invoice"
GOODWILL_YES = "Yes, credit {amount}"
GOODWILL_GIVEN = "{number}: {amount} is credited to {customer} with {note}."
GOODWILL_REQUESTED = "{number}: {amount} for {customer} waits for a manager. I've told them."
GOODWILL_MOVED = (
    "{customer} has been given goodwill since I asked ({number}), so I've done nothing. Say it again if it is more."
)
GOODWILL_HOW_MUCH = "How much goodwill for {customer}? For example “£20”."
GOODWILL_WHY = "What is it for? {customer} reads the reason on the credit note."
GOODWILL_NOT_THEIRS = "{order} is an order of {other}, not of {customer}. I've credited nothing."
GOODWILL_NOT_YOURS = "Goodwill is given by our order desk and managers. I've credited nothing; ask them."
GOODWILL_PASSED_ON = "Our people decide on that. I've passed your words on ({number}); the answer comes here."
GOODWILL_DECIDE_ASK = "Grant {number}: {amount} to {customer}? The credit note is made out at once."
GOODWILL_REFUSE_ASK = "Refuse {number}: {amount} to {customer}? The reason given to who asked: {reason}."
GOODWILL_GRANT_YES = "Yes, grant it"
GOODWILL_GRANTED = "{number} is granted: {amount} is credited to {customer} with {note}."
GOODWILL_REFUSED = "{number} is refused; nothing is credited."
GOODWILL_DECIDED = "{number} is {state} already."
GOODWILL_NONE_WAITS = "No goodwill credit waits for a decision."
GOODWILL_NONE_OF = "{customer} has been given no goodwill."
GOODWILL_LIST = "Goodwill that waits for a manager: {count}."
GOODWILL_LIST_OF = "Goodwill of {customer}, the newest first."
GOODWILL_LIST_TITLE = "Goodwill credits"
GOODWILL_COLUMNS = ["Number", "Customer", "Amount", "State", "Reason"]
GOODWILL_GRANT_IT = "Grant {number}"
GOODWILL_WHICH = "Several wait. Which one?"
GOODWILL_STATE = "{number} is {state}."
LABEL_CUSTOMER = "Customer"
LABEL_AMOUNT = "Amount"
LABEL_REASON = "Reason"
LABEL_ORDER = "Order"
LABEL_SET_OFF = "Set off against"
LABEL_STATE = "State"
LABEL_ASKED_BY = "Asked by"
LABEL_REFUSAL = "Refused because"

# how a customer usually pays
USUAL_IS = "{customer} usually pays {method}. An order can still be paid otherwise."
USUAL_TITLE = "Ways to pay of {customer}"
USUAL_LABEL = "Usual"
OTHER_LABEL = "Also"
BY_METHOD = "by {method}"
ON_ACCOUNT = "on account"
ON_ACCOUNT_TITLE = "On account"
MAKE_USUAL = "Always {method}"
USUAL_ASK = "From now on {customer} pays new orders {method} instead of {before}, unless an order says otherwise?"
USUAL_PLACED = "Orders that are placed already stay as they are."
USUAL_YES = "Yes, {method} from now on"
USUAL_DONE = "New orders of {customer} are paid {method} from now on."
USUAL_ALREADY = "{customer} pays {method} as it is. I've changed nothing."
USUAL_WHICH = "Which one shall be the usual one?"
USUAL_NO_OTHER = (
    "{customer} pays {method}, and nothing else is on file that would make a difference. I've changed nothing."
)
USUAL_UNKNOWN = (
    "{customer} has no way to pay like that, so I've changed nothing. These are on file; our order desk adds others."
)
USUAL_NONE = "{customer} pays on account; no card or other way to pay is on file. Our order desk adds one."
USUAL_NOT_THAT = "{method} is not the usual way to pay. I've changed nothing."
USUAL_NO_NUMBERS = (
    "Please don't write a whole card or account number here; its last four digits are enough. I've changed nothing."
)
USUAL_GONE = "That way to pay is no longer on file, so I've changed nothing."
