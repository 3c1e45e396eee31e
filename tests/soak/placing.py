"""What runs in a process that is killed: it orders without end and tells each order that is done."""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import count
from multiprocessing.connection import Connection

from backend.catalogue.queries import by_sku
from backend.chat.gateway import Incoming
from backend.customers.queries import by_code
from backend.database import Database
from backend.sales import service
from backend.sales.service import Wish
from tests.backend.world import World
from tests.soak.assistant import InProcessAssistant, gateway_with, ordering

SKUS = ("10-109", "45-103", "30-101", "30-102", "70-103")
THREADS = 3
Tell = Callable[[str], None]


def place_orders(url: str, key: str, told: Connection) -> None:
    """Three threads that place orders of three lines straight through the service."""
    world, guard = World(Database(url)), threading.Lock()

    def tell(what: str) -> None:
        with guard:
            told.send(what)

    for thread in range(THREADS):
        threading.Thread(target=_place, args=(world, f"{key}-{thread}", thread, tell)).start()


def _place(world: World, key: str, thread: int, tell: Tell) -> None:
    """Orders whose reference says who placed them; every other time the lines stand the other way round."""
    for number in count():
        reference = f"{key}-{number}"
        with world.writing() as work:
            skus = [SKUS[(number + step + thread) % len(SKUS)] for step in range(3)]
            wishes = [Wish(by_sku(work.session, sku), 10) for sku in (skus if number % 2 else skus[::-1])]
            service.place_order(work, by_code(work, "C1"), wishes, customer_reference=reference)
        tell(reference)


def talk(url: str, first: str, told: Connection) -> None:
    """A customer orders and says yes through the gateway, pair after pair from number ``first`` on."""
    say = conversation(World(Database(url)))
    for number in count(int(first)):
        told.send(say(number))


def conversation(world: World) -> Callable[[int], str]:
    """Says the pair of messages of a number, always under the same message ids; the answer to the yes."""
    gateway = gateway_with(world.database, InProcessAssistant(world.database, ordering))
    user_id = world.principal("customer@test").user_id

    def say(number: int) -> str:
        gateway.take(Incoming(user_id, "test", f"order-{number}", "3 of 10-109, 2 of 30-101 and 10 of 45-103"))
        return str(gateway.take(Incoming(user_id, "test", f"yes-{number}", "yes")).replies[-1].body["text"])

    return say
