"""A turn in chat without Rasa: gateway, actions, database; one person after the other, on 5,000 products."""

from __future__ import annotations

from backend.chat.gateway import Incoming
from tests.benchmarks import shop as shops
from tests.benchmarks.figures import Figure, progress, timed
from tests.soak.assistant import InProcessAssistant, gateway_with

PRODUCTS = 5_000
CALLS = 60
SKILLS = {"yes": "affirm", "show my cart": "show_cart", "scrap it all": "discard_cart"}


def main() -> None:
    """Four kinds of turn."""
    progress(f"building {PRODUCTS:,} products")
    with shops.sqlite() as database:
        shop = shops.build(database, PRODUCTS)
        gateway = gateway_with(database, InProcessAssistant(database, _skill))
        user_id = shop.world.principal("person0@test").user_id

        def say(text: str, key: str) -> None:
            gateway.take(Incoming(user_id, "bench", key, text))

        def order(number: int) -> None:
            names = [shop.names[(number * 3 + step) * 7 % PRODUCTS].lower() for step in range(3)]
            say(f"12 {names[0]}, 6 {names[1]} and 24 {names[2]} please", f"order-{number}")

        progress("turns")
        order(0)
        shown = timed(lambda number: say("show my cart", f"show-{number}"), calls=CALLS)
        say("yes", "yes")
        priced = timed(lambda number: say(f"price of {shop.sku(number)}", f"price-{number}"), calls=CALLS)
        ordered = timed(lambda number: (order(number + 1), say("yes", f"yes-{number}")), calls=CALLS, longest=10)
    where = f"chat without Rasa, {PRODUCTS:,} products, SQLite"
    Figure(f"{where}: show the cart", shown.median_ms, "ms", note=shown.spread).tell()
    Figure(f"{where}: price check", priced.median_ms, "ms", note=priced.spread).tell()
    Figure(f"{where}: three lines, then yes (two turns)", ordered.median_ms, "ms", note=ordered.spread).tell()


def _skill(text: str) -> str:
    return SKILLS.get(text, "price_check" if text.startswith("price of") else "place_order")


if __name__ == "__main__":
    main()
