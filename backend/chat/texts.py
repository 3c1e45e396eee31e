"""What the gateway itself says to a person, in one place."""

from __future__ import annotations

EMPTY = "I didn't get any text. Tell me what you need, for example “where's my order?”."
TOO_LONG = (
    "That message is {length:,} characters long; I can read up to {limit:,} at a time. "
    "Please send it in parts. Nothing has been changed."
)
APOLOGY = (
    "Sorry, I can't answer just now: a part of the system isn't responding. "
    "Your message is kept and nothing has been lost. Please try again in a moment."
)
TRY_AGAIN = "Try again"
TAPPED = "(button)"
TOO_FAST = "That is a lot of messages at once. Please wait a moment and send the last one again."
FILE_UNSUPPORTED = "I can read order lists as text or CSV (.txt, .csv, .tsv). Please save it as one of these."
FILE_TOO_LARGE = "That file is larger than I can read ({limit} kB). Please send the list in parts."
FILE_UNREADABLE = "I can't read that file: it is not plain text or CSV."
FILE_EMPTY = "There is nothing in that file."
FILE_TOO_LONG = (
    "That list is longer than I can read at a time ({lines} lines, {limit:,} characters). Please send it in parts. "
    "Nothing has been changed."
)
