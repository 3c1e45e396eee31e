"""The products of the file: one SKU for every way its code is written, one name out of many descriptions."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from backend.imports.categories import category

# What people at the warehouse typed into the description of a stock correction. A description that was never on a
# line with a price is such a note as well, whatever it says; so is one without a capital letter, since the names of
# this catalogue are in capitals.
NOTES = (
    "DAMAGED?", "DAMAGES", "CHECK(ED)?", "MISSING", "FOUND", "ADJUST(MENT)?", "WRONG(LY)?( CODED?)?", "LOST", "MIA",
    "THROWN? AWAY", "SMASHED", "CRUSHED", "UNSALEABLE.*", "MIXED UP", "MAIL ?OUT", "GIVEN AWAY", "INCORRECT.*", "TEST",
    "MOULDY", "RUSTY", "FAULTY", "COUNTED", "SOLD AS .*", "EBAY( SALES)?", "AMAZON( SALES)?", "DOTCOM( SALES)?", "FBA",
)  # fmt: skip
NOTE = rf"^\W*(?:{'|'.join(NOTES)})\W*$|^\W*\?|\?\?"
CAPITAL = r"\p{Lu}"
LETTERS = r"\p{L}.*\p{L}.*\p{L}"
LONGEST_NAME = 200


@dataclass(frozen=True)
class Products:
    """``table``: sku, name, category, first_at, last_at, with ``name_assumed``; ``aliases``: sku, text."""

    table: pl.DataFrame
    aliases: pl.DataFrame
    counts: dict[str, int]


def products_of(lines: pl.DataFrame) -> Products:
    """Names and aliases from the judged lines; a product is a SKU with a line that was imported."""
    imported = lines.filter(pl.col("outcome") == "imported")
    spans = imported.group_by("sku").agg(pl.col("at").min().alias("first_at"), pl.col("at").max().alias("last_at"))
    ranked = _ranked(imported)
    names = ranked.group_by("sku", maintain_order=True).first().select("sku", pl.col("text").alias("name"))
    table = (
        spans.join(names, on="sku", how="left")
        .with_columns(pl.col("name").is_null().alias("name_assumed"))
        .with_columns(pl.col("name").fill_null(pl.concat_str(pl.lit("Product "), pl.col("sku"))))
        .with_columns(category(pl.col("name")).alias("category"))
        .sort("sku")
    )
    aliases = _aliases(ranked, table)
    return Products(table, aliases, _counts(lines, table, aliases))


def _ranked(imported: pl.DataFrame) -> pl.DataFrame:
    """Sensible descriptions per SKU, the most used first (of two used alike, the one used last)."""
    text = pl.col("description").str.strip_chars().str.replace_all(r"\s+", " ").str.head(LONGEST_NAME)
    used = imported.select("sku", "at", text.alias("text")).filter(
        pl.col("text").str.contains(LETTERS)
        & pl.col("text").str.contains(CAPITAL)
        & ~pl.col("text").str.to_uppercase().str.contains(NOTE)
    )
    return (
        used.group_by("sku", "text")
        .agg(pl.len().alias("lines"), pl.col("at").max().alias("last"))
        .sort("sku", "lines", "last", "text", descending=[False, True, True, False])
    )


def _aliases(ranked: pl.DataFrame, table: pl.DataFrame) -> pl.DataFrame:
    """Every other sensible description, unless it is the name of another product: then it was typed by mistake."""
    folded = pl.col("text").str.to_uppercase().alias("folded")
    names = table.select("sku", pl.col("name").str.to_uppercase().alias("folded"))
    own = ranked.with_columns(folded).join(names, on=["sku", "folded"], how="anti")
    mine = own.join(names.select("folded").unique(), on="folded", how="anti")
    return mine.unique(["sku", "folded"], keep="first", maintain_order=True).select("sku", "text")


def _counts(lines: pl.DataFrame, table: pl.DataFrame, aliases: pl.DataFrame) -> dict[str, int]:
    stripped = pl.col("code").str.strip_chars()
    codes = lines.join(table.select("sku"), on="sku", how="semi").select("sku", "code", "description").unique()
    written = codes.select("sku", stripped.alias("code")).unique().group_by("sku").len()
    text = pl.col("description").str.strip_chars().str.replace_all(r"\s+", " ").str.to_uppercase()
    described = codes.filter(pl.col("description").is_not_null()).select("sku", text).unique()
    kept = table.height - int(table["name_assumed"].sum()) + aliases.height
    return {
        "codes_with_blanks": codes.filter(pl.col("code") != stripped)["code"].n_unique(),
        "skus_written_in_several_cases": written.filter(pl.col("len") > 1).height,
        "skus_with_several_descriptions": described.group_by("sku").len().filter(pl.col("len") > 1).height,
        "descriptions_ignored": described.height - kept,
        "aliases_kept": aliases.height,
        "skus_without_sensible_description": int(table["name_assumed"].sum()),
    }
