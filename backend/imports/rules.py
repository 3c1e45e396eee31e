"""What becomes of every line: imported, merged into an identical one, or set aside; each with a stated reason.

The rules stand in the order in which they are asked; a line gets the first reason that fits it, and exactly one.
docs/importing.md says them in words; a test compares the two.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

import polars as pl


class Outcome(StrEnum):
    """The three things that can become of a line."""

    IMPORTED = "imported"
    MERGED = "merged"
    SET_ASIDE = "set_aside"


class Reason(StrEnum):
    """Why; the key in the report and in the table ``set_aside``."""

    SALE = "sale"
    ANONYMOUS_SALE = "anonymous_sale"
    RETURN = "return"

    OVERLAP = "overlap"
    DUPLICATE = "duplicate"

    BAD_DEBT = "bad_debt"
    POSTAGE = "postage"
    MANUAL = "manual"
    DISCOUNT = "discount"
    SAMPLES = "samples"
    FEES = "fees"
    ADJUSTMENT = "adjustment"
    TEST = "test"
    VOUCHER = "voucher"
    OTHER_CODE = "other_code"
    NEGATIVE_PRICE = "negative_price"
    ZERO_QUANTITY = "zero_quantity"
    POSITIVE_CANCELLATION = "positive_cancellation"
    STOCK_WRITE_OFF = "stock_write_off"
    NEGATIVE_QUANTITY = "negative_quantity"
    FREE_OF_CHARGE = "free_of_charge"
    ZERO_PRICE = "zero_price"


SENTENCES: dict[Reason, str] = {
    Reason.SALE: "order lines of customers with a number",
    Reason.ANONYMOUS_SALE: "order lines without a customer: real demand, kept under the account CASH",
    Reason.RETURN: "cancellation lines ('C' invoices), imported as returns",
    Reason.OVERLAP: "lines that another sheet or file holds as well",
    Reason.DUPLICATE: "lines that repeat a line of the same invoice in every field",
    Reason.BAD_DEBT: "bad debt ('A' invoices and code B)",
    Reason.POSTAGE: "postage and carriage",
    Reason.MANUAL: "manual entries (code M)",
    Reason.DISCOUNT: "discounts (code D)",
    Reason.SAMPLES: "samples (code S)",
    Reason.FEES: "bank charges, fees and commissions",
    Reason.ADJUSTMENT: "adjustments",
    Reason.TEST: "test products",
    Reason.VOUCHER: "gift vouchers",
    Reason.OTHER_CODE: "other codes that are no stock code",
    Reason.NEGATIVE_PRICE: "prices below zero",
    Reason.ZERO_QUANTITY: "quantities of zero",
    Reason.POSITIVE_CANCELLATION: "cancellations with a quantity above zero",
    Reason.STOCK_WRITE_OFF: "negative quantities at no price, outside a cancellation: stock written off",
    Reason.NEGATIVE_QUANTITY: "negative quantities at a price, outside a cancellation",
    Reason.FREE_OF_CHARGE: "goods given to a customer at no price",
    Reason.ZERO_PRICE: "no price and no customer: stock found or corrected",
}

# A product's code is five digits and up to four letters; everything else is money in disguise.
PRODUCT_CODE = r"^\d{5}[A-Z]{0,4}$"
# The first pattern that fits a code that is not a product's; asked in this order.
OTHER_CODES: tuple[tuple[str, Reason], ...] = (
    (r"^B$", Reason.BAD_DEBT),
    (r"^(POST|DOT|C2|C3)$", Reason.POSTAGE),
    (r"^M$", Reason.MANUAL),
    (r"^D$", Reason.DISCOUNT),
    (r"^S$", Reason.SAMPLES),
    (r"^(BANK CHARGES|AMAZONFEE|CRUK)$", Reason.FEES),
    (r"^ADJUST\d*$", Reason.ADJUSTMENT),
    (r"^TEST\d*$", Reason.TEST),
    (r"^GIFT", Reason.VOUCHER),
)
BAD_DEBT_INVOICE = r"^[Aa]\d"
CANCELLATION = r"^[Cc]\d"
IDENTITY = ("invoice", "code", "description", "quantity", "at", "price", "customer", "country")
# Each sheet runs forward in time. Where the dates jump back by more than this, another sheet begins, also in a file
# in which both were put one below the other. A file with more jumps than that is simply not in order.
JUMP = timedelta(days=5)
MOST_SHEETS_IN_FILE = 10


def judged(lines: pl.DataFrame) -> pl.DataFrame:
    """The lines with ``sku``, ``pence`` (the line's money), ``outcome`` and ``reason``."""
    lines = lines.with_columns(
        pl.col("code").str.strip_chars().str.to_uppercase().alias("sku"),
        pence(pl.col("price"), pl.col("quantity")).alias("pence"),
        _merged(lines).alias("merged"),
    )
    reason = pl.coalesce(pl.col("merged"), _reason()).cast(pl.Enum([str(reason) for reason in Reason]))
    outcomes = {str(reason): str(outcome_of(reason)) for reason in Reason}
    return (
        lines.with_columns(reason.alias("reason"))
        .drop("merged")
        .with_columns(
            pl.col("reason").replace_strict(outcomes, return_dtype=pl.Enum([str(o) for o in Outcome])).alias("outcome")
        )
    )


def outcome_of(reason: Reason) -> Outcome:
    """Each reason belongs to one outcome."""
    if reason in (Reason.SALE, Reason.ANONYMOUS_SALE, Reason.RETURN):
        return Outcome.IMPORTED
    return Outcome.MERGED if reason in (Reason.OVERLAP, Reason.DUPLICATE) else Outcome.SET_ASIDE


def pence(price: pl.Expr, quantity: pl.Expr) -> pl.Expr:
    """Price (ten-thousandths) times quantity in pence, half away from zero: an invoice's line total, exactly."""
    product = price * quantity
    return product.sign() * ((product.abs() + 50) // 100)


def _reason() -> pl.Expr:
    other: pl.Expr = pl.lit(str(Reason.OTHER_CODE))
    for pattern, reason in reversed(OTHER_CODES):
        other = pl.when(pl.col("sku").str.contains(pattern)).then(pl.lit(str(reason))).otherwise(other)
    cancelled = pl.col("invoice").str.contains(CANCELLATION)
    quantity, price = pl.col("quantity"), pl.col("price")
    return (
        pl.when(pl.col("invoice").str.contains(BAD_DEBT_INVOICE))
        .then(pl.lit(str(Reason.BAD_DEBT)))
        .when(~pl.col("sku").str.contains(PRODUCT_CODE))
        .then(other)
        .when(price < 0)
        .then(pl.lit(str(Reason.NEGATIVE_PRICE)))
        .when(quantity == 0)
        .then(pl.lit(str(Reason.ZERO_QUANTITY)))
        .when(cancelled & (quantity > 0))
        .then(pl.lit(str(Reason.POSITIVE_CANCELLATION)))
        .when((quantity < 0) & ~cancelled & (price == 0))
        .then(pl.lit(str(Reason.STOCK_WRITE_OFF)))
        .when((quantity < 0) & ~cancelled)
        .then(pl.lit(str(Reason.NEGATIVE_QUANTITY)))
        .when((price == 0) & pl.col("customer").is_not_null())
        .then(pl.lit(str(Reason.FREE_OF_CHARGE)))
        .when(price == 0)
        .then(pl.lit(str(Reason.ZERO_PRICE)))
        .when(cancelled)
        .then(pl.lit(str(Reason.RETURN)))
        .when(pl.col("customer").is_null())
        .then(pl.lit(str(Reason.ANONYMOUS_SALE)))
        .otherwise(pl.lit(str(Reason.SALE)))
    )


def _merged(lines: pl.DataFrame) -> pl.Series:
    """'overlap' where the first identical line stands in another sheet, 'duplicate' where in the same, else null."""
    keyed = lines.select(
        pl.col("n"),
        *(pl.col(name).str.strip_chars() if lines.schema[name] == pl.String else pl.col(name) for name in IDENTITY),
        _blocks(lines).alias("block"),
    )
    first = keyed.select(pl.struct(IDENTITY).is_first_distinct()).to_series()
    again = keyed.filter(~first)
    # Only invoices that repeat themselves are looked into: the other million lines need not be joined.
    firsts = keyed.filter(first & pl.col("invoice").is_in(again["invoice"].unique().implode()))
    reasons = again.join(firsts, on=IDENTITY, nulls_equal=True, suffix="_of_first").select(
        "n",
        pl.when(pl.col("block") == pl.col("block_of_first"))
        .then(pl.lit(str(Reason.DUPLICATE)))
        .otherwise(pl.lit(str(Reason.OVERLAP)))
        .alias("merged"),
    )
    return lines.select("n").join(reasons, on="n", how="left", maintain_order="left")["merged"]


def _blocks(lines: pl.DataFrame) -> pl.Series:
    """A number per stretch of lines that runs forward in time: the sheets, found from the dates alone."""
    jumps = lines.select(
        pl.col("sheet"),
        ((pl.col("at").shift(1) - pl.col("at")) > pl.lit(JUMP)).over("sheet").fill_null(value=False).alias("jump"),
    )
    ordered = pl.col("jump").sum().over("sheet") < MOST_SHEETS_IN_FILE
    starts = (pl.col("sheet") != pl.col("sheet").shift(1)).fill_null(value=False)
    return jumps.select((starts | (pl.col("jump") & ordered)).cum_sum()).to_series()
