"""Whose money a message is about: the person's own company, the customer that our people name, or whom they act for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from actions import texts
from actions import texts_money as words
from actions.context import Context
from actions.drafts import Draft
from actions.memory import Question
from actions.money_words import Money
from actions.parties import ask_customer, match_customer, turn_to
from backend.company.service import currency
from backend.customers import queries as customers
from backend.customers.tables import Customer
from backend.identity.permissions import Permission

# Words of requests about money; what is left of one without them is a customer's name.
_NOISE: Final = frozenset(
    """
    a about account accept accounts actually add agree agreed all allow already always also amount an and any anything
    apology apologise approve are arrange as ask asked at away back balance bank be because been book but by call can
    card cards cash charge charged come could credit credited credits customer customers debit decline default deny
    deserve deserves direct do does down ending everything extra favour file for from full future generally gesture get
    gets getting gift give given gives go goes going goodwill good grant granted had has have he hello her hi him his
    history how i if in instead into is issue it its just kind know let lets like list make many may me method methods
    mine money more much my need needs new no normally not now of off offer ok okay on one open or order orders other
    our ours out outstanding over overpaid overpayment owed pay paying payment payments paid pays pending please pls
    prefer preferred put quick raise refund refunded refunds refuse reject release request requests return right say
    see send
    set settle shall she should show sign some sorry stand standing stands stored such switch take tell than thanks that
    the their theirs them there these they this those through to too transfer turn up us use used uses usual usually
    visa mastercard amex want wants waiting waits was way ways we were what when which who will with would yes you your
    compensation compensate sum something lot rest whole entire entirely half completely still our's later then now's
    company default's bacs american express ones it's that's let's i'd we'd they'd i'll we'll gone went
    manager managers refunding crediting owe owes apology stick reason
    """.split()  # noqa: SIM905  (one word a line would be a page)
)
_POINTS: Final = re.compile(r"\b(?:them|their|theirs|they|him|her)\b", re.IGNORECASE)
_NUMBERS: Final = re.compile(r"\b(?:SO|CN|PAY|GW|INV|RT|PO|QU|SH)[\s#:.-]{0,3}\d{3,12}\b|\b\d{4}\b", re.IGNORECASE)
_WORD: Final = re.compile(r"[^\s,;:!?()“”\"]+")


@dataclass(frozen=True)
class Whose:
    """The customer that is meant; None with the question to ask first."""

    customer: Customer | None
    question: Question | None = None


def name_in(text: str) -> str:
    """What is left of a message about money without its own words: a customer's name or number, or nothing.

    >>> name_in("pay Ferndale their credit back please")
    'Ferndale'
    """
    said = _NUMBERS.sub(" ", text.replace("’", "'"))
    kept = [re.sub(r"'s?$", "", word.strip(".'-–")) for word in _WORD.findall(said)]
    return " ".join(word for word in kept if word and word.casefold() not in _NOISE)


def points_back(text: str) -> bool:
    """Whether it says "them": whoever was spoken of last."""
    return _POINTS.search(text) is not None


def whose(context: Context, text: str) -> Whose:
    """Whom ``text`` is about. A customer's person acts for their own company, whatever it names; NotAllowed for who may
    not see customers.
    """
    own = context.work.principal.customer_id
    if own is not None:
        return Whose(customers.by_id(context.work, own))
    context.work.principal.require(Permission.SEE_CUSTOMERS, "Customers' money is for the order desk and sales.")
    name = name_in(text)
    if name or context.chosen is not None:
        found, question = match_customer(context, name)
        if found is not None:
            turn_to(context, found)
            return Whose(found)
        return Whose(None, question)
    acting = context.customer()
    return Whose(acting, None if acting is not None else Question(kind="customer", text=texts.WHICH_CUSTOMER))


def ask_whose(context: Context, question: Question, skill: str, message: str) -> list[Draft]:
    """Ask whom it is about, and go on with the message as ``skill`` once that is known."""
    context.intent = skill
    return [ask_customer(context, question, message)]


def refusal_of(context: Context, money: Money | None) -> Draft | None:
    """Why a sum can't be taken as it was said: another currency than the company's, or nothing at all."""
    if money is None:
        return None
    ours = currency(context.work.session)
    if money.currency is not None and money.currency != ours:
        return Draft(words.NOT_OUR_CURRENCY.format(currency=ours))
    return Draft(words.CURRENCY_NOT_POSITIVE) if money.amount <= 0 else None
