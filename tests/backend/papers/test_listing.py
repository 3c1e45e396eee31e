"""What papers there are: all kinds in one list, by pages, narrowed, and only what may be had."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from backend.customers.tables import Customer
from backend.errors import NotFound
from backend.papers import listing, service
from backend.papers.kinds import Kind
from backend.papers.listing import Narrowed
from backend.sales.tables import Order, Shipment
from tests.backend.papers.documents import at, fill
from tests.backend.world import World


def add_orders(session: Session, code: str, days: list[int]) -> None:
    customer = session.scalars(select(Customer).where(Customer.code == code)).one()
    for day in days:
        order = Order(
            number=f"SO-{code}-{day}", customer_id=customer.id, channel="web", placed_at=at(day), total=0, lines=[]
        )
        order.shipments = [
            Shipment(number=f"SH-{code}-{day}", state="delivered", shipped_at=at(day) + timedelta(days=3))
        ]
        session.add(order)
        session.flush()


def numbers(world: World, email: str = "customer@test", **more: object) -> list[str]:
    with world.reading(email) as work:
        return [entry.number for entry in service.list_papers(work, **more)[0]]  # type: ignore[arg-type]


def test_the_newest_first_over_all_kinds(world: World) -> None:
    fill(world)
    with world.reading("customer@test") as work:
        entries, following = service.list_papers(work)
    assert following is None
    assert [(entry.title, str(entry.date), entry.party) for entry in entries] == [
        ("Credit note CN-100001", "2026-06-17", "C1"),
        ("Delivery note SH-100001", "2026-06-16", "C1"),
        ("Invoice INV-100001", "2026-06-16", "C1"),
        ("Order confirmation SO-100001", "2026-06-15", "C1"),
        ("Quote QU-100001", "2026-06-13", "C1"),
    ]


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_pages_of_any_size_show_everything_once_and_in_order(world: World, limit: int) -> None:
    fill(world)
    with world.database.write() as session:
        add_orders(session, "C1", [1, 2, 3, 4, 5, 16, 17])
    whole = numbers(world)
    assert len(whole) == 5 + 14
    seen: list[str] = []
    after: str | None = None
    while True:
        with world.reading("customer@test") as work:
            entries, after = service.list_papers(work, limit=limit, after=after)
        seen += [entry.number for entry in entries]
        if after is None:
            break
    assert seen == whole


def test_what_comes_in_between_two_pages_shifts_nothing(filled: World) -> None:
    with filled.reading("customer@test") as work:
        first, after = service.list_papers(work, limit=2)
    with filled.database.write() as session:
        add_orders(session, "C1", [18])
    with filled.reading("customer@test") as work:
        rest, _ = service.list_papers(work, limit=50, after=after)
    shown = [entry.number for entry in (*first, *rest)]
    assert shown == ["CN-100001", "SH-100001", "INV-100001", "SO-100001", "QU-100001"]


def test_a_list_is_narrowed_by_kind_order_and_customer(filled: World) -> None:
    with filled.database.write() as session:
        add_orders(session, "C1", [2])
        add_orders(session, "C2", [3])
    assert numbers(filled, kind=Kind.INVOICE) == ["INV-100001"]
    assert numbers(filled, order="SO-100001") == ["CN-100001", "SH-100001", "INV-100001", "SO-100001"]
    assert numbers(filled, "desk@test", customer="C2") == ["SH-C2-3", "SO-C2-3"]
    assert numbers(filled, "manager@test", kind=Kind.PURCHASE_ORDER, customer="C1") == []
    assert numbers(filled, "manager@test", kind=Kind.PURCHASE_ORDER, order="SO-100001") == []
    assert numbers(filled, "customer@test", kind=Kind.PURCHASE_ORDER) == []


def test_the_quote_of_an_order_comes_with_it(filled: World) -> None:
    with filled.database.write() as session:
        session.execute(text("UPDATE sales_order SET quote_id = (SELECT id FROM quote)"))
    assert numbers(filled, order="SO-100001", kind=Kind.QUOTE) == ["QU-100001"]


def test_another_customers_order_or_code_is_not_found(filled: World) -> None:
    for narrowed in ({"order": "SO-100001"}, {"customer": "C1"}):
        with pytest.raises(NotFound):
            numbers(filled, "other@test", **narrowed)
    assert numbers(filled, "other@test") == []


def test_a_cursor_is_read_as_it_was_written() -> None:
    shown = {Kind.ORDER_CONFIRMATION: 124, Kind.INVOICE: 7}
    assert listing.written_cursor(shown) == "o124i7"
    assert listing.read_cursor("o124i7") == shown
    assert listing.read_cursor(None) == {}


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.PURCHASE_ORDER])
def test_a_customers_list_searches_by_index(filled: World, kind: Kind) -> None:
    with filled.reading("customer@test") as work:
        query = listing._SOURCES[kind].query(work, Narrowed()).order_by(listing._SOURCES[kind].key.desc()).limit(51)
        compiled = query.compile(work.session.get_bind(), compile_kwargs={"literal_binds": True})
        plan = [line[3] for line in work.session.execute(text(f"EXPLAIN QUERY PLAN {compiled}"))]
    assert [step for step in plan if step.startswith("SCAN")] == []
