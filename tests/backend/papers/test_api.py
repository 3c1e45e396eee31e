"""Papers over HTTP: headers, sign-in or link, and who gets what."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from backend.app import create_app
from backend.database import now
from backend.identity.tables import User
from backend.papers import links
from backend.papers.kinds import Kind
from backend.settings import Settings
from tests.backend.papers.documents import NUMBERS
from tests.backend.papers.reading import lines
from tests.backend.test_api import SETTINGS, Api
from tests.backend.world import World

INVOICE = "/api/documents/invoice/INV-100001.pdf"


@pytest.fixture
def api(filled: World) -> Iterator[Api]:
    with TestClient(create_app(Settings(**SETTINGS), filled.database)) as client:  # type: ignore[arg-type]
        yield Api(client)


def link_of(api: Api, email: str = "customer@test", path: str = "invoice/INV-100001") -> str:
    answer = api.client.post(f"/api/documents/{path}/link", headers=api.sign_in(email))
    assert answer.status_code == 200, answer.text
    return str(answer.json()["url"])


def problem(api: Api, address: str, headers: dict[str, str] | None = None) -> tuple[int, str]:
    answer = api.client.get(address, headers=headers or {})
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


def test_a_paper_by_sign_in_comes_with_safe_headers(api: Api) -> None:
    answer = api.client.get(INVOICE, headers=api.sign_in("customer@test"))
    assert answer.status_code == 200
    assert {name: answer.headers[name] for name in ("content-type", "cache-control", "content-disposition")} == {
        "content-type": "application/pdf",
        "cache-control": "no-store",
        "content-disposition": 'attachment; filename="invoice-inv-100001.pdf"',
    }
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "£57.00" in lines(answer.content)
    again = api.client.get(INVOICE, headers=api.sign_in("desk@test"))
    assert (again.content, again.headers["etag"]) == (answer.content, answer.headers["etag"])


def test_a_link_needs_no_sign_in(api: Api) -> None:
    address = link_of(api)
    assert address.startswith(f"{INVOICE}?token=")
    answer = api.client.get(address)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")


def test_a_link_says_when_it_ends(api: Api) -> None:
    headers = api.sign_in("customer@test") | {"Idempotency-Key": "k"}
    answer = api.client.post("/api/documents/invoice/INV-100001/link", headers=headers).json()
    assert now() + timedelta(minutes=14) < links.datetime.fromisoformat(answer["expires_at"])
    assert links.datetime.fromisoformat(answer["expires_at"]) <= now() + timedelta(minutes=15)
    assert api.client.post("/api/documents/invoice/INV-100001/link", headers=headers).json() == answer
    other = api.client.post("/api/documents/credit_note/CN-100001/link", headers=headers)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")


def test_without_anything_one_is_asked_to_sign_in(api: Api) -> None:
    assert problem(api, INVOICE) == (401, "not_signed_in")
    assert api.client.get("/api/documents").status_code == 401
    assert api.client.post("/api/documents/invoice/INV-100001/link").status_code == 401


def test_an_old_an_altered_and_a_foreign_link_are_refused(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    address = link_of(api)
    token = address.partition("?token=")[2]
    assert problem(api, f"{INVOICE}?token=x{token}") == (401, "link_expired")
    assert problem(api, f"/api/documents/credit_note/CN-100001.pdf?token={token}") == (401, "link_expired")
    assert problem(api, f"/api/documents/delivery_note/SH-100001.pdf?token={token}") == (401, "link_expired")
    assert problem(api, f"{INVOICE}?token={token}{'a' * 500}")[0] == 422
    monkeypatch.setattr(links, "now", lambda: now() + timedelta(minutes=16))
    assert problem(api, address) == (401, "link_expired")
    monkeypatch.undo()
    assert api.client.get(address).status_code == 200


def test_an_old_link_still_opens_for_who_is_signed_in(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    address = link_of(api)
    monkeypatch.setattr(links, "now", lambda: now() + timedelta(days=2))
    assert api.client.get(address, headers=api.sign_in("customer@test")).status_code == 200
    assert problem(api, address, api.sign_in("other@test")) == (404, "unknown_paper")
    assert problem(api, address, {"Authorization": "Bearer nonsense"}) == (401, "not_signed_in")


def test_a_link_stops_with_its_person(api: Api, filled: World) -> None:
    address = link_of(api)
    _change(filled, active=False)
    assert problem(api, address) == (401, "link_expired")
    _change(filled, active=True, role="buyer", customer_id=None)
    assert problem(api, address) == (404, "unknown_paper")


def test_a_link_follows_its_person_to_another_company(api: Api, filled: World) -> None:
    address = link_of(api)
    _change(filled, customer_id=2)
    assert problem(api, address) == (404, "unknown_paper")


def _change(world: World, **facts: object) -> None:
    with world.database.write() as session:
        user = session.scalars(select(User).where(User.email == "customer@test")).one()
        for name, value in facts.items():
            setattr(user, name, value)


@pytest.mark.parametrize(
    "email", ["customer@test", "other@test", "rep@test", "desk@test", "buyer@test", "manager@test"]
)
def test_paper_and_link_are_for_the_same_people(api: Api, email: str) -> None:
    buying, ours = {"buyer@test", "manager@test"}, {"customer@test", "rep@test", "desk@test", "manager@test"}
    headers = api.sign_in(email)
    for kind, number in NUMBERS.items():
        may = email in (buying if kind is Kind.PURCHASE_ORDER else ours)
        path = f"/api/documents/{kind.value}/{number}"
        paper = api.client.get(f"{path}.pdf", headers=headers)
        link = api.client.post(f"{path}/link", headers=headers)
        assert (paper.status_code, link.status_code) == ((200, 200) if may else (404, 404))
        if may:
            assert api.client.get(link.json()["url"]).content == paper.content
        else:
            assert (paper.json()["code"], link.json()["code"]) == ("unknown_paper", "unknown_paper")


def test_a_number_that_is_none_is_not_found(api: Api) -> None:
    headers = api.sign_in("manager@test")
    for number in ("INV-9", "x" * 40, "%00", "..", "<b>", "INV-100001%00", "' OR 1=1"):
        assert api.client.get(f"/api/documents/invoice/{number}.pdf", headers=headers).status_code == 404


def test_a_kind_that_is_none_is_refused(api: Api) -> None:
    headers = api.sign_in("manager@test")
    assert problem(api, "/api/documents/letter/INV-1.pdf", headers) == (422, "invalid")
    assert problem(api, "/api/documents?kind=letter", headers) == (422, "invalid")
    assert problem(api, "/api/documents?after=x7", headers) == (422, "invalid")


def test_the_list(api: Api) -> None:
    headers = api.sign_in("customer@test")
    first = api.client.get("/api/documents", headers=headers, params={"limit": 2}).json()
    assert first["items"][0] == {
        "kind": "credit_note",
        "number": "CN-100001",
        "date": "2026-06-17",
        "title": "Credit note CN-100001",
        "party": "C1",
        "url": "/api/documents/credit_note/CN-100001.pdf",
    }
    rest = api.client.get("/api/documents", headers=headers, params={"after": first["next"]}).json()
    assert ([item["kind"] for item in rest["items"]], rest["next"]) == (
        ["invoice", "order_confirmation", "quote"],
        None,
    )
    for item in (*first["items"], *rest["items"]):
        assert api.client.get(item["url"], headers=headers).status_code == 200
    only = api.client.get("/api/documents", headers=headers, params={"kind": "quote", "customer": "C1"}).json()
    assert [item["number"] for item in only["items"]] == ["QU-100001"]
    of_order = api.client.get("/api/documents", headers=headers, params={"order": "SO-100001"}).json()
    assert len(of_order["items"]) == 4
