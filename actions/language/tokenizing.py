"""The spaCy pipeline: a tokenizer that keeps codes, sizes and numbers whole, and a matcher of set phrases."""

import re
import threading
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import spacy
from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

LONGEST_TEXT: Final = 10_000
_TOKEN: Final = re.compile(
    r"\n"
    r"|\d{1,3}(?:,\d{3})+(?:\.\d+)?[kK]?(?![\w,])"  # 1,200
    r"|\d{1,4},\d{1,2}(?=\s?(?:m|mtrs?|met(?:re|er)s?|kg|kilos?)\b)"  # 12,5 m: a decimal comma
    r"|[^\W_](?:[^\W_]|['’/\-–](?=[^\W_])|(?<=\d)[.](?=\d))*[½¼¾]?"  # M8x40 20-104 SET/6 T-LIGHT 2.5 2½
    r"|[^\s]"
)

PHRASES: Final[dict[str, tuple[str, ...]]] = {
    "correction": (
        "sorry", "no make that", "no make it", "make that", "i mean", "i meant", "oops", "scrap that", "no scrap that",
        "actually", "or rather", "rather", "correction", "no wait", "wait", "wait no", "no sorry", "sorry no",
        "sorry i mean", "sorry i meant", "sorry make that", "actually make that", "actually make it",
        "actually no", "no actually", "change that to", "no i mean", "no i meant", "should be", "should read",
        "that should be", "not", "nope", "apologies", "my mistake", "my bad", "make it", "no",
        "better make that", "better make it", "let s say", "let's say", "lets say", "no let's say",
        "no lets say", "er no", "hang on", "or actually", "no say", "no hang on", "no, say", "no, sorry",
        "no, make that", "sorry, make that", "no sorry make that", "sorry no make that", "well",
        "no sorry make it", "no wait make that", "no tell a lie", "tell a lie", "i tell a lie", "no i tell a lie",
        "no hold on", "hold on", "hold up", "no i lie", "i lie", "wait make that",
        "hang on no", "no sorry it s", "sorry its", "sorry it's", "no its", "no it's", "wait sorry", "sorry i need",
        "excuse me", "pardon", "pardon me", "beg your pardon", "i beg your pardon", "forgive me", "my apologies",
        "scratch that", "no scratch that", "strike that", "changed to",
        "amended to", "increased to", "reduced to", "revised to", "corrected to", "upped to", "so make that",
        "so make it", "so call it", "in fact", "say", "call it", "let's call it", "lets call it", "well call it",
        "hang on it was", "hang on, it was", "no it was", "no, it was", "no, hang on", "no, hang on, it was",
        "on second thoughts", "on second thought", "second thoughts",
        "wait it was", "wait, it was", "no, wait", "no wait it was", "no, wait, it was", "well, call it",
    ),
    "separator": (
        "and", "plus", "also", "as well as", "and also", "along with", "together with", "and then", "then", "and also",
        "n", "oh and", "and finally", "in addition", "add", "likewise", "followed by", "with",
    ),
    "aside": (
        "because", "as we", "as i", "so that", "so we", "so i", "if you", "if possible", "when you", "for the",
        "for our",
        "for my", "for a", "for an", "for us", "for me", "to go", "to be", "to use", "to my", "to our", "to the",
        "on my", "on our", "on the", "in my", "in our", "asap", "but", "which", "whenever", "before", "until", "via",
        "from the", "from your", "from you", "from last", "from our", "same as", "like last", "as usual", "as before",
        "as last", "as last time", "same as last time", "like last time", "as last week", "as last month",
        "for delivery", "for collection", "this time", "last time", "per box", "as soon", "let me", "let us",
        "do you", "have you", "is that", "are they", "what is", "what s", "how much", "much appreciated", "in stock",
        "one more thing", "one other thing", "another thing", "one thing", "first thing", "with the rest", "not sure",
        "the rest of it", "for the rest", "the rest", "how many", "in front of me", "in front of",
        "if you have a choice", "if there are", "if there is", "if there s", "if there's", "if theres", "if they",
        "if it", "if it's", "if that", "if any", "if we", "as long as", "provided",
        "all in", "all of it in", "all of them in", "a moment", "a minute", "a sec",
        "this is for", "its for", "it s for", "depending on", "depends on", "as long as", "provided", "subject to",
        "whichever", "if they", "if there", "if not", "no problem", "no worries", "if it", "if you've", "if you have",
        "in time for", "in case", "ready for", "ahead of", "once they", "when they", "when it",
        "back in", "back in stock", "is back", "are back", "either way", "in writing", "as they", "one more time",
        "once more", "once again",
    ),
    "break": ("full stop", "new line", "next line", "next item", "next one", "last one", "first line", "last line"),
    "each": ("of each", "of every", "each of", "each", "apiece", "of both", "of all", "both", "respectively"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """One written token and where it stands."""

    text: str
    lower: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Phrase:
    """A set phrase over tokens first..last-1."""

    label: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Tokenized:
    """What the pipeline found: tokens in order, and set phrases that do not overlap, the longest kept."""

    tokens: tuple[Token, ...]
    phrases: tuple[Phrase, ...]


class OrderTokenizer:
    """A spaCy tokenizer for orders; the offsets of the tokens are in `doc.user_data["offsets"]`."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        """The tokens of `text` as a spaCy document."""
        found = list(_TOKEN.finditer(text))
        doc = Doc(self.vocab, words=[m.group() for m in found])
        doc.user_data["offsets"] = [m.span() for m in found]
        return doc


@dataclass(frozen=True)
class Pipeline:
    """The loaded pipeline. spaCy's memory zones, which give a message's words back, hold one text at a time."""

    nlp: Language
    matcher: PhraseMatcher
    lock: threading.Lock


@lru_cache(maxsize=1)
def pipeline() -> Pipeline:
    """Built on first use, then kept."""
    nlp = spacy.blank("en")
    nlp.tokenizer = OrderTokenizer(nlp.vocab)
    matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
    for label, phrases in PHRASES.items():
        matcher.add(label, [nlp.make_doc(phrase) for phrase in phrases])
    return Pipeline(nlp, matcher, threading.Lock())


def tokenize(text: str) -> Tokenized:
    """Tokens and set phrases of a message; what lies beyond the first 10,000 characters is not read."""
    text = text[:LONGEST_TEXT]
    loaded = pipeline()
    with loaded.lock, loaded.nlp.memory_zone():
        doc = loaded.nlp.make_doc(text)
        offsets: list[tuple[int, int]] = doc.user_data["offsets"]
        tokens = tuple(Token(text[a:b], text[a:b].lower(), a, b) for a, b in offsets)
        strings = loaded.nlp.vocab.strings
        found = [Phrase(strings[label], first, last) for label, first, last in loaded.matcher(doc)]
    return Tokenized(tokens, _longest(found))


def _longest(found: list[Phrase]) -> tuple[Phrase, ...]:
    found.sort(key=lambda phrase: (phrase.first - phrase.last, phrase.first))
    taken: set[int] = set()
    kept = []
    for phrase in found:
        places = range(phrase.first, phrase.last)
        if taken.isdisjoint(places):
            taken.update(places)
            kept.append(phrase)
    return tuple(sorted(kept, key=lambda phrase: phrase.first))
