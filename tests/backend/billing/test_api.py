"""Invoices, payments and credit notes over REST: role × ownership, idempotency, versions, what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from backend.app import create_app
from backend.billing.tables import CreditNote, Invoice, Payment
from backend.settings import Settings
from tests.backend.billing.trading import by_hand, credited, figures, invoiced, manager, paid, worth
from tests.backend.test_api import SETTINGS
from tests.backend.world import PASSWORD, World

LINES = [("10-109", 4, "10.00", "0.2")]
PART = {"position": 1, "quantity": 1}


class Desk:
    """A client that speaks for one person after the other."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        self._known: dict[str, dict[str, str]] = {}

    def headers(self, email: str) -> dict[str, str]:
        if email not in self._known:
            answer = self.client.post("/api/auth/token", data={"username": email, "password": PASSWORD})
            self._known[email] = {"Authorization": f"Bearer {answer.json()['access_token']}"}
        return self._known[email]

    def get(self, path: str, email: str = "desk@test", **query: object):
        return self.client.get(f"/api/{path}", headers=self.headers(email), params=query)

    def post(self, path: str, body: object = None, email: str = "desk@test", **headers: str):
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(f"/api/{path}", headers=self.headers(email) | names, json=body)


@pytest.fixture
def desk(small: World) -> Iterator[Desk]:
    with TestClient(create_app(Settings(**SETTINGS), small.database)) as client:  # type: ignore[arg-type]
        yield Desk(client)


def books(world: World) -> list[object]:
    """All that a refused request must leave as it was."""
    with world.database.read() as session:
        rows = session.execute(select(Invoice.number, Invoice.state, Invoice.paid, Invoice.credited).order_by("number"))
        money = session.execute(select(Payment.number, Payment.state, Payment.version).order_by("number"))
        return [*rows, *money, session.scalar(select(func.count()).select_from(CreditNote))]


# ---- reading -------------------------------------------------------------------------------------------------------


def test_an_invoice_is_shown_whole_with_its_version(desk: Desk, small: World) -> None:
    number = invoiced(small, LINES, delivery="5.00")
    paid(small, "9.00", number)
    answer = desk.get(f"invoices/{number}", "customer@test")
    body = answer.json()
    assert (answer.status_code, answer.headers["etag"], body["version"]) == (200, '"2"', 2)
    assert body["lines"] == [
        {
            "position": 1, "sku": "10-109", "name": "Hex bolt M8x40 zinc", "quantity": 4, "quantity_text": "4",
            "price": "10", "tax_rate": "0.2", "total": "40.00",
        }
    ]  # fmt: skip
    assert {key: body[key] for key in ("goods", "delivery", "tax", "total", "paid", "credited", "outstanding")} == {
        "goods": "40.00", "delivery": "5.00", "tax": "9.00", "total": "54.00",
        "paid": "9.00", "credited": "0.00", "outstanding": "45.00",
    }  # fmt: skip
    assert body["tax_breakdown"] == [{"rate": "0.2", "net": "45.00", "tax": "9.00"}]
    assert (body["state"], body["customer"], body["due_date"]) == ("part_paid", "C1", "2026-07-17")


def test_lists_come_in_pages_newest_first(desk: Desk, small: World) -> None:
    keys = [worth(small, "1.00") for _ in range(3)]
    first = desk.get("invoices", limit=2).json()
    assert [row["number"] for row in first["items"]] == [keys[2], keys[1]]
    rest = desk.get("invoices", limit=2, after=first["next"]).json()
    assert ([row["number"] for row in rest["items"]], rest["next"]) == ([keys[0]], None)


def test_lists_take_filters(desk: Desk, small: World) -> None:
    mine, theirs = worth(small, "2.00"), worth(small, "3.00", code="C2")
    money, credit = paid(small, "2.00", mine), credited(small, theirs)
    order = desk.get(f"invoices/{theirs}").json()["order"]

    def numbers(path: str, **query: object) -> list[str]:
        return [row["number"] for row in desk.get(path, **query).json()["items"]]

    assert numbers("invoices", state="paid") == [mine]
    assert numbers("invoices", customer="C2") == numbers("invoices", order=order) == [theirs]
    assert numbers("invoices", overdue=True) == []
    assert numbers("invoices", overdue=False) == [theirs, mine]
    assert numbers("payments", kind="refund") == []
    assert numbers("payments", state="settled", customer="C1") == [money]
    assert numbers("credit-notes", customer="C2") == numbers("credit-notes", order=order) == [credit]
    assert numbers("credit-notes", customer="C1") == []


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("invoices", {"state": "draft"}),
        ("invoices", {"after": "0"}),
        ("invoices", {"after": str(2**63)}),
        ("invoices", {"limit": 201}),
        ("invoices", {"order": "a\x00"}),
        ("payments", {"kind": "gift"}),
        ("customers/C1/statement", {"since": "yesterday"}),
    ],
)
def test_filters_that_make_no_sense_are_refused(desk: Desk, path: str, query: dict[str, object]) -> None:
    answer = desk.get(path, **query)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


def test_the_balance_and_the_statement_are_the_customers(desk: Desk, small: World) -> None:
    number = worth(small, "10.00")
    money = paid(small, "12.00", number)
    assert desk.get("customers/C1/balance", "customer@test").json() == {
        "customer": "C1", "currency": "GBP", "outstanding": "0.00", "overdue": "0.00", "credit": "2.00",
        "limit": None, "exposure": "0.00",
    }  # fmt: skip
    body = desk.get("customers/C1/statement", "customer@test", since="2026-06-01").json()
    assert (body["opening"], body["closing"], body["since"]) == ("0.00", "-2.00", "2026-06-01")
    assert [(row["kind"], row["number"], row["amount"], row["balance"]) for row in body["entries"]] == [
        ("invoice", number, "10.00", "10.00"),
        ("payment", money, "-12.00", "-2.00"),
    ]
    assert desk.get("customers/C1/statement").json()["since"] == "2026-03-19"


# ---- role × ownership ----------------------------------------------------------------------------------------------

SEES = {
    "customer@test": True, "other@test": False, "rep@test": True, "desk@test": True, "buyer@test": False,
    "manager@test": True,
}  # fmt: skip
BILLS = {"desk@test", "manager@test"}


@pytest.mark.parametrize("email", SEES)
def test_who_may_read_what(desk: Desk, small: World, email: str) -> None:
    manager(small)
    number = worth(small, "10.00")
    money, credit = paid(small, "5.00", number), credited(small, number)
    for path in (
        f"invoices/{number}",
        f"payments/{money}",
        f"credit-notes/{credit}",
        "customers/C1/balance",
        "customers/C1/statement",
    ):
        assert desk.get(path, email).status_code == (200 if SEES[email] else 404), path
    for path in ("invoices", "payments", "credit-notes"):
        assert len(desk.get(path, email).json()["items"]) == (1 if SEES[email] else 0), path


@pytest.mark.parametrize("email", SEES)
def test_who_may_book_what(desk: Desk, small: World, email: str) -> None:
    """What may be seen and not booked is 403, what may not be seen is 404; nothing changes then."""
    manager(small)
    by_hand(small)
    money = paid(small, "5.00")
    number, card = invoiced(small, LINES), invoiced(small, LINES, method="VISA 4242")
    credit = credited(small, invoiced(small, LINES, method="VISA 4242"), {1: 1})
    with small.database.read() as session:
        waiting = session.scalars(select(Payment).where(Payment.reference == card)).one().number
    part = {"invoices": [{"invoice": number, "amount": "1.00"}]}
    requests = [
        (f"invoices/{number}/credit", {"reason": "wrong"}, 201),
        ("payments", {"customer": "C1", "amount": "1.00", "method": "cash"}, 201),
        (f"payments/{waiting}/settle", None, 200),
        (f"payments/{waiting}/fail", {"reason": "bounced"}, 200),
        (f"payments/{money}/allocate", part | {"invoices": [{"invoice": card, "amount": "1.00"}]}, 200),
        (f"credit-notes/{credit}/refund", {}, 409),  # it was set off against its invoice
        (f"credit-notes/{credit}/apply", part, 409),
    ]
    before = books(small)
    for path, body, status in requests:
        answer = desk.post(path, body, email)
        if email in BILLS:
            assert answer.status_code == status, (path, answer.text)
        elif email == "customer@test" and path.endswith("/refund"):  # one's own money; there is none left
            assert answer.status_code == status
        elif SEES[email]:
            assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed"), path
        else:
            assert answer.status_code == (403 if path == "payments" else 404), path
    assert (books(small) == before) == (email not in BILLS)


def test_nothing_without_a_sign_in(desk: Desk) -> None:
    for path in ("invoices", "payments", "credit-notes", "customers/C1/balance"):
        assert desk.client.get(f"/api/{path}").status_code == 401
    assert desk.client.post("/api/payments", json={}).status_code == 401


# ---- booking -------------------------------------------------------------------------------------------------------


def test_money_is_booked_once_per_key(desk: Desk, small: World) -> None:
    number = worth(small, "10.00")
    body = {"customer": "C1", "amount": "4.00", "method": "bank transfer", "reference": "R-1", "invoices": [number]}
    first = desk.post("payments", body, Idempotency_Key="k1")
    again = desk.post("payments", body, Idempotency_Key="k1")
    assert (first.status_code, again.json()) == (201, first.json())
    assert first.json()["allocations"] == [{"invoice": number, "amount": "4.00"}]
    other = desk.post("payments", body | {"amount": "5.00"}, Idempotency_Key="k1")
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    elsewhere = desk.post(f"invoices/{number}/credit", {"reason": "wrong"}, Idempotency_Key="k1")
    assert elsewhere.json()["code"] == "idempotency_key_reused"
    assert figures(small, number) == ("part_paid", Decimal(4), Decimal(0))


def test_a_change_is_for_the_version_that_was_read(desk: Desk, small: World) -> None:
    by_hand(small)
    number = invoiced(small, LINES, method="VISA 4242")
    spare = paid(small, "90.00", worth(small, "50.00"))
    money = desk.get("payments", state="pending").json()["items"][0]["number"]
    part = {"invoices": [{"invoice": number, "amount": "1.00"}]}
    credit = credited(small, worth(small, "5.00"))
    before = books(small)
    for path, body in (
        (f"invoices/{number}/credit", {"reason": "wrong"}),
        (f"payments/{money}/settle", None),
        (f"payments/{money}/fail", {"reason": "bounced"}),
        (f"payments/{spare}/allocate", part),
        (f"credit-notes/{credit}/refund", {}),
        (f"credit-notes/{credit}/apply", part),
    ):
        answer = desk.post(path, body, If_Match='"7"')
        assert (answer.status_code, answer.json()["code"]) == (412, "changed_since"), path
    assert books(small) == before
    answer = desk.post(f"payments/{spare}/allocate", part, If_Match='"1"')
    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')
    answer = desk.post(f"payments/{money}/settle", If_Match='"1"')
    assert (answer.status_code, answer.json()["unallocated"]) == (200, "1.00")


def test_an_invoice_is_credited_and_refunded_from_outside(desk: Desk, small: World) -> None:
    by_hand(small)
    number = invoiced(small, LINES)
    money = paid(small, "48.00", number)
    answer = desk.post(f"invoices/{number}/credit", {"reason": "scratched", "lines": [{"position": 1, "quantity": 1}]})
    body = answer.json()
    assert (answer.status_code, body["total"], body["left"], body["refunds"]) == (201, "12.00", "12.00", [])
    back = desk.post(f"credit-notes/{body['number']}/refund", {"amount": "10.00"}).json()
    assert (back["refunded"], back["left"], len(back["refunds"]), back["version"]) == ("10.00", "2.00", 1, 2)
    refund = desk.get(f"payments/{back['refunds'][0]}", "customer@test").json()
    assert {key: refund[key] for key in ("kind", "state", "method", "amount", "refund_of", "credit_note")} == {
        "kind": "refund", "state": "pending", "method": "bank transfer", "amount": "10.00",
        "refund_of": money, "credit_note": body["number"],
    }  # fmt: skip
    other = worth(small, "30.00")
    used = desk.post(
        f"credit-notes/{body['number']}/apply", {"invoices": [{"invoice": other, "amount": "2.00"}]}
    ).json()
    assert (used["applied"], used["left"]) == ("2.00", "0.00")


def test_what_was_asked_back_is_withdrawn_once_and_for_the_version_that_was_read(desk: Desk, small: World) -> None:
    money = paid(small, "40.00")
    number = desk.post(f"payments/{money}/refund", {"amount": "30.00"}, "customer@test").json()["number"]
    path, before = f"payments/{number}/withdraw", books(small)
    assert desk.post(path, email="other@test").json()["code"] == "unknown_payment"
    stale = desk.post(path, email="customer@test", If_Match='"9"')
    assert (stale.status_code, books(small)) == (412, before)
    answer = desk.post(path, email="customer@test", If_Match='"1"', Idempotency_Key="w1")
    assert (answer.status_code, answer.json()["state"], answer.json()["failure"]) == (
        200, "failed", "withdrawn by the customer",
    )  # fmt: skip
    assert desk.post(path, email="customer@test", If_Match='"1"', Idempotency_Key="w1").json() == answer.json()
    assert desk.get(f"payments/{money}").json()["unallocated"] == "40.00"
    again = desk.post(path, email="customer@test")
    assert (again.status_code, again.json()["code"]) == (409, "refund_withdrawn")
    assert "is withdrawn already; it is credit again" in again.json()["detail"]
    assert desk.post(f"payments/{number}/settle").json()["code"] == "illegal_transition"


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("payments", {"customer": "C1", "amount": "0", "method": "cash"}, 422, "invalid"),
        ("payments", {"customer": "C1", "amount": "1.001", "method": "cash"}, 422, "invalid"),
        ("payments", {"customer": "C1", "amount": "1.00", "method": ""}, 422, "invalid"),
        ("payments", {"customer": "C1", "amount": "1.00", "method": " "}, 422, "method_missing"),
        ("payments", {"customer": "C9", "amount": "1.00", "method": "cash"}, 404, "unknown_customer"),
        ("payments", {"customer": "C1", "amount": "1.00", "method": "cash", "state": "settled"}, 422, "invalid"),
        ("payments", {"customer": "C1", "amount": "1.00", "method": "cash", "invoices": ["X"]}, 404, "unknown_invoice"),
        ("payments", {"customer": "C1", "amount": "1.00", "method": "a\x00"}, 422, "invalid"),
        ("invoices/INV-100001/credit", {"reason": "no", "total": "1.00"}, 422, "invalid"),
        ("invoices/INV-100001/credit", {"reason": ""}, 422, "invalid"),
        (
            "invoices/INV-100001/credit",
            {"reason": "no", "lines": [{"position": 9, "quantity": 1}]},
            422,
            "unknown_line",
        ),
        (
            "invoices/INV-100001/credit",
            {"reason": "no", "lines": [{"position": 1, "quantity": 1}] * 2},
            422,
            "line_twice",
        ),
        ("invoices/INV-9/credit", {"reason": "no"}, 404, "unknown_invoice"),
        ("payments/PAY-9/settle", None, 404, "unknown_payment"),
        ("payments/PAY-100001/settle", None, 409, "illegal_transition"),
        ("payments/PAY-100001/fail", {"reason": "  "}, 422, "reason_missing"),
        ("payments/PAY-100001/allocate", {"invoices": []}, 422, "invalid"),
        (
            "payments/PAY-100001/allocate",
            {"invoices": [{"invoice": "INV-100001", "amount": "1.00"}] * 2},
            422,
            "invoice_twice",
        ),
        ("credit-notes/CN-9/refund", {}, 404, "unknown_credit_note"),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    desk: Desk, small: World, path: str, body: object, status: int, code: str
) -> None:
    worth(small, "10.00")
    paid(small, "15.00")
    before = books(small)
    answer = desk.post(path, body)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert books(small) == before
