"""reorder_customer: what a customer is likely to need next, with one tap into the cart."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from actions import texts
from actions.context import Context
from actions.drafts import Draft, Tap
from actions.lines import Taken, answer, put
from actions.memory import Question, Shown
from actions.parties import ask_customer, asked_about, resolve_customer
from actions.products import order_tap
from actions.registry import command, skill
from actions.showing import counted, day_text, price_text
from backend.catalogue import queries as catalogue
from backend.catalogue.quantities import fit, said_with_packs
from backend.catalogue.service import price_for
from backend.chat.cards import ReorderCard, ReorderRow
from backend.customers import queries as customers
from backend.customers.tables import Customer
from backend.errors import Conflict
from backend.insight.queries import Need, needs
from backend.sales import carts

LISTED = 8
SINGLE_TAPS = 4


@skill("reorder_customer")
def reorder(context: Context) -> list[Draft]:
    """A customer's likely needs with the reason of each."""
    customer, question = asked_about(context)
    if customer is None:
        unnamed = Question(kind="customer", text=texts.WHICH_CUSTOMER)
        return [ask_customer(context, question or unnamed, context.text)]
    if context.work.principal.customer_id is None:
        context.conversation.customer_id = customer.id  # a tap on "Add" is for this customer
    found_needs = needs(context.work, customer.id, LISTED)
    if not found_needs:
        return [Draft(texts.SUGGEST_NONE.format(customer=customer.name))]
    return [_shown(context, customer, found_needs)]


def offered(context: Context, code: str) -> list[Draft]:
    """What to offer a customer now, after a forecast of them; nothing where nothing is due."""
    customer = customers.by_code(context.work, code)
    found = needs(context.work, customer.id, LISTED)
    return [_shown(context, customer, found)] if found else []


def _shown(context: Context, customer: Customer, found: list[Need]) -> Draft:
    fitting = [(need, fit(need.product, max(1, need.quantity)).up) for need in found]
    rows = [_row(context, customer, need, quantity) for need, quantity in fitting]
    context.memory.shown = Shown(kind="reorder", keys=[need.product.sku for need in found])
    context.memory.explanation = [f"{row.name}: {row.reason}" for row in rows]
    lines = [[need.product.sku, quantity] for need, quantity in fitting]
    taps = [Tap(texts.ADD_ALL, "cart.add", {"lines": lines, "customer": customer.code})]
    taps += [order_tap(need.product, quantity) for need, quantity in fitting[:SINGLE_TAPS]]
    own = context.work.principal.customer_id is not None
    text = texts.SUGGEST_YOU if own else texts.SUGGEST.format(customer=customer.name)
    card = ReorderCard(title="Likely needs", customer=customer.name, rows=rows)
    return Draft(text, card=card, taps=tuple(taps))


def _row(context: Context, customer: Customer, need: Need, quantity: int) -> ReorderRow:
    product = need.product
    try:
        price = price_text(context, product, price_for(context.work, product, quantity, customer))
    except Conflict:
        price = "on request"
    return ReorderRow(
        sku=product.sku,
        name=product.name,
        quantity=quantity,
        quantity_text=said_with_packs(product, list(product.packs), quantity),
        price=price,
        due=_due(need.due, context.today),
        reason=_reason(need.reason),
    )


def _due(due: date | None, today: date) -> str:
    if due is None:
        return "soon"
    if due < today:
        return f"{counted((today - due).days, 'day')} overdue"
    return "today" if due == today else f"around {day_text(due)}"


def _reason(reason: Mapping[str, Any]) -> str:
    if "bought_with" in reason:
        return f"often bought together with {reason['bought_with']}"
    last = reason.get("last_bought")
    interval = reason.get("interval_days")
    times = reason.get("times")
    parts = []
    if times is not None:
        parts.append(f"bought {times} times" if times != 1 else "bought once")
    if interval is not None:
        parts.append(f"usually every {round(float(interval))} days")
    if isinstance(last, str):
        parts.append(f"last on {day_text(date.fromisoformat(last))}")
    return ", ".join(parts)


@command("cart.add")
def add(context: Context, arguments: Mapping[str, Any], _shown_hash: str | None) -> list[Draft]:
    """A tap on a suggestion: into the cart with it."""
    customer, question = resolve_customer(context, arguments.get("customer"))
    if customer is None:
        return [ask_customer(context, question, context.text)]
    cart = carts.open_cart(context.work, customer)
    taken = Taken()
    products = catalogue.by_skus(context.work.session, [sku for sku, _ in arguments["lines"]])
    for sku, quantity in arguments["lines"]:
        product = products.get(sku)
        if product is None:
            taken.remarks.append(texts.UNKNOWN_PRODUCT.format(text=sku))
            continue
        one = put(context, cart, product, quantity, replace=False, said_as=product.name)
        taken.done += one.done
        taken.questions += one.questions
        taken.remarks += one.remarks
    return answer(context, customer, taken)
