"""What is said about things that wait for a yes, and about what can't be taken back."""

from __future__ import annotations

ASK_AGAIN = "I'm not sure that was a yes, so I've done nothing yet."
ASK_AGAIN_BARE = "I'm not sure that was a yes, so I've done nothing. Say “yes” or “no”."
PLACE_THIS = "Before I place it, this is the cart."
LEFT = "I've left {what} for now."
WHAT_WAITED = {
    "address.add": "the new address",
    "address.default": "the address",
    "credit.refund": "the refund",
    "goodwill.decide": "the goodwill",
    "goodwill.give": "the goodwill",
    "house.do": "that",
    "order.cancel": "the cancellation",
    "order.change": "the change of the order",
    "order.release": "the order on hold",
    "payment.usual": "the usual way to pay",
    "purchase.step": "the purchase order",
    "quote.accept": "the quote",
    "quote.decline": "the quote",
    "quote.send": "the quote",
    "refund.decide": "the refund",
    "refund.withdraw": "the refund",
    "replenishment.approve": "the purchase orders",
    "return.request": "the return",
    "return.withdraw": "the return",
    "standing.do": "the standing order",
}

# taking back
UNDO_DONE = "The last thing done was {what}, not a change of the cart, so I've taken nothing back. {instead}"
BY_THE_DESK = "The order desk can put it right."
DONE = {
    "alert": ("an alert", "Say “stop alerts” to end it."),
    "customer": ("a change of a customer's details", "Say what it should be instead."),
    "goodwill": ("a goodwill credit", "The order desk can put it right."),
    "inquiry": ("a note to our people", "Tell me if anything in it has changed, and I'll pass that on."),
    "order": ("a change of an order", "Give me its number and what it should be instead."),
    "payment": (
        "a payment or a refund",
        "A refund that you asked for can be withdrawn by its number while it waits; else the order desk puts it right.",
    ),
    "quote": ("a quote", "You need not accept it; give me its number to change it."),
    "return": ("a return", "Give me its number to withdraw it."),
    "standing_order": ("a standing order", "Give me its number to pause or end it."),
}
DONE_OTHER = ("something else", BY_THE_DESK)
TALK_TO_A_PERSON = "Talk to a person"
