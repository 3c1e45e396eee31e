"""A request is at most so large, whether it says how large it is or not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from backend.http.bounds import LARGEST_BODY, Bounded


@pytest.fixture
def heard() -> list[int]:
    """The sizes of the bodies that arrived."""
    return []


@pytest.fixture
def client(heard: list[int]) -> TestClient:
    app = FastAPI()
    app.add_middleware(Bounded)

    @app.post("/")
    async def take(request: Request) -> int:
        heard.append(len(await request.body()))
        return heard[-1]

    return TestClient(app, raise_server_exceptions=False)


def parts(size: int) -> Iterator[bytes]:
    """A body in pieces, sent without its length."""
    for start in range(0, size, 100_000):
        yield b"x" * min(100_000, size - start)


@pytest.mark.parametrize("size", [0, 5, LARGEST_BODY])
def test_what_is_not_too_large_arrives_whole(client: TestClient, heard: list[int], size: int) -> None:
    assert client.post("/", content=b"x" * size).json() == size
    assert client.post("/", content=parts(size)).json() == size
    assert heard == [size, size]


def test_what_says_that_it_is_too_large_is_not_read(client: TestClient, heard: list[int]) -> None:
    answer = client.post("/", content=b"x" * (LARGEST_BODY + 1))
    assert (answer.status_code, answer.json()["code"], heard) == (413, "too_large", [])


def test_what_turns_out_too_large_is_broken_off(client: TestClient, heard: list[int]) -> None:
    answer = client.post("/", content=parts(LARGEST_BODY + 1))
    assert (answer.status_code, answer.json()["code"], heard) == (413, "too_large", [])
    assert answer.headers["content-type"] == "application/problem+json"
