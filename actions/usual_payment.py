"""How a customer usually pays: "how do I usually pay?", "always pay by card ending 4242 from now on".

How one order is paid is a change of that order; here it is what new orders are paid by where nobody says otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from actions import texts
from actions import texts_money as words
from actions.context import Context
from actions.drafts import Draft, Tap
from actions.memory import Confirmation
from actions.papers_at_hand import named
from actions.registry import command
from actions.whose_money import ask_whose, whose
from backend.chat.cards import Fact, FactsCard
from backend.customers import queries as customers
from backend.customers import service
from backend.customers.queries import ON_ACCOUNT
from backend.customers.tables import Customer, PaymentMethod

SKILL: Final = "customer_lookup"
CARD_DIGITS: Final = 12
_WAYS: Final = r"payment\s+(?:methods?|options?|preferences?)|methods?\s+of\s+payment|ways?\s+(?:to\s+pay|of\s+paying)"
_BRANDS: Final = (
    "visa",
    "mastercard",
    "master card",
    "amex",
    "american express",
    "maestro",
    "debit card",
    "credit card",
)
_MEANS: Final = re.compile(
    rf"\b(?:{_WAYS}|by\s+(?:\w+\s+)?card|cards?\s+(?:ending|number|no\.?|with|\d{{4}}[\d\s-]*)|(?:the|our|my|their|\w+'s)\s+(?:\w+\s+){{0,2}}card(?!s?\s+(?:holders?|wallets?|cases?))"
    r"|visa|master\s?card|amex|american\s+express|maestro|direct\s+debit|dd|bank\s+transfer|bacs|on\s+(?:our\s+|my\s+|the\s+|their\s+)?account|on\s+invoice"
    r"|ending(?:\s+in)?\s+\d{4})\b",
    re.IGNORECASE,
)
_ALWAYS: Final = re.compile(
    r"\balways\b|\bfrom\s+(?:now|today|here)(?:\s+on\w*)?\b|\bin\s+(?:the\s+)?future\b|\bgoing\s+forwards?\b|\bhenceforth\b|\bevery\s+(?:time|order)\b"
    r"|\ball\s+(?:our|my|their|future|the|new)?\s*(?:new\s+|future\s+)?(?:orders|payments|purchases)\b|\bby\s+default\b|\bdefault\b|\bas\s+standard\b|\bpreferred\b|\bpermanently\b"
    r"|\busual(?:ly)?\b|\bnormal(?:ly)?\b|\bany\s?(?:more|longer)\b|\bno\s+longer\b|\b(?:our|my|their)\s+payments\b"
    rf"|\b(?:our|my|their|\w+'s)\s+(?:{_WAYS})\b|\bstop\s+(?:using|charging|taking|paying)\b",
    re.IGNORECASE,
)
_CHANGES: Final = re.compile(
    r"\b(?:pay|paying|charged|billed|put|use|using|set|make|switch|change|charge|charging|take|taking|bill|want|wants|prefer|prefers|like|move|go)\b",
    re.IGNORECASE,
)
_STOPS: Final = re.compile(
    r"\b(?:stop|no\s+longer|not|don'?t|never)\b[^.?!,;]{0,20}\b(?:us(?:e|ing)|charg(?:e|ing)|tak(?:e|ing)|pay(?:ing)?)\b",
    re.IGNORECASE,
)
_ASKS: Final = re.compile(
    rf"\bhow\s+(?:do|does|are|is|did)\b[^.?!]{{0,50}}\b(?:usually|normally|generally|always|by\s+default)\b[^.?!]{{0,30}}\b(?:pay|paid|paying|charged|billed)\b"
    rf"|\bhow\b[^.?!]{{0,50}}\b(?:pay|paid|paying|charged|billed)\b[^.?!]{{0,30}}\b(?:usually|normally|by\s+default|as\s+a\s+rule)\b"
    rf"|\b(?:what|wat|which|show|list|see|tell)\b[^.?!]{{0,40}}\b(?:{_WAYS})\b"
    rf"|\b(?:usual|default|normal|preferred)\s+(?:{_WAYS}|card|payment)\b[^.!]*\?"
    r"|\b(?:what|which)(?:'?s|\s+is)?\s+(?:our|my|their|\S+'s)\s+(?:usual|default|normal|preferred)\s+(?:card|payment)\b"
    r"|\b(?:what|which)\s+card\b[^.?!]{0,40}\b(?:normally|usually|by\s+default|pay(?:ing)?\s+with)\b"
    r"|\b(?:usual|default|normal)\s+way\s+(?:\w+\s+){0,2}pays?\b"
    r"|\bhow\b[^.?!]{0,40}\b(?:is|are)\s+(?:usually|normally)\s+paid\b"
    r"|\bhow\s+(?:is|are)\b[^.?!]{0,30}\bset\s+up\s+to\s+pay\b"
    r"|\b(?:change|choose|set)\s+how\s+\S+\s+(?:usually|normally|always)\s+pays?\b"
    r"|\b(?:what|which|any)\s+(?:\w+\s+)?cards?\b[^.?!]{0,30}\b(?:on\s+file|have\s+for|stored|saved|hold\s+for|registered)\b",
    re.IGNORECASE,
)
_ONE_ORDER: Final = re.compile(r"\b(?:this|that|last|latest|current|next|new)\s+(?:order|one|invoice)\b", re.IGNORECASE)
_OTHERWISE: Final = re.compile(r"\b(?:where|when|why|late|overdue|terms|refund\w*|deliver\w*|address)\b", re.IGNORECASE)
_CAN_YOU: Final = re.compile(r"\b(?:can|could|would|will|may)\s+(?:you|we|i)\b|\bplease\b", re.IGNORECASE)
_ACCOUNT: Final = re.compile(r"\bon\s+(?:our\s+|my\s+|the\s+|their\s+)?account\b|\bon\s+invoice\b", re.IGNORECASE)
# Invoices on account are paid by transfer: it needs nothing on file.
_TRANSFER: Final = re.compile(r"\bbank\s+transfer\b|\bbacs\b", re.IGNORECASE)
_ELSEWHERE: Final = ("SO", "INV", "RT", "QU", "PO", "CN", "PAY", "ST", "IQ")
_INSTEAD: Final = re.compile(r"\b(?:use|instead|switch|take|charge)\b", re.IGNORECASE)


def concerns(context: Context) -> bool:
    """Whether a message is about how a customer usually pays."""
    text = context.text
    if any(named(context, prefix) is not None for prefix in _ELSEWHERE):
        return False
    return _asks(text) or _changes(text)


def _asks(text: str) -> bool:
    if _ASKS.search(text):
        return True
    question = "?" in text and not _CAN_YOU.search(text)
    return question and bool(_MEANS.search(text) and _ALWAYS.search(text)) and not _OTHERWISE.search(text)


def _changes(text: str) -> bool:
    if _ONE_ORDER.search(text) or _OTHERWISE.search(text):
        return False
    return all(pattern.search(text) for pattern in (_MEANS, _ALWAYS, _CHANGES))


def handle(context: Context) -> list[Draft]:
    """Show how they pay, or ask for a yes to another usual way."""
    text = context.text
    found = whose(context, _without_means(text))
    if found.question is not None:
        return ask_whose(context, found.question, SKILL, text)
    context.intent, customer = SKILL, found.customer
    assert customer is not None, "who may see customers is asked for one"
    if _asks(text):
        return [_shown(context, customer)]
    if sum(letter.isdigit() for letter in text) >= CARD_DIGITS:
        return [Draft(words.USUAL_NO_NUMBERS)]
    service.require_for(context.work, customer)
    return [_chosen(context, customer, text)]


def _without_means(text: str) -> str:
    return _ALWAYS.sub(" ", _MEANS.sub(" ", text))


def _chosen(context: Context, customer: Customer, text: str) -> Draft:
    known = customers.payment_methods(context.work, customer)
    stops = _STOPS.search(text)
    if stops is not None:
        return _stop(context, customer, text[: stops.start()] + text[stops.end() :], known)
    meant = named_ways(text, known)
    if not meant and (_ACCOUNT.search(text) or _TRANSFER.search(text)):
        return ask(context, customer, None)
    if len(meant) == 1:
        return ask(context, customer, meant[0])
    if meant or not _names_one(text):
        return _shown(context, customer, words.USUAL_WHICH, meant or known)
    return _shown(context, customer, words.USUAL_UNKNOWN.format(customer=customer.name), known)


def _stop(context: Context, customer: Customer, text: str, known: Sequence[PaymentMethod]) -> Draft:
    """No longer by the usual card: by what else is named, else on account."""
    usual = customers.usual_method(context.work, customer)
    if _ACCOUNT.search(text):
        return ask(context, customer, None)
    meant = named_ways(text, known)
    others = [one for one in meant if one.label != usual and _INSTEAD.search(text)]
    if usual != ON_ACCOUNT and any(one.label == usual for one in meant):
        return ask(context, customer, others[0] if len(others) == 1 else None)
    if usual == ON_ACCOUNT or not meant:
        lead = words.USUAL_ALREADY.format(customer=customer.name, method=said(usual))
        return _shown(context, customer, lead if usual == ON_ACCOUNT else words.USUAL_WHICH)
    return _shown(context, customer, words.USUAL_NOT_THAT.format(method=meant[0].label))


def _names_one(text: str) -> bool:
    """Whether a certain way to pay is named, on file or not."""
    plain = re.sub(_WAYS, " ", text, flags=re.IGNORECASE)
    return _MEANS.search(plain) is not None


def named_ways(text: str, known: Sequence[PaymentMethod]) -> list[PaymentMethod]:
    """Those of a customer's ways to pay that a message names: by the last digits, else by its label, brand or kind.

    What comes after "to" counts alone where both are named: "from the visa to the mastercard".
    """
    digits = re.findall(r"(?<![\d-])\d{4}(?![\d-])", text)
    if digits:
        return [one for one in known if any(each in one.label for each in digits)]
    after = re.split(r"\bto\b", text, flags=re.IGNORECASE)[-1]
    for part in dict.fromkeys((after, text)):
        found = _by_words(part.casefold(), known)
        if found:
            return found
    return []


def _by_words(text: str, known: Sequence[PaymentMethod]) -> list[PaymentMethod]:
    whole = [one for one in known if one.label.casefold() in text]
    if whole:
        return whole
    brands = [brand for brand in _BRANDS if re.search(rf"\b{brand}\b", text)]
    branded = [
        one for one in known if any(brand.replace(" ", "") in one.label.casefold().replace(" ", "") for brand in brands)
    ]
    if branded or any(brand not in ("debit card", "credit card") for brand in brands):
        return branded
    kinds = {
        "direct_debit": r"\bdirect\s+debit\b|\bdd\b",
        "bank_transfer": r"\bbank\s+transfer\b|\bbacs\b",
        "card": r"\bcard\b",
    }
    return [one for one in known if one.kind in kinds and re.search(kinds[one.kind], text)]


def said(label: str) -> str:
    """A way to pay within a sentence."""
    return words.ON_ACCOUNT if label == ON_ACCOUNT else words.BY_METHOD.format(method=label)


def _as_usual(method: PaymentMethod | None) -> str:
    """What new orders are paid by where it is the usual way: a bank transfer is how invoices on account are paid."""
    return method.label if method is not None and method.kind in ("card", "direct_debit") else ON_ACCOUNT


def ask(context: Context, customer: Customer, method: PaymentMethod | None) -> Draft:
    """Ask for a yes to another usual way to pay; None is on account."""
    before = customers.usual_method(context.work, customer)
    label = _as_usual(method)
    if label == before:
        return Draft(words.USUAL_ALREADY.format(customer=customer.name, method=said(before)))
    arguments = {"customer": customer.code, "method": method.label if method is not None else ON_ACCOUNT, "was": before}
    context.memory.confirmation = Confirmation(command="payment.usual", arguments=arguments)
    text = words.USUAL_ASK.format(customer=customer.name, method=said(label), before=said(before))
    title = words.USUAL_YES.format(method=said(label))
    taps = (Tap(title, "payment.usual", arguments), Tap(texts.NO_LEAVE, "confirmation.no"))
    return Draft(f"{text} {words.USUAL_PLACED}", taps=taps)


def _shown(
    context: Context, customer: Customer, lead: str = "", offered: Sequence[PaymentMethod] | None = None
) -> Draft:
    """How they pay, and a button for each other way that would make a difference."""
    usual = customers.usual_method(context.work, customer)
    known = customers.payment_methods(context.work, customer)
    if not known:
        return Draft(words.USUAL_NONE.format(customer=customer.name))
    labels = [ON_ACCOUNT, *(one.label for one in known)]
    facts = [
        Fact(
            label=words.USUAL_LABEL if label == usual else words.OTHER_LABEL,
            value=words.ON_ACCOUNT_TITLE if label == ON_ACCOUNT else label,
        )
        for label in sorted(labels, key=lambda each: each != usual)
    ]
    taps = tuple(
        Tap(
            words.MAKE_USUAL.format(method=said(label))[:200],
            "payment.usual.ask",
            {"customer": customer.code, "method": label},
            once=False,
        )
        for label in _differing(usual, offered, known)
    )
    if lead == words.USUAL_WHICH and not taps:
        lead = words.USUAL_NO_OTHER.format(customer=customer.name, method=said(usual))
    text = lead or words.USUAL_IS.format(customer=customer.name, method=said(usual))
    card = FactsCard(title=words.USUAL_TITLE.format(customer=customer.name), facts=facts)
    return Draft(text, card, taps)


def _differing(usual: str, offered: Sequence[PaymentMethod] | None, known: Sequence[PaymentMethod]) -> list[str]:
    """The labels of those that would change how new orders are paid, each way once."""
    ways = [_as_usual(one) for one in offered] if offered is not None else [ON_ACCOUNT, *map(_as_usual, known)]
    return [way for way in dict.fromkeys(ways) if way != usual]


def _method(context: Context, customer: Customer, label: str) -> PaymentMethod | None:
    return next((one for one in customers.payment_methods(context.work, customer) if one.label == label), None)


@command("payment.usual.ask")
def asked(context: Context, arguments: Mapping[str, Any], _shown_hash: str | None) -> list[Draft]:
    """A tap on one of the ways to pay."""
    customer = customers.by_code(context.work, arguments["customer"])
    method = _method(context, customer, arguments["method"])
    if method is None and arguments["method"] != ON_ACCOUNT:
        return [_shown(context, customer, words.USUAL_GONE)]
    return [ask(context, customer, method)]


@command("payment.usual")
def change(context: Context, arguments: Mapping[str, Any], _shown_hash: str | None) -> list[Draft]:
    """Make it the usual one, if how they pay still is what was shown."""
    context.memory.confirmation = None
    customer = customers.by_code(context.work, arguments["customer"])
    usual, label = customers.usual_method(context.work, customer), arguments["method"]
    method = _method(context, customer, label)
    if usual != arguments["was"] or (method is None and label != ON_ACCOUNT):
        lead = words.USUAL_ALREADY.format(customer=customer.name, method=said(usual))
        return [_shown(context, customer, lead if method is not None or label == ON_ACCOUNT else words.USUAL_GONE)]
    if method is not None:
        service.change_payment_method(context.work, customer, method, default=True)
    else:
        for one in customers.payment_methods(context.work, customer):
            if one.default:
                service.change_payment_method(context.work, customer, one, default=False)
    now = customers.usual_method(context.work, customer)
    return [Draft(words.USUAL_DONE.format(customer=customer.name, method=said(now)))]
