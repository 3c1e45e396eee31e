"""What is said about the conversation itself: taking it up again, taking things back, and not understanding."""

from __future__ import annotations

# taking up again
STILL_IN_CART = "You still have {lines} in your cart."
STILL_IN_CART_FOR = "You still have {lines} in the cart for {customer}."
HAD_IN_CART = "You had {lines} in your cart."
HAD_IN_CART_FOR = "You had {lines} in the cart for {customer}."
SHOW_CART = "Show the cart"
BEFORE_I_PLACE = "Before I place it, this is the cart once more."

# taking back
UNDO = "Undo"
UNDONE = "I've taken that back."
UNDONE_EMPTY = "I've taken that back. The cart is empty again."
UNDO_LATE = "The cart has changed since, so I've taken nothing back. Say “undo” to take the last change back."
UNDO_NOTHING = "There is nothing to take back."
UNDO_PLACED = (
    "Order {number} is placed, so I can't simply take that back. As long as nothing has been sent you can cancel or "
    "change it."
)
CANCEL_IT = "Cancel {number}"
CHANGE_IT = "Change {number}"
CART_EMPTY_NOW = "The cart is empty now."

# the cart in other words
WITHOUT = "Without {names} it comes to {after} instead of {before}. Shall I take that out?"
WITHOUT_ALL = "Without that nothing is left in the cart."
TAKE_OUT = "Take it out"
LEAVE_IN = "Leave it in"
MOVED = "This is for {customer} now, not for {before}."
FOR_NOW = "From now on this is for {customer}. What would they like?"
BEHALF = " for {customer}"

# not understood
PARTLY = "I read {what}, but not what to do with it."
READ_PRODUCT = "“{name}”"
READ_QUANTITY = "a quantity of {amount}"
READ_ORDER = "the order {number}"
NOT_UNDERSTOOD_TWICE = "I still don't follow, sorry. Would you like to {titles}?"
NOT_UNDERSTOOD_THRICE = (
    "I'm sorry, I can't make that out. A person at the order desk can take over; they will see what we wrote and what "
    "is in your cart."
)

# the next step
SHOW_ORDER = "Show {number}"
REPEAT_LAST = "Repeat my last order"
WHAT_TO_REORDER = "What should I reorder?"
TELL_ME = "Tell me when it is back"

# the hand-over
TRANSCRIPT = "What was said before:"
PERSON_SAID = "{name}: {text}"
WE_SAID = "Quartermaster: {text}"
CART_OF = "In the cart for {customer}:"
CART_LINE = "{quantity} × {name} ({sku})"
OPEN_QUESTION = "Still open: {question}"
FAILED = "Not understood: {texts}"
WHICH_INSTEAD = "Which would you like instead of {name}?"
NONE_SUCH = "I can't find “{said}” instead of {name}. Would one of these do, or shall I leave it as it is?"
WHOSE_THEN = "Whom is it for, then? What is in the cart goes along."
IN_IT = "That includes {parts}."
NOTHING_ADDED = "Nothing is added to it for delivery or VAT."
LEAVE_AS_IT_IS = "Leave it as it is"
STAYS = "{name} stays as it is."
LESS = "{total} (less {rate} %; {full} without that)"
LESS_ABOVE_YOUR_LIMIT = (
    "{total} (less {rate} %, which a manager has to send as you may grant {most} %; {full} without that)"
)
LESS_THEN = "Less {rate} %, then."
