"""What the tests of quotes and inquiries do again and again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import select, update

from backend.catalogue.queries import by_sku
from backend.catalogue.tables import Price, Product, TaxRate
from backend.company.tables import AuditEvent, Company
from backend.customers.queries import by_code
from backend.customers.tables import Customer
from backend.events.tables import OutboxEvent
from backend.identity.service import _hasher
from backend.identity.tables import User
from backend.quotes import inquiries, quoting
from backend.quotes.quoting import Particulars
from backend.quotes.tables import Quote
from backend.sales.service import Wish
from backend.work import Work
from tests.backend.world import PASSWORD, World

_KNOWN = _hasher.hash(PASSWORD)


def wishes(work: Work, *lines: tuple[str, int] | tuple[str, int, str]) -> list[Wish]:
    """(SKU, quantity[, discount]) lines as wishes."""
    return [Wish(by_sku(work.session, line[0]), line[1], Decimal(line[2] if len(line) > 2 else 0)) for line in lines]


def drafted(
    world: World,
    *lines: tuple[str, int] | tuple[str, int, str],
    email: str = "rep@test",
    code: str = "C1",
    particulars: Particulars | None = None,
) -> str:
    """A draft's number."""
    with world.writing(email) as work:
        return quoting.draft_quote(work, by_code(work, code), wishes(work, *lines), particulars).number


def asked(world: World, *lines: tuple[str, int], email: str = "customer@test", code: str = "C1") -> str:
    """The number of a quote that a customer's person asked for."""
    with world.writing(email) as work:
        return quoting.ask_for_quote(work, by_code(work, code), wishes(work, *lines)).number


def inquired(
    world: World, said: str = "Do you have this in blue?", email: str = "customer@test", kind: str = "question"
) -> str:
    """An inquiry's number."""
    with world.writing(email) as work:
        return inquiries.open_inquiry(work, None, kind, said).number


def manager(world: World) -> str:
    """A manager; their address."""
    with world.database.write() as session:
        session.add(User(email="manager@test", name="Manager", role="manager", password_hash=_KNOWN))
    return "manager@test"


def terms(world: World, **columns: object) -> None:
    """Change the company's terms."""
    with world.database.write() as session:
        session.execute(update(Company).values(**columns))


def tax(world: World, rate: str, since: date = date(1970, 1, 1)) -> None:
    """A rate on everything that goes to where the customers are."""
    with world.database.write() as session:
        session.add(TaxRate(country="United Kingdom", rate=Decimal(rate), valid_from=since))


def dearer(world: World, sku: str, price: str) -> None:
    """Every price of a product becomes this one."""
    with world.database.write() as session:
        product = session.scalars(select(Product).where(Product.sku == sku)).one()
        session.execute(update(Price).where(Price.product_id == product.id).values(price=Decimal(price)))


def lived_on(world: World, day: date) -> None:
    """Move the business date."""
    terms(world, business_date=day)


def limited(world: World, code: str, amount: str) -> None:
    """Give a customer a credit limit."""
    with world.database.write() as session:
        session.execute(update(Customer).where(Customer.code == code).values(credit_limit=Decimal(amount)))


def state_of(world: World, number: str) -> tuple[str, int, str | None]:
    """A quote's state, version and order."""
    with world.database.read() as session:
        quote = session.scalars(select(Quote).where(Quote.number == number)).one()
        return quote.state, quote.version, quote.order_number


def events(world: World, subject: str) -> list[tuple[str, str]]:
    """(kind, key) of what was published about a kind of document, in order."""
    with world.database.read() as session:
        rows = session.scalars(select(OutboxEvent).where(OutboxEvent.subject == subject).order_by(OutboxEvent.id))
        return [(row.kind, row.key) for row in rows]


def audited(world: World, number: str) -> Sequence[AuditEvent]:
    """What the audit trail says of a document."""
    with world.database.read() as session:
        return session.scalars(select(AuditEvent).where(AuditEvent.subject_key == number).order_by(AuditEvent.id)).all()
