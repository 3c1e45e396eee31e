"""What is said of the house's terms: what an order must come to, what delivery costs, and when it comes."""

MINIMUM = "The smallest order is {amount} of goods, before delivery and VAT."
NO_MINIMUM = "There is no smallest order."
LEAST_OF = "{name} is sold from {least}{steps}."
STEPS_OF = ", in steps of {step}"
CHARGE = "Delivery is {charge} an order{free}."
FREE_FROM = ", and free from {amount} of goods, before VAT"
FREE = "Delivery is free."
CART_CHARGE = " Your cart has {goods} of goods, so it would be {charge}."
CART_FREE = " Your cart has {goods} of goods, so it would be free."
CUT_OFF = (
    "What is ordered by {time} on a working day leaves us the same day and arrives {days} later, if it is in stock."
)
DAYS = (
    "We send and deliver on working days, Monday to Friday, and not on bank holidays. You can order here at any time."
)
NOW = "Ordered now, what is in stock arrives on {day}."
RETURNS = "Goods may come back within {days} days of delivery. Say what and from which order, and I'll set it up."
PAYMENT = "{customer} pays within {days} days of the invoice."
PAYMENT_FOR_ALL = "That depends on the customer. Say for whom."
QUOTES = "A quote holds for {days} days from when it is sent."
LESS_FOR_MORE = "Prices fall with the quantity: {prices}"
NOT_LESS = "Your prices are those of your price list, and I can't change them."
BEYOND = "For more than that, our sales team decides; I can pass it on."
NO_COLLECTION = (
    "Orders placed here are delivered; I can't arrange a collection. If they must be collected, our people can help."
)
