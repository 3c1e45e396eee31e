"""The company in which the unhappy conversations are held, and the states in which each of them begins.

A state is made once, by talking, and kept as a copy of the database; a conversation begins by laying that copy back.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from actions.skills import ORDERING, SELLERS
from actions.turns import TurnRunner
from backend.customers.tables import Customer
from backend.database import Database
from backend.identity.tables import Role
from backend.insight.storing import ItemForecast, ItemSuggestion, RunFacts, store_forecasts, store_suggestions
from backend.migrations import migrate
from tests.backend.returns.returning import delivered, families
from tests.backend.rich import Deciding
from tests.backend.shipping.handling import person
from tests.backend.world import TODAY, World, build
from tests.soak.assistant import NoModels
from tests.soak.unhappy_words import Message

if TYPE_CHECKING:
    from tests.soak.unhappy_teller import Teller

CHAT_ROWS: Final = frozenset({"conversation", "turn", "message", "action_reply", "button_token", "kept_message"})
BUYING: Final = frozenset({Role.BUYER, Role.MANAGER})
HORIZON: Final = 8
Digest = dict[str, str]


def furnish(world: World) -> None:
    """A manager, families for exchanges, forecasts, suggestions, and a delivered order of the first customer."""
    person(world, "manager@test", "manager")
    families(world)
    reason = {"times": 7, "interval_days": 30.2, "last_bought": "2026-05-15", "typical_quantity": 60.0}
    item = ItemForecast(
        "10-109",
        [5.0] * HORIZON,
        [[float(level) for level in range(1, 10)]] * HORIZON,
        {"level": [5.0] * HORIZON},
        {"wape": 0.25, "naive_wape": 0.4, "periods": 6},
    )
    with world.database.write() as session:
        for freq, last in (("W", date(2026, 6, 8)), ("M", date(2026, 5, 1))):
            store_forecasts(session, RunFacts(freq, f"forecast-{freq}", "1", last, HORIZON, {}), [item])
        suggested = ItemSuggestion("C1", "10-109", 1, 0.8, 60, date(2026, 6, 14), reason)
        store_suggestions(session, TODAY, [suggested])
    delivered(world, ("30-102", 20))


class Stage:
    """The company's database, what it looked like in every opening state, and what of it changed."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "stage.db"
        self.database = Database(f"sqlite:///{self._file}")
        migrate(self.database)
        self.world = build(self.database)
        furnish(self.world)
        self.models_up = TurnRunner(self.database, Deciding())  # type: ignore[arg-type]
        self.models_down = TurnRunner(self.database, NoModels())  # type: ignore[arg-type]
        self._watching = sqlite3.connect(self._file, isolation_level=None)
        self._tables = [name for (name,) in self.rows("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        self._states: dict[tuple[str, str], sqlite3.Connection] = {}
        self._first = self._copied()

    def _copied(self) -> sqlite3.Connection:
        copy = sqlite3.connect(":memory:")
        self._watching.backup(copy)
        return copy

    def _lay_back(self, copy: sqlite3.Connection) -> None:
        with closing(sqlite3.connect(self._file)) as target:
            target.execute("PRAGMA synchronous = OFF")
            copy.backup(target)

    def begin(self, role: str, opening: str, open_with: Callable[[], None]) -> None:
        """Make the database what it is in a role's opening state; the first time it is made by ``open_with``."""
        known = self._states.get((role, opening))
        self._lay_back(known or self._first)
        if known is None:
            open_with()
            self._states[role, opening] = self._copied()

    def rows(self, query: str, *arguments: Any) -> list[Any]:
        """What a query finds."""
        return self._watching.execute(query, arguments).fetchall()

    def write(self, statement: str, *arguments: Any) -> None:
        """Change something behind everybody's back."""
        self._watching.execute(statement, arguments)

    def digest(self) -> Digest:
        """A hash of every table's rows but the chat's own; a cart with nothing in it is no cart."""
        found = {}
        for table in self._tables:
            if table not in CHAT_ROWS:
                empty = " WHERE id IN (SELECT cart_id FROM cart_line)" if table == "cart" else ""
                rows = self.rows(f'SELECT * FROM "{table}"{empty} ORDER BY 1')
                found[table] = hashlib.sha256(repr(rows).encode()).hexdigest()
        return found

    def close(self) -> None:
        """Forget everything."""
        for copy in [self._first, *self._states.values()]:
            copy.close()
        self._watching.close()
        self.database.close()


def changed(before: Mapping[str, str], after: Mapping[str, str]) -> set[str]:
    """The tables that differ."""
    return {table for table in before if before[table] != after[table]}


# ---- the states in which a conversation begins -----------------------------------------------------------------------


@dataclass(frozen=True)
class Opening:
    """How a state is brought about, and for whom it can be."""

    talk: Callable[[Teller], None]
    roles: frozenset[Role] = ORDERING


def _order(teller: Teller, text: str) -> None:
    """Order lines, of the desk's people for Ferndale Joinery."""
    if teller.role == Role.CUSTOMER:
        teller.open(Message(text, "place_order"))
    else:
        teller.open(Message(f"order {text} for Ferndale Joinery", "order_for_customer"))


def _cart(teller: Teller) -> None:
    _order(teller, "60 M8x40 hex bolts, 500 of 45-103 and 40 of 30-101")


def _product_question(teller: Teller) -> None:
    _order(teller, "60 M8x40 hex bolts and 50 wood screws")


def _quantity_question(teller: Teller) -> None:
    _order(teller, "60 M8x40 hex bolts")
    teller.open(Message("and some coach bolts please", "add_item"))


def _whom(teller: Teller) -> None:
    teller.open(Message("60 M8x40 hex bolts", "place_order"))


def _placed(teller: Teller) -> None:
    _order(teller, "60 M8x40 hex bolts and 40 of 30-101")
    teller.open(Message("yes", "affirm"))


def _cancelling(teller: Teller) -> None:
    """A cart under way, and a yes awaited to the cancelling of an order."""
    _placed(teller)
    _cart(teller)
    teller.open(Message(f"cancel {teller.newest_order()}", "cancel_order"))


def _changing(teller: Teller) -> None:
    _placed(teller)
    teller.open(Message(f"change {teller.newest_order()}: make the hex bolts 80", "change_order"))


def _emptying(teller: Teller) -> None:
    _cart(teller)
    teller.open(Message("empty the cart", "discard_cart"))


def _returning(teller: Teller) -> None:
    _cart(teller)
    teller.open(Message(f"send back 5 wood screws 4x50 from {teller.newest_order()}", "return_items"))


def _held(teller: Teller) -> None:
    with teller.stage.database.write() as session:
        session.scalars(select(Customer).where(Customer.code == "C1")).one().credit_limit = Decimal(1)
    _placed(teller)


def _standing(teller: Teller) -> None:
    _order(teller, "60 M8x40 hex bolts")
    teller.open(Message("make it a standing order every month", "change_order"))
    teller.tap("Set it up")


def _quoted(teller: Teller) -> None:
    """A cart under way, and a yes awaited to a quote."""
    _order(teller, "60 M8x40 hex bolts")
    teller.tap("Make it a quote")
    if teller.role != Role.CUSTOMER:
        teller.tap("Send it")
        teller.open(Message("yes", "affirm"))
    _cart(teller)
    teller.open(Message("accept QU-100001", "quote_request"))


def _lost(teller: Teller) -> None:
    _ = [teller.open(Message(text, "not_understood")) for text in ("blorp", "blorp blorp")]


def _buying(teller: Teller) -> None:
    teller.open(Message("what should we buy in?", "replenish"))


OPENINGS: Final[dict[str, Opening]] = {
    "nothing": Opening(lambda _teller: None, frozenset(Role)),
    "cart": Opening(_cart),
    "open product": Opening(_product_question),
    "open quantity": Opening(_quantity_question),
    "open customer": Opening(_whom, SELLERS),
    "placed": Opening(_placed),
    "cancelling": Opening(_cancelling),
    "changing": Opening(_changing),
    "emptying": Opening(_emptying),
    "returning": Opening(_returning),
    "held": Opening(_held),
    "standing": Opening(_standing),
    "quoted": Opening(_quoted),
    "lost": Opening(_lost, frozenset(Role)),
    "buying": Opening(_buying, BUYING),
}
