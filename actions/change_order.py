"""change_order: an order that is placed is changed after its new lines and totals were shown and agreed to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from actions import texts
from actions.addresses import packed_place, unpacked_place
from actions.context import Context
from actions.destinations import read_place
from actions.drafts import Draft, Tap
from actions.memory import Confirmation
from actions.order_changes import packed, read_changes, unpacked, without_number
from actions.papers_at_hand import which_order
from actions.registry import command, skill
from actions.showing import address_text, behalf, breakdown, day_text, order_card, price_text
from backend.catalogue.quantities import said, said_with_packs
from backend.chat.cards import CartLineView, Fact, RecordCard
from backend.customers import queries as customers
from backend.customers import service as customer_service
from backend.customers.service import Place
from backend.customers.tables import Address
from backend.sales import changing
from backend.sales import queries as sales
from backend.sales.changes import Changes, LineAs, Plan
from backend.sales.states import OPEN
from backend.sales.tables import Order


@skill("change_order")
def change(context: Context) -> list[Draft]:
    """Read the changes, show what the order would be, ask for a yes."""
    order, asked = which_order(context, lambda order: order.state in OPEN, what="change")
    if order is None:
        return asked
    read = read_changes(context, order)
    if read.addresses:
        country = (order.delivery_address or {}).get("country") or order.customer.country
        place = read_place(without_number(context.text), country)
        return [ask_new_address(context, order, place)] if place else [_which_address(order, read.addresses)]
    if read.methods:
        return [_which_method(order, [one.label for one in read.methods])]
    if read.changes.empty:
        return [
            Draft(" ".join([*read.remarks, texts.CHANGE_WHAT.format(number=order.number)]), order_card(context, order))
        ]
    return [ask(context, order, read.changes, " ".join(read.remarks))]


def ask(context: Context, order: Order, changes: Changes, lead: str = "") -> Draft:
    """Show an order as changes would leave it; a yes means exactly that."""
    plan = changing.preview(context.work, order, changes)
    if not plan.differs:
        return Draft(f"{lead} {texts.CHANGE_NOTHING.format(number=order.number)}".strip(), order_card(context, order))
    arguments = {"number": order.number, "agreed": plan.fingerprint, "changes": packed(changes)}
    context.memory.confirmation = Confirmation(command="order.change", arguments=arguments)
    context.memory.order = order.number
    text = texts.CHANGE_ASK.format(
        number=order.number,
        behalf=behalf(context, order.customer),
        before=context.money(plan.before.total),
        after=context.money(plan.after.total),
    )
    yes = Tap(texts.YES_CHANGE.format(number=order.number), "order.change", arguments)
    taps = (yes, Tap(texts.NO_CHANGE, "confirmation.no"))
    return Draft(f"{lead} {text}".strip(), plan_card(context, plan), taps)


def ask_new_address(context: Context, order: Order, place: Place) -> Draft:
    """Show an order as going to an address that is not in the customer's book yet; a yes enters it there as well."""
    trial = context.work.session.begin_nested()
    try:
        address = customer_service.add_address(context.work, order.customer, place)
        draft = ask(context, order, Changes(address=address))
    finally:
        trial.rollback()
    waiting = context.memory.confirmation
    assert waiting is not None
    arguments = {**waiting.arguments, "place": packed_place(place)}
    context.memory.confirmation = Confirmation(command="order.change", arguments=arguments)
    yes = Tap(draft.taps[0].title, "order.change", arguments)
    return replace(draft, taps=(yes, *draft.taps[1:]))


def plan_card(context: Context, plan: Plan) -> RecordCard:
    """An order as it would be, with what differs."""
    after = plan.after
    facts = [
        Fact(label=texts.LABEL_ADDRESS, value=address_text(after.address)),
        Fact(label=texts.LABEL_DATE, value=day_text(after.requested_date) if after.requested_date else ""),
        Fact(label=texts.LABEL_REFERENCE, value=after.customer_reference or ""),
        Fact(
            label=texts.LABEL_PAYMENT,
            value=texts.ON_ACCOUNT if after.payment_method == "account" else after.payment_method,
        ),
    ]
    return RecordCard(
        title=texts.CHANGED_ORDER.format(number=plan.order.number),
        facts=[fact for fact in facts if fact.value],
        lines=[_line(context, line) for line in after.lines],
        breakdown=breakdown(context, after.totals),
        total=context.money(after.total),
        notes=_notes(context, plan),
    )


def _line(context: Context, line: LineAs) -> CartLineView:
    parts = []
    if line.back_ordered:
        parts.append(f"{said(line.product, line.back_ordered)} on back order, {day_text(line.promised_date)}")
    if line.reserved:
        parts.insert(0, f"{said(line.product, line.reserved)} reserved")
    return CartLineView(
        position=line.position,
        sku=line.product.sku,
        name=line.product.name,
        quantity=line.quantity,
        quantity_text=said_with_packs(line.product, list(line.product.packs), line.quantity),
        price=price_text(context, line.product, line.price),
        total=context.money(line.total),
        stock=", ".join(parts),
        short=line.back_ordered,
        promised_date=line.promised_date,
    )


def _notes(context: Context, plan: Plan) -> list[str]:
    before = {line.position: line for line in plan.before.lines}
    notes = []
    for line in plan.after.lines:
        was = before.get(line.position)
        if was is None:
            notes.append(texts.NOTE_ADDED.format(quantity=said(line.product, line.quantity), name=line.product.name))
        elif was.product.id != line.product.id:
            notes.append(texts.NOTE_SWAPPED.format(old=was.product.name, new=line.product.name))
        elif was.quantity != line.quantity:
            old, new = said(line.product, was.quantity), said(line.product, line.quantity)
            notes.append(texts.NOTE_QUANTITY.format(name=line.product.name, old=old, new=new))
        if was is not None and was.product.id == line.product.id and was.price != line.price:
            notes.append(
                texts.NOTE_PRICE.format(name=line.product.name, price=price_text(context, line.product, line.price))
            )
    notes += [texts.NOTE_REMOVED.format(name=line.product.name) for line in plan.removed]
    notes += [texts.HOLDS[hold.reason] for hold in plan.holds]
    return notes


@command("order.change")
def change_now(context: Context, arguments: Mapping[str, Any], _shown_hash: str | None) -> list[Draft]:
    """Change it, if it still would be what was shown."""
    context.memory.confirmation = None
    order = sales.by_number(context.work, arguments["number"])
    kept = arguments["changes"]
    if "place" in arguments:
        place = unpacked_place(arguments["place"])
        kept = {**kept, "address": customer_service.add_address(context.work, order.customer, place).id}
    changes = unpacked(context, order.customer, kept)
    changing.change(context.work, order, changes, agreed=arguments["agreed"])
    order = sales.by_number(context.work, order.number)
    text = texts.CHANGED_NOW.format(number=order.number, total=context.money(order.total))
    return [Draft(text, order_card(context, order))]


def _which_address(order: Order, known: Sequence[Address]) -> Draft:
    taps = tuple(
        Tap(_said(one)[:200], "order.address", {"number": order.number, "address": one.id}, once=False) for one in known
    )
    return Draft(texts.WHICH_ADDRESS.format(number=order.number), taps=taps)


def _said(one: Address) -> str:
    return ", ".join(part for part in (one.line1, one.city, one.postcode) if part)


def _which_method(order: Order, labels: list[str]) -> Draft:
    named = [(texts.ON_ACCOUNT, "account"), *((label, label) for label in labels)]
    taps = tuple(
        Tap(title, "order.payment", {"number": order.number, "method": value}, once=False) for title, value in named
    )
    return Draft(texts.WHICH_METHOD.format(number=order.number), taps=taps)


@command("order.address")
def address_chosen(context: Context, arguments: Mapping[str, Any], _shown_hash: str | None) -> list[Draft]:
    """A tap on one of the customer's addresses."""
    order = sales.by_number(context.work, arguments["number"])
    address = customers.address(context.work, order.customer, arguments["address"])
    return [ask(context, order, Changes(address=address))]


@command("order.payment")
def method_chosen(context: Context, arguments: Mapping[str, Any], _shown_hash: str | None) -> list[Draft]:
    """A tap on a way to pay."""
    order = sales.by_number(context.work, arguments["number"])
    return [ask(context, order, Changes(payment_method=arguments["method"]))]
