"""A small company with forecasts, and somebody in the model server's place who decides by plain arithmetic."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from backend.catalogue.queries import by_sku
from backend.errors import Unavailable
from backend.identity.permissions import Role
from backend.identity.tables import User
from backend.insight.tables import ForecastRow, ForecastRun
from backend.purchasing import deciding, drafting, replenishment, service
from backend.purchasing.deciding import Decided
from backend.purchasing.scenario import Scenario
from backend.purchasing.tables import PurchaseOrder, PurchaseOrderLine, Supplier, SupplierProduct
from tests.backend.shipping.handling import person
from tests.backend.world import World

BUYER = "buyer@test"
WEEKS = 8
SAFETY_AT_95 = 0.5  # of the mean; in proportion to the service level beyond one half


class Planner:
    """Orders up to demand over lead time and review, plus a safety stock, in whole lots; or does not answer."""

    def __init__(self) -> None:
        self.down = False
        self.asked: list[dict[str, list[Any]]] = []

    def live(self) -> bool:
        return not self.down

    def infer(self, model: str, inputs: list[dict[str, Any]], parameters: dict[str, Any]) -> dict[str, Any]:
        if self.down:
            raise Unavailable("The model server isn't answering just now.", code="model_server_unavailable")
        given = {one["name"]: one["data"] for one in inputs}
        self.asked.append(given)
        count, horizon = inputs[0]["shape"]
        rows = [self._row(given, index, given["mean"][index * horizon]) for index in range(count)]
        return {name: {"data": [row[name] for row in rows]} for name in rows[0]}

    def _row(self, given: dict[str, list[Any]], at: int, mean: float) -> dict[str, Any]:
        days = given["lead_time_days"][at] * 7 // 5 + given["review_days"][at]
        forecast = mean * days / 7
        safety = forecast * SAFETY_AT_95 * (given["service_level"][at] - 0.5) / 0.45
        available = given["on_hand"][at] - given["reserved"][at]
        position = available + given["on_order"][at]
        need = max(0.0, forecast + safety - position)
        step = given["multiple"][at]
        quantity = -(-max(round(need + 0.4999), given["moq"][at]) // step) * step if need > 0 else 0
        return {
            "quantity": quantity, "network_quantity": -1, "forecast": forecast, "safety_stock": safety,
            "order_up_to": forecast + safety, "position": position, "raw_need": need,
            "surplus": max(0.0, position - forecast - safety), "rounding": quantity - need,
            "cover_days": available / mean * 7 if mean else -1, "protection_days": days,
            "expected_demand_low": forecast / 2, "expected_demand_high": forecast * 2,
        }  # fmt: skip


@dataclass
class Plan:
    """The company with a weekly forecast for some products, and a planner."""

    world: World
    models: Planner = field(default_factory=Planner)

    def forecast(self, **weekly: float) -> Plan:
        """Weekly demand by SKU, written with an underscore for the hyphen."""
        with self.world.database.write() as session:
            session.query(ForecastRow).delete()
            session.query(ForecastRun).delete()
            run = ForecastRun(
                freq="W",
                model="net",
                version="1",
                last_period=date(2026, 6, 8),
                horizon=WEEKS,
                metrics={},
                current=True,
            )
            session.add(run)
            session.flush()
            for name, mean in weekly.items():
                product = by_sku(session, name.removeprefix("s").replace("_", "-"))
                row = ForecastRow(
                    run_id=run.id, product_id=product.id, mean=[mean] * WEEKS,
                    quantiles=[[mean * level / 5 for level in range(1, 10)]] * WEEKS, drivers={}, error={},
                )  # fmt: skip
                session.add(row)
        return self

    def terms(self, sku: str, **values: Any) -> Plan:
        """Other terms for a product."""
        with self.world.database.write() as session:
            row = session.scalars(
                select(SupplierProduct).where(SupplierProduct.product_id == by_sku(session, sku).id)
            ).one()
            for name, value in values.items():
                setattr(row, name, value)
        return self

    def limit(self, amount: int, email: str = "buyer@test") -> Plan:
        """The most that a buyer may approve alone."""
        with self.world.database.write() as session:
            session.scalars(select(User).where(User.email == email)).one().order_limit = Decimal(amount)
        return self

    def manager(self) -> Plan:
        """Somebody who may approve anything."""
        person(self.world, "manager@test", Role.MANAGER)
        return self

    def delivered(self, *days: int, short: int = 0) -> Plan:
        """Complete deliveries of 100 units that took so many calendar days, the newest last."""
        with self.world.database.write() as session:
            supplier = session.scalars(select(Supplier)).first()
            product = by_sku(session, "10-109")
            for number, took in enumerate(days, start=1):
                ordered = datetime.combine(
                    date(2026, 3, 2) + timedelta(days=number), time(12), ZoneInfo("Europe/London")
                )
                order = PurchaseOrder(
                    number=f"PO-9{number:03}", supplier_id=supplier.id, state="received", ordered_at=ordered,
                    received_at=ordered + timedelta(days=took), total=Decimal(2),
                    expected_date=ordered.date() + timedelta(days=14),
                )  # fmt: skip
                order.lines.append(
                    PurchaseOrderLine(
                        position=1, product_id=product.id, quantity=100, received=100 - short, cost=Decimal("0.02")
                    )
                )
                session.add(order)
        return self

    def orders(self) -> list[tuple[str, str, Decimal, list[tuple[str, int]]]]:
        """Number, state, total and lines of every purchase order made by a person."""
        with self.world.database.read() as session:
            rows = session.scalars(select(PurchaseOrder).where(PurchaseOrder.created_by_id.is_not(None))).all()
            return [
                (row.number, row.state, row.total, [(line.product.sku, line.quantity) for line in row.lines])
                for row in rows
            ]


def decide(plan: Plan, scenario: Scenario | None = None, email: str = BUYER) -> Decided:
    """What is decided on every product, as it is or as is supposed."""
    principal = plan.world.principal(email)
    question = deciding.ask(plan.world.database, principal, plan.models, scenario or Scenario())
    with plan.world.reading(email) as work:
        found = deciding.read(work, question)
        for one in found.found:
            one.need()  # read while the session is open
        return found


def approve(plan: Plan, email: str = BUYER, **changes: int) -> list[str]:
    """Approve the proposal with some other quantities."""
    question = deciding.ask(plan.world.database, plan.world.principal(email), plan.models)
    with plan.world.writing(email) as work:
        replenishment.lock_suppliers(work)
        found = deciding.read(work, question).found
        wanted = {name.removeprefix("s").replace("_", "-"): quantity for name, quantity in changes.items()}
        draft = drafting.drafted(found, wanted)
        return [order.number for order in service.approve(work, draft.lines, draft.dropped)]
