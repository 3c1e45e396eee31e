"""The terms an order is priced under: tax where it goes, delivery, the minimum."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select

from backend.catalogue.tables import Product, TaxRate
from backend.clock import BusinessClock
from backend.company.service import company
from backend.customers.tables import Address, Customer
from backend.sales.totals import ZERO, Totals, totals
from backend.work import Work
from backend.working_days import add_working_days, is_working_day

STANDARD: Final = "standard"

# Asked for every order, so they are built once.
_RATES: Final = (
    select(TaxRate.category, TaxRate.rate)
    .where(TaxRate.country == bindparam("at"), TaxRate.valid_from <= bindparam("on"))
    .order_by(TaxRate.valid_from)
)
_ADDRESSES: Final = (
    select(Address)
    .where(Address.customer_id == bindparam("customer"), Address.kind == bindparam("purpose"))
    .order_by(Address.default.desc(), Address.id)
    .limit(1)
)


@dataclass(frozen=True)
class Terms:
    """``rates`` are by tax category; ``arrives`` is the first day that goods ordered now can be there."""

    currency: str
    rates: Mapping[str, Decimal]
    rounding: str
    delivery_charge: Decimal
    free_from: Decimal | None
    minimum: Decimal
    arrives: date
    duplicate_minutes: int
    hold_days: int

    def rate(self, product: Product) -> Decimal:
        """The tax rate on a product."""
        return self.rates.get(product.tax_category, self.rates.get(STANDARD, ZERO))

    def totals(self, lines: Iterable[tuple[Decimal, Decimal]], delivery: Decimal | None = None) -> Totals:
        """Total (net amount, tax rate) lines, with the delivery charge that was agreed or that such an order bears."""
        entries = list(lines)
        if delivery is not None:
            return totals(entries, delivery, self.rounding)
        goods = sum((net for net, _ in entries), ZERO)
        free = not entries or (self.free_from is not None and goods >= self.free_from)
        return totals(entries, ZERO if free else self.delivery_charge, self.rounding)


def terms_for(work: Work, customer: Customer, country: str | None = None) -> Terms:
    """The terms of a customer's order that goes to a country (by default the customer's own)."""
    row = company(work.session)
    where = country or customer.country
    rates = {} if customer.tax_exempt else rates_in(work, where)
    if row is None:
        return Terms("GBP", rates, "document", ZERO, None, ZERO, _arrival(work.clock, "24:00", 1), 30, 5)
    return Terms(
        currency=row.currency,
        rates=rates,
        rounding=row.tax_rounding,
        delivery_charge=row.delivery_charge,
        free_from=row.free_delivery_from,
        minimum=row.minimum_order if customer.minimum_order is None else customer.minimum_order,
        arrives=_arrival(work.clock, row.cut_off, row.delivery_days),
        duplicate_minutes=row.duplicate_minutes,
        hold_days=row.hold_days,
    )


def terms_to(work: Work, customer: Customer, destination: Mapping[str, Any] | None) -> Terms:
    """The terms of what goes to a place (line1, …, country) that was said, or where the customer's goods usually go."""
    if destination is not None:
        return terms_for(work, customer, destination["country"])
    usual = default_address(work, customer)
    return terms_for(work, customer, usual.country if usual else None)


def rates_in(work: Work, country: str) -> dict[str, Decimal]:
    """The tax rates that hold today in a country, by category; none where it is not taxed."""
    rows = work.session.execute(_RATES, {"at": country, "on": work.clock.today()})
    return {category: rate for category, rate in rows}  # noqa: C416 - a row is no pair to a type checker


def first_arrival(work: Work) -> date:
    """The first day that goods that lie here can be at a customer's."""
    row = company(work.session)
    return _arrival(work.clock, row.cut_off, row.delivery_days) if row else _arrival(work.clock, "24:00", 1)


def _arrival(clock: BusinessClock, cut_off: str, delivery_days: int) -> date:
    """Before the cut-off of a working day goods leave that day, otherwise on the next one."""
    today = clock.today()
    local = clock.now().astimezone(ZoneInfo(clock.zone))
    in_time = is_working_day(today) and f"{local:%H:%M}" < cut_off
    leaves = today if in_time else add_working_days(today + timedelta(days=1), 0)
    return add_working_days(leaves, delivery_days)


def snapshot(customer: Customer, address: Address | None) -> dict[str, Any] | None:
    """An address as it is kept with a document, so that a later move does not change what was agreed."""
    if address is None:
        return None
    return {
        "name": customer.name,
        "line1": address.line1,
        "line2": address.line2,
        "city": address.city,
        "postcode": address.postcode,
        "country": address.country,
    }


def default_address(work: Work, customer: Customer, kind: str = "delivery") -> Address | None:
    """Where a customer's goods (or invoices) go unless something else is said."""
    return work.session.scalar(_ADDRESSES, {"customer": customer.id, "purpose": kind})
