"""A buyer's own budget beside the company's: the one with less left bounds what they see and approve, to the penny."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import inspect, select, text

from backend.app import create_app
from backend.catalogue.queries import by_sku
from backend.company.tables import AuditEvent, Company
from backend.database import Database
from backend.errors import Invalid, NotAllowed, NotFound
from backend.identity.permissions import Role
from backend.identity.tables import User
from backend.migrations import migrate
from backend.purchasing import buyer_budgets, deciding, drafting, queries, service
from backend.purchasing.budget import Budgets, budgets, set_budget
from backend.purchasing.overview import Overview, overview
from backend.purchasing.replenishment import Proposal
from backend.purchasing.scenario import Scenario
from backend.purchasing.tables import PurchaseOrder, PurchaseOrderLine, Supplier
from backend.settings import Settings
from tests.backend.events.telling import forget, tell
from tests.backend.purchasing.planning import Plan
from tests.backend.purchasing.test_migration import to
from tests.backend.shipping.handling import person
from tests.backend.stock.test_api import SETTINGS, Api
from tests.backend.world import World

BUYER, OTHER, MANAGER = "buyer@test", "second@test", "manager@test"


def planned(world: World) -> Plan:
    """540 coach bolts at 2p are needed: £10.80; two buyers and a manager."""
    person(world, OTHER, Role.BUYER)
    return Plan(world).forecast(s20_104=100, s10_109=90).manager()


@pytest.fixture
def plan(small: World) -> Plan:
    return planned(small)


def give(plan: Plan, own: str | None = None, company: str | None = None, email: str = BUYER) -> Plan:
    """Budgets, of which what is on order from before takes nothing."""
    with plan.world.database.write() as session:
        session.scalars(select(User).where(User.email == email)).one().purchase_budget = own and Decimal(own)
        session.get_one(Company, 1).purchase_budget = company and Decimal(company)
        for row in session.scalars(select(PurchaseOrder).where(PurchaseOrder.created_by_id.is_(None))):
            row.total = Decimal(0)
    return plan


def look(plan: Plan, email: str = BUYER, scenario: Scenario | None = None) -> tuple[dict[str, Proposal], Overview]:
    question = deciding.ask(plan.world.database, plan.world.principal(email), plan.models, scenario or Scenario())
    with plan.world.reading(email) as work:
        decided = deciding.read(work, question)
        lines = [one for one in decided.supposed if one.quantity]
        return {one.candidate.product.sku: one for one in decided.supposed}, overview(work, lines, decided.supposed, [])


def approve(plan: Plan, email: str = BUYER, **changes: int) -> list[str]:
    question = deciding.ask(plan.world.database, plan.world.principal(email), plan.models)
    with plan.world.writing(email) as work:
        found = deciding.read(work, question).found
        draft = drafting.drafted(found, {name.removeprefix("s").replace("_", "-"): to for name, to in changes.items()})
        return [order.number for order in service.approve(work, draft.lines, draft.dropped)]


def now(plan: Plan, email: str = BUYER) -> Budgets:
    with plan.world.reading(email) as work:
        return budgets(work)


# ---- what it bounds --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("own", "company", "quantity", "bound_by"),
    [
        ("10.80", None, 540, "own"),
        ("10.79", None, 530, "own"),
        ("0", None, 0, "own"),
        ("5", "8", 250, "own"),
        ("8", "5", 250, "company"),
        ("5", "5", 250, "company"),
        (None, "5", 250, "company"),
        (None, None, 540, None),
    ],
)
def test_the_proposal_keeps_within_the_tighter_budget_to_the_penny(
    plan: Plan, own: str | None, company: str | None, quantity: int, bound_by: str | None
) -> None:
    lines, whole = look(give(plan, own, company))
    coach = lines["20-104"]
    assert (coach.quantity, coach.for_budget, whole.budgets.bound_by) == (quantity, quantity - 540, bound_by)
    assert sum(coach.parts().values()) == quantity


def test_it_bounds_its_buyer_and_nobody_else(plan: Plan) -> None:
    give(plan, "5")
    assert [look(plan, email)[0]["20-104"].quantity for email in (BUYER, OTHER, MANAGER)] == [250, 540, 540]


def test_a_budget_that_is_supposed_takes_the_place_of_both(plan: Plan) -> None:
    lines, _ = look(give(plan, "5", "6"), scenario=Scenario(budget=Decimal(8)))
    assert lines["20-104"].quantity == 400


@pytest.mark.parametrize(
    ("own", "company", "said", "whose"),
    [
        ("11", None, r"£12.00; £11.00 are left of your own budget of £11.00 this month", "own"),
        ("11", "50", r"£12.00; £11.00 are left of your own budget", "own"),
        ("50", "11", r"£12.00; £11.00 are left of the company's budget of £11.00 this month", "company"),
        (None, "11", r"£12.00; £11.00 are left of this month's budget of £11.00", "company"),
    ],
)
def test_more_than_the_tighter_one_leaves_is_refused_and_it_is_said_which(
    plan: Plan, own: str | None, company: str | None, said: str, whose: str
) -> None:
    give(plan, own, company)
    with pytest.raises(NotAllowed, match=said) as caught:
        approve(plan, s20_104=600)
    assert (caught.value.code, caught.value.facts, plan.orders()) == ("above_budget", {"budget": whose}, [])


def test_a_manager_is_bound_by_neither_and_spends_of_the_companys_alone(plan: Plan) -> None:
    assert len(approve(give(plan, "1", "1"), MANAGER, s20_104=600)) == 1
    found = now(plan)
    assert found.company is not None
    assert found.own is not None
    assert (found.company.spent, found.own.spent, found.own.left) == (Decimal(12), 0, Decimal(1))


# ---- what is spent ---------------------------------------------------------------------------------------------------


def test_what_a_buyer_has_ordered_this_month_counts_when_it_waits_and_not_when_it_is_cancelled(plan: Plan) -> None:
    (number,) = approve(give(plan.limit(1), "20"), s20_104=300)
    spent = now(plan).own
    assert spent is not None
    assert (spent.spent, spent.left, now(plan, OTHER).own) == (Decimal(6), Decimal(14), None)
    with plan.world.writing(MANAGER) as work:  # it is the buyer's own, whoever approves it
        service.approve_waiting(work, queries.by_number(work, number))
    assert now(plan).own == spent
    with plan.world.writing(BUYER) as work:
        service.cancel(work, queries.by_number(work, number), "not wanted")
    after = now(plan).own
    assert after is not None
    assert after.left == 20


def test_a_budget_below_what_is_spent_leaves_nothing_and_is_spent_anew_in_the_next_month(plan: Plan) -> None:
    approve(give(plan, "20"), s20_104=300)
    give(plan, "5")
    found = now(plan).own
    assert found is not None
    assert (found.monthly, found.spent, found.left) == (Decimal(5), Decimal(6), 0)
    assert look(plan)[1].lines == []
    with plan.world.database.write() as session:
        session.get_one(Company, 1).business_date = datetime(2026, 7, 1, tzinfo=UTC).date()
    found = now(plan).own
    assert found is not None
    assert (found.spent, found.left) == (0, Decimal(5))


def waited(plan: Plan, number: str, total: str, made_by: str = BUYER) -> None:
    """A purchase order that has waited for a manager since May."""
    with plan.world.database.write() as session:
        supplier = session.scalars(select(Supplier)).first()
        assert supplier is not None
        order = PurchaseOrder(
            number=number,
            supplier_id=supplier.id,
            state="proposed",
            ordered_at=datetime(2026, 5, 28, 9, tzinfo=UTC),
            total=Decimal(total),
            created_by_id=session.scalars(select(User.id).where(User.email == made_by)).one(),
        )
        order.lines.append(
            PurchaseOrderLine(position=1, product_id=by_sku(session, "20-104").id, quantity=50, cost=Decimal("0.02"))
        )
        session.add(order)


def test_what_has_waited_since_last_month_needs_room_in_this_one(plan: Plan) -> None:
    waited(give(plan, "10", "50"), "PO-7", "12")
    with (
        plan.world.writing(OTHER) as work,
        pytest.raises(NotAllowed, match=r"£10.00 are left of Buyer's own budget of £10.00 this month") as caught,
    ):
        service.approve_waiting(work, queries.by_number(work, "PO-7"))
    assert caught.value.code == "above_budget"
    with plan.world.writing(MANAGER) as work:
        service.approve_waiting(work, queries.by_number(work, "PO-7"))
    found = now(plan).own
    assert found is not None
    assert (found.spent, found.left) == (Decimal(12), 0)


def test_two_approvals_at_once_never_spend_a_budget_twice(world: World) -> None:
    plan = give(planned(world), "10")
    waited(plan, "PO-7", "6")
    waited(plan, "PO-8", "7")
    ready, outcomes = threading.Barrier(2), []

    def decide(number: str, email: str) -> None:
        ready.wait()
        try:
            with plan.world.writing(email) as work:
                service.approve_waiting(work, queries.by_number(work, number))
            outcomes.append("approved")
        except NotAllowed as refused:
            outcomes.append(refused.code)

    threads = [threading.Thread(target=decide, args=pair) for pair in (("PO-7", BUYER), ("PO-8", OTHER))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["above_budget", "approved"]
    spent = now(plan).own
    assert spent is not None
    assert spent.spent in (Decimal(6), Decimal(7))


# ---- setting it ------------------------------------------------------------------------------------------------------


def test_it_is_set_taken_away_and_recorded_by_a_manager(plan: Plan) -> None:
    with plan.world.writing(MANAGER) as work:
        buyer = buyer_budgets.by_email(work, " Buyer@Test ")
        found = buyer_budgets.set_buyer_budget(work, buyer, Decimal("1000.005"))
        assert (found.monthly, found.spent, found.left) == (Decimal("1000.01"), 0, Decimal("1000.01"))
        assert buyer_budgets.set_buyer_budget(work, buyer, Decimal("1000.01")).monthly == Decimal("1000.01")
        assert buyer_budgets.set_buyer_budget(work, buyer, None).left is None
    with plan.world.database.read() as session:
        rows = session.scalars(select(AuditEvent).where(AuditEvent.kind == "person.budget_changed")).all()
        assert [(row.subject_key, row.after) for row in rows] == [
            (BUYER, {"person": BUYER, "purchase_budget": "1000.01"}),
            (BUYER, {"person": BUYER, "purchase_budget": None}),
        ]


@pytest.mark.parametrize(
    ("email", "amount", "error", "code"),
    [
        (BUYER, "-0.01", Invalid, "bad_budget"),
        (BUYER, "1000000000.01", Invalid, "bad_budget"),
        ("rep@test", "5", Invalid, "not_a_buyer"),
        (MANAGER, "5", Invalid, "not_a_buyer"),
        ("nobody@test", "5", NotFound, "unknown_person"),
    ],
)
def test_what_can_not_be_set_is_refused_and_nothing_is_changed(
    plan: Plan, email: str, amount: str, error: type[Exception], code: str
) -> None:
    with plan.world.writing(MANAGER) as work, pytest.raises(error) as caught:
        buyer_budgets.set_buyer_budget(work, buyer_budgets.by_email(work, email), Decimal(amount))
    assert caught.value.code == code
    with plan.world.database.read() as session:
        assert session.scalars(select(User.purchase_budget).where(User.purchase_budget.is_not(None))).all() == []


def test_a_buyer_sets_none_and_sees_their_own_alone(plan: Plan) -> None:
    with plan.world.writing(BUYER) as work:
        (own,) = buyer_budgets.buyers(work)
        assert own.email == BUYER
        with pytest.raises(NotAllowed):
            buyer_budgets.set_buyer_budget(work, own, Decimal(10))
        with pytest.raises(NotAllowed):
            buyer_budgets.by_email(work, OTHER)


def test_buyers_are_told_of_a_budget_that_is_another(plan: Plan) -> None:
    forget(plan.world)
    with plan.world.writing(MANAGER, "web") as work:
        buyer = buyer_budgets.by_email(work, BUYER)
        for amount in (Decimal(500), Decimal(500), None):
            buyer_budgets.set_buyer_budget(work, buyer, amount)
        set_budget(work, Decimal(900))
    company = "Manager has set the company's budget for buying in to £900.00 a month."
    told = {email: [text.partition(" Say")[0] for text in texts] for email, texts in tell(plan.world).items()}
    assert told == {
        BUYER: [
            "Manager has set your own budget for buying in to £500.00 a month.",
            "Manager has taken your own budget for buying in away.",
            company,
        ],
        OTHER: [company],
    }


@pytest.fixture
def api(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    app = create_app(Settings(**SETTINGS), plan.world.database)  # type: ignore[arg-type]
    with TestClient(app) as client:
        monkeypatch.setattr(app.state, "models", plan.models)
        yield Api(client)


def put(api: Api, body: dict[str, Any], email: str = MANAGER) -> Response:
    """Set the buyer's budget."""
    return api.client.put(f"/api/replenishment/budgets/{BUYER}", json=body, headers=api._headers(email))


def test_over_http_it_is_set_listed_and_said_with_the_proposal(api: Api, plan: Plan) -> None:
    give(plan, None, "50")
    own = {"monthly": "5", "spent": "0", "left": "5", "since": "2026-06-01"}
    made = put(api, {"monthly": "5"})
    assert (made.status_code, made.json()) == (
        200,
        {**own, "buyer": BUYER, "name": "Buyer", "monthly": "5.00", "left": "5.00"},
    )
    listed: list[dict[str, Any]] = api.get("replenishment/budgets", MANAGER).json()["items"]
    assert [(row["buyer"], row["monthly"], row["left"]) for row in listed] == [(BUYER, "5", "5"), (OTHER, None, None)]
    assert [row["buyer"] for row in api.get("replenishment/budgets", BUYER).json()["items"]] == [BUYER]
    body: dict[str, Any] = api.get("replenishment", BUYER).json()
    assert (body["own_budget"], body["budget"]["left"], body["bound_by"]) == (own, "50", "own")
    assert (body["items"][0]["quantity"], body["items"][0]["parts"]["for_budget"]) == (250, -290)
    asked = {"fingerprint": body["fingerprint"], "changes": [{"sku": "20-104", "quantity": 300}]}
    refused = api.post("replenishment/approve", asked, BUYER)
    assert (refused.status_code, refused.json()["code"], refused.json()["budget"]) == (403, "above_budget", "own")
    assert put(api, {"monthly": None}).json()["monthly"] is None


# ---- the schema ------------------------------------------------------------------------------------------------------


def test_the_budget_comes_with_the_schema_and_can_be_taken_back(database_url: str) -> None:
    database = Database(database_url)
    to(database, "0010", up=True)
    with database.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO user_account (id, email, name, role, password_hash, active, demo, keep_messages,"
                " created_at) VALUES (1, 'a@b', 'A', 'buyer', 'x', true, false, true, CURRENT_TIMESTAMP)"
            )
        )
        connection.execute(
            text(
                "INSERT INTO access_token (id, user_id, token_hash, expires_at, created_at)"
                " VALUES (1, 1, 'x', CURRENT_TIMESTAMP, CURRENT_TIMESTAMP)"
            )
        )

    def columns() -> set[str]:
        return {column["name"] for column in inspect(database.engine).get_columns("user_account")}

    migrate(database)
    assert "purchase_budget" in columns()
    to(database, "0010", up=False)
    assert "purchase_budget" not in columns()
    migrate(database)
    with database.engine.connect() as connection:
        found = connection.execute(text("SELECT email, purchase_budget FROM user_account")).one()
    assert tuple(found) == ("a@b", None)
    database.close()
