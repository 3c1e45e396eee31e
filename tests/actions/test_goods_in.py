"""Goods in by chat, in the words of who unpacks them: what is missing, what is damaged, and what is put right."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from backend.catalogue.tables import Product
from backend.database import now
from backend.purchasing.tables import PurchaseOrder, PurchaseOrderLine, Supplier
from tests.actions.conversation import Talk
from tests.backend.world import World

BOLTS = "Hex bolt M8x40 zinc"
LINES = {"10-109": 4400, "45-103": 1000, "30-101": 300}


def ordered(world: World, lines: dict[str, int], state: str = "sent") -> Talk:
    """A buyer, and the purchase order PO-50611 with these lines."""
    with world.database.write() as session:
        supplier = session.scalars(select(Supplier)).one()
        order = PurchaseOrder(
            number="PO-50611",
            supplier_id=supplier.id,
            state=state,
            ordered_at=now(),
            received_at=None,
            total=Decimal(9),
        )
        for position, (sku, quantity) in enumerate(lines.items(), start=1):
            product = session.scalars(select(Product).where(Product.sku == sku)).one()
            cost = Decimal("0.02")
            order.lines.append(
                PurchaseOrderLine(position=position, product_id=product.id, quantity=quantity, cost=cost)
            )
        session.add(order)
    return Talk(world, "buyer@test")


@pytest.fixture
def buyer(world: World) -> Talk:
    return ordered(world, LINES)


def came(world: World) -> dict[str, tuple[int, int]]:
    """Received and damaged, by SKU."""
    with world.database.read() as session:
        lines = session.scalars(select(PurchaseOrder).where(PurchaseOrder.number == "PO-50611")).one().lines
        return {line.product.sku: (line.received, line.damaged) for line in lines}


def state(world: World) -> str:
    with world.database.read() as session:
        return session.scalars(select(PurchaseOrder.state).where(PurchaseOrder.number == "PO-50611")).one()


@pytest.mark.parametrize(
    "text",
    [
        "PO-50611 came in today but 200 of 10-109 are missing and 50 are rusty",
        "PO-50611 came in, but 200 of 10-109 are missing and 50 are damaged",
        "PO-50611 has arrived. 10-109 is 200 short, fifty are bent, everything else is there",
        "po 50611 turned up, we're missing 200 of the M8x40 bolts and another 50 of them are broken",
        "PO-50611 arrived today: 200 of the hex bolts didn't come and 50 came crushed",
        "delivery PO-50611 came in at 10:30, 200 x 10-109 still to come, 50 faulty",
        "PO-50611 was delivered this morning with two hundred of 10-109 missing and fifty damaged",
    ],
)
def test_what_is_missing_and_damaged_is_told_from_what_came(buyer: Talk, text: str) -> None:
    reply = buyer.say(text, "not_understood", 0.3)
    assert f"4,150 × {BOLTS}; 1,000 × Flat washer M8 form A zinc; 300 × Wood screw 4x40 zinc?" in reply.text
    assert f"50 × {BOLTS} came damaged and stay to come." in reply.text
    assert f"200 × {BOLTS} are missing and stay to come." in reply.text
    assert f"250 × {BOLTS}" in buyer.tap("Yes").text
    assert came(buyer.world) == {"10-109": (4150, 50), "45-103": (1000, 0), "30-101": (300, 0)}
    assert state(buyer.world) == "part_received"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PO-50611 has arrived", {"10-109": 4400, "45-103": 1000, "30-101": 300}),
        ("PO-50611 came in, nothing missing, all fine", {"10-109": 4400, "45-103": 1000, "30-101": 300}),
        ("PO-50611 came in: 4,000 of 10-109", {"10-109": 4000, "45-103": 0, "30-101": 0}),
        ("PO-50611 arrived, but only 4,000 of 10-109", {"10-109": 4000, "45-103": 1000, "30-101": 300}),
        ("PO-50611 arrived but the washers never came", {"10-109": 4400, "45-103": 0, "30-101": 300}),
        ("PO-50611 came in, two boxes of 10-109 short", {"10-109": 4000, "45-103": 1000, "30-101": 300}),
        ("PO-50611 came in but no wood screws", {"10-109": 4400, "45-103": 1000, "30-101": 0}),
        ("PO-50611 came in okay", {"10-109": 4400, "45-103": 1000, "30-101": 300}),
        (
            "PO-50611 came in, 10-109: 4,200 (50 of them damaged), the rest is here",
            {"10-109": 4150, "45-103": 1000, "30-101": 300},
        ),
        ("PO-50611 arrived with 100 of 10-109 and 20 of the wood screws missing", None),
    ],
)
def test_the_rest_came_in_full_where_something_is_missing(
    buyer: Talk, text: str, expected: dict[str, int] | None
) -> None:
    buyer.say(text, "not_understood", 0.3)
    if expected is not None:
        buyer.tap("Yes")
        assert {sku: good for sku, (good, _) in came(buyer.world).items()} == expected


@pytest.mark.parametrize(
    "text",
    [
        "PO-50611 came in, 3 boxes short and one box damaged",
        "PO-50611 arrived: three boxes missing, and a box is crushed",
        "PO-50611 is here but 3 boxes didn't turn up and 1 box is wet",
    ],
)
def test_an_order_of_one_line_needs_no_sku_and_boxes_are_the_product_s(world: World, text: str) -> None:
    buyer = ordered(world, {"10-109": 4000})
    reply = buyer.say(text, "not_understood", 0.3)
    assert reply.text.startswith(f"Take in on PO-50611 from Steel Supplies: 3,200 × {BOLTS}?")
    assert "200 × Hex bolt M8x40 zinc came damaged" in reply.text
    assert "600 × Hex bolt M8x40 zinc are missing" in reply.text
    buyer.say("yes", "affirm")
    assert came(world) == {"10-109": (3200, 200)}


@pytest.mark.parametrize(
    ("answer", "left"), [("10-109", 600), ("the M8x40 bolts", 600), ("the hex bolts, and it is 500 of them", 500)]
)
def test_with_several_lines_it_is_asked_which_is_short_and_the_answer_is_heard(
    buyer: Talk, answer: str, left: int
) -> None:
    reply = buyer.say("PO-50611 came in, 3 boxes short", "not_understood", 0.3)
    assert "Which line of PO-50611 do you mean by “3 boxes short”?" in reply.text
    assert buyer.titles() == []
    assert f"{4400 - left:,} × {BOLTS};" in buyer.say(answer, "stock_check", 0.6).text
    buyer.say("yes", "affirm")
    assert came(buyer.world)["10-109"] == (4400 - left, 0)


def test_how_much_is_missing_is_asked_where_it_is_not_said(buyer: Talk) -> None:
    assert "how many?" in buyer.say("PO-50611 came in short", "not_understood", 0.3).text
    assert "how many?" in buyer.say("PO-50611 arrived, a few bolts are rusty", "not_understood", 0.3).text
    assert f"4,300 × {BOLTS};" in buyer.say("100 of 10-109 are missing", "not_understood", 0.3).text


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("hold on, 200 of the M8x40 are missing", "and 50 are rusty"),
        ("wait, we are 200 short of 10-109", "50 of them are damaged too"),
        ("no, 10-109 is short by 100", "sorry, 200 are missing and 50 are broken"),
    ],
)
def test_a_receipt_that_waits_for_its_yes_is_corrected(buyer: Talk, first: str, second: str) -> None:
    buyer.say("PO-50611 arrived", "not_understood", 0.3)
    assert "are missing and stay to come" in buyer.say(first, "complaint", 0.9).text
    reply = buyer.say(second, "complaint", 0.9)
    assert f"4,150 × {BOLTS}; 1,000 × Flat washer" in reply.text
    assert f"50 × {BOLTS} came damaged" in reply.text
    buyer.say("yes", "affirm")
    assert came(buyer.world)["10-109"] == (4150, 50)


def test_after_the_receipt_is_done_or_another_matter_came_up_nothing_is_corrected(buyer: Talk) -> None:
    buyer.say("PO-50611 arrived", "not_understood", 0.3)
    buyer.say("yes", "affirm")
    assert "Take in" not in buyer.say("200 of the M8x40 are missing", "complaint").text


def test_what_a_line_does_not_come_in_and_more_than_was_ordered_is_said(buyer: Talk) -> None:
    reply = buyer.say("PO-50611 came in, 2 rolls of 30-101 missing", "not_understood", 0.3)
    assert "It has no rolls here" in reply.text
    reply = buyer.say("PO-50611 came in, 400 of 30-101 missing", "not_understood", 0.3)
    assert reply.text == "Only 300 of Wood screw 4x40 zinc are still to come, so 400 can't be missing or damaged."
    assert buyer.titles() == []


@pytest.mark.parametrize("text", ["PO-50611 came in", "PO-50611 arrived, 200 of 10-109 are missing"])
def test_what_was_not_marked_as_sent_is_marked_so_with_the_receipt(world: World, text: str) -> None:
    buyer = ordered(world, LINES, "approved")
    reply = buyer.say(text, "not_understood", 0.3)
    assert reply.text.startswith("PO-50611 has not been marked as sent to Steel Supplies yet; I'd mark it as sent")
    buyer.tap("Yes")
    assert state(world) == ("part_received" if "missing" in text else "received")


@pytest.mark.parametrize(
    ("was", "said"),
    [("proposed", "still waits for approval"), ("received", "has been taken in"), ("cancelled", "was cancelled")],
)
def test_where_the_state_allows_no_receipt_none_is_offered(world: World, was: str, said: str) -> None:
    buyer = ordered(world, LINES, was)
    assert said in buyer.say("PO-50611 arrived today", "not_understood", 0.3).text
    assert buyer.titles() == []
    buyer.say("yes", "affirm")
    assert state(world) == was


@pytest.mark.parametrize(
    "text", ["has PO-50611 arrived", "PO-50611 has not arrived yet", "when was PO-50611 delivered"]
)
def test_what_asks_or_denies_takes_nothing_in(buyer: Talk, text: str) -> None:
    assert "Take in" not in buyer.say(text, "not_understood", 0.3).text
