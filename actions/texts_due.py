"""What is said of what is still to go out."""

DUE = "{orders} {are} due {when}{whose}{more}."
NONE_DUE = "Nothing is due {when}{whose}."
MORE = "; the first {listed} are shown, {rest} more follow"
LATE = " Besides, {orders} {were} due before today and {are} still open."
UNDATED = " {orders} without a day can go at once."
ON = "on {day}"
BETWEEN = "from {first} to {last}"
TODAY = "today"
TOMORROW = "tomorrow"
FOR = " for {customer}"
TO_YOU = " to you"
AGAIN = "what is due out{whose}"
TITLE = "Due to go out"
COLUMNS = ["Order", "Customer", "Due", "State"]
WHY = (
    "By the day on which goods are promised to be there, or else were asked for; only what has not left us. "
    "They leave {days} earlier."
)
NOT_FOR_YOU = "What goes out to customers is for the order desk and sales."
ORDER_DUE = " It is due on {day}."
ORDER_DUE_REST = " What is in stock is due on {day}."
