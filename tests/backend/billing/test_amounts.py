"""Exact pennies, without a database: any way to split an order or an invoice adds up to the whole."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.billing.amounts import NOTHING, Amounts, Taxable, breakdown, credit, next_net, require_amount, taxes
from backend.errors import Invalid
from backend.money import line_total, rounded
from backend.sales.totals import totals

D = Decimal
PRICES = st.decimals("0", "99.9999", places=4)
RATES = st.sampled_from([D(0), D("0.05"), D("0.055"), D("0.2"), D("0.077")])
RULES = st.sampled_from(["line", "document"])


def test_three_thirds_of_a_pound_are_a_pound() -> None:
    before, nets = NOTHING, []
    for _ in range(3):
        nets.append(next_net(D("0.3333"), before, 1))
        before += Amounts(1, nets[-1])
    assert nets == [D("0.33"), D("0.34"), D("0.33")]
    assert sum(nets) == line_total(D("0.3333"), 3) == D("1.00")


def test_a_line_never_comes_to_less_than_was_invoiced_of_it() -> None:
    assert next_net(D("0.10"), Amounts(5, D("1.00")), 2) == 0  # the price has fallen since


@pytest.mark.parametrize(
    ("rule", "expected"),
    [("document", [D("0.03"), D("0.04"), D("0.03")]), ("line", [D("0.03"), D("0.03"), D("0.03")])],
)
def test_tax_is_rounded_over_what_the_rule_says(rule: str, expected: list[Decimal]) -> None:
    # 0.17 at 20 % is 0.034 a line, and 0.102 for all three of them
    lines = [Taxable("all" if rule == "document" else key, D("0.2"), D("0.17")) for key in range(3)]
    assert taxes(lines, {}) == expected


def test_tax_counts_from_what_was_taxed_before() -> None:
    assert taxes([Taxable("all", D("0.2"), D("0.17"))], {"all": Amounts(2, D("0.34"), D("0.07"))}) == [D("0.03")]


@given(
    st.lists(st.tuples(PRICES, RATES, st.lists(st.integers(0, 30), min_size=3, max_size=3)), min_size=1, max_size=5),
    st.decimals("0", "20", places=2),
    RULES,
)
def test_any_three_shipments_come_to_what_the_order_does(lines, delivery, rule) -> None:
    """Quantities of every line in each of three shipments; delivery with the first."""
    wanted = [(price, rate, parts) for price, rate, parts in lines if sum(parts)]
    whole = totals([(line_total(price, sum(parts)), rate) for price, rate, parts in wanted], delivery, rule)
    highest = max((rate for _, rate, _ in wanted), default=D(0))
    nets: dict[int, Amounts] = {}
    taxed: dict[object, Amounts] = {}
    sums = NOTHING
    for shipment in range(3):
        entries, sizes = [], []
        for key, (price, rate, parts) in enumerate(wanted):
            net = next_net(price, nets.get(key, NOTHING), parts[shipment])
            entries.append(Taxable(key if rule == "line" else rate, rate, net))
            sizes.append(Amounts(parts[shipment], net))
        if not shipment:
            entries.append(Taxable("delivery" if rule == "line" else highest, highest, delivery))
        for entry, tax in zip(entries, taxes(entries, taxed), strict=True):
            taxed[entry.group] = taxed.get(entry.group, NOTHING) + Amounts(0, entry.net, tax)
            sums += Amounts(0, entry.net, tax)
            assert tax >= 0
        for key, size in enumerate(sizes):
            nets[key] = nets.get(key, NOTHING) + size
    assert (sums.net, sums.tax) == (whole.goods + whole.delivery, whole.tax)


@given(PRICES, RATES, st.integers(1, 40), st.integers(0, 40), st.lists(st.integers(1, 20), max_size=12))
def test_any_credits_stay_within_the_invoice_and_the_last_one_empties_it(price, rate, quantity, before, wanted) -> None:
    net = line_total(price, before + quantity) - line_total(price, before)  # a line of a later invoice
    whole = Amounts(quantity, net, rounded(net * rate))
    credited = NOTHING
    for part in wanted:
        now = min(part, quantity - credited.quantity)
        if not now:
            break
        more = credit(whole, credited, now, price, rate)
        assert more.quantity == now
        assert min(more.net, more.tax) >= 0
        credited += more
        assert credited.net <= whole.net
        assert credited.tax <= whole.tax
    left = quantity - credited.quantity
    if left:
        credited += credit(whole, credited, left, price, rate)
    assert credited == whole


def test_no_more_is_credited_than_was_invoiced() -> None:
    with pytest.raises(ValueError, match="more is credited"):
        credit(Amounts(3, D("1.00")), Amounts(2, D("0.67")), 2, D("0.3333"), D(0))


def test_the_breakdown_names_each_rate_once_the_highest_first() -> None:
    entries = [(D("0.05"), Amounts(1, D(1), D("0.05"))), (D("0.2"), Amounts(1, D(2), D("0.4")))]
    entries.append((D("0.05"), Amounts(1, D(3), D("0.15"))))
    assert breakdown(entries) == [
        {"rate": "0.2", "net": "2.00", "tax": "0.40"},
        {"rate": "0.05", "net": "4.00", "tax": "0.20"},
    ]


@pytest.mark.parametrize("amount", ["0", "-1", "0.001", "1.005", "1000000000", "NaN", "Infinity"])
def test_an_amount_is_more_than_nothing_and_in_pennies(amount: str) -> None:
    with pytest.raises(Invalid) as caught:
        require_amount(D(amount))
    assert caught.value.code == "invalid_amount"
