"""Standing orders: setting them up, changing them, and placing each date's order exactly once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from backend.catalogue.queries import by_sku
from backend.catalogue.tables import Price, Product
from backend.company.tables import AuditEvent, Company
from backend.customers.queries import by_code
from backend.customers.tables import Customer
from backend.database import Database
from backend.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from backend.events.tables import OutboxEvent
from backend.identity.tables import User
from backend.sales import queries
from backend.sales.service import Wish
from backend.sales.tables import Order, StandingOrder, StandingOrderRun
from backend.standing import jobs as standing_jobs
from backend.standing import service as standing
from backend.standing.jobs import place_due
from tests.backend.world import TODAY, World

FRIDAYS = "FREQ=WEEKLY;BYDAY=FR"
FRIDAY = date(2026, 6, 19)


def set_up(
    world: World,
    *lines: tuple[str, int],
    rule: str = FRIDAYS,
    email: str = "customer@test",
    code: str = "C1",
    starts_on: date | None = None,
) -> str:
    with world.writing(email) as work:
        wishes = [Wish(by_sku(work.session, sku), quantity) for sku, quantity in lines or (("10-109", 24),)]
        return standing.create(work, by_code(work, code), wishes, rule, starts_on, "every week").number


def do(world: World, number: str, step: Callable[..., object], email: str = "customer@test", **more: object) -> None:
    with world.writing(email) as work:
        step(work, standing.by_number(work, number), **more)


def change_lines(world: World, number: str, *lines: tuple[str, int], email: str = "customer@test") -> None:
    with world.writing(email) as work:
        wishes = [Wish(by_sku(work.session, sku), quantity) for sku, quantity in lines]
        standing.change(work, standing.by_number(work, number), wishes=wishes)


def lived_on(world: World, day: date) -> None:
    with world.database.write() as session:
        session.execute(update(Company).values(business_date=day))


def of(world: World, number: str) -> StandingOrder:
    with world.reading("desk@test") as work:
        return standing.by_number(work, number)


def runs(world: World, number: str) -> list[tuple[str, bool, str | None]]:
    """(day, whether an order was placed, problem), the newest first."""
    with world.reading("desk@test") as work:
        found = standing.runs(work, standing.by_number(work, number))
    return [(f"{run.day:%d.%m}", run.order is not None, run.problem) for run in found]


def events(world: World) -> list[str]:
    with world.database.read() as session:
        rows = session.scalars(
            select(OutboxEvent.kind).where(OutboxEvent.subject == "standing_order").order_by(OutboxEvent.id)
        )
        return list(rows)


# ---- setting up and changing ---------------------------------------------------------------------------------------


def test_a_standing_order_knows_its_next_date(world: World) -> None:
    number = set_up(world, ("10-109", 24), ("10-109", 6), ("30-101", 10), rule="FREQ=MONTHLY;BYDAY=1MO")
    found = of(world, number)
    assert (found.state, found.rule, found.next_date, found.version) == (
        "active", "FREQ=MONTHLY;BYDAY=1MO", date(2026, 7, 6), 1,
    )  # fmt: skip
    assert [(line.product.sku, line.quantity) for line in found.lines] == [("10-109", 30), ("30-101", 10)]
    with world.database.read() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.subject_key == number)).one()
        assert (event.kind, event.on_behalf_of_id, event.after["when"]) == (
            "standing_order.created", None, "every first Monday of the month",
        )  # fmt: skip
    assert world.orders() == 0


@pytest.mark.parametrize(
    ("rule", "starts_on", "first", "kept"),
    [
        ("FREQ=WEEKLY", None, TODAY, "FREQ=WEEKLY;BYDAY=WE"),
        ("FREQ=MONTHLY", date(2026, 6, 30), date(2026, 6, 30), "FREQ=MONTHLY;BYMONTHDAY=-1"),
        ("freq=weekly;interval=2;byday=fr", date(2026, 6, 20), date(2026, 6, 26), "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR"),
    ],
)
def test_a_rule_is_kept_in_full(small: World, rule: str, starts_on: date | None, first: date, kept: str) -> None:
    found = of(small, set_up(small, rule=rule, starts_on=starts_on))
    assert (found.rule, found.starts_on, found.next_date) == (kept, first, first)


@pytest.mark.parametrize(
    ("line", "rule", "starts_on", "code"),
    [
        (("45-103", 15), FRIDAYS, None, "quantity_does_not_fit"),
        (("11-109", 5), FRIDAYS, None, "discontinued"),
        (("10-109", 5), "FREQ=YEARLY", None, "invalid_rule"),
        (("10-109", 5), FRIDAYS, date(2026, 6, 16), "date_in_past"),
        (("10-109", 5), FRIDAYS, date(2028, 6, 30), "starts_too_late"),
    ],
)
def test_what_makes_no_sense_is_not_set_up(
    small: World, line: tuple[str, int], rule: str, starts_on: date | None, code: str
) -> None:
    with pytest.raises(Refused) as caught:
        set_up(small, line, rule=rule, starts_on=starts_on)
    assert caught.value.code == code
    with small.reading("desk@test") as work:
        assert standing.page(work) == []


def test_a_discount_is_not_for_the_orders_to_come(small: World) -> None:
    with small.writing("rep@test") as work, pytest.raises(Invalid) as caught:
        wish = Wish(by_sku(work.session, "10-109"), 5, discount=Decimal("0.05"))
        standing.create(work, by_code(work, "C1"), [wish], FRIDAYS)
    assert caught.value.code == "no_discount"


def test_another_customers_standing_order_is_not_found_nor_touched(world: World) -> None:
    number = set_up(world)
    for stranger in ("other@test", "buyer@test"):
        with world.reading(stranger) as work, pytest.raises(NotFound):
            standing.by_number(work, number)
        with world.reading(stranger) as work:
            assert standing.page(work) == []
        with world.reading("desk@test") as seen, world.writing(stranger) as work:
            row = standing.by_number(seen, number)
            for step in (standing.pause, standing.resume, standing.end, standing.skip, standing.change):
                with pytest.raises(NotAllowed):
                    step(work, row)
    with world.reading("desk@test") as desk, world.writing("buyer@test") as work, pytest.raises(NotAllowed):
        standing.create(work, by_code(desk, "C1"), [Wish(by_sku(work.session, "10-109"), 5)], FRIDAYS)
    assert (of(world, number).state, of(world, number).version) == ("active", 1)


def test_pausing_leaves_dates_out_and_resuming_goes_on_with_the_next(world: World) -> None:
    number = set_up(world)
    do(world, number, standing.pause)
    assert (of(world, number).state, of(world, number).next_date) == ("paused", None)
    with world.writing() as work, pytest.raises(Conflict) as caught:
        standing.skip(work, standing.by_number(work, number))
    assert caught.value.code == "no_next_date"
    lived_on(world, date(2026, 7, 1))
    assert (place_due(world.database), world.orders()) == (0, 0)
    do(world, number, standing.resume, "desk@test")
    assert (of(world, number).next_date, of(world, number).version) == (date(2026, 7, 3), 3)
    with world.writing() as work, pytest.raises(Conflict) as caught:
        standing.resume(work, standing.by_number(work, number))
    assert caught.value.code == "illegal_transition"


def test_skipping_leaves_out_one_date(small: World) -> None:
    number = set_up(small)
    do(small, number, standing.skip)
    assert of(small, number).next_date == date(2026, 6, 26)
    lived_on(small, FRIDAY)
    assert place_due(small.database) == 0


def test_what_has_ended_stays_ended(small: World) -> None:
    number = set_up(small)
    do(small, number, standing.end)
    for step in (standing.pause, standing.resume, standing.end):
        with small.writing() as work, pytest.raises(Conflict):
            step(work, standing.by_number(work, number))
    for step in (standing.skip, standing.change):
        with small.writing() as work, pytest.raises(Conflict) as caught:
            step(work, standing.by_number(work, number))
        assert caught.value.code == "standing_order_ended"
    lived_on(small, FRIDAY)
    assert (place_due(small.database), of(small, number).version) == (0, 2)


def test_another_rule_begins_today_but_never_runs_a_day_twice(world: World) -> None:
    number = set_up(world, rule="FREQ=WEEKLY;BYDAY=WE")
    assert place_due(world.database) == 1
    do(world, number, standing.change, rule="FREQ=DAILY")
    assert of(world, number).next_date == date(2026, 6, 18)
    do(world, number, standing.pause)
    do(world, number, standing.change, rule="FREQ=MONTHLY;BYMONTHDAY=17")
    assert of(world, number).next_date is None
    do(world, number, standing.resume)
    assert (of(world, number).next_date, place_due(world.database)) == (date(2026, 7, 17), 0)


def test_other_lines_are_ordered_in_the_name_of_who_set_them(world: World) -> None:
    number = set_up(world, ("10-109", 24), ("30-101", 5))
    change_lines(world, number, ("10-109", 48), email="desk@test")
    do(world, number, standing.change, customer_reference="PO 12")
    lived_on(world, FRIDAY)
    place_due(world.database)
    with world.reading() as work:
        order = queries.recent(work, None, 1)[0]
        assert [(line.product.sku, line.quantity) for line in order.lines] == [("10-109", 48)]
        assert (order.placed_by.email, order.customer_reference) == ("desk@test", "PO 12")
    do(world, number, standing.change, customer_reference="")
    assert (of(world, number).customer_reference, of(world, number).version) == (None, 5)


def test_a_refused_change_changes_nothing(small: World) -> None:
    number = set_up(small)
    with small.writing() as work, pytest.raises(Invalid):
        row = standing.by_number(work, number)
        standing.change(work, row, wishes=[Wish(by_sku(work.session, "45-103"), 15)], rule="FREQ=DAILY")
    with small.writing() as work, pytest.raises(Invalid):
        row = standing.by_number(work, number)
        standing.change(work, row, wishes=[Wish(by_sku(work.session, "30-101"), 15)], rule="FREQ=YEARLY")
    found = of(small, number)
    assert (found.rule, [line.product.sku for line in found.lines], found.version) == (FRIDAYS, ["10-109"], 1)


# ---- placing -------------------------------------------------------------------------------------------------------


def test_a_due_date_is_ordered_once_at_the_prices_of_the_day(world: World) -> None:
    number = set_up(world)
    assert (place_due(world.database), world.orders()) == (0, 0)
    with world.database.write() as session:
        session.execute(update(Price).values(price=Decimal("0.30")))
    lived_on(world, FRIDAY)
    assert (place_due(world.database), place_due(world.database), world.orders()) == (1, 0, 1)
    with world.reading() as work:
        order = queries.recent(work, None, 1)[0]
        assert (order.channel, order.placed_by.email, order.customer_reference, order.total) == (
            "standing", "customer@test", "every week", Decimal("7.20"),
        )  # fmt: skip
        assert order.standing_order_id == standing.by_number(work, number).id
        assert standing.runs(work, standing.by_number(work, number)) == [standing.Run(FRIDAY, order.number, None)]
    assert (of(world, number).next_date, of(world, number).version) == (date(2026, 6, 26), 2)
    assert events(world) == ["standing_order.placed"]
    assert world.level("10-109") == (500, 24)


def test_a_date_that_is_no_working_day_is_ordered_on_all_the_same(small: World) -> None:
    number = set_up(small, rule="FREQ=WEEKLY;BYDAY=SA")
    lived_on(small, date(2026, 6, 20))
    assert place_due(small.database) == 1
    with small.reading() as work:
        order = queries.recent(work, None, 1)[0]
        assert order.lines[0].promised_date == date(2026, 6, 23)  # leaves on Monday
    assert of(small, number).next_date == date(2026, 6, 27)


def test_missed_dates_are_ordered_once(world: World) -> None:
    number = set_up(world)
    lived_on(world, date(2026, 7, 8))
    assert (place_due(world.database), world.orders()) == (1, 1)
    assert runs(world, number) == [("03.07", True, None)]
    assert of(world, number).next_date == date(2026, 7, 10)


def test_several_workers_at_once_place_one_order_each(world: World) -> None:
    numbers = [
        set_up(world),
        set_up(world, ("20-104", 20), ("10-109", 5)),
        set_up(world, ("10-109", 5), ("20-104", 20)),
    ]
    lived_on(world, FRIDAY)
    start, ran, failures = threading.Barrier(3), [], []

    def work() -> None:
        try:
            start.wait()
            ran.append(place_due(world.database))
        except BaseException as error:  # noqa: BLE001  (told below)
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (failures, sum(ran), world.orders()) == ([], 3, 3)
    assert [runs(world, number) for number in numbers] == [[("19.06", True, None)]] * 3
    assert (world.level("10-109"), world.level("20-104")) == ((500, 34), (60, 40))


def test_a_worker_that_dies_on_the_way_leaves_nothing_and_is_made_good(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = set_up(world)
    lived_on(world, FRIDAY)

    class Killed(BaseException):
        pass

    def die(*_: object, **__: object) -> None:
        raise Killed

    for boundary in ("publish", "record", "principal_of"):
        with monkeypatch.context() as patched, pytest.raises(Killed):
            patched.setattr(standing_jobs, boundary, die)
            place_due(world.database)
        assert (world.orders(), runs(world, number), events(world)) == (0, [], [])
        assert (world.level("10-109"), of(world, number).next_date) == ((500, 0), FRIDAY)
    assert (place_due(world.database), world.orders()) == (1, 1)


def test_what_goes_wrong_with_one_does_not_stop_the_others(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = set_up(world, ("30-101", 5)), set_up(world, ("10-109", 5))
    lived_on(world, FRIDAY)
    place = standing_jobs.place_order

    def broken(work: object, customer: object, wishes: list[Wish], **more: object) -> Order:
        if wishes[0].product.sku == "30-101":
            raise RuntimeError("a fault of ours")
        return place(work, customer, wishes, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(standing_jobs, "place_order", broken)
    assert place_due(world.database) == 1
    assert (runs(world, first), runs(world, second)) == ([], [("19.06", True, None)])
    monkeypatch.undo()
    assert (place_due(world.database), runs(world, first)) == (1, [("19.06", True, None)])


def _discontinued(database: Database) -> None:
    with database.write() as session:
        session.execute(update(Product).where(Product.sku == "10-109").values(active=False))


def _unpriced(database: Database) -> None:
    with database.write() as session:
        session.execute(update(Price).values(valid_to=date(2026, 6, 1)))


def _small(database: Database) -> None:
    with database.write() as session:
        session.execute(update(Company).values(minimum_order=Decimal(100)))


def _gone(database: Database) -> None:
    with database.write() as session:
        session.execute(update(User).where(User.email == "customer@test").values(active=False))


def _closed(database: Database) -> None:
    with database.write() as session:
        session.execute(update(Customer).where(Customer.code == "C1").values(active=False))


@pytest.mark.parametrize(
    ("happens", "problem", "code"),
    [
        (_discontinued, "Hex bolt M8x40 zinc is no longer sold.", "discontinued"),
        (_unpriced, "Hex bolt M8x40 zinc has no price at the moment. Please ask the order desk.", "no_price"),
        (_small, "The minimum order is £100.00 of goods; £97.60 is missing.", "below_minimum"),
        (_gone, "Customer, who set it up, has no sign-in any more.", "person_inactive"),
        (_closed, "Ferndale Joinery is no longer a customer.", "customer_inactive"),
    ],
)
def test_a_problem_is_kept_with_the_run_and_told(
    world: World, happens: Callable[[Database], None], problem: str, code: str
) -> None:
    number, other = set_up(world), set_up(world, ("10-109", 500), ("30-102", 400), email="other@test", code="C2")
    happens(world.database)
    lived_on(world, FRIDAY)
    assert (place_due(world.database), place_due(world.database)) == (2, 0)
    assert runs(world, number) == [("19.06", False, problem)]
    assert of(world, number).next_date == date(2026, 6, 26)  # it is tried again on the next date
    with world.database.read() as session:
        found = session.scalars(
            select(OutboxEvent).where(OutboxEvent.key == number, OutboxEvent.kind == "standing_order.failed")
        ).one()
        assert (found.payload["code"], found.payload["problem"]) == (code, problem)
        assert session.scalars(select(Order).where(Order.customer_id == found.customer_id)).all() == []
    if happens in (_gone, _closed):
        assert runs(world, other) == [("19.06", True, None)]


def test_a_buyers_own_limit_holds_what_was_set_up_by_them(world: World) -> None:
    with world.database.write() as session:
        session.execute(update(User).where(User.email == "customer@test").values(order_limit=Decimal(2)))
    set_up(world)
    lived_on(world, FRIDAY)
    place_due(world.database)
    with world.reading() as work:
        order = queries.recent(work, None, 1)[0]
        assert (order.state, [hold.reason for hold in order.holds]) == ("on_hold", ["buyer_limit"])


def test_the_database_refuses_a_second_run_of_a_day(world: World) -> None:
    number = set_up(world)
    key = of(world, number).id
    with world.database.write() as session:
        session.add(StandingOrderRun(standing_order_id=key, day=FRIDAY))
    with pytest.raises(IntegrityError), world.database.write() as session:
        session.add(StandingOrderRun(standing_order_id=key, day=FRIDAY))
