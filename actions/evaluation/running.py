"""Evaluations from a file to figures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from actions.catalogue import CatalogueSource
from actions.evaluation import order_lines, skills
from actions.evaluation.messages import Labelled
from actions.evaluation.order_lines import Booked, Compared
from actions.language.catalogue import CatalogueIndex
from actions.language.orders import read_order
from actions.understanding import Assistant, Said, understand_all
from backend.company.service import business_clock
from backend.database import Database

ORDERS: Final = frozenset({"place_order", "add_item", "order_for_customer", "quote_request"})


def evaluate_nlu(database: Database, assistant: Assistant, messages: Sequence[Labelled]) -> dict[str, Any]:
    """Skills and order lines of labelled messages, each read as the first of a conversation."""
    read = understand_all(database, assistant, [Said(one.text, one.role, {}) for one in messages])
    readings = [skills.Reading(one.skill, one.confidence, tuple(name for name, _ in one.ranking)) for one in read]
    compared = [
        order_lines.compare(message, [Booked.of(line) for line in one.order.lines])
        for message, one in zip(messages, read, strict=True)
        if message.lines is not None and message.skill in ORDERS
    ]
    orders = order_lines.figures(compared)
    orders.pop("by_style")
    confused = [
        {"meant": meant, "read": taken, "times": times} for meant, taken, times in skills.confusions(messages, readings)
    ]
    found = skills.figures(messages, readings)
    errors = found.pop("errors")
    return {**found, **orders, "confusions": confused, "errors": errors}


def evaluate_order_lines(database: Database, messages: Sequence[Labelled]) -> dict[str, Any]:
    """The lines of labelled messages; no assistant is needed. ``errors`` shows what was meant and what was read."""
    index = CatalogueSource(database).current().index
    with database.read() as session:
        today = business_clock(session).today()
    labelled = [message for message in messages if message.lines is not None]
    compared = [_compared(message, index, today) for message in labelled]
    orders = [one for one in compared if one.message.skill in ORDERS]
    found = order_lines.figures(orders)
    by_skill = {
        skill: _counts([one for one in compared if one.message.skill == skill])
        for skill in sorted({one.message.skill for one in compared})
    }
    return {
        "n": len(labelled),
        **found,
        "by_skill": by_skill,
        "errors": [_error(one) for one in orders if not one.exact],
    }


def _compared(message: Labelled, index: CatalogueIndex, today: date) -> Compared:
    lines = read_order(message.text, index, today=today).lines
    return order_lines.compare(message, [Booked.of(line) for line in lines])


def _counts(compared: Sequence[Compared]) -> dict[str, Any]:
    found = order_lines.figures(compared)
    return {
        "n": found["order_messages"],
        **{key: found[key] for key in ("order_exact", "order_wrong_unasked", "line_f1")},
    }


def _error(compared: Compared) -> dict[str, Any]:
    return {
        "text": compared.message.text,
        "outcome": "wrong unasked" if compared.wrong_unasked else "asked",
        "cost": 5.0 if compared.wrong_unasked else 1.0,
        "meant": [line.model_dump() for line in compared.message.lines or ()],
        "lines": [{"sku": one.sku, "quantity": one.quantity, "asks": one.asks} for one in compared.read],
    }
