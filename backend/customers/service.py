"""A customer's addresses, payment methods and terms. A customer's people act on their own company only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import func, select

from backend.catalogue.tables import Price, TaxRate
from backend.company.service import record
from backend.customers import queries
from backend.customers.tables import Address, Customer, PaymentMethod
from backend.errors import Conflict, Invalid
from backend.identity.permissions import Permission
from backend.locks import lock_customer
from backend.sales.states import OPEN
from backend.sales.tables import Order
from backend.work import Work

MOST_ADDRESSES: Final = 100
MOST_METHODS: Final = 20
CARD_DIGITS: Final = 12
_PLACE: Final = ("line1", "line2", "city", "postcode", "country")
_SAID: Final = {"uk": "United Kingdom", "gb": "United Kingdom", "great britain": "United Kingdom"}


@dataclass(frozen=True)
class Place:
    """Where an address is."""

    line1: str
    city: str
    country: str
    line2: str | None = None
    postcode: str | None = None


def require_for(work: Work, customer: Customer) -> None:
    """NotAllowed unless the principal may act for this customer."""
    own = work.principal.customer_id == customer.id
    permission = Permission.ORDER if own else Permission.ORDER_FOR_CUSTOMER
    work.principal.require(permission, "You may only do that for your own company with this sign-in.")


def _behalf(work: Work, customer: Customer) -> int | None:
    return customer.id if work.principal.customer_id != customer.id else None


def _tell(
    work: Work,
    customer: Customer,
    kind: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    record(
        work,
        kind,
        "customer",
        customer.code,
        before=dict(before) if before is not None else None,
        after=dict(after) if after is not None else None,
        on_behalf_of=_behalf(work, customer),
    )


# ---- addresses -----------------------------------------------------------------------------------------------------


def add_address(
    work: Work, customer: Customer, place: Place, *, kind: str = "delivery", default: bool = False
) -> Address:
    """Another address; the first of its kind is the default one. Invalid for a country we do not deliver to yet."""
    require_for(work, customer)
    lock_customer(work.session, customer.id)
    known = [one for one in queries.addresses(work, customer) if one.kind == kind]
    if len(known) >= MOST_ADDRESSES:
        raise Conflict(f"A customer has at most {MOST_ADDRESSES} addresses of a kind.", code="too_many_addresses")
    values = _said_place(work, {name: getattr(place, name) for name in _PLACE})
    address = Address(customer_id=customer.id, kind=kind, default=False, **values)
    work.session.add(address)
    if default or not known:
        _make_default(address, known)
    work.session.flush()
    _tell(work, customer, "address.added", after=_address_facts(address))
    return address


def place_of(address: Address) -> dict[str, Any]:
    """Where an address is, as carts and quotes keep it."""
    return {name: getattr(address, name) for name in _PLACE}


def address_at(work: Work, customer: Customer, destination: Mapping[str, Any] | None) -> Address | None:
    """The customer's delivery address at a place that was said (None: the usual one); a new one enters their book."""
    if destination is None:
        return None
    for one in queries.addresses(work, customer):
        if one.kind == "delivery" and all(getattr(one, name) == value for name, value in destination.items()):
            return one
    return add_address(work, customer, Place(**destination))


def change_address(
    work: Work, customer: Customer, address: Address, changes: Mapping[str, str | None], *, default: bool = False
) -> Address:
    """Correct an address, or make it the default one of its kind. Orders keep the address that was agreed for them."""
    require_for(work, customer)
    lock_customer(work.session, customer.id)
    for one in {*queries.addresses(work, customer), address}:
        work.session.refresh(one)  # what was read before the lock may have changed since
    before = _address_facts(address)
    current = {name: getattr(address, name) for name in _PLACE}
    for name, value in _said_place(work, {**current, **changes}, was=address.country).items():
        setattr(address, name, value)
    if default:
        _make_default(address, [one for one in queries.addresses(work, customer) if one.kind == address.kind])
    work.session.flush()
    after = _address_facts(address)
    if after != before:
        _tell(work, customer, "address.changed", before, after)
    return address


def remove_address(work: Work, customer: Customer, address: Address) -> None:
    """Take an address out. Conflict while an open order goes there, or while it is the default among others."""
    require_for(work, customer)
    lock_customer(work.session, customer.id)
    if address.default and any(
        one.kind == address.kind and one.id != address.id for one in queries.addresses(work, customer)
    ):
        raise Conflict("That is the default address. Make another one the default first.", code="address_default")
    place = {name: getattr(address, name) for name in _PLACE}
    for number, goes in _open_orders(work, customer, Order.delivery_address):
        if goes and {name: goes.get(name) for name in _PLACE} == place:
            raise Conflict(f"{number} is to go to that address. Change the order first.", code="address_in_use")
    before = _address_facts(address)
    work.session.delete(address)
    work.session.flush()
    _tell(work, customer, "address.removed", before)


def _open_orders(work: Work, customer: Customer, column: Any) -> list[tuple[str, Any]]:
    query = select(Order.number, column).where(Order.customer_id == customer.id, Order.state.in_(OPEN))
    return [(number, value) for number, value in work.session.execute(query.order_by(Order.id))]


def _make_default(address: Address, known: list[Address]) -> None:
    for one in known:
        one.default = False
    address.default = True


def _address_facts(address: Address) -> dict[str, Any]:
    return {"kind": address.kind, "default": address.default, **{name: getattr(address, name) for name in _PLACE}}


def _said_place(work: Work, place: Mapping[str, str | None], was: str | None = None) -> dict[str, str | None]:
    """An address without blanks too many, and with its country as we write it."""
    said = {name: " ".join(value.split()) or None if value is not None else None for name, value in place.items()}
    for name in ("line1", "city", "country"):
        if said[name] is None:
            raise Invalid("An address has a street, a town and a country.", code="incomplete_address", field=name)
    if said["country"] != was:
        said["country"] = _country(work, str(said["country"]))
    return said


def _country(work: Work, said: str) -> str:
    """A country as we write it; one we have never dealt with is for our own people to enter, as it decides the tax."""
    wanted = _SAID.get(said.casefold(), said)
    for column in (TaxRate.country, Address.country, Customer.country):
        found = work.session.scalar(select(column).where(func.lower(column) == wanted.lower()).limit(1))
        if found is not None:
            return found
    if work.principal.customer_id is not None:
        raise Invalid(
            f"We don't deliver to {said[:60]} yet. Please write the country out, or ask the order desk.",
            code="unknown_country",
        )
    return wanted


# ---- payment methods -----------------------------------------------------------------------------------------------


def add_payment_method(
    work: Work, customer: Customer, kind: str, label: str, *, default: bool = False
) -> PaymentMethod:
    """Another way to pay, by a name such as "Visa ending 4242"; never a card or account number.

    Paying on account is agreed with our managers only. A method of the same name that was given up comes back. None
    is the default before somebody says so: until then orders are on account.
    """
    require_for(work, customer)
    if kind == "account":
        work.principal.require(Permission.RELEASE_HOLDS, "Paying on account is agreed with our managers.")
    lock_customer(work.session, customer.id)
    label = _said_label(label)
    rows = work.session.scalars(select(PaymentMethod).where(PaymentMethod.customer_id == customer.id)).all()
    method = next((row for row in rows if row.label.casefold() == label.casefold()), None)
    if method is not None and method.active:
        raise Conflict(f"There is a payment method {method.label} already.", code="label_taken")
    known = [row for row in rows if row.active]
    if len(known) >= MOST_METHODS:
        raise Conflict(f"A customer has at most {MOST_METHODS} payment methods.", code="too_many_payment_methods")
    if method is None:
        method = PaymentMethod(customer_id=customer.id)
        work.session.add(method)
    method.kind, method.label, method.active, method.default = kind, label, True, False
    if default:
        _prefer(method, known)
    work.session.flush()
    _tell(work, customer, "payment_method.added", after=_method_facts(method))
    return method


def change_payment_method(
    work: Work, customer: Customer, method: PaymentMethod, *, default: bool | None = None, active: bool = True
) -> PaymentMethod:
    """Make a payment method the default one, or (``default`` False) no longer, or give it up.

    Conflict while an open order is to be paid by it.
    """
    require_for(work, customer)
    lock_customer(work.session, customer.id)
    for one in {*queries.payment_methods(work, customer), method}:
        work.session.refresh(one)
    before = _method_facts(method)
    if not active:
        _require_unused(work, customer, method)
        method.active = method.default = False
    elif default:
        _prefer(method, list(queries.payment_methods(work, customer)))
    elif default is not None:
        method.default = False
    work.session.flush()
    after = _method_facts(method)
    if after != before:
        _tell(work, customer, "payment_method.changed", before, after)
    return method


def _require_unused(work: Work, customer: Customer, method: PaymentMethod) -> None:
    for number, label in _open_orders(work, customer, Order.payment_method):
        if label == method.label:
            raise Conflict(
                f"{number} is to be paid by {method.label}. Change the order first.", code="payment_method_in_use"
            )


def _said_label(label: str) -> str:
    label = " ".join(label.split())
    if not label:
        raise Invalid("Say what to call the payment method.", code="label_missing")
    if label.casefold() == queries.ON_ACCOUNT:
        raise Conflict("Paying on account needs no payment method of its own.", code="label_taken")
    if sum(letter.isdigit() for letter in label) >= CARD_DIGITS:
        raise Invalid(
            "Please don't give us a card or account number; its last four digits are enough.", code="number_in_label"
        )
    return label


def _prefer(method: PaymentMethod, known: list[PaymentMethod]) -> None:
    for one in known:
        one.default = False
    method.default = True


def _method_facts(method: PaymentMethod) -> dict[str, Any]:
    return {"kind": method.kind, "label": method.label, "default": method.default, "active": method.active}


# ---- terms ---------------------------------------------------------------------------------------------------------

TERMS: Final = ("credit_limit", "minimum_order", "price_group", "tax_exempt", "payment_days")


def change_terms(work: Work, customer: Customer, changes: Mapping[str, Decimal | str | bool | int | None]) -> Customer:
    """Other terms (those of ``TERMS`` that are named), by a manager. Orders that were placed keep what was agreed."""
    work.principal.require(Permission.RELEASE_HOLDS, "A customer's terms are set by our managers.")
    lock_customer(work.session, customer.id)
    assert set(changes) <= set(TERMS)
    group = changes.get("price_group")
    if group is not None and work.session.scalar(select(Price.id).where(Price.price_group == group).limit(1)) is None:
        raise Invalid(f"No price is for a group {group}.", code="unknown_price_group")
    before = {name: _plain(getattr(customer, name)) for name in changes}
    for name, value in changes.items():
        setattr(customer, name, value)
    work.session.flush()
    after = {name: _plain(getattr(customer, name)) for name in changes}
    changed = [name for name in changes if before[name] != after[name]]
    if changed:
        names = {name: before[name] for name in changed}, {name: after[name] for name in changed}
        _tell(work, customer, "customer.terms_changed", *names)
    return customer


def _plain(value: Any) -> Any:
    return f"{value:.2f}" if isinstance(value, Decimal) else value
