"""Money is Decimal; a price has up to four decimals, an amount two."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

PENNY = Decimal("0.01")
PRICE_STEP = Decimal("0.0001")
_SYMBOLS = {"GBP": "£", "EUR": "€", "USD": "$"}


def rounded(amount: Decimal) -> Decimal:
    """To the penny, half up, as invoices are."""
    return amount.quantize(PENNY, rounding=ROUND_HALF_UP)


def line_total(price: Decimal, quantity: int) -> Decimal:
    """What a line costs: price per sales unit times quantity, to the penny."""
    return rounded(price * quantity)


def shown(amount: Decimal, currency: str = "GBP") -> str:
    """An amount as people read it: £1,234.50."""
    symbol = _SYMBOLS.get(currency, f"{currency} ")
    sign = "-" if amount < 0 else ""
    return f"{sign}{symbol}{abs(rounded(amount)):,.2f}"


def shown_price(price: Decimal, currency: str = "GBP") -> str:
    """A price with as many decimals as it has, at least two: £0.045."""
    symbol = _SYMBOLS.get(currency, f"{currency} ")
    exact = price.quantize(PRICE_STEP, rounding=ROUND_HALF_UP)
    text = f"{exact:,.4f}".rstrip("0")
    whole, _, decimals = text.partition(".")
    return f"{symbol}{whole}.{decimals.ljust(2, '0')}"
