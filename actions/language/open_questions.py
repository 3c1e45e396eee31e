"""What somebody says while a question of ours is open: that the goods be left out, or something that is no answer."""

import re
from typing import Final

from .words import tokens

_BEFORE: Final = (
    r"^\W*(?:(?:ok|okay|oh|ah|right|well|actually|so|no|then|and|but|just|please|pls|can|could|you|we|i|i'?ll|let'?s"
    r"|want|to|on\s+second\s+thoughts?)\W+)*"
)
_LEAVES: Final = re.compile(
    _BEFORE + r"(?:(?P<alone>forget|skip|omit|ignore|leave|never\s*mind|not\s+bother(?:ed)?|don'?t\s+(?:bother|worry))"
    r"|drop|lose|ditch|scrap|scratch|bin|remove|delete|cancel|without|knock|strike|cross|take|don'?t\s+(?:need|want)"
    r"|(?:do|will|can)\s+without|we'?re\s+(?:ok|fine|good)\s+without|no\s+need\s+for|no)\b",
    re.IGNORECASE,
)
_BESIDE: Final = re.compile(
    r"\b(?:about|off|out|it|this|that|the|ones?|bit|item|line|for|now|then|please|thanks|thank\s+you|ta|cheers|order|cart"
    r"|list|of|from|on|my|our|them|those|these|with|just|altogether|completely|all|any|more|instead|anymore|sorry"
    r"|i|we|don't|dont|need|want|to|and)\b",
    re.IGNORECASE,
)
_ASKS: Final = re.compile(
    r"^\W*(?:(?:and|so|but|ok|okay|right|first|hang\s+on|wait|before\s+that)\W+)*"
    r"(?:what(?!\s+about)|how(?!\s+about)|when|where|why|which|who)(?:['’]?s|['’]?ll|['’]?d|['’]?re)?\b",
    re.IGNORECASE,
)


def leaves_out(text: str, said: str) -> bool:
    """Whether a message says that what was `said` be left out, and nothing else: "forget the glue", "skip that one".

    What it names must be words of what was said: "drop the washers" is no answer to a question about glue, and
    "remove it" may mean a line of the cart.
    """
    text = text[:200].replace("’", "'")
    match = _LEAVES.match(text)
    if match is None:
        return False
    rest = tokens(_BESIDE.sub(" ", text[match.end() :]))
    return (bool(rest) or match["alone"] is not None) and set(rest) <= set(tokens(said))


def asks_openly(text: str) -> bool:
    """Whether a message is a question of its own ("what will they need next month?"), and so no answer to ours.

    "What about Friday?" and "how about Harper?" are answers put as questions.
    """
    return _ASKS.match(text[:200]) is not None
