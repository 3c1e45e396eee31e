"""What we say about keeping messages for review, and when we ask whether something was right."""

from __future__ import annotations

WAS_THAT_RIGHT = "Was that right?"
RIGHT = "Yes"
WRONG = "No"
RATED_RIGHT = "Good, thank you. I've noted that {what} was done right."
RATED_WRONG = (
    "Sorry about that, and thank you for saying so. I've noted that {what} was not done right; nothing is changed by "
    "that. Tell me what should be different."
)

MAY_KEEP = (
    "When I don't understand a message, I keep it for {days} days so that our people can teach me. "
    "If you'd rather not, say “don't keep my messages”."
)
MAY_NOT_KEEP = "I don't keep your messages for review. To change that, say “you may keep my messages”."
NOBODY_KEEPS = "Nobody's messages are kept for review here."
OBJECTED = (
    "I won't keep your messages for review, and what I had kept is deleted. "
    "Our conversation stays as it is; to change your mind, say “you may keep my messages”."
)
AGREED = (
    "Thank you. When I don't understand a message of yours, I'll keep it for {days} days for our people to look at."
)
