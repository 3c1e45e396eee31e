"""Goods that come in for a purchase order, in parts or all at once: into the ledger, then to those who wait."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from backend.catalogue.quantities import LARGEST, said
from backend.company.service import record
from backend.errors import Conflict, Invalid, NotAllowed
from backend.events.service import publish
from backend.identity.permissions import Permission
from backend.locks import lock_levels, lock_levels_at
from backend.purchasing.service import lock_whole
from backend.purchasing.states import PURCHASE_ORDER
from backend.purchasing.tables import PurchaseOrder, PurchaseOrderLine
from backend.sales.repromising import repromise
from backend.sales.tables import OrderLine
from backend.stock import watching
from backend.stock.queries import main_warehouse
from backend.stock.service import enter, fill, within_bounds
from backend.stock.tables import StockEntry, StockLevel, Warehouse
from backend.work import Work

RECEIVABLE = ("sent", "part_received")
Arrived = list[tuple[PurchaseOrderLine, int]]


@dataclass(frozen=True)
class Receipt:
    """What came in: the purchase order as it is now, where to, the ledger entries, and the order lines it served."""

    purchase_order: PurchaseOrder
    warehouse: Warehouse
    entries: tuple[StockEntry, ...]
    filled: tuple[OrderLine, ...]


def receive(
    work: Work,
    order: PurchaseOrder,
    quantities: Mapping[int, int] | None = None,
    warehouse: Warehouse | None = None,
    *,
    over: bool = False,
    last: bool = False,
) -> Receipt:
    """Take in quantities by line position; without any, all that is still to come. Into the main warehouse by default.

    More than was ordered is refused (Conflict, over_receipt) unless ``over`` says that it is kept. ``last`` closes the
    order: nothing more will come. Conflict (illegal_transition) unless it is sent or part received.
    """
    _require(work)
    warehouse = warehouse or main_warehouse(work.session)
    levels = lock_into(work, order, warehouse)
    if order.state not in RECEIVABLE:
        PURCHASE_ORDER.require(order.state, "received")
    arrived = _arrived(order, quantities, over=over, last=last)
    earlier = watching.free(lock_levels(work.session, levels))
    entries = tuple(_enter(work, order, line, quantity, levels[line.product_id]) for line, quantity in arrived)
    before = order.state
    _move(work, order, last=last)
    filled = fill(work, levels) if arrived else ()
    if last and any(line.received < line.quantity for line in order.lines):
        repromise(work, set(levels), "order.repromised")
    _tell(work, order, warehouse, arrived, before)
    watching.tell(work, earlier, watching.free(lock_levels(work.session, levels)))
    work.session.flush()
    return Receipt(order, warehouse, entries, filled)


def lock_into(work: Work, order: PurchaseOrder, warehouse: Warehouse) -> dict[int, StockLevel]:
    """Lock a purchase order with all that its receipt touches; the levels its products have in the warehouse."""
    levels = lock_levels_at(work.session, {line.product_id for line in order.lines}, warehouse)
    lock_whole(work, order)
    return levels


def open_quantity(line: PurchaseOrderLine) -> int:
    """How much of a line is still to come."""
    return max(0, line.quantity - line.received)


def _require(work: Work) -> None:
    if not (work.principal.may(Permission.ADJUST_STOCK) or work.principal.may(Permission.APPROVE_PURCHASES)):
        raise NotAllowed("Goods are taken in by the order desk, our buyers and managers.")


def _arrived(order: PurchaseOrder, quantities: Mapping[int, int] | None, *, over: bool, last: bool) -> Arrived:
    if quantities is None:
        found = [] if last else [(line, open_quantity(line)) for line in order.lines if open_quantity(line)]
    else:
        lines = {line.position: line for line in order.lines}
        unknown = sorted(set(quantities) - set(lines))
        if unknown:
            raise Invalid(f"{order.number} has no line {unknown[0]}.", code="unknown_line", line=unknown[0])
        found = [(lines[position], quantity) for position, quantity in sorted(quantities.items())]
    if not found and not last:
        raise Invalid("Say what has come in.", code="no_lines")
    if not found and order.state == "sent":
        sentence = f"Nothing of {order.number} has come in: cancel it if nothing will."
        raise Conflict(sentence, code="nothing_received")
    for line, quantity in found:
        _check(line, quantity, over=over)
    return found


def _check(line: PurchaseOrderLine, quantity: int, *, over: bool) -> None:
    if quantity < 1:
        raise Invalid("A receipt has at least one of each line.", code="quantity_too_small", line=line.position)
    if quantity > LARGEST:
        raise Invalid(f"That is more than {LARGEST:,} of one line.", code="quantity_too_large", line=line.position)
    coming = open_quantity(line)
    if quantity > coming and not over:
        name = line.product.name
        sentence = f"Only {said(line.product, coming)} of {name} are still to come, not {said(line.product, quantity)}."
        raise Conflict(
            f"{sentence} Say that the surplus is kept, or receive less.",
            code="over_receipt",
            line=line.position,
            open=coming,
        )


def _enter(work: Work, order: PurchaseOrder, line: PurchaseOrderLine, quantity: int, level: StockLevel) -> StockEntry:
    within_bounds(level.on_hand + quantity)
    within_bounds(line.received + quantity)
    level.on_hand += quantity
    line.received += quantity
    return enter(work, level, quantity, "receipt", document=order.number)


def _move(work: Work, order: PurchaseOrder, *, last: bool) -> None:
    whole = last or all(line.received >= line.quantity for line in order.lines)
    wanted = "received" if whole else "part_received"
    if order.state != wanted:
        order.state = PURCHASE_ORDER.require(order.state, wanted)
    if whole:
        order.received_at = work.clock.now()
    order.version += 1


def _tell(work: Work, order: PurchaseOrder, warehouse: Warehouse, arrived: Arrived, before: str) -> None:
    lines = [[line.product.sku, quantity] for line, quantity in arrived]
    missing = [[line.product.sku, open_quantity(line)] for line in order.lines if open_quantity(line)]
    after = {"state": order.state, "warehouse": warehouse.code, "lines": lines, "missing": missing}
    record(work, "purchase_order.received", "purchase_order", order.number, before={"state": before}, after=after)
    payload = {"number": order.number, "supplier": order.supplier.code, **after}
    publish(work, "purchase_order.received", "purchase_order", order.number, payload)
