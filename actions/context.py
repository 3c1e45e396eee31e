"""What a skill works with in one turn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from actions.catalogue import Catalogue
from actions.memory import Memory
from backend.chat.tables import Conversation
from backend.company.service import currency
from backend.customers import queries as customers
from backend.customers.tables import Customer
from backend.errors import Refused
from backend.money import shown, shown_price
from backend.sales import queries as sales
from backend.work import Work

Found = TypeVar("Found")


@dataclass(frozen=True)
class ModelCall:
    """A question to the model server."""

    model: str
    inputs: list[dict[str, Any]]
    parameters: dict[str, Any]


class NeedsModel(Exception):
    """Raised by a skill that needs the model server: the turn is rolled back, the call made, the skill run again.

    So no transaction spans a network call: read, close, call, re-check, write.
    """

    def __init__(self, call: ModelCall) -> None:
        super().__init__(call.model)
        self.call = call


class NeedsReading(Exception):
    """Raised by a skill that has to read and reckon for seconds: the turn is rolled back, that is done in a reading
    transaction, and the skill is run again with what was found.

    So no writing transaction, which on SQLite holds up every other writer, is open meanwhile.
    """

    def __init__(self, name: str, reckon: Callable[[Work], Any]) -> None:
        super().__init__(name)
        self.name = name
        self.reckon = reckon


@dataclass
class Context:
    """One turn: who says what, in which conversation, with which catalogue; ``chosen``: a customer just tapped.

    ``idle``: the person comes back after a while; ``undoing``: this turn takes a change back; ``settled``: what waited
    for a yes has had its yes or its no; ``aside``: what was asked turns from nothing that is open;
    ``figures``: words that ask again for the figures that were shown, over another span.
    """

    work: Work
    conversation: Conversation
    memory: Memory
    text: str
    catalogue: Catalogue
    intent: str
    confidence: float
    ranking: tuple[str, ...] = ()
    chosen: Customer | None = None
    asked: bool = False
    undoing: bool = False
    idle: bool = False
    settled: bool = False
    aside: bool = False
    figures: str = ""
    fetched: list[tuple[ModelCall, dict[str, Any]]] = field(default_factory=list)
    reckoned: dict[str, Any] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The business date."""
        return self.work.clock.today()

    def model(self, call: ModelCall) -> dict[str, Any]:
        """What the model server says to a call; the first time it is asked, the turn is run again with the answer.

        So is it where the rows have changed meanwhile, since then it is another call.
        """
        for asked, answer in self.fetched:
            if asked == call:
                return answer
        raise NeedsModel(call)

    def beforehand(self, name: str, reckon: Callable[[Work], Found]) -> Found:
        """What ``reckon`` finds, reckoned before this turn's transaction: as of a moment ago, and detached from it.

        Its refusal is raised here.
        """
        if name not in self.reckoned:
            raise NeedsReading(name, reckon)
        found: Found | Refused = self.reckoned[name]
        if isinstance(found, Refused):
            raise found
        return found

    def customer(self) -> Customer | None:
        """Whom an order would be for: the person's own company, or the customer the desk is acting for."""
        key = self.work.principal.customer_id or self.conversation.customer_id
        return customers.by_id(self.work, key) if key is not None else None

    def bought(self) -> dict[str, int]:
        """How often the customer has bought what."""
        customer = self.customer()
        if customer is None:
            return {}
        return {sku: row.times for sku, row in sales.bought(self.work, customer.id).items()}

    def money(self, amount: Any) -> str:
        """An amount as people read it."""
        return shown(amount, self._currency())

    def price(self, amount: Any) -> str:
        """A price as people read it."""
        return shown_price(amount, self._currency())

    def _currency(self) -> str:
        return currency(self.work.session)
