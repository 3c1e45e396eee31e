"""Goodwill by chat: given by the order desk within its limit, above it asked for; each on a yes.

"give Ferndale 20 pounds goodwill for the late delivery". A customer who asks for it is passed on to our people.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from actions import goodwill_decisions, texts
from actions import texts_money as words
from actions.context import Context
from actions.drafts import Draft, Tap
from actions.goodwill_words import is_asked_by_a_customer, is_of_us, tidy, wanted
from actions.inquiring import passed_on
from actions.language.agreeing import is_no, is_yes
from actions.memory import Confirmation
from actions.money_words import read_money
from actions.papers_at_hand import named
from actions.registry import command
from actions.routing import CERTAIN
from actions.whose_money import Whose, ask_whose, refusal_of, whose
from backend.billing import goodwill
from backend.chat.cards import Fact, FactsCard
from backend.customers import queries as customers
from backend.customers.tables import Customer
from backend.errors import Stale
from backend.identity.permissions import Permission
from backend.sales import queries as sales
from backend.sales.tables import Order

SKILL: Final = "refund_status"
_LONGEST_REASON: Final = 25
_SHORT: Final = 6
_TELLS_WHY: Final = frozenset(
    {"complaint", "not_understood", "delivery_eta", "out_of_scope", "return_items", "exchange_items", "refund_status"}
)


def concerns(context: Context) -> bool:
    """Whether a message is about goodwill."""
    if context.work.principal.customer_id is not None:
        return is_asked_by_a_customer(context)
    return named(context, "RT") is None and is_of_us(context)


def completes(context: Context) -> bool:
    """Whether a message gives what a goodwill credit still lacked; its words are then the whole of it."""
    said, text = context.memory.goodwill, context.text
    context.memory.goodwill = ""
    if not said or is_yes(text) or is_no(text) or concerns(context) or "?" in text:
        return False
    if read_money(said, bare=True) is None:
        money = read_money(text, bare=True)
        if money is None or len(text.split()) > _SHORT:
            return False
        context.text = f"{text[money.start : money.end]} {said}"
        return True
    tells = context.intent in _TELLS_WHY or context.confidence < CERTAIN
    if not tells or len(text.split()) > _LONGEST_REASON:
        return False
    context.text = f"{said} because {tidy(text)}"
    return True


def handle(context: Context) -> list[Draft]:
    """Show, decide or give; pass a customer's wish on."""
    principal = context.work.principal
    if principal.customer_id is not None:
        context.intent = "complaint"
        return [Draft(words.GOODWILL_PASSED_ON.format(number=passed_on(context, "complaint").number))]
    context.intent = SKILL
    if not principal.may(Permission.BILL):
        return [Draft(words.GOODWILL_NOT_YOURS)]
    if goodwill_decisions.concerns(context):
        return goodwill_decisions.handle(context)
    return _give(context)


def _give(context: Context) -> list[Draft]:
    want = wanted(context)
    order = _order(context)
    found = whose(context, want.whose) if want.whose or order is None else Whose(order.customer)
    if found.customer is None and order is not None:
        found = Whose(order.customer)
    if found.question is not None:
        return ask_whose(context, found.question, SKILL, context.text)
    customer = found.customer
    assert customer is not None, "who may see customers is asked for one"
    if order is not None and order.customer_id != customer.id:
        facts = {"order": order.number, "other": order.customer.name, "customer": customer.name}
        return [Draft(words.GOODWILL_NOT_THEIRS.format(**facts))]
    refusal = refusal_of(context, want.money)
    if refusal is not None:
        return [refusal]
    if want.money is None or not want.reason:
        context.memory.goodwill = context.text
        asked = words.GOODWILL_HOW_MUCH if want.money is None else words.GOODWILL_WHY
        return [Draft(asked.format(customer=customer.name))]
    return [_ask(context, customer, want.money.amount, want.reason, order)]


def _order(context: Context) -> Order | None:
    number = named(context, "SO")
    return sales.by_number(context.work, number) if number is not None else None


def _ask(context: Context, customer: Customer, amount: Decimal, reason: str, order: Order | None) -> Draft:
    arguments = {
        "customer": customer.code,
        "amount": str(amount),
        "reason": reason,
        "order": order.number if order is not None else None,
        "last": _last(context, customer),
    }
    context.memory.confirmation = Confirmation(command="goodwill.give", arguments=arguments)
    shown = context.money(amount)
    text = words.GOODWILL_ASK.format(amount=shown, customer=customer.name)
    if not goodwill.within_limit(context.work, customer, amount):
        text += f" {words.GOODWILL_WAITS}"
    against = words.GOODWILL_ORDER.format(order=order.number) if order is not None else words.GOODWILL_NEXT
    facts = [
        Fact(label=words.LABEL_CUSTOMER, value=f"{customer.name} ({customer.code})"),
        Fact(label=words.LABEL_AMOUNT, value=shown),
        Fact(label=words.LABEL_REASON, value=reason),
        Fact(label=words.LABEL_SET_OFF, value=against),
    ]
    card = FactsCard(title=words.GOODWILL_TITLE.format(customer=customer.name), facts=facts)
    yes = Tap(words.GOODWILL_YES.format(amount=shown), "goodwill.give", arguments)
    return Draft(text, card, (yes, Tap(texts.NO_LEAVE, "confirmation.no")))


def _last(context: Context, customer: Customer) -> str:
    """The newest goodwill of a customer: where that is another one, a yes was for something that is done."""
    return next((row.number for row in goodwill.page(context.work, customer_id=customer.id, limit=1)), "")


@command("goodwill.give")
def give(context: Context, arguments: Mapping[str, Any], _shown_hash: str | None) -> list[Draft]:
    """Credit it, or have it wait for a manager, unless the customer was given goodwill since it was shown."""
    context.memory.confirmation = None
    customer = customers.by_code(context.work, arguments["customer"])
    last = _last(context, customer)
    if last != arguments["last"]:
        raise Stale(words.GOODWILL_MOVED.format(customer=customer.name, number=last), code="goodwill_changed")
    order = sales.by_number(context.work, arguments["order"]) if arguments["order"] is not None else None
    made = goodwill.ask(context.work, customer, Decimal(arguments["amount"]), arguments["reason"], order)
    facts = {"number": made.number, "amount": context.money(made.amount), "customer": customer.name}
    if made.credit_note is None:
        return [Draft(words.GOODWILL_REQUESTED.format(**facts))]
    return [Draft(words.GOODWILL_GIVEN.format(note=made.credit_note.number, **facts))]
