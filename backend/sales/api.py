"""Orders: placing, checking, finding, changing, cancelling and repeating them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import JSONResponse

from backend.catalogue import queries as catalogue
from backend.catalogue.quantities import in_sales_units, units_of
from backend.catalogue.tables import Product
from backend.company.service import company
from backend.customers import queries as customers
from backend.customers.tables import Customer
from backend.errors import Conflict, Invalid
from backend.http.asking import Reading
from backend.http.bodies import PLAIN, Code, Reference
from backend.http.idempotency import OnlyOnce
from backend.http.pages import DOCUMENTS, Limit, Page, page_of
from backend.http.versions import IfMatch, etag, require_version
from backend.sales import cancelling, changing, checking, presenting, queries, repeating, service
from backend.sales.changes import KEEP, Changes
from backend.sales.presenting import shown
from backend.sales.schemas import (
    AddedLineIn,
    CancelIn,
    ChangeCheckOut,
    ChangesIn,
    CheckOut,
    Day,
    HeadIn,
    OrderIn,
    OrderOut,
    PlacedOut,
    RepeatCheckOut,
    RepeatedOut,
    RepeatIn,
    State,
)
from backend.sales.tables import Order
from backend.sales.totals import ZERO
from backend.sales.trying import try_order
from backend.work import Work

router = APIRouter(prefix="/api/orders", tags=["orders"])
DUPLICATE_MINUTES = 30
LARGEST_KEY = 2**63 - 1
Number = Annotated[str, Path(max_length=40, pattern=PLAIN)]


@router.post("", status_code=201, response_model=PlacedOut)
def place(body: OrderIn, once: OnlyOnce) -> JSONResponse:
    """Place an order. What is not in stock becomes a back order with a promised date."""

    def change(work: Work) -> PlacedOut:
        customer = customers.named_or_own(work, body.customer)
        order = service.place_order(
            work, customer, _wishes(work, customer, body), details=_details(work, customer, body)
        )
        return presenting.placed(order, work.principal, _twins(work, order))

    return once.run("orders.place", body, change, status=201)


@router.post("/check")
def check(body: OrderIn, work: Reading) -> CheckOut:
    """What an order would be if it were placed now: prices, dates, totals, what to look at. Nothing is written."""
    customer = customers.named_or_own(work, body.customer)
    tried = try_order(work, customer, _wishes(work, customer, body), _details(work, customer, body))
    return presenting.checked(tried, customer.code)


@router.get("")
def orders(
    work: Reading,
    limit: Limit = DOCUMENTS,
    after: Annotated[int | None, Query(ge=1, le=LARGEST_KEY)] = None,
    customer: Annotated[Code | None, Query(description="A customer's code.")] = None,
    state: State | None = None,
    held: Annotated[bool | None, Query(description="On hold, or not.")] = None,
    placed_from: Annotated[Day | None, Query(description="Placed on this day or later.")] = None,
    placed_to: Annotated[Day | None, Query(description="Placed on this day or earlier.")] = None,
    customer_reference: Annotated[Reference | None, Query(description="The customer's own number, exactly.")] = None,
    sku: Annotated[Code | None, Query(description="With a line of this product.")] = None,
) -> Page[OrderOut]:
    """The orders you may see, newest first."""
    sought = queries.Sought(
        customer_id=customers.by_code(work, customer).id if customer else None,
        state=state,
        held=held,
        placed_from=placed_from,
        placed_to=placed_to,
        customer_reference=customer_reference,
        product_id=catalogue.key_of(work.session, sku) if sku else None,
    )
    keys = queries.keys_page(work, before=after, limit=limit + 1, sought=sought)
    found = {order.head.id: order for order in queries.listed(work, keys[:limit])}
    return page_of(keys, len(found), lambda key: presenting.listed(found[key], work.principal), str)


@router.get("/{number}")
def order(number: Number, work: Reading, response: Response) -> OrderOut:
    """One order; another customer's is not found."""
    found = queries.listed_by_number(work, number)
    response.headers["ETag"] = etag(found.head.version)
    return presenting.listed(found, work.principal)


@router.patch("/{number}", response_model=OrderOut)
def change(number: Number, body: ChangesIn, once: OnlyOnce, if_match: IfMatch = None) -> JSONResponse:
    """Change a placed order, all of it or nothing, as far as it is not on its way. Changed lines get today's price."""

    def act(work: Work) -> OrderOut:
        order = queries.by_number(work, number)
        changes = _changes(work, order, body)
        changing.locked(work, order, changes.products)
        require_version(order.version, if_match)
        return shown(changing.change(work, order, changes), work.principal)

    return once.run(f"orders.change {number} {sorted(body.model_fields_set)}", body, act)


@router.post("/{number}/check")
def check_changes(number: Number, body: ChangesIn, work: Reading) -> ChangeCheckOut:
    """What an order would be after changes. Nothing is written."""
    order = queries.by_number(work, number)
    return presenting.checked_changes(changing.preview(work, order, _changes(work, order, body)))


@router.post("/{number}/cancel", response_model=OrderOut)
def cancel(number: Number, body: CancelIn, once: OnlyOnce, if_match: IfMatch = None) -> JSONResponse:
    """Cancel an order of which nothing is on its way, or what is still open of single lines."""

    def act(work: Work) -> OrderOut:
        order = queries.by_number(work, number)
        changing.locked(work, order)
        require_version(order.version, if_match)
        return shown(cancelling.cancel(work, order, body.reason, body.lines), work.principal)

    return once.run(f"orders.cancel {number}", body, act)


@router.post("/{number}/repeat", response_model=RepeatCheckOut, responses={201: {"model": RepeatedOut}})
def repeat(number: Number, body: RepeatIn, once: OnlyOnce) -> JSONResponse:
    """What a repeat of an order at today's prices would be; with `place` it is placed (201)."""

    def act(work: Work) -> RepeatedOut | RepeatCheckOut:
        old = queries.by_number(work, number)
        wishes, left_out = repeating.wishes_of(work, old)
        if not wishes:
            raise Conflict(f"Nothing of {old.number} can be ordered again.", code="nothing_to_repeat")
        details = _details(work, old.customer, body)
        if not body.place:
            tried = try_order(work, old.customer, wishes, details)
            return presenting.checked_repeat(tried, old.customer.code, left_out)
        new = service.place_order(work, old.customer, wishes, details=details)
        return presenting.repeated(new, work.principal, _twins(work, new), left_out)

    return once.run(f"orders.repeat {number}", body, act, status=201 if body.place else 200)


def _products(work: Work, customer_id: int, skus: Sequence[str], *, packs: bool) -> Mapping[str, Product]:
    return catalogue.for_ordering(work.session, skus, customer_id=customer_id, packs=packs) if skus else {}


def _wishes(work: Work, customer: Customer, body: OrderIn) -> list[service.Wish]:
    packs = any(line.unit is not None for line in body.lines)
    products = _products(work, customer.id, [line.sku for line in body.lines], packs=packs)
    return [
        service.Wish(product, _quantity(product, line.quantity, line.unit), line.discount or ZERO)
        for line in body.lines
        for product in [products[line.sku.strip()]]
    ]


def _quantity(product: Product, quantity: int, unit: str | None) -> int:
    """In sales units; Invalid for a unit that the product is not sold in."""
    if unit is None:
        return quantity
    found = in_sales_units(product, product.packs, quantity, unit)
    if found is None:
        known = units_of(product, product.packs)
        sentence = f"{product.name} is not sold by the {unit[:40]}; it is by: {', '.join(known)}."
        raise Invalid(sentence, code="unknown_unit", sku=product.sku)
    return found


def _details(work: Work, customer: Customer, body: HeadIn) -> service.Details:
    address_id, method = body.address_id, body.payment_method
    return service.Details(
        requested_date=body.requested_date,
        customer_reference=body.customer_reference or None,
        address=customers.delivery_address(work, customer, address_id) if address_id is not None else None,
        payment_method=customers.payment_method(work, customer, method) if method is not None else None,
    )


def _twins(work: Work, order: Order) -> list[checking.Remark]:
    """That the same order was placed a moment ago, where it was."""
    row = company(work.session)
    minutes = row.duplicate_minutes if row is not None else DUPLICATE_MINUTES
    wanted = {line.product_id: line.quantity for line in order.lines}
    twin = checking.twin_of(work, order.customer, wanted, order.total, minutes, besides=order)
    return [checking.duplicate(twin)] if twin is not None else []


def _changes(work: Work, order: Order, body: ChangesIn) -> Changes:
    named: dict[int, Any] = {line.position: line for line in body.lines}
    if len(named) < len(body.lines):
        raise Invalid("Name each line once.", code="line_named_twice")
    skus = [line.sku for line in body.lines if line.sku is not None] + [line.sku for line in body.add]
    packs = any(line.unit for line in body.lines) or any(line.unit for line in body.add)
    products = _products(work, order.customer_id, skus, packs=packs)
    given = body.model_fields_set
    address_id = body.address_id
    return Changes(
        quantities=_quantities(order, body, products),
        swaps={line.position: products[line.sku.strip()] for line in body.lines if line.sku is not None},
        add=[_added(line, products) for line in body.add],
        requested_date=body.requested_date if "requested_date" in given else KEEP,
        customer_reference=body.customer_reference if "customer_reference" in given else KEEP,
        address=customers.delivery_address(work, order.customer, address_id) if address_id is not None else None,
        payment_method=body.payment_method,
        payment_days=body.payment_days,
    )


def _quantities(order: Order, body: ChangesIn, products: Mapping[str, Product]) -> dict[int, int]:
    own = {line.position: line.product for line in order.lines}
    found = {}
    for line in body.lines:
        product = products[line.sku.strip()] if line.sku is not None else own.get(line.position)
        if line.quantity is not None:
            found[line.position] = _quantity(product, line.quantity, line.unit) if product else line.quantity
        elif line.sku is None:
            raise Invalid(f"Say what is to become of line {line.position}.", code="nothing_to_change")
    return found


def _added(line: AddedLineIn, products: Mapping[str, Product]) -> tuple[Product, int]:
    product = products[line.sku.strip()]
    return product, _quantity(product, line.quantity, line.unit)
