"""What goes wrong is a problem document with a stable code."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from backend.catalogue.tables import Product
from backend.http import problems
from backend.http.asking import TheDatabase
from tests.backend.world import World


@pytest.fixture
def client(world: World) -> TestClient:
    """An application that looks for whatever it is asked for."""
    app = FastAPI()
    app.state.database = world.database
    problems.install(app)

    @app.get("/named")
    def named(name: str, database: TheDatabase) -> bool:
        with database.read() as session:
            return session.scalar(select(Product.id).where(Product.name == name)) is not None

    @app.get("/broken")
    def broken() -> None:
        raise ZeroDivisionError

    return TestClient(app, raise_server_exceptions=False)


def test_a_text_that_postgresql_cannot_keep_makes_no_sense(client: TestClient, world: World) -> None:
    answer = client.get("/named", params={"name": "a\x00b"})
    if world.database.is_sqlite:  # keeps any text
        assert (answer.status_code, answer.json()) == (200, False)
    else:
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
        assert answer.headers["content-type"] == "application/problem+json"


def test_what_nobody_expected_is_told_without_its_cause(client: TestClient) -> None:
    answer = client.get("/broken")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "ZeroDivisionError" not in answer.text
