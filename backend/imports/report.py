"""What an import did: every line accounted for, with its units and its money, and what was made of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from backend.errors import Refused
from backend.imports.rules import SENTENCES, Outcome, Reason


class NotReconciled(Refused):
    """The lines do not add up: a defect of the importer, found before anything was committed."""

    status = 500
    code = "import_not_reconciled"


@dataclass(frozen=True)
class Tally:
    """Lines, sales units, and money to the penny; cancellations count below zero."""

    rows: int = 0
    units: int = 0
    pence: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.rows + other.rows, self.units + other.units, self.pence + other.pence)

    @property
    def money(self) -> Decimal:
        """The amount, with two decimals."""
        return Decimal(self.pence).scaleb(-2)

    def as_json(self) -> dict[str, Any]:
        """Rows, units, and money as text, so that no float comes near it."""
        return {"rows": self.rows, "units": self.units, "money": f"{self.money:.2f}"}

    @staticmethod
    def from_json(value: dict[str, Any]) -> Tally:
        """The reverse of ``as_json``."""
        return Tally(value["rows"], value["units"], int(Decimal(value["money"]).scaleb(2)))


def total(tallies: Iterable[Tally]) -> Tally:
    """The sum."""
    return sum(tallies, Tally())


@dataclass(frozen=True)
class Account:
    """Everything that was read, and what became of it by reason."""

    read: Tally
    imported: dict[str, Tally]
    merged: dict[str, Tally]
    set_aside: dict[str, Tally]

    def check(self) -> None:
        """Imported + merged + set aside = read, in lines, units and money. Raises NotReconciled."""
        parts = total([*self.imported.values(), *self.merged.values(), *self.set_aside.values()])
        if parts != self.read:
            raise NotReconciled(
                f"The lines do not add up: {self.read} read, {parts} accounted for. Nothing was imported."
            )


def account(lines: pl.DataFrame) -> Account:
    """The account of judged lines; ``read`` is counted apart from the reasons, so that the check says something."""
    sums = (pl.len().alias("rows"), pl.col("quantity").sum().alias("units"), pl.col("pence").sum().alias("pence"))
    by_reason = lines.group_by("outcome", "reason").agg(sums).sort("reason")
    parts: dict[str, dict[str, Tally]] = {str(outcome): {} for outcome in Outcome}
    for outcome, reason, rows, units, pence in by_reason.iter_rows():
        parts[outcome][reason] = Tally(rows, units, pence)
    return Account(Tally(*lines.select(sums).row(0)), **parts)


@dataclass(frozen=True)
class ImportReport:
    """What became of every line of the files, and what the database holds after it.

    ``rules`` counts where a rule was applied that moves no line, such as codes in another case; ``made`` counts the
    rows written; ``assumed`` counts what the file lacks and was filled in.
    """

    files: list[str]
    fingerprint: str
    first_day: date
    last_day: date
    account: Account
    rules: dict[str, int]
    made: dict[str, int]
    assumed: dict[str, int]
    seconds: float = 0.0
    already_imported: bool = field(default=False)

    @property
    def read(self) -> Tally:
        """Everything read."""
        return self.account.read

    @property
    def imported(self) -> dict[str, Tally]:
        """What was imported, by reason."""
        return self.account.imported

    @property
    def merged(self) -> dict[str, Tally]:
        """What was merged into an identical line, by reason."""
        return self.account.merged

    @property
    def set_aside(self) -> dict[str, Tally]:
        """What was set aside, by reason."""
        return self.account.set_aside

    def as_json(self) -> dict[str, Any]:
        """The report for ``--json`` and for the import run's row."""
        plain = asdict(self)
        del plain["account"]
        return plain | {
            "first_day": self.first_day.isoformat(),
            "last_day": self.last_day.isoformat(),
            "read": self.read.as_json(),
            **{
                str(outcome): {reason: tally.as_json() for reason, tally in getattr(self, outcome).items()}
                for outcome in Outcome
            },
        }

    @staticmethod
    def from_json(value: dict[str, Any], *, already_imported: bool = False) -> ImportReport:
        """A report read back from the import run's row."""
        parts = {
            str(outcome): {reason: Tally.from_json(tally) for reason, tally in value[outcome].items()}
            for outcome in Outcome
        }
        return ImportReport(
            files=value["files"],
            fingerprint=value["fingerprint"],
            first_day=date.fromisoformat(value["first_day"]),
            last_day=date.fromisoformat(value["last_day"]),
            account=Account(Tally.from_json(value["read"]), **parts),
            rules=value["rules"],
            made=value["made"],
            assumed=value["assumed"],
            seconds=value["seconds"],
            already_imported=already_imported,
        )


def sentence(reason: str) -> str:
    """A reason in words."""
    return SENTENCES[Reason(reason)]
