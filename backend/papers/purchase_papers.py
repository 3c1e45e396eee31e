"""What stands on a purchase order, which our buyer signs and the supplier gets."""

from __future__ import annotations

from sqlalchemy import select

from backend.company.service import company, currency
from backend.identity.tables import User
from backend.money import rounded, shown
from backend.papers import wording
from backend.papers.content import Amount, Column, Content, Fact, Row
from backend.papers.kinds import Kind
from backend.purchasing.tables import PurchaseOrder, PurchaseOrderLine, SupplierProduct
from backend.work import Work


def purchase_order(work: Work, order: PurchaseOrder) -> Content:
    """The paper of a purchase order, at the costs it was approved with."""
    house = company(work.session)
    head, money = wording.letterhead(house), currency(work.session)
    theirs = _supplier_skus(work, order)
    approver = work.session.get(User, order.approved_by_id) if order.approved_by_id is not None else None
    ordered = work.clock.date_of(order.ordered_at)
    facts = [
        Fact("Purchase order", order.number),
        Fact("Date", wording.day(ordered)),
        Fact("Supplier", order.supplier.code),
        *([Fact("Delivery expected", wording.day(order.expected_date))] if order.expected_date else []),
        *([Fact("Approved by", approver.name)] if approver else []),
    ]
    country = order.supplier.country
    to = (order.supplier.name, order.supplier.email, None if country == wording.home_of(house) else country)
    return Content(
        kind=Kind.PURCHASE_ORDER,
        number=order.number,
        dated=ordered,
        letterhead=head,
        addressee=tuple(line for line in to if line),
        facts=tuple(facts),
        deliver_to=(head.name, *head.address) if head.address else (),
        columns=(
            Column("Pos", 9),
            Column("Your code", 24),
            Column("Our SKU", 24),
            Column("Description"),
            Column("Quantity", 28, right=True),
            Column(f"Cost {money}", 23, right=True),
            Column(f"Amount {money}", 24, right=True),
        ),
        rows=tuple(_line(line, theirs.get(line.product_id)) for line in order.lines),
        notices=_notices(order),
        amounts=(Amount("Total without tax", shown(order.total, money), strong=True),),
        closing=(f"Please confirm the delivery date, and quote {order.number} on your delivery note and invoice.",),
        signatures=(f"For {head.name}", "Date", "Signature"),
    )


def _line(line: PurchaseOrderLine, theirs: str | None) -> Row:
    return Row(
        (
            str(line.position),
            theirs or "",
            line.product.sku,
            line.product.name,
            wording.quantity(line.product, line.quantity),
            wording.price(line.product, line.cost),
            wording.amount(rounded(line.cost * line.quantity)),
        )
    )


def _supplier_skus(work: Work, order: PurchaseOrder) -> dict[int, str]:
    rows = work.session.execute(
        select(SupplierProduct.product_id, SupplierProduct.supplier_sku).where(
            SupplierProduct.supplier_id == order.supplier_id,
            SupplierProduct.product_id.in_([line.product_id for line in order.lines]),
            SupplierProduct.supplier_sku.is_not(None),
        )
    )
    return {product_id: sku for product_id, sku in rows if sku}


def _notices(order: PurchaseOrder) -> tuple[str, ...]:
    if order.state == "proposed":
        return ("Proposed: this is not an order until it is approved.",)
    if order.state == "cancelled":
        return ("This purchase order was cancelled.",)
    return ()
