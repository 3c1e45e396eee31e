"""A customer's addresses, payment methods and terms: what may be done, by whom, and what is kept of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from backend.catalogue.queries import by_sku
from backend.company.tables import AuditEvent
from backend.customers import queries, service
from backend.customers.service import Place
from backend.customers.tables import Address, Customer, PaymentMethod
from backend.errors import Conflict, Invalid, NotAllowed, Refused
from backend.sales import queries as sales
from backend.sales import service as ordering
from backend.sales.service import Details, Wish
from tests.backend.shipping.handling import at_once, person, place
from tests.backend.world import World

MILL = Place("2 Mill Lane", "Leeds", "United Kingdom", postcode="LS1 4AB")
QUAY = Place("7 The Quay", "Hull", "uk")


def add(world: World, where: Place = MILL, email: str = "customer@test", code: str = "C1", **more: Any) -> int:
    with world.writing(email) as work:
        return service.add_address(work, queries.by_code(work, code), where, **more).id


def addresses(world: World, code: str = "C1") -> list[tuple[str, str, bool]]:
    with world.reading("desk@test") as work:
        rows = queries.addresses(work, queries.by_code(work, code))
        return [(one.kind, one.city, one.default) for one in rows]


def methods(world: World) -> list[tuple[str, str, bool]]:
    with world.reading() as work:
        rows = queries.payment_methods(work, queries.by_code(work, "C1"))
        return [(one.kind, one.label, one.default) for one in rows]


def pay_by(world: World, kind: str, label: str, email: str = "customer@test", **more: Any) -> int:
    with world.writing(email) as work:
        return service.add_payment_method(work, queries.by_code(work, "C1"), kind, label, **more).id


def audit(world: World) -> list[tuple[str, str, Any, Any, int | None]]:
    with world.database.read() as session:
        rows = session.scalars(select(AuditEvent).order_by(AuditEvent.id))
        return [(row.kind, row.subject_key, row.before, row.after, row.on_behalf_of_id) for row in rows]


def order_with(world: World, **details: Any) -> str:
    with world.writing() as work:
        customer = queries.by_code(work, "C1")
        if "address" in details:
            details["address"] = queries.delivery_address(work, customer, details["address"])
        wishes = [Wish(by_sku(work.session, "10-109"), 10)]
        return ordering.place_order(work, customer, wishes, details=Details(**details)).number


# ---- addresses -----------------------------------------------------------------------------------------------------


def test_the_first_address_of_a_kind_is_the_default_and_another_may_become_it(world: World) -> None:
    add(world)
    quay = add(world, QUAY)
    add(world, MILL, kind="invoice")
    assert addresses(world) == [("delivery", "Leeds", True), ("delivery", "Hull", False), ("invoice", "Leeds", True)]
    with world.writing() as work:
        customer = queries.by_code(work, "C1")
        service.change_address(work, customer, queries.address(work, customer, quay), {}, default=True)
    assert addresses(world) == [("delivery", "Hull", True), ("delivery", "Leeds", False), ("invoice", "Leeds", True)]
    with world.reading() as work:
        assert queries.addresses(work, queries.by_code(work, "C1"))[0].country == "United Kingdom"


def test_what_is_done_to_an_address_is_kept_with_who_it_was_done_for(small: World) -> None:
    where = add(small, email="desk@test")
    with small.writing("desk@test") as work:
        customer = queries.by_code(work, "C1")
        address = queries.address(work, customer, where)
        service.change_address(work, customer, address, {"line1": " 3  Mill Lane ", "postcode": None})
        service.change_address(work, customer, address, {"city": "Leeds"})  # nothing new: nothing is kept
        service.remove_address(work, customer, address)
        key = customer.id
    first = {
        "kind": "delivery", "default": True, "line1": "2 Mill Lane", "line2": None, "city": "Leeds",
        "postcode": "LS1 4AB", "country": "United Kingdom",
    }  # fmt: skip
    then = {**first, "line1": "3 Mill Lane", "postcode": None}
    assert audit(small) == [
        ("address.added", "C1", None, first, key),
        ("address.changed", "C1", first, then, key),
        ("address.removed", "C1", then, None, key),
    ]
    assert addresses(small) == []


def test_an_order_keeps_the_address_that_was_agreed(small: World) -> None:
    where = add(small)
    number = order_with(small, address=where)
    with small.writing() as work:
        customer = queries.by_code(work, "C1")
        service.change_address(work, customer, queries.address(work, customer, where), {"city": "York"})
    with small.reading() as work:
        assert sales.by_number(work, number).delivery_address["city"] == "Leeds"


@pytest.mark.parametrize(
    ("where", "code"),
    [
        (Place("  ", "Leeds", "United Kingdom"), "incomplete_address"),
        (Place("2 Mill Lane", " ", "United Kingdom"), "incomplete_address"),
        (Place("2 Mill Lane", "Leeds", "Untaxed Islands"), "unknown_country"),
    ],
)
def test_an_address_is_complete_and_in_a_country_we_know(small: World, where: Place, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        add(small, where)
    assert caught.value.code == code
    assert addresses(small) == []


def test_a_new_country_is_entered_by_our_own_people(small: World) -> None:
    add(small, Place("1 Rue Haute", "Lille", "France"), email="desk@test")
    add(small, Place("2 Rue Haute", "Lille", "FRANCE"), email="other@test", code="C2")
    with small.database.read() as session:
        assert session.scalars(select(Address.country)).all() == ["France", "France"]


def test_an_address_in_use_stays_and_so_does_the_default_among_others(world: World) -> None:
    mill, quay = add(world), add(world, QUAY)
    number = order_with(world, address=quay)
    for where, code in ((mill, "address_default"), (quay, "address_in_use")):
        with pytest.raises(Conflict) as caught, world.writing() as work:
            customer = queries.by_code(work, "C1")
            service.remove_address(work, customer, queries.address(work, customer, where))
        assert caught.value.code == code
    assert len(addresses(world)) == 2
    with world.writing() as work:
        ordering.cancel_order(work, sales.by_number(work, number), "no")
    with world.writing() as work:
        customer = queries.by_code(work, "C1")
        service.remove_address(work, customer, queries.address(work, customer, quay))
    assert addresses(world) == [("delivery", "Leeds", True)]


def test_two_defaults_at_once_leave_one(world: World) -> None:
    keys = [add(world), add(world, QUAY)]

    def prefer(key: int) -> None:
        with world.writing() as work:
            customer = queries.by_code(work, "C1")
            service.change_address(work, customer, queries.address(work, customer, key), {}, default=True)

    assert at_once(*(lambda key=key: prefer(key) for key in keys * 3)) == []
    assert sorted(default for _, _, default in addresses(world)) == [False, True]


# ---- payment methods -----------------------------------------------------------------------------------------------


def test_payment_methods_have_names_and_one_is_the_default(small: World) -> None:
    pay_by(small, "bank_transfer", "Bank transfer")
    assert methods(small) == [("bank_transfer", "Bank transfer", False)]
    pay_by(small, "card", " Visa  ending 4242 ", default=True)
    assert methods(small) == [("card", "Visa ending 4242", True), ("bank_transfer", "Bank transfer", False)]
    assert [kind for kind, *_ in audit(small)] == ["payment_method.added"] * 2


def usual(world: World) -> str:
    with world.reading("desk@test") as work:
        return queries.usual_method(work, queries.by_code(work, "C1"))


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("card", "Ours"), ("direct_debit", "Ours"), ("bank_transfer", "account")],
)
def test_orders_are_paid_by_the_default_method_where_nothing_is_said(small: World, kind: str, expected: str) -> None:
    pay_by(small, kind, "Ours")
    assert (usual(small), paid_by(small)) == ("account", "account")
    pay_by(small, "card", "Visa ending 1111")
    with small.writing() as work:
        customer = queries.by_code(work, "C1")
        (method,) = [one for one in queries.payment_methods(work, customer) if one.label == "Ours"]
        service.change_payment_method(work, customer, method, default=True)
    assert (usual(small), paid_by(small)) == (expected, expected)
    assert paid_by(small, payment_method="account") == "account"
    assert paid_by(small, payment_method="Visa ending 1111") == "Visa ending 1111"
    with small.writing() as work:
        customer = queries.by_code(work, "C1")
        (method,) = [one for one in queries.payment_methods(work, customer) if one.label == "Ours"]
        service.change_payment_method(work, customer, method, default=False)
    assert (usual(small), paid_by(small)) == ("account", "account")


def test_a_method_that_was_given_up_is_not_used(small: World) -> None:
    key = pay_by(small, "card", "Visa ending 4242", default=True)
    with small.writing() as work:
        method = work.session.get_one(PaymentMethod, key)
        service.change_payment_method(work, queries.by_code(work, "C1"), method, active=False)
    assert paid_by(small) == "account"


def paid_by(world: World, **more: str) -> str:
    """How a new order is paid."""
    number = order_with(world, **more)
    with world.reading("desk@test") as work:
        return sales.by_number(work, number).payment_method


@pytest.mark.parametrize(
    ("kind", "label", "error", "code"),
    [
        ("card", "4242 4242 4242 4242", Invalid, "number_in_label"),
        ("card", "   ", Invalid, "label_missing"),
        ("card", "Account", Conflict, "label_taken"),
        ("card", "visa ENDING 4242", Conflict, "label_taken"),
        ("account", "Net 30", NotAllowed, "not_allowed"),
    ],
)
def test_a_payment_method_that_can_not_be_is_refused(
    small: World, kind: str, label: str, error: type[Refused], code: str
) -> None:
    pay_by(small, "card", "Visa ending 4242")
    with pytest.raises(error) as caught:
        pay_by(small, kind, label)
    assert caught.value.code == code
    assert methods(small) == [("card", "Visa ending 4242", False)]


def test_a_payment_method_is_given_up_once_no_open_order_needs_it_and_may_come_back(small: World) -> None:
    key = pay_by(small, "card", "Visa ending 4242")
    number = order_with(small, payment_method="Visa ending 4242")

    def give_up() -> None:
        with small.writing() as work:
            method = work.session.get_one(PaymentMethod, key)
            service.change_payment_method(work, queries.by_code(work, "C1"), method, active=False)

    with pytest.raises(Conflict) as caught:
        give_up()
    assert caught.value.code == "payment_method_in_use"
    with small.writing() as work:
        ordering.cancel_order(work, sales.by_number(work, number), "no")
    give_up()
    assert methods(small) == []
    assert pay_by(small, "card", "Visa ending 4242") == key
    assert methods(small) == [("card", "Visa ending 4242", False)]


# ---- who, and terms ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("email", ["other@test", "buyer@test"])
def test_nobody_acts_for_a_company_that_is_not_theirs(small: World, email: str) -> None:
    key = add(small)
    with small.writing(email) as work, small.reading("desk@test") as desk:
        ours = queries.by_code(desk, "C1")
        for act in (
            lambda: service.add_address(work, ours, MILL),
            lambda: service.change_address(work, ours, queries.address(desk, ours, key), {"city": "York"}),
            lambda: service.remove_address(work, ours, queries.address(desk, ours, key)),
            lambda: service.add_payment_method(work, ours, "card", "Visa ending 4242"),
        ):
            with pytest.raises(NotAllowed):
                act()
    assert (addresses(small), methods(small)) == ([("delivery", "Leeds", True)], [])


@pytest.mark.parametrize("email", ["customer@test", "rep@test", "desk@test"])
def test_terms_are_set_by_managers_only(small: World, email: str) -> None:
    with pytest.raises(NotAllowed), small.writing(email) as work:
        service.change_terms(work, queries.by_code(work, "C1"), {"credit_limit": Decimal(1_000_000)})
    with small.database.read() as session:
        assert session.scalars(select(Customer.credit_limit).where(Customer.code == "C1")).one() is None


def test_a_manager_sets_terms_and_what_differs_is_kept(small: World) -> None:
    manager = person(small, "manager@test", "manager", customer=None)
    with small.writing(manager) as work:
        terms = {"credit_limit": Decimal(500), "price_group": "plus", "tax_exempt": False, "payment_days": 60}
        service.change_terms(work, queries.by_code(work, "C1"), terms)
    (event,) = audit(small)
    before = {"credit_limit": None, "price_group": None, "payment_days": 30}
    assert event[2:4] == (before, {"credit_limit": "500.00", "price_group": "plus", "payment_days": 60})
    number = place(small, ("10-109", 10))
    with small.reading() as work:
        assert sales.by_number(work, number).lines[0].price == Decimal("0.08")
    with pytest.raises(Invalid) as caught, small.writing(manager) as work:
        service.change_terms(work, queries.by_code(work, "C1"), {"price_group": "platinum"})
    assert caught.value.code == "unknown_price_group"
