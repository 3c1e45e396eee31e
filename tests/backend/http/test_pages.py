"""Pages of documents: how much fits on one, and that nothing is lost between two."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from fastapi.testclient import TestClient

from backend.app import create_app
from backend.http import pages
from backend.http.pages import fitting
from backend.settings import Settings
from tests.backend.billing.trading import AWKWARD, invoiced
from tests.backend.test_api import SETTINGS, Api
from tests.backend.world import World

ORDERS = 5  # of three lines each


@pytest.mark.parametrize(
    ("counts", "room"), [([], 1), ([1] * 20, 20), ([250, 250], 2), ([250, 251], 1), ([900, 1], 1), ([0, 500, 0, 1], 3)]
)
def test_a_page_has_room_for_so_many_lines_and_for_one_document_at_least(counts: list[int], room: int) -> None:
    assert fitting(counts) == room


@pytest.mark.parametrize(("lines", "sizes"), [(1, [1] * ORDERS), (8, [2, 2, 1])])
def test_short_pages_lose_nothing(world: World, monkeypatch: pytest.MonkeyPatch, lines: int, sizes: list[int]) -> None:
    for _ in range(ORDERS):
        invoiced(world, AWKWARD)
    monkeypatch.setattr(pages, "LINES", lines)
    with TestClient(create_app(Settings(**SETTINGS), world.database)) as client:
        for email, kind in product(["customer@test", "desk@test"], ["orders", "shipments", "invoices"]):
            path, headers = f"/api/{kind}", Api(client).sign_in(email)
            found = _walked(client, path, headers)
            documents = [document for page in found for document in page]
            assert [len(page) for page in found] == sizes
            assert len({document["number"] for document in documents}) == ORDERS
            for document in documents:
                assert len(document["lines"]) == len(AWKWARD)
                assert client.get(f"{path}/{document['number']}", headers=headers).json() == document


def _walked(client: TestClient, path: str, headers: dict[str, str]) -> list[list[dict[str, Any]]]:
    found, after = [], None
    while True:
        answer = client.get(path, headers=headers, params={"after": after} if after else {}).json()
        found.append(answer["items"])
        after = answer["next"]
        if after is None:
            return found
