"""Whom an order or a question is about: a customer's person's own company, or the customer the desk names."""

from __future__ import annotations

from actions import texts
from actions.context import Context
from actions.drafts import Draft
from actions.language.people import find_customer
from actions.lines import ask
from actions.memory import Option, Question
from actions.subjects import named_part
from backend.customers import queries as customers
from backend.customers.tables import Customer
from backend.identity.permissions import Permission
from backend.sales import queries as sales

SURE = 0.7
LEAD = 0.1
MOST_OPTIONS = 5
POSSIBLE = 0.5


def resolve_customer(context: Context, named: str | None) -> tuple[Customer | None, Question]:
    """The customer, or the question to ask. A named customer becomes the one the desk is acting for."""
    own = context.work.principal.customer_id
    if own is not None:
        return customers.by_id(context.work, own), Question(kind="customer", text="")
    context.work.principal.require(Permission.SEE_CUSTOMERS, "Customers' orders are for the order desk and sales.")
    if context.chosen is not None:
        context.conversation.customer_id = context.chosen.id
        return context.chosen, Question(kind="customer", text="")
    if named:
        found, question = match_customer(context, named)
        if found is not None:
            context.conversation.customer_id = found.id
        return found, question
    return context.customer(), Question(kind="customer", text=texts.WHOSE_ORDER)


def match_customer(context: Context, named: str) -> tuple[Customer | None, Question]:
    """The visible customer somebody means, or the question which one."""
    if context.chosen is not None:
        return context.chosen, Question(kind="customer", text="")
    names = customers.names(context.work)
    matches = (find_customer(named, names) or find_customer(named_part(named), names))[:MOST_OPTIONS]
    alone = len(matches) == 1
    sure = alone or (len(matches) > 1 and matches[0][1] >= SURE and matches[0][1] - matches[1][1] >= LEAD)
    if sure:
        return customers.by_code(context.work, matches[0][0]), Question(kind="customer", text="")
    titles = dict(names)
    options = [Option(key=code, title=f"{titles[code]} ({code})") for code, score in matches if score >= POSSIBLE]
    text = texts.WHICH_CUSTOMER if options else texts.UNKNOWN_CUSTOMER.format(name=named[:60])
    return None, Question(kind="customer", text=text, options=options)


def asked_about(context: Context) -> tuple[Customer | None, Question | None]:
    """Whom a question is about: the customer it names, else the one the desk is acting for, else nobody.

    A second value is the question to ask first, where the name could be several. A customer's person asks about their
    own company only.
    """
    own = context.work.principal.customer_id
    if own is not None:
        return customers.by_id(context.work, own), None
    context.work.principal.require(Permission.SEE_CUSTOMERS, "Customers are for the order desk and sales.")
    found, question = match_customer(context, context.text)
    if found is not None:
        turn_to(context, found)
        return found, None
    return (None, question) if question.options else (context.customer(), None)


def turn_to(context: Context, customer: Customer) -> None:
    """Whom was asked about is whom "them" means, unless an order for another customer is under way."""
    acting = context.customer()
    cart = sales.cart_of(context.work, acting.id) if acting is not None else None
    if cart is None or not cart.lines:
        context.conversation.customer_id = customer.id


def ask_customer(context: Context, question: Question, message: str) -> Draft:
    """Ask whom it is for, and keep the message to go on with."""
    kept = question.model_copy(update={"said": message, "skill": context.intent})
    context.memory.questions = [kept, *[q for q in context.memory.questions if q.kind != "customer"]]
    return ask(context)
