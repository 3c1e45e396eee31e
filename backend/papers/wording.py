"""How dates, quantities, prices, addresses and totals are written on a paper. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from backend.catalogue.quantities import said_with_packs, unit_label
from backend.catalogue.tables import Product
from backend.company.tables import Company
from backend.money import rounded, shown, shown_price
from backend.papers.content import Amount, Column, Letterhead
from backend.sales.totals import ZERO, TaxPart, totals

NOTHING: Final = "–"
LONGEST_QUANTITY: Final = 80  # as an invoice line keeps it
# Where the tax on sales is called VAT in English: the United Kingdom, Norway, Switzerland, the European Union.
VAT_COUNTRIES: Final = (
    "GB", "NO", "CH", "AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE", "IT", "LV",
    "LT", "LU", "MT", "NL", "PL", "PT", "RO", "SK", "SI", "ES", "SE",
)  # fmt: skip
_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)  # fmt: skip  (the locale's names would make one document print in two ways)


def day(when: date | None) -> str:
    """A date as it is written: 17 June 2026."""
    return NOTHING if when is None else f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


def percent(share: Decimal) -> str:
    """A rate or a discount: 0.175 is 17.5 %."""
    return f"{(share * 100).normalize():f} %"


def amount(value: Decimal) -> str:
    """An amount in a column whose heading names the currency."""
    return f"{rounded(value):,.2f}"


def price(product: Product | None, value: Decimal) -> str:
    """A net price per sales unit, with the unit where it is not one piece: 0.80 per 0.1 m."""
    text = shown_price(value, "").strip()
    label = unit_label(product) if product is not None else "each"
    return text if label in ("each", "piece") else f"{text} per {label}"


def quantity(product: Product, count: int) -> str:
    """A quantity with the packs it makes."""
    return said_with_packs(product, list(product.packs), count)[:LONGEST_QUANTITY]


def address_lines(address: Mapping[str, Any] | None, home: str | None = None) -> tuple[str, ...]:
    """A kept address, line by line; the country is left out where it is ``home``."""
    if not address:
        return ()
    place = " ".join(str(address[key]) for key in ("city", "postcode") if address.get(key))
    country = address.get("country")
    parts = [address.get("name"), address.get("line1"), address.get("line2"), place]
    parts.append(None if country == home else country)
    return tuple(str(part) for part in parts if part)


def letterhead(company: Company | None) -> Letterhead:
    """The company's head, as far as it is filled in."""
    if company is None:
        return Letterhead("Quartermaster")
    address = {**(company.address or {}), "name": None}
    return Letterhead(
        name=company.name,
        address=address_lines(address),
        email=company.email,
        tax_number=company.tax_number,
        tax_word="VAT" if company.country.upper() in VAT_COUNTRIES else "Tax",
        bank=tuple(part.strip() for part in re.split(r"\n|, ", company.bank_details or "") if part.strip()),
    )


def home_of(company: Company | None) -> str | None:
    """The country that need not be written in an address."""
    return (company.address or {}).get("country") if company is not None else None


def line_columns(tax_word: str, currency: str, *, discounted: bool) -> tuple[Column, ...]:
    """The columns of a paper with prices; the one of discounts only where there are any."""
    return (
        Column("Pos", 9),
        Column("SKU", 21),
        Column("Description"),
        Column("Quantity", 27, right=True),
        Column(f"Price {currency}", 24, right=True),
        *((Column("Disc.", 12, right=True),) if discounted else ()),
        Column(tax_word, 12, right=True),
        Column(f"Amount {currency}", 23, right=True),
    )


def tax_parts(
    entries: Sequence[tuple[Decimal, Decimal]], delivery: Decimal, kept: Decimal, rounding: str
) -> tuple[TaxPart, ...] | None:
    """How a kept tax is made up of its rates; None where (net, rate) lines and delivery don't explain it.

    The company's rule may have changed since, so the other one is tried too.
    """
    for rule in (rounding, "line" if rounding == "document" else "document"):
        found = totals(entries, delivery, rule)
        if found.tax == kept:
            return found.parts
    return None


def kept_parts(breakdown: Iterable[Mapping[str, Any]]) -> tuple[TaxPart, ...] | None:
    """The tax by rate as an invoice or a credit note keeps it."""
    found = [TaxPart(Decimal(part["rate"]), Decimal(part["net"]), Decimal(part["tax"])) for part in breakdown]
    return tuple(sorted(found, key=lambda part: part.rate, reverse=True)) or None


def sums(
    goods: Decimal,
    delivery: Decimal,
    tax: Decimal,
    parts: Iterable[TaxPart] | None,
    *,
    tax_word: str,
    currency: str,
    total: str = "Total",
) -> tuple[Amount, ...]:
    """Goods, delivery, tax by rate with the net amount it is on, and what they come to."""
    found = [Amount("Goods", amount(goods))]
    if delivery:
        found += [Amount("Delivery", amount(delivery)), Amount("Net total", amount(goods + delivery))]
    if parts is None:
        found.append(Amount(tax_word, amount(tax)))
    else:
        found += [Amount(f"{tax_word} {percent(part.rate)} on {amount(part.net)}", amount(part.tax)) for part in parts]
    return (*found, Amount(total, shown(goods + delivery + tax, currency), strong=True))


def less_credit(
    amounts: tuple[Amount, ...], used: Iterable[tuple[str, Decimal]], left: Decimal, currency: str
) -> tuple[Amount, ...]:
    """What is to pay once credit is set off: the total, each credit (document and amount), and what is left."""
    less = [Amount(f"Less credit {number}", f"-{amount(part)}") for number, part in used]
    if not less:
        return amounts
    *parts, total = amounts
    return (*parts, Amount("Total", total.value), *less, Amount("To pay", shown(left, currency), strong=True))


def payment_terms(method: str, days: int | None) -> tuple[str, ...]:
    """How and when a customer pays."""
    if method != "account":
        return (f"Payment: {method}.",)
    if days is None:
        return ()
    when = f"within {days} days of the invoice date" if days > 0 else "on receipt of the invoice"
    return (f"Payment {when}.",)


def untaxed_note(parts: Iterable[TaxPart] | None, tax: Decimal, tax_word: str) -> tuple[str, ...]:
    """Why no tax stands on a paper, or on some of it."""
    rates = {part.rate for part in parts or () if part.net}
    if tax == ZERO and rates <= {ZERO}:
        return (f"No {tax_word} is charged: the supply is zero-rated, exempt, or delivered where we charge none.",)
    if ZERO in rates:
        return (f"Lines at 0 % are zero-rated: no {tax_word} is charged on them.",)
    return ()
