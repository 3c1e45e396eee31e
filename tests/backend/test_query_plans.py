"""The query plan of each hot query: no table that grows is read from end to end, and no page is sorted to be cut.

Everything that a call asks of the database is asked for its plan on both engines. PostgreSQL is told to do without
reading whole tables wherever an index would do, as it would by itself were they full.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from backend.billing import goodwill, setting_off
from backend.billing import jobs as billing_jobs
from backend.billing import queries as billing
from backend.billing.tables import Invoice
from backend.catalogue import queries as catalogue
from backend.customers import queries as customers
from backend.database import now
from backend.events.jobs import relay_events, send_webhooks
from backend.http.idempotency import Once
from backend.identity.permissions import SYSTEM
from backend.identity.service import issue_token, principal_of_token
from backend.identity.tables import User
from backend.quotes import queries as quotes
from backend.returns import queries as returns_queries
from backend.review import queries as reviewing
from backend.review import ratings
from backend.review.jobs import delete_kept
from backend.sales import back_orders, checking, jobs, queries, service
from backend.sales.queries import Sought
from backend.sales.schemas import CancelIn
from backend.sales.service import Wish
from backend.sales.tables import Order, Shipment
from backend.shipping import queries as shipments_queries
from backend.standing import jobs as standing_jobs
from backend.stock import queries as stock
from backend.stock.queries import positions
from backend.work import Work, reading
from tests.backend.world import TODAY, World

SMALL = frozenset(
    {"company", "warehouse", "category", "tax_rate", "number_series", "webhook", "supplier", "supplier_product"}
)
SCANNED = {"sqlite": re.compile(r"^SCAN (\w+)(?! USING)\b"), "postgresql": re.compile(r"Seq Scan on (\w+)")}
SORTED = re.compile(r"TEMP B-TREE FOR (?:LAST \d+ TERMS? OF )?ORDER BY")
Call = Callable[[World], object]


@dataclass
class Asked:
    """The statements of a call, with their values."""

    statements: list[tuple[str, Any]] = field(default_factory=list)

    def take(self, *arguments: Any) -> None:
        """Called before each statement."""
        statement, values, several = arguments[2], arguments[3], arguments[5]
        if statement.lstrip().startswith(("SELECT", "UPDATE", "DELETE")):
            self.statements.append((statement, values[0] if several else values))


@contextmanager
def asked(world: World) -> Iterator[Asked]:
    """What is asked of the database until the block ends."""
    found, engine = Asked(), world.database.engine
    event.listen(engine, "before_cursor_execute", found.take)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", found.take)


def plans(world: World, found: Asked) -> list[tuple[str, list[str]]]:
    """Each statement with the steps of its plan."""
    engine, plans = world.database.engine, []
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        for statement, values in found.statements:
            if engine.dialect.name == "sqlite":
                rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
                plans.append((statement, [str(row[3]) for row in rows]))
            else:
                rows = connection.exec_driver_sql(f"EXPLAIN {statement}", values)
                plans.append((statement, [str(row[0]) for row in rows]))
        connection.rollback()
    return plans


def require_indexes(world: World, found: Asked, walks: frozenset[str], *, sorts: bool) -> None:
    """Fails with the plan where a table that grows is read from end to end."""
    scanned, dialect = SCANNED[world.database.engine.dialect.name], world.database.engine.dialect.name
    assert found.statements
    for statement, steps in plans(world, found):
        read = {match[1] for step in steps if (match := scanned.search(step))}
        tables = {re.sub(r"_\d+$", "", name) for name in read} - {
            "CONSTANT",
            "anon",
        }  # no rows, and what another query has found
        assert tables <= SMALL | walks, (statement, steps)
        if dialect == "sqlite" and " LIMIT " in statement and not sorts:
            assert not any(SORTED.search(step) for step in steps), (statement, steps)


def _token(world: World) -> str:
    with world.database.write() as session:
        return issue_token(session, session.query(User).filter_by(email="customer@test").one(), 1)


def _placed(world: World) -> Any:
    with world.writing() as work:
        found = catalogue.for_ordering(work.session, ["10-109", "30-101"], customer_id=1)
        wishes = [Wish(product, 900) for product in found.values()]  # more than there is
        return service.place_order(work, customers.named_or_own(work, None), wishes).id


def _twin(world: World) -> None:
    key = _placed(world)
    with world.reading() as work:
        order = work.session.get_one(Order, key)
        wanted = {line.product_id: line.quantity for line in order.lines}
        assert checking.twin_of(work, order.customer, wanted, order.total, 30) is order


def _signed_in(world: World) -> None:
    token = _token(world)
    with world.database.read() as session:
        principal_of_token(session, token)


def _once(world: World) -> None:
    body = CancelIn(reason="none")
    once = Once(world.database, world.principal("customer@test"), "key")
    for _ in range(2):
        assert once.run("nothing", body, lambda _work: body).status_code == 200


def _as(email: str, ask: Callable[[Work], object]) -> Call:
    def call(world: World) -> None:
        with world.reading(email) as work:
            ask(work)

    return call


def _filled(world: World) -> None:
    _placed(world)
    with world.writing("desk@test") as work:
        back_orders.fill(work, [1, 6])


def _orders(**sought: Any) -> Callable[[Work], object]:
    return lambda work: queries.keys_page(work, before=None, limit=51, sought=Sought(**sought))


def _shown(world: World) -> None:
    _placed(world)
    with world.reading("customer@test") as work:
        queries.listed(work, queries.keys_page(work, before=None, limit=51))
        queries.listed_by_number(work, queries.recent(work, 1, 1)[0].number)


def _shipments(state: str | None = None, order: str | None = None) -> Callable[[Work], object]:
    return lambda work: shipments_queries.page(work, state=state, order=order, before=None, limit=51)


def _own(work: Work) -> Any:
    return customers.named_or_own(work, None)


def _reviewed(world: World) -> None:
    with reading(world.database, SYSTEM) as work:
        reviewing.kept(work, before=99)


HOT: dict[str, Call] = {
    "signing in": _signed_in,
    "an answer kept for its repeats": _once,
    "placing an order": _placed,
    "an order's twin": _twin,
    "exposure": _as("customer@test", lambda work: checking.exposure(work, _own(work))),
    "overdue": _as("customer@test", lambda work: checking.overdue(work, _own(work))),
    "what is usual": _as(
        "customer@test",
        lambda work: checking.unusual(work, _own(work), [(catalogue.by_sku(work.session, "10-109"), 1)]),
    ),
    "positions": _as("customer@test", lambda work: positions(work.session, [1, 2, 3])),
    "back orders are filled": _filled,
    "one's orders": _as("customer@test", _orders()),
    "orders of a customer": _as("desk@test", _orders(customer_id=1)),
    "orders by state": _as("desk@test", _orders(state="on_hold")),
    "orders by reference": _as("desk@test", _orders(customer_reference="REF-1")),
    "orders with a product": _as("desk@test", _orders(product_id=1)),
    "orders of a week": _as("desk@test", _orders(placed_from=TODAY - timedelta(days=7), placed_to=TODAY)),
    "orders as they are shown": _shown,
    "the newest orders in chat": _as("customer@test", lambda work: queries.recent(work, 1, 5)),
    "one's invoices": _as("customer@test", lambda work: billing.invoices_page(work, limit=51)),
    "their lines": _as("customer@test", lambda work: billing.lines_of(work, [Invoice(id=1), Invoice(id=2)])),
    "one's shipments": _as("customer@test", _shipments()),
    "shipments by state": _as("desk@test", _shipments(state="planned")),
    "shipments of an order": _as("customer@test", _shipments(order="SO-1")),
    "what is in them": _as("desk@test", lambda work: shipments_queries.lines_of(work, [Shipment(id=1)])),
    "one's payments": _as("customer@test", lambda work: billing.payments_page(work, limit=51)),
    "one's credit notes": _as("customer@test", lambda work: billing.credit_notes_page(work, limit=51)),
    "credit to set off": _as("desk@test", lambda work: setting_off.hold_credit(work, Invoice(customer_id=1, total=1))),
    "goodwill of a customer": _as("desk@test", lambda work: goodwill.page(work, customer_id=1, limit=51)),
    "one's returns": _as("customer@test", lambda work: returns_queries.page(work, limit=51)),
    "returns by state": _as("desk@test", lambda work: returns_queries.page(work, state="requested", limit=51)),
    "a page of products": _as(
        "customer@test", lambda work: catalogue.listed_page(work.session, search=None, after="10", limit=51)
    ),
    "their packs and prices": _as(
        "customer@test",
        lambda work: catalogue.terms_of(
            work.session,
            [row.id for row in catalogue.listed_page(work.session, search=None, after="10", limit=51)],
            work.principal.customer_id,
        ),
    ),
    "a page of stock": _as(
        "desk@test", lambda work: catalogue.keys_page(work.session, search=None, after="10", limit=51)
    ),
    "a product's key": _as("desk@test", lambda work: catalogue.key_of(work.session, "10-109")),
    "a product's movements": _as(
        "desk@test",
        lambda work: stock.ledger(
            work.session, catalogue.by_sku(work.session, "10-109"), warehouse=None, kind=None, before=None, limit=51
        ),
    ),
    "one's quotes": _as("customer@test", lambda work: quotes.quotes(work, quotes.Wanted(limit=21))),
    "quotes by state": _as("desk@test", lambda work: quotes.quotes(work, quotes.Wanted(state="sent", limit=21))),
    "the relay": lambda world: relay_events(world.database),
    "due webhooks": lambda world: send_webhooks(world.database),
    "due standing orders": lambda world: standing_jobs.place_due(world.database),
    "overdue invoices": lambda world: billing_jobs.mark_overdue(world.database),
    "messages for review": _reviewed,
    "kept messages deleted": lambda world: delete_kept(world.database),
    "what a turn has done": _as("customer@test", lambda work: ratings.done_since(work, now())),
    "the last rating": _as("customer@test", lambda work: ratings.too_soon(work, 1)),
    "expired reservations": lambda world: jobs.expire_reservations(world.database),
}
WALKED: dict[str, tuple[Call, frozenset[str]]] = {  # by key, from the newest on, until the page is full
    "the newest orders": (_as("desk@test", _orders()), frozenset({"sales_order"})),
    "the newest invoices": (
        _as("desk@test", lambda work: billing.invoices_page(work, limit=51)),
        frozenset({"invoice"}),
    ),
    "the newest shipments": (_as("desk@test", _shipments()), frozenset({"shipment"})),
    "the newest returns": (
        _as("desk@test", lambda work: returns_queries.page(work, limit=51)),
        frozenset({"sales_return"}),
    ),
}


@pytest.mark.parametrize("name", HOT)
def test_reads_by_an_index(world: World, name: str) -> None:
    with asked(world) as found:
        HOT[name](world)
    require_indexes(world, found, frozenset(), sorts=name in SORTING)


def test_what_no_index_serves_is_found_out(world: World) -> None:
    with asked(world) as found, world.reading("desk@test") as work:
        work.session.scalars(select(Order).where(Order.channel == "test")).all()
    with pytest.raises(AssertionError, match="sales_order"):
        require_indexes(world, found, frozenset(), sorts=False)


@pytest.mark.parametrize("name", WALKED)
def test_walks_from_the_newest_on(world: World, name: str) -> None:
    call, walks = WALKED[name]
    with asked(world) as found:
        call(world)
    require_indexes(world, found, walks, sorts=False)


# Few rows, which the index gives unsorted: a customer's addresses, what is due now.
SORTING = frozenset(
    {"placing an order", "an order's twin", "back orders are filled", "overdue invoices", "orders as they are shown"}
)
