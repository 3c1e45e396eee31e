"""A bare yes and a bare no: what may be taken for the answer to "shall I?" without asking a classifier.

An order is placed by a yes, so that a yes is only what says nothing else: every word of it agrees, is polite, or names
what was asked. "ok what's the total" and "right, send me the invoice" begin as a yes and are none.
"""

import re
from collections.abc import Collection
from typing import Final

from .words import word_set

_YES: Final = re.compile(
    r"(?:(?:oh|ah|ok|okay|well|hi|um|mm|great|perfect|lovely|good|brilliant|super|thanks|right|so|i\s+think|please)[\s,.!]+)*"
    r"(?:y|ye|yes+|yeah+|yea|yep+|yup+|yus|aye|sure|surely|ok|okay|okey|k|kk|confirm(?:ed)?|correct|agreed|absolutely"
    r"|definitely|certainly|affirmative|indeed|of course|please do|go ahead|go on|carry on|go for it|do it|do that"
    r"|place it|send it|place the order|place order|book it|proceed|that'?s (?:right|correct|it|fine|good|great|perfect"
    r"|ok|okay|the one|the lot)|sounds good|looks good|looks right|looks fine|all good|fine|perfect|great|lovely"
    r"|spot on|all ?right|right|by all means|good to go|happy with that|i do|i am|i confirm|please|why not|exactly"
    r"|crack on|let'?s do it|let'?s go|approved?)\b",
    re.IGNORECASE,
)
_NO: Final = re.compile(
    r"(?:(?:oh|ah|um|er|hmm|well|sorry|actually|ok)[\s,.]+)*"
    r"(?:n|no+|nope|nah|naw|nay|not (?:yet|now|really|at all|today|quite|right|that|this|me)|no way|never"
    r"|never ?mind|don'?t|do not"
    r"|cancel(?: (?:it|that))?|stop|wait|hold on|hang on|negative|forget (?:it|that)|leave it|that'?s (?:wrong"
    r"|not)|wrong"
    r"|incorrect|i don'?t|i'?d rather not|rather not|scrap that|abort|please don'?t|changed my mind"
    r"|i'?ve changed my mind)\b",
    re.IGNORECASE,
)
_MORE_THAN_YES: Final = re.compile(
    r"\b(?:do it|do that|place it|send it|book it|deliver it|ship it|place (?:the |my |our )?order)\s+"
    r"(?:(?:to|by|under|via|without|after|before|at(?! once))\b|on\s+(?!my account|our account|account)\w"
    r"|for\s+(?:tomorrow|today|next|(?:mon|tue|wed|thu|fri|sat|sun)|the|delivery|collection))",
    re.IGNORECASE,
)
"""Where to, by when or how: "send it to Cork" places nothing as it stands."""
_AGREEING: Final = word_set("""
    y ye yes yeah yea yep yup yus aye sure surely ok okay okey k kk right alright correct confirm confirmed confirming
    agree agreed absolutely definitely certainly affirmative indeed course exactly precisely spot fine good great grand
    lovely perfect nice nicely cool super brilliant smashing sound excellent wonderful ideal magic happy glad thing doke
    thanks thank ta cheers please pls plz kindly mate pal love pet sir madam duck boss hon bab dear guys lads friend hun
    that thats this it its is are the those these them all lot everything whole both order orders basket cart one ones
    now then so just do does go goes going ahead for of to with by on at and n a an be as well very much really too
    me us my our i im i'm i'll am we we're we'll you can may could will would let lets
    place placed placing send sent submit book booked put through in proceed process continue carry crack fire get have
    approve approved accept accepted complete finalise finalize final ship release push press button commit checkout
    shown stands stand above below order's ordered think suppose guess sounds looks look seems way means once away
    account problem problems worries probs bother want wanted meant means like such still indeed bloody
    that's it's let's i'd we'd done ready stop full usual um er oh ah mm hmm hm well why""")
_NEGATION: Final = re.compile(
    r"\bno (?:problems?|worries|probs|bother)\b|\bwhy not\b|\bfull stop\b"
    r"|\boff (?:you|we|it) go(?:es)?\b|(?<=(?:fire|send) it) off\b|(?<=(?:fire|send) that) off\b",
    re.IGNORECASE,
)
_NOT_AGREEING: Final = re.compile(r"\?|\bstop\b|\bwhy\b|\b(?:not|no)\b|\blet\s+(?:me|us)\b", re.IGNORECASE)
_REFUSING: Final = word_set("""
    n no noo nope nah naw nay not yet now really at all today quite right that thats this it me never mind nevermind
    don't dont do cancel stop wait hold on hang negative forget leave alone wrong incorrect i i'd rather scrap abort
    please pls changed my i've ive thanks thank you ta cheers mate pal love sorry actually oh ah um er hmm well ok okay
    just a an moment minute sec second bit for the order cart basket everything lot whole then so thing want need
    place send confirm go ahead through book put let's lets us we be is isn't isnt it's its way good fine as stands was
    what meant said asked either later tomorrow i'm im still thinking yes yeah any anything else more than you're youre
    have got to think about check first us that's sir madam none of id grand
    our wanted like quite sure don't know dunno
    to after maybe perhaps and but""")
_LONGEST_ANSWER: Final = 10
_WORDS: Final = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


def is_yes(text: str, also: Collection[str] = ()) -> bool:
    """A plain yes, and nothing besides. One with a condition, a question, a change or other business ("yes but make it
    40", "ok what's the total") is none. ``also``: words that agree to what was asked here, as "cancel" may.
    """
    text = _plain(text)
    if text[:1] in ("👍", "✅", "✔"):
        return True
    match = _YES.match(text)
    if not match or len(text.split()) > _LONGEST_ANSWER or says_how(text):
        return False
    text = _NEGATION.sub("", text)
    return not _NOT_AGREEING.search(text) and all(word in _AGREEING or word in also for word in _words(text))


def says_how(text: str) -> bool:
    """Whether it says where to, by when or how something is to be done, which is more than a yes to it as it stands."""
    return _MORE_THAN_YES.search(text) is not None


def is_no(text: str) -> bool:
    """A refusal and nothing besides: "no thanks", "not yet". "No, make that 24" corrects, as "no, the beige" does."""
    text = _plain(text)
    if text[:1] in ("👎", "❌"):
        return True
    return begins_as_no(text) and all(word in _REFUSING for word in _words(text))


def begins_as_no(text: str) -> bool:
    """Whether it begins as a refusal, whatever it goes on to say but a number or a change."""
    text = _plain(text)
    if re.match(r"no (?:problem|worries|probs)\b", text, re.IGNORECASE):
        return False
    match = _NO.match(text)
    if not match or len(text.split()) > _LONGEST_ANSWER:
        return False
    return not re.search(r"\d|\b(?:make|change|add|instead)\b", text[match.end() :], re.IGNORECASE)


def _plain(text: str) -> str:
    return text.strip()[:300].replace("’", "'")


def _words(text: str) -> list[str]:
    return _WORDS.findall(text.lower())
