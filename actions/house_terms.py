"""Questions about the house's terms, which order desks hear every day and which no skill of the vocabulary is for.

"what's your minimum order?", "how much is delivery?", "what's the cut-off for tomorrow?", "do you deliver on
Saturdays?", "can you do better on the price?". The figures are the company's and the customer's own.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from actions import texts_terms as texts
from actions import texts_waiting
from actions.cart import shown_cart
from actions.context import Context
from actions.drafts import Draft, Tap
from actions.language.collecting import is_to_be_collected
from actions.language.references import read_document_numbers
from actions.ordering import read
from actions.products import price_said
from actions.showing import counted, day_text
from actions.skills import NOT_UNDERSTOOD
from actions.subjects import subjects
from backend.catalogue.quantities import said
from backend.company.service import company
from backend.company.tables import Company
from backend.customers.tables import Customer
from backend.identity.tables import Role
from backend.sales import carts
from backend.sales.terms import Terms, terms_for

MOST_PRICES: Final = 3
_OF_GOODS: Final = frozenset({"stock_check", "price_check", "product_search"})
_DELIVERY: Final = r"(?:deliver(?:y|ies)|carriage|postage|shipping|p\s*&\s*p|freight)"
_ASKS: Final = re.compile(
    r"\?\s*$|^\W*(?:(?:hi|hello|hey|ok|okay|and|so|but|quick\s+question|just\s+wondering|morning)[\s,:.!-]+)*"
    r"(?:what|when|how|which|do|does|are|is|can|could|any|would|will|whats|remind|tell)\b",
    re.IGNORECASE,
)
_MINIMUM: Final = re.compile(
    r"\b(?:min(?:imum|\.)?|smallest|lowest|least)\s+(?:order|spend|basket|purchase)\b|\bmoq\b"
    r"|\b(?:do\s+i|do\s+we|is\s+there|have)\b.*\bminimum\b|\bminimum\b.*\b(?:order|spend)\b",
    re.IGNORECASE,
)
_CHARGE: Final = re.compile(
    rf"\b{_DELIVERY}\s+(?:charges?|costs?|fees?|rates?|prices?|free)\b|\b(?:free|charge\s+(?:me\s+|us\s+)?for|pay\s+for|cost\s+of)\s+{_DELIVERY}\b"
    rf"|\bhow\s+much\s+(?:is|are|for|does|do\s+you\s+charge\s+for|would|will)?\s*(?:the\s+|your\s+)?{_DELIVERY}\b(?:\s+(?:cost|be))?",
    re.IGNORECASE,
)
_CUT_OFF: Final = re.compile(
    r"\bcut[\s-]?offs?\b|\b(?:what\s+time|how\s+late|latest)\b.*\border\b|\border\b.*\bby\s+what\s+time\b"
    rf"|\b(?:next|same)[\s-]day\s+{_DELIVERY}\b|\b(?:do\s+you\s+(?:do|offer)|can\s+you\s+do)\s+(?:next|same)[\s-]day\b"
    rf"|\bhow\s+(?:long|quick\w*|fast|soon)\s+(?:is|are|does|do|will|would)?\s*(?:your\s+|the\s+)?{_DELIVERY}\b",
    re.IGNORECASE,
)
_DAY_WORDS: Final = (
    r"(?:saturdays?|sundays?|weekends?|bank\s+holidays?|public\s+holidays?|christmas|boxing\s+day|new\s+year\S*|easter)"
)
_DAYS: Final = re.compile(
    rf"^(?!.*\b(?:after|before)\b).*\b(?:deliver\w*|open|closed?|work|ship|send|dispatch|despatch)\b.*\b{_DAY_WORDS}\b|\b{_DAY_WORDS}\s+{_DELIVERY}\b"
    r"|\bare\s+you\s+(?:guys\s+|lot\s+)?(?:open|closed|shut)\b|\bopening\s+(?:hours|times)\b|\bwhat\s+(?:hours|days)\s+(?:do|are)\s+you\b"
    r"|\bwhich\s+days\b.*\bdeliver\b|\bwhat\s+days\b.*\bdeliver\b",
    re.IGNORECASE,
)
_RETURNS: Final = re.compile(
    r"\breturns?\s+(?:policy|terms|period|window)\b"
    r"|\bhow\s+(?:long|many\s+days)\b.*\b(?:to\s+return|returns?|(?:send|bring|give)\s+(?:\w+\s+){0,2}back)\b",
    re.IGNORECASE,
)
_PAYMENT: Final = re.compile(
    r"\bpayment\s+terms\b|\b(?:my|our|your|the)\s+terms\b(?=\W*$)|\bhow\s+(?:long|many\s+days)\b.*\bto\s+pay\b|\bhow\s+(?:long|many\s+days)\s+credit\b",
    re.IGNORECASE,
)
_QUOTES: Final = re.compile(
    r"\bhow\s+long\b.*\b(?:is|are|does|do|will)\b.*\bquot\w+\b.*\b(?:valid|good|hold|last|stand|for)\b", re.IGNORECASE
)
_LESS: Final = re.compile(
    r"\b(?:better|best|sharper|keener|lower|special|bulk|volume|trade)\s+(?:price|rate|deal)s?\b|\bprice\s+match\b"
    r"|\bknock\s+(?:\w+\s+){0,3}off\b|\b(?:discount|deal|money\s+off)\b.*\b(?:on|for|if)\s+(?:a|an|this|that|these|the|my|our|big|bulk|i|we)\b"
    r"|\b(?:bulk|volume|quantity|trade|loyalty)\s+discounts?\b|\b(?:can|could)\s+you\s+do\s+(?:me\s+|us\s+)?(?:any\s+)?(?:better|cheaper)\b",
    re.IGNORECASE,
)
_PERCENT: Final = re.compile(r"\d\s*(?:%|per\s?cent|percent)", re.IGNORECASE)


def answer(context: Context) -> list[Draft] | None:
    """The answer to a question about the house's terms; None for any other message."""
    row = company(context.work.session)
    if row is None or read_document_numbers(context.text):
        return None
    collected = is_to_be_collected(context.text) and context.intent not in _OF_GOODS
    tell: Tell | None = _collected if collected else None
    if tell is None and _ASKS.search(context.text):
        tell = next((tell for asks, tell in _TOPICS if asks.search(context.text)), None)
    if tell is None or any(line.sku and line.quantity for line in read(context).lines):
        return None
    drafts = tell(context, row)
    if drafts is not None:
        context.aside = True
        context.intent = "help" if context.intent == NOT_UNDERSTOOD else context.intent
    return drafts


def _collected(context: Context, _row: Company) -> list[Draft]:
    return [Draft(texts.NO_COLLECTION, taps=(_person(context),))]


def _person(context: Context) -> Tap:
    wish = {"skill": "talk_to_human", "text": context.text}
    return Tap(texts_waiting.TALK_TO_A_PERSON, "skill.run", wish, once=False)


def _whose(context: Context) -> Customer | None:
    found = shown_cart(context)
    return found[0] if found is not None else context.customer()


def _terms(context: Context) -> Terms | None:
    customer = _whose(context)
    return terms_for(context.work, customer) if customer is not None else None


def _minimum(context: Context, row: Company) -> list[Draft]:
    products, sure = subjects(context)
    if sure and len(products) == 1 and products[0].sku != context.memory.product:
        product = products[0]
        step = product.sales_multiple
        steps = texts.STEPS_OF.format(step=said(product, step)) if step > 1 else ""
        return [Draft(texts.LEAST_OF.format(name=product.name, least=said(product, product.sales_moq), steps=steps))]
    terms = _terms(context)
    least = terms.minimum if terms is not None else row.minimum_order
    return [Draft(texts.MINIMUM.format(amount=context.money(least)) if least else texts.NO_MINIMUM)]


def _charge(context: Context, row: Company) -> list[Draft]:
    if not row.delivery_charge:
        return [Draft(texts.FREE)]
    above = row.free_delivery_from
    free = texts.FREE_FROM.format(amount=context.money(above)) if above is not None else ""
    text = texts.CHARGE.format(charge=context.money(row.delivery_charge), free=free)
    found = shown_cart(context)
    if found is not None and found[1].lines:
        sums = carts.priced(context.work, found[1]).totals
        of_cart = texts.CART_CHARGE if sums.delivery else texts.CART_FREE
        text += of_cart.format(goods=context.money(sums.goods), charge=context.money(sums.delivery))
    return [Draft(text)]


def _cut_off(context: Context, row: Company) -> list[Draft]:
    days = counted(row.delivery_days, "working day")
    return [Draft(f"{texts.CUT_OFF.format(time=row.cut_off, days=days)}{_now(context)}")]


def _days(context: Context, _row: Company) -> list[Draft]:
    return [Draft(f"{texts.DAYS}{_now(context)}")]


def _now(context: Context) -> str:
    terms = _terms(context)
    return "" if terms is None else f" {texts.NOW.format(day=day_text(terms.arrives))}"


def _returns(_context: Context, row: Company) -> list[Draft]:
    return [Draft(texts.RETURNS.format(days=row.return_days))]


def _payment(context: Context, _row: Company) -> list[Draft] | None:
    if context.work.principal.role is Role.BUYER:
        return None  # what we pay our suppliers in is another matter
    customer = _whose(context)
    if customer is None:
        return [Draft(texts.PAYMENT_FOR_ALL)]
    return [Draft(texts.PAYMENT.format(customer=customer.name, days=customer.payment_days))]


def _quotes(_context: Context, row: Company) -> list[Draft]:
    return [Draft(texts.QUOTES.format(days=row.quote_days))]


def _less(context: Context, _row: Company) -> list[Draft] | None:
    """To a customer: where more costs less, and who decides beyond that. Our own people give discounts on quotes."""
    if context.work.principal.customer_id is None or _PERCENT.search(context.text):
        return None
    products, sure = subjects(context)
    found = shown_cart(context)
    if not sure or not products:
        products = [line.product for line in found[1].lines] if found is not None else []
    prices = [price_said(context, product) for product in products]
    falling = [price for price in prices if price.count(" from ")][:MOST_PRICES]
    lead = texts.LESS_FOR_MORE.format(prices=" ".join(falling)) if falling else texts.NOT_LESS
    return [Draft(f"{lead} {texts.BEYOND}", taps=(_person(context),))]


Tell = Callable[[Context, Company], list[Draft] | None]
_TOPICS: Final[tuple[tuple[re.Pattern[str], Tell], ...]] = (
    (_CUT_OFF, _cut_off),
    (_CHARGE, _charge),
    (_MINIMUM, _minimum),
    (_DAYS, _days),
    (_RETURNS, _returns),
    (_PAYMENT, _payment),
    (_QUOTES, _quotes),
    (_LESS, _less),
)
