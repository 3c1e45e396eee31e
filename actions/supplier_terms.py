"""Suppliers' terms, for who buys in: "what is the minimum order value at Tai Shan?", "what does an order at Krüger cost
us?".
"""

from __future__ import annotations

import re
from typing import Final

from sqlalchemy import select

from actions import texts_suppliers as texts
from actions.buying import suppliers_named
from actions.context import Context
from actions.drafts import Draft
from actions.showing import counted, listed, price_text
from actions.skills import BUYERS
from backend.catalogue.quantities import said
from backend.chat.cards import TableCard
from backend.purchasing.deliveries import Record, records
from backend.purchasing.tables import Supplier, SupplierProduct

_ASKS: Final = re.compile(
    r"\b(?:min(?:imum|\.)?|smallest|lowest|least)\s+(?:orders?|spend|value|purchase|quantit\w+|amount)\b|\bmoq\b|\bminimums?\b"
    r"|\bleast\b[^.?!]{0,40}\b(?:order|buy|spend)\b"
    r"|\b(?:cost|costs|price|charge)\s+(?:of|for|per)\s+(?:(?:placing|an?|each|every|one)\s+){0,2}order\b|\border(?:ing)?\s+costs?\b"
    r"|\b(?:an?|each|every)\s+order\b[^.?!]{0,40}\bcosts?\b|\breview\s+(?:period|time|days|cycle|interval)\b"
    r"|\bhow\s+often\b[^.?!]{0,40}\b(?:order|review|buy)\b|\b(?:buying|order(?:ing)?|supplier|purchase)?\s*(?:terms|conditions)\b",
    re.IGNORECASE,
)
_OF_ALL: Final = re.compile(r"\b(?:suppliers?|vendors?)\b", re.IGNORECASE)
_OTHER_MATTERS: Final = re.compile(
    r"\b(?:if|suppos\w+|assum\w+|why|set|change|make|raise|lower|approve|fill\w*|reach\w*|forecast\w*|drop|skip)\b",
    re.IGNORECASE,
)
MOST_NAMED: Final = 3
_WORD: Final = re.compile(r"[\w/.-]*\w")


def answer(context: Context) -> list[Draft] | None:
    """The answer to a question about suppliers' terms; None for any other message, and for who does not buy."""
    text = context.text
    if context.work.principal.role not in BUYERS or not _ASKS.search(text) or _OTHER_MATTERS.search(text):
        return None
    found = suppliers_named(context)
    if not found and not _OF_ALL.search(text):
        return None
    context.intent = "replenish"
    if not found:
        found = list(context.work.session.scalars(select(Supplier).order_by(Supplier.name)))
    if len(found) == 1:
        return [Draft(_said(context, found[0]))]
    if not found:
        return [Draft(texts.NO_SUPPLIERS)]
    rows = [_row(context, one) for one in found]
    named = listed(one.name for one in found) if len(found) <= MOST_NAMED else counted(len(found), "supplier")
    card = TableCard(title=texts.TERMS_TITLE, columns=texts.TERMS_COLUMNS, rows=rows)
    return [Draft(texts.ALL_TERMS.format(suppliers=named), card)]


def _said(context: Context, row: Supplier) -> str:
    """A supplier's terms in a sentence, with what was measured and, where a product is named, its own."""
    least = texts.LEAST.format(amount=context.money(row.minimum_value)) if row.minimum_value else texts.NO_LEAST
    cost = texts.ORDER_COST.format(amount=context.money(row.order_cost)) if row.order_cost else texts.NO_ORDER_COST
    text = texts.TERMS.format(
        name=row.name,
        minimum=least,
        cost=cost,
        lead=counted(row.lead_time_days, "working day"),
        review=counted(row.review_days, "day"),
    )
    record = records(context.work, [row.id]).get(row.id, Record())
    if record.mean_days is not None:
        days = f"{record.mean_days:.1f}".removesuffix(".0")
        text += texts.MEASURED.format(deliveries=counted(len(record.days), "delivery", "deliveries"), days=days)
    return f"{text}{texts.ASSUMED if row.assumed else ''}{_of_product(context, row)}"


def _of_product(context: Context, row: Supplier) -> str:
    index = context.catalogue.index
    entry = next((entry for word in _WORD.findall(context.text) if (entry := index.get(word)) is not None), None)
    own = select(SupplierProduct).where(SupplierProduct.supplier_id == row.id)
    terms = None
    if entry is not None:
        terms = next((one for one in context.work.session.scalars(own) if one.product.sku == entry.sku), None)
    if terms is None:
        return ""
    product = terms.product
    steps = texts.IN_STEPS.format(step=said(product, terms.multiple)) if terms.multiple > 1 else ""
    price = price_text(context, product, terms.cost)
    return texts.OF_PRODUCT.format(product=product.name, least=said(product, terms.moq), steps=steps, price=price)


def _row(context: Context, row: Supplier) -> list[str]:
    least, cost = (context.money(one) if one else "" for one in (row.minimum_value, row.order_cost))
    return [row.name, least, cost, str(row.lead_time_days), str(row.review_days)]
