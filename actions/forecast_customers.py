"""What customers will buy: a customer's products ahead, and the customers who will probably want a product."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from sqlalchemy import select

from actions import forecast_answer
from actions import texts_forecast as words
from actions.context import Context
from actions.drafts import Draft
from actions.showing import day_text
from actions.subjects import subjects
from backend.catalogue.quantities import said
from backend.chat.cards import TableCard
from backend.customers.tables import Customer
from backend.identity.permissions import Permission
from backend.insight import scopes, service
from backend.insight.queries import needs
from backend.insight.scopes import Scope
from backend.insight.service import Asked, Outlook
from backend.insight.tables import Suggestion

LISTED: Final = 10
_WHO: Final = re.compile(
    r"^\W*(?:please\s+|can\s+you\s+|show\s+me\s+)*(?:which|what)\s+(?:customers?|accounts?|clients?)\b|\bwho\b",
    re.IGNORECASE,
)


def next_buys(context: Context, outlook: Outlook, asked: Asked) -> list[Draft]:
    """A customer's products with the quantities expected, most first; nothing where there are none."""
    scope = outlook.scope
    rows = service.by_product(context.work, scope, Asked(outlook.freq, len(outlook.steps), asked.skip))
    products = {product.id: product for product in scopes.products(context.work, scopes.TOTAL)}
    best = [row for row in sorted(rows, key=lambda row: (-row.value, row.product_id)) if row.product_id in products]
    if not best:
        return []
    due = {need.product.id: need.due for need in needs(context.work, _key(context, scope), 100)}
    table = []
    for row in best[:LISTED]:
        item, coming = products[row.product_id], due.get(row.product_id)
        bought = said(item, round(row.bought))
        table.append([item.sku, item.name, said(item, round(row.expected)), bought, day_text(coming) if coming else ""])
    title = words.NEXT_BUYS_TITLE.format(customer=scope.title)
    card = TableCard(title=title, columns=list(words.NEXT_BUYS_COLUMNS), rows=table)
    span = forecast_answer.when(outlook.steps, outlook.freq)
    return [Draft(words.NEXT_BUYS.format(customer=scope.title, when=span), card=card)]


def _key(context: Context, scope: Scope) -> int:
    found = context.work.session.scalar(select(Customer.id).where(Customer.code == scope.key))
    return int(found) if found is not None else -1


def likely_buyers(context: Context) -> list[Draft] | None:
    """Who will want a product, or buy most: "which customers will want bunting"; None for other questions."""
    if _WHO.search(context.text) is None:
        return None
    context.work.principal.require(Permission.SEE_CUSTOMERS, "Customers are for the order desk and sales.")
    service.current_run(context.work, "M")
    found, sure = subjects(replace(context, text=_WHO.sub(" ", context.text)))
    query = select(Suggestion, Customer).join(Customer, Suggestion.customer_id == Customer.id).where(Customer.active)
    if found:
        keys = [item.id for item in (found[:1] if sure else found)]
        rows = context.work.session.execute(
            query.where(Suggestion.product_id.in_(keys)).order_by(Suggestion.score.desc())
        )
        title = found[0].name if sure else words.THESE_PRODUCTS
    else:
        rows = context.work.session.execute(query.order_by(Suggestion.score.desc()).limit(200))
        title = words.ANYTHING
    table: list[list[str]] = []
    for suggestion, customer in rows:
        item = suggestion.product
        if len(table) < LISTED and customer.name not in {row[1] for row in table}:
            due = day_text(suggestion.due_date) if suggestion.due_date else ""
            table.append([customer.code, customer.name, item.name, said(item, suggestion.quantity), due])
    if not table:
        return [Draft(words.NO_BUYERS.format(title=title))]
    context.memory.explanation = [words.BUYERS_WHY]
    card = TableCard(title=words.BUYERS_TITLE, columns=list(words.BUYERS_COLUMNS), rows=table)
    return [Draft(words.BUYERS.format(title=title), card=card)]
