"""What the tests of stock do again and again in the small company."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from backend.catalogue.queries import by_sku
from backend.catalogue.tables import Product
from backend.company.tables import AuditEvent
from backend.customers.queries import by_code
from backend.events.tables import OutboxEvent
from backend.sales import queries, service
from backend.sales.service import Wish
from backend.sales.tables import OrderLine
from backend.stock import service as stock
from backend.stock.queries import warehouse_by_code
from backend.stock.tables import StockEntry, StockLevel, Warehouse
from tests.backend.world import World
from tests.soak.invariants import broken


@dataclass(frozen=True)
class Stock:
    """A company whose stock is changed by one of its people."""

    world: World
    email: str = "desk@test"

    def place(self, *wishes: tuple[str, int], code: str = "C1") -> str:
        with self.world.writing("desk@test") as work:
            lines = [Wish(by_sku(work.session, sku), quantity) for sku, quantity in wishes]
            return service.place_order(work, by_code(work, code), lines).number

    def call_off(self, number: str) -> None:
        with self.world.writing("desk@test") as work:
            service.cancel_order(work, queries.by_number(work, number), "changed my mind")

    def line(self, number: str, position: int = 1) -> OrderLine:
        with self.world.reading("desk@test") as work:
            return queries.by_number(work, number).lines[position - 1]

    def parts(self, number: str, position: int = 1) -> tuple[int, int]:
        """What is reserved for a line, and what it waits for."""
        line = self.line(number, position)
        return line.reserved, line.back_ordered

    def adjust(self, sku: str, change: int, reason: str = "found damaged", where: str = "MAIN") -> stock.Movement:
        with self.world.writing(self.email) as work:
            place = warehouse_by_code(work.session, where)
            return stock.adjust(work, by_sku(work.session, sku), place, change, reason)

    def count(self, sku: str, counted: int, reason: str = "yearly count", where: str = "MAIN") -> stock.Movement:
        with self.world.writing(self.email) as work:
            place = warehouse_by_code(work.session, where)
            return stock.count(work, by_sku(work.session, sku), place, counted, reason)

    def transfer(self, sku: str, quantity: int, out: str = "MAIN", into: str = "SHOP") -> stock.Transfer:
        with self.world.writing(self.email) as work:
            places = [warehouse_by_code(work.session, code) for code in (out, into)]
            return stock.transfer(work, by_sku(work.session, sku), *places, quantity, "for the shop")

    def open(self, code: str = "SHOP", name: str = "The shop") -> None:
        with self.world.writing(self.email) as work:
            stock.create_warehouse(work, code, name)

    def level(self, sku: str, where: str = "MAIN") -> tuple[int, int]:
        """On hand and reserved in a warehouse."""
        with self.world.database.read() as session:
            query = select(StockLevel).join(Product).join(Warehouse)
            row = session.scalars(query.where(Product.sku == sku, Warehouse.code == where)).one()
            return row.on_hand, row.reserved

    def entries(self, sku: str) -> list[tuple[int, str, str | None, str | None]]:
        """The ledger: quantity, kind, document, reason."""
        with self.world.database.read() as session:
            query = select(StockEntry).join(Product).where(Product.sku == sku).order_by(StockEntry.id)
            return [(row.quantity, row.kind, row.document, row.reason) for row in session.scalars(query)]

    def audit(self, subject: str, key: str) -> list[AuditEvent]:
        with self.world.database.read() as session:
            query = select(AuditEvent).where(AuditEvent.subject == subject, AuditEvent.subject_key == key)
            return list(session.scalars(query.order_by(AuditEvent.id)))

    def events(self, *kinds: str) -> list[tuple[str, dict[str, object]]]:
        """What was published of some kinds: the key and the payload."""
        with self.world.database.read() as session:
            query = select(OutboxEvent).where(OutboxEvent.kind.in_(kinds)).order_by(OutboxEvent.id)
            return [(row.key, row.payload) for row in session.scalars(query)]

    def whole(self) -> None:
        """Every sum is right."""
        assert broken(self.world.database) == []
