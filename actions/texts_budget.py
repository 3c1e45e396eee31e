"""What is said of the budgets for buying in, the company's and each buyer's own."""

from __future__ import annotations

from typing import Final

COMPANY = "The company's budget for buying in is {monthly} a month: {spent} ordered since {since}, {left} left."
COMPANY_NONE = "The company has no budget for buying in; {spent} is ordered since {since}."
YOURS = "Your own budget is {monthly} a month: {spent} of yours ordered since {since}, {left} left."
YOURS_NONE = "You have no budget of your own; you have ordered {spent} since {since}."
BOUND_BY: Final = {
    "own": "Your own is the tighter one, so you may still order for {left} this month.",
    "company": "The company's is the tighter one, so you may still order for {left} this month.",
}
NOT_BOUND = "So only your limit of {limit} an order bounds what you approve; a larger one goes to a manager."
NOT_BOUND_AT_ALL = "So nothing bounds what you approve."
OF_BUYER = "{name}'s own budget is {monthly} a month: {spent} of theirs ordered since {since}, {left} left."
OF_BUYER_NONE = "{name} has no budget of their own; {spent} of theirs is ordered since {since}."
MANAGERS = "Managers are not bound by either; what you order counts to the company's."
NOT_MINE = "Managers have no budget of their own. Say “the buying budget” for the company's, or name a buyer."
TITLE = "Buyers' own budgets this month"
COLUMNS: Final = ["Buyer", "Budget a month", "Ordered", "Left"]
NONE = "none"
NO_BUYERS = "Nobody signs in as a buyer yet."

COMPANY_IT = "The company's budget for buying in"
BUYER_IT = "{name}'s own budget"
ASK_SET = "{whose}: {after} a month instead of {before}, {spent} of it ordered already this month. Shall I set it?"
ASK_SET_NEW = "{whose}: {after} a month, {spent} of it ordered already this month. Shall I set it?"
ASK_TAKE = "{whose} is {before} a month now. Shall I take it away?"
SPENT_ALREADY = "That is not above what is ordered already, so until {day} only a manager may approve more."
YES_SET = "Yes, set it"
YES_TAKE = "Yes, take it away"
SET_NOW = "{whose} is {after} a month from now on; {left} are left this month."
TAKEN_NOW = "{whose} is taken away."
ALREADY = "{whose} is {after} a month already."
NONE_TO_TAKE = "{whose} is none already, so there is nothing to take away."
NONE_TO_CHANGE = "{whose} is none so far. Tell me the amount a month that it should be."
MOVED = "A budget has been changed since I asked, so I've left it. Please ask again."
HOW_MUCH = "How much a month should it be? For example: “set {example} budget to £5,000”."
EXAMPLE_COMPANY = "the buying"
EVERY_MONTH = (
    "A budget is for every calendar month, this one included; I can't set one for a single month ahead. Say the amount "
    "without a month to set it from now on."
)
A_MONTH = "Budgets are for a calendar month. Please give me the amount for a month."
NOT_BELOW_ZERO = "A budget is an amount of money from 0 on."
NOT_OUR_CURRENCY = "We keep our books in {currency}. Please give the amount in that."
UNKNOWN = "I know no buyer called “{name}”. {known}"
KNOWN = "Our buyers are {names}."
WHICH = "Which of them do you mean: {names}? Their address tells them apart."
NOT_A_BUYER = "{name} is not a buyer, and only a buyer has a budget of their own. {known}"
