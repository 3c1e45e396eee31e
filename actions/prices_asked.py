"""Prices that are asked for otherwise than by product: what was paid before, and what costs least.

"what did we pay for the M8 bolts last time?", "what's your cheapest hammer?", "have you anything cheaper?"
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from actions import texts_price as texts
from actions.context import Context
from actions.drafts import Draft
from actions.language.references import read_document_numbers
from actions.language.words import tokens
from actions.memory import Shown
from actions.ordering import read
from actions.parties import match_customer, turn_to
from actions.products import price_said
from actions.showing import day_text, listed, price_text, products_card
from actions.skills import SELLERS
from actions.subjects import NEAR, named_part, subjects
from actions.texts import FOUND_NONE
from backend.catalogue import pricing
from backend.catalogue import queries as catalogue
from backend.catalogue.quantities import said
from backend.catalogue.tables import Product
from backend.customers.tables import Customer
from backend.sales import queries as sales

MOST: Final = 8
_LOOKED_AT: Final = 40
_AS_GOOD: Final = 0.12
"""What fits the words almost as well as the best of them is what the words are for."""
_TIMES: Final = 3

_PAID: Final = re.compile(
    r"\b(?:what|how\s+much)\b[^.?!]*(?<!to )\b(?:pay|paid|paying|charged?|cost)\b[^.?!]*\b(?:last\s+(?:time|order)"
    r"|before|previously|normally|usually|in\s+the\s+past|up\s+to\s+now)\b"
    r"|\b(?:what|how\s+much)\b[^.?!]*\b(?:normally|usually|last|previously)\s+(?:pay|paid|paying|charged?|cost)\b"
    r"|\b(?:last|previous|old|usual)\s+prices?\b[^.?!]*\b(?:paid|pay|charged)\b"
    r"|\b(?:what|whats|remind)\b[^.?!]*\b(?:last|previous|old|usual)\s+price\b",
    re.IGNORECASE,
)
_OF_PAYING: Final = re.compile(
    r"\b(?:pay(?:ing|s)?|paid|charg(?:ed?|ing)|cost(?:s|ing)?|last|time|order(?:ed)?|before|previous(?:ly)?|normal(?:ly)?|usual(?:ly)?|old|past"
    r"|prices?|remind|did|us|me|for|used|kind|sort)\b",
    re.IGNORECASE,
)
_WHO: Final = re.compile(
    r"\b(?:did|do|does|have|has)\s+(?P<who>\S.{0,60}?)\s+(?:normally|usually|last|previously|pay|paid)\b", re.IGNORECASE
)
_PRONOUNS: Final = frozenset(("i", "we", "they", "he", "she", "you"))
_CHEAP: Final = re.compile(
    r"\b(?:cheap(?:er(?!\s+(?:by|if|per|when|in|for)\b)|est)|least\s+expensive|less\s+expensive|lowest[\s-]+(?:priced?|cost)|inexpensive)\b"
    r"(?:\s+(?:ones?|option|alternative|version|kind|sort|type))?",
    re.IGNORECASE,
)
_ASKS: Final = re.compile(
    r"\?|^\W*(?:(?:hi|hello|ok|okay|and|so|please|pls)\W+)*(?:show|list|find|what|which|do|does|have|has|got|is|are|any|anything|something"
    r"|i\s+(?:want|need)|we\s+(?:want|need)|looking|can|could)\b",
    re.IGNORECASE,
)
_ANOTHER_MATTER: Final = re.compile(
    r"\b(?:suppliers?|deliver\w*|carriage|postage|shipping|courier|vat|elsewhere)\b", re.IGNORECASE
)
_TALK: Final = re.compile(
    r"\b(?:anything|something|sell|thing|else|than|that|this|it|them|get|there|instead|looking|similar|a\s+bit|bit|alternatives?|but|like)\b",
    re.IGNORECASE,
)


def answer(context: Context) -> list[Draft] | None:
    """The answer to such a question; None for any other message, and for who neither sells nor buys of us."""
    principal = context.work.principal
    if principal.customer_id is None and principal.role not in SELLERS:
        return None
    text = context.text
    if read_document_numbers(text) or _ANOTHER_MATTER.search(text):
        return None
    drafts = None
    if _PAID.search(text):
        drafts = _paid(context)
    elif _CHEAP.search(text) and _ASKS.search(text) and not any(line.quantity for line in read(context).lines):
        drafts = _cheapest(context)
    context.text = text
    if drafts is not None:
        context.aside, context.intent = True, "price_check"
    return drafts


def _paid(context: Context) -> list[Draft] | None:
    customer = _payer(context)
    if customer is None:
        return None
    context.text = _OF_PAYING.sub(" ", _without_name(context, customer))
    products, sure = subjects(context)
    if not products:
        return None
    if not sure:
        bought = context.bought()
        mine = [product for product in products if product.sku in bought]
        products = mine[:1] if len(mine) == 1 else products
        if len(products) > 1:
            context.memory.shown = Shown(kind="products", keys=[product.sku for product in products])
            card = products_card(context, products, customer, texts.WHICH_PAID)
            return [Draft(texts.WHICH_PAID, card=card)]
    product = products[0]
    context.memory.product = product.sku
    own = context.work.principal.customer_id is not None
    found = sales.prices_paid(context.work, customer.id, product.id, _TIMES)
    if not found:
        never = texts.NEVER_PAID if own else texts.NEVER_PAID_BY.format(customer=customer.name)
        return [Draft(f"{never.format(name=product.name)} {price_said(context, product)}")]
    latest = found[0]
    lead = texts.PAID if own else texts.PAID_BY.replace("{customer}", customer.name)
    text = lead.format(
        name=product.name,
        price=price_text(context, product, latest.price),
        quantity=said(product, latest.quantity),
        number=latest.number,
        day=day_text(latest.day),
    )
    before = [
        texts.PAID_BEFORE.format(
            price=price_text(context, product, one.price), quantity=said(product, one.quantity), day=day_text(one.day)
        )
        for one in found[1:]
    ]
    text += texts.BEFORE_THAT.format(times=listed(before)) if before else ""
    return [Draft(f"{text} {texts.TODAY.format(price=price_said(context, product))}")]


def _payer(context: Context) -> Customer | None:
    """Who paid: somebody's own company, the customer that is named, or the one that is spoken of."""
    asked = _WHO.search(context.text)
    if context.work.principal.customer_id is not None or asked is None or asked["who"].lower() in _PRONOUNS:
        return context.customer()
    customer, _ = match_customer(context, asked["who"])
    if customer is not None:
        turn_to(context, customer)
    return customer


def _without_name(context: Context, customer: Customer) -> str:
    """What was asked by our own people, without the words of whom it was asked of."""
    if context.work.principal.customer_id is not None:
        return context.text
    name = set(tokens(customer.name))
    return " ".join(word for word in context.text.split() if not name & set(tokens(word)))


def _cheapest(context: Context) -> list[Draft] | None:
    """What fits the words, the cheapest first; without words, what is like the product spoken of and costs less."""
    customer = context.customer()
    words = named_part(_TALK.sub(" ", _CHEAP.sub(" ", context.text)))
    spoken = context.memory.product
    if not words and spoken is None:
        return None
    like = catalogue.by_sku(context.work.session, spoken) if not words and spoken is not None else None
    near = context.catalogue.index.search(_kind(like) if like else words, limit=_LOOKED_AT)
    others = [one for one in near if like is None or one.sku != like.sku]
    enough = NEAR if like else max(NEAR, others[0].score - _AS_GOOD) if others else NEAR
    found = catalogue.by_skus(context.work.session, [one.sku for one in others if one.score >= enough])
    priced = sorted(
        (
            (price, found[one.sku])
            for one in others
            if one.sku in found and (price := _each(context, found[one.sku], customer))
        ),
        key=lambda pair: pair[0],
    )
    if like is not None:
        return _below(context, like, priced, customer)
    if not priced:
        return [Draft(FOUND_NONE.format(text=words[:80]))]
    product = priced[0][1]
    context.memory.product = product.sku
    text = texts.CHEAPEST if len(priced) > 1 else texts.ONLY_ONE
    text = text.format(words=words[:60], price=price_said(context, product))
    return [_shown(context, [product for _, product in priced[:MOST]], text, customer)]


def _kind(product: Product) -> str:
    """A name without its measures: "wood screw zinc"."""
    return " ".join(word for word in tokens(product.name) if word.isalpha()) or product.name


def _below(
    context: Context, like: Product, priced: list[tuple[Decimal, Product]], customer: Customer | None
) -> list[Draft]:
    own = _each(context, like, customer)
    less = [
        product
        for price, product in priced
        if own is not None and price < own and product.category_id == like.category_id
    ]
    if not less:
        return [Draft(texts.NOTHING_CHEAPER.format(price=price_said(context, like)))]
    return [_shown(context, less[:MOST], texts.CHEAPER.format(name=like.name), customer)]


def _shown(context: Context, products: list[Product], text: str, customer: Customer | None) -> Draft:
    context.memory.shown = Shown(kind="products", keys=[product.sku for product in products])
    return Draft(text, card=products_card(context, products, customer, texts.BY_PRICE))


def _each(context: Context, product: Product, customer: Customer | None) -> Decimal | None:
    """What the smallest quantity costs, per unit as it is named; None without a price."""
    group, key = (customer.price_group, customer.id) if customer else (None, None)
    steps = pricing.breaks_of(product.prices, context.today, group, key)
    return steps[0][1] * product.units_per if steps else None
