"""Orders at awkward prices and what is invoiced, paid and credited of them: what the tests here do again and again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from backend.billing import credits as crediting
from backend.billing import invoicing, payments, queries
from backend.billing.refunds import refund_spare
from backend.billing.tables import CreditNote, Invoice, Payment
from backend.catalogue.queries import by_sku
from backend.company.tables import Company
from backend.customers.queries import by_code
from backend.database import now
from backend.identity.tables import User
from backend.sales import queries as sales
from backend.sales import service
from backend.sales.service import Details, Wish
from backend.sales.tables import Order, SalesReturn, SalesReturnLine, Shipment, ShipmentLine
from backend.work import Work
from tests.backend.shipping.handling import _KNOWN, shipped
from tests.backend.world import World

D = Decimal
Line = tuple[str, int, str, str]  # SKU, quantity, price per sales unit, tax rate
AWKWARD: tuple[Line, ...] = (
    ("10-109", 7, "0.3333", "0.2"),
    ("30-101", 7, "0.1449", "0.2"),
    ("30-102", 7, "1.005", "0.05"),
)
OWNERS = {"C1": "customer@test", "C2": "other@test"}


def rounding(world: World, rule: str) -> None:
    """The company's rule for tax."""
    with world.database.write() as session:
        session.get_one(Company, 1).tax_rounding = rule


def by_hand(world: World) -> None:
    """The company's people set credit off, nothing does it by itself."""
    with world.database.write() as session:
        session.get_one(Company, 1).set_off_credit = False


def manager(world: World) -> str:
    """Somebody who may all of it; their address."""
    with world.database.write() as session:
        session.add(User(email="manager@test", name="Manager", role="manager", password_hash=_KNOWN))
    return "manager@test"


def ordered(
    world: World, lines: Sequence[Line] = AWKWARD, *, delivery: str = "0", method: str = "account", code: str = "C1"
) -> str:
    """An order at prices that were agreed; its number."""
    with world.writing("desk@test") as work:
        wishes = [
            Wish(by_sku(work.session, sku), quantity, agreed=D(price), tax_rate=D(rate))
            for sku, quantity, price, rate in lines
        ]
        details = Details(payment_method=method, delivery_charge=D(delivery), any_value=True)
        return service.place_order(work, by_code(work, code), wishes, details=details).number


def hand_over(world: World, number: str, parts: dict[int, int]) -> str | None:
    """Count parts of an order as shipped, by rows, and invoice them; the invoice's number."""
    with world.writing("desk@test") as work:
        shipment = sent(work, sales.by_number(work, number), parts)
        made = invoicing.invoice_shipment(work, shipment)
        return made.number if made else None


def sent(work: Work, order: Order, parts: dict[int, int]) -> Shipment:
    """A shipment that has left; the stock is not looked at."""
    lines = {line.position: line for line in order.lines}
    for position, quantity in parts.items():
        line = lines[position]
        from_shelf = min(quantity, line.reserved)
        line.reserved, line.back_ordered = line.reserved - from_shelf, line.back_ordered - (quantity - from_shelf)
        line.shipped += quantity
    count = work.session.scalar(select(func.count()).select_from(Shipment)) or 0
    shipment = Shipment(
        number=f"SH-{count + 1}",
        order=order,
        state="shipped",
        lines=[ShipmentLine(order_line=lines[position], quantity=quantity) for position, quantity in parts.items()],
    )
    work.session.add(shipment)
    work.session.flush()
    return shipment


def order_of(world: World, number: str) -> Order:
    with world.reading("desk@test") as work:
        return sales.by_number(work, number)


def invoices(world: World, order: str) -> list[Invoice]:
    """The invoices of an order, the first one first."""
    with world.reading("desk@test") as work:
        return list(reversed(queries.invoices_page(work, order=order, limit=100)))


def invoice(world: World, number: str) -> Invoice:
    with world.reading("desk@test") as work:
        return queries.invoice(work, number)


def payment(world: World, number: str) -> Payment:
    with world.reading("desk@test") as work:
        return queries.payment(work, number)


def note(world: World, number: str) -> CreditNote:
    with world.reading("desk@test") as work:
        return queries.credit_note(work, number)


def figures(world: World, number: str) -> tuple[str, Decimal, Decimal]:
    """State, paid and credited of an invoice."""
    row = invoice(world, number)
    return row.state, row.paid, row.credited


def invoiced(world: World, lines: Sequence[Line] = AWKWARD, **more: str) -> str:
    """An order that is shipped whole; its invoice's number."""
    order = ordered(world, lines, **more)
    shipped(world, order)
    return str(invoices(world, order)[0].number)


def worth(world: World, amount: str, **more: str) -> str:
    """An invoice over an amount, without tax; its number."""
    return invoiced(world, [("10-109", 1, amount, "0")], **more)


def due(world: World, number: str, day: date) -> None:
    with world.database.write() as session:
        session.scalars(select(Invoice).where(Invoice.number == number)).one().due_date = day


def paid(world: World, amount: str, *named: str, method: str = "bank transfer", code: str = "C1") -> str:
    """Money that came in; the payment's number."""
    with world.writing("desk@test") as work:
        chosen = [queries.invoice(work, number) for number in named]
        customer = by_code(work, code)
        return payments.record_payment(work, customer, D(amount), method, invoices=chosen or None).number


def settle(world: World, number: str) -> None:
    with world.writing("desk@test") as work:
        payments.settle(work, queries.payment(work, number))


def fail(world: World, number: str, reason: str = "refused by the bank") -> None:
    with world.writing("desk@test") as work:
        payments.fail(work, queries.payment(work, number), reason)


def allocate(world: World, number: str, parts: dict[str, str]) -> None:
    with world.writing("desk@test") as work:
        wanted = {queries.invoice(work, key): D(amount) for key, amount in parts.items()}
        payments.allocate(work, queries.payment(work, number), wanted)


def apply(world: World, number: str, parts: dict[str, str]) -> None:
    with world.writing("desk@test") as work:
        wanted = {queries.invoice(work, key): D(amount) for key, amount in parts.items()}
        crediting.apply(work, queries.credit_note(work, number), wanted)


def credited(world: World, number: str, lines: dict[int, int] | None = None) -> str:
    """Credit an invoice, or lines of it; the credit note's number."""
    with world.writing("desk@test") as work:
        return crediting.credit_invoice(work, queries.invoice(work, number), "wrong price", lines).number


def refunded(
    world: World, number: str, method: str | None = None, amount: str | None = None, *, email: str = "desk@test"
) -> str:
    """Refund a credit note; the (first) refund's number."""
    with world.writing(email) as work:
        wanted = None if amount is None else D(amount)
        return payments.refund(work, queries.credit_note(work, number), method, wanted).number


def given_back(world: World, number: str, amount: str | None = None, *, email: str = "desk@test") -> str:
    """Refund what a payment left over; the refund's number."""
    with world.writing(email) as work:
        wanted = None if amount is None else D(amount)
        return refund_spare(work, queries.payment(work, number), wanted).number


def withdraw(world: World, number: str, email: str = "customer@test") -> None:
    """Leave as credit what was asked back."""
    with world.writing(email) as work:
        payments.withdraw(work, queries.payment(work, number))


def returned(world: World, order: str, parts: dict[int, int], *, number: str = "RT-1") -> str:
    """Goods that came back, by line position, and their credit; the credit note's number."""
    with world.writing("desk@test") as work:
        return crediting.credit_return(work, came_back(work, order, parts, number)).number


def came_back(work: Work, order: str, parts: dict[int, int], number: str) -> SalesReturn:
    """A return as it stands once its goods are here."""
    row = sales.by_number(work, order)
    lines = []
    for line in row.lines:
        if line.position in parts:
            quantity = parts[line.position]
            line.returned += quantity
            lines.append(
                SalesReturnLine(
                    order_line=line,
                    product_id=line.product_id,
                    product=line.product,
                    quantity=quantity,
                    price=line.price,
                    total=D(0),
                )
            )
    back = SalesReturn(
        number=number,
        customer_id=row.customer_id,
        customer=row.customer,
        order_id=row.id,
        order=row,
        state="received",
        reason="damaged",
        returned_at=now(),
        total=D(0),
        lines=lines,
    )
    work.session.add(back)
    work.session.flush()
    return back


def numbers(world: World, table: type[Invoice | Payment | CreditNote]) -> list[int]:
    """The numbers given so far, in order."""
    with world.database.read() as session:
        found = session.scalars(select(table.number).where(table.number.is_not(None)))
        return sorted(int(str(number).partition("-")[2]) for number in found)
