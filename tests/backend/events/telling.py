"""What tests of notifications share: what happens, who follows it, and what everybody was told."""

from __future__ import annotations

from sqlalchemy import select

from backend.catalogue.queries import by_sku
from backend.customers.queries import by_code
from backend.events import alerts
from backend.events.notifications import NOTIFICATIONS
from backend.events.service import publish
from backend.identity.tables import User
from tests.backend.events.outbox import drain, said_to
from tests.backend.shipping.handling import person, place
from tests.backend.world import World


def follow(world: World, email: str, topic: str = "orders", sku: str | None = None) -> None:
    with world.writing(email) as work:
        alerts.subscribe(work, topic, by_sku(work.session, sku) if sku else None)


def colleague(world: World, **more: object) -> str:
    """Another person of the first customer, who follows orders."""
    person(world, "colleague@test", **more)  # type: ignore[arg-type]
    follow(world, "colleague@test")
    return "colleague@test"


def tell(world: World) -> dict[str, list[str]]:
    """Hand on what happened; what everybody has been told so far, without those who were told nothing."""
    drain(world.database, NOTIFICATIONS)
    with world.database.read() as session:
        people = session.scalars(select(User.email).order_by(User.id)).all()
    found = {email: said_to(world, email) for email in people}
    return {email: said for email, said in found.items() if said}


def forget(world: World) -> None:
    """Nobody hears of what happened so far."""
    drain(world.database)


def placed(world: World, *wishes: tuple[str, int], email: str = "customer@test") -> str:
    number = place(world, *(wishes or (("10-109", 60),)), email=email)
    forget(world)
    return number


def happened(world: World, kind: str, key: str, customer: str | None = "C1", **payload: object) -> None:
    with world.writing("desk@test", channel="api") as work:
        customer_id = by_code(work, customer).id if customer else None
        publish(work, kind, kind.partition(".")[0], key, dict(payload), customer_id=customer_id)


def own(world: World, email: str) -> int:
    return world.principal(email).user_id
