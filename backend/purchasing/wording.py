"""What buyers are told of exceptions and of what is missing. British English; no exclamation marks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from backend.events.texts import day_text

MISSING: Final = {
    "supplier": "no supplier",
    "cost": "no cost",
    "history": "no sales to forecast from",
    "stock": "stock below zero; please count it",
}
RUNS_OUT = "{name} runs out about {day}; an order of today arrives about {arrives}."
IS_OUT = "{name} is out of stock or promised in full; an order of today arrives about {arrives}."
ON_ITS_WAY = " {quantity} are on order{day}."
ON_ITS_WAY_FROM = ", the first expected {day}"
LATE = "{number} from {supplier} was due on {day}, {days} ago, and is not complete."
SLOW = "{supplier} took {mean:.0f} working days on average over {count}, not the {stated} agreed; {late} came late."
SHORT = "{supplier} delivered {fill:.0%} of what was ordered over {count}{damaged}."
DAMAGED = ", and {count} units came damaged"
WRONG_FORECAST = (
    "The forecast of {name} has been worse than a simple one (out by {ours:.0%} of demand against {naive:.0%}): "
    "look at the quantity yourself."
)
OVERSTOCK = "{name} lasts {days:.0f} days: {surplus} more than needed, {worth} at cost."
DEAD = "{name}: {on_hand} on hand, {worth} at cost, {last}."
BUDGET = "this month's budget of {monthly}"
BUDGET_OF_THE_COMPANY = "the company's budget of {monthly} this month"
BUDGET_OF_YOURS = "your own budget of {monthly} this month"
BUDGET_OF_SOMEBODY = "{buyer}'s own budget of {monthly} this month"
ABOVE_BUDGET = "That comes to {whole}; {left} are left of {budget}. Order less, or ask a manager."
WAITED_ABOVE_BUDGET = "{number} comes to {whole}; {left} are left of {budget}. A manager may still approve it."
LAST_SOLD = "last sold {day}"
NOT_SOLD = "not sold in the last year"


def counted(count: int, noun: str) -> str:
    """1 delivery is "1 day", 2 are "2 days"."""
    return f"{count:,} {noun if count == 1 else noun + ('' if noun.endswith('s') else 's')}"


def runs_out(name: str, out_on: date | None, today: date, arrives: date) -> str:
    """That something runs out before an order could arrive."""
    if out_on is None or out_on <= today:
        return IS_OUT.format(name=name, arrives=day_text(arrives))
    return RUNS_OUT.format(name=name, day=day_text(out_on), arrives=day_text(arrives))


def on_its_way(quantity: str, expected: date | None) -> str:
    """What is on order of it."""
    return ON_ITS_WAY.format(quantity=quantity, day=ON_ITS_WAY_FROM.format(day=day_text(expected)) if expected else "")


def late(number: str, supplier: str, expected: date, days: int) -> str:
    """That a purchase order should have come."""
    return LATE.format(number=number, supplier=supplier, day=day_text(expected), days=counted(days, "day"))


def slow(supplier: str, mean: float, stated: int, late_count: int, deliveries: int) -> str:
    """That a supplier takes longer than agreed."""
    count = f"{deliveries} deliveries"
    return SLOW.format(supplier=supplier, mean=mean, stated=stated, late=late_count, count=count)


def short(supplier: str, fill: float, damaged: int, deliveries: int) -> str:
    """That a supplier delivers less than was ordered."""
    more = DAMAGED.format(count=f"{damaged:,}") if damaged else ""
    return SHORT.format(supplier=supplier, fill=fill, count=f"{deliveries} deliveries", damaged=more)


def wrong_forecast(name: str, ours: float, naive: float) -> str:
    """That a forecast has been worse than a naive one."""
    return WRONG_FORECAST.format(name=name, ours=ours, naive=naive)


def overstock(name: str, days: float, surplus: str, worth: str) -> str:
    """That there is far more than needed."""
    return OVERSTOCK.format(name=name, days=days, surplus=surplus, worth=worth)


def dead(name: str, on_hand: str, worth: str, last: date | None) -> str:
    """That something lies and is not sold."""
    when = LAST_SOLD.format(day=day_text(last)) if last else NOT_SOLD
    return DEAD.format(name=name, on_hand=on_hand, worth=worth, last=when)


def missing(what: Sequence[str]) -> str:
    """What a product lacks to be proposed."""
    return ", ".join(MISSING[one] for one in what)
