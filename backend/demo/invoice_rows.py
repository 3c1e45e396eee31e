"""Rows of what was billed: an invoice for every parcel of the last half year, and how it was paid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

import numpy as np

from backend.billing.amounts import Amounts, Taxable, next_net, taxes
from backend.billing.tables import Invoice, InvoiceLine, Payment, PaymentAllocation
from backend.catalogue.quantities import said
from backend.company.service import PREFIXES
from backend.demo.amounts import sale_totals, tax_rate
from backend.demo.calendar import moment
from backend.demo.company import DemoCompany
from backend.demo.documents import Despatch, Line
from backend.demo.numbers import FIRST
from backend.demo.people import QUIET, Buyer
from backend.demo.rows import Row, Rows, numbered, pounds, table
from backend.sales.totals import ZERO, TaxPart

ISSUED: Final = 17 * 60
PAID: Final = 11 * 60
LATEST: Final = 12  # days after the due date that a slow but honest payer takes


@dataclass
class _Billed:
    """What was invoiced of an order so far."""

    lines: dict[int, Amounts] = field(default_factory=dict)
    taxed: dict[Any, Amounts] = field(default_factory=dict)
    delivered: bool = False


@dataclass(frozen=True)
class _Bill:
    """One invoice to be: its lines as (order line, quantity, net, tax), and its delivery as (net, tax)."""

    number: int
    shipment: int
    despatch: Despatch
    lines: list[tuple[Line, int, Decimal, Decimal]]
    delivery: tuple[Decimal, Decimal]

    @property
    def tax(self) -> Decimal:
        """All tax."""
        return sum((tax for *_, tax in self.lines), ZERO) + self.delivery[1]

    @property
    def total(self) -> Decimal:
        """What is to be paid."""
        return sum((net for _, _, net, _ in self.lines), ZERO) + self.delivery[0] + self.tax


def bills(company: DemoCompany, despatches: list[Despatch]) -> list[_Bill]:
    """An invoice for every parcel that was sent, in the order in which they were sent."""
    billed: dict[int, _Billed] = {}
    found: list[_Bill] = []
    for shipment, despatch in enumerate(despatches, 1):
        if not despatch.picked:
            sofar = billed.setdefault(despatch.sale.id, _Billed())
            found.append(_bill(company, len(found) + 1, shipment, despatch, sofar))
    return found


def _bill(company: DemoCompany, number: int, shipment: int, despatch: Despatch, sofar: _Billed) -> _Bill:
    buyer = company.buyers[despatch.sale.buyer]
    rate = tax_rate(buyer)
    charge = ZERO if sofar.delivered else sale_totals(despatch.sale, buyer).delivery
    sofar.delivered = True
    nets = []
    for line, quantity in despatch.parts:
        before = sofar.lines.get(line.id, Amounts())
        net = next_net(pounds(line.price), before, quantity)
        sofar.lines[line.id] = before + Amounts(quantity, net)
        nets.append(net)
    entries = [Taxable("all", rate, net) for net in (*nets, charge)]
    found = taxes(entries, sofar.taxed)
    sofar.taxed["all"] = sum(
        (Amounts(0, entry.net, tax) for entry, tax in zip(entries, found, strict=True)),
        sofar.taxed.get("all", Amounts()),
    )
    lines = [
        (line, quantity, net, tax) for (line, quantity), net, tax in zip(despatch.parts, nets, found[:-1], strict=True)
    ]
    return _Bill(number, shipment, despatch, lines, (charge, found[-1]))


def invoice_rows(company: DemoCompany, despatches: list[Despatch]) -> Iterator[Rows]:
    """In an order in which the foreign keys hold."""
    made, paid = _billed_and_paid(company, despatches)
    yield table(Invoice), [_invoice(bill, day, company) for bill, day in zip(made, paid, strict=True)]
    yield table(InvoiceLine), numbered([row for bill in made for row in _lines(bill, company)])
    settled = [(bill, day) for bill, day in zip(made, paid, strict=True) if day is not None]
    yield table(Payment), [_payment(n, bill, day, company) for n, (bill, day) in enumerate(settled, 1)]
    yield (
        table(PaymentAllocation),
        numbered(
            [
                {"payment_id": n, "invoice_id": bill.number, "amount": bill.total}
                for n, (bill, _) in enumerate(settled, 1)
            ]
        ),
    )


def _billed_and_paid(company: DemoCompany, despatches: list[Despatch]) -> tuple[list[_Bill], list[date | None]]:
    rng = np.random.default_rng([company.seed, 52])
    made = bills(company, despatches)
    return made, [_paid_on(bill, company, rng) for bill in made]


def counts(company: DemoCompany, despatches: list[Despatch]) -> tuple[int, int]:
    """How many invoices and payments there are."""
    made, paid = _billed_and_paid(company, despatches)
    return len(made), sum(day is not None for day in paid)


def _due(bill: _Bill, company: DemoCompany) -> date:
    return company.calendar.day(bill.despatch.day) + timedelta(_buyer(bill, company).payment_days)


def _buyer(bill: _Bill, company: DemoCompany) -> Buyer:
    return company.buyers[bill.despatch.sale.buyer]


def _paid_on(bill: _Bill, company: DemoCompany, rng: np.random.Generator) -> date | None:
    """Most pay by the due date, some up to a week and a half late; who went quiet has stopped paying too."""
    chance = rng.random(2)
    late = int(chance[1] * LATEST) if chance[0] < 0.12 else -int(chance[1] * 8)
    day = _due(bill, company) + timedelta(late if _buyer(bill, company).payment_days > 8 else 0)
    if _buyer(bill, company).name in QUIET or day >= company.calendar.today:
        return None
    return day


def _invoice(bill: _Bill, paid_on: date | None, company: DemoCompany) -> Row:
    buyer, rate = _buyer(bill, company), tax_rate(_buyer(bill, company))
    due, total = _due(bill, company), bill.total
    overdue = due < company.calendar.today
    net = total - bill.tax
    return {
        "id": bill.number,
        "number": invoice_number(bill.number),
        "customer_id": buyer.id,
        "order_id": bill.despatch.sale.id,
        "shipment_id": bill.shipment,
        "state": "paid" if paid_on is not None else "overdue" if overdue else "issued",
        "issued_at": moment(company.calendar.day(bill.despatch.day), ISSUED),
        "due_date": due,
        "delivery": bill.delivery[0],
        "tax": bill.tax,
        "total": total,
        "paid": total if paid_on is not None else ZERO,
        "payment_method": "account",
        "tax_breakdown": [TaxPart(rate, net, bill.tax).document()],
        "address": {
            "name": buyer.name,
            "line1": buyer.street,
            "line2": "Accounts",
            "city": buyer.city,
            "postcode": buyer.postcode,
            "country": buyer.country,
        },
        "created_at": moment(company.calendar.day(bill.despatch.day), ISSUED),
    }


def _lines(bill: _Bill, company: DemoCompany) -> Iterator[Row]:
    rate = tax_rate(_buyer(bill, company))
    for position, (line, quantity, net, tax) in enumerate(bill.lines, 1):
        item = company.items[line.item]
        yield {
            "invoice_id": bill.number,
            "order_line_id": line.id,
            "position": position,
            "sku": item.sku,
            "name": item.name,
            "quantity": quantity,
            "quantity_text": said(item.range, quantity),  # type: ignore[arg-type]
            "price": pounds(line.price),
            "list_price": pounds(line.price),
            "tax_rate": rate,
            "tax": tax,
            "total": net,
        }


def _payment(n: int, bill: _Bill, day: date, company: DemoCompany) -> Row:
    at = moment(day, PAID)
    return {
        "id": n,
        "number": f"{PREFIXES['payment']}-{FIRST['payment'] + n - 1}",
        "customer_id": _buyer(bill, company).id,
        "kind": "payment",
        "method": "Bank transfer",
        "amount": bill.total,
        "state": "settled",
        "reference": invoice_number(bill.number),
        "created_at": at,
        "settled_at": at,
    }


def invoice_number(nth: int) -> str:
    """Of the nth invoice, from 1 on."""
    return f"{PREFIXES['invoice']}-{FIRST['invoice'] + nth - 1}"
