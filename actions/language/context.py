"""What an order message says besides its lines: the day, the customer's own number, for whom, where to."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from .beside import Span, beside_lines
from .catalogue import CatalogueIndex
from .dates import FoundDate, find_dates
from .numbers import NUMBER_WORDS
from .units import unit_named
from .words import OPTIONAL_WORDS, STOP_WORDS, tokens, word_set


@dataclass(frozen=True, slots=True)
class Context:
    """What was found, and the spans that therefore belong to no line."""

    requested_date: date | None
    customer_reference: str | None
    customer_text: str | None
    delivery_text: str | None
    spans: tuple[Span, ...]


_DATE_CUE: Final = re.compile(
    r"(?:\b(?:by|for|on|before|until|due|wanted|needed|need(?:ed)?\s+(?:it|them|these|this|all)?|required|deliver(?:ed|y)?"
    r"|arriv(?:e|es|ing|al)|w/c|wc|week\s+commencing|date|from|not\s+later\s+than|no\s+later\s+than|latest|dispatch\w*"
    r"|ship\w*|collect\w*)"
    r"[\s:]*(?:(?:by|for|on|before|in|at|the|latest)\s+){0,3})$",
    re.IGNORECASE,
)
_CAME: Final = re.compile(r"\b(?:arrived|came|received|turned\s+up)\s*$", re.IGNORECASE)
"""A day that goods came on is none that they are wanted on."""
_DATE_TAIL: Final = re.compile(
    r"\s*(?:at\s+the\s+latest|latest|please|if\s+possible|delivery|for\s+delivery)?\s*(?:$|[.,;:!?\n)])", re.IGNORECASE
)
_REFERENCE: Final = re.compile(
    r"(?:\b(?:under|on|against|quote|quoting|with|for|as|use|using)\s+)?(?:\b(?:our|my|the|your|their"
    r"|customer'?s?)\s+)?"
    r"(?:\b(?:(?:p\.?\s?o\.?|purchase\s+order|order\s+ref(?:erence)?|ref(?:erence)?|req(?:uisition)?\b\.?|job"
    r"|cust(?:omer)?\s+ref(?:erence)?)"
    r"(?:\s*(?:number\b,?|num|no\b\.?|nr\b\.?|ref(?:erence)?|is|#))*\s*[:#.=-]?\s*)"
    r"|(?<=\bour\s)order\s+(?:number|no\.?)\s*(?:is|:)\s*|(?<=\btheir\s)order\s+(?:number|no\.?)\s*(?:is|:)\s*)"
    r"(?P<ref>[A-Za-z]{0,6}[-/]?\d[\w/-]{0,24})",
    re.IGNORECASE,
)
_LETTERED: Final = re.compile(
    r"\b(?:your\s+|our\s+|my\s+)?(?:order|po|ref(?:erence)?)\s*(?:no\b\.?|number|nr\b\.?|#)\s*:?\s*"
    r"(?P<ref>(?-i:[A-Z]{1,6})\s\d{2,8})\b",
    re.IGNORECASE,
)
"""As in "Order no. LOF 556"."""
_ORDER_NUMBER: Final = re.compile(
    r"(?P<to>\b(?:to\s+go\s+)?(?:with|w/|to|on|onto|under)\s+)?(?:\b(?:their|our|my|your|the|that|this)\s+)?"
    r"(?P<whose>(?-i:\b[A-Z])[\w&]*(?:\s+(?-i:[A-Z&])[\w&]*){0,3}['’]s?\s+)?"
    r"(?P<open>\b(?:open|existing|earlier|previous|last|current|outstanding|pending|recent|latest)\s+)?"
    r"\border\s*(?:(?:from|of)\s+\w+(?:\s+\w+)?\s*)?,?\s*(?P<label>no\.?|number|nr\.?|num|#)?\s*(?P<number>\d{4,8})"
    r"(?=\s*(?:[,:;.?!)\n]|$|[-–]\s|next\b|please\b|pls\b|this\b|if\b|thanks?\b|cheers\b|as\s+well\b|too\b|and\b"
    r"|(?:has|have|is|was|will|went|left|came|ships?)\b))",
    re.IGNORECASE,
)
"""An order spoken of beside the lines: "to go with order 11873", "to order 50260?", "on my order from today, 42050"."""
_PURCHASE: Final = re.compile(r"\bpurchase\s+$", re.IGNORECASE)
_ADDED_TO: Final = re.compile(
    r"\b(?:add|put|stick|pop|chuck|bung|throw|include|forgot|more|extra|another|missed|squeeze|repeat|had|same|as)\b[^\n]*?"
    r"(?P<whole>(?<!\d)\s(?:to|onto|on)\s+(?:no\.?\s*|number\s+|#\s*)?(?P<number>\d{5,8}))"
    r"(?=\s*(?:[,;:.?!)\n]|$|please\b|pls\b|if\b|for\b|thanks?\b|cheers\b|as\s+well\b|too\b))",
    re.IGNORECASE,
)
"""Its number alone, behind what is added or had: "add 2 rolls of webbing to 42070", "as we had on 42070:"."""
_BEFORE_A_VERB: Final = re.compile(
    r"\b(?:can|could|may|might|must|shall|should|will|would|i|we|i'd|we'd|i'll|we'll|you|please|just|let's"
    r"|(?:want|wants|wanted|like|love|need|needs|needed|wish|have|has|had|going|trying|looking|ready|how)\s+to)\s+$",
    re.IGNORECASE,
)
"""What makes "order" something one does: "we'd like to order 5000"."""
_NAMED_BEHIND: Final = re.compile(
    r"(?P<ref>\b[A-Za-z]{0,6}[-/]?\d[\w/-]{0,24})\s*(?:is|['’]s)\s+(?:our|my|the|their|your)\s+"
    r"(?:p\.?o\.?|purchase\s+order|order\s+ref(?:erence)?|ref(?:erence)?)(?:\s+(?:number|num|no\b\.?|nr\b\.?|ref(?:erence)?))?"
    r"(?:\s+(?:for|on)\s+(?:that|this|it)(?:\s+(?:one|order))?)?(?!\s*\d)\b",
    re.IGNORECASE,
)
"""As in "TH-22 is our PO for that"."""
_NAMED_FOR_IT: Final = re.compile(
    r"(?:\b(?:our|my|the|their|your)\s+)?\b(?:p\.?o\.?|purchase\s+order|ref(?:erence)?)(?:\s+(?:number|num|no\b\.?|nr\b\.?))?"
    r"\s*(?:(?:for|on)\s+(?:that|this|it)(?:\s+(?:one|order))?\s+(?:is|will\s+be)|['’]s)\s+(?P<ref>[A-Za-z]{0,6}[-/]?\d[\w/-]{0,24})",
    re.IGNORECASE,
)
"""As in "our PO for that is 8841", "PO number's TH-22"."""
_GLUED_PO: Final = re.compile(r"(?:\b(?:our|my|under|against|ref)\s+)*(?P<ref>\bPO[-#]?\d{2,12}\b)", re.IGNORECASE)
_ADDRESS: Final = re.compile(
    r"\b(?:(?:please\s+)?(?:deliver|ship|send)(?:ed|ing)?\s+(?:(?:it|them|this|these|everything|all|the\s+lot)\s+)?to"
    r"|delivery\s+address(?:\s+is)?|delivery\s+to|ship\s+to|(?:to\s+go|going|goes)\s+to(?=[^\n;]*,))"
    r"(?!\s+(?:us|me|him|her|them)\b)\s*:?\s*"
    r"(?P<address>(?=[^\n;]*\d|(?:the|our|my|site)\b)[^\n;]{3,160})",
    re.IGNORECASE,
)
_POSTCODE: Final = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}\b", re.IGNORECASE)
_ADDRESS_ENDS: Final = re.compile(
    r"[?!]|\.\s|\s+(?:by|on|before|please|thanks|under|quoting)\b|\s+(?:our|my)\s+po\b", re.IGNORECASE
)
_LISTED: Final = re.compile(r"(?:[:,]|\s[-–])\s*\d+\s?(?:x\s)?(?P<goods>[^\W\d_][^,:;]{2,40})", re.IGNORECASE)
_GOODS_AT_ONCE: Final = re.compile(r"\s\d+\s(?P<goods>[^\W\d_][^,:;]{2,40})")
_MEANS_TO: Final = re.compile(
    r"\b(?:i|we|you|they|he|she)(?:['’](?:m|re|s))?(?:\s+(?:am|are|is|was|were))?\s+$", re.IGNORECASE
)
"""Who says "I was going to …" means to do something and goes nowhere."""
_STREET: Final = re.compile(
    r"(?<![\w-])\d{1,4}[a-z]?\s+(?:[A-Z](?:[^\W\d]|['’])+\s+){1,3}(?P<street>Lane|Ln|Road|Rd|Street"
    r"|St(?!\.?\s+steel)|Avenue|Ave|Close|Drive|Way"
    r"|Court|Place|Square|Terrace|Hill|Gardens|Crescent|Yard|Grove|Row|Mews|Parade|Walk|Quay|Wharf)\b"
)
"""As in "goods to Mrs Allardyce, 4 Mill Lane"."""
_SPEAKERS: Final = frozenset({"we", "they", "you", "i"})
_JOB: Final = re.compile(r"\bjob\b", re.IGNORECASE)
_THIS: Final = re.compile(r"\b(?:this|that|same)\s+job\b", re.IGNORECASE)
_PHONE: Final = re.compile(r"(?<![\w-])(?:\+44\s?\d|0[1-9])[\d ]{7,11}\d(?![\w-])")
_COMPANY_WORD: Final = r"(?:&\s*sons?|and\s+sons?|&\s*co|ltd|limited|plc|llp|bros|brothers|group|inc|gmbh)\b\.?"
_FOR: Final = re.compile(
    r"\b(?P<cue>on\s+behalf\s+of|(?:this|order|it|one|these)\s+(?:is|are)\s+for(?:\s+(?:customer|account|client|acct?))?|for(?:\s+(?:customer|account"
    r"|client|acct?))?"
    r"|(?<!\ba\s)customer|account|(?<!\ba\s)client|acct?|a/c)(?:[ \t]+(?:is|no\.?|number))?[ \t]*[:#]?[ \t]+"
    r"(?P<name>[^,;:\n.!?]{2,60})",
    re.IGNORECASE,
)
_WANTS: Final = re.compile(
    r"(?m)^[ \t]*(?P<name>[A-Z0-9][^,;:\n!?]{1,50}?)\s+(?:want|wants|need|needs|would\s+like|have\s+ordered"
    r"|has\s+ordered"
    r"|are\s+after|is\s+after|asked\s+for|ordered)\b",
)
_OPENING: Final = re.compile(
    r"\s*(?:(?:good\s+)?(?:hi|hello|morning|afternoon|evening)\b[^,.!\n]{0,20}[,.!]\s*)?"
    r"(?P<name>[^\W\d_][^,;:\n!?.–\d]{3,45}?)"
    r"(?P<end>\s+(?:has\s+|have\s+)?(?:just\s+)?(?:(?P<told>emailed|rang|rung|phoned|called)|wants?|needs?|would\s+like)\b"
    r"|\s+(?:on|account|acct)\b|\s*[,:\n.–]|\s+-\s)"
)
"""What an order may begin with: "Marlow Curtains, PO …", "Apex Cladding: …", "Wool & Willow just emailed: …"."""
_ACCOUNT_OF: Final = re.compile(
    r"\b(?:to|on|under|against|for)\s+(?P<name>[A-Z][^,;:\n.!?\d]{2,40}?)(?:['’]s?)?\s+(?:account|acct)\b"
)
_BEFORE_A_NAME: Final = re.compile(
    r"(?:(?:\w+\s+){0,3}?for|\w+\s+(?:\w+\s+)?(?:at|from)|next\s+one\s+is)\s+(?=[A-Z])", re.IGNORECASE
)
_SMALL_WORDS: Final = word_set("and of the at in on for & de la le + -")
_ABOUT_A_NAME: Final = 0.7
_NAME_ENDS: Final = re.compile(
    r"\s(?:\d[\w-]*\s+\S+|(?:a|an|some|half|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty"
    r"|forty|fifty|sixty|hundred|\w+teen|\w+ty)\s+\S+|please|pls|plz|in|just|has|have|they|they're|theyre|account|for|by|on|under|to\s+be|with|asap|thanks|who|at|before|due"
    r"|needs?|wants?|via|our|po|ref|today|tomorrow|next|this|from|-)\b.*$|\s[-–(].*$",
    re.IGNORECASE,
)
_SOMEBODY: Final = word_set("somebody someone they he she customer client we you i everybody nobody")
_NOT_PEOPLE: Final = word_set(
    """on in at name me us delivery collection the a an our my your it them this that these those stock tomorrow today
    now each some"""
)


def read_context(text: str, index: CatalogueIndex, today: date) -> Context:
    """Finds the day, reference, customer and address of an order message."""
    spans: list[Span] = [match.span() for match in _PHONE.finditer(text)]
    spans += [m.span() for m in _ORDER_NUMBER.finditer(text) if _is_an_order(text, m, index)]
    spans += [m.span("whole") for m in _ADDED_TO.finditer(text) if not index.by_code(m["number"])]
    spans += [m.span() for m in _STREET.finditer(text) if not _is_a_name(m, index)]
    address = _address(text, index)
    if address:
        spans.append(address[1])
    reference = _reference(text, index, spans)
    if reference:
        spans.append(reference[1])
    day = _requested(text, index, today, spans)
    if day:
        spans.append(day[1])
    customer = _customer(text, index, spans)
    if customer:
        spans.append(customer[1])
    spans += [span for span in beside_lines(text, index) if _free(span, spans)]
    return Context(
        day[0] if day else None,
        reference[0] if reference else None,
        customer[0] if customer else None,
        address[0] if address else None,
        tuple(spans),
    )


def _free(span: Span, taken: list[Span]) -> bool:
    return all(span[1] <= start or end <= span[0] for start, end in taken)


def _is_an_order(text: str, match: re.Match[str], index: CatalogueIndex) -> bool:
    """Not so in "we'd like to order 5000", nor where a product has the number for its code, unless it is written
    otherwise or said to be an order's ("their open order 47102").
    """
    if _BEFORE_A_VERB.search(text[: match.start("to") + 3 if match["to"] else match.start()]):
        return False
    entry = index.by_code(match["number"])
    if entry is None and _PURCHASE.search(text, 0, match.start()):
        return False  # "our purchase order number 7741" is theirs
    if entry is None or match["open"] or match["label"]:
        return True
    return match["to"] is not None and entry.sku != match["number"]


def _is_a_name(street: re.Match[str], index: CatalogueIndex) -> bool:
    """Whether a product has the last two words side by side: "6 London Street signs"."""
    before, last = tokens(street[0])[-2:]
    return index.go_together(before, last)


def _address(text: str, index: CatalogueIndex) -> tuple[str, Span] | None:
    match = _ADDRESS.search(text)
    if not match or (match[0][:5].lower() == "going" and _MEANS_TO.search(text, 0, match.start())):
        return None
    address = match["address"]
    if postcode := _POSTCODE.search(address):
        address = address[: postcode.end()]
    goods = [at.start() for at in _LISTED.finditer(address) if _lists_goods(at, index)]
    goods += [at.start() for at in _GOODS_AT_ONCE.finditer(address) if _counts_packs(at)]
    address = address[: min(goods, default=len(address))]
    if stop := _ADDRESS_ENDS.search(address):
        address = address[: stop.start()]
    return address.strip(" ,."), (match.start(), match.start("address") + len(address))


def _lists_goods(match: re.Match[str], index: CatalogueIndex) -> bool:
    """Whether a line of the order begins in what was taken for an address: "…, Kettleshulme: 2 tubs of screws"."""
    words = match["goods"].split()
    if unit_named(words[0]):
        return True
    return any(index.knows(token) and not token.isdigit() for word in words for token in tokens(word))


def _counts_packs(match: re.Match[str]) -> bool:
    """Whether a line begins without a pause: "… to my workshop 4 bags of washers"."""
    words = match["goods"].split()
    return len(words) > 2 and words[1].lower() == "of" and unit_named(words[0]) is not None


def _reference(text: str, index: CatalogueIndex, taken: list[Span]) -> tuple[str, Span] | None:
    """The customer's own number, as typed without its label: "our PO 4471" -> "4471", "PO-4471" -> "PO-4471"."""
    for pattern in (_NAMED_BEHIND, _NAMED_FOR_IT, _GLUED_PO, _LETTERED, _REFERENCE):
        for match in pattern.finditer(text):
            known = index.by_code(match["ref"]) or _counts_goods(text, match, index)
            if _free(match.span(), taken) and not known:
                return match["ref"].rstrip("-/"), match.span()
    return None


def _counts_goods(text: str, match: re.Match[str], index: CatalogueIndex) -> bool:
    """As in "last bits for this job: 100 M8x30 bolts", which is no reference 100."""
    label = text[match.start() : match.start("ref")]
    this = _THIS.search(text, max(0, match.start() - 10), match.start("ref"))
    parted = "\n" in label or (_JOB.search(label) and (":" in label or this))
    following = re.match(r"[ \t]+(?:[x×][ \t]*)?([^\s,;]+)", text[match.end() :])
    if not parted or not match["ref"].isdigit() or following is None:
        return False
    return unit_named(following[1]) is not None or any(index.knows(word) for word in tokens(following[1]))


def _requested(text: str, index: CatalogueIndex, today: date, taken: list[Span]) -> tuple[date, Span] | None:
    """The day asked for: introduced by a cue ("by Friday"), or unmistakable and at the end of a clause."""
    for found in find_dates(text, today):
        cue = _DATE_CUE.search(text[max(0, found.start - 40) : found.start])
        start = found.start - len(cue[0]) if cue else found.start
        closes = _DATE_TAIL.match(text, found.end) is not None
        opens = not text[: found.start].strip() or text[: found.start].rstrip()[-1] in ",.;\n:("
        if not (cue or (closes and (found.certain or _is_weekday(text, found))) or (opens and found.certain)):
            continue
        if not _free((start, found.end), taken) or (not cue and _in_a_name(text, found, index)):
            continue
        if _CAME.search(text[:start]):
            continue
        return found.day, (start, found.end)
    return None


def _is_weekday(text: str, found: FoundDate) -> bool:
    return text[found.start].isalpha()


def _in_a_name(text: str, found: FoundDate, index: CatalogueIndex) -> bool:
    """A catalogue may hold "advent calendar december": without a cue, such a word is left to the product."""
    return any(index.knows(word) for word in tokens(text[found.start : found.end]) if word not in OPTIONAL_WORDS)


def _customer(text: str, index: CatalogueIndex, taken: list[Span]) -> tuple[str, Span] | None:
    """For whom: "for Harper & Sons". Words that the catalogue knows better stay with the product."""
    for match in _ACCOUNT_OF.finditer(text):
        if _free(match.span(), taken):
            return match["name"], match.span()
    for match in [*_WANTS.finditer(text), *_FOR.finditer(text)]:
        cue = match["cue"].lower() if "cue" in match.re.groupindex else "wants"
        name, end = _name_in(match["name"])
        if (
            not name
            or name.lower().split()[0] in _NOT_PEOPLE | NUMBER_WORDS
            or (name[0].isdigit() and not name.isdigit())
        ):
            continue
        if cue == "wants" and (who := re.match(r"(?:\w+\s+){1,2}?(?:at|from)\s+(?=[A-Z])", name)):
            name = name[who.end() :]  # "Tom at Larkin Gates wants"
        start = match.start() if cue != "wants" else match.start("name")
        span = (start, match.start("name") + end)
        if _free(span, taken) and _is_customer(text, name, cue, index):
            return name, (span[0], match.end() if cue == "wants" else span[1])
    return _opened_with(text, index, taken)


def _opened_with(text: str, index: CatalogueIndex, taken: list[Span]) -> tuple[str, Span] | None:
    """A name of several words, written as one, that the message begins with and no product answers to."""
    match = _OPENING.match(text)
    if not match:
        return None
    name = match["name"].strip()
    if who := _BEFORE_A_NAME.match(name):
        name = name[who.end() :]
    name = _name_in(name)[0]
    words = [word for word in name.split() if word.lower() not in _SMALL_WORDS]
    span = (match.start("name"), match.start("end"))
    if (
        len(words) < (1 if match["told"] else 2)
        or words[0].lower() in OPTIONAL_WORDS | _SOMEBODY
        or not all(word[0].isupper() for word in words)
        or text.isupper()
        or not _free(span, taken)
    ):
        return None
    said = [word for word in words if word.lower().strip("'’") not in OPTIONAL_WORDS]
    if len(said) < len(words) - 1 or not said or (len(words) == 1 and index.knows(words[0].lower())):
        return None
    best = index.match(name, limit=1)
    if best and best[0].explained >= _ABOUT_A_NAME and not re.search(_COMPANY_WORD, name, re.IGNORECASE):
        return None
    return name, span


def _name_in(text: str) -> tuple[str, int]:
    cut = _NAME_ENDS.search(text)
    name = text[: cut.start()] if cut else text
    for joint in (" and ", " & ", " + "):  # "for Harper & Sons and 20 of the red"
        for at in _places(name, joint):
            after = name[at + len(joint) :]
            if re.match(r"(?:\d|a\s|an\s|some\s|the\s|another\s|two\b|three\b)", after, re.IGNORECASE):
                name = name[:at]
                break
    return name.strip(), len(name.rstrip())


def _places(text: str, part: str) -> Iterator[int]:
    at = text.lower().find(part)
    while at >= 0:
        yield at
        at = text.lower().find(part, at + 1)


def _is_customer(text: str, name: str, cue: str, index: CatalogueIndex) -> bool:
    if re.search(_COMPANY_WORD, name, re.IGNORECASE):
        return True
    words = [w for w in tokens(name) if w not in STOP_WORDS]
    said = [w for w in words if w not in OPTIONAL_WORDS]
    if not said:
        return False
    by_number = all(w.isdigit() for w in said)
    if by_number:
        return (
            len(said) == 1
            and len(said[0]) >= 3
            and (cue.endswith(("customer", "account", "client", "acc")) or not index.by_code(said[0]))
        )
    if cue.endswith(("customer", "account", "client", "behalf of")):
        if name.lower().startswith(("service", "relations", "care ")):
            return False  # "our customer services manager"
        return not name.lower().split()[0].endswith("ing")  # "the client is deciding between the two"
    known = sum(index.knows(w) for w in said)
    capitals = name[0].isupper() and not text.isupper() and any(c.islower() for c in name)
    if cue != "wants" and not capitals and not _written_small(text):
        return False  # whoever writes capitals writes names with them
    if cue == "wants":
        return capitals and _SPEAKERS.isdisjoint(name.lower().split()) and known < len(said)
    return known < len(said) if capitals else known == 0


def _written_small(text: str) -> bool:
    """Whether a message does without capitals; those of sizes and codes ("M8x40") don't count."""
    return not any(word[0].isupper() for word in text.split() if word[0].isalpha() and not re.search(r"\d", word))
