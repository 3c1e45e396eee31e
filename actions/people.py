"""customer_lookup: who a customer is, what they buy, what is open; and whom the desk is acting for."""

from __future__ import annotations

import re
from typing import Final

from sqlalchemy import func, select

from actions import account_movers, money, sold, texts, texts_accounts
from actions.context import Context
from actions.drafts import Draft
from actions.memory import Question
from actions.parties import ask_customer, asked_about, match_customer
from actions.registry import skill
from actions.showing import day_text
from backend.chat.cards import Fact, FactsCard
from backend.customers import queries as customers
from backend.customers.tables import Customer
from backend.identity.tables import User
from backend.sales import queries as sales
from backend.sales.progress import said_state

_WHOSE_REP: Final = re.compile(
    r"\bwho(?:['’]?s|\s+is|\s+are)?\s+(?:(?:the|their|my|our|his|her|its"
    r"|(?P<who>[\w&'. -]{2,50}?)['’]s?)\s+)?(?:(?:sales|account)\s+)?"
    r"(?:reps?|account\s+manager|sales\s+(?:person|contact|man|woman))\b(?!\s+\w+ed)",
    re.IGNORECASE,
)
_EMAIL: Final = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})*", re.ASCII)


def rep_answer(context: Context) -> list[Draft] | None:
    """Who looks after a customer: "who's their rep?"; None for any other message."""
    found = _WHOSE_REP.search(context.text)
    if found is None:
        return None
    named = found["who"]
    customer = match_customer(context, named)[0] if named else None
    customer = customer if customer is not None else context.customer()
    if customer is None:
        return None
    context.intent = "customer_lookup"
    if customer.rep_email is None:
        return [Draft(texts_accounts.NO_REP.format(customer=customer.name))]
    return [Draft(texts_accounts.REP.format(customer=customer.name, rep=_person(context, customer.rep_email)))]


def _person(context: Context, email: str) -> str:
    """Somebody of ours as people call them: by name, with the address."""
    user = context.work.session.scalars(select(User).where(func.lower(User.email) == email.lower())).one_or_none()
    return f"{user.name}, {email}" if user is not None and user.name else email


@skill("customer_lookup")
def lookup(context: Context) -> list[Draft]:
    """A customer's account at a glance; a customer's person sees their own."""
    for asked in (money.answer, sold.answer, account_movers.answer):
        drafts = asked(context)
        if drafts is not None:
            return drafts
    written = _EMAIL.search(context.text)
    customer, question = (_with_email(context, written[0]), None) if written else asked_about(context)
    if customer is None and written:
        return [Draft(texts.CUSTOMER_NO_EMAIL.format(email=written[0]))]
    if customer is None:
        unnamed = Question(kind="customer", text=texts.WHICH_CUSTOMER)
        return [ask_customer(context, question or unnamed, context.text)]
    sold.remember(context, customer)
    return [Draft(texts.CUSTOMER.format(name=customer.name, code=customer.code), card=_facts(context, customer))]


def _with_email(context: Context, email: str) -> Customer | None:
    """The customer that somebody of this address belongs to, as far as who asks may see it."""
    return next(iter(customers.page(context.work, search=None, after=None, limit=1, email=email)), None)


def _facts(context: Context, customer: Customer) -> FactsCard:
    orders = sales.recent(context.work, customer.id, 1)
    opened = sales.recent(context.work, customer.id, 50, open_only=True)
    facts = [
        Fact(label="Number", value=customer.code),
        Fact(label="Country", value=customer.country),
        Fact(label="Sales rep", value=customer.rep_email or "none"),
        Fact(label="Terms", value=f"{customer.payment_days} days"),
    ]
    if customer.region:
        facts.insert(2, Fact(label="Region", value=customer.region))
    if customer.credit_limit is not None:
        facts.append(Fact(label="Credit limit", value=context.money(customer.credit_limit)))
    if orders:
        last = orders[0]
        day = day_text(context.work.clock.date_of(last.placed_at))
        facts.append(Fact(label="Last order", value=f"{last.number}, {day}, {said_state(last)}"))
    facts.append(Fact(label="Open orders", value=str(len(opened))))
    return FactsCard(title=customer.name, facts=facts)
