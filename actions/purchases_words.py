"""How people ask for what is on order from suppliers, and for what became of one purchase order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Literal

from actions.language.references import read_document_numbers
from actions.language.words import STOP_WORDS
from actions.subjects import named_part

Asked = Literal["open", "coming", "late", "approval", "unsent", "received", "cancelled"]
_PAPERS: Final = r"(?:purchase\s+orders?|p\.?o\.?['’]?s?)"
_A_PAPER: Final = re.compile(rf"\b{_PAPERS}\b(?!\s*(?:number|no\b|ref|#?\s*[\w-]{{0,8}}\d))", re.IGNORECASE)
_ASKS: Final = re.compile(
    r"\b(?:what\w*|which|who\w*|any(?:thing)?|list|show|see|how\s+(?:many|much)|when\w*|(?:is|are)\s+there|have\s+(?:we|i)|do\s+(?:we|i)"
    r"|give\s+me|tell\s+me|overview|status|where\w*)\b"
    r"|^\W*(?:(?:and|so|ok|okay|but|hi|hello)\W+)*(?:is|are|has|have|does|do|will)\b",
    re.IGNORECASE,
)
_BARE: Final = re.compile(
    r"^\W*(?:(?:the|my|our|all|please|still)\s+){0,3}(?:(?:open|late|overdue|outstanding|unsent|pending|waiting|current|cancelled|received|approved)\s+)?"
    rf"{_PAPERS}(?:\s+(?:please|from\b.{{0,60}}))?\W*$",
    re.IGNORECASE,
)
_NOT_ASKED: Final = re.compile(
    r"\b(?:draft|draw\s+up|raise|make|create|suggest\w*|propos(?:e|es|al|als|ing)|place|cancel|put|buy|re-?order\w*"
    r"|need\s+(?:from|to\s+(?:raise|make|order|buy|place|get))|should(?!\s+have)|reject|goes?\s+on|forecast\w*|if|suppos\w+|assum\w+|budget\w*|spend|spent"
    r"|pdf|csv|copy|download|print|why|sell|sells|selling|sold|sales|demand|customers?|accounts?|returns?|payments?|money|cash|invoices?|revenue"
    r"|quotes?|colou?rs?|sizes?|quantit\w+|would|likely|in\s+case|warn|cover|outlook|up\s+or\s+down|rent|picked|stock|enquir\w+|inquir\w+|out|ship\w*|despatch\w*|dispatch\w*|minimum|alert\w*|tell\s+me\s+when|let\s+me\s+know)\b",
    re.IGNORECASE,
)
_ON_ORDER: Final = re.compile(
    r"\bon\s+order\b(?!\s*(?:number|no\b|#|\d|SO|one|two|three|four|five|six|seven|eight|nine|oh|double))|\bon\s+(?:its|the|their)\s+way\s+(?:in|to\s+us)\b",
    re.IGNORECASE,
)
_COMING_IN: Final = re.compile(
    r"\b(?:coming|due|arriving|expected|booked|landing|expecting|getting)\s+in\b(?!\s+the\s+(?:next|coming|following|first)\b)"
    r"|\b(?:what|anything(?:\s+else)?)\s+(?:comes?|arrives?)\s+in\b|\b(?:incoming|inbound)\b|\bgoods[\s-]+in\b",
    re.IGNORECASE,
)
_COMING: Final = re.compile(
    r"\b(?:what(?:['’]?s)?|anything|which|when\w*)\b[^.?!]{0,60}\b(?:coming|arriving|comes|arrives|arrive|expecting|waiting\s+(?:for|on)\s+from)\b"
    r"|\b(?:expected|outstanding|upcoming|next)\s+deliver(?:y|ies)\b|\bdeliver(?:y|ies)\b[^.?!]{0,40}\b(?:expect\w*|due|coming|outstanding)\b",
    re.IGNORECASE,
)
_OF_SUPPLIER: Final = re.compile(
    r"\b(?:when\w*|next|late|overdue|ordered|outstanding|still\s+to\s+come|waiting\s+(?:for|on)|expect\w*|arriv\w+|coming|due|deliver(?:y|ies|ing)"
    r"|open\s+orders?|owes?\s+us|on\s+order)\b",
    re.IGNORECASE,
)
_OF_THE_RECORD: Final = re.compile(
    r"\b(?:how\s+(?:long|reliable|often|good|bad|well|punctual|slow|fast|quick|late)|reliab\w+|usually|normally|always|often|ever|lead\s+time|track\s+record|worst|best"
    r"|on\s+time|did|last|punctual\w*|perform\w*|suppliers)\b",
    re.IGNORECASE,
)
_LATE: Final = re.compile(
    r"\b(?:late|overdue|behind|delayed|should\s+have\s+(?:come|arrived|been\s+here))\b", re.IGNORECASE
)
_APPROVAL: Final = re.compile(
    r"\b(?:wait(?:s|ing)?\s+(?:for|on)\s+(?:approval|me|us|my|our|an?|the|somebody|someone)|await\w*|to\s+(?:be\s+approved|approve)|for\s+(?:me|us)\s+to|(?:my|for)\s+approval"
    r"|need(?:s|ing)?\s+(?:my\s+|an?\s+|to\s+be\s+|me\s+to\s+)?(?:approv\w+|sign\w*|ok(?:ay)?)|pending|unapproved|not\s+(?:yet\s+)?(?:been\s+)?approved|propos(?:ed))\b",
    re.IGNORECASE,
)
_UNSENT: Final = re.compile(
    r"\b(?:unsent|(?:not|n['’]t)\s+(?:yet\s+)?(?:been\s+)?(?:marked\s+as\s+)?sent|to\s+(?:be\s+sent|send)|(?:not|n['’]t)\s+(?:yet\s+)?gone)\b|n['’]t\s+been\s+sent\b",
    re.IGNORECASE,
)
_OF_A_CUSTOMER: Final = re.compile(r"\b[Ff]or\s+[A-Z]|(?<!\b[Oo]n )\b[Oo]rder\b")
_DONE: Final = re.compile(r"\b(?P<state>cancelled|canceled|received)\b", re.IGNORECASE)
_WHEN: Final = re.compile(
    r"\bwhen\w*\b|\bnext\s+(?:delivery|shipment|consignment|container|one)\b|\bwhat\s+day\b", re.IGNORECASE
)
_ABOUT_ONE: Final = re.compile(
    r"\b(?:who\w*|when\w*|what\w*|where\w*|which|how|status|state|details?|news|progress|tell\s+me\s+about|on\s+time|late|overdue|expected)\b"
    r"|^\W*(?:(?:and|so|ok|okay|but|hi|hello)\W+)*(?:has|have|is|was|did|are|were|will)\b",
    re.IGNORECASE,
)
_WANTS_ELSE: Final = re.compile(
    r"\b(?:pdf|csv|copy|copies|paper|document|download|print|table|spreadsheet|excel|e-?mail|if|suppos\w+|why|alert\w*|tell\s+me\s+when"
    r"|let\s+me\s+know)\b|\b(?:missing|damaged|short|rusty|broken)\b",
    re.IGNORECASE,
)
_BRIEF: Final = 6
_WORD: Final = re.compile(r"[\w&'’./-]*\w")
_OWN: Final = frozenset(
    """
    purchase po pos p.o late overdue coming comes come due arriving arrive arrives expected expecting booked
    landing delivery deliveries deliver delivering delivered incoming inbound goods open still outstanding
    waiting wait approval approve approved approving moment list next whats when whens supplier suppliers from
    everything all way received cancelled pending sent ordered total value anything something today tomorrow
    tonight monday tuesday wednesday thursday friday saturday sunday end before until by month owe owes
    container shipment consignment lot stuff things items products
    """.split()  # noqa: SIM905
)


def read(text: str, *, of_supplier: bool, sells: bool) -> Asked | None:
    """Which purchase orders a message asks for; None where it asks for none. ``of_supplier``: it names one.

    Who sells too (``sells``) has orders and deliveries of customers, so that it must say that goods come in.
    """
    if read_document_numbers(text) or _NOT_ASKED.search(text):
        return None
    papers = _A_PAPER.search(text) is not None
    brief = text.rstrip().endswith("?") and len(text.split()) <= _BRIEF
    if _BARE.match(text) or (papers and (brief or _ASKS.search(text))):
        return _kind(text, papers=True)
    if not _ASKS.search(text):
        return None
    own = of_supplier and _OF_SUPPLIER.search(text) is not None and not _OF_THE_RECORD.search(text)
    in_words = _ON_ORDER.search(text) or _COMING_IN.search(text)
    if sells and not own and _OF_A_CUSTOMER.search(text):
        return None
    comes = not sells and _COMING.search(text) and (of_supplier or not re.search(r"\bfrom\b", text, re.IGNORECASE))
    if own or in_words or comes:
        return _kind(text, papers=False)
    return None


def _kind(text: str, *, papers: bool) -> Asked:
    if papers and _UNSENT.search(text):
        return "unsent"
    if papers and _APPROVAL.search(text):
        return "approval"
    if _LATE.search(text):
        return "late"
    done = _DONE.search(text) if papers else None
    if done is not None:
        return "received" if done["state"].lower() == "received" else "cancelled"
    return "open" if papers else "coming"


def asks_when(text: str) -> bool:
    """Whether a message asks for the day of the next delivery."""
    return _WHEN.search(text) is not None


def asks_about_one(text: str) -> bool:
    """Whether a message that names a purchase order asks what became of it."""
    others = [number for number in read_document_numbers(text) if not number.startswith("PO-")]
    return not others and _ABOUT_ONE.search(text) is not None and _WANTS_ELSE.search(text) is None


def without_words(text: str, others: Sequence[str]) -> list[str]:
    """The words of a question that may name a product: neither its own nor those of suppliers' names."""
    taken = {word.casefold() for other in others for word in _WORD.findall(other)}
    words = [word.removesuffix("'s").removesuffix("’s") for word in _WORD.findall(named_part(text))]
    return [word for word in words if word.casefold() not in _OWN | taken and word.casefold() not in STOP_WORDS]
