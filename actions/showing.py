"""Making cards out of rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from actions import texts, texts_conversation
from actions.context import Context
from backend.catalogue import pricing, substitutes
from backend.catalogue.quantities import said, said_with_packs
from backend.catalogue.tables import Product
from backend.chat.cards import (
    CartCard,
    CartLineView,
    Fact,
    OrderCard,
    OrderRow,
    OrdersCard,
    ProductRow,
    ProductsCard,
    ShipmentView,
)
from backend.customers.queries import ON_ACCOUNT, usual_method
from backend.customers.tables import Customer
from backend.sales.carts import PricedCart, PricedLine
from backend.sales.progress import said_state
from backend.sales.tables import Order, OrderLine
from backend.sales.totals import Totals
from backend.stock.queries import positions

MOST_SHORT = 3
MOST_INSTEAD = 2
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day_text(day: date | None) -> str:
    """A date as the British write it: 5 Mar 2026."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}" if day else "a date to be named"


def price_text(context: Context, product: Product, price: Decimal) -> str:
    """A price per sales unit as people read it, per named unit: £0.165 each, £7.38 per metre."""
    if product.units_per == 1 and product.unit in ("each", "piece"):
        return f"{context.price(price)} each"
    return f"{context.price(price * product.units_per)} per {product.unit}"


def behalf(context: Context, customer: Customer) -> str:
    """Whom it is for, where the one who asks is one of us: " for Harper & Sons"; nothing for a customer's person."""
    own = context.work.principal.customer_id is not None
    return "" if own else texts_conversation.BEHALF.format(customer=customer.name)


def shortened(text: str, most: int) -> str:
    """A text that may be cut, at the end of a sentence or at least of a word."""
    if len(text) <= most:
        return text
    cut = text[: most - 2]
    end = max(cut.rfind(mark) for mark in (". ", "? ", "\n"))
    if end < most // 2:
        end = max(cut.rfind(" "), most // 2) - 1
    return f"{cut[: end + 1].rstrip()} …"


def counted(count: int, noun: str, plural: str | None = None) -> str:
    """1 line, 2 lines."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def with_article(noun: str) -> str:
    """A quote, an invoice."""
    return f"an {noun}" if noun[:1].lower() in "aeiou" else f"a {noun}"


def listed(parts: Iterable[str]) -> str:
    """a, b and c."""
    items = list(parts)
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else ""


def stock_text(product: Product, available: int) -> str:
    """What can be promised now, in words."""
    return f"{said(product, available)} in stock" if available > 0 else "out of stock"


def _line_stock(line: PricedLine) -> str:
    if not line.covered.back_ordered:
        return "in stock"
    day = day_text(line.covered.promised_date)
    if not line.covered.reserved:
        return f"back order, about {day}"
    rest = said(line.product, line.covered.back_ordered)
    return f"{said(line.product, line.covered.reserved)} in stock, {rest} about {day}"


def _line_view(
    context: Context, line: PricedLine | OrderLine, stock: str, short: int, promised: date | None
) -> CartLineView:
    return CartLineView(
        position=line.position,
        sku=line.product.sku,
        name=line.product.name,
        quantity=line.quantity,
        quantity_text=said_with_packs(line.product, list(line.product.packs), line.quantity),
        price=price_text(context, line.product, line.price),
        total=context.money(line.total),
        stock=stock,
        short=short,
        promised_date=promised,
    )


def cart_card(context: Context, cart: PricedCart, title: str) -> CartCard:
    """The cart with prices and stock."""
    lines = [
        _line_view(context, line, _line_stock(line), line.covered.back_ordered, line.covered.promised_date)
        for line in cart.lines
    ]
    return CartCard(
        title=title,
        customer=cart.customer.name,
        lines=lines,
        breakdown=breakdown(context, cart.totals),
        total=context.money(cart.total),
        requested_date=cart.requested_date,
        customer_reference=cart.customer_reference,
        notes=[
            *(remark.sentence for remark in cart.remarks),
            *_arrival(cart),
            *goes_to(cart.destination),
            *_payment(context, cart),
            *_substitutes(context, cart),
        ],
    )


def goes_to(destination: Mapping[str, Any] | None) -> list[str]:
    """Where a cart or a quote goes, where that is not the usual address."""
    return [texts.CART_GOES_TO.format(address=address_text(destination))] if destination else []


def _payment(context: Context, cart: PricedCart) -> list[str]:
    """How the order will be paid, where that is not on account."""
    method = usual_method(context.work, cart.customer)
    return [] if method == ON_ACCOUNT else [texts.CART_PAID_BY.format(method=method)]


def stand_ins(context: Context, cart: PricedCart) -> list[tuple[Product, Product]]:
    """(what is short, the best of what is in stock instead), for the first few short lines."""
    found = []
    for line in [line for line in cart.lines if line.covered.back_ordered][:MOST_SHORT]:
        others = substitutes.for_product(context.work, line.product, line.quantity, cart.customer)
        found += [(line.product, product) for product in others[:1]]
    return found


def _substitutes(context: Context, cart: PricedCart) -> list[str]:
    """What is in stock instead of what is short; for the first few such lines."""
    notes = []
    for line in [line for line in cart.lines if line.covered.back_ordered][:MOST_SHORT]:
        found = substitutes.for_product(context.work, line.product, line.quantity, cart.customer)[:MOST_INSTEAD]
        if found:
            names = " or ".join(f"{product.name} ({product.sku})" for product in found)
            notes.append(texts.IN_STOCK_INSTEAD.format(name=line.product.name, others=names))
    return notes


def _arrival(cart: PricedCart) -> list[str]:
    if not any(line.covered.reserved for line in cart.lines):
        return []
    day = max(cart.arrives, cart.requested_date) if cart.requested_date else cart.arrives
    return [texts.ARRIVES.format(day=day_text(day))]


def breakdown(context: Context, sums: Totals) -> list[Fact]:
    """The parts of a total; none where it is the goods alone."""
    if not sums.delivery and not sums.tax:
        return []
    delivery = context.money(sums.delivery) if sums.delivery else texts.FREE
    taxes = [
        Fact(label=texts.TAX.format(rate=percent(part.rate)), value=context.money(part.tax))
        for part in sums.parts
        if part.tax
    ]
    goods = Fact(label=texts.GOODS, value=context.money(sums.goods))
    return [goods, Fact(label=texts.DELIVERY, value=delivery), *taxes]


def percent(rate: Decimal) -> str:
    """A rate as people write it: 0.2 is 20, 0.175 is 17.5."""
    return f"{rate * 100:.2f}".rstrip("0").rstrip(".")


def sums_of(goods: Decimal, delivery: Decimal, tax: Decimal, context: Context) -> list[Fact]:
    """The parts of a document's total as it was kept."""
    if not delivery and not tax:
        return []
    parts = [(texts.GOODS, goods), (texts.DELIVERY, delivery), (texts.TAX_IN_ALL, tax)]
    return [Fact(label=label, value=context.money(amount)) for label, amount in parts if amount or label == texts.GOODS]


def address_text(address: Mapping[str, Any] | None) -> str:
    """An address on one line."""
    if not address:
        return ""
    place = " ".join(part for part in (address.get("city"), address.get("postcode")) if part)
    return ", ".join(
        part for part in (address.get("line1"), address.get("line2"), place, address.get("country")) if part
    )


def _order_line_state(line: OrderLine) -> str:
    parts = []
    if line.shipped:
        parts.append(f"{said(line.product, line.shipped)} shipped")
    if line.reserved:
        parts.append(f"{said(line.product, line.reserved)} reserved")
    if line.back_ordered:
        parts.append(f"{said(line.product, line.back_ordered)} on back order, {day_text(line.promised_date)}")
    if line.cancelled:
        parts.append(f"{said(line.product, line.cancelled)} cancelled")
    return ", ".join(parts)


def order_card(context: Context, order: Order) -> OrderCard:
    """An order with its lines and shipments."""
    lines = [
        _line_view(context, line, _order_line_state(line), line.back_ordered, line.promised_date)
        for line in order.lines
    ]
    by_us = order.placed_by is not None and order.placed_by_role != "customer"
    name = order.placed_by.name if order.placed_by else "the customer"
    return OrderCard(
        number=order.number,
        customer=order.customer.name,
        state=said_state(order),
        placed_on=context.work.clock.date_of(order.placed_at),
        placed_by=f"{name} ({order.placed_by_role})" if by_us else name,
        lines=lines,
        breakdown=sums_of(order.goods, order.delivery, order.tax, context),
        total=context.money(order.total),
        requested_date=order.requested_date,
        customer_reference=order.customer_reference,
        address=address_text(order.delivery_address),
        notes=hold_notes(context, order),
        shipments=[
            ShipmentView(
                number=shipment.number,
                state=shipment.state,
                carrier=shipment.carrier,
                tracking_number=shipment.tracking_number,
                expected_date=shipment.expected_date,
            )
            for shipment in order.shipments
        ],
    )


def hold_notes(context: Context, order: Order) -> list[str]:
    """Why an order waits; our own people are told the figures, the customer what it means for them."""
    own = context.work.principal.customer_id is not None
    open_holds = [hold for hold in order.holds if hold.released_at is None] if order.state == "on_hold" else []
    if own:
        return [texts.HOLDS[hold.reason] for hold in open_holds]
    return [
        texts.HELD_FOR.format(reason=hold.reason.replace("_", " "), detail=hold.detail or "") for hold in open_holds
    ]


def orders_card(context: Context, orders: Iterable[Order], title: str) -> OrdersCard:
    """Several orders."""
    rows = [
        OrderRow(
            number=order.number,
            placed_on=context.work.clock.date_of(order.placed_at),
            state=said_state(order),
            total=context.money(order.total),
            summary=_summary(order),
        )
        for order in orders
    ]
    return OrdersCard(title=title, orders=rows)


def _summary(order: Order) -> str:
    names = [f"{said(line.product, line.quantity)} {line.product.name}" for line in order.lines[:2]]
    more = len(order.lines) - len(names)
    return ", ".join(names) + (f" and {more} more" if more > 0 else "")


def products_card(context: Context, products: list[Product], customer: Customer | None, title: str) -> ProductsCard:
    """Products with today's price and stock."""
    stock = positions(context.work.session, [product.id for product in products])
    group = customer.price_group if customer else None
    rows = []
    for product in products:
        steps = pricing.breaks_of(product.prices, context.today, group, customer.id if customer else None)
        rows.append(
            ProductRow(
                sku=product.sku,
                name=product.name,
                price=context.price(steps[0][1] * product.units_per) if steps else "on request",
                unit=product.unit,
                stock=stock_text(product, stock[product.id].available),
                packs=", ".join(f"{pack.name} of {said(product, pack.quantity)}" for pack in product.packs),
            )
        )
    return ProductsCard(title=title, products=rows)
