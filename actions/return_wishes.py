"""From words to what is to come back of an order: which lines, how much, why, and what is wanted instead."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from actions import texts, texts_returns
from actions.context import Context
from actions.contradicting import is_kind_of, said_otherwise
from actions.language.catalogue import CatalogueIndex, Entry
from actions.language.orders import ReadLine, read_order, resize
from actions.language.references import read_quantity
from actions.language.units import unit_named
from actions.order_changes import without_number
from actions.papers_at_hand import index_of, index_over
from backend.catalogue import queries as catalogue
from backend.catalogue.tables import Product
from backend.returns import exchanges
from backend.returns.returnable import Returnable
from backend.returns.service import Item
from backend.sales.tables import Order

_ALL: Final = re.compile(
    r"\b(?:everything|all\s+of\s+(?:it|them)|it\s+all|the\s+(?:whole\s+)?(?:lot|order|thing|delivery)|all\s+the\s+(?:items|lines|goods))\b",
    re.IGNORECASE,
)
_WHY: Final = re.compile(
    r"(?:[,;:.–-]\s*|\s)(?P<why>(?:because|since|as)\s+(?:they|it|we|the|these|those|i)\b.*|(?:they|it|these|those)(?:'re|'s|\s+are|\s+is"
    r"|\s+was|\s+were|\s+came|\s+arrived|\s+don't|\s+do\s+not|\s+doesn't|\s+won't)\b.*|(?:wrong|damaged|faulty|broken|too\s+(?:big|small|long"
    r"|short|many|much)|not\s+(?:needed|wanted|what|the)|no\s+longer\s+needed|ordered\s+by\s+mistake|surplus|defective)\b.*)$",
    re.IGNORECASE | re.DOTALL,
)
_MONEY: Final = re.compile(
    r"\b(?:refund|money\s+back|pay\s+(?:us|me)\s+back|back\s+(?:on|to)\s+(?:my|our|the)\s+card)", re.IGNORECASE
)
_CREDIT: Final = re.compile(r"\bcredit(?:\s+note)?\b|\bon\s+(?:our|my)\s+account\b", re.IGNORECASE)
_PAIR: Final = re.compile(
    r"^(?P<old>.*?)\s+(?:for|with|against|into|to)\s+(?:the\s+|some\s+|a\s+)?(?P<new>[^,;]*[a-z][^,;]*)$",
    re.IGNORECASE | re.DOTALL,
)
_INSTEAD: Final = re.compile(
    r"^(?P<new>.*?)\s+(?:instead\s+of|rather\s+than|in\s+place\s+of)\s+(?P<old>.*)$", re.IGNORECASE | re.DOTALL
)
_NEXT_PAIR: Final = re.compile(r"(?:[,;]|\band\b)\s+(?=(?:\d|the\b|my\b|our\b)[^,;]*?\s(?:for|with)\s)", re.IGNORECASE)


_VERB: Final = re.compile(
    r"^.*?\b(?:exchange|swap|switch|replace|change|return|send(?:ing)?\s+back|bring\s+back|give\s+back"
    r"|(?:send(?:ing)?|bring(?:ing)?|give|giving)(?=\s.*\bback\b))\s+(?:back\s+)?",
    re.IGNORECASE | re.DOTALL,
)
_BACK: Final = re.compile(r"\s+back\b(?=\s*(?:$|[,.;:!?]|please\b|to\s+you\b))", re.IGNORECASE)


@dataclass
class Wanted:
    """What was read; ``remarks`` say what could not be settled, ``choices`` offer variants for an order line.

    ``contradicted``: some of it is not what the message says, as its remark tells.
    """

    items: list[Item] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    choices: list[tuple[Item, Sequence[Product]]] = field(default_factory=list)
    contradicted: bool = False


def resolution_of(text: str, order: Order) -> str:
    """How a return is to be settled: as the message says, else the way the order is paid."""
    if _MONEY.search(text):
        return "refund"
    if _CREDIT.search(text) or order.payment_method == "account":
        return "credit"
    return "refund"


def reason_of(text: str) -> tuple[str, str | None]:
    """The message without its reason, and the reason."""
    found = _WHY.search(text)
    if found is None:
        return text, None
    return text[: found.start()], " ".join(found["why"].split())[:200]


def _goods_of(context: Context) -> tuple[str, str | None]:
    """The part of a message that names goods, without "can we return", and the reason."""
    text, why = reason_of(without_number(context.text))
    return _BACK.sub("", _VERB.sub("", text, count=1)), why


def read_return(context: Context, order: Order, offers: Sequence[Returnable]) -> Wanted:
    """Which of the delivered goods are to come back, and how much of each; all of a line where no quantity is said."""
    text, why = _goods_of(context)
    if _ALL.search(text):
        return Wanted([Item(offer.line, offer.quantity, why) for offer in offers if offer.quantity])
    wanted, goods = Wanted(), _goods(context, order, offers)
    _read(context, text, goods, wanted, why)
    return wanted


@dataclass(frozen=True)
class _Goods:
    """What of an order may be meant, and the other variants of it that there are."""

    order: Order
    offers: Sequence[Returnable]
    index: CatalogueIndex
    families: Sequence[Product]


def _goods(context: Context, order: Order, offers: Sequence[Returnable]) -> _Goods:
    products = [offer.line.product for offer in offers]
    return _Goods(order, offers, index_of(order), catalogue.families(context.work.session, products))


def _read(context: Context, text: str, goods: _Goods, wanted: Wanted, why: str | None) -> None:
    """The lines of ``text``, and what it names as the order does not have it: "the red thread", of a navy one."""
    if _by_the_pack(text, goods, wanted, why):
        return
    reading = read_order(text, goods.index, today=context.today)
    for line in reading.lines:
        _take(wanted, line, goods, why)
    offers = {offer.line.product.sku: offer for offer in goods.offers if offer.quantity}
    for unread in reading.unread:
        found = goods.index.search(unread.text, limit=2)
        clear = len(found) == 1 or (len(found) > 1 and found[0].score > found[1].score)
        offer = offers.get(found[0].sku) if found and clear else None
        if offer is None or offer.line in [item.line for item in wanted.items]:
            continue
        if is_kind_of(unread.text, offer.line.product) and _contradicts(wanted, unread.text, offer, goods):
            wanted.items.append(Item(offer.line, offer.quantity, why))


def _by_the_pack(text: str, goods: _Goods, wanted: Wanted, why: str | None) -> bool:
    """Whether packs are all that is named, "one of the rolls": what the order has in such packs comes back."""
    amount, unit = read_quantity(text) or (None, None)
    if amount is None or unit is None:
        return False
    found = []
    for offer in goods.offers:
        entry = goods.index.get(offer.line.product.sku)
        size = resize(amount, unit, entry) if offer.quantity and entry else None
        comes_in = {unit_named(name) for name in (entry.unit, *(pack.name for pack in entry.packs))} if entry else set()
        if isinstance(size, int) and unit in comes_in:
            found.append(Item(offer.line, size, why))
    if len(found) == 1:
        wanted.items += found
    else:
        wanted.remarks.append(texts.RETURN_WHICH.format(text=text.strip()[:80]))
    return True


def _take(wanted: Wanted, line: ReadLine, goods: _Goods, why: str | None) -> None:
    skus = [line.sku] if line.sku else [candidate.sku for candidate in line.candidates]
    found = [offer for offer in goods.offers if offer.line.product.sku in skus]
    if line.problem == "unknown_product":  # near by its letters, or not at all
        found = [offer for offer in found if is_kind_of(line.product_text, offer.line.product)]
    if len(found) != 1:
        said = line.product_text.strip() or line.text.strip()
        wanted.remarks.append(texts.RETURN_WHICH.format(text=said[:80]))
        return
    offer, product = found[0], found[0].line.product
    quantity = line.quantity or _sized(line, goods.index.get(product.sku))
    if line.amount is not None and quantity is None:
        wanted.remarks.append(texts.RETURN_HOW_MANY.format(name=product.name))
        return
    _contradicts(wanted, line.product_text, offer, goods)
    wanted.items.append(Item(offer.line, quantity or max(1, offer.quantity), why))


def _contradicts(wanted: Wanted, text: str, offer: Returnable, goods: _Goods) -> bool:
    """Whether ``text`` says of goods what is true of others only; a remark says so."""
    product = offer.line.product
    family = [other for other in goods.families if other.family_id == product.family_id]
    odd = said_otherwise(text, product, family)
    if odd is None:
        return False
    facts = {"number": goods.order.number, "name": product.name, "said": odd}
    wanted.remarks.append(texts_returns.NOT_WHAT_IT_HAS.format(**facts))
    wanted.contradicted = True
    return True


def _sized(line: ReadLine, entry: Entry | None) -> int | None:
    """The quantity of a line whose product only the order tells; None where it is no whole number of its units."""
    if entry is None or line.amount is None:
        return None
    found = resize(line.amount, line.unit, entry, per=line.per)
    return found if isinstance(found, int) else None


def read_exchange(context: Context, order: Order, offers: Sequence[Returnable]) -> Wanted:
    """Which goods are to be exchanged for which other variant of the same product, each for its own."""
    text, why = _goods_of(context)
    goods = _goods(context, order, offers)
    others = exchanges.variants(context.work, [offer.line.product for offer in offers])
    wanted = Wanted()
    for part in _NEXT_PAIR.split(text):
        pair = _INSTEAD.match(part) or _PAIR.match(part)
        old, new = (pair["old"], pair["new"]) if pair else (part, "")
        one = Wanted()
        _read(context, old, goods, one, why)
        wanted.remarks += one.remarks
        wanted.contradicted |= one.contradicted
        for item in one.items:
            _settle(wanted, item, new, others.get(item.line.product_id, []))
    return wanted


def _settle(wanted: Wanted, item: Item, new: str, variants: Sequence[Product]) -> None:
    if not variants:
        wanted.remarks.append(texts.NO_VARIANTS.format(name=item.line.product.name))
        return
    by_sku = {product.sku: product for product in variants}
    found = index_over(variants).search(f"{new}", limit=3) if new.strip() else []
    clear = len(found) == 1 or (len(found) > 1 and found[0].score > found[1].score)
    if found and clear:
        wanted.items.append(Item(item.line, item.quantity, item.reason, by_sku[found[0].sku]))
    else:
        offered = [by_sku[one.sku] for one in found] or list(variants)
        wanted.choices.append((item, offered[:5]))
