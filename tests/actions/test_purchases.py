"""What buyers and managers ask about purchase orders that are under way."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from backend.catalogue.tables import Product
from backend.database import now
from backend.identity.permissions import Role
from backend.identity.tables import User
from backend.purchasing.tables import PurchaseOrder, PurchaseOrderLine, Supplier
from backend.sales.tables import Order
from tests.actions.conversation import Talk
from tests.backend.shipping.handling import person
from tests.backend.world import TODAY, World

KRUEGER, TAI_SHAN = "Krüger Befestigung", "Tai Shan Hardware"


@pytest.fixture
def busy(world: World) -> World:
    """Five purchase orders of two suppliers: one late, two to come, one that waits, one that is not sent yet."""
    person(world, "manager@test", Role.MANAGER)
    with world.database.write() as session:
        session.scalars(select(PurchaseOrder)).one().number = "PO-50600"  # 100 of 10-109, on 24 June
        for code, name in (("KRU", KRUEGER), ("TAI", TAI_SHAN)):
            session.add(Supplier(code=code, name=name, lead_time_days=30, review_days=28))
        session.flush()
        people = {user.email: user.id for user in session.scalars(select(User))}
        keys = {row.code: row.id for row in session.scalars(select(Supplier))}
        product = session.scalars(select(Product).where(Product.sku == "20-104")).one()
        for number, code, state, days, total in (
            ("PO-50610", "KRU", "sent", -5, 400),
            ("PO-50611", "KRU", "part_received", 2, 300),
            ("PO-50612", "TAI", "sent", 12, 900),
            ("PO-50613", "TAI", "proposed", 30, 7000),
            ("PO-50614", "TAI", "approved", 20, 50),
        ):
            boss = number == "PO-50612"
            order = PurchaseOrder(
                number=number, supplier_id=keys[code], state=state, ordered_at=now(), total=Decimal(total),
                expected_date=TODAY + timedelta(days=days), created_by_id=people["buyer@test"],
                approved_by_id=None if state == "proposed" else people["manager@test" if boss else "buyer@test"],
            )  # fmt: skip
            order.lines.append(
                PurchaseOrderLine(position=1, product_id=product.id, quantity=200, received=50, cost=Decimal(2))
            )
            session.add(order)
    return world


def asked(world: World, text: str, email: str = "buyer@test", skill: str = "order_history") -> Talk:
    talk = Talk(world, email)
    talk.say(text, skill, 0.9)
    return talk


def numbers(talk: Talk) -> list[str]:
    card = talk.last[-1].card
    assert card is not None, talk.last[-1].text
    return [row[0] for row in card.rows]


COMING = ["PO-50610", "PO-50611", "PO-50600", "PO-50612", "PO-50614"]


@pytest.mark.parametrize("email", ["buyer@test", "manager@test"])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("what's on order at the moment", COMING),
        ("what have we got on order", COMING),
        ("anything on order?", COMING),
        ("whats coming in this week", COMING[:2]),
        ("what is due in this week?", COMING[:2]),
        ("what's coming in next week", ["PO-50600"]),
        ("anything late coming in?", ["PO-50610"]),
        ("which POs are overdue?", ["PO-50610"]),
        ("late purchase orders", ["PO-50610"]),
        ("what have we got on order from Krüger", COMING[:2]),
        ("is anything still to come from Kruger?", COMING[:2]),
        ("which POs are still open", ["PO-50610", "PO-50611", "PO-50600", "PO-50612", "PO-50614", "PO-50613"]),
        ("list purchase orders", ["PO-50610", "PO-50611", "PO-50600", "PO-50612", "PO-50614", "PO-50613"]),
        ("show me all open purchase orders please", None),
        ("purchase orders", None),
        ("any purchase orders waiting for approval?", ["PO-50613"]),
        ("which POs have not been sent yet?", ["PO-50614"]),
        ("what is on order of 10-109?", ["PO-50600"]),
        ("show me the incoming coach bolts", ["PO-50610", "PO-50611", "PO-50612", "PO-50614"]),
    ],
)
def test_purchase_orders_are_listed_late_ones_first(
    busy: World, email: str, text: str, expected: list[str] | None
) -> None:
    found = numbers(asked(busy, text, email))
    assert found == expected if expected is not None else len(found) == 6


@pytest.mark.parametrize(
    "text", ["any purchase orders waiting for me?", "which POs need my approval", "POs to approve?"]
)
def test_a_manager_is_told_what_waits_for_approval(busy: World, text: str) -> None:
    talk = asked(busy, text, "manager@test", "order_status")
    assert numbers(talk) == ["PO-50613"]
    assert "Say “approve PO-50613”" in talk.last[-1].text


def test_a_row_tells_supplier_state_dates_value_and_by_whom(busy: World) -> None:
    talk = asked(busy, "what's on order at the moment")
    reply = talk.last[-1]
    assert reply.text == "5 purchase orders are on order, £1,652.00 in all; 1 of them is late."
    row = reply.card.rows[0]
    assert (row[1], row[2], row[4], row[5], row[6]) == (
        KRUEGER, "sent", "12 Jun 2026, 5 days late", "£400.00", "Buyer",
    )  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "when does the next delivery from Tai Shan arrive",
        "when is Tai Shan delivering next?",
        "when will the stuff from tai shan come",
    ],
)
@pytest.mark.parametrize("email", ["buyer@test", "manager@test"])
def test_when_the_next_delivery_of_a_supplier_comes(busy: World, text: str, email: str) -> None:
    reply = asked(busy, text, email, "delivery_eta").last[-1]
    assert reply.text.startswith(f"The next delivery from {TAI_SHAN} is PO-50612, expected on 29 Jun 2026.")


def test_what_is_late_is_said_where_the_next_is_asked_for(busy: World) -> None:
    text = asked(busy, "when does the next delivery from Krüger arrive").last[-1].text
    assert "PO-50610 from Krüger Befestigung was expected on 12 Jun 2026 and is 5 days late. The next" in text


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("PO-50610, who placed it and what for?", ["Buyer placed and approved it", "200 × Coach bolt", "5 days late"]),
        ("who approved PO-50612", ["Buyer proposed it.", "Manager approved it", "Expected on 29 Jun 2026."]),
        ("what is the status of PO-50613?", ["waits for approval", "Nobody has approved it yet"]),
        ("when is PO-50611 expected?", ["Expected on 19 Jun 2026.", "part received"]),
        ("has PO-50600 arrived?", ["who placed it is not recorded", "Expected on 24 Jun 2026."]),
    ],
)
@pytest.mark.parametrize("email", ["buyer@test", "manager@test"])
def test_what_became_of_one(busy: World, text: str, parts: list[str], email: str) -> None:
    reply = asked(busy, text, email, "order_status").last[-1]
    assert all(part in reply.text for part in parts), reply.text
    assert reply.card.lines


def test_one_that_was_called_off_says_by_whom_and_why(busy: World) -> None:
    talk = asked(busy, "reject PO-50613, too much for one month", "manager@test")
    talk.say("yes", "affirm")
    assert (
        "Manager called it off: too much for one month."
        in talk.say("what happened to PO-50613?", "not_understood").text
    )


@pytest.mark.parametrize(
    "text",
    ["what's on order at the moment", "list purchase orders", "whats coming in this week", "who approved PO-50612"],
)
@pytest.mark.parametrize("email", ["customer@test", "rep@test"])
def test_others_are_not_told(busy: World, text: str, email: str) -> None:
    reply = asked(busy, text, email, "not_understood").last[-1]
    assert "PO-506" not in reply.text
    assert reply.card is None or not any("PO-506" in row[0] for row in getattr(reply.card, "rows", []))


@pytest.mark.parametrize(
    "text",
    ["what is due out this week?", "what orders are on order for Harper & Sons", "where is the order of Harper?"],
)
def test_a_manager_s_questions_about_customers_stay_theirs(busy: World, text: str) -> None:
    assert "purchase order" not in asked(busy, text, "manager@test", "order_status").last[-1].text


def test_nothing_of_it_is_said_so(world: World) -> None:
    with world.database.write() as session:
        session.scalars(select(PurchaseOrder)).one().expected_date = date(2026, 8, 3)
        assert session.scalars(select(Order)).all() == []
    text = asked(world, "what's coming in this week?").last[-1].text
    assert text == "No purchase order is on order and due by 21 Jun 2026."
