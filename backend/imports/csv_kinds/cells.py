"""Reading and writing the cells of a CSV file: texts, numbers, dates, lists. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

LIST = "|"
NOTHING = "-"  # in a cell of a list: there is none; a blank cell leaves what is there
YES = frozenset({"yes", "y", "true", "1"})
NO = frozenset({"no", "n", "false", "0"})
MOST = 2_147_483_647
FINEST = Decimal("0.0001")


class CellError(Exception):
    """A cell (or a whole row, where ``column`` is None) that will not do, and why."""

    def __init__(self, column: str | None, message: str, row: int | None = None) -> None:
        super().__init__(message)
        self.column = column
        self.message = message
        self.row = row


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the file: its number as a spreadsheet shows it (the header is row 1) and its cells by column."""

    number: int
    cells: dict[str, str]

    def text(self, column: str, *, longest: int = 200) -> str | None:
        """The cell's text, None where it is blank or its column is not there."""
        value = self.cells.get(column, "").strip()
        if len(value) > longest:
            raise self.wrong(column, f"is longer than {longest} characters")
        return value or None

    def needed(self, column: str, *, longest: int = 200) -> str:
        """The cell's text, which must be there."""
        value = self.text(column, longest=longest)
        if value is None:
            raise self.wrong(column, "is empty")
        return value

    def integer(self, column: str, *, least: int = 0) -> int | None:
        """A whole number of at least ``least``."""
        value = self.text(column)
        if value is None:
            return None
        try:
            number = int(value)
        except ValueError:
            raise self.wrong(column, f"is '{value[:40]}'; expected a whole number") from None
        if not least <= number <= MOST:
            raise self.wrong(column, f"is {value[:40]}; expected {least} to {MOST}")
        return number

    def amount(self, column: str) -> Decimal | None:
        """An amount of money of at least nothing, with up to four decimals."""
        value = self.text(column)
        return None if value is None else self._amount(column, value)

    def _amount(self, column: str, value: str) -> Decimal:
        try:
            number = Decimal(value)
        except InvalidOperation:
            raise self.wrong(column, f"is '{value[:40]}'; expected an amount such as 2.55") from None
        if not number.is_finite() or not 0 <= number < MOST:
            raise self.wrong(column, f"is {value[:40]}; expected an amount of at least 0")
        if number != number.quantize(FINEST):
            raise self.wrong(column, f"is {value[:40]}; a price has up to four decimals")
        return number

    def day(self, column: str) -> date | None:
        """A date written 2011-12-09."""
        value = self.text(column)
        if value is None:
            return None
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise self.wrong(column, f"is '{value[:40]}'; expected a date such as 2011-12-09") from None

    def moment(self, column: str, zone: str) -> datetime | None:
        """A time written 2011-12-09 12:50, in the company's zone where it names none."""
        value = self.text(column)
        if value is None:
            return None
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            raise self.wrong(column, f"is '{value[:40]}'; expected a time such as 2011-12-09 12:50") from None
        return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))

    def yes(self, column: str) -> bool | None:
        """Yes or no."""
        value = self.text(column)
        if value is None:
            return None
        if value.lower() in YES | NO:
            return value.lower() in YES
        raise self.wrong(column, f"is '{value[:40]}'; expected yes or no")

    def listed(self, column: str) -> list[str] | None:
        """Texts divided by '|'; '-' stands for none of them, a blank cell for None."""
        value = self.text(column, longest=4000)
        if value is None:
            return None
        return [] if value == NOTHING else [part.strip() for part in value.split(LIST) if part.strip()]

    def named_quantities(self, column: str) -> dict[str, int] | None:
        """Packs such as box:8|case:160."""
        parts = self.listed(column)
        if parts is None:
            return None
        found: dict[str, int] = {}
        for part in parts:
            name, _, quantity = part.rpartition(":")
            if not name.strip() or not quantity.strip().isdigit() or not 1 <= int(quantity) <= MOST:
                raise self.wrong(column, f"has '{part[:40]}'; expected a name and a quantity such as box:8")
            found[name.strip()] = int(quantity)
        return found

    def costs(self, column: str) -> list[dict[str, object]] | None:
        """Price breaks such as 500:0.42|1000:0.40, as a supplier's terms keep them."""
        parts = self.listed(column)
        if parts is None:
            return None
        found: list[dict[str, object]] = []
        for part in parts:
            quantity, _, cost = part.partition(":")
            if not quantity.strip().isdigit():
                raise self.wrong(column, f"has '{part[:40]}'; expected a quantity and a cost such as 500:0.42")
            found.append({"from": int(quantity), "cost": str(self._amount(column, cost.strip()))})
        return found

    def wrong(self, column: str | None, message: str) -> CellError:
        """An error at this row."""
        return CellError(column, message, self.number)


def shown(value: object) -> str:
    """A value as a cell: blank for None, yes and no, plain decimals, lists divided by '|'."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, str | int):
        return str(value)
    if isinstance(value, Iterable):
        return LIST.join(str(part) for part in value)
    raise TypeError(f"no cell for {type(value)}")
