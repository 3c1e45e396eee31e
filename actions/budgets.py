"""Budgets for buying in, by chat: how much is left, and a manager's to set, the company's and each buyer's own.

"what's my budget?", "set the buying budget to £20,000 a month", "give Priya a budget of £5,000", "raise it by 10 %",
"take Priya's budget away". Nothing is set without a yes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from actions import texts
from actions import texts_budget as words
from actions.budget_words import Sum, Whose, one_month, other_span, sum_of, whose, wish_of
from actions.context import Context
from actions.drafts import Draft, Tap
from actions.memory import Confirmation
from actions.registry import command
from actions.replenish_words import supposes
from actions.showing import day_text, listed
from actions.skills import BUYERS
from backend.chat.cards import TableCard
from backend.company.service import company, currency
from backend.errors import Stale
from backend.identity.permissions import Permission
from backend.identity.tables import Role, User
from backend.money import rounded
from backend.purchasing import budget, buyer_budgets
from backend.purchasing.budget import Budget
from backend.purchasing.buyer_budgets import BuyerBudget

_CORRECTS = re.compile(
    r"^\W*(?:(?:no|sorry|actually|wait|oh|hang\s+on|hold\s+on|oops|ok|okay|or|better|and|but|yes|i\s+mean|i\s+meant|meant|rather|please)\b\W*)*"
    r"(?:(?:make|set|let['’]?s\s+(?:make|say)|say|change|have|call)\s+(?:it|that|them)?\s*(?:to\s+)?)?(?:[£$€]\s*)?\d[\d.,]*\s*(?:k|grand|thousand|pounds?|quid)?"
    r"(?:\s+(?:a|per|each)\s+month|\s+instead|\s+please|\s+then|\s+not\s+\S+)*\W*$",
    re.IGNORECASE,
)
_SETS_IT = re.compile(
    r"^\W*(?:(?:ok|okay|then|and|so|please|can|could|you|we|let['’]?s)\b\W*)*(set|make|raise|lower|change|cut|increase)\s+(?:it|that)\b",
    re.IGNORECASE,
)
BUDGET = "budget"
_ALL_OF_IT = 33  # days: from the first of a month into the next


def answer(context: Context) -> list[Draft] | None:
    """What a budget is, or a yes asked for to change one; None where a message is about something else."""
    if context.work.principal.role not in BUYERS or supposes(context.text):
        return None
    _goes_on(context)
    other = _another_sum(context)
    if other is not None:
        context.intent = "replenish"
        return [other]
    wish = wish_of(context)
    if wish is None:
        return None
    context.intent = "replenish"
    if wish == "ask":
        context.figures = BUDGET
        return [_told(context)]
    context.work.principal.require(Permission.SET_BUDGET, budget.NOT_YOURS)
    meant = whose(context, buyer_budgets.buyers(context.work))
    refused = _not_found(context, meant)
    if refused is not None:
        return [refused]
    if meant.mine:
        return [Draft(words.NOT_MINE)]
    return [_ask_to_set(context, meant) if wish == "set" else _ask(context, meant.buyers, None)]


def _goes_on(context: Context) -> None:
    """Have "set it to 15k" after a budget that was asked for read as that budget's."""
    topic = context.memory.topic
    if topic is not None and topic.figures == BUDGET and context.memory.confirmation is None:
        context.text = _SETS_IT.sub(r"\1 the budget ", context.text)


def _another_sum(context: Context) -> Draft | None:
    """What is asked anew where a sum is corrected before the yes: "actually make it 4,500"."""
    waits = context.memory.confirmation
    if waits is None or waits.command != "budget.set" or not _CORRECTS.match(context.text):
        return None
    steps = waits.arguments["steps"]
    found = sum_of(context.text)
    if found is None or found.change or any(step["after"] is None for step in steps):
        return None
    emails = [step["buyer"] for step in steps if step["buyer"] is not None]
    return _ask_to_set(context, Whose(buyers=tuple(buyer_budgets.by_email(context.work, email) for email in emails)))


def _not_found(context: Context, meant: Whose) -> Draft | None:
    """That it can't be told whose budget is meant."""
    if meant.several:
        return Draft(words.WHICH.format(names=listed(f"{one.name} ({one.email})" for one in meant.several)))
    if meant.every and not meant.buyers:
        return Draft(words.NO_BUYERS)
    if not meant.unknown:
        return None
    known = buyer_budgets.buyers(context.work)
    said = words.KNOWN.format(names=listed(f"{one.name} ({one.email})" for one in known)) if known else words.NO_BUYERS
    other = _colleague(context, meant.unknown)
    if other is not None:
        return Draft(words.NOT_A_BUYER.format(name=other.name, known=said))
    return Draft(words.UNKNOWN.format(name=meant.unknown[:60], known=said))


def _colleague(context: Context, said: str) -> User | None:
    """Somebody of ours with this name or address who does not buy in."""
    query = select(User).where(User.role != Role.CUSTOMER.value, User.active).order_by(User.id)
    wanted = said.casefold()
    rows = context.work.session.scalars(query).all()
    return next((one for one in rows if wanted in (one.email, one.name.casefold())), None) or next(
        (one for one in rows if wanted in one.name.casefold().split()), None
    )


# ---- what there is -------------------------------------------------------------------------------------------------


def _told(context: Context) -> Draft:
    """To a buyer their own budget and the company's; to a manager the company's and every buyer's."""
    if not context.work.principal.may(Permission.SET_BUDGET):
        return Draft(_bounds(context))
    meant = whose(context, buyer_budgets.buyers(context.work))
    refused = _not_found(context, meant)
    if refused is not None:
        return refused
    if meant.buyers and not meant.every:
        return Draft(_of_buyer(context, buyer_budgets.budget_of(context.work, meant.buyers[0])))
    rows = [
        [one.buyer.name, _money(context, one.monthly), context.money(one.spent), _money(context, one.left)]
        for one in (buyer_budgets.budget_of(context.work, buyer) for buyer in buyer_budgets.buyers(context.work))
    ]
    text = " ".join([_company(context, budget.budget(context.work)), *([words.MANAGERS] if meant.mine else [])])
    return Draft(text, TableCard(title=words.TITLE, columns=words.COLUMNS, rows=rows) if rows else None)


def _bounds(context: Context) -> str:
    """What bounds a buyer this month, and which of the two budgets does."""
    found = budget.budgets(context.work)
    since = day_text(budget.month(context.work))
    own = words.YOURS_NONE.format(
        spent=context.money(budget.spent(context.work, context.work.principal.user_id)), since=since
    )
    if found.own is not None:
        own = words.YOURS.format(**_facts(context, found.own))
    sentences = [own, _company(context, found.company)]
    if found.tighter is not None and found.bound_by is not None:
        sentences.append(words.BOUND_BY[found.bound_by].format(left=context.money(found.tighter.left)))
    else:
        limit = context.work.principal.purchase_limit
        bound = words.NOT_BOUND_AT_ALL if limit is None else words.NOT_BOUND.format(limit=context.money(limit))
        sentences.append(bound)
    return " ".join(sentences)


def _company(context: Context, found: Budget | None) -> str:
    if found is not None:
        return words.COMPANY.format(**_facts(context, found))
    since = day_text(budget.month(context.work))
    return words.COMPANY_NONE.format(spent=context.money(budget.spent(context.work)), since=since)


def _of_buyer(context: Context, one: BuyerBudget) -> str:
    since = day_text(one.since)
    if one.monthly is None:
        return words.OF_BUYER_NONE.format(name=one.buyer.name, spent=context.money(one.spent), since=since)
    return words.OF_BUYER.format(name=one.buyer.name, **_facts(context, Budget(one.monthly, one.spent, one.since)))


def _facts(context: Context, found: Budget) -> dict[str, str]:
    amounts = {"monthly": found.monthly, "spent": found.spent, "left": found.left}
    return {"since": day_text(found.since), **{name: context.money(amount) for name, amount in amounts.items()}}


def _money(context: Context, amount: Decimal | None) -> str:
    return words.NONE if amount is None else context.money(amount)


# ---- setting one ---------------------------------------------------------------------------------------------------


def _ask_to_set(context: Context, meant: Whose) -> Draft:
    found = sum_of(context.text)
    if found is None:
        example = f"{meant.buyers[0].name}'s" if meant.buyers else words.EXAMPLE_COMPANY
        return Draft(words.HOW_MUCH.format(example=example))
    ours = currency(context.work.session)
    if found.currency is not None and found.currency != ours:
        return Draft(words.NOT_OUR_CURRENCY.format(currency=ours))
    if other_span(context.text):
        return Draft(words.A_MONTH)
    if one_month(context.text):
        return Draft(words.EVERY_MONTH)
    return _ask(context, meant.buyers, found)


def _ask(context: Context, buyers: Sequence[User], wanted: Sum | None) -> Draft:
    """Ask for a yes: what each budget is and would be; ``wanted`` None takes it away, no ``buyers``: the company's."""
    sentences, steps = [], []
    for buyer in buyers or (None,):
        before = _now(context, buyer)
        if wanted is not None and wanted.change and before is None:
            sentences.append(words.NONE_TO_CHANGE.format(whose=_whose(buyer)))
            continue
        after = None if wanted is None else _after(before, wanted)
        if after is not None and not 0 <= after <= budget.MOST:
            return Draft(words.NOT_BELOW_ZERO)
        sentences.append(_question(context, buyer, before, after))
        if before != after:
            kept = [None if one is None else str(one) for one in (before, after)]
            steps.append({"buyer": None if buyer is None else buyer.email, "before": kept[0], "after": kept[1]})
    if not steps:
        return Draft(" ".join(sentences))
    arguments = {"steps": steps}
    context.memory.confirmation = Confirmation(command="budget.set", arguments=arguments)
    title = words.YES_TAKE if wanted is None else words.YES_SET
    return Draft(
        " ".join(sentences), taps=(Tap(title, "budget.set", arguments), Tap(texts.NO_LEAVE, "confirmation.no"))
    )


def _now(context: Context, buyer: User | None) -> Decimal | None:
    """A budget as it is: the company's, or a buyer's own."""
    if buyer is not None:
        return buyer.purchase_budget
    row = company(context.work.session)
    return row.purchase_budget if row is not None else None


def _after(before: Decimal | None, wanted: Sum) -> Decimal:
    if not wanted.change:
        return rounded(wanted.amount)
    base = before or Decimal(0)
    return rounded(base + (base * wanted.amount if wanted.share else wanted.amount))


def _question(context: Context, buyer: User | None, before: Decimal | None, after: Decimal | None) -> str:
    if before == after:
        template = words.NONE_TO_TAKE if after is None else words.ALREADY
        return template.format(whose=_whose(buyer), after=_money(context, after))
    facts = {"whose": _whose(buyer), "before": _money(context, before), "after": _money(context, after)}
    if after is None:
        return words.ASK_TAKE.format(**facts)
    spent = budget.spent(context.work, buyer.id if buyer is not None else None)
    template = words.ASK_SET_NEW if before is None else words.ASK_SET
    said = template.format(spent=context.money(spent), **facts)
    following = _next_month(budget.month(context.work))
    return said if spent < after else f"{said} {words.SPENT_ALREADY.format(day=day_text(following))}"


def _next_month(first: date) -> date:
    return (first + timedelta(days=_ALL_OF_IT)).replace(day=1)


def _whose(buyer: User | None) -> str:
    return words.COMPANY_IT if buyer is None else words.BUYER_IT.format(name=buyer.name)


@command("budget.set")
def set_now(context: Context, arguments: Mapping[str, Any], _shown_hash: str | None) -> list[Draft]:
    """What was agreed to, all of it, if none of these budgets has been changed since it was asked."""
    context.memory.confirmation = None
    said = []
    for step in arguments["steps"]:
        buyer = None if step["buyer"] is None else buyer_budgets.by_email(context.work, step["buyer"])
        before, after = (None if step[name] is None else Decimal(step[name]) for name in ("before", "after"))
        if _now(context, buyer) != before:
            raise Stale(words.MOVED, code="budget_changed")
        left = _set(context, buyer, after)
        template = words.TAKEN_NOW if left is None else words.SET_NOW
        said.append(template.format(whose=_whose(buyer), after=_money(context, after), left=_money(context, left)))
    return [Draft(" ".join(said))]


def _set(context: Context, buyer: User | None, after: Decimal | None) -> Decimal | None:
    """What is left of it then; None without one."""
    if buyer is not None:
        return buyer_budgets.set_buyer_budget(context.work, buyer, after).left
    found = budget.set_budget(context.work, after)
    return None if found is None else found.left
