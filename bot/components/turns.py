"""What the gateway may send to the channel, read strictly; free of Rasa."""

import json
from dataclasses import dataclass, field
from typing import Any, Dict, FrozenSet, Optional

from bot.components.text import harmless, is_blank

LONGEST_TEXT = 4_000
LARGEST_BODY = 64 * 1024
LONGEST_SENDER = 200


class Refused(Exception):
    """A request that is not taken, with its HTTP status and a sentence that says why."""

    def __init__(self, status: int, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.code = code
        self.sentence = sentence


@dataclass(frozen=True)
class Turn:
    """One message of one conversation. `text` is harmless to Rasa; None means a button was tapped."""

    sender: str
    text: Optional[str]
    metadata: Dict[str, Any] = field(default_factory=dict)


def read_turn(body: bytes) -> Turn:
    """Reads {"sender", "text" | "tap": true, "metadata"?}. Raises Refused."""
    fields = _object(body, frozenset({"sender", "text", "tap", "metadata"}))
    sender = fields.get("sender")
    if not isinstance(sender, str) or is_blank(sender) or len(sender) > LONGEST_SENDER:
        raise Refused(400, "bad_sender", f"'sender' must be a text of 1 to {LONGEST_SENDER} characters.")
    if not sender.isprintable():
        raise Refused(400, "bad_sender", "'sender' must not hold control characters.")
    metadata = fields.get("metadata")
    if metadata is not None and not isinstance(metadata, dict):
        raise Refused(400, "bad_metadata", "'metadata' must be an object.")
    tap = fields.get("tap", False)
    if not isinstance(tap, bool):
        raise Refused(400, "bad_tap", "'tap' must be true or false.")
    if tap and fields.get("text") is not None:
        raise Refused(400, "bad_tap", "A tap carries no text.")
    return Turn(sender, None if tap else _text(fields.get("text")), metadata or {})


def read_text(body: bytes) -> str:
    """Reads {"text"} of a message to be understood only. Raises Refused."""
    return _text(_object(body, frozenset({"text"})).get("text"))


def _object(body: bytes, known: FrozenSet[str]) -> Dict[str, Any]:
    if len(body) > LARGEST_BODY:
        raise Refused(413, "too_long", f"A request may have at most {LARGEST_BODY} bytes.")
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        raise Refused(400, "bad_json", "The body is not JSON.") from None
    if not isinstance(fields, dict):
        raise Refused(400, "bad_json", "The body must be a JSON object.")
    unknown = sorted(set(fields) - known)
    if unknown:
        raise Refused(400, "unknown_field", f"Unknown field: {unknown[0][:50]!r}.")
    return fields


def _text(text: Any) -> str:
    if not isinstance(text, str):
        raise Refused(400, "bad_text", "'text' must be a text.")
    if is_blank(text):
        raise Refused(400, "blank_text", "'text' is blank.")
    if len(text) > LONGEST_TEXT:
        raise Refused(413, "too_long", f"'text' may have at most {LONGEST_TEXT:,} characters.")
    return harmless(text)
