"""What is to go out and when: "what's due out this week?", "what's going out to Harper tomorrow?"; of all customers
for who sells, their own for a customer's people.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

from actions import texts_due as texts
from actions.context import Context
from actions.drafts import Draft
from actions.language.ahead import read_ahead
from actions.language.references import read_document_numbers
from actions.memory import Shown
from actions.parties import match_customer, turn_to
from actions.showing import counted, day_text
from actions.skills import ORDERING
from actions.status import show_taps
from backend.chat.cards import TableCard
from backend.company.service import company
from backend.customers.tables import Customer
from backend.identity.permissions import Permission
from backend.sales.due import Due, due
from backend.sales.progress import said_state

LISTED: Final = 10
_ASKS: Final = re.compile(
    r"\b(?:what\w*|which|any|anything|everything|how\s+(?:many|much)|show|list|tell|orders|deliveries|shipments|consignments)\b",
    re.IGNORECASE,
)
_ONE: Final = re.compile(
    r"\b(?:it|them|parcel|(?:my|our|the|that|this)\s+(?:\w+\s+)?order|(?:do|can|could|will|would)\s+you\s+(?:ship|send|d[ei]spatch))\b",
    re.IGNORECASE,
)
"""What is asked of one order or cart, or of what we do at all: "can it ship tomorrow?", "do you ship on Saturday?"."""
_OUT: Final = re.compile(
    r"\b(?:due|going|go(?:es)?|heading|meant|supposed|scheduled|planned|got|have|has|needs?)\s+(?:to\s+(?:go|be\s+going|head|get)\s+)?out\b"
    r"|\b(?:ships?|shipping|leaves?|leaving|despatch\w*|dispatch\w*)\b"
    r"|\bwe(?:['’]re|\s+are|(?:\s+have)?\s+(?:got|have|need)\s+to)?\s+deliver\w*"
    r"|\b(?:orders?|deliveries|shipments|despatches|consignments)\s+(?:(?:that|which|are|is|do|we|have|has)\s+){0,3}"
    r"(?:due|going|planned|scheduled|promised|wanted)\b"
    r"|\b(?:what|anything|which)\b.*\b(?:promised|due)\s+(?:to\s+customers|for\s+delivery|to\s+(?:ship|leave|go))\b"
    r"|\bdue\s+(?:out|for\s+delivery|to\s+(?:ship|leave|go))\b|\bpromised\s+(?:for|by|to\s+go)\b",
    re.IGNORECASE,
)
_IN: Final = re.compile(
    r"\b(?:due|coming|arriving|booked)\s+in\b(?!\s+(?:the\s+)?(?:next|coming)\b)|\binbound\b|\bsuppliers?\b|\bpurchase\b",
    re.IGNORECASE,
)
_LATE: Final = re.compile(
    r"\b(?:any|which|what|list|show|are\s+there|have\s+we)\b[^.?!]*\b(?:orders?|deliver(?:y|ies))\b[^.?!]*\b(?:late|behind|overdue|delayed|past\s+(?:their|its)\s+dates?)\b"
    r"|\b(?:late|overdue|delayed)\s+(?:customer\s+|sales\s+)?(?:orders|deliveries)\b(?!\s+from)",
    re.IGNORECASE,
)
_BARE: Final = re.compile(
    r"^\W*(?:(?:ok|okay|right|and|so)\W+)*what(?:['’]?s|\s+is|\s+have\s+we(?:\s+got)?)?\s+(?:due|going|to\s+go)\s+out\W*$",
    re.IGNORECASE,
)
_ALREADY: Final = re.compile(
    r"\b(?:did|was|were|shipped|sent|left|went|yesterday|last|forecast\w*|sell\w*|cost\w*|price\w*|charges?|free)\b",
    re.IGNORECASE,
)
_OWN_WORDS: Final = re.compile(
    r"\b(?:what(?:['’]?s|\s+is|\s+are)?|which|whose|anything|any|is|are|how|many|much|show|list|tell|give|see|have|has|had|got|do|does"
    r"|we|i|me|us|you|our|my|your|the|a|of|to|for|on|at|by|in|from|and|all|every|everything|else|still|there|that|it|be|so|ok|okay|right"
    r"|can|could|please|hi|hello|morning|just|now|then|due|going|go(?:es)?|heading|meant|supposed|scheduled|planned|needs?|get|head|out"
    r"|door|ships?|shipping|leaves?|leaving|leave|despatch\w*|dispatch\w*|orders?|deliver(?:y|ies|ed|ing|s)?|shipments|re|consignments|promised"
    r"|wanted|customers?|today|tonight|tomm?orr?ow|tmrw|this|next|following|coming|week|weekend|weeks?|days?|months?|before|until"
    r"|till|end|up|after|between|few|couple|two|three|four|five|six|seven|ten|within|warehouse|building|place"
    r"|(?:mon|tues?|wednes|thurs?|fri|satur|sun)(?:day)?s?|morning|afternoon|jan\w*|feb\w*|mar(?:ch)?|apr\w*|may|june?|july?|aug\w*"
    r"|sept?\w*|oct\w*|nov\w*|dec\w*|\d+(?:st|nd|rd|th)?)\b",
    re.IGNORECASE,
)


def answer(context: Context) -> list[Draft] | None:
    """The answer to such a question; None for any other message. NotAllowed for who may not see orders."""
    text = context.text
    if _LATE.search(text) and not read_document_numbers(text):
        return _late(context)
    if not _OUT.search(text) or not _ASKS.search(text):
        return None
    if any(other.search(text) for other in (_IN, _ALREADY, _ONE)):
        return None
    days = read_ahead("this week" if _BARE.match(text) else text, context.today)
    if days is None or read_document_numbers(text):
        return None
    named = " ".join(re.findall(r"[\w&'’.-]*\w", _OWN_WORDS.sub(" ", text)))
    customer = _customer(context, named)
    if named and customer is None:
        return None  # "which bolts ship today" asks something else
    if context.work.principal.role not in ORDERING:
        context.work.principal.require(Permission.SEE_ALL_ORDERS, texts.NOT_FOR_YOU)
    context.intent = "order_status"
    context.figures = texts.AGAIN.format(whose=_whose(context, customer))
    return [_told(context, days, customer)]


def _late(context: Context) -> list[Draft] | None:
    """What should have gone by now: "any orders running late?"."""
    if context.work.principal.role not in ORDERING:
        return None
    own = context.work.principal.customer_id is not None
    found = due(context.work, date.min, context.today - timedelta(days=1), LISTED)
    context.intent = "order_status"
    if not found.orders:
        return [Draft(texts.NONE_LATE_FOR_YOU if own else texts.NONE_LATE)]
    return [_listed(context, found, texts.LATE_ONES, {"whose": _whose(context, None)})]


def _customer(context: Context, named: str) -> Customer | None:
    if not named or context.work.principal.customer_id is not None:
        return None
    customer, _ = match_customer(context, named)
    if customer is not None:
        turn_to(context, customer)
    return customer


def _told(context: Context, days: tuple[date, date], customer: Customer | None) -> Draft:
    found = due(context.work, *days, LISTED, customer.id if customer is not None else None)
    facts = {"when": _when(context, *days), "whose": _whose(context, customer)}
    row = company(context.work.session)
    before = counted(row.delivery_days if row is not None else 1, "working day")
    context.memory.explanation = [texts.WHY.format(days=before)]
    besides = _besides(found, after_today=days[0] > context.today)
    if not found.orders:
        return Draft(f"{texts.NONE_DUE.format(**facts)}{besides}")
    return _listed(context, found, texts.DUE, facts, besides)


def _listed(context: Context, found: Due, template: str, facts: dict[str, str], besides: str = "") -> Draft:
    orders = [order for order, _ in found.orders]
    context.memory.shown = Shown(kind="orders", keys=[order.number for order in orders])
    if len(orders) == 1:
        context.memory.order = orders[0].number
    rest = found.count - len(orders)
    more = texts.MORE.format(listed=len(orders), rest=f"{rest:,}") if rest else ""
    are = "is" if found.count == 1 else "are"
    text = template.format(orders=counted(found.count, "order"), are=are, more=more, **facts)
    rows = [[order.number, order.customer.name, day_text(day), said_state(order)] for order, day in found.orders]
    card = TableCard(title=texts.TITLE, columns=list(texts.COLUMNS), rows=rows)
    return Draft(f"{text}{besides}", card=card, taps=show_taps(orders))


def _whose(context: Context, customer: Customer | None) -> str:
    if context.work.principal.customer_id is not None:
        return texts.TO_YOU
    return texts.FOR.format(customer=customer.name) if customer is not None else ""


def _besides(found: Due, *, after_today: bool) -> str:
    """What is open and not listed, as its day has passed or it has none; not where a later day is asked for."""
    if after_today:
        return ""
    said = ""
    if found.late:
        be = {"were": "was", "are": "is"} if found.late == 1 else {"were": "were", "are": "are"}
        said += texts.LATE.format(orders=counted(found.late, "order"), **be)
    return said + (texts.UNDATED.format(orders=counted(found.undated, "order")) if found.undated else "")


def _when(context: Context, first: date, last: date) -> str:
    if first != last:
        return texts.BETWEEN.format(first=day_text(first), last=day_text(last))
    near = {context.today: texts.TODAY, context.today + timedelta(days=1): texts.TOMORROW}
    return near.get(first) or texts.ON.format(day=day_text(first))
