"""From Rasa's reading and the conversation's rows to the skill that answers.

Rasa says what a message most likely wants; the rows say what was asked, what waits for a yes and what is on the
screen. An answer to an open question wins over a guess; order lines that can be read win over "not understood".
"""

from __future__ import annotations

import re

from actions import (
    cart_asked,
    cart_words,
    due_out,
    explicit,
    failing,
    following,
    forecast_routes,
    house,
    margins,
    texts,
    waiting,
)
from actions.cart import edits_shown_cart
from actions.context import Context
from actions.drafts import Draft
from actions.language.agreeing import is_no, is_yes
from actions.language.dates import find_dates
from actions.language.open_questions import asks_openly, leaves_out
from actions.language.references import read_order_numbers
from actions.lines import ask
from actions.memory import Question
from actions.ordering import answers_question, customer_said, leave_out, read
from actions.registry import HANDLERS
from actions.routing import CERTAIN, ORDER_SKILLS, as_the_role_means_it, is_an_order
from actions.showing import listed
from actions.skills import NOT_UNDERSTOOD, ORDERING, SKILLS
from actions.smalltalk import not_built, offer
from backend.identity.tables import Role

_YES_OR_NO = frozenset({"affirm", "deny", "confirm", "discard_cart", "thanks", NOT_UNDERSTOOD})
_INTERRUPTS = frozenset({"show_cart", "discard_cart", "talk_to_human", "help", "remove_item", "deny"})
_GO = re.compile(r"^\W*(?:(?:ok|okay|right|yes|yep|good|fine)\W+)*go(?:\s+for\s+it)?\W*$", re.IGNORECASE)
_SENDS_BACK = re.compile(r"\b(?:send|sending|post|posting|ship|shipping)\b[^.;\n]{0,60}?\bback\b", re.IGNORECASE)
_OF_THE_CART = frozenset({"remove_item", "change_quantity", NOT_UNDERSTOOD})
"""What is in the cart has not been sent, so nobody sends it back, whatever of these the message was taken for."""
_LOOKS_UP = re.compile(
    r"^\W*(?:(?:ok|okay|so|and|but|can|could|you|please|first)\W+)*(?:tell\s+me\s+(?:more\s+)?about|look\s*up|pull\s+up|who(?:['’]?s|\s+is|\s+are)"
    r"|what\s+do\s+we\s+know\s+about|(?:any\s+)?(?:details|info\w*)\s+(?:of|on|for|about))\b",
    re.IGNORECASE,
)
"""Somebody wants to know about a customer who names one so; that is no answer to whom an order is for."""
_AROUND_A_DAY = re.compile(
    r"\b(?:then|please|instead|is\s+fine|will\s+do|ok|okay|so|make\s+it|for|on|by)\b|\W", re.IGNORECASE
)
_ROLE_NAMES = {
    Role.CUSTOMER: "a customer",
    Role.REP: "a sales rep",
    Role.DESK: "the order desk",
    Role.BUYER: "a buyer",
    Role.MANAGER: "a manager",
}


def answer(context: Context) -> list[Draft]:
    """Answer a message."""
    said = context.text
    drafts = _answer(context)
    if context.intent != NOT_UNDERSTOOD:
        failing.understood(context)
    following.note(context)
    context.text = said
    return drafts + _reminder(context)


def _answer(context: Context) -> list[Draft]:
    drafts = house.corrected(context)
    if drafts is not None:
        context.intent = "document_request" if context.intent == NOT_UNDERSTOOD else context.intent
        return drafts
    drafts = cart_words.route(context)
    if drafts is not None:
        context.intent = "change_quantity"
        return drafts
    drafts = cart_asked.answer(context)
    if drafts is not None:
        return drafts
    if forecast_routes.asks_for_forecast(context):
        return _run(context)
    if following.follow(context):
        return due_out.answer(context) or margins.answer(context) or _run(context)
    drafts = explicit.answer(context)
    if drafts is not None:
        if context.intent == NOT_UNDERSTOOD:
            context.intent = "document_request"  # it was understood, by what it says
        return drafts
    drafts = _open_question(context) or _yes_or_no(context)
    if drafts is None:
        context.intent = _skill(context)
        drafts = _run(context)
    elif context.intent == NOT_UNDERSTOOD:
        context.intent = "place_order"
    return drafts


def _reminder(context: Context) -> list[Draft]:
    """A question that was interrupted is put once more; if that passes unanswered too, it is left out, and said so."""
    questions = context.memory.questions
    if not questions or context.asked:
        return []
    if questions[0].reminders and not context.aside:
        left = listed(f"“{question.said[:60]}”" for question in questions)
        open_ones = texts.LEFT_OPEN if len(questions) == 1 else texts.LEFT_SEVERAL
        context.memory.questions = []
        return [Draft(open_ones.format(texts=left))]
    questions[0].reminders = questions[0].reminders if context.aside else 1
    question = ask(context)
    return [Draft(texts.STILL_OPEN.format(question=question.text), taps=question.taps)]


def _open_question(context: Context) -> list[Draft] | None:
    if not context.memory.questions:
        return None
    if context.memory.questions[0].kind != "customer" and leaves_out(context.text, context.memory.questions[0].said):
        return leave_out(context)
    if context.intent in _INTERRUPTS:
        return None
    if context.memory.questions[0].kind == "customer":
        if _LOOKS_UP.match(context.text):
            context.intent = "customer_lookup"
            return HANDLERS["customer_lookup"](context)
        return None if asks_openly(context.text) else customer_said(context)
    if _orders_something_else(context, context.memory.questions[0]):
        return None
    return answers_question(context)


def _orders_something_else(context: Context, question: Question) -> bool:
    """Whether the message names a quantity of a product that the question is not about."""
    asked_about = {question.sku, *(option.key for option in question.options)}
    lines = read(context).lines
    return any(line.sku is not None and line.quantity is not None and line.sku not in asked_about for line in lines)


def _adds_to_the_cart(context: Context) -> bool:
    """A date or a reference on its own, while a cart is on the screen: "our PO number is 88123"."""
    if context.memory.cart_shown is None or asks_openly(context.text):
        return False
    reading = read(context)
    return not reading.lines and bool(reading.requested_date or reading.customer_reference)


def _says_only_when(context: Context) -> bool:
    """Whether a message is a day and nothing else ("Monday then"), while a cart is filled or on the screen; it then
    reads as one that asks for delivery on it.
    """
    memory = context.memory
    filling = bool(memory.questions) and memory.questions[0].kind != "customer"
    if memory.confirmation is not None or not (memory.cart_shown or filling):
        return False
    days = find_dates(context.text, context.today)
    if len(days) != 1 or _AROUND_A_DAY.sub(" ", context.text[: days[0].start] + context.text[days[0].end :]).strip():
        return False
    context.text = f"for delivery on {days[0].day:%d %B %Y}"
    return True


def _yes_or_no(context: Context) -> list[Draft] | None:
    """A bare yes or no is one, whatever Rasa makes of it."""
    memory = context.memory
    if memory.confirmation is None and memory.cart_shown is None:
        return None
    if _GO.match(context.text):
        context.intent = "affirm"
        return HANDLERS["affirm"](context)
    agrees = is_yes(context.text)
    if not agrees and is_yes(context.text, waiting.words_of_the_deed(context)):
        context.intent = "affirm"  # "yes, cancel it", where that is what was asked
        return HANDLERS["affirm"](context)
    if context.confidence >= CERTAIN and context.intent not in _YES_OR_NO:
        return None  # "cancel my last order" is more than a no
    if waiting.asks_to_place_the_cart(context):
        context.intent = "confirm"
        return HANDLERS["confirm"](context)
    if agrees:
        context.intent = "affirm"
        return HANDLERS["affirm"](context)
    if is_no(context.text):
        context.intent = "deny"
        return HANDLERS["deny"](context)
    return None


def _skill(context: Context) -> str:
    """The skill that answers: what the rows make of the message, or Rasa's reading as the role means it."""
    role, intent = context.work.principal.role, context.intent
    if role in ORDERING:
        meant = _from_the_rows(context)
        if meant is not None:
            return meant
    return as_the_role_means_it(role, intent)


def _from_the_rows(context: Context) -> str | None:
    intent = context.intent
    lost = intent == NOT_UNDERSTOOD
    if _says_only_when(context):
        return "place_order"
    sends_back = _SENDS_BACK.search(context.text) is not None
    if intent in _OF_THE_CART and sends_back:
        return "return_items"
    if (lost or intent == "exchange_items") and not sends_back and edits_shown_cart(context):
        return "change_quantity"
    if intent in ORDER_SKILLS or not (lost or context.confidence < CERTAIN):
        return None
    role = context.work.principal.role
    if is_an_order(role, intent, context.confidence, context.ranking, read(context).lines, context.text):
        return "place_order"
    if _adds_to_the_cart(context):
        return "place_order"
    return "order_status" if lost and read_order_numbers(context.text) else None


def _run(context: Context) -> list[Draft]:
    known = SKILLS.get(context.intent)
    again = context.intent == "out_of_scope" and context.memory.failures > 0  # who was not understood is helped on
    if known is None or again:
        return failing.not_understood(context)
    role = context.work.principal.role
    if role not in known.roles:
        sentence = texts.NOT_FOR_ROLE.format(role=_ROLE_NAMES[role], skill=known.title, others=offer(context))
        return [Draft(sentence)]
    if context.intent not in ("confirm", "affirm", "deny", "show_cart", "explain", "cancel_order"):
        waiting.drop(context)
    if waiting.is_doubtful(context):
        return waiting.shown_again(context)
    handler = HANDLERS.get(context.intent)
    return handler(context) if handler is not None else not_built(context)
