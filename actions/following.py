"""Going on from the last question: "and for next month?", "how about the blue ones?", "what about Brook & Co?".

What was asked last is kept as the topic. A message that only names another product, customer or period asks the same
of it; what it does not name stays as it was.
"""

from __future__ import annotations

import re
from typing import Final

from actions import following_forecasts, forecast_periods, forecast_subjects
from actions.context import Context
from actions.language.ahead import is_ahead
from actions.language.catalogue import Candidate
from actions.language.dates import read_period
from actions.language.references import read_choice, read_document_numbers
from actions.language.spans import LATELY, is_span, is_the_one_before, read_span, span_words, with_in, words_of
from actions.language.words import contrast_classes, tokens
from actions.memory import Topic
from actions.ordering import read
from actions.parties import match_customer, turn_to
from actions.skills import ORDERING, PLANNERS, SELLERS
from actions.subjects import CLEAR, CLOSE, named_part
from actions.texts_margins import MARGIN_ON
from backend.insight.scopes import Kind

_OF_A_PRODUCT: Final = frozenset({"price_check", "stock_check", "forecast_product", "product_search"})
_OF_A_CUSTOMER: Final = frozenset(
    {"order_history", "order_status", "delivery_eta", "customer_lookup", "reorder_customer", "forecast_customer"}
)
_FORECASTS: Final = frozenset({"forecast_product", "forecast_category_or_total", "forecast_customer"})
TOPICS: Final = _OF_A_PRODUCT | _OF_A_CUSTOMER | _FORECASTS
# These pass by and leave the topic as it is.
PASSING: Final = frozenset({"explain", "thanks", "affirm", "deny", "not_understood", "help", "greet", "show_cart"})
_LEAD: Final = re.compile(
    r"^\s*(?:(?:ok|okay|right|thanks|thank\s+you|great|hmm|so|well|no|sorry|yes|good)[\s,.!]+)*"
    r"(?P<lead>and\s+(?:what|how)\s+about|and\s+(?:also\s+)?for|and\s+(?:over|in|of|on)|and|what\s+about|how\s+about|"
    r"what\s+of|same\s+(?:again\s+)?(?:for|with)|(?:the\s+)?same\s+(?:question\s+)?for|or|but|also|what\s+if|for|over)\b[\s,:]*(?P<rest>.+?)\s*[?.]*\s*$",
    re.IGNORECASE | re.DOTALL,
)
_WHY: Final = re.compile(
    r"^\s*(?:(?:and|but|ok|so|hm+|really)[\s,?]+)*(?:why(?:\s+(?:so|that|is\s+(?:that|it)|not|on\s+earth))?(?:\s+(?:many|much|few|little|high|low))?"
    r"|how\s+(?:so|come|do\s+you\s+(?:know|get\s+(?:that|to\s+that)))|what\s+makes\s+you\s+(?:say|think)\s+(?:that|so)|says\s+who)\s*[?.]*\s*$",
    re.IGNORECASE,
)
_HOW_SURE: Final = re.compile(
    r"^\s*(?:(?:and|but|ok|okay|so|hm+|really|right|thanks)[\s,?.]+)*(?:how\s+(?:sure|certain|confident|reliable|accurate|trustworthy|far\s+(?:off|out)"
    r"|(?:good|right|wrong|close))\s+(?:are|is|was|were|have|has|do|did|can|could|will)\s+(?:you|we|i|that|this|those|these|it|they"
    r"|(?:that|this|those|these|the|your)\s+(?:figures?|numbers?|forecasts?|guess(?:es)?|estimates?|predictions?))(?:\s+(?:been|be|so\s+far"
    r"|of\s+(?:that|this|it|those)|about\s+(?:that|this|it|those)|usually|normally|in\s+the\s+past|before|lately|really|likely\s+to\s+be))*"
    r"|(?:can|should|could)\s+(?:i|we)\s+(?:trust|rely\s+on|count\s+on|believe|bank\s+on)\s+(?:that|this|it|those|them"
    r"|(?:that|this|those|these|the|your)\s+(?:figures?|numbers?|forecasts?|estimates?)))\s*[?.]*\s*$",
    re.IGNORECASE,
)
_AND: Final = re.compile(
    r"^\W*(?:(?:ok|okay|right|thanks|so|well|and|but|what\s+about|how\s+about|same\s+for|the\s+same)\b[\s,.!]*)*",
    re.IGNORECASE,
)
_ON_LAST_YEAR: Final = re.compile(
    r"^\W*(?:(?:and|so|ok|okay|but|right|thanks)\b\W*)*(?:(?:how['’]?s|how\s+(?:is|was|does|did|do)|is|was|what['’]?s|are|were)\s+)?(?:that|it|this"
    r"|they|those|we)?\s{0,3}(?:compared?|comparing|look(?:ing)?|stack(?:ing)?\s+up|up\s+or\s+down|more\s+or\s+less|better\s+or\s+worse|higher\s+or\s+lower"
    r"|up|down|more|less|better|worse|doing)?\s{0,3}(?:against|with|to|than|on|vs\.?|versus|from)\s+(?:the\s+)?(?:same\s+(?:\w+\s+){1,2})?"
    r"(?:last\s+year|a\s+year\s+(?:ago|earlier|before)|the\s+year\s+before)(?:['’]s)?\W*$",
    re.IGNORECASE,
)
"""The figures shown last are to be held against those of a year before."""
_AND_ON: Final = re.compile(
    r"^\W*(?:(?:and|ok|okay|so)\b\W*)*(?:(?:what|how)\s+about|on|with|from|for)\s+(?P<what>[^?!.]{2,60}?)\W*$",
    re.IGNORECASE,
)
_LONGEST: Final = 9
_A_NUMBER_FIRST: Final = re.compile(
    r"^(?:\d[\d,.]*\s*(?:x|×)?|another|a\s+dozen|half|two|three|four|five|six|ten)\s+\w", re.IGNORECASE
)
_SIZE: Final = re.compile(r"^[a-z]?\d[\d.,x/-]*[a-z]*$")


def follow(context: Context) -> bool:
    """Turn a message that goes on from the last question into that question; whether it is one.

    The context's text and intent are then those of the whole question.
    """
    if _asks_why(context):
        context.intent = "explain"
        return True
    topic = context.memory.topic
    if topic is None or len(context.text.split()) > _LONGEST or read_document_numbers(context.text):
        return False
    if topic.figures:
        of_time = topic.skill != "replenish"
        if of_time and (_another_span(context, topic) or _another_margin(context, topic)):
            return True
    elif topic.skill in _FORECASTS and following_forecasts.follow(context, topic):
        return True
    found = _LEAD.match(context.text)
    if found is None:
        return False
    rest = found["rest"].strip()
    if not rest or (_A_NUMBER_FIRST.match(rest) and read_period(rest, context.today) is None):
        return False  # "and 50 of 10-109" is an order
    if context.work.principal.role in ORDERING and topic.skill not in _FORECASTS and _orders(context):
        return False
    return _asks_the_same(context, topic, rest)


def _asks_why(context: Context) -> bool:
    explained = bool(context.memory.explanation)
    if _WHY.match(context.text) and (explained or context.memory.cart_shown is not None):
        return True
    return explained and _HOW_SURE.match(context.text) is not None


def _orders(context: Context) -> bool:
    return any(line.sku is not None and line.quantity is not None for line in read(context).lines)


def _asks_the_same(context: Context, topic: Topic, rest: str) -> bool:
    if topic.skill in _FORECASTS and _another_subject(context, topic, rest):
        return True
    if topic.skill in _OF_A_CUSTOMER and (_another_customer(context, topic, rest) or _one_of_the_list(context, rest)):
        return True
    if topic.skill == "price_check" and _for_another(context, topic, rest):
        return True
    return topic.skill in _OF_A_PRODUCT | _FORECASTS and _another_product(context, topic, rest)


def _ask(context: Context, skill: str, *parts: str) -> bool:
    context.text = " ".join(part for part in parts if part)
    context.intent, context.confidence = skill, 1.0
    return True


def _another_margin(context: Context, topic: Topic) -> bool:
    """The margin on something else: "and on Harper?"."""
    found = _AND_ON.match(context.text) if topic.figures.startswith(MARGIN_ON) else None
    return found is not None and _ask(context, topic.skill, f"{MARGIN_ON}{found['what']}", topic.period)


def _another_span(context: Context, topic: Topic) -> bool:
    """The figures shown last, over another stretch: "and over the last year?"; of what is due out "and next week?"; or
    held against those of a year before.
    """
    if topic.skill != "order_status" and _ON_LAST_YEAR.match(context.text):
        return _ask(context, topic.skill, topic.figures, topic.period or LATELY, "against last year")
    if topic.skill != "order_status" and is_the_one_before(context.text):
        shown = read_span(f"{topic.figures} {topic.period or LATELY}", context.today)
        return _ask(context, topic.skill, topic.figures, words_of(shown.before, shown.before_until))
    rest = with_in(_AND.sub("", context.text, count=1))
    another = is_ahead(rest, context.today) if topic.skill == "order_status" else is_span(rest)
    return another and _ask(context, topic.skill, topic.figures, rest)


def _another_subject(context: Context, topic: Topic, rest: str) -> bool:
    """A category, a country, a customer or a rep instead, over the same periods where no others are named."""
    if context.work.principal.role not in PLANNERS:
        return False
    scope = forecast_subjects.named_scope(context, forecast_periods.without(rest))
    if scope is None or scope.kind is Kind.PRODUCT:
        return False  # a product's variants ("the blue ones") are told by what was spoken of
    skill = "forecast_customer" if scope.kind is Kind.CUSTOMER else "forecast_category_or_total"
    period = forecast_periods.read(rest, context.today).words or topic.period
    return _ask(context, skill, forecast_subjects.phrase((scope,), context), period)


def _another_customer(context: Context, topic: Topic, rest: str) -> bool:
    if context.work.principal.customer_id is not None:
        return False
    customer, question = match_customer(context, re.split(r"\s*,?\s+not\s+", rest)[0])
    if customer is None and not question.options:
        return False
    return _ask(context, topic.skill, "for", customer.name if customer is not None else rest)


def _for_another(context: Context, topic: Topic, rest: str) -> bool:
    """The price of the same product for another customer, whom the desk turns to where no cart is under way."""
    if context.work.principal.role not in SELLERS or not topic.about:
        return False
    customer, _ = match_customer(context, rest)
    if customer is None:
        return False
    turn_to(context, customer)
    return _ask(context, topic.skill, topic.about)


def _one_of_the_list(context: Context, rest: str) -> bool:
    """The order meant by "and the second one?" after a list of orders."""
    shown = context.memory.shown
    if shown is None or shown.kind != "orders":
        return False
    choice = read_choice(rest, shown.keys)
    return choice is not None and _ask(context, "order_status", shown.keys[choice])


def _another_product(context: Context, topic: Topic, rest: str) -> bool:
    named = named_part(forecast_periods.without(rest) if topic.skill in _FORECASTS else rest)
    if not named:
        return False
    found = _best(context, named, _spoken_of(context, topic))
    if not found:
        return False
    skill = "forecast_product" if topic.skill in _FORECASTS else topic.skill
    period = forecast_periods.read(rest, context.today).words or topic.period if skill == "forecast_product" else ""
    if _stands_out(found):
        context.memory.product = found[0].sku
        return _ask(context, skill, found[0].sku, period)
    return _ask(context, skill, named, period)


def _spoken_of(context: Context, topic: Topic) -> str | None:
    """The product asked about last: of a forecast what its words are likest to, never one spoken of before that."""
    if topic.skill not in _FORECASTS:
        return topic.about
    words, index = following_forecasts.about(context, topic), context.catalogue.index
    if not words or index.get(words) is not None:
        return words or context.memory.product
    near = index.search(words, limit=1)
    return near[0].sku if near else None


def _best(context: Context, named: str, sku: str | None) -> list[Candidate]:
    """What is meant: by its own words where they say enough, else as a variant of what was spoken of ("the blue")."""
    index = context.catalogue.index
    alone = index.search(named, limit=5, bought=context.bought())
    if index.get(named) is not None or not sku:
        return alone
    entry = index.get(sku)
    if entry is None:
        return alone
    if alone and alone[0].score >= CLEAR and _stands_out(alone) and _names_it_whole(named):
        return alone
    varied = index.search(f"{named} {_rest_of_name(entry.name, named)}", limit=5)
    said = set(tokens(named))
    fits = [
        one for one in varied if (other := index.get(one.sku)) and said <= set(tokens(other.name)) and one.sku != sku
    ]
    return fits or alone


def _names_it_whole(named: str) -> bool:
    """Three words and more name a product, fewer may be what differs from the last one."""
    return len(tokens(named)) >= 3


def _rest_of_name(name: str, said: str) -> str:
    """A product's name without what the new words replace: a colour by a colour, a size by a size."""
    classes = contrast_classes()
    words = tokens(said)
    replaced = {classes[word] for word in words if word in classes}
    sized = any(_SIZE.match(word) for word in words)
    kept = [word for word in tokens(name) if classes.get(word) not in replaced and not (sized and _SIZE.match(word))]
    return " ".join(kept)


def _stands_out(found: list[Candidate]) -> bool:
    return len(found) == 1 or found[0].score - found[1].score >= CLOSE / 2


def note(context: Context) -> None:
    """After a turn: keep what was asked as the topic, or let it go."""
    memory, skill = context.memory, context.intent
    if skill in PASSING:
        return
    if skill != "what_if":
        memory.buying.supposed = []
    if context.figures:
        memory.topic = Topic(skill=skill, figures=context.figures, period=span_words(context.text))
        return
    if skill not in TOPICS:
        memory.topic = None
        return
    shown = memory.shown
    product = shown.keys[0] if skill in _OF_A_PRODUCT and shown is not None and shown.kind == "products" else None
    if skill in _FORECASTS:
        memory.topic = following_forecasts.noted(
            context, memory.topic, memory.forecast_of or named_part(forecast_periods.without(context.text))
        )
        return
    memory.topic = Topic(skill=skill, about=product or "")
