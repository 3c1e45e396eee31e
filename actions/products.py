"""price_check, stock_check, product_search, promotions: what we sell, for how much, and whether it is there."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from actions import texts, texts_conversation, texts_price
from actions.context import Context
from actions.drafts import Draft, Tap
from actions.memory import Shown
from actions.moving import per_warehouse
from actions.ordering import read
from actions.registry import skill
from actions.showing import day_text, price_text, products_card, stock_text
from actions.skills import ORDERING
from actions.subjects import asked, subjects, unknown
from backend.catalogue import pricing, service
from backend.catalogue import queries as catalogue
from backend.catalogue.quantities import said
from backend.catalogue.tables import Product
from backend.identity.permissions import Permission
from backend.stock.queries import positions

FOUND = 8


def _several(context: Context, products: list[Product], text: str) -> Draft:
    context.memory.shown = Shown(kind="products", keys=[product.sku for product in products])
    card = products_card(context, products, context.customer(), "Products")
    return Draft(text, card=card)


@skill("price_check")
def price(context: Context) -> list[Draft]:
    """What products cost the one who asks, with their quantity breaks."""
    context.memory.priced = []
    at_quantities = _at_quantities(context)
    if at_quantities is not None:
        return [at_quantities]
    products, sure = subjects(context)
    if not products:
        return [Draft(unknown(context))]
    if not sure:
        return [_several(context, products, texts.FOUND.format(text=asked(context)))]
    context.memory.product = products[0].sku
    return [_several(context, products, " ".join(price_said(context, product) for product in products))]


def _at_quantities(context: Context) -> Draft | None:
    """What so many would be: "how much would 20 m of the black canvas be?"; None where no quantities are said."""
    lines = read(context).lines
    wanted = [(line.sku, line.quantity) for line in lines if line.sku and line.quantity and line.problem is None]
    if not wanted or len(wanted) < len(lines):
        return None
    found = catalogue.by_skus(context.work.session, [sku for sku, _ in wanted])
    customer = context.customer()
    sentences, total = [], Decimal(0)
    for sku, quantity in wanted:
        product = found[sku]
        each = service.price_for(context.work, product, quantity, customer)
        total += each * quantity
        sentences.append(
            texts_price.AT_A_QUANTITY.format(
                quantity=said(product, quantity),
                name=product.name,
                amount=context.money(each * quantity),
                price=price_text(context, product, each),
            )
        )
    if len(wanted) > 1:
        sentences.append(texts_price.IN_ALL.format(amount=context.money(total)))
    context.memory.priced, context.memory.product = wanted, wanted[0][0]
    return replace(_several(context, list(found.values()), " ".join(sentences)), taps=_add_taps(context, wanted))


def _add_taps(context: Context, wanted: list[tuple[str, int]]) -> tuple[Tap, ...]:
    if context.work.principal.role not in ORDERING or (context.customer() is None):
        return ()
    return (Tap(texts_price.ADD_TO_CART, "cart.add", {"lines": [list(one) for one in wanted]}),)


def price_said(context: Context, product: Product) -> str:
    """What a product costs the one who asks, and where more of it costs less."""
    customer = context.customer()
    steps = pricing.breaks_of(
        product.prices, context.today, customer.price_group if customer else None, customer.id if customer else None
    )
    if not steps:
        return f"{product.name} ({product.sku}) has no price at the moment."
    breaks = "".join(
        texts.PRICE_BREAK.format(price=price_text(context, product, amount), quantity=said(product, start))
        for start, amount in steps[1:]
    )
    price = price_text(context, product, steps[0][1])
    return texts.PRICE.format(name=product.name, sku=product.sku, price=price, breaks=breaks)


@skill("stock_check")
def stock(context: Context) -> list[Draft]:
    """Whether products are in stock, and when more comes."""
    products, sure = subjects(context)
    if not products:
        return [Draft(unknown(context))]
    if not sure:
        return [_several(context, products, texts.FOUND.format(text=asked(context)))]
    context.memory.product = products[0].sku
    figures = positions(context.work.session, [product.id for product in products])
    sentences = []
    for product in products:
        position = figures[product.id]
        text = stock_text(product, position.available)
        if position.next_receipt is not None:
            text += f", more expected on {day_text(position.next_receipt)}"
        if context.work.principal.may(Permission.SEE_STOCK_FIGURES):
            text += per_warehouse(context, product.id)
        sentences.append(texts.STOCK.format(name=product.name, sku=product.sku, stock=text))
    answer = _several(context, products, " ".join(sentences))
    gone = [product for product in products if figures[product.id].available <= 0]
    return [replace(answer, taps=tuple(_tell_me(product) for product in gone[:1]))]


def _tell_me(product: Product) -> Tap:
    """A button that asks for word once a product is back in stock."""
    wish = {"skill": "subscribe_alerts", "text": f"tell me when {product.sku} is back in stock"}
    return Tap(texts_conversation.TELL_ME, "skill.run", wish, once=False)


@skill("product_search")
def search(context: Context) -> list[Draft]:
    """What we have that fits the words."""
    products, sure = subjects(context)
    if not products:
        return [Draft(unknown(context))]
    if sure and len(products) == 1:
        near = context.catalogue.index.search(products[0].name, limit=FOUND)
        found = catalogue.by_skus(context.work.session, [candidate.sku for candidate in near])
        others = [found[c.sku] for c in near if c.sku in found and c.sku != products[0].sku]
        products = [*products, *others]
    return [_several(context, products, texts.FOUND.format(text=asked(context)))]


@skill("promotions")
def promotions(context: Context) -> list[Draft]:
    """Products with a promotion price today."""
    offers = catalogue.on_promotion(context.work.session, context.today, FOUND)
    if not offers:
        return [Draft(texts.NO_OFFERS)]
    return [_several(context, offers, texts.OFFERS)]


def order_tap(product: Product, quantity: int) -> Tap:
    """A button that puts a product into the cart."""
    title = texts.ADD_ONE.format(quantity=said(product, quantity), name=product.name)
    return Tap(title, "cart.add", {"lines": [[product.sku, quantity]]})
