"""Going on from a supposition: "and 99 %?", "what about Krüger", "and if demand goes up 15 % as well"; and whom "it"
and "they" are in one.
"""

from __future__ import annotations

import re
from typing import Final

from sqlalchemy import select

from actions.buying import product_meant, suppliers_named
from actions.context import Context
from actions.language.words import word_set
from backend.catalogue.tables import Product
from backend.purchasing.tables import SupplierProduct

_SHARE: Final = (
    r"\d{1,3}(?:[.,]\d{1,2})?\s*(?:%|per\s?cent\b|pct\b)|\b(?:half|a\s+(?:third|quarter|fifth|tenth)|two\s+thirds)\b"
)
_SPAN: Final = r"\b(?:\d{1,3}|one|two|three|four|five|six|eight|ten|a)\s+(?:working\s+)?(?:day|week|month)s?\b"
_MONEY: Final = r"[£$€]\s?\d[\d,.]*(?:\s?(?:k|grand)\b)?|\b\d[\d,.]*\s?(?:k|grand|quid|pounds)\b"
_TIMES: Final = r"\b(?:doubles?|doubled|twice|triples?|treble|halves|halved)\b"
_BARE: Final = r"(?<![\w.,/-])\d{1,7}(?:\.\d{1,2})?(?![\w/-])"
_KINDS: Final = tuple(re.compile(one, re.IGNORECASE) for one in (_SHARE, _SPAN, _MONEY, _TIMES, _BARE))
_FITS: Final = ((0, 3, 4), (1, 3), (2, 4), (3, 0, 1), (0, 1, 2, 4))
"""In whose place a number of each kind may stand: "doubles" in that of "20 %", weeks in that of "doubles"."""
_DIGITS: Final = re.compile(r"\d[\d.,]*")
_UP: Final = word_set(
    "up rise rises rose raise higher more increase increases increased grew grow grows plus longer later"
)
_DOWN: Final = word_set("down fall falls fell drop drops dropped lower less decrease decreases minus shorter earlier")
_AROUND: Final = word_set("""
    and or but so ok okay right well now what if how about we i it they that this were was is be went go goes going to
    at with say only just made make it's its need needs needed asked wanted took take takes by for instead then rather
    suppose supposing would happens the of about us had have have got came come comes hmm same again long as""")
_AS_WELL: Final = re.compile(
    r"\b(?:as\s+well|too|also|on\s+top(?:\s+of\s+(?:that|it))?|at\s+the\s+same\s+time|besides|both)\b", re.IGNORECASE
)
_NAMES_ANOTHER: Final = word_set("""
    and or but so ok what if how about we it with for instead then the skip skipped skipping drop dropped without also
    leave left out not""")
_IT: Final = re.compile(
    r"\b(?:it|that\s+(?:one|product|line|item)|this\s+(?:one|product|line|item))\b(?!['’])", re.IGNORECASE
)
_THEY: Final = re.compile(
    r"\b(?:they|them|their|that\s+supplier|this\s+supplier|the\s+supplier)\b(?!['’])(?!\s+(?:order|buy)\b)",
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"[\w'’%£$€&-]+")
_LONGEST: Final = 14


def goes_on(context: Context) -> bool:
    """Whether a message supposes something else of what was supposed last, or something beside it."""
    before = context.memory.buying.supposed
    if not before or len(context.text.split()) > _LONGEST:
        return False
    if _another(context, before[-1]) is not None:
        return True
    return _AS_WELL.search(context.text) is not None and re.search(r"\bif\b", context.text, re.IGNORECASE) is not None


def said(context: Context) -> list[str]:
    """The sentences that say what is supposed now, each with what it is about by name."""
    before = context.memory.buying.supposed
    if before and len(context.text.split()) <= _LONGEST:
        another = _another(context, before[-1])
        if another is not None:
            return [*before[:-1], another]
        if _AS_WELL.search(context.text):
            return [*before, _by_name(context)]
    return [_by_name(context)]


def _another(context: Context, last: str) -> str | None:
    """The last sentence with another number, or another supplier; None where the message says something else."""
    return _with_number(context.text, last) or _with_supplier(context, last)


def _with_number(text: str, last: str) -> str | None:
    found = next(((kind, match) for kind in _KINDS if (match := kind.search(text))), None)
    if found is None:
        return None
    kind, number = found
    rest = [word.casefold() for word in _WORD.findall(kind.sub(" ", text, count=1))]
    sign = text[: number.start()].rstrip()[-1:]
    down = any(word in _DOWN for word in rest) or sign in ("-", "−", "–")
    up = any(word in _UP for word in rest) or sign == "+"
    if any(word not in _AROUND | _UP | _DOWN and word not in ("-", "–", "−", "+") for word in rest):
        return None
    if down or up:
        kept = [word for word in last.split() if word.casefold().strip(",.?!") not in _UP | _DOWN]
        last = " ".join([*kept, "down" if down else "up"])
    return _put(kind, number[0], last)


def _put(kind: re.Pattern[str], number: str, last: str) -> str | None:
    """The sentence with this number in the place of its own."""
    fitting = [_KINDS[at] for at in _FITS[_KINDS.index(kind)]]
    own = next((match for one in fitting if (match := one.search(last))), None)
    if own is None:
        return None
    if kind is _KINDS[-1]:
        number = _DIGITS.sub(number, own[0], count=1) if _DIGITS.search(own[0]) else number
    return f"{last[: own.start()]}{number}{last[own.end() :]}"


def _with_supplier(context: Context, last: str) -> str | None:
    """The last sentence of another supplier: "what about krüger" after "what if we skip Macclesfield"."""
    before, now = suppliers_named(context, last), suppliers_named(context)
    if not before or not now or re.search(r"\d", context.text):
        return None
    own = {word for one in now for word in _words(f"{one.name} {one.code} {one.country}")}
    rest = [word for word in _words(context.text) if word not in _NAMES_ANOTHER]
    if not all(word in own or suppliers_named(context, word) for word in rest):
        return None
    for one in before:
        for word in _words(f"{one.name} {one.code}"):
            last = re.sub(rf"\b{re.escape(word)}\b", " ", last, flags=re.IGNORECASE)
    last = " ".join(word for word in last.split() if not suppliers_named(context, word))
    return f"{last} {' and '.join(one.name for one in now)}"


def _words(text: str) -> list[str]:
    return re.findall(r"[\w&-]+", text.casefold())


def _by_name(context: Context) -> str:
    """The message with the product or the suppliers it speaks of in the place of "it" and "they"."""
    text = context.text
    if suppliers_named(context, text) or product_meant(context, text) is not None:
        return text
    if _THEY.search(text):
        names = _suppliers_spoken_of(context)
        return _THEY.sub(" and ".join(names), text, count=1) if names else text
    sku = context.memory.product
    return _IT.sub(sku, text, count=1) if sku is not None else text


def _suppliers_spoken_of(context: Context) -> list[str]:
    """Whom "they" are: who was supposed something of, who the list is narrowed to, or who sells what was spoken of."""
    buying = context.memory.buying
    earlier = " ".join(buying.supposed)
    for names in (earlier, " ".join(buying.suppliers)):
        found = suppliers_named(context, names) if names else []
        if found:
            return [one.name for one in found]
    if context.memory.product is None:
        return []
    query = (
        select(SupplierProduct)
        .join(Product)
        .where(Product.sku == context.memory.product)
        .order_by(SupplierProduct.preferred.desc(), SupplierProduct.id)
    )
    row = context.work.session.scalars(query).first()
    return [row.supplier.name] if row is not None else []
