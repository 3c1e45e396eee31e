"""Orders, and what they would be, as the API shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from backend.http.bodies import money_text, price_text
from backend.identity.permissions import Permission, Principal
from backend.sales.changes import LineAs, OrderAs, Plan
from backend.sales.checking import Hold, Remark
from backend.sales.progress import said_of, said_state
from backend.sales.queries import Listed
from backend.sales.repeating import LeftOut
from backend.sales.schemas import (
    ChangeCheckOut,
    CheckedLineOut,
    CheckOut,
    DeliveryAddressOut,
    HoldOut,
    LeftOutOut,
    LineOut,
    OrderOut,
    PlacedOut,
    RepeatCheckOut,
    RepeatedOut,
    ShipmentOut,
    SumsOut,
    TaxPartOut,
    WarningOut,
    WouldHoldOut,
)
from backend.sales.tables import Order, OrderLine, Shipment, goods_of
from backend.sales.trying import Tried

OUR_OWN: Final = frozenset({"discount", "manual"})  # the details of these holds are written for our own people


def shown(order: Order, reader: Principal | None = None, *, placed_by: str | None = None) -> OrderOut:
    """An order as the API shows it to somebody; ``placed_by`` where the name is at hand."""
    return OrderOut(**_facts(order, reader, placed_by))


def listed(order: Listed, reader: Principal) -> OrderOut:
    """An order as it was read for showing it."""
    head = order.head
    status = said_of(head.state, order.sums, order.holds, order.shipments)
    facts = _head(head, order.holds, order.shipments, reader)
    return OrderOut(
        **facts, customer=head.customer_code, placed_by=head.placed_by_name, status=status, lines=order.lines
    )


def placed(order: Order, reader: Principal, warnings: Iterable[Remark]) -> PlacedOut:
    """An order that this reader has just placed."""
    return PlacedOut(**_facts(order, reader, reader.name), warnings=_warnings(warnings))


def repeated(order: Order, reader: Principal, warnings: Iterable[Remark], left_out: Iterable[LeftOut]) -> RepeatedOut:
    """A repeat that this reader has just placed."""
    facts = _facts(order, reader, reader.name)
    return RepeatedOut(**facts, warnings=_warnings(warnings), left_out=_left_out(left_out))


def _facts(order: Order, reader: Principal | None, placed_by: str | None) -> dict[str, Any]:
    return {
        **_head(order, order.holds, order.shipments, reader),
        "customer": order.customer.code,
        "placed_by": placed_by or (order.placed_by.name if order.placed_by else None),
        "status": said_state(order),
        "lines": [_line(line) for line in order.lines],
    }


def _head(head: Any, holds: Sequence[Any], shipments: Sequence[Shipment], reader: Principal | None) -> dict[str, Any]:
    """What an order, or its row, says besides its lines."""
    return {
        "number": head.number,
        "state": head.state,
        "placed_at": head.placed_at,
        "placed_by_role": head.placed_by_role,
        "channel": head.channel,
        "requested_date": head.requested_date,
        "customer_reference": head.customer_reference,
        "delivery_address": _address(head.delivery_address),
        "payment_method": head.payment_method,
        "payment_days": head.payment_days,
        "cancel_reason": head.cancel_reason,
        "currency": head.currency,
        "shipments": [ShipmentOut.model_validate(one, from_attributes=True) for one in shipments],
        "holds": [_hold(hold, reader) for hold in holds],
        "goods": goods_of(head),
        "delivery": head.delivery,
        "tax": head.tax,
        "total": head.total,
        "version": head.version,
    }


def _line(line: OrderLine) -> LineOut:
    return LineOut(
        position=line.position,
        sku=line.product.sku,
        name=line.product.name,
        quantity=line.quantity,
        list_price=None if line.list_price is None else price_text(line.list_price),
        discount=price_text(line.discount),
        price=price_text(line.price),
        tax_rate=price_text(line.tax_rate),
        total=money_text(line.total),
        reserved=line.reserved,
        back_ordered=line.back_ordered,
        shipped=line.shipped,
        cancelled=line.cancelled,
        returned=line.returned,
        promised_date=line.promised_date,
    )


def _hold(hold: Any, reader: Principal | None) -> HoldOut:
    private = hold.reason in OUR_OWN and (reader is None or not reader.may(Permission.SEE_ALL_ORDERS))
    return HoldOut(
        reason=hold.reason,
        detail=None if private else hold.detail,
        created_at=hold.created_at,
        released_at=hold.released_at,
    )


def _address(address: Mapping[str, Any] | None) -> DeliveryAddressOut | None:
    return DeliveryAddressOut.model_validate(address) if address else None


def _warnings(remarks: Iterable[Remark]) -> list[WarningOut]:
    return [WarningOut(code=remark.code, sentence=remark.sentence, sku=remark.sku) for remark in remarks]


def _left_out(lines: Iterable[LeftOut]) -> list[LeftOutOut]:
    return [LeftOutOut.model_validate(line, from_attributes=True) for line in lines]


# ---- what would be -------------------------------------------------------------------------------------------------


def checked(tried: Tried, customer: str) -> CheckOut:
    """An order as it would be placed."""
    return CheckOut(**_tried(tried, customer))


def checked_repeat(tried: Tried, customer: str, left_out: Iterable[LeftOut]) -> RepeatCheckOut:
    """A repeat as it would be placed."""
    return RepeatCheckOut(**_tried(tried, customer), left_out=_left_out(left_out))


def checked_changes(plan: Plan) -> ChangeCheckOut:
    """An order before and after its changes."""
    return ChangeCheckOut(
        number=plan.order.number,
        version=plan.order.version,
        before=SumsOut(**_sums(plan.before)),
        after=SumsOut(**_sums(plan.after)),
        removed=[line.position for line in plan.removed],
        holds=[_would_hold(hold) for hold in plan.holds],
        fingerprint=plan.fingerprint,
    )


def _tried(tried: Tried, customer: str) -> dict[str, Any]:
    return {
        **_sums(tried.order),
        "customer": customer,
        "currency": tried.currency,
        "earliest_date": tried.arrives,
        "warnings": _warnings(tried.remarks),
        "holds": [_would_hold(hold) for hold in tried.holds],
    }


def _would_hold(hold: Hold) -> WouldHoldOut:
    return WouldHoldOut(reason=hold.reason, detail=hold.detail)


def _sums(order: OrderAs) -> dict[str, Any]:
    sums = order.totals
    return {
        "lines": [_line_as(line) for line in order.lines],
        "goods": sums.goods,
        "delivery": sums.delivery,
        "tax": sums.tax,
        "tax_parts": [TaxPartOut(rate=part.rate, net=part.net, tax=part.tax) for part in sums.parts],
        "total": sums.total,
        "requested_date": order.requested_date,
        "customer_reference": order.customer_reference,
        "delivery_address": _address(order.address),
        "payment_method": order.payment_method,
        "payment_days": order.payment_days,
    }


def _line_as(line: LineAs) -> CheckedLineOut:
    return CheckedLineOut(
        position=line.position,
        sku=line.product.sku,
        name=line.product.name,
        quantity=line.quantity,
        list_price=line.list_price,
        discount=line.discount,
        price=line.price,
        tax_rate=line.tax_rate,
        total=line.total,
        reserved=line.reserved,
        back_ordered=line.back_ordered,
        promised_date=line.promised_date,
    )
