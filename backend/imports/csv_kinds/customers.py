"""Customers, each with the address goods go to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from backend.customers.tables import Address, Customer
from backend.imports.csv_kinds.cells import Row
from backend.imports.csv_kinds.kind import Change, Column, loaded, only, set_changed, without

ADDRESS = ("line1", "line2", "city", "postcode")


class Customers:
    """One row per customer; blank cells leave what is there."""

    name = "customers"
    columns = (
        Column("code", "the customer's number", key=True),
        Column("name", "needed for a new customer"),
        Column("email", ""),
        Column("phone", ""),
        Column("country", "United Kingdom where it is blank"),
        Column("region", ""),
        Column("price_group", "as in the prices"),
        Column("rep_email", "the sales rep who looks after it"),
        Column("payment_days", "30 where it is blank"),
        Column("credit_limit", "blank for none"),
        Column("active", "yes or no"),
        Column("line1", "delivery address; needed with line2, city or postcode"),
        Column("line2", ""),
        Column("city", "needed with line1"),
        Column("postcode", ""),
        Column("assumed", "what about it is assumed; kept where the row changes nothing"),
    )

    def __init__(self) -> None:
        self._customers: dict[str, Customer] = {}

    def key(self, row: Row) -> str:
        """The customer's code."""
        return row.needed("code", longest=40)

    def prepare(self, session: Session, rows: Sequence[Row]) -> None:
        """The customers named, with their addresses."""
        codes = [row.cells.get("code", "").strip() for row in rows]
        self._customers = loaded(session, Customer.code, codes, selectinload(Customer.addresses))

    def apply(self, session: Session, rows: Sequence[Row]) -> Change:
        """Create or update one customer."""
        row = only(rows, "code")
        code = self.key(row)
        values, address, assumed = _values(row), _address(row), row.listed("assumed")
        customer = self._customers.get(code)
        if customer is None:
            values["name"] = row.needed("name")
            given = {name: value for name, value in values.items() if value is not None}
            customer = Customer(code=code, assumed=assumed or [], **given)
            session.add(customer)
            session.flush()
            _set_address(customer, address)
            self._customers[code] = customer
            return Change.CREATED
        changed = set_changed(customer, values)
        changed |= _set_address(customer, address)
        if changed or not assumed:
            left = without(customer.assumed, *(name for name, value in values.items() if value is not None))
            changed |= left != customer.assumed
            customer.assumed = left
        return Change.UPDATED if changed else Change.UNCHANGED

    def export(self, session: Session) -> Iterator[dict[str, object]]:
        """Every customer by code."""
        query = select(Customer).options(selectinload(Customer.addresses)).order_by(Customer.code)
        names = [column.name for column in self.columns if column.name not in ADDRESS]
        for customer in session.scalars(query):
            address = _delivery(customer)
            yield {name: getattr(customer, name) for name in names} | {
                name: getattr(address, name) if address else None for name in ADDRESS
            }


def _values(row: Row) -> dict[str, Any]:
    return {
        "name": row.text("name"),
        "email": row.text("email"),
        "phone": row.text("phone", longest=60),
        "country": row.text("country", longest=60),
        "region": row.text("region", longest=60),
        "price_group": row.text("price_group", longest=40),
        "rep_email": row.text("rep_email"),
        "payment_days": row.integer("payment_days"),
        "credit_limit": row.amount("credit_limit"),
        "active": row.yes("active"),
    }


def _address(row: Row) -> dict[str, Any] | None:
    values = {name: row.text(name, longest=20 if name == "postcode" else 100) for name in ADDRESS}
    if not any(values.values()):
        return None
    for name in ("line1", "city"):
        if values[name] is None:
            raise row.wrong(name, "is empty; an address has at least line1 and city")
    return values


def _delivery(customer: Customer) -> Address | None:
    addresses = [address for address in customer.addresses if address.kind == "delivery"]
    return next((address for address in addresses if address.default), addresses[0] if addresses else None)


def _set_address(customer: Customer, values: dict[str, Any] | None) -> bool:
    if values is None:
        return False
    address = _delivery(customer)
    if address is None:
        customer.addresses.append(Address(kind="delivery", country=customer.country, **values))
        return True
    return set_changed(address, values)
