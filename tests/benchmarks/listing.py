"""List and search endpoints over the whole application, in process: 5,000 products, 100,000 orders."""

from __future__ import annotations

from fastapi.testclient import TestClient

from backend.app import create_app
from backend.settings import Settings
from tests.backend.world import PASSWORD
from tests.benchmarks import shop as shops
from tests.benchmarks.figures import Figure, progress, timed

PRODUCTS = 5_000
ORDERS = 100_000
LINES = 3
SET = 20.0  # ms, the bound to come, at a million orders
NOWHERE = "http://127.0.0.1:9"
PATHS = {
    "a page of 50 products": "/api/products?limit=50",
    "products by name": "/api/products?limit=50&search=M8x40",
    "a customer's 50 newest orders": "/api/orders?limit=50",
    "one order": "/api/orders/SO-{number}",
}


def main() -> None:
    """Each endpoint as a customer."""
    progress(f"building {ORDERS:,} orders")
    with shops.sqlite() as database:
        shop = shops.build(database, PRODUCTS)
        shops.add_history(shop, ORDERS, LINES)
        settings = Settings(internal_secret="bench", rasa_url=NOWHERE, models_url=NOWHERE)
        with TestClient(create_app(settings, database)) as client:
            measure(client)


def measure(client: TestClient) -> None:
    """The times of the endpoints, and of one that does next to nothing."""
    form = {"username": "person0@test", "password": PASSWORD}
    token = client.post("/api/auth/token", data=form).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}

    def get(path: str) -> None:
        answer = client.get(path, headers=headers)
        assert answer.status_code == 200, answer.text

    progress("asking")
    alive = timed(lambda _: get("/healthz"), calls=60)
    Figure("GET /healthz in process, the price of asking", alive.median_ms, "ms", note=alive.spread).tell()
    for name, path in PATHS.items():
        times = timed(lambda number, path=path: get(path.format(number=8 * number + 8)), calls=40)
        what = f"GET {name}, {ORDERS:,} orders, SQLite"
        Figure(what, times.median_ms, "ms", "lower", SET, "the bound set", times.spread).tell()


if __name__ == "__main__":
    main()
