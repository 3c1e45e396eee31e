"""One table as it was found in a file, and the names its columns go by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from backend.errors import Invalid

# Our name -> the names in the files: of "Online Retail II" first, of the older "Online Retail" second.
COLUMNS: dict[str, tuple[str, ...]] = {
    "invoice": ("Invoice", "InvoiceNo"),
    "code": ("StockCode",),
    "description": ("Description",),
    "quantity": ("Quantity",),
    "at": ("InvoiceDate",),
    "price": ("Price", "UnitPrice"),
    "customer": ("Customer ID", "CustomerID"),
    "country": ("Country",),
}
EXPECTED = "Invoice, StockCode, Description, Quantity, InvoiceDate, Price, Customer ID, Country"


@dataclass(frozen=True)
class Sheet:
    """A table with our column names; ``first_row`` is the row number of its first line of data."""

    file: str
    name: str | None
    first_row: int
    frame: pl.DataFrame

    @property
    def title(self) -> str:
        """How a message names it."""
        return self.file if self.name is None else f"{self.file}, sheet '{self.name}'"

    def wrong(self, index: int, column: str, value: object, expected: str) -> Invalid:
        """The error for the ``index``-th line of data."""
        row = self.first_row + index
        found = "empty" if value is None else f"'{str(value)[:60]}'"
        return Invalid(
            f"{self.title}, row {row}: {COLUMNS[column][0]} is {found}; expected {expected}. Nothing was imported.",
            code="import_bad_value",
            file=self.file,
            row=row,
            column=COLUMNS[column][0],
        )


def places(header: Sequence[str], title: str) -> dict[str, int]:
    """Where each of our columns stands in the header. Raises Invalid that names what is missing."""
    plain = [_plain(name) for name in header]
    found: dict[str, int] = {}
    missing: list[str] = []
    for ours, names in COLUMNS.items():
        at = next((plain.index(_plain(name)) for name in names if _plain(name) in plain), None)
        if at is None:
            missing.append(names[0])
        else:
            found[ours] = at
    if missing:
        shown = ", ".join(name for name in header[:12] if name) or "nothing readable"
        raise Invalid(
            f"{title}, row 1: no column {', '.join(missing)}. Expected {EXPECTED}; found {shown[:300]}.",
            code="import_missing_columns",
            missing=missing,
        )
    return found


def _plain(name: str) -> str:
    return name.lower().replace(" ", "").replace("_", "").strip("\ufeff\"'")
