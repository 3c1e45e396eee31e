"""What the demo company's orders come to: goods, delivery, tax."""

from __future__ import annotations

from decimal import Decimal

from backend.demo.documents import Sale
from backend.demo.people import Buyer
from backend.demo.rows import DELIVERY_CHARGE, FREE_DELIVERY_FROM, VAT, pounds
from backend.sales.totals import ZERO, Totals, totals


def tax_rate(buyer: Buyer) -> Decimal:
    """The rate on what a customer buys; exports are not taxed."""
    return VAT if buyer.country == "United Kingdom" else ZERO


def sale_totals(sale: Sale, buyer: Buyer) -> Totals:
    """The totals of an order, as placing it would have made them."""
    rate = tax_rate(buyer)
    entries = [(pounds(line.total), rate) for line in sale.lines]
    goods = sum((net for net, _ in entries), ZERO)
    return totals(entries, ZERO if goods >= FREE_DELIVERY_FROM else DELIVERY_CHARGE, "document")
