"""What the tests of purchase orders do again and again in the small company."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from backend.catalogue.queries import by_sku
from backend.database import now
from backend.purchasing import queries, receiving, service
from backend.purchasing.tables import PurchaseOrder, PurchaseOrderLine, Supplier
from backend.stock.queries import warehouse_by_code
from tests.backend.stock.company import Stock


@dataclass(frozen=True)
class Buying(Stock):
    """A company whose purchase orders are handled by one of its people."""

    email: str = "buyer@test"

    def order(self, number: str, *lines: tuple[str, int], state: str = "sent", expected: date | None = None) -> str:
        """A purchase order that is there already."""
        with self.world.database.write() as session:
            supplier = session.scalars(select(Supplier)).one()
            order = PurchaseOrder(
                number=number,
                supplier_id=supplier.id,
                state=state,
                ordered_at=now(),
                expected_date=expected,
                total=Decimal(1),
            )
            for position, (sku, quantity) in enumerate(lines, start=1):
                product = by_sku(session, sku)
                order.lines.append(
                    PurchaseOrderLine(position=position, product_id=product.id, quantity=quantity, cost=Decimal("0.02"))
                )
            session.add(order)
        return number

    def receive(
        self, number: str, quantities: dict[int, int] | None = None, where: str | None = None, **more: bool
    ) -> receiving.Receipt:
        with self.world.writing(self.email) as work:
            place = warehouse_by_code(work.session, where) if where else None
            receipt = receiving.receive(work, queries.by_number(work, number), quantities, place, **more)
            for line in receipt.filled:
                assert line.order.number  # read while the session is open
            return receipt

    def send(self, number: str) -> PurchaseOrder:
        with self.world.writing(self.email) as work:
            return service.send(work, queries.by_number(work, number))

    def cancel(self, number: str, reason: str = "supplier is late") -> PurchaseOrder:
        with self.world.writing(self.email) as work:
            return service.cancel(work, queries.by_number(work, number), reason)

    def now(self, number: str) -> PurchaseOrder:
        with self.world.reading(self.email) as work:
            return queries.by_number(work, number)

    def received(self, number: str) -> list[tuple[int, int]]:
        """Ordered and received, line by line."""
        return [(line.quantity, line.received) for line in self.now(number).lines]
