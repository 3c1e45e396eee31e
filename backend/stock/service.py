"""Changing stock by hand: adjustments with a reason, counts, transfers, warehouses.

Whatever rises fills back orders, first come first. Where less would lie in a warehouse than is reserved there, the
newest allocations are given back and their lines wait again, with a new promised date.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy.exc import IntegrityError

from backend.catalogue.tables import Product
from backend.company.service import record
from backend.errors import Conflict, Invalid, NotEnoughStock
from backend.identity.permissions import Permission
from backend.locks import lock_level, lock_levels
from backend.sales import back_orders
from backend.sales.allocating import available
from backend.sales.repromising import lock_waiting, repromise
from backend.sales.tables import OrderLine
from backend.stock import giving_back, watching
from backend.stock.giving_back import GivenBack
from backend.stock.tables import StockEntry, StockLevel, Warehouse
from backend.work import Work

MOST: Final = 1_000_000_000
LONGEST_REASON: Final = 200
_CODE: Final = re.compile(r"[A-Z0-9][A-Z0-9_-]{0,19}")


@dataclass(frozen=True)
class Movement:
    """What became of a level: on hand before and after, its ledger entry (None where nothing moved), and of lines."""

    product: Product
    level: StockLevel
    before: int
    entry: StockEntry | None
    given_back: tuple[GivenBack, ...] = ()
    filled: tuple[OrderLine, ...] = ()


def adjust(work: Work, product: Product, warehouse: Warehouse, change: int, reason: str) -> Movement:
    """Change what is on hand by so much, because of this. Invalid without a change or a reason."""
    _require(work)
    said = _reason(reason)
    if change == 0:
        raise Invalid("An adjustment changes something: say by how much.", code="no_change")
    level = lock_level(work.session, product.id, warehouse)
    return _move(work, product, level, level.on_hand + change, "adjustment", said)


def count(work: Work, product: Product, warehouse: Warehouse, counted: int, reason: str) -> Movement:
    """Set what is on hand to what was counted. A count that agrees is recorded in the audit trail alone."""
    _require(work)
    said = _reason(reason)
    if counted < 0:
        raise Invalid("A count is never below zero.", code="below_zero")
    level = lock_level(work.session, product.id, warehouse)
    if counted == level.on_hand:
        _record(work, "stock.counted", Movement(product, level, counted, None), said)
        work.session.flush()
        return Movement(product, level, counted, None)
    return _move(work, product, level, counted, "count", said)


@dataclass(frozen=True)
class Transfer:
    """What went from one warehouse to another: both levels as they are now, and both ledger entries."""

    product: Product
    out: StockLevel
    into: StockLevel
    entries: tuple[StockEntry, StockEntry]


def transfer(work: Work, product: Product, from_: Warehouse, to: Warehouse, quantity: int, reason: str) -> Transfer:
    """Move what is not reserved from one warehouse to another; NotEnoughStock where that is less."""
    _require(work)
    said = _reason(reason)
    if quantity < 1:
        raise Invalid("A transfer moves at least one.", code="quantity_too_small")
    if from_.id == to.id:
        raise Invalid(f"Both warehouses are {to.code}.", code="same_warehouse")
    into = lock_level(work.session, product.id, to)
    levels = lock_levels(work.session, [product.id])[product.id]
    out = next((level for level in levels if level.warehouse_id == from_.id), None)
    spare = available([out]) if out else 0
    if out is None or quantity > spare:
        sentence = f"{spare:,} of {product.name} can leave {from_.code}; the rest of what lies there is reserved."
        raise NotEnoughStock(sentence, code="not_enough_stock", available=spare)
    within_bounds(into.on_hand + quantity)
    out.on_hand -= quantity
    into.on_hand += quantity
    entries = (
        enter(work, out, -quantity, "transfer", reason=said),
        enter(work, into, quantity, "transfer", reason=said),
    )
    before = {from_.code: out.on_hand + quantity, to.code: into.on_hand - quantity}
    after = {from_.code: out.on_hand, to.code: into.on_hand, "quantity": quantity, "reason": said}
    record(work, "stock.transferred", "product", product.sku, before=before, after=after)
    work.session.flush()
    return Transfer(product, out, into, entries)


def create_warehouse(work: Work, code: str, name: str) -> Warehouse:
    """Open a warehouse. Conflict where its code is taken, in capitals or not."""
    _require(work)
    wanted, called = code.strip().upper(), " ".join(name.split())
    if not _CODE.fullmatch(wanted):
        raise Invalid("A warehouse's code has 1 to 20 letters, digits, - and _.", code="invalid_code")
    if not 1 <= len(called) <= 120:
        raise Invalid("A warehouse has a name of 1 to 120 characters.", code="invalid_name")
    warehouse = Warehouse(code=wanted, name=called)
    try:
        with work.session.begin_nested():
            work.session.add(warehouse)
    except IntegrityError:
        raise Conflict(f"There is a warehouse {wanted} already.", code="warehouse_exists") from None
    record(work, "warehouse.created", "warehouse", wanted, after={"name": called})
    work.session.flush()
    return warehouse


def enter(
    work: Work, level: StockLevel, quantity: int, kind: str, *, document: str | None = None, reason: str | None = None
) -> StockEntry:
    """Write a movement of a level into the ledger."""
    entry = StockEntry(
        product_id=level.product_id,
        warehouse_id=level.warehouse_id,
        quantity=quantity,
        kind=kind,
        document=document,
        reason=reason,
        at=work.clock.now(),
        user_id=work.principal.user_id or None,
    )
    work.session.add(entry)
    return entry


def fill(work: Work, product_ids: Iterable[int]) -> tuple[OrderLine, ...]:
    """Serve those who wait for products that have come in, first come first."""
    work.session.flush()
    return tuple(back_orders.fill(work, sorted(set(product_ids))))


def within_bounds(on_hand: int) -> None:
    """Invalid where a level would hold more than is kept track of."""
    if on_hand > MOST:
        raise Invalid(f"A warehouse holds at most {MOST:,} of a product.", code="quantity_too_large")


def _move(work: Work, product: Product, level: StockLevel, on_hand: int, kind: str, reason: str) -> Movement:
    if on_hand < 0:
        sentence = f"Only {level.on_hand:,} of {product.name} are on hand in {level.warehouse.code}."
        raise NotEnoughStock(sentence, code="not_enough_stock", on_hand=level.on_hand)
    within_bounds(on_hand)
    earlier, before = watching.free(lock_levels(work.session, [product.id])), level.on_hand
    surplus = giving_back.needed(work, level, on_hand)
    held = list({holding.line.id: (holding.line, holding.line.reserved) for holding, _ in surplus}.values())
    lock_waiting(work, [product.id], more=[line for line, _ in held])
    giving_back.give_back(work, level, surplus)
    level.on_hand = on_hand
    entry = enter(work, level, on_hand - before, kind, reason=reason)
    filled = fill(work, [product.id])
    lost = {line.id: had - line.reserved for line, had in held if line.reserved < had}
    if surplus:
        repromise(work, [product.id], "order.given_back", lost)
    given_back = tuple(
        GivenBack(line.order.number, line.position, lost[line.id], line.promised_date)
        for line, _ in held
        if line.id in lost
    )
    served = tuple(line for line in filled if line.id not in lost)
    movement = Movement(product, level, before, entry, given_back, served)
    _record(work, "stock.adjusted" if kind == "adjustment" else "stock.counted", movement, reason)
    watching.tell(work, earlier, watching.free(lock_levels(work.session, [product.id])))
    work.session.flush()
    return movement


def _record(work: Work, kind: str, movement: Movement, reason: str) -> None:
    level = movement.level
    before = {"warehouse": level.warehouse.code, "on_hand": movement.before}
    after: dict[str, object] = {
        "warehouse": level.warehouse.code,
        "on_hand": level.on_hand,
        "reserved": level.reserved,
        "reason": reason,
    }
    if movement.given_back:
        after["given_back"] = [[one.order, one.position, one.quantity] for one in movement.given_back]
    record(work, kind, "product", movement.product.sku, before=before, after=after)


def _require(work: Work) -> None:
    work.principal.require(Permission.ADJUST_STOCK, "Stock is changed by the order desk, our buyers and managers.")


def _reason(text: str) -> str:
    said = " ".join(text.split())
    if not said:
        raise Invalid("Please say why: stock is changed with a reason.", code="reason_missing")
    return said[:LONGEST_REASON]
