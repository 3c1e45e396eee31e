"""From words to the changes of a placed order: quantities, lines, variants, date, reference, address, payment."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from rapidfuzz import fuzz

from actions import texts
from actions.context import Context
from actions.language.edits import CartLine, Edit, read_edits
from actions.language.orders import read_order
from backend.catalogue import queries as catalogue
from backend.catalogue.tables import Product
from backend.customers import queries as customers
from backend.customers.tables import Address, Customer, PaymentMethod
from backend.sales.changeable import ordered
from backend.sales.changes import KEEP, Changes
from backend.sales.tables import Order, OrderLine

_NUMBER: Final = re.compile(
    r"\b(?:on|in|of|from|to|for)?\s*(?:my|our|the|their|this|that)?\s*(?:last|latest|open)?\s*(?:order\s*)?"
    r"(?:number|no\.?|#)?\s*SO[\s#:.-]{0,3}\d{3,12}\b|\b(?:on|in|of|from|to|for)\s+(?:my|our|the|this|that)\s+"
    r"(?:last\s+|latest\s+|open\s+)?order\b",
    re.IGNORECASE,
)
_ADDRESS: Final = re.compile(
    r"\baddress\b|\b(?:deliver(?:ed)?|send|sent|ship(?:ped)?|goes?|going)\b[^.;]{0,20}\bto\b", re.IGNORECASE
)
TO_THE_USUAL: Final = re.compile(
    r"\bto\s+(?:the|our|my)\s+(?:usual|normal|regular|default|own)\s+(?:place|address|site|depot|shop|one)\b"
    r"(?!\s+from\s+now\s+on)",
    re.IGNORECASE,
)
_PAY: Final = re.compile(
    r"\b(?:pay(?:ing|ment|able)?|paid)\b|\bcharge\b|\bon\s+(?:our\s+|my\s+|the\s+)?(?:account|invoice)\b", re.IGNORECASE
)
_ACCOUNT: Final = re.compile(r"\b(?:on\s+)?(?:our\s+|my\s+|the\s+)?account\b|\bon\s+invoice\b", re.IGNORECASE)
_LINE: Final = re.compile(r"\bline\s+\d", re.IGNORECASE)
_ADD: Final = re.compile(r"^.*?\b(?:add|include|put\s+on)\b\s*", re.IGNORECASE | re.DOTALL)
_ALIKE: Final = 72.0
_SAME: Final = 85
_SHORT: Final = 5  # letters


@dataclass
class ReadChanges:
    """What was read: changes to preview, what could not be settled, and which question that leaves."""

    changes: Changes
    remarks: list[str] = field(default_factory=list)
    addresses: Sequence[Address] = ()
    methods: Sequence[PaymentMethod] = ()


def read_changes(context: Context, order: Order) -> ReadChanges:
    """Read a message as changes of an order; what it leaves open is in ``remarks``."""
    text = without_number(context.text)
    reading = read_order(text, context.catalogue.index, today=context.today)
    found: dict[str, Any] = {}
    remarks: list[str] = []
    if reading.requested_date is not None:
        found["requested_date"] = reading.requested_date
    if reading.customer_reference:
        found["customer_reference"] = reading.customer_reference[:80]
    known = customers.addresses(context.work, order.customer)
    addresses: Sequence[Address] = ()
    if _ADDRESS.search(text):
        places = [one for one in known if one.kind == "delivery"]
        usual = next((one for one in places if one.default), None) if TO_THE_USUAL.search(text) else None
        found["address"] = usual or named_address(text, places)
        addresses = places if found["address"] is None else ()
    methods: Sequence[PaymentMethod] = ()
    if _PAY.search(text):
        offered = customers.payment_methods(context.work, order.customer)
        found["payment_method"] = _named_method(text, offered)
        methods = offered if found["payment_method"] is None else ()
    if not found:
        _read_lines(context, order, text, found, remarks)
    given = {key: value for key, value in found.items() if value is not None}
    return ReadChanges(Changes(**given), remarks, addresses, methods)


def without_number(text: str) -> str:
    """A message without the order it is about ("on my order SO-100123"), whose number is no quantity."""
    return _NUMBER.sub(" ", text)


def named_address(text: str, known: Sequence[Address]) -> Address | None:
    """The one of a customer's addresses that a message names, by its postcode, its street or its town."""
    said = text.casefold()
    for one in known:
        if one.postcode and one.postcode.casefold().replace(" ", "") in said.replace(" ", ""):
            return one
    scored = sorted(
        ((max(_alike(part.casefold(), said) for part in _parts(one)), one) for one in known),
        key=lambda pair: -pair[0],
    )
    if not scored or not scored[0][0] or (len(scored) > 1 and scored[1][0] == scored[0][0]):
        return None
    return scored[0][1]


def _alike(part: str, said: str) -> float:
    """How alike a street or a town is to as many words of a message; 0 where not enough. Short names differ in a letter
    from too many words to be misspelt: York is not in "send it to work". The number of the house tells streets apart.
    """
    name = re.findall(r"[^\W\d_]+", part)
    words = re.findall(r"[^\W\d_]+", said)
    letters = sum(map(len, name))
    wanted = " ".join(name)
    windows = (" ".join(words[at : at + len(name)]) for at in range(max(0, len(words) - len(name)) + 1))
    best = max((fuzz.ratio(wanted, window) for window in windows), default=0.0)
    house = set(re.findall(r"\d+", part))
    known = bool(house) and house <= set(re.findall(r"\d+", said))
    return best + known if best >= (_ALIKE if letters > _SHORT else _SAME) else 0.0


def _parts(one: Address) -> list[str]:
    parts = [part.strip() for line in (one.line1, one.line2, one.city) if line for part in line.split(",")]
    return [part for part in parts if len(part) > 3 and not part[-1].isdigit()] or [one.line1]


def _named_method(text: str, offered: Sequence[PaymentMethod]) -> str | None:
    said = text.casefold()
    for one in offered:
        words = {one.label.casefold(), one.kind.replace("_", " ")}
        digits = re.findall(r"\d{4}", one.label)
        if any(word in said for word in words) or any(each in said for each in digits):
            return one.label
    return "account" if _ACCOUNT.search(text) else None


def names_lines(context: Context, order: Order) -> bool:
    """Whether a message plainly changes lines that an order has: a quantity of one, one less, one for another."""
    text = without_number(context.text)
    said = {word.rstrip("s") for word in re.findall(r"[a-z0-9]{2,}", text.casefold())}
    held = {line.product.sku: line.product for line in order.lines if ordered(line)}
    for edit in _edits(context, order, text):
        product = held.get(edit.sku or "")
        if product is None or edit.problem is not None or edit.kind not in ("set", "remove"):
            continue
        names = " ".join([product.name, product.sku, *(alias.text for alias in product.aliases)])
        if said & {word.rstrip("s") for word in re.findall(r"[a-z0-9]{2,}", names.casefold())} or _LINE.search(text):
            return True
    return False


def _edits(context: Context, order: Order, text: str) -> tuple[Edit, ...]:
    lines = [
        CartLine(line.product.sku, line.product.name, ordered(line), line.position)
        for line in order.lines
        if ordered(line)
    ]
    return read_edits(text, lines, context.catalogue.index, assume="set")


def _read_lines(context: Context, order: Order, text: str, found: dict[str, Any], remarks: list[str]) -> None:
    standing = {line.product.sku: line for line in order.lines if ordered(line)}
    edits = _edits(context, order, text)
    swap = _swapped(context, edits, standing)
    if swap is not None:
        found["swaps"] = swap
        return
    quantities: dict[int, int] = {}
    added: list[tuple[Product, int]] = []
    for edit in edits:
        _take(context, edit, standing, quantities, added, remarks)
    if not quantities and not added:
        _read_additions(context, text, added, remarks)
    found["quantities"] = quantities
    found["add"] = tuple(added)


def _read_additions(context: Context, text: str, added: list[tuple[Product, int]], remarks: list[str]) -> None:
    """What is worded as an order is added: "add 40 of 20-104"."""
    lines = read_order(_ADD.sub("", text, count=1), context.catalogue.index, today=context.today).lines
    added += [
        (catalogue.by_sku(context.work.session, line.sku), line.quantity)
        for line in lines
        if line.sku is not None and line.quantity is not None and line.problem is None
    ]
    if added:
        remarks.clear()


def _swapped(context: Context, edits: Sequence[Edit], standing: Mapping[str, OrderLine]) -> dict[int, Product] | None:
    """One line goes and another variant of the same product comes instead: "swap the zinc for stainless"."""
    if len(edits) != 2 or {edits[0].kind, edits[1].kind} not in ({"remove", "add"}, {"remove", "set"}):
        return None
    gone = next(edit for edit in edits if edit.kind == "remove")
    come = next(edit for edit in edits if edit.kind != "remove")
    line = standing.get(gone.sku or "")
    if line is None or come.sku is None:
        return None
    product = catalogue.by_sku(context.work.session, come.sku)
    same = line.product.family_id is not None and product.family_id == line.product.family_id
    return {line.position: product} if same else None


def _take(
    context: Context,
    edit: Edit,
    standing: Mapping[str, OrderLine],
    quantities: dict[int, int],
    added: list[tuple[Product, int]],
    remarks: list[str],
) -> None:
    if edit.kind == "clear":
        remarks.append(texts.CHANGE_CLEAR)
        return
    line = standing.get(edit.sku or "")
    if edit.sku is None or (edit.problem is not None and line is None and edit.kind == "remove"):
        remarks.append(texts.CHANGE_UNKNOWN.format(text=edit.text[:80]))
    elif edit.kind == "remove" and line is not None:
        quantities[line.position] = 0
    elif edit.quantity is None or edit.problem not in (None, "not_in_cart"):
        name = line.product.name if line else catalogue.by_sku(context.work.session, edit.sku).name
        remarks.append(texts.HOW_MANY.format(name=name))
    elif line is not None:
        more = edit.quantity if edit.kind == "set" else ordered(line) + edit.quantity
        quantities[line.position] = max(0, more)
    elif edit.kind in ("add", "set"):
        added.append((catalogue.by_sku(context.work.session, edit.sku), edit.quantity))


def packed(changes: Changes) -> dict[str, Any]:
    """Changes as a confirmation keeps them."""
    found: dict[str, Any] = {
        "quantities": {str(position): quantity for position, quantity in changes.quantities.items()},
        "swaps": {str(position): product.sku for position, product in changes.swaps.items()},
        "add": [[product.sku, quantity] for product, quantity in changes.add],
        "cancel": sorted(changes.cancel),
        "address": changes.address.id if changes.address else None,
        "payment_method": changes.payment_method,
    }
    if changes.requested_date is not KEEP:
        found["requested_date"] = str(changes.requested_date) if changes.requested_date else None
    if changes.customer_reference is not KEEP:
        found["customer_reference"] = changes.customer_reference
    return found


def unpacked(context: Context, customer: Customer, kept: Mapping[str, Any]) -> Changes:
    """Changes as they were packed. NotFound where a product or the address is gone meanwhile."""
    session = context.work.session
    day = kept.get("requested_date", KEEP)
    address = kept.get("address")
    return Changes(
        quantities={int(position): int(quantity) for position, quantity in kept["quantities"].items()},
        swaps={int(position): catalogue.by_sku(session, sku) for position, sku in kept["swaps"].items()},
        add=tuple((catalogue.by_sku(session, sku), int(quantity)) for sku, quantity in kept["add"]),
        cancel=tuple(kept["cancel"]),
        requested_date=date.fromisoformat(day) if isinstance(day, str) else day,
        customer_reference=kept.get("customer_reference", KEEP),
        address=customers.address(context.work, customer, address) if address is not None else None,
        payment_method=kept["payment_method"],
    )
