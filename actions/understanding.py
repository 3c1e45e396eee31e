"""How a message is read, without doing anything: the skill from Rasa, the lines from our own reader."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from actions.catalogue import CatalogueSource
from actions.language.orders import ReadLine, read_order
from actions.language.references import read_document_numbers
from backend.chat.rasa import RasaClient
from backend.company.service import business_clock
from backend.database import Database
from backend.errors import NotFound
from backend.identity.service import principal_of
from backend.identity.tables import User
from backend.sales.queries import bought
from backend.settings import Settings
from backend.work import Work


def understand(database: Database, settings: Settings, text: str, role: str, email: str | None) -> dict[str, Any]:
    """The reading as plain data: skill, confidence, lines, entities. Raises Unavailable where Rasa is down."""
    rasa = RasaClient(settings.rasa_address, settings.internal_secret, settings.turn_timeout)
    parsed = rasa.parse(text)
    index = CatalogueSource(database).current().index
    with database.read() as session:
        clock = business_clock(session)
        history: dict[str, int] = {}
        if email is not None:
            user = session.scalar(select(User).where(User.email == email.lower()))
            if user is None:
                raise NotFound(f"There is no account for {email}.", code="unknown_account")
            role = user.role
            if user.customer_id is not None:
                work = Work(session, principal_of(user), clock)
                history = {sku: row.times for sku, row in bought(work, user.customer_id).items()}
    reading = read_order(text, index, today=clock.today(), bought=history)
    intent = parsed.get("intent") or {}
    return {
        "text": text,
        "role": role,
        "skill": intent.get("name"),
        "confidence": intent.get("confidence"),
        "lines": [_line(line) for line in reading.lines],
        "entities": {
            "order_numbers": list(read_document_numbers(text)),
            "requested_date": reading.requested_date.isoformat() if reading.requested_date else None,
            "customer_reference": reading.customer_reference,
            "customer": reading.customer_text,
        },
    }


def _line(line: ReadLine) -> dict[str, Any]:
    return {
        "sku": line.sku,
        "quantity": line.quantity,
        "asked": line.asked,
        "unit": line.unit,
        "candidates": [candidate.sku for candidate in line.candidates],
        "span": list(line.span),
        "problem": line.problem,
    }
