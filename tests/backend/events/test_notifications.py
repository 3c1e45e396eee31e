"""What people are told of their own accord: who hears of what, in which words, and who does not."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from backend.billing.tables import CreditNote, Invoice
from backend.catalogue.queries import by_sku
from backend.chat.tables import Conversation
from backend.customers.queries import by_code
from backend.database import now
from backend.events import alerts, texts
from backend.events.news import READERS
from backend.events.notifications import NOTIFICATIONS
from backend.events.service import KINDS, publish
from backend.events.tables import AlertSubscription
from backend.identity.tables import User
from backend.quotes.tables import Inquiry, Quote
from backend.sales import holds, queries, service
from backend.sales.tables import Order, SalesReturn, StandingOrder
from tests.backend.events.outbox import drain, said_to, unpublished
from tests.backend.sales.handling import arrive, deliver, held_for, lose, person, place, shipped
from tests.backend.world import TODAY, World

EVERYBODY = ("customer@test", "other@test", "rep@test", "desk@test", "buyer@test")


def follow(world: World, email: str, topic: str = "orders", sku: str | None = None) -> None:
    with world.writing(email) as work:
        alerts.subscribe(work, topic, by_sku(work.session, sku) if sku else None)


def colleague(world: World, **more: object) -> str:
    """Another person of the first customer, who follows orders."""
    person(world, "colleague@test", **more)  # type: ignore[arg-type]
    follow(world, "colleague@test")
    return "colleague@test"


def tell(world: World) -> dict[str, list[str]]:
    """Hand on what happened; what everybody has been told so far, without those who were told nothing."""
    drain(world.database, NOTIFICATIONS)
    with world.database.read() as session:
        people = session.scalars(select(User.email).order_by(User.id)).all()
    found = {email: said_to(world, email) for email in people}
    return {email: said for email, said in found.items() if said}


def forget(world: World) -> None:
    """Nobody hears of what happened so far."""
    drain(world.database)


def placed(world: World, *wishes: tuple[str, int], email: str = "customer@test") -> str:
    number = place(world, *(wishes or (("10-109", 60),)), email=email)
    forget(world)
    return number


def happened(world: World, kind: str, key: str, customer: str | None = "C1", **payload: object) -> None:
    with world.writing("desk@test", channel="api") as work:
        customer_id = by_code(work, customer).id if customer else None
        publish(work, kind, kind.partition(".")[0], key, dict(payload), customer_id=customer_id)


def own(world: World, email: str) -> int:
    return world.principal(email).user_id


# ---- who ----------------------------------------------------------------------------------------------------------


def test_the_placer_hears_when_the_goods_leave_and_arrive(world: World) -> None:
    number = placed(world)
    shipment = shipped(world, number)
    told = tell(world)["customer@test"]
    assert told[0] == f"Your order {number} has left us: with Parcel Co, tracking PC1, expected 18 Jun 2026."
    deliver(world, shipment)
    assert tell(world)["customer@test"][-1] == f"Your order {number} has been delivered on 17 Jun 2026."


def test_who_follows_the_companys_orders_hears_as_well_and_nobody_else_does(small: World) -> None:
    person(small, "silent@test")
    person(small, "gone@test")
    follow(small, "gone@test")
    with small.database.write() as session:
        session.scalars(select(User).where(User.email == "gone@test")).one().active = False
    follow(small, "other@test")
    follow(small, "desk@test")
    colleague(small)
    number = placed(small)
    happened(small, "order.released", number)
    sentence = f"Your order {number} is no longer on hold and goes its way."
    assert tell(small) == {"customer@test": [sentence], "colleague@test": [sentence]}


def test_an_event_is_told_once_to_who_both_placed_and_follows(small: World) -> None:
    follow(small, "customer@test")
    happened(small, "order.released", placed(small))
    assert len(tell(small)["customer@test"]) == 1


def test_nobody_is_told_in_a_conversation_of_what_they_did_in_it(small: World) -> None:
    follow(small, "customer@test")
    colleague(small)
    for channel in ("web", "telegram", "api"):
        with small.writing("customer@test", channel) as work:
            order = service.place_order(work, by_code(work, "C1"), [service.Wish(by_sku(work.session, "10-109"), 60)])
    told = tell(small)
    assert len(told["colleague@test"]) == 3
    assert told["customer@test"] == [f"Your order {order.number} has been placed by Customer: £6.00 in all."]


def test_a_rep_who_follows_orders_hears_of_the_customers_they_look_after(small: World) -> None:
    follow(small, "rep@test")
    with small.database.write() as session:
        session.get_one(User, own(small, "other@test")).customer.rep_email = "rep@test"
    place(small, ("10-109", 60))
    number = place(small, ("10-109", 60), email="other@test", code="C2")
    assert tell(small) == {"rep@test": [f"{number} of Harper & Sons has been placed by Other: £4.80 in all."]}


def test_our_people_hear_of_their_own_orders_in_their_own_words_but_not_of_invoices(small: World) -> None:
    number = placed(small, email="desk@test")
    shipped(small, number)
    assert tell(small) == {
        "desk@test": [f"{number} of Ferndale Joinery has left us: with Parcel Co, tracking PC1, expected 18 Jun 2026."]
    }


def test_what_is_told_lies_in_a_conversation_that_was_silent_and_stays_so(small: World) -> None:
    number = placed(small)
    with small.database.write() as session:
        session.add(Conversation(user_id=own(small, "customer@test"), sender="s", state={}, active_at=now()))
    with small.database.read() as session:
        before = session.scalars(select(Conversation)).one()
    happened(small, "order.released", number)
    tell(small)
    with small.database.read() as session:
        after = session.scalars(select(Conversation)).one()
    assert (after.active_at, after.sender, after.turn_id) == (before.active_at, "s", None)


# ---- orders -------------------------------------------------------------------------------------------------------


def test_a_hold_is_told_to_the_placer_the_approver_and_who_releases_holds_and_follows(small: World) -> None:
    person(small, "manager@test", "manager", customer=None)
    follow(small, "manager@test")
    follow(small, "desk@test")
    person(small, "boss@test")
    person(small, "buyer2@test", limit=5, approver="boss@test")
    number = place(small, ("10-109", 60), email="buyer2@test")
    reason = "it is above the limit of who ordered it"
    held = f"is on hold: {reason}. Nothing leaves before it is released; what is in stock stays reserved."
    assert tell(small) == {
        "boss@test": [
            f"Your order {number}, placed by Buyer2 over £6.00, is above their limit and waits for your yes."
        ],
        "buyer2@test": [f"Your order {number} {held}"],
        "manager@test": [f"{number} of Ferndale Joinery {held}"],
    }


def test_a_hold_that_is_gone_by_the_time_is_told_as_released_only(small: World) -> None:
    number = placed(small)
    held_for(small, number, "manual")
    happened(small, "order.held", number)
    person(small, "manager@test", "manager", customer=None)
    with small.writing("manager@test", "api") as work:
        holds.release(work, queries.by_number(work, number))
    assert tell(small)["customer@test"] == [f"Your order {number} is no longer on hold and goes its way."]


def test_back_orders_that_are_filled_are_told_line_by_line(small: World) -> None:
    number = placed(small, ("20-104", 100))
    arrive(small, "20-104", 25)
    (told,) = tell(small)["customer@test"]
    line = "15 of Coach bolt M10x80 zinc (20-104) still to come, promised for "
    assert told.startswith(f"News of your back orders. Your order {number}: {line}")
    arrive(small, "20-104", 500)
    filled = tell(small)["customer@test"][-1]
    assert f"Your order {number}: Coach bolt M10x80 zinc (20-104) is reserved, promised for " in filled


def test_other_changes_tell_the_new_total_and_a_cancelled_order_its_reason(small: World) -> None:
    number = placed(small)
    happened(small, "order.changed", number, number=number)
    with small.writing("desk@test", "api") as work:
        service.cancel_order(work, queries.by_number(work, number), "out of business.")
    assert tell(small)["customer@test"] == [
        f"Your order {number} has been changed: it comes to £6.00 now.",
        f"Your order {number} has been cancelled: out of business.",
    ]


def test_a_lost_shipment_says_what_becomes_of_it(small: World) -> None:
    number = placed(small)
    shipment = shipped(small, number)
    forget(small)
    lose(small, shipment, "replace")
    told = tell(small)["customer@test"]
    assert f"{shipment}, a delivery of your order {number}, is lost on its way; the goods are sent again." in told


def test_a_part_of_an_order_is_told_as_a_part(small: World) -> None:
    number = placed(small, ("20-104", 100))
    shipped(small, number)
    assert tell(small)["customer@test"][0].startswith(f"Your order {number} has left us in part: ")


# ---- papers -------------------------------------------------------------------------------------------------------


def invoice(world: World, number: str) -> None:
    with world.database.write() as session:
        order = session.scalars(select(Order).where(Order.number == number)).one()
        session.add(
            Invoice(
                number="INV-1",
                customer_id=order.customer_id,
                order_id=order.id,
                state="overdue",
                due_date=date(2026, 6, 1),
                total=Decimal("6.00"),
                paid=Decimal("1.50"),
            )
        )


def test_invoices_are_told_with_what_is_to_be_paid_and_when(small: World) -> None:
    number = placed(small)
    invoice(small, number)
    happened(small, "invoice.issued", "INV-1")
    happened(small, "invoice.overdue", "INV-1")
    assert tell(small) == {
        "customer@test": [
            f"Invoice INV-1 for your order {number}: £6.00, to be paid by 1 Jun 2026.",
            f"Invoice INV-1 for your order {number} was due on 1 Jun 2026, and £4.50 of it is still to be paid.",
        ]
    }


def quote(world: World, by: str = "rep@test", inquiry: Inquiry | None = None, order: str | None = None) -> None:
    with world.database.write() as session:
        session.add(
            Quote(
                number="QU-1",
                customer_id=world.principal("customer@test").customer_id,
                created_by_id=own(world, by),
                inquiry=inquiry,
                channel="api",
                state="sent",
                created_at=now(),
                valid_until=date(2026, 7, 1),
                total=Decimal("12.30"),
                order_number=order,
            )
        )


SENT = "Your quote QU-1 is ready: £12.30, and the prices hold until 1 Jul 2026. Ask me for QU-1 to see or accept it."


def test_a_quote_goes_to_who_asked_for_it(small: World) -> None:
    person(small, "colleague@test")
    asked = Inquiry(
        number="IQ-1", customer_id=small.principal("customer@test").customer_id, user_id=own(small, "colleague@test"),
        channel="web", text="What would 1,000 cost?",
    )  # fmt: skip
    quote(small, inquiry=asked)
    happened(small, "quote.sent", "QU-1")
    assert tell(small) == {"colleague@test": [SENT]}


def test_a_quote_that_nobody_asked_for_goes_to_all_the_customers_people(small: World) -> None:
    person(small, "colleague@test")
    quote(small)
    happened(small, "quote.sent", "QU-1")
    assert tell(small) == {"customer@test": [SENT], "colleague@test": [SENT]}


def test_who_made_a_quote_hears_what_became_of_it(small: World) -> None:
    quote(small, order="SO-7")
    happened(small, "quote.accepted", "QU-1")
    happened(small, "quote.declined", "QU-1")
    assert tell(small) == {
        "rep@test": [
            "QU-1 of Ferndale Joinery has been accepted: it is order SO-7 now.",
            "QU-1 of Ferndale Joinery has been declined.",
        ]
    }


def sales_return(world: World, resolution: str = "credit", note: str | None = None) -> None:
    with world.database.write() as session:
        who = session.get_one(User, own(world, "customer@test"))
        row = SalesReturn(
            number="RT-1", customer_id=who.customer_id, requested_by_id=who.id, resolution=resolution, note=note,
            total=Decimal(5),
        )  # fmt: skip
        session.add(row)
        session.flush()
        session.add(
            CreditNote(
                number="CN-1",
                customer_id=row.customer_id,
                return_id=row.id,
                reason="r",
                issued_at=now(),
                tax=Decimal(1),
                total=Decimal(6),
            )
        )


@pytest.mark.parametrize(
    ("kind", "resolution", "sentence"),
    [
        ("approved", "credit", "is approved. Please send the goods back to us and name RT-1 on the parcel."),
        ("rejected", "credit", "can't be taken: too late."),
        ("settled", "credit", "is settled: credit note CN-1 over £6.00."),
        ("settled", "refund", "is settled: credit note CN-1 over £6.00, which goes back the way you paid."),
    ],
)
def test_a_return_is_told_to_who_asked_for_it(small: World, kind: str, resolution: str, sentence: str) -> None:
    sales_return(small, resolution, "Too late." if kind == "rejected" else None)
    happened(small, f"return.{kind}", "RT-1")
    (told,) = tell(small)["customer@test"]
    assert told.lower() == f"your return rt-1 {sentence}".lower()


def test_a_return_that_is_asked_for_is_told_to_who_handles_returns_and_follows(small: World) -> None:
    sales_return(small)
    follow(small, "desk@test")
    follow(small, "rep@test")
    happened(small, "return.requested", "RT-1")
    sentence = "RT-1 of Ferndale Joinery has been asked for and waits for one of us to look at it."
    assert tell(small) == {"desk@test": [sentence]}


def test_an_inquiry_is_told_to_who_handles_it_and_its_answer_to_who_asked(small: World) -> None:
    follow(small, "rep@test")
    with small.database.write() as session:
        session.add(
            Inquiry(
                number="IQ-1",
                customer_id=small.principal("customer@test").customer_id,
                user_id=own(small, "customer@test"),
                channel="web",
                text="Do you\ncut cloth?",
                answer="Yes, by the metre.",
            )
        )
    happened(small, "inquiry.opened", "IQ-1")
    happened(small, "inquiry.answered", "IQ-1")
    assert tell(small) == {
        "rep@test": ["IQ-1 from Customer (Ferndale Joinery) waits for an answer: Do you cut cloth?"],
        "customer@test": ["An answer to IQ-1: Yes, by the metre."],
    }


def test_a_standing_order_tells_its_owner_and_not_twice_who_follows_orders(small: World) -> None:
    with small.database.write() as session:
        row = StandingOrder(
            number="ST-1", customer_id=small.principal("customer@test").customer_id,
            user_id=own(small, "customer@test"), rule="FREQ=WEEKLY", starts_on=TODAY,
        )  # fmt: skip
        session.add(row)
    colleague(small)
    with small.writing("customer@test", "standing") as work:
        details = service.Details(standing_order_id=1)
        wishes = [service.Wish(by_sku(work.session, "10-109"), 60)]
        number = service.place_order(work, by_code(work, "C1"), wishes, details=details).number
    happened(small, "standing_order.placed", "ST-1", order=number)
    happened(small, "standing_order.failed", "ST-1", problem="There is no price.")
    told = [
        f"Your standing order ST-1 has been placed as order {number}.",
        "Your standing order ST-1 could not be placed: There is no price. "
        "Nothing has been ordered; please have a look at it.",
    ]
    assert tell(small) == {"customer@test": told, "colleague@test": told}


# ---- stock --------------------------------------------------------------------------------------------------------


def test_a_product_that_is_back_is_told_once_to_who_waits_for_it(small: World) -> None:
    follow(small, "customer@test", "back_in_stock", "20-104")
    follow(small, "other@test", "back_in_stock", "30-101")
    for _ in range(2):
        happened(small, "stock.back", "20-104", None, available=25)
    assert tell(small) == {
        "customer@test": [
            "Coach bolt M10x80 zinc (20-104) is back in stock. "
            "You asked to be told once; say so if you want to hear of it again."
        ]
    }
    with small.database.read() as session:
        assert [row.active for row in session.scalars(select(AlertSubscription).order_by(AlertSubscription.id))] == [
            False,
            True,
        ]


def test_stock_that_runs_low_is_told_to_who_watches_the_product_or_all_of_them(small: World) -> None:
    follow(small, "buyer@test", "stock_low")
    follow(small, "desk@test", "stock_low", "70-103")
    follow(small, "rep@test", "stock_low", "30-101")
    happened(small, "stock.low", "70-103", None, available=25)
    happened(small, "stock.low", "11-109", None, available=0)  # no longer sold
    sentence = "Linen fabric blue 150 cm (70-103) is running low: 2.5 m available."
    assert tell(small) == {"buyer@test": [sentence], "desk@test": [sentence]}


# ---- all of it ----------------------------------------------------------------------------------------------------


def test_an_event_of_something_that_is_gone_tells_nobody(small: World) -> None:
    for email in EVERYBODY[:4]:
        follow(small, email)
    for kind in KINDS:
        happened(small, kind, "nope")
    assert tell(small) == {}
    assert unpublished(small.database) == []


def test_only_kinds_that_exist_are_told() -> None:
    assert set(READERS) <= set(KINDS)


def test_long_words_of_others_are_cut() -> None:
    assert texts.quoted("x" * 700) == "x" * 600 + "…"
    assert texts.clause("  ") == ""
