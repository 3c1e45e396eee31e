"""What is to be changed of an order that was placed, and what the order would be then. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, Final

from backend.catalogue.tables import Product
from backend.customers.tables import Address
from backend.sales.checking import Hold
from backend.sales.tables import Order, OrderHold, OrderLine
from backend.sales.totals import ZERO, Totals


class Keep(Enum):
    """Leaves a field that may be empty as it is."""

    KEEP = "keep"


KEEP: Final = Keep.KEEP


@dataclass(frozen=True)
class Changes:
    """What is to be different; what is not named stays.

    By line position: ``quantities`` in sales units (0 takes the line out), ``swaps`` to another variant, ``cancel``
    what is still open of a line. ``address`` is one of the customer's; ``payment_method`` "account" or the label of
    one of the customer's payment methods.
    """

    quantities: Mapping[int, int] = field(default_factory=dict)
    swaps: Mapping[int, Product] = field(default_factory=dict)
    add: Sequence[tuple[Product, int]] = ()
    cancel: Collection[int] = ()
    requested_date: date | Keep | None = KEEP
    customer_reference: str | Keep | None = KEEP
    address: Address | None = None
    payment_method: str | None = None
    payment_days: int | None = None

    @property
    def positions(self) -> set[int]:
        """The lines that are named."""
        return {*self.quantities, *self.swaps, *self.cancel}

    @property
    def products(self) -> list[Product]:
        """The products that come in."""
        return [*self.swaps.values(), *(product for product, _ in self.add)]

    @property
    def empty(self) -> bool:
        """Whether nothing is named."""
        fields = (self.address, self.payment_method, self.payment_days)
        kept = self.requested_date is KEEP and self.customer_reference is KEEP and fields == (None, None, None)
        return kept and not self.positions and not self.add


@dataclass(frozen=True)
class LineAs:
    """A line as it is or would be. ``quantity`` is net of what is ``cancelled``; a new one has no ``line`` yet.

    ``granted`` is the discount on more than was agreed: whoever wants more of a line grants its discount on that.
    """

    position: int
    product: Product
    quantity: int
    list_price: Decimal | None
    discount: Decimal
    price: Decimal
    tax_rate: Decimal
    total: Decimal
    reserved: int
    back_ordered: int
    promised_date: date | None
    cancelled: int = 0
    granted: Decimal = ZERO
    line: OrderLine | None = None

    @property
    def facts(self) -> list[Any]:
        """What is kept of it in the audit trail and in events: SKU, sales units, price."""
        return [self.product.sku, self.quantity, f"{self.price.normalize():f}"]


@dataclass(frozen=True)
class OrderAs:
    """An order as it is or would be."""

    lines: tuple[LineAs, ...]
    totals: Totals
    requested_date: date | None
    customer_reference: str | None
    address: Mapping[str, Any] | None
    payment_method: str
    payment_days: int | None

    @property
    def total(self) -> Decimal:
        """What is to be paid."""
        return self.totals.total

    @property
    def facts(self) -> dict[str, Any]:
        """All of it as it is kept in the audit trail."""
        return {
            "lines": [line.facts for line in self.lines],
            "delivery": f"{self.totals.delivery:.2f}",
            "tax": f"{self.totals.tax:.2f}",
            "total": f"{self.total:.2f}",
            "requested_date": str(self.requested_date) if self.requested_date else None,
            "customer_reference": self.customer_reference,
            "address": dict(self.address) if self.address else None,
            "payment_method": self.payment_method,
            "payment_days": self.payment_days,
        }


@dataclass(frozen=True)
class Plan:
    """An order before and after its changes, to be shown, agreed to, and then done.

    ``removed`` are the lines of which nothing is left, ``holds`` why the order would be held (again), ``let_go`` the
    holds whose reason would be gone. ``fingerprint`` changes whenever anything a person agreed to does.
    """

    order: Order
    before: OrderAs
    after: OrderAs
    removed: tuple[OrderLine, ...]
    holds: tuple[Hold, ...]
    let_go: tuple[OrderHold, ...]

    @property
    def differs(self) -> bool:
        """Whether there is anything to do."""
        return self.before != self.after

    @property
    def fingerprint(self) -> str:
        """A hash of the order's version, and of all that it would be."""
        promised = [str(line.promised_date) for line in self.after.lines]
        held = sorted(hold.reason for hold in self.holds)
        agreed = [self.order.number, self.order.version, self.after.facts, promised, held]
        return hashlib.sha256(json.dumps(agreed).encode()).hexdigest()

    def difference(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """What differs, before and after."""
        before, after = self.before.facts, self.after.facts
        changed = [key for key in before if before[key] != after[key]]
        return {key: before[key] for key in changed}, {key: after[key] for key in changed}
