"""From the order to the credit note by the services themselves: every paper shows the same prices and adds up."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select

from backend.billing.tables import CreditNote, Invoice
from backend.catalogue.queries import by_sku
from backend.catalogue.tables import Price, TaxRate
from backend.company.tables import Company
from backend.customers.queries import by_code
from backend.customers.tables import Address, Customer
from backend.papers import service as papers
from backend.papers.kinds import Kind
from backend.sales import queries
from backend.sales.service import Wish, place_order
from backend.sales.tables import Shipment
from backend.shipping import service as fulfilment
from tests.backend.papers.reading import lines
from tests.backend.world import World


def test_every_paper_of_an_order_shows_what_was_agreed(world: World) -> None:
    _terms(world)
    with world.writing() as work:
        order = place_order(work, by_code(work, "C1"), [Wish(by_sku(work.session, "10-109"), 60)]).number
    with world.database.write() as session:
        for price in session.scalars(select(Price)):
            price.price = Decimal(7)  # what is agreed stays
    with world.writing("desk@test") as work:
        shipment = fulfilment.plan_shipment(work, queries.by_number(work, order))
        fulfilment.pick(work, shipment)
        fulfilment.ship(work, shipment, carrier="Northway Parcels", tracking_number="NP 1")
    with world.writing("desk@test") as work:
        sent = work.session.scalars(select(Shipment)).one()
        fulfilment.lose(work, sent, "credit")
    with world.reading() as work:
        invoice, note = (work.session.scalars(select(kind)).one().number for kind in (Invoice, CreditNote))
        assert invoice is not None
        confirmation = lines(papers.paper(work, Kind.ORDER_CONFIRMATION, order).content)
        delivery = lines(papers.paper(work, Kind.DELIVERY_NOTE, sent.number).content)
        billed = lines(papers.paper(work, Kind.INVOICE, invoice).content)
        credited = lines(papers.paper(work, Kind.CREDIT_NOTE, note).content)
    assert _line(delivery)[:5] == ["1", "10-109", "Hex bolt M8x40 zinc", "60", "60"]
    for paper, total in ((billed, "To pay"), (credited, "Credited")):
        assert _line(paper)[:7] == ["1", "10-109", "Hex bolt M8x40 zinc", "60", "0.10", "20 %", "6.00"]
        at = paper.index("Goods")
        assert paper[at : at + 10] == [
            "Goods", "6.00", "Delivery", "5.00", "Net total", "11.00", "VAT 20 % on 11.00", "2.20", total, "£13.20",
        ]  # fmt: skip
    assert confirmation[confirmation.index("Total") + 1] == "£13.20"
    assert credited[credited.index("For invoice") + 1] == invoice


def _line(paper: list[str]) -> list[str]:
    at = paper.index("10-109")
    return paper[at - 1 :]


def _terms(world: World) -> None:
    with world.database.write() as session:
        session.add(TaxRate(country="United Kingdom", rate=Decimal("0.2")))
        session.scalars(select(Company)).one().delivery_charge = Decimal(5)
        customer = session.scalars(select(Customer).where(Customer.code == "C1")).one()
        session.add(
            Address(
                customer_id=customer.id, line1="12 Mill Lane", city="Leeds", postcode="LS1", country="United Kingdom"
            )
        )
