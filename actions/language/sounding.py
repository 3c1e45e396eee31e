"""How a word sounds, roughly, in British English: "wite" and "white", "masheen" and "machine" come out the same.

People who spell by ear leave the consonants in place. The key keeps those, makes all vowels one, and drops what is
not heard: silent letters, the r of "washer", double letters.
"""

import re
from functools import lru_cache
from typing import Final

_VOWEL: Final = "a"
_RULES: Final = tuple(
    (re.compile(pattern), by)
    for pattern, by in (
        (r"^(?:kn|gn|pn)", "n"), (r"^wr", "r"), (r"^ps", "s"), (r"wh", "w"), (r"mb$", "m"),
        (r"[st]ion|shon|shun|tian|cian", "San"), (r"ture?s?$", "Sa"), (r"sch", "sk"), (r"tch|ch|sh", "S"), (r"th", "T"),
        (r"ph", "f"), (r"kh", "k"), (r"ough$", "a"), (r"ight", "at"), (r"igh", "a"), (r"gh(?=t|$)", ""),
        (r"dge?(?=$|r)", "j"), (r"g(?=[iey])", "j"), (r"que$", "k"),
        (r"c(?=[eiy])", "s"), (r"ck|cc|q(?!u)", "k"), (r"qu", "kw"), (r"c", "k"), (r"x", "ks"),
        (r"z", "s"), (r"ings?$", "an"), (r"(?<=..[^aeiouy])e?d$", "d"), (r"(?<=[^aeiouy])e$", ""),
        (r"(?<=l)es$", "s"), (r"(?<=[^aeiouylrw])l$", "al"), (r"^y", "Y"), (r"[aeiouy]+", _VOWEL),
        (r"(?<=a)[rwh](?!a)", ""), (r"a+", _VOWEL),
        (r"(.)\1+", r"\1"), (r"kS", "S"),
    )
)  # fmt: skip


@lru_cache(maxsize=50_000)
def sound(word: str) -> str:
    """What a lower-case word sounds like, as a key to compare; empty for what is no plain word."""
    if not word.isascii() or not word.isalpha():
        return ""
    for pattern, by in _RULES:
        word = pattern.sub(by, word)
    return word


def skeleton(word: str) -> str:
    """The consonants of a word: what is left of "sleeve" in "slv"."""
    return re.sub(r"(.)\1+", r"\1", re.sub(r"[aeiouy]", "", word))
