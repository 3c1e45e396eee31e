"""What stands on a purchase order."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from backend.papers.kinds import Kind
from backend.purchasing.tables import PurchaseOrder
from tests.backend.papers.documents import NUMBERS
from tests.backend.papers.reading import facts, printed
from tests.backend.world import World


def test_a_purchase_order(filled: World) -> None:
    assert facts(filled, Kind.PURCHASE_ORDER) == {
        "Purchase order": "PO-100001",
        "Date": "17 June 2026",
        "Supplier": "S1",
        "Delivery expected": "1 July 2026",
        "Approved by": "Buyer",
    }
    assert printed(filled, Kind.PURCHASE_ORDER, "buyer@test") == [
        "Purchase order PO-100001",
        "Deliver to",
        "Thornbury Fixings & Fabrics, Unit 4, Kiln Lane Trading Estate, Thornbury BS35 9ZZ, United Kingdom",
        *("Pos", "Your code", "Our SKU", "Description", "Quantity", "Cost GBP", "Amount GBP"),
        *("1", "HB-8040-Z", "10-109", "Hex bolt M8x40 zinc", "2,000", "(10 boxes of 200)", "0.025", "50.00"),
        *("2", "70-103", "Linen fabric blue 150 cm", "3 m", "0.40 per 0.1 m", "12.00"),
        *("Total without tax", "£62.00"),
        "Please confirm the delivery date, and quote PO-100001 on your delivery note and invoice.",
        *("For Thornbury Fixings & Fabrics", "Date", "Signature"),
    ]


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("proposed", "Proposed: this is not an order until it is approved."),
        ("cancelled", "This purchase order was cancelled."),
    ],
)
def test_what_is_no_order_says_so(filled: World, state: str, said: str) -> None:
    with filled.database.write() as session:
        row = session.scalars(select(PurchaseOrder).where(PurchaseOrder.number == NUMBERS[Kind.PURCHASE_ORDER])).one()
        row = PurchaseOrder(
            number="PO-7",
            supplier_id=row.supplier_id,
            state=state,
            ordered_at=row.ordered_at,
            total=row.total,
            lines=[],
        )
        session.add(row)
    assert printed(filled, Kind.PURCHASE_ORDER, number="PO-7")[1:2] == ["Deliver to"]
    assert said in printed(filled, Kind.PURCHASE_ORDER, number="PO-7")
