"""What people are told of their own accord: who hears of what, in which words, and who does not."""

from __future__ import annotations

from sqlalchemy import select

from backend.catalogue.queries import by_sku
from backend.chat.tables import Conversation
from backend.customers.queries import by_code
from backend.database import now
from backend.events import texts
from backend.events.news import READERS
from backend.events.service import KINDS
from backend.events.tables import AlertSubscription
from backend.identity.tables import User
from backend.sales import holds, queries, service
from tests.backend.events.outbox import unpublished
from tests.backend.events.telling import colleague, follow, forget, happened, own, placed, tell
from tests.backend.shipping.handling import arrive, deliver, held_for, lose, person, place, shipped
from tests.backend.world import World

EVERYBODY = ("customer@test", "other@test", "rep@test", "desk@test", "buyer@test")


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
