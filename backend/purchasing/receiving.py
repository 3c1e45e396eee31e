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
    damaged: Mapping[int, int] | None = None,
) -> Receipt:
    """Take in quantities by line position; without any, all that is still to come. Into the main warehouse by default.

    More than was ordered is refused (Conflict, over_receipt) unless ``over`` says that it is kept. ``last`` closes the
    order: nothing more will come. ``damaged``, by line position, came besides and is not taken in: it stays to come.
    Conflict (illegal_transition) unless it is sent or part received.
    """
    _require(work)
    warehouse = warehouse or main_warehouse(work.session)
    levels = lock_into(work, order, warehouse)
    if order.state not in RECEIVABLE:
        PURCHASE_ORDER.require(order.state, "received")
    broken = _broken(order, damaged or {})
    if broken and quantities is None:
        quantities = _the_rest(order, broken)
    arrived = _arrived(order, quantities, over=over, last=last, anything=bool(broken))
    for line, count in broken:
        line.damaged += count
    earlier = watching.free(lock_levels(work.session, levels))
    entries = tuple(_enter(work, order, line, quantity, levels[line.product_id]) for line, quantity in arrived)
    before = order.state
    _move(work, order, last=last, came=bool(arrived))
    filled = fill(work, levels) if arrived else ()
    if last and any(line.received < line.quantity for line in order.lines):
        repromise(work, set(levels), "order.repromised")
    _tell(work, order, warehouse, arrived, before, broken)
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


def _broken(order: PurchaseOrder, damaged: Mapping[int, int]) -> Arrived:
    """What came damaged, by line; not more than was still to come."""
    lines = {line.position: line for line in order.lines}
    for position, count in damaged.items():
        if position not in lines:
            raise Invalid(f"{order.number} has no line {position}.", code="unknown_line", line=position)
        _check(lines[position], count, over=False)
    return [(lines[position], count) for position, count in sorted(damaged.items())]


def _the_rest(order: PurchaseOrder, broken: Arrived) -> dict[int, int]:
    """All that is still to come, less what came damaged."""
    less = {line.position: count for line, count in broken}
    rest = {line.position: open_quantity(line) - less.get(line.position, 0) for line in order.lines}
    return {position: count for position, count in rest.items() if count > 0}


def _arrived(
    order: PurchaseOrder, quantities: Mapping[int, int] | None, *, over: bool, last: bool, anything: bool = False
) -> Arrived:
    if quantities is None:
        found = [] if last else [(line, open_quantity(line)) for line in order.lines if open_quantity(line)]
    else:
        lines = {line.position: line for line in order.lines}
        unknown = sorted(set(quantities) - set(lines))
        if unknown:
            raise Invalid(f"{order.number} has no line {unknown[0]}.", code="unknown_line", line=unknown[0])
        found = [(lines[position], quantity) for position, quantity in sorted(quantities.items())]
    if not found and not last and not anything:
        raise Invalid("Say what has come in.", code="no_lines")
    if not found and order.state == "sent" and (last or not anything):
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


def _move(work: Work, order: PurchaseOrder, *, last: bool, came: bool = True) -> None:
    if not came and not last:  # all of it was damaged: it is as if nothing had come
        order.version += 1
        return
    whole = last or all(line.received >= line.quantity for line in order.lines)
    wanted = "received" if whole else "part_received"
    if order.state != wanted:
        order.state = PURCHASE_ORDER.require(order.state, wanted)
    if whole:
        order.received_at = work.clock.now()
    order.version += 1


def _tell(
    work: Work, order: PurchaseOrder, warehouse: Warehouse, arrived: Arrived, before: str, broken: Arrived
) -> None:
    lines = [[line.product.sku, quantity] for line, quantity in arrived]
    missing = [[line.product.sku, open_quantity(line)] for line in order.lines if open_quantity(line)]
    after: dict[str, object] = {"state": order.state, "warehouse": warehouse.code, "lines": lines, "missing": missing}
    if broken:
        after["damaged"] = [[line.product.sku, count] for line, count in broken]
    record(work, "purchase_order.received", "purchase_order", order.number, before={"state": before}, after=after)
    payload = {"number": order.number, "supplier": order.supplier.code, **after}
    publish(work, "purchase_order.received", "purchase_order", order.number, payload)
