"""place_order, add_item, order_for_customer, repeat_last_order: from a message to a cart, and open questions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from actions import texts, texts_conversation, texts_terms
from actions.context import Context
from actions.destinations import send_cart_to
from actions.drafts import Draft
from actions.language.agreeing import is_yes
from actions.language.collecting import is_to_be_collected
from actions.language.context import read_context
from actions.language.judging import MAY_BE_GOODS
from actions.language.orders import OrderReading, read_order, resize
from actions.language.people import find_customer, standing_in
from actions.language.references import read_choice, read_quantity
from actions.language.words import tokens
from actions.lines import Taken, answer, ask, example, key_hash, put, take
from actions.memory import Option, Question
from actions.parties import MOST_OPTIONS, SURE, ask_customer, match_customer, resolve_customer
from actions.registry import COMMANDS, HANDLERS, command, skill
from actions.showing import day_text, listed
from actions.subjects import CLEAR, CLOSE
from backend.catalogue import queries as catalogue
from backend.catalogue.tables import Product
from backend.customers import queries as customers
from backend.customers.tables import Customer
from backend.errors import Stale
from backend.sales import carts
from backend.sales import queries as sales
from backend.sales.tables import Cart

_FOR_WHOM = re.compile(r"\bfor\s+([A-Z][\w&'. -]*?)(?=\s+and\s+\d|[,;\n]|$)")
_AN_ORDER = re.compile(r"\b(?:a\s+)?new\s+order\b|\border\s+(?:for|please)\b|^\W*(?:please\s+)?order\b", re.IGNORECASE)
_CODE_WITH_AMOUNT = re.compile(
    r"(?:\b(?P<before>\d{1,6})\s*(?:x|×|of|pcs|pieces)?\s+)?(?<![\w-])(?P<code>(?=[\w-]*\d)[\w-]{4,20})(?![\w-])"
    r"(?:\s*(?:x|×|,|:)\s*(?P<after>\d{1,6})\b)?",
    re.IGNORECASE,
)
LONGEST_HINT = 4
_POINTING = frozenset({"the", "a", "one", "ones", "please", "in", "with", "those", "that", "i", "mean", "meant"})
_ORDERING = frozenset({"place_order", "add_item", "order_for_customer"})


def read(context: Context) -> OrderReading:
    """Read the message as order lines, with the customer's history and what is on the screen to break ties."""
    shown = context.memory.shown
    customer = context.customer()
    cart = sales.cart_of(context.work, customer.id) if customer else None
    return read_order(
        context.text,
        context.catalogue.index,
        today=context.today,
        bought=context.bought(),
        on_screen=shown.keys if shown and shown.kind in ("products", "reorder") else [],
        cart=[line.product.sku for line in cart.lines] if cart else [],
    )


def without_particulars(context: Context, text: str) -> str:
    """Words less what they say of the whole order: whose number it has, by when and where to."""
    for start, end in sorted(read_context(text, context.catalogue.index, context.today).spans, reverse=True):
        text = f"{text[:start]} {text[end:]}"
    return text


@skill("place_order", "add_item", "order_for_customer")
def order(context: Context) -> list[Draft]:
    """Read the lines, put what is clear into the cart, ask about the rest."""
    several = _several_customers(context)
    if several:
        return [Draft(texts.ONE_CUSTOMER.format(names=listed(several)))]
    if context.memory.purpose != "order" and _AN_ORDER.search(context.text):
        context.memory.purpose = "order"  # a quote was spoken of, and this is none
    before, reading = context.customer(), read(context)
    named = reading.customer_text
    if not reading.lines and named is None and context.intent == "order_for_customer":
        named = context.text  # "switch to harper"
    if named and named.islower() and before is not None and not _surely_meant(context, named):
        named = None  # "60 m of linen for curtains"
    if named is None:
        named, unsure = _named_in_passing(context, before)
        if unsure is not None:
            return [ask_customer(context, unsure, context.text)]
    customer, question = resolve_customer(context, named)
    if customer is None:
        return [ask_customer(context, question, context.text)]
    if named == context.text:
        return [Draft(texts_conversation.FOR_NOW.format(customer=customer.name))]
    if before is None or before.id != customer.id:
        reading = read(context)  # what this customer bought breaks ties
    return take_reading(context, customer, reading)


def _named_in_passing(context: Context, before: Customer | None) -> tuple[str | None, Question | None]:
    """A customer whom our own people name somewhere in an order; or, while they act for another, which it is for.

    What the catalogue knows names a product, and what an address or a reference says nobody.
    """
    if context.work.principal.customer_id is not None:
        return None, None
    names = customers.names(context.work)
    index = context.catalogue.index
    standing = {
        code: word
        for code, word in standing_in(without_particulars(context, context.text), names).items()
        if not any(index.hears(each) for each in tokens(word))
    }
    if not standing or (before is not None and before.code in standing):
        return None, None
    if before is None:
        return " ".join(dict.fromkeys(standing.values())), None
    titles = dict(names)
    shown = [*list(standing)[: MOST_OPTIONS - 1], before.code]
    options = [Option(key=code, title=f"{titles.get(code, before.name)} ({code})") for code in shown]
    return None, Question(kind="customer", text=texts.WHICH_OF_THEM, options=options)


def _surely_meant(context: Context, named: str) -> bool:
    found = find_customer(named, customers.names(context.work))
    return bool(found) and found[0][1] >= SURE


def _several_customers(context: Context) -> list[str]:
    """The names where a message of the desk's orders for more than one customer."""
    if context.work.principal.customer_id is not None:
        return []
    found = [match_customer(context, name)[0] for name in _FOR_WHOM.findall(context.text)]
    names = {customer.code: customer.name for customer in found if customer is not None}
    return list(names.values()) if len(names) > 1 else []


def take_reading(context: Context, customer: Customer, reading: OrderReading) -> list[Draft]:
    """Put a reading into the customer's cart and answer."""
    cart = carts.open_cart(context.work, customer)
    remarks = [*note_wishes(context, cart, reading)]
    gone = _gone(context, cart, reading)
    if cart.lines and context.memory.cart_customer != customer.code:
        remarks.append(texts.ADDED_TO)
    if not reading.lines and not gone.questions and not gone.remarks:
        spoken_of = _more_of_the_same(context, cart)
        if spoken_of is not None:
            return answer(context, customer, spoken_of)
        if remarks and cart.lines:
            return answer(context, customer, Taken(remarks=remarks))
        return [Draft(" ".join([*remarks, texts.NO_LINES.format(example=example(context))]))]
    taken = take(context, cart, reading.lines)
    taken.questions += gone.questions
    taken.remarks += [*gone.remarks, *remarks]
    unread = " ".join(one.text for one in reading.unread if one.likely >= MAY_BE_GOODS)
    if len(unread.split()) > 1 or (unread and _is_asked_for(unread, context.text)):
        taken.remarks.append(texts.UNREAD.format(text=unread[:80]))
    return answer(context, customer, taken)


def _is_asked_for(word: str, text: str) -> bool:
    """Whether a word that nothing was made of stands as a thing does: "a stapler", and not "thanks, Birgit"."""
    return re.search(rf"\b(?:an?|another|some|any)\s+{re.escape(word)}\b", text, re.IGNORECASE) is not None


def _gone(context: Context, cart: Cart, reading: OrderReading) -> Taken:
    """What is asked for by the code of a product that is no longer sold: said so, or offered what took its place."""
    taken = Taken()
    read_codes = {line.product_text.strip().casefold() for line in reading.lines}
    for found in _CODE_WITH_AMOUNT.finditer(context.text):
        code = found["code"]
        if context.catalogue.index.get(code) is not None or code.casefold() in read_codes:
            continue
        product = catalogue.discontinued(context.work.session, code)
        if product is not None:
            amount = int(found["before"] or found["after"] or 1)
            one = put(context, cart, product, amount * product.units_per, replace=False, said_as=product.name)
            taken.questions += one.questions
            taken.remarks += one.remarks
    return taken


def _more_of_the_same(context: Context, cart: Cart) -> Taken | None:
    """A bare quantity after a product was spoken of ("3 m please") is an order of that product."""
    said, sku = read_quantity(context.text), context.memory.product
    if said is None or sku is None:
        return None
    product = catalogue.by_sku(context.work.session, sku)
    size = _size(context, product, *said)
    return put(context, cart, product, size, replace=False, said_as=product.name) if size is not None else None


def note_wishes(context: Context, cart: Cart, reading: OrderReading) -> list[str]:
    """Keep what a message says of the whole order: the customer's number, where to, by when; what to say of it."""
    remarks = []
    if reading.customer_reference:
        cart.customer_reference = reading.customer_reference[:80]
        if not reading.lines:
            remarks.append(texts.REFERENCE_KEPT.format(reference=cart.customer_reference))
    if reading.delivery_text:
        remarks += [said for said in (send_cart_to(context, cart, reading.delivery_text),) if said]
    if reading.requested_date is not None:
        day = day_text(reading.requested_date)
        if reading.requested_date < context.today:
            remarks.append(texts.DATE_PAST.format(day=day))
        else:
            cart.requested_date = reading.requested_date
            remarks.append(texts.DATE_KEPT.format(day=day))
    if is_to_be_collected(context.text):
        remarks.append(texts_terms.NO_COLLECTION)
    return remarks


def answers_question(context: Context) -> list[Draft] | None:
    """Take the message as the answer to the open question; None where it is something else."""
    question = context.memory.questions[0]
    if question.kind == "customer":
        return None
    if question.kind == "quantity":
        return _quantity_said(context, question)
    if is_yes(context.text) and question.options:
        if len(question.options) == 1:
            return _answered(context, question, question.options[0].key)
        return [ask(context, texts.YES_TO_WHICH)] if context.intent != "confirm" else None
    choice = read_choice(context.text, [option.title for option in question.options])
    if choice is not None:
        return _answered(context, question, question.options[choice].key)
    return _narrowed(context, question)


def _narrowed(context: Context, question: Question) -> list[Draft] | None:
    """A word or two more about the product ("m8", "the zinc ones") narrows the question down, or answers it."""
    words = " ".join(word for word in context.text.split() if word.lower().strip(".,") not in _POINTING)
    if not 1 <= len(words.split()) <= LONGEST_HINT or read_quantity(context.text) is not None:
        return None
    near = context.catalogue.index.search(f"{words} {question.said}", limit=5, bought=context.bought())
    alone = context.catalogue.index.search(words, limit=1)
    if not near or not (alone or context.catalogue.index.knows(words.split()[0].lower())):
        return None
    if near[0].score >= CLEAR and (len(near) == 1 or near[0].score - near[1].score >= CLOSE):
        return _answered(context, question, near[0].sku)
    found = catalogue.by_skus(context.work.session, [candidate.sku for candidate in near])
    options = [Option(key=c.sku, title=found[c.sku].name) for c in near if c.sku in found]
    offered = {option.key for option in question.options}
    if len(options) == 1 and options[0].key in offered:
        return _answered(context, question, options[0].key)
    if [option.key for option in options] == [option.key for option in question.options]:
        return None
    context.memory.questions[0] = question.model_copy(update={"options": options, "said": f"{words} {question.said}"})
    return [ask(context)]


def _quantity_said(context: Context, question: Question) -> list[Draft] | None:
    said = read_quantity(context.text)
    if said is None or question.sku is None:
        return None
    amount, unit = said
    product = catalogue.by_sku(context.work.session, question.sku)
    size = _size(context, product, amount, unit)
    if size is None:
        return [ask(context)]
    return _put_answer(context, question, product, size)


def _answered(context: Context, question: Question, key: str) -> list[Draft]:
    if question.kind == "quantity":
        product = catalogue.by_sku(context.work.session, question.sku or "")
        return _put_answer(context, question, product, int(key))
    product = catalogue.by_sku(context.work.session, key)
    size = question.quantity or _size(context, product, question.amount, question.unit, question.per)
    if size is not None:
        return _put_answer(context, question, product, size)
    context.memory.questions[0] = Question(
        kind="quantity", text=texts.HOW_MANY.format(name=product.name), sku=product.sku, said=question.said
    )
    return [ask(context)]


def _size(
    context: Context, product: Product, amount: Decimal | None, unit: str | None, per: int | None = None
) -> int | None:
    """The amount in sales units; None where it is not known or does not make whole ones."""
    entry = context.catalogue.index.get(product.sku)
    if amount is None or entry is None:
        return None
    size = resize(amount, unit, entry, per=per)
    return size if isinstance(size, int) else None


def _put_answer(context: Context, question: Question, product: Product, quantity: int) -> list[Draft]:
    customer, _ = resolve_customer(context, None)
    if customer is None:
        return [Draft(texts.WHOSE_ORDER)]
    context.memory.questions.pop(0)
    cart = carts.open_cart(context.work, customer)
    taken = put(context, cart, product, quantity, replace=question.replace, said_as=question.said)
    if question.goes and question.goes != product.sku and taken.done:
        carts.remove(context.work, cart, question.goes)
    return answer(context, customer, taken)


def _current(context: Context, shown_hash: str | None) -> Question:
    questions = context.memory.questions
    if not questions or key_hash(questions[0].model_dump_json()) != shown_hash:
        raise Stale("That question is no longer open, so I did nothing.", code="question_closed")
    return questions[0]


def customer_chosen(context: Context, question: Question, code: str, more: OrderReading | None = None) -> list[Draft]:
    """Go on with the message that waited for its customer; ``more``: what was ordered along with the name."""
    customer = customers.by_code(context.work, code)
    context.chosen = customer
    context.memory.questions = [q for q in context.memory.questions if q.kind != "customer"]
    if question.skill in COMMANDS:
        return COMMANDS[question.skill](context, {"customer": code}, None)
    context.text, context.intent = question.said, question.skill or "place_order"
    if context.intent not in _ORDERING and more is None:
        return HANDLERS[context.intent](context)
    context.conversation.customer_id = customer.id
    if more is None:
        return take_reading(context, customer, read(context))
    if context.intent not in _ORDERING:
        context.intent = "order_for_customer"
        return take_reading(context, customer, more)
    return take_reading(context, customer, _both(read(context), more))


def _both(first: OrderReading, then: OrderReading) -> OrderReading:
    """Two messages as one order; what the later one wishes counts."""
    return replace(
        first,
        lines=first.lines + then.lines,
        requested_date=then.requested_date or first.requested_date,
        customer_reference=then.customer_reference or first.customer_reference,
        unread=first.unread + then.unread,
    )


def customer_said(context: Context) -> list[Draft] | None:
    """Take the message as the answer to "which customer?"; None where it names none."""
    question = context.memory.questions[0]
    reading = read(context)
    orders = any(line.amount is not None and (line.sku is not None or reading.customer_text) for line in reading.lines)
    found, _ = match_customer(context, (reading.customer_text if orders else None) or context.text)
    if found is None:
        return None
    return customer_chosen(context, question, found.code, reading if orders else None)


@command("question.answer")
def choose(context: Context, arguments: Mapping[str, Any], shown_hash: str | None) -> list[Draft]:
    """A tap on one of a question's options."""
    question = _current(context, shown_hash)
    if question.kind == "customer":
        return customer_chosen(context, question, arguments["key"])
    return _answered(context, question, arguments["key"])


@command("question.skip")
def skip(context: Context, _arguments: Mapping[str, Any], shown_hash: str | None) -> list[Draft]:
    """Leave the line in question out."""
    _current(context, shown_hash)
    return leave_out(context)


def leave_out(context: Context) -> list[Draft]:
    """Go on without what the open question is about, and say so."""
    question = context.memory.questions.pop(0)
    left = texts.LEFT_OUT.format(text=question.said)
    if question.goes:
        stays = catalogue.by_sku(context.work.session, question.goes)
        left = texts_conversation.STAYS.format(name=stays.name)
    customer, _ = resolve_customer(context, None)
    if customer is None:
        return [Draft(left)]
    return answer(context, customer, Taken(), left)
