"""Customers, for those who may see them: their terms, addresses, payment methods and people."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse
from sqlalchemy import select

from backend.customers import people, queries, service
from backend.customers.schemas import (
    AddressChangeIn,
    AddressIn,
    AddressOut,
    CustomerOut,
    PaymentMethodChangeIn,
    PaymentMethodIn,
    PaymentMethodOut,
    PersonChangeIn,
    PersonOut,
    TermsIn,
)
from backend.customers.tables import Address, Customer, PaymentMethod
from backend.errors import Invalid, NotFound
from backend.http.asking import Reading
from backend.http.bodies import PLAIN, NothingIn
from backend.http.idempotency import OnlyOnce
from backend.http.pages import OTHERS, After, Limit, Page, Search, page_of
from backend.identity.tables import User
from backend.work import Work

router = APIRouter(prefix="/api/customers", tags=["customers"])
OfCustomer = Annotated[str, Path(max_length=40, pattern=PLAIN)]
Key = Annotated[int, Path(ge=1, le=2**63 - 1)]


def _shown(customer: Customer) -> CustomerOut:
    return CustomerOut.model_validate(customer, from_attributes=True)


def _address(address: Address) -> AddressOut:
    return AddressOut.model_validate(address, from_attributes=True)


def _method(method: PaymentMethod) -> PaymentMethodOut:
    return PaymentMethodOut.model_validate(method, from_attributes=True)


def _person(user: User) -> PersonOut:
    return PersonOut(
        id=user.id,
        name=user.name,
        email=user.email,
        order_limit=user.order_limit,
        approver=user.approver.email if user.approver else None,
    )


@router.get("")
def customers(
    work: Reading,
    limit: Limit = OTHERS,
    after: After = None,
    search: Search = None,
    email: Annotated[str | None, Query(max_length=200, pattern=PLAIN, description="Of one of their people.")] = None,
    postcode: Annotated[str | None, Query(max_length=20, pattern=PLAIN, description="Of an address.")] = None,
) -> Page[CustomerOut]:
    """The customers you may see, in code order."""
    rows = queries.page(work, search=search, after=after, limit=limit + 1, email=email, postcode=postcode)
    return page_of(rows, limit, _shown, lambda customer: customer.code)


@router.get("/{code}")
def customer(code: OfCustomer, work: Reading) -> CustomerOut:
    """One customer."""
    return _shown(queries.by_code(work, code))


@router.patch("/{code}", response_model=CustomerOut)
def change_terms(code: OfCustomer, body: TermsIn, once: OnlyOnce) -> JSONResponse:
    """Change a customer's terms: managers only. Orders that were placed keep what was agreed."""
    given: dict[str, Any] = {name: getattr(body, name) for name in sorted(body.model_fields_set)}

    def act(work: Work) -> CustomerOut:
        found = queries.by_code(work, code)
        if not given:
            raise Invalid("Say what is to be changed.", code="nothing_to_change")
        return _shown(service.change_terms(work, found, given))

    return once.run(f"customers.terms {code} {list(given)}", body, act)


@router.get("/{code}/addresses")
def addresses(code: OfCustomer, work: Reading) -> Page[AddressOut]:
    """A customer's addresses, by kind, the default one first; never more than one page."""
    rows = queries.addresses(work, queries.by_code(work, code))
    return Page(items=[_address(row) for row in rows])


@router.post("/{code}/addresses", status_code=201, response_model=AddressOut)
def add_address(code: OfCustomer, body: AddressIn, once: OnlyOnce) -> JSONResponse:
    """Add an address; the first of its kind is the default one."""

    def act(work: Work) -> AddressOut:
        place = service.Place(body.line1, body.city, body.country, body.line2, body.postcode)
        found = queries.by_code(work, code)
        return _address(service.add_address(work, found, place, kind=body.kind, default=body.default))

    return once.run(f"customers.add_address {code}", body, act, status=201)


@router.patch("/{code}/addresses/{address_id}", response_model=AddressOut)
def change_address(code: OfCustomer, address_id: Key, body: AddressChangeIn, once: OnlyOnce) -> JSONResponse:
    """Correct an address, or make it the default one. Orders that were placed keep theirs."""
    given = {name: getattr(body, name) for name in sorted(body.model_fields_set - {"default"})}

    def act(work: Work) -> AddressOut:
        found = queries.by_code(work, code)
        address = queries.address(work, found, address_id)
        return _address(service.change_address(work, found, address, given, default=bool(body.default)))

    return once.run(f"customers.change_address {code} {address_id} {list(given)}", body, act)


@router.delete("/{code}/addresses/{address_id}", response_model=Page[AddressOut])
def remove_address(code: OfCustomer, address_id: Key, once: OnlyOnce) -> JSONResponse:
    """Take out an address that no open order goes to; the answer is the ones that are left."""

    def act(work: Work) -> Page[AddressOut]:
        found = queries.by_code(work, code)
        service.remove_address(work, found, queries.address(work, found, address_id))
        return Page(items=[_address(row) for row in queries.addresses(work, found)])

    return once.run(f"customers.remove_address {code} {address_id}", NothingIn(), act)


@router.get("/{code}/payment-methods")
def payment_methods(code: OfCustomer, work: Reading) -> Page[PaymentMethodOut]:
    """How a customer may pay besides on account, the default one first; never more than one page."""
    rows = queries.payment_methods(work, queries.by_code(work, code))
    return Page(items=[_method(row) for row in rows])


@router.post("/{code}/payment-methods", status_code=201, response_model=PaymentMethodOut)
def add_payment_method(code: OfCustomer, body: PaymentMethodIn, once: OnlyOnce) -> JSONResponse:
    """Add a way to pay, by a name; numbers are refused."""

    def act(work: Work) -> PaymentMethodOut:
        found = queries.by_code(work, code)
        return _method(service.add_payment_method(work, found, body.kind, body.label, default=body.default))

    return once.run(f"customers.add_payment_method {code}", body, act, status=201)


@router.patch("/{code}/payment-methods/{method_id}", response_model=PaymentMethodOut)
def change_payment_method(
    code: OfCustomer, method_id: Key, body: PaymentMethodChangeIn, once: OnlyOnce
) -> JSONResponse:
    """Make a payment method the default one, or no longer that, or give it up."""

    def act(work: Work) -> PaymentMethodOut:
        found = queries.by_code(work, code)
        method = _method_of(work, found, method_id)
        active = body.active is None
        return _method(service.change_payment_method(work, found, method, default=body.default, active=active))

    return once.run(f"customers.change_payment_method {code} {method_id}", body, act)


def _method_of(work: Work, found: Customer, method_id: int) -> PaymentMethod:
    query = select(PaymentMethod).where(
        PaymentMethod.id == method_id, PaymentMethod.customer_id == found.id, PaymentMethod.active
    )
    method = work.session.scalar(query)
    if method is None:
        raise NotFound(f"{found.name} has no such payment method.", code="unknown_payment_method")
    return method


@router.get("/{code}/people")
def customers_people(code: OfCustomer, work: Reading) -> Page[PersonOut]:
    """Who of a customer may order, how much alone, and who approves more; never more than one page."""
    rows = people.people(work, queries.by_code(work, code))
    return Page(items=[_person(row) for row in rows])


@router.patch("/{code}/people/{person_id}", response_model=PersonOut)
def change_person(code: OfCustomer, person_id: Key, body: PersonChangeIn, once: OnlyOnce) -> JSONResponse:
    """Set how much a person may order alone, and who approves more: managers only."""
    given = body.model_fields_set

    def act(work: Work) -> PersonOut:
        found = queries.by_code(work, code)
        user = people.person(work, found, person_id)
        limit = body.order_limit if "order_limit" in given else user.order_limit
        kept = user.approver if limit is not None else None
        approver = people.by_email(work, found, body.approver) if "approver" in given else kept
        return _person(people.set_limit(work, found, user, limit, approver))

    return once.run(f"customers.change_person {code} {person_id} {sorted(given)}", body, act)
