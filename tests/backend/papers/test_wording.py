"""How dates, quantities, prices, addresses and totals are written."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from backend.catalogue.tables import Product, ProductPack
from backend.company.tables import Company
from backend.papers import wording
from backend.papers.content import Amount, Letterhead
from backend.sales.totals import TaxPart

D = Decimal


def test_days_have_no_leading_zero_and_an_english_month() -> None:
    assert wording.day(date(2026, 6, 1)) == "1 June 2026"
    assert wording.day(None) == "–"


@pytest.mark.parametrize(("share", "text"), [("0.2", "20 %"), ("0", "0 %"), ("0.175", "17.5 %"), ("1", "100 %")])
def test_rates(share: str, text: str) -> None:
    assert wording.percent(D(share)) == text


def test_amounts_have_two_decimals_and_prices_as_many_as_they_have() -> None:
    assert wording.amount(D("1234.5")) == "1,234.50"
    assert wording.price(None, D("0.045")) == "0.045"
    assert wording.price(Product(unit="piece", units_per=1), D(3)) == "3.00"
    assert wording.price(Product(unit="pair", units_per=1), D("3.5")) == "3.50 per pair"
    assert wording.price(Product(unit="metre", units_per=10), D("0.8")) == "0.80 per 0.1 m"


def test_quantities_in_the_words_people_use() -> None:
    bolts = Product(unit="each", units_per=1, packs=[ProductPack(name="box", quantity=200)])
    assert wording.quantity(bolts, 600) == "600 (3 boxes of 200)"
    assert wording.quantity(bolts, 50) == "50"
    assert wording.quantity(Product(unit="metre", units_per=10, packs=[]), 25) == "2.5 m"


def test_an_address_leaves_out_what_is_not_there_and_the_home_country() -> None:
    kept = {"name": "A", "line1": "1 Road", "line2": None, "city": "Paris", "postcode": "75002", "country": "France"}
    assert wording.address_lines(kept) == ("A", "1 Road", "Paris 75002", "France")
    assert wording.address_lines(kept, "France") == ("A", "1 Road", "Paris 75002")
    assert wording.address_lines(None) == ()


def test_the_letterhead_of_a_company_with_and_without_particulars() -> None:
    full = Company(
        name="T", country="GB", address={"line1": "1 Road", "city": "Leeds", "country": "United Kingdom"},
        email="a@b.example", tax_number="GB 1", bank_details="Bank, sort code 1\naccount 2",
    )  # fmt: skip
    assert wording.letterhead(full) == Letterhead(
        "T", ("1 Road", "Leeds", "United Kingdom"), "a@b.example", "GB 1", "VAT", ("Bank", "sort code 1", "account 2")
    )
    assert wording.home_of(full) == "United Kingdom"
    assert wording.letterhead(Company(name="T", country="US")) == Letterhead("T", tax_word="Tax")
    assert wording.letterhead(None) == Letterhead("Quartermaster")


def test_a_tax_is_explained_by_the_companys_rule_or_by_the_other() -> None:
    entries = [(D("0.12"), D("0.2")), (D("0.12"), D("0.2"))]  # 0.05 on both together, 0.02 on each
    assert wording.tax_parts(entries, D(0), D("0.05"), "document") == (TaxPart(D("0.2"), D("0.24"), D("0.05")),)
    assert wording.tax_parts(entries, D(0), D("0.04"), "document") == (TaxPart(D("0.2"), D("0.24"), D("0.04")),)
    assert wording.tax_parts(entries, D(0), D("0.06"), "document") is None


def test_the_sums_of_a_paper() -> None:
    parts = [TaxPart(D("0.2"), D(60), D(12)), TaxPart(D(0), D(50), D(0))]
    assert wording.sums(D(100), D(10), D(12), parts, tax_word="VAT", currency="EUR", total="To pay") == (
        Amount("Goods", "100.00"),
        Amount("Delivery", "10.00"),
        Amount("Net total", "110.00"),
        Amount("VAT 20 % on 60.00", "12.00"),
        Amount("VAT 0 % on 50.00", "0.00"),
        Amount("To pay", "€122.00", strong=True),
    )
    assert wording.sums(D(100), D(0), D(0), None, tax_word="Tax", currency="GBP") == (
        Amount("Goods", "100.00"),
        Amount("Tax", "0.00"),
        Amount("Total", "£100.00", strong=True),
    )


def test_what_is_said_where_no_tax_is() -> None:
    zero, standard = TaxPart(D(0), D(10), D(0)), TaxPart(D("0.2"), D(10), D(2))
    assert wording.untaxed_note([standard], D(2), "VAT") == ()
    assert wording.untaxed_note([standard, zero], D(2), "VAT")[0].startswith("Lines at 0 %")
    assert wording.untaxed_note([zero], D(0), "VAT")[0].startswith("No VAT is charged")
    assert wording.untaxed_note(None, D(0), "Tax")[0].startswith("No Tax is charged")


def test_how_one_pays() -> None:
    assert wording.payment_terms("account", 30) == ("Payment within 30 days of the invoice date.",)
    assert wording.payment_terms("account", 0) == ("Payment on receipt of the invoice.",)
    assert wording.payment_terms("account", None) == ()
    assert wording.payment_terms("Visa ending 4001", 30) == ("Payment: Visa ending 4001.",)
