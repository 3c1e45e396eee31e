"""The OpenAPI document and the API agree: Schemathesis makes requests from the one and holds the answers against it.

Each request is made as every role, in the company that has one of everything (``rich``), with data that fits the
document and with data that does not. What is in the path is mostly a document that exists, and a body mostly is one
that would do, with some of its fields made up: otherwise hardly anything would get past the first check.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from urllib.parse import quote

import httpx
import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.backend.access import ROLES, TABLE
from tests.backend.rich import MONTHLY, PEOPLE, Furnished, RichOnServer, opened, serving
from tests.services import PostgresServer
from tests.soak.size import SOAK, reduced_or_full

EXAMPLES = reduced_or_full(3, 60)
WALKS = reduced_or_full(3, 60)
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
PLAIN = settings(
    deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck), derandomize=True
)
LEFT_OUT = {
    "GET /api/chat/stream": "never ends",
    "GET /readyz": "answers 503 where Rasa is not running, as here",
    "POST /api/auth/sign-out": "would end the sign-ins that the others are tried with; takes nothing but the token",
}
ENDPOINTS = [name for name in TABLE if name not in {*LEFT_OUT, "GET /metrics", "GET /"}]


Tried = tuple[Furnished, TestClient]
POSTGRES = pytest.param("postgres", marks=pytest.mark.postgres)


def _opened(request: pytest.FixtureRequest) -> AbstractContextManager[Tried]:
    if request.param == "postgres":
        return _on_server(request.getfixturevalue("postgres_server"))
    return opened(request.getfixturevalue("tmp_path_factory").mktemp("contract"))


@contextmanager
def _on_server(server: PostgresServer) -> Iterator[Tried]:
    name = server.create()
    with serving(server.url(name)) as (made, client):
        yield RichOnServer(made.world, made.documents, made.headers, server, name), client


@pytest.fixture(scope="module", params=["sqlite", *([POSTGRES] if SOAK else [])])
def tried(request: pytest.FixtureRequest) -> Iterator[Tried]:
    """The company with one of everything, and a client; the fuzzing is for SQLite alone unless there is time."""
    with _opened(request) as found:
        yield found


@pytest.fixture(scope="module", params=["sqlite", POSTGRES])
def either(request: pytest.FixtureRequest) -> Iterator[Tried]:
    """The same on both engines."""
    with _opened(request) as found:
        yield found


@pytest.fixture(scope="module")
def schema(tried: Tried) -> Any:
    """The OpenAPI document, as Schemathesis reads it."""
    return described(tried[1])


def described(client: TestClient) -> Any:
    """The document as it is served; Schemathesis's own ``from_asgi`` would start the application again and stop it."""
    return schemathesis.openapi.from_dict(client.get("/openapi.json").json())


def cases(operation: Any, rich: Furnished, endpoint: str) -> st.SearchStrategy[Any]:
    """Requests to an endpoint: as they should be, or not; made up, or about what is there."""

    @st.composite
    def case(draw: st.DrawFn) -> Any:
        mode = draw(st.sampled_from([GenerationMode.POSITIVE, GenerationMode.NEGATIVE]))
        made = draw(operation.as_strategy(generation_mode=mode))
        known = TABLE[endpoint]
        if draw(st.integers(0, 3)):
            made.path_parameters = rich.named(known.path)
        if isinstance(known.body, dict) and isinstance(made.body, dict) and draw(st.integers(0, 3)):
            would_do = rich.named(known.body)
            kept = draw(st.sets(st.sampled_from(sorted(would_do) or [""])))
            made.body = {**made.body, **{name: value for name, value in would_do.items() if name in kept}}
        return made

    return case()


@pytest.mark.soak
@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_every_answer_is_as_the_document_says(tried: Tried, schema: Any, endpoint: str) -> None:
    rich, client = tried
    method, path = endpoint.split(" ")
    operation = schema[path][method]

    @settings(PLAIN, max_examples=EXAMPLES)
    @given(cases(operation, rich, endpoint))
    def agree(case: Any) -> None:
        for role in PEOPLE:
            case.headers = {**(case.headers or {}), **rich.headers[role]}
            answer = _answer(client, case)
            rich.restore()
            case.validate_response(answer, checks=CHECKS)

    agree()


# ---- one request after another -------------------------------------------------------------------------------------

SKUS = ("10-109", "45-103", "30-101", "30-102", "20-104")


def sensible(body: Any) -> Any:
    """A made-up body about products, customers and rules that there are, in quantities that can be had."""
    if isinstance(body, list):
        return [sensible(one) for one in body[:3]]
    if not isinstance(body, dict):
        return body
    known = {"customer": "C1", "rule": MONTHLY, "warehouse": "MAIN", "unit": None, "quantity": 20, "position": 1}
    known |= {"amount": "0.10", "discount": 0, "country": "United Kingdom", "requested_date": None}
    found = {name: known.get(name, sensible(value)) for name, value in body.items()}
    if isinstance(body.get("sku"), str):
        found["sku"] = SKUS[len(body["sku"]) % len(SKUS)]
    return found


@pytest.mark.soak
@pytest.mark.parametrize("role", PEOPLE)
def test_answers_stay_as_the_document_says_along_a_walk_through_the_api(tried: Tried, role: str) -> None:
    rich, client = tried
    document = described(client)
    document.hook("map_body")(lambda _context, body: sensible(body))
    document.hook("map_path_parameters")(lambda context, _made: rich.named(TABLE[context.operation.label].path))

    class Walk(document.as_state_machine()):  # type: ignore[misc]
        def setup(self) -> None:
            rich.begin_again()

        def call(self, case: Any, **_more: Any) -> Response:
            case.headers = rich.headers[role]  # no If-Match, no key: they would stop most walks at once
            return Response.from_any(_answer(client, case))

        def validate_response(self, response: Any, case: Any, *_more: Any, **_named: Any) -> None:
            case.validate_response(response, checks=CHECKS)

    Walk.run(settings=settings(PLAIN, max_examples=WALKS, stateful_step_count=reduced_or_full(6, 25)))
    rich.begin_again()


# ---- what a database can't keep ------------------------------------------------------------------------------------

ODD = ("a\x00b", "\ud800", 2**63, *((2**31, -(2**70), 1e308, "9" * 25, "2\u0664") if SOAK else ()))


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict | list):
        for key, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _leaves(one, (*path, key))
    else:
        yield path


def _put(value: Any, path: tuple[Any, ...], odd: Any) -> Any:
    if not path:
        return odd
    first, rest = path[0], path[1:]
    items = value.items() if isinstance(value, dict) else enumerate(value)
    found = {key: _put(one, rest, odd) if key == first else one for key, one in items}
    return found if isinstance(value, dict) else list(found.values())


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_a_value_that_no_database_keeps_is_refused_and_breaks_nothing(either: Tried, endpoint: str) -> None:
    rich, client = either
    method, path = endpoint.split(" ")
    case = TABLE[endpoint]
    role = next(role for role in ROLES if case.expected().get(role, 999) < 500)
    asked = client.app.openapi()["paths"][path][method.lower()].get("parameters", [])  # type: ignore[attr-defined]
    named, body = rich.named(case.path), rich.named(case.body)

    def ask(path_of: dict[str, Any], query: dict[str, Any], content: Any) -> None:
        address = path.format(**{name: quote(str(one), safe="", errors="replace") for name, one in path_of.items()})
        sent = {"data": case.form} if case.form else {"content": None if content is None else json.dumps(content)}
        headers = {**rich.headers.get(role, {}), **({} if case.form else {"Content-Type": "application/json"})}
        answer = client.request(method, address, params=query, headers=headers, **sent)  # type: ignore[arg-type]
        rich.restore()
        assert answer.status_code < 500, (address, query, content, answer.text)

    for odd in ODD:
        for name in named:
            ask({**named, name: odd}, case.query, body)
        for parameter in asked:
            if parameter["in"] == "query":
                ask(named, {**case.query, parameter["name"]: str(odd).replace("\ud800", "?")}, body)
        for place in _leaves(body) if isinstance(body, dict) else ():
            ask(named, case.query, _put(body, place, odd))
        if isinstance(body, dict):
            ask(named, case.query, {**body, str(odd): odd})


def _answer(client: TestClient, case: Any) -> httpx.Response:
    """What the gateway says; the checks look at the request too, and a form with a file is sent as a stream."""
    answer = client.request(**_request(case))
    answer.request.read()
    return answer


def _request(case: Any) -> dict[str, Any]:
    """A request as the client takes it: a body that is not JSON as it is, headers in the encoding of HTTP."""
    sent = case.as_transport_kwargs()
    sent.pop("cookies", None)
    sent["headers"] = {name: value.encode("latin-1", "replace") for name, value in sent["headers"].items()}
    if isinstance(sent.get("data"), bytes | str):
        sent["content"] = sent.pop("data")
    if sent.get("files"):
        sent["files"] = [(name, _file(content)) for name, content in sent["files"]]
    return sent


def _file(content: Any) -> Any:
    """A form's part as the client can send it: what is made up may be a number where a file belongs."""
    if isinstance(content, tuple):
        name, held, *kind = content
        return (name, held if isinstance(held, bytes | str) else json.dumps(held, default=str), *kind)
    return content if isinstance(content, bytes | str) else json.dumps(content, default=str)
