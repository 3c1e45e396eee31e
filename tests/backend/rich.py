"""A company in which there is one of everything, most of it customer C1's: for tests that go through every endpoint.

``documents`` names what there is; a path or body of a request says ``$name`` where it means one of them.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from backend.app import create_app
from backend.billing import credits as crediting
from backend.billing import goodwill, payments, refunds
from backend.billing import queries as billing
from backend.billing.tables import Invoice
from backend.catalogue.queries import by_sku
from backend.catalogue.tables import Product, TaxRate
from backend.chat import conversations
from backend.chat.cards import Reply
from backend.company.tables import Company
from backend.customers import queries as customers
from backend.customers import service as customer_service
from backend.customers.tables import Customer
from backend.database import Database, now
from backend.events import alerts, registering
from backend.events.addresses import Allowed
from backend.events.tables import WebhookDelivery
from backend.identity.service import issue_token
from backend.identity.tables import User
from backend.insight.tables import ForecastRow, ForecastRun, Suggestion
from backend.migrations import migrate
from backend.purchasing.tables import PurchaseOrder, PurchaseOrderLine, Supplier
from backend.quotes import inquiries, quoting
from backend.quotes import queries as quotes
from backend.review import service as reviewing
from backend.review.service import Heard
from backend.sales.service import Wish
from backend.settings import Settings
from backend.standing import service as standing
from tests.backend.returns.returning import ask, delivered, families, receive
from tests.backend.shipping.handling import (
    arrive,
    deliver,
    held_for,
    person,
    pick,
    place,
    plan,
    second_warehouse,
    shipped,
)
from tests.backend.world import TODAY, World, build
from tests.services import PostgresServer

SETTINGS = {"internal_secret": "secret", "rasa_url": "http://127.0.0.1:9", "models_url": "http://127.0.0.1:9"}
PEOPLE = {
    "owner": "customer@test",
    "other": "other@test",
    "rep": "rep@test",
    "desk": "desk@test",
    "buyer": "buyer@test",
    "manager": "manager@test",
}
MONTHLY = "FREQ=MONTHLY;BYDAY=1MO"


class Deciding:
    """In the model server's place: buy 100 of the first product, nothing else."""

    def live(self) -> bool:
        return True

    def infer(self, model: str, inputs: list[dict[str, Any]], parameters: dict[str, Any]) -> dict[str, Any]:
        count = inputs[0]["shape"][0]
        numbers = {"forecast": 80, "safety_stock": 20, "order_up_to": 100, "position": 0, "raw_need": 100}
        numbers |= {"rounding": 0, "cover_days": 3, "protection_days": 24, "network_quantity": 100}
        outputs = {name: {"data": [number] * count} for name, number in numbers.items()}
        return {**outputs, "quantity": {"data": [100] + [0] * (count - 1)}}


class Answering:
    """In the assistant's place: says the same to everybody."""

    def say(self, sender: str, text: str | None, role: str | None = None) -> list[Reply]:
        return [Reply(text="Hello.")]


@dataclass
class Furnished:
    """The world, its documents by name, and the header of a sign-in per role."""

    world: World
    documents: dict[str, Any]
    headers: dict[str, dict[str, str]]

    def named(self, value: Any) -> Any:
        """A value with every ``$name`` in it replaced by what it names."""
        if isinstance(value, dict):
            return {key: self.named(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self.named(one) for one in value]
        return self.documents[value[1:]] if isinstance(value, str) and value.startswith("$") else value

    def restore(self) -> None:
        """Make everything as it was at first, where that is quick: on SQLite."""

    def begin_again(self) -> None:
        """Make everything as it was at first, the next keys too, whatever it takes."""
        self.restore()


@dataclass
class RichOnServer(Furnished):
    """The world in a PostgreSQL database, and a copy of that as it was at first."""

    server: PostgresServer
    name: str

    def __post_init__(self) -> None:
        self.world.database.close()
        self._original = self.server.create(template=self.name)

    def begin_again(self) -> None:
        """Make everything as it was at first, the next keys too."""
        self.world.database.close()
        self.server.drop(self.name)
        self.server.execute(f'CREATE DATABASE "{self.name}" TEMPLATE "{self._original}"')


@dataclass
class Rich(Furnished):
    """The world in an SQLite file, and a copy of that as it was at first."""

    file: Path
    original: Path

    def __post_init__(self) -> None:
        self._watching = sqlite3.connect(self.file, check_same_thread=False)
        self._copy(self.file, self.original)
        self._seen, self._first = self._commits(), self.digest()

    def _commits(self) -> int:
        """A number that differs after every commit of somebody else, and otherwise does not."""
        return int(self._watching.execute("PRAGMA data_version").fetchone()[0])

    @staticmethod
    def _copy(one: Path, other: Path) -> None:
        with closing(sqlite3.connect(one)) as source, closing(sqlite3.connect(other)) as target:
            source.backup(target)

    def digest(self) -> str:
        """A hash of every row of every table."""
        with closing(sqlite3.connect(self.file)) as connection:
            found = hashlib.sha256()
            for (table,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"):
                for row in connection.execute(f'SELECT * FROM "{table}" ORDER BY 1'):
                    found.update(repr((table, row)).encode())
            return found.hexdigest()

    def changed(self) -> bool:
        """Whether any row of any table is other than at first, the audit trail and the outbox among them."""
        return self._commits() != self._seen and self.digest() != self._first

    def restore(self) -> None:
        """Make everything as it was at first."""
        if self._commits() != self._seen:
            self._copy(self.original, self.file)
            self._seen = self._commits()

    def close(self) -> None:
        """Watch no longer."""
        self._watching.close()


@contextmanager
def opened(folder: Path) -> Iterator[tuple[Rich, TestClient]]:
    """The company in an SQLite file, and a client that is answered as by a server."""
    file = folder / "rich.db"
    with (
        serving(f"sqlite:///{file}") as (made, client),
        closing(Rich(made.world, made.documents, made.headers, file, folder / "rich.original")) as rich,
    ):
        yield rich, client


@contextmanager
def serving(url: str) -> Iterator[tuple[Furnished, TestClient]]:
    """The company in an empty database, and a client that is answered as by a server."""
    database = Database(url)
    migrate(database)
    made = furnish(build(database))
    with TestClient(application(database), raise_server_exceptions=False) as client:
        shown = client.get("/api/replenishment", headers=made.headers["manager"])
        made.documents["fingerprint"] = shown.json()["fingerprint"]
        yield made, client
    database.close()


def application(database: Database) -> FastAPI:
    """The application, with an assistant that always answers alike and a model server that always decides alike."""
    app = create_app(Settings(**SETTINGS), database)  # type: ignore[arg-type]
    app.state.gateway._rasa = Answering()
    app.state.models = Deciding()
    return app


def furnish(world: World) -> Furnished:
    """Put one of everything into the small company."""
    person(world, "manager@test", "manager")
    person(world, "second@test", limit=50, approver="customer@test")
    _prepare(world)
    documents: dict[str, Any] = {"warehouse": second_warehouse(world, "30-102", 100)}
    for part in (_orders, _shipments, _money, _returns, _offers, _standing, _purchases, _events, _own, _said, _insight):
        part(world, documents)
    headers = {role: _signed_in(world, email) for role, email in PEOPLE.items()}
    return Furnished(world, documents, headers)


def _signed_in(world: World, email: str) -> dict[str, str]:
    with world.database.write() as session:
        user = session.scalars(select(User).where(User.email == email)).one()
        return {"Authorization": f"Bearer {issue_token(session, user, 24)}"}


def _prepare(world: World) -> None:
    families(world)
    with world.database.write() as session:
        session.add(TaxRate(country="United Kingdom", rate=Decimal("0.2")))
        session.get_one(Company, 1).delivery_charge = Decimal(5)
        session.get_one(Company, 1).set_off_credit = False  # so that there stays credit to be used by hand
    with world.writing("manager@test") as work:
        ours = customers.by_code(work, "C1")
        here = customer_service.Place("12 Mill Lane", "Leeds", "United Kingdom", None, "LS1")
        customer_service.add_address(work, ours, here, kind="delivery", default=True)
    for sku in ("10-109", "30-101"):
        arrive(world, sku, 5000)


def _orders(world: World, documents: dict[str, Any]) -> None:
    documents["order"] = place(world, ("10-109", 60), ("30-101", 10), customer_reference="OURS-1")
    documents["held"] = place(world, ("10-109", 61))
    held_for(world, documents["held"], "manual")
    documents["others_order"] = place(world, ("10-109", 7), email="other@test", code="C2")


def _shipments(world: World, documents: dict[str, Any]) -> None:
    documents["planned"] = plan(world, place(world, ("10-109", 62)))
    documents["picked"] = plan(world, place(world, ("10-109", 63)))
    pick(world, documents["picked"])
    documents["shipped"] = shipped(world, place(world, ("10-109", 64)))


def _money(world: World, documents: dict[str, Any]) -> None:
    with world.writing("desk@test") as work:
        ours = customers.by_code(work, "C1")
        first = work.session.scalars(select(Invoice)).one()
        payments.record_payment(work, ours, first.total, "bank_transfer", "in full")
        note = crediting.credit_invoice(work, first, "damaged", {1: 30})
        documents["refundable"], documents["paid"] = note.number, first.number
        documents["goodwill"] = goodwill.ask(work, ours, Decimal(500), "three late deliveries").number
        documents["unspent"] = payments.record_payment(work, ours, Decimal(100), "bank_transfer").number
        another = crediting.credit_invoice(work, first, "damaged too", {1: 10})
        documents["refund"] = refunds.refund(work, another).number
    with world.writing() as work:
        spare = billing.payment(work, documents["unspent"])
        documents["asked_back"] = refunds.refund_spare(work, spare, Decimal(5)).number
    number = place(world, ("30-101", 20))
    deliver(world, shipped(world, number))
    with world.writing("desk@test") as work:
        newest = work.session.scalars(select(Invoice).order_by(Invoice.id.desc())).first()
        documents["invoice"], documents["delivered"] = newest.number, number
    with world.writing("desk@test") as work:
        due = billing.invoice(work, documents["invoice"])
        documents["pending"] = payments.record_payment(
            work, customers.by_code(work, "C1"), Decimal("0.10"), "direct_debit", "DD-1", [due]
        ).number


def _returns(world: World, documents: dict[str, Any]) -> None:
    late = delivered(world, ("10-109", 30), days_ago=200)
    documents["late"] = late
    documents["requested"] = ask(world, late, (1, 3), reason="too long")
    number = delivered(world, ("10-109", 31))
    documents["approved"] = ask(world, number, (1, 4))
    documents["received"] = ask(world, number, (1, 5))
    receive(world, documents["received"])
    documents["exchange"] = ask(world, documents["delivered"], (1, 2, "30-102"), resolution="exchange")


def _offers(world: World, documents: dict[str, Any]) -> None:
    def wishes(work: Any) -> list[Wish]:
        return [Wish(by_sku(work.session, "10-109"), 80)]

    with world.writing("rep@test") as work:
        ours = customers.by_code(work, "C1")
        documents["draft"] = quoting.draft_quote(work, ours, wishes(work), quoting.Particulars()).number
    with world.writing() as work:
        ours = customers.by_code(work, "C1")
        documents["sent"] = quoting.ask_for_quote(work, ours, wishes(work)).number
        documents["open"] = inquiries.open_inquiry(work, ours, "question", "Is it hot-dipped?", None).number
        documents["answered"] = inquiries.open_inquiry(work, ours, "question", "And M10?", None).number
    with world.writing("rep@test") as work:
        inquiries.answer(work, quotes.inquiry(work, documents["answered"]), "Yes.")


def _standing(world: World, documents: dict[str, Any]) -> None:
    with world.writing() as work:
        ours = customers.by_code(work, "C1")
        lines = [Wish(by_sku(work.session, "10-109"), 24)]
        made = [standing.create(work, ours, lines, MONTHLY) for _ in range(2)]
        standing.pause(work, made[1])
        documents["active"], documents["paused"] = made[0].number, made[1].number


def _purchases(world: World, documents: dict[str, Any]) -> None:
    documents["coming"], documents["to_send"], documents["waiting"] = "PO-1", "PO-2", "PO-3"
    with world.database.write() as session:
        supplier = session.scalars(select(Supplier)).one()
        bolt = by_sku(session, "10-109")
        session.add(
            PurchaseOrder(
                number="PO-2",
                supplier_id=supplier.id,
                state="approved",
                ordered_at=now(),
                total=Decimal(2),
                lines=[PurchaseOrderLine(position=1, product_id=bolt.id, quantity=100, cost=Decimal("0.02"))],
            )
        )
        session.add(
            PurchaseOrder(
                number="PO-3",
                supplier_id=supplier.id,
                state="proposed",
                ordered_at=now(),
                total=Decimal(2),
                lines=[PurchaseOrderLine(position=1, product_id=bolt.id, quantity=100, cost=Decimal("0.02"))],
            )
        )


def _events(world: World, documents: dict[str, Any]) -> None:
    with world.writing("manager@test") as work:
        hook = registering.register(work, "https://erp.example.com/hook", [], Allowed(http=False, private=False))
        sent, dead = registering.ping(work, hook), registering.ping(work, hook)
        documents["webhook"], documents["delivery"] = hook.id, dead.id
        assert sent.state == "pending"
    with world.database.write() as session:
        given_up = session.get_one(WebhookDelivery, documents["delivery"])
        given_up.state = "dead"


def _own(world: World, documents: dict[str, Any]) -> None:
    with world.writing() as work:
        ours = customers.by_code(work, "C1")
        there = customer_service.Place("1 Quay", "Hull", "United Kingdom", None, None)
        documents["address"] = customer_service.add_address(work, ours, there, kind="delivery", default=False).id
        method = customer_service.add_payment_method(work, ours, "card", "Visa ending 4242", default=True)
        documents["method"] = method.id
        documents["alert"] = alerts.subscribe(work, "orders", None).id
    with world.database.read() as session:
        documents["person"] = session.scalars(select(User.id).where(User.email == "second@test")).one()


def _said(world: World, documents: dict[str, Any]) -> None:
    with world.writing() as work:
        conversation = conversations.conversation_of(work.session, work.principal.user_id, 60)
        turn = conversations.claim(work.session, conversation, "said", "web", "whre is my ordr", None)
        kept = reviewing.keep(work, turn, "not_understood", Heard("not_understood", 0.2, ["order_status", "help"]))
        assert kept is not None
        documents["kept"] = kept.id


def _insight(world: World, documents: dict[str, Any]) -> None:
    with world.database.write() as session:
        products = session.scalars(select(Product).where(Product.active)).all()
        ours = session.scalars(select(Customer).where(Customer.code == "C1")).one()
        for freq in ("W", "M"):
            run = ForecastRun(
                freq=freq, model="net", version="1", last_period=date(2026, 6, 1), horizon=8, metrics={}, current=True
            )
            session.add(run)
            session.flush()
            for product in products:
                session.add(
                    ForecastRow(
                        run_id=run.id,
                        product_id=product.id,
                        mean=[10.0] * 8,
                        quantiles=[[float(step) for step in range(6, 15)]] * 8,
                        drivers={"level": [10.0] * 8},
                        error={"mase": 0.8},
                    )
                )
        session.add(
            Suggestion(
                customer_id=ours.id, product_id=products[0].id, rank=1, score=0.9, quantity=60, due_date=TODAY,
                reason={"every": 14}, as_of=TODAY,
            )
        )  # fmt: skip
