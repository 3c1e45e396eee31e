"""Wording about returns that are taken back."""

WITHDRAW_ASK = "Withdraw return {number} of {customer}? The goods stay with you, and nothing is credited."
YES_WITHDRAW = "Yes, withdraw {number}"
WITHDRAWN = "{number} is withdrawn; the goods stay with you."
NOT_WHAT_IT_HAS = "{number} has {name}, not {said}."
TOO_LATE_TO_WITHDRAW = "{number} is {state}, so it can't be withdrawn any more."
