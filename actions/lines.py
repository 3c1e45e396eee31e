"""From what was read to what is in the cart: every line goes in, is asked about, or is named as not found.

Lines that are clear are put into the cart at once; the rest become open questions, kept in the conversation's row and
asked one at a time, so that an interruption loses none of them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from statistics import median_low

from rapidfuzz import fuzz

from actions import texts, texts_conversation
from actions.context import Context
from actions.drafts import Draft, Tap
from actions.language.orders import ReadLine
from actions.language.words import contrast_classes, tokens
from actions.memory import Option, Question
from actions.showing import cart_card, counted, listed, percent, shortened, stand_ins
from backend.catalogue import queries as catalogue
from backend.catalogue.quantities import plural, said, unit_label
from backend.catalogue.tables import Product
from backend.customers.tables import ANONYMOUS, Customer
from backend.errors import Invalid, Refused
from backend.quotes import quoting
from backend.sales import carts
from backend.sales.checking import last_taken
from backend.sales.tables import Cart
from backend.standing.recurrence import described

MOST_OPTIONS = 5
EXAMPLE_UNITS = 10
LIKE = 75  # per cent of letters alike: a slip of the same word
SAID = 0.72  # a score from which on the words name the thing
LONGEST_LEAD = 900  # what is asked after it must be seen
WORTH_SAYING = ("duplicate_order", "unusual_quantity", "below_minimum", "earliest_date")
_THOUSANDS_WITH_A_DOT = re.compile(r"(?<![\d.])\d{1,3}\.\d{3}(?!\d)")  # 1.000: one, or a thousand?
_QUANTITY_PROBLEMS = {
    "no_quantity": texts.HOW_MANY,
    "zero": texts.ZERO,
    "negative": texts.NEGATIVE,
    "fractional": texts.FRACTIONAL,
    "absurd": texts.ABSURD,
    "range": texts.RANGE,
    "unknown_pack": texts.UNKNOWN_PACK,
}


@dataclass
class Taken:
    """What came of some lines."""

    done: list[str] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def put(context: Context, cart: Cart, product: Product, quantity: int, *, replace: bool, said_as: str) -> Taken:
    """Put a product in; what does not fit its minimum or multiple becomes a question with the nearest fits."""
    taken = Taken()
    try:
        line = carts.put(context.work, cart, product, quantity, add=not replace)
    except Invalid as error:
        taken.questions.append(_misfit(product, error, replace, said_as))
        return taken
    except Refused as error:
        after = error.facts.get("successor")
        if isinstance(after, str):
            taken.questions.append(_successor(context, after, error, quantity, replace=replace, said_as=said_as))
        else:
            taken.remarks.append(error.sentence)
        return taken
    context.memory.touched = context.memory.product = product.sku
    taken.done.append(f"{said(product, line.quantity)} × {product.name}")
    return taken


def _misfit(product: Product, error: Invalid, replace: bool, said_as: str) -> Question:
    fits = [error.facts.get("down"), error.facts.get("up")]
    options = [
        Option(key=str(value), title=texts.MAKE_IT.format(quantity=said(product, value)))
        for value in fits
        if isinstance(value, int)
    ]
    return Question(
        kind="quantity",
        text=texts.MISFIT.format(sentence=error.sentence) if options else error.sentence,
        options=options,
        sku=product.sku,
        replace=replace,
        said=said_as,
    )


def _successor(context: Context, sku: str, error: Refused, quantity: int, *, replace: bool, said_as: str) -> Question:
    """What has taken the place of a product that is no longer sold, offered in the same quantity."""
    after = catalogue.by_sku(context.work.session, sku)
    amount = Decimal(quantity) / after.units_per
    return Question(
        kind="product",
        text=texts.SUCCESSOR.format(sentence=error.sentence),
        options=[Option(key=sku, title=texts.INSTEAD.format(name=after.name))],
        amount=amount,
        unit=after.unit if after.units_per > 1 else None,
        replace=replace,
        said=said_as,
    )


def take(context: Context, cart: Cart, lines: Sequence[ReadLine]) -> Taken:
    """Put what is clear into the cart, and make questions of the rest."""
    skus = {line.sku for line in lines if line.sku} | {c.sku for line in lines for c in line.candidates}
    products = catalogue.by_skus(context.work.session, skus)
    all_of_it = Taken()
    for line in lines:
        one = _take_one(context, cart, line, products)
        all_of_it.done += one.done
        all_of_it.questions += one.questions
        all_of_it.remarks += one.remarks
    return all_of_it


def _take_one(context: Context, cart: Cart, line: ReadLine, products: dict[str, Product]) -> Taken:
    product = products.get(line.sku) if line.sku else None
    if product is None:
        gone = catalogue.discontinued(context.work.session, line.product_text)
        if gone is not None and line.amount is not None:
            wanted = line.quantity or max(1, int(line.amount * gone.units_per))
            return put(context, cart, gone, wanted, replace=False, said_as=gone.name)
        return _unknown(context, line, products)
    if line.problem is None and line.quantity is not None and not _THOUSANDS_WITH_A_DOT.search(line.asked or ""):
        return put(context, cart, product, line.quantity, replace=False, said_as=line.product_text)
    usual = _usual_quantity(context, cart, product) if line.usual and line.amount is None else None
    if usual is not None:
        one = put(context, cart, product, usual, replace=False, said_as=line.product_text)
        one.remarks += [texts.USUAL.format(quantity=said(product, usual), name=product.name)] if one.done else []
        return one
    return Taken(questions=[_quantity_question(line, product)])


def _usual_quantity(context: Context, cart: Cart, product: Product) -> int | None:
    """As much of a product as the customer took in the middle of its last orders; None where it was in none."""
    if cart.customer.code == ANONYMOUS:  # many people, with no habits of their own
        return None
    taken = last_taken(context.work, cart.customer_id, [product.id]).get(product.id)
    return median_low(taken) if taken else None


def _unknown(context: Context, line: ReadLine, products: dict[str, Product]) -> Taken:
    text = " ".join(line.product_text.split())[:80] or " ".join(line.text.split())[:80]
    near = [products[c.sku] for c in line.candidates if c.sku in products][:MOST_OPTIONS]
    if line.problem != "ambiguous_product":
        near = _in_another_variety(context, text) or near
    if not near:
        return Taken(remarks=[texts.UNKNOWN_PRODUCT.format(text=text)])
    sentence = texts.WHICH_PRODUCT if line.problem == "ambiguous_product" else texts.UNKNOWN_PRODUCT_NEAR
    if line.problem != "ambiguous_product" and _is_no_thing_of_ours(context, text, near):
        sentence = texts.UNKNOWN_PRODUCT_OTHER
    alone = len(near) == 1 and sentence != texts.UNKNOWN_PRODUCT_OTHER
    wording = texts.IS_IT.format(text=text, name=near[0].name) if alone else sentence.format(text=text)
    question = Question(
        kind="product",
        text=wording,
        options=[Option(key=product.sku, title=product.name) for product in near],
        amount=line.amount,
        unit=line.unit,
        per=line.per,
        said=text,
    )
    return Taken(questions=[question])


def _in_another_variety(context: Context, text: str) -> list[Product]:
    """What there is of a thing that does not come in the colour or metal that was said: other grosgrain than white."""
    kinds, index, words = contrast_classes(), context.catalogue.index, tokens(text)
    plain = [word for word in words if word not in kinds and index.knows(word)]
    if not plain or not any(word in kinds for word in words):
        return []
    near = [one.sku for one in index.search(" ".join(plain), limit=MOST_OPTIONS) if one.score >= SAID]
    found = catalogue.by_skus(context.work.session, near)
    return [found[sku] for sku in near if sku in found]


def _is_no_thing_of_ours(context: Context, text: str, near: Sequence[Product]) -> bool:
    """Whether the thing itself, which English names last ("wood glue"), is nothing that any product is called."""
    words = tokens(text)
    if not words or context.catalogue.index.hears(words[-1]):
        return False
    called = {word for product in near for word in tokens(product.name)}
    return all(fuzz.ratio(words[-1], word) < LIKE for word in called)


def _quantity_question(line: ReadLine, product: Product) -> Question:
    packs = listed(f"{pack.name} of {said(product, pack.quantity)}" for pack in product.packs)
    problem = line.problem or ("range" if line.quantity is not None else "no_quantity")
    sentence = _QUANTITY_PROBLEMS.get(problem, texts.HOW_MANY).format(
        name=product.name,
        asked=(line.asked or "").strip()[:40],
        unit=line.unit or unit_label(product),
        units=plural(product.unit, 2) or "of them",
        packs=f" (only by the {packs})" if packs else "",
    )
    return Question(kind="quantity", text=sentence, sku=product.sku, said=line.product_text[:80])


def answer(context: Context, customer: Customer, taken: Taken, lead: str = "") -> list[Draft]:
    """What to say after lines were taken: remarks, then the next question, or the cart to confirm."""
    waiting = [question for question in context.memory.questions if question.kind != "customer"]
    context.memory.questions = [*taken.questions, *waiting]
    parts = [lead] if lead else []
    parts += taken.remarks
    if context.memory.questions:
        if taken.done:
            parts.append(f"In the cart: {listed(taken.done)}.")
        return [ask(context, " ".join(parts))]
    cart = carts.open_cart(context.work, customer)
    if not cart.lines:
        said_so = shortened(" ".join(parts), LONGEST_LEAD)
        return [Draft(said_so or texts.CART_EMPTY.format(example=example(context)))]
    return [show_cart(context, cart, " ".join(parts))]


def ask(context: Context, lead: str = "") -> Draft:
    """The first open question, with its options as buttons."""
    context.asked = True
    question = context.memory.questions[0]
    key = question.model_dump_json()
    taps = [Tap(option.title, "question.answer", {"key": option.key}, key_hash(key)) for option in question.options]
    if question.kind != "customer":
        title = texts_conversation.LEAVE_AS_IT_IS if question.goes else texts.LEAVE_OUT
        taps.append(Tap(title, "question.skip", {}, key_hash(key)))
    return Draft(f"{shortened(lead, LONGEST_LEAD)} {question.text}".strip(), taps=tuple(taps))


def example(context: Context) -> str:
    """An order line that can be said as it is: of what the customer buys most, else of the first product."""
    bought, session = context.bought(), context.work.session
    often = sorted(bought, key=lambda sku: (-bought[sku], sku))[:MOST_OPTIONS]
    known = catalogue.by_skus(session, often)
    buys = (known[sku] for sku in often if sku in known and known[sku].active)
    product = next(buys, None) or next(iter(catalogue.page(session, search=None, after=None, limit=1)), None)
    if product is None:
        return texts.EXAMPLE_WITHOUT_A_CATALOGUE
    some = max(product.sales_moq, EXAMPLE_UNITS * product.units_per)
    quantity = -(-some // product.sales_multiple) * product.sales_multiple
    return f"{said(product, quantity)} {product.name}"


def key_hash(text: str) -> str:
    """A short hash that binds a button to its question."""
    return hashlib.sha256(text.encode()).hexdigest()


def show_cart(context: Context, cart: Cart, lead: str = "") -> Draft:
    """The cart, ready to be confirmed; from now on a yes means exactly this."""
    priced = carts.priced(context.work, cart)
    context.memory.cart_shown = priced.fingerprint
    context.memory.explanation = []
    context.memory.cart_customer = priced.customer.code
    short = sum(1 for line in priced.lines if line.covered.back_ordered)
    text = texts.CART_FOR[context.memory.purpose].format(
        customer=priced.customer.name,
        lines=counted(len(priced.lines), "line"),
        total=_total(context, cart, priced.total),
        often=described(context.memory.recurrence) if context.memory.recurrence else "",
    )
    warned = [remark.sentence for remark in priced.remarks if remark.code in WORTH_SAYING]
    if warned:
        text = " ".join([*warned, text])
    if short:
        text += texts.CART_SHORT_ONE if len(priced.lines) == 1 else texts.CART_SHORT.format(count=short)
    return Draft(
        f"{shortened(lead, LONGEST_LEAD)} {text}".strip(),
        card=cart_card(context, priced, "Your cart"),
        taps=_cart_taps(context, priced),
    )


def _total(context: Context, cart: Cart, total: Decimal) -> str:
    """What it comes to; of a quote, with the discount that was asked for it, and whether one may grant so much."""
    discount = context.memory.discount
    own = context.work.principal.customer_id is not None
    if own or not discount or not cart.lines or context.memory.purpose != "quote":
        return context.money(total)
    less = quoting.cart_less(context.work, cart, discount).total
    most = quoting.most_granted(context.work)
    above = most is not None and discount > most
    template = texts_conversation.LESS_ABOVE_YOUR_LIMIT if above else texts_conversation.LESS
    return template.format(
        total=context.money(less), rate=percent(discount), full=context.money(total), most=percent(most or Decimal(0))
    )


def _cart_taps(context: Context, priced: carts.PricedCart) -> tuple[Tap, ...]:
    """What may be done with the cart, what it is being put together for first."""
    customer = {"customer": priced.customer.code}
    place = Tap(texts.PLACE, "cart.place", customer, priced.fingerprint)
    instead = tuple(
        Tap(
            texts.TAKE_INSTEAD.format(name=new.name, old=old.name)[:200],
            "cart.swap",
            {**customer, "old": old.sku, "new": new.sku},
            priced.fingerprint,
        )
        for old, new in stand_ins(context, priced)
    )
    quote = Tap(texts.MAKE_QUOTE, "quote.make", customer, priced.fingerprint)
    empty = Tap(texts.EMPTY_CART, "cart.discard", customer)
    if context.memory.purpose == "quote":
        return quote, place, *instead, empty
    if context.memory.purpose == "standing":
        return Tap(texts.MAKE_STANDING, "standing.make", customer, priced.fingerprint), place, *instead, empty
    return place, *instead, quote, empty
