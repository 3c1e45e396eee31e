"""Access: every endpoint, tried by every role, on what is its own and what is not. See ``access`` for the table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import select

from backend.app import create_app
from backend.company.tables import AuditEvent
from backend.database import Database
from backend.settings import Settings
from tests.backend.access import ROLES, TABLE, Case
from tests.backend.rich import SETTINGS, Rich, opened

STRANGERS = ("other", "buyer", "nobody")  # who may see no document of C1's
NEVER_SENT = {
    "cost", "created_by", "customer_id", "id", "list_price", "number", "owner", "paid", "placed_by", "price", "role",
    "state", "status", "tax", "tax_rate", "total", "user_id", "version",
}  # fmt: skip
OPEN_TO_ALL = ("GET /metrics", "GET /")  # not of the API, and so not in its document


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Rich, TestClient]]:
    """The company with one of everything, and a client."""
    with opened(tmp_path_factory.mktemp("access")) as found:
        yield found


@pytest.fixture
def rich(tried: tuple[Rich, TestClient]) -> Iterator[Rich]:
    """The company as it was at first."""
    yield tried[0]
    tried[0].restore()


@pytest.fixture
def client(tried: tuple[Rich, TestClient]) -> TestClient:
    return tried[1]


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The API's own description of itself."""
    return _app(tmp_path_factory).openapi()


def _app(tmp_path_factory: pytest.TempPathFactory) -> Any:
    file = tmp_path_factory.mktemp("described") / "empty.db"
    return create_app(Settings(**SETTINGS), Database(f"sqlite:///{file}"))  # type: ignore[arg-type]


def ask(rich: Rich, client: TestClient, endpoint: str, role: str, body: Any = None) -> Response:
    """What a role gets for the request of the table, or for another body."""
    case, (method, path) = TABLE[endpoint], endpoint.split(" ")
    content: dict[str, Any] = {"data": case.form} if case.form else {"json": rich.named(body or case.body)}
    if case.file:
        content["files"] = {"file": case.file}
    return client.request(
        method,
        path.format(**rich.named(case.path)),
        params=case.query,
        headers=rich.headers.get(role),
        **content,
    )


def test_every_endpoint_is_in_the_table(document: dict[str, Any]) -> None:
    there = {f"{method.upper()} {path}" for path, methods in document["paths"].items() for method in methods}
    assert set(TABLE) == there | set(OPEN_TO_ALL)


def test_no_endpoint_is_left_out_of_the_document(tmp_path_factory: pytest.TempPathFactory) -> None:
    routes = [route for route in _app(tmp_path_factory).routes if isinstance(route, APIRoute)]
    hidden = [route.path for route in routes if not route.include_in_schema]
    assert sorted(hidden) == ["/", "/metrics"]


@pytest.mark.parametrize("endpoint", TABLE)
def test_each_role_gets_what_is_its_own_and_a_refusal_changes_nothing(
    rich: Rich, client: TestClient, endpoint: str
) -> None:
    expected = TABLE[endpoint].expected()
    got: dict[str, int] = {}
    for role in expected:
        answer = ask(rich, client, endpoint, role)
        got[role] = answer.status_code
        if answer.status_code >= 400:
            assert not rich.changed(), f"{role} was refused, and something was changed"
        if role in STRANGERS:
            assert told_of_others(rich, answer, endpoint) == [], role
        rich.restore()
    assert got == expected


def told_of_others(rich: Rich, answer: Response, endpoint: str) -> list[str]:
    """Documents of C1's that an answer names, besides those that the request named itself."""
    named = str(TABLE[endpoint].path) + str(TABLE[endpoint].body)
    ours = {name: number for name, number in rich.documents.items() if isinstance(number, str) and "-1000" in number}
    ours.pop("others_order")
    return [number for name, number in ours.items() if number in answer.text and f"${name}" not in named]


OURS = ("rep", "desk", "manager")
OF_CUSTOMERS = {
    "invoice",
    "payment",
    "credit_note",
    "goodwill",
    "order",
    "quote",
    "return",
    "inquiry",
    "standing_order",
}
BUSINESS = ("invoices", "payments", "credit-notes", "goodwill-credits", "orders", "shipments", "returns", "quotes")
CHANGES = [name for name in TABLE if not name.startswith("GET ") and name.split("/")[2] in BUSINESS]


@pytest.mark.parametrize("endpoint", CHANGES)
def test_what_ours_do_for_a_customer_is_recorded_as_that_and_what_theirs_do_is_their_own(
    rich: Rich, client: TestClient, endpoint: str
) -> None:
    for role, status in TABLE[endpoint].expected().items():
        if status < 300 and role in ("owner", *OURS):
            before = recorded(rich)
            ask(rich, client, endpoint, role)
            new = recorded(rich)[len(before) :]
            for kind, subject, user, behalf in new:
                if subject in OF_CUSTOMERS and user is not None:
                    assert (behalf is not None) == (role in OURS), (role, kind)
        rich.restore()


def recorded(rich: Rich) -> list[tuple[str, str, int | None, int | None]]:
    """What the audit trail has: kind, subject, who did it, and for which customer; the oldest first."""
    with rich.world.database.read() as session:
        facts = (AuditEvent.kind, AuditEvent.subject, AuditEvent.user_id, AuditEvent.on_behalf_of_id)
        return [tuple(row) for row in session.execute(select(*facts).order_by(AuditEvent.id))]


def test_what_is_not_there_is_answered_like_what_is_another_customers(rich: Rich, client: TestClient) -> None:
    for endpoint, case in TABLE.items():
        if case.path.get("number", "").startswith("$") and case.expected()["other"] == 404:
            method, path = endpoint.split(" ")
            number = rich.named(case.path["number"])
            missing = f"{number[:-3]}999"
            there, not_there = (
                client.request(
                    method,
                    path.format(**{**rich.named(case.path), "number": one}),
                    json=rich.named(case.body),
                    headers=rich.headers["other"],
                )
                for one in (number, missing)
            )
            assert there.status_code == not_there.status_code, endpoint
            assert there.text.replace(number, missing) == not_there.text, endpoint


# ---- prices, roles and owners are never the client's to set --------------------------------------------------------

WITH_BODY = [name for name, case in TABLE.items() if case.body is not None]


def _objects(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where in a body the objects are."""
    if isinstance(value, dict):
        yield path
        for key, one in value.items():
            yield from _objects(one, (*path, key))
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from _objects(one, (*path, place))


def _with(body: Any, path: tuple[Any, ...]) -> Any:
    """A copy of a body with every field that is never sent in the object at a path."""
    if not path:
        return {**body, **dict.fromkeys(NEVER_SENT, "1")}
    first, rest = path[0], path[1:]
    if isinstance(body, dict):
        return {**body, first: _with(body[first], rest)}
    return [_with(one, rest) if place == first else one for place, one in enumerate(body)]


def _most_allowed(case: Case) -> str:
    """A role that the request would succeed for."""
    return next(role for role in ROLES if case.expected().get(role, 999) < 300)


@pytest.mark.parametrize("endpoint", WITH_BODY)
def test_a_body_with_a_price_a_role_or_an_owner_is_refused(rich: Rich, client: TestClient, endpoint: str) -> None:
    case = TABLE[endpoint]
    role = _most_allowed(case)
    for path in _objects(case.body):
        answer = ask(rich, client, endpoint, role, _with(case.body, path))
        refused = {error["field"] for error in answer.json()["errors"]}
        assert (answer.status_code, refused) == (422, {".".join(map(str, (*path, name))) for name in NEVER_SENT})
    assert not rich.changed()


def test_no_body_takes_a_price_a_role_or_an_owner(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    bodies = {name: schema for name, schema in schemas.items() if name in _bodies(document)}
    assert bodies
    for name, schema in bodies.items():
        assert set(schema["properties"]) & NEVER_SENT == set(), name
        assert schema["additionalProperties"] is False, name


def _bodies(document: dict[str, Any]) -> set[str]:
    """The names of every schema of a JSON body, and of what is in it."""
    asked = [
        operation["requestBody"]["content"]["application/json"]["schema"]
        for methods in document["paths"].values()
        for operation in methods.values()
        if "application/json" in operation.get("requestBody", {}).get("content", {})
    ]
    found: set[str] = set()
    while asked:
        for name in _references(asked.pop()) - found:
            found.add(name)
            asked.append(document["components"]["schemas"][name])
    return {name for name in found if "properties" in document["components"]["schemas"][name]}


def _references(schema: Any) -> set[str]:
    if isinstance(schema, dict):
        own = {schema["$ref"].rpartition("/")[2]} if "$ref" in schema else set()
        return own.union(*map(_references, schema.values()))
    return set().union(*map(_references, schema)) if isinstance(schema, list) else set()


def test_a_role_sent_with_a_sign_in_means_nothing(rich: Rich, client: TestClient) -> None:
    form = {**TABLE["POST /api/auth/token"].form, "role": "manager", "scope": "manager"}
    token = client.post("/api/auth/token", data=form).json()["access_token"]
    me = client.get("/api/me", headers={"Authorization": f"Bearer {token}"}).json()
    assert (me["role"], me["customer"]["code"]) == ("customer", "C1")


OURS_ALONE = [
    ("POST /api/orders", {"lines": [{"sku": "10-109", "quantity": 40, "discount": "0.5"}]}),
    ("POST /api/orders/check", {"lines": [{"sku": "10-109", "quantity": 40, "discount": "0.5"}]}),
    ("PATCH /api/orders/{number}", {"payment_days": 365}),
    ("POST /api/quotes", {"lines": [{"sku": "10-109", "quantity": 40, "discount": "0.5"}]}),
    ("POST /api/quotes", {"lines": [{"sku": "10-109", "quantity": 40}], "discount": "0.5"}),
    ("POST /api/quotes", {"lines": [{"sku": "10-109", "quantity": 40}], "valid_until": "2026-12-31"}),
]


@pytest.mark.parametrize(("endpoint", "body"), OURS_ALONE)
def test_what_we_grant_a_customer_cannot_take(rich: Rich, client: TestClient, endpoint: str, body: Any) -> None:
    answer = ask(rich, client, endpoint, "owner", body)
    assert answer.status_code == 403, answer.text
    assert not rich.changed()
