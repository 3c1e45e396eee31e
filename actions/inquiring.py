"""complaint, talk_to_human, and what is passed on: inquiries, and our people's answers to them."""

from __future__ import annotations

import re
from typing import Final

from actions import texts
from actions.context import Context
from actions.drafts import Draft, Tap
from actions.handing_over import handed_over
from actions.papers_at_hand import named
from actions.registry import skill
from actions.showing import day_text
from backend.chat.cards import Fact, FactsCard, TableCard
from backend.identity.permissions import Permission
from backend.quotes import inquiries, queries
from backend.quotes.queries import Wanted
from backend.quotes.tables import Inquiry

LISTED: Final = 8
_WORDS: Final = re.compile(r"\binquir(?:y|ies)\b|\benquir(?:y|ies)\b|\bcomplaints\b", re.IGNORECASE)
_ANSWER: Final = re.compile(
    r"\b(?:answer|reply|respond|tell\s+them)\b(?:\s+(?:to\s+)?IQ[\s#:.-]{0,3}\d+)?\s*(?:with|that)?\s*[:,-]?\s*(?P<said>.+)$",
    re.IGNORECASE | re.DOTALL,
)
_CLOSE: Final = re.compile(r"\b(?:close|settled|done|resolved)\b", re.IGNORECASE)
_NUMBER: Final = re.compile(r"\bIQ[\s#:.-]{0,3}\d+\b", re.IGNORECASE)


def concerns(context: Context) -> bool:
    """Whether a message is about inquiries."""
    if named(context, "IQ") is not None:
        return True
    ours = context.work.principal.may(Permission.HANDLE_INQUIRIES)
    return bool(_WORDS.search(context.text)) and (ours or context.intent != "complaint")


def handle(context: Context) -> list[Draft]:
    """Show one, answer it, close it; or list what is open."""
    number = named(context, "IQ")
    if number is None:
        return _list(context)
    one = queries.inquiry(context.work, number)
    said = _ANSWER.search(_NUMBER.sub(" ", context.text))
    if said is not None and context.work.principal.may(Permission.HANDLE_INQUIRIES):
        inquiries.answer(context.work, one, said["said"].strip())
        return [Draft(texts.ANSWERED.format(number=one.number, person=one.user.name), _card(context, one))]
    if _CLOSE.search(context.text):
        inquiries.close(context.work, one)
        return [Draft(texts.CLOSED.format(number=one.number))]
    return [Draft(texts.INQUIRY.format(number=one.number, state=one.state), _card(context, one))]


def _list(context: Context) -> list[Draft]:
    found = queries.inquiries(context.work, Wanted(state="open", limit=LISTED))
    if not found:
        return [Draft(texts.NO_INQUIRIES)]
    rows = [
        [one.number, one.kind, one.customer.name if one.customer else one.user.name, " ".join(one.text.split())[:80]]
        for one in found
    ]
    taps = tuple(
        Tap(texts.SHOW_IT.format(number=one.number), "skill.run", {"skill": "explain", "text": one.number}, once=False)
        for one in found[:4]
    )
    return [
        Draft(texts.INQUIRIES, TableCard(title=texts.INQUIRIES_TITLE, columns=texts.INQUIRY_COLUMNS, rows=rows), taps)
    ]


def _card(context: Context, one: Inquiry) -> FactsCard:
    facts = [
        Fact(label=texts.LABEL_STATE, value=one.state),
        Fact(label=texts.LABEL_CUSTOMER, value=one.customer.name if one.customer else one.user.name),
        Fact(label=texts.LABEL_ASKED, value=day_text(context.work.clock.date_of(one.created_at))),
        Fact(label=texts.LABEL_ORDER, value=one.order_number or ""),
        Fact(label=texts.LABEL_TEXT, value=one.text[:1000]),
        Fact(label=texts.LABEL_ANSWER, value=(one.answer or "")[:1000]),
    ]
    return FactsCard(title=texts.INQUIRY_TITLE.format(number=one.number), facts=[fact for fact in facts if fact.value])


def passed_on(context: Context, kind: str) -> Inquiry:
    """Pass a message on to our people, word for word."""
    return inquiries.open_inquiry(context.work, context.customer(), kind, context.text, named(context, "SO"))


@skill("talk_to_human")
def human(context: Context) -> list[Draft]:
    """Pass the wish for a person on, with all that they need in order to take over."""
    order = named(context, "SO")
    one = inquiries.open_inquiry(context.work, context.customer(), "person", handed_over(context), order)
    context.memory.failed = []
    return [Draft(texts.HUMAN.format(number=one.number))]


@skill("complaint")
def complaint(context: Context) -> list[Draft]:
    """Pass a complaint on word for word."""
    return [Draft(texts.COMPLAINT.format(number=passed_on(context, "complaint").number))]
