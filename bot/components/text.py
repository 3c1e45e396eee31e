"""What the assistant does to typed text, free of Rasa so that it can be tested anywhere.

Two separate jobs:

* `harmless` makes a message safe to hand to Rasa, which treats a leading "/" as a ready-made
  intent (and strips blanks before it looks). The result is what the tracker and the actions see.
* `words` reads a message for the classifier only: product codes, sizes, numbers and dates become
  placeholders, so that what is ordered says nothing about what is wanted. It never reaches a tracker.
"""

import re
import unicodedata
from typing import Dict, List, NamedTuple, Optional, Tuple

DIVISION_SLASH = "\u2215"
"""Looks like "/", means nothing to Rasa."""

_DRAWN_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols that are drawn as nothing (Hangul fillers, the empty Braille cell)."""

_INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Mn", "Me", "Zl", "Zp", "Zs"})


def is_invisible(character: str) -> bool:
    """Whether a person would not see this character at the start of a line."""
    return character.isspace() or character in _DRAWN_BLANK or unicodedata.category(character) in _INVISIBLE_CATEGORIES


def mended(text: str) -> str:
    """The text with lone surrogates, which no encoder accepts, replaced by U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def neutralised(text: str) -> str:
    """The text with a leading "/", also behind characters nobody sees, turned into U+2215."""
    for place, character in enumerate(text):
        if is_invisible(character):
            continue
        if character == "/":
            return text[:place] + DIVISION_SLASH + text[place + 1 :]
        return text
    return text


def harmless(text: str) -> str:
    """What a person typed, as Rasa may safely have it. Raises ValueError if it is still a command."""
    safe = neutralised(mended(text))
    if safe.strip().startswith("/"):  # what Rasa itself looks at; can't happen, and must not
        raise ValueError("the text would be read as a command")
    return safe


def is_blank(text: str) -> bool:
    """Whether there is nothing in the text that a person could see."""
    return all(is_invisible(character) for character in text)


# --- reading for the classifier ---------------------------------------------------------------


class Word(NamedTuple):
    """A word as the classifier reads it, and where it stands in the original text."""

    text: str
    start: int
    end: int


# Placeholders are single letters that nobody types, so that character n-grams see one thing, not
# the letters of a name for it.
NUMBER, CODE, SIZE, DATE, PERCENT, MONEY, ADDRESS, QUESTION, LINE = "νκσδπμαθλ"

_EMOJI: Dict[str, str] = {
    "👍": "thumbsup", "👎": "thumbsdown", "✅": "thumbsup", "✔": "thumbsup", "❌": "thumbsdown",
    "👋": "wavinghand", "🙏": "thankyouhands", "👌": "thumbsup",
}  # fmt: skip

_NUMBER_WORDS = frozenset(
    """
    two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred
    thousand
    """.split()  # noqa: SIM905
)

_NUM = r"\d+(?:[.,]\d+)*"
_SCANNER = re.compile(
    rf"""
      (?P<address>\b[\w.+-]+@[\w-]+\.[\w.]+|\bhttps?://\S+|\bwww\.\S+)
    | (?P<date>\b\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{2,4}}\b|\b\d{{4}}-\d\d-\d\d\b|\b\d{{1,2}}/\d{{1,2}}\b
        |\b\d{{1,2}}(?:st|nd|rd|th)\b|\b\d{{1,2}}:\d\d\b)
    | (?P<money>[£$€]\s?{_NUM}[km]?\b)
    | (?P<percent>{_NUM}\s?%)
    | (?P<document>\b(?:so|po|inv|rma|cn|qt|qu|dn|crn)[-#]\s?\d{{2,}}\b|\b(?:so|inv|rma|cn|qt|dn)\d{{3,}}\b)
    | (?P<size>\bm\d{{1,2}}(?:\s?[x*]\s?\d+(?:\.\d+)?)?(?:\s?mm)?\b
        |\b\d+(?:\.\d+)?\s?(?:mm|cm|m|in|")?(?:[x*]|\s[x*]\s)\d+(?:\.\d+)?(?:\s?(?:mm|cm|m|in))?\b)
    | (?P<code>\b(?=[a-z0-9]*\d)[a-z0-9]+(?:-[a-z0-9]*\d[a-z0-9]*)+\b
        |\b\d{{5,}}[a-z]{{0,2}}\b|\b[a-z]{{1,5}}-?\d{{3,}}[a-z]?\b)
    | (?P<times>\b(?:x\s?\d+|\d+\s?x)\b)
    | (?P<number>{_NUM}k?(?![a-z0-9])|{_NUM}(?=[a-z]))
    | (?P<word>[^\W\d_]+(?:['][^\W\d_]+)*|[^\W_]+)
    | (?P<question>\?+)
    | (?P<line>\n+)
    | (?P<and>[&+])
    | (?P<emoji>[\u2600-\u27bf\U0001f300-\U0001faff])
    """,
    re.VERBOSE,
)

_PLACEHOLDERS = {
    "address": ADDRESS, "date": DATE, "money": MONEY, "percent": PERCENT, "size": SIZE, "code": CODE,
    "times": NUMBER, "number": NUMBER, "question": QUESTION, "line": LINE,
}  # fmt: skip

_SAME_LENGTH = str.maketrans(
    {
        **dict.fromkeys("’‘ʼ`´＇", "'"),
        **dict.fromkeys("‐‑‒–—−－", "-"),
        **dict.fromkeys("×✕✖", "x"),
        **dict.fromkeys("“”„", '"'),
        "？": "?",
        "\r": " ",
    }
)


def _fold(character: str) -> str:
    """Lower case without accents; always exactly one character, so that places stay true."""
    plain = unicodedata.normalize("NFKD", character.lower())
    return plain[0] if plain else character


def folded(text: str) -> str:
    """The text in lower case with plain dashes and apostrophes, of the same length."""
    return "".join(_fold(character) for character in text.translate(_SAME_LENGTH))


def words(text: str) -> List[Word]:
    """The text as the classifier reads it.

    >>> [word.text for word in words("Add 20 of 20-104, won't you?")]
    ['add', 'ν', 'of', 'κ', 'wont', 'you', 'θ']
    """
    read: List[Word] = []
    for match in _SCANNER.finditer(folded(text).rstrip()):
        for as_read, start, end in _read(match.lastgroup, match.group(), match.start()):
            read.append(Word(as_read, start, end))
    return read


def _read(kind: Optional[str], found: str, start: int) -> List[Tuple[str, int, int]]:
    end = start + len(found)
    if kind in _PLACEHOLDERS:
        return [(_PLACEHOLDERS[kind], start, end)]
    if kind == "document":  # the letters tell an invoice from an order, the digits tell nothing
        letters = len(found) - len(found.lstrip("abcdefghijklmnopqrstuvwxyz"))
        return [(found[:letters], start, start + letters), (CODE, start + letters, end)]
    if kind == "and":
        return [("and", start, end)]
    if kind == "emoji":
        return [(_EMOJI.get(found, f"emoji{ord(found):x}"), start, end)]
    plain = found.replace("'", "")
    return [(NUMBER if plain in _NUMBER_WORDS else plain, start, end)]
