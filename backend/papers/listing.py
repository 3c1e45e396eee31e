"""What papers there are, newest first, over all kinds at once.

Each kind is read from its own table, newest key first; the heads are merged by date. The cursor says for each kind
down to which key it has been shown, so that nothing is shown twice or left out while new documents come in.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, false, func

from backend.billing import queries as billing
from backend.billing.tables import CreditNote, Invoice
from backend.customers.tables import Customer
from backend.papers import queries
from backend.papers.kinds import Kind, kinds_for
from backend.purchasing import queries as purchasing
from backend.purchasing.tables import PurchaseOrder, Supplier
from backend.quotes import queries as quotes
from backend.quotes.tables import Quote
from backend.sales import queries as sales
from backend.sales.tables import Order, Shipment
from backend.shipping import queries as shipments
from backend.work import Work

CURSOR: Final = r"^(?:[qodicp][0-9]{1,18}){1,6}$"
_LETTERS: Final[Mapping[str, Kind]] = {kind.value[0]: kind for kind in Kind}


@dataclass(frozen=True)
class Listed:
    """A document that has a paper; ``party`` is the code of its customer, or of its supplier."""

    kind: Kind
    key: int
    number: str
    at: datetime
    party: str


@dataclass(frozen=True)
class Narrowed:
    """What a list is narrowed to: a kind, an order and what came of it, a customer."""

    kind: Kind | None = None
    order: Order | None = None
    customer_id: int | None = None


@dataclass(frozen=True)
class _Source:
    """Where the documents of a kind stand, and how they belong to an order and to a customer."""

    visible: Callable[[Work], Select[Any]]
    key: Any
    number: Any
    at: Any
    customer: Any
    of_order: Callable[[Order], ColumnElement[bool]]

    def query(self, work: Work, only: Narrowed) -> Select[Any]:
        """Visible documents as (key, number, at, party)."""
        query = self.visible(work)
        if self.customer is None:
            query = query.join(Supplier, PurchaseOrder.supplier_id == Supplier.id)
            party: Any = Supplier.code
        else:
            query = query.join(Customer, self.customer == Customer.id)
            party = Customer.code
        if only.order is not None:
            query = query.where(self.of_order(only.order))
        if only.customer_id is not None:
            query = query.where(false() if self.customer is None else self.customer == only.customer_id)
        return query.with_only_columns(self.key, self.number, self.at, party)


def _shipments(work: Work) -> Select[Any]:
    """As shipments are visible, with their orders at hand."""
    return shipments.visible(work).join(Shipment.order).where(Shipment.state.in_(queries.LEFT_THE_SHELF))


_SOURCES: Final[Mapping[Kind, _Source]] = {
    Kind.QUOTE: _Source(
        quotes.visible_quotes,
        Quote.id,
        Quote.number,
        func.coalesce(Quote.sent_at, Quote.created_at),
        Quote.customer_id,
        lambda order: Quote.id == (order.quote_id or -1),
    ),
    Kind.ORDER_CONFIRMATION: _Source(
        sales.visible,
        Order.id,
        Order.number,
        Order.placed_at,
        Order.customer_id,
        lambda order: Order.id == order.id,
    ),
    Kind.DELIVERY_NOTE: _Source(
        _shipments,
        Shipment.id,
        Shipment.number,
        func.coalesce(Shipment.shipped_at, Shipment.planned_at, Order.placed_at),
        Shipment.customer_id,
        lambda order: Shipment.order_id == order.id,
    ),
    Kind.INVOICE: _Source(
        billing.visible_invoices,
        Invoice.id,
        Invoice.number,
        func.coalesce(Invoice.issued_at, Invoice.created_at),
        Invoice.customer_id,
        lambda order: Invoice.order_id == order.id,
    ),
    Kind.CREDIT_NOTE: _Source(
        billing.visible_credit_notes,
        CreditNote.id,
        CreditNote.number,
        CreditNote.issued_at,
        CreditNote.customer_id,
        lambda order: CreditNote.order_id == order.id,
    ),
    Kind.PURCHASE_ORDER: _Source(
        purchasing.visible,
        PurchaseOrder.id,
        PurchaseOrder.number,
        PurchaseOrder.ordered_at,
        None,
        lambda _order: false(),
    ),
}


def page(work: Work, only: Narrowed, after: str | None, limit: int) -> tuple[list[Listed], str | None]:
    """Up to ``limit`` documents after a cursor, and the cursor of what follows (None where nothing does)."""
    shown = read_cursor(after)
    kinds = [kind for kind in kinds_for(work.principal.role) if only.kind in (None, kind)]
    streams = {kind: _newest(work, kind, only, shown.get(kind), limit + 1) for kind in kinds}
    found = list(islice(heapq.merge(*streams.values(), key=lambda one: one.at, reverse=True), limit + 1))
    for kind, stream in streams.items():  # where each kind goes on, also one of which nothing is shown yet
        shown[kind] = stream[0].key + 1 if stream else 0
    for one in found[:limit]:
        shown[one.kind] = one.key
    return found[:limit], written_cursor(shown) if len(found) > limit else None


def _newest(work: Work, kind: Kind, only: Narrowed, before: int | None, limit: int) -> Sequence[Listed]:
    source = _SOURCES[kind]
    query = source.query(work, only).order_by(source.key.desc()).limit(limit)
    if before is not None:
        query = query.where(source.key < before)
    return [Listed(kind, key, number, at, party) for key, number, at, party in work.session.execute(query)]


def read_cursor(after: str | None) -> dict[Kind, int]:
    """Below which key each kind goes on: "o124i77"."""
    return {_LETTERS[letter]: int(key) for letter, key in re.findall(r"([a-z])([0-9]+)", after or "")}


def written_cursor(shown: Mapping[Kind, int]) -> str:
    """The other way round."""
    return "".join(f"{kind.value[0]}{key}" for kind, key in shown.items())
