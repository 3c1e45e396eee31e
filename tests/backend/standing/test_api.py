"""Standing orders over HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from backend.app import create_app
from backend.settings import Settings
from backend.standing.jobs import place_due
from tests.backend.test_api import SETTINGS, Api
from tests.backend.world import World

ORDER = {"lines": [{"sku": "10-109", "quantity": 24}], "rule": "FREQ=MONTHLY;BYDAY=1MO"}
PATH = "/api/standing-orders"


@pytest.fixture
def api(small: World) -> Iterator[Api]:
    with TestClient(create_app(Settings(**SETTINGS), small.database)) as client:  # type: ignore[arg-type]
        yield Api(client)


@pytest.fixture
def customer(api: Api) -> dict[str, str]:
    return api.sign_in("customer@test")


def test_set_up_changed_paused_and_ended(api: Api, customer: dict[str, str]) -> None:
    made = api.client.post(PATH, headers=customer | {"Idempotency-Key": "k"}, json=ORDER)
    assert (made.status_code, made.headers["ETag"]) == (201, '"1"')
    assert (made.json()["when"], made.json()["next_date"]) == ("every first Monday of the month", "2026-07-06")
    assert api.client.post(PATH, headers=customer | {"Idempotency-Key": "k"}, json=ORDER).json() == made.json()
    one = f"{PATH}/{made.json()['number']}"
    lines = [{"sku": "30-101", "quantity": 5}]
    body = {"rule": "FREQ=WEEKLY;BYDAY=FR", "lines": lines, "customer_reference": "PO 5"}
    changed = api.client.patch(one, headers=customer | {"If-Match": '"1"'}, json=body).json()
    assert (changed["when"], changed["next_date"], changed["lines"][0]["sku"], changed["version"]) == (
        "every Friday", "2026-06-19", "30-101", 2,
    )  # fmt: skip
    stale = api.client.post(f"{one}/pause", headers=customer | {"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "changed_since")
    assert api.client.post(f"{one}/skip", headers=customer).json()["next_date"] == "2026-06-26"
    assert api.client.post(f"{one}/pause", headers=customer).json()["next_date"] is None
    assert api.client.post(f"{one}/resume", headers=customer).json()["next_date"] == "2026-06-19"
    assert (
        api.client.patch(one, headers=customer, json={"customer_reference": None}).json()["customer_reference"] is None
    )
    ended = api.client.post(f"{one}/end", headers=customer).json()
    assert (ended["state"], ended["next_date"], ended["version"]) == ("ended", None, 7)
    refused = api.client.post(f"{one}/resume", headers=customer)
    assert (refused.status_code, refused.json()["code"]) == (409, "illegal_transition")


def test_one_shows_what_came_of_its_dates(api: Api, small: World, customer: dict[str, str]) -> None:
    number = api.client.post(PATH, headers=customer, json={**ORDER, "rule": "FREQ=WEEKLY"}).json()["number"]
    assert place_due(small.database) == 1
    seen = api.client.get(f"{PATH}/{number}", headers=customer)
    order = api.client.get("/api/orders", headers=customer).json()["items"][0]
    assert seen.json()["runs"] == [{"day": "2026-06-17", "order": order["number"], "problem": None}]
    assert (seen.headers["ETag"], order["channel"]) == ('"2"', "standing")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({**ORDER, "rule": "FREQ=YEARLY"}, 422, "invalid_rule"),
        ({**ORDER, "rule": "every Monday"}, 422, "invalid_rule"),
        ({**ORDER, "starts_on": "2020-01-01"}, 422, "date_in_past"),
        ({**ORDER, "starts_on": "9999-12-31"}, 422, "starts_too_late"),
        ({**ORDER, "customer": "C2"}, 404, "unknown_customer"),
        ({**ORDER, "lines": [{"sku": "10-109", "quantity": 1, "price": "0.01"}]}, 422, "invalid"),
        ({**ORDER, "lines": [{"sku": "45-103", "quantity": 15}]}, 422, "quantity_does_not_fit"),
        ({**ORDER, "user": 1}, 422, "invalid"),
    ],
)
def test_what_makes_no_sense_is_refused(
    api: Api, customer: dict[str, str], body: object, status: int, code: str
) -> None:
    answer = api.client.post(PATH, headers=customer, json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert api.client.get(PATH, headers=api.sign_in("desk@test")).json()["items"] == []


@pytest.mark.parametrize("step", ["pause", "resume", "end", "skip", ""])
def test_another_customers_is_not_found_by_any_road(api: Api, customer: dict[str, str], step: str) -> None:
    number = api.client.post(PATH, headers=customer, json=ORDER).json()["number"]
    for stranger in ("other@test", "buyer@test"):
        headers, one = api.sign_in(stranger), f"{PATH}/{number}"
        answer = (
            api.client.post(f"{one}/{step}", headers=headers)
            if step
            else api.client.patch(one, headers=headers, json={"rule": "FREQ=DAILY"})
        )
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_standing_order")
        assert api.client.get(one, headers=headers).status_code == 404
        assert api.client.get(PATH, headers=headers).json()["items"] == []
    mine = api.client.get(f"{PATH}/{number}", headers=customer).json()
    assert (mine["state"], mine["version"], mine["next_date"]) == ("active", 1, "2026-07-06")


def test_the_desk_narrows_its_list(api: Api, customer: dict[str, str]) -> None:
    desk = api.sign_in("desk@test")
    mine = api.client.post(PATH, headers=customer, json=ORDER).json()["number"]
    other = api.client.post(PATH, headers=desk, json={**ORDER, "customer": "C2"}).json()["number"]
    api.client.post(f"{PATH}/{other}/pause", headers=desk)

    def numbers(**params: str | int) -> list[str]:
        return [item["number"] for item in api.client.get(PATH, headers=desk, params=params).json()["items"]]

    assert (numbers(), numbers(customer="C1"), numbers(state="paused")) == ([other, mine], [mine], [other])
    page = api.client.get(PATH, headers=desk, params={"limit": 1}).json()
    assert numbers(after=int(page["next"])) == [mine]
