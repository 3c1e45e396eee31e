"""The states of invoices, payments and goodwill credits, and the only ways between them."""

from __future__ import annotations

from typing import Final

from backend.billing.tables import Goodwill, Invoice, Payment
from backend.machines import Machine

INVOICE: Final = Machine(
    "invoice",
    "invoice",
    {
        "draft": frozenset({"issued"}),
        "issued": frozenset({"part_paid", "paid", "overdue", "credited"}),
        "part_paid": frozenset({"issued", "paid", "overdue", "credited"}),
        "overdue": frozenset({"issued", "part_paid", "paid", "credited"}),
        "paid": frozenset({"issued", "part_paid", "overdue"}),
        "credited": frozenset(),
    },
)
PAYMENT: Final = Machine(
    "payment",
    "payment",
    {
        "pending": frozenset({"settled", "failed"}),
        "settled": frozenset({"refunded", "failed"}),
        "failed": frozenset(),
        "refunded": frozenset(),
    },
)
GOODWILL: Final = Machine(
    "goodwill credit",
    "goodwill",
    {
        "requested": frozenset({"granted", "refused"}),
        "granted": frozenset(),
        "refused": frozenset(),
    },
)
OWED: Final = ("issued", "part_paid", "overdue")
MACHINES: Final = (INVOICE, PAYMENT, GOODWILL)

INVOICE.guard(Invoice.state)
PAYMENT.guard(Payment.state)
GOODWILL.guard(Goodwill.state)
