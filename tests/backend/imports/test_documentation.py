"""docs/importing.md says every rule, kind and column that there is, and no other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from backend.imports.assumptions import SUPPLIERS
from backend.imports.categories import KEYWORDS
from backend.imports.cli import export_app, import_app
from backend.imports.csv_files import KINDS
from backend.imports.packs import BOX_SIZES
from backend.imports.reading.sheet import EXPECTED
from backend.imports.rules import Reason, outcome_of

TEXT = (Path(__file__).parents[3] / "docs" / "importing.md").read_text(encoding="utf-8")


def test_every_reason_stands_under_its_outcome():
    stated = re.findall(r"^\| (merged|set aside|imported) \| `(\w+)` \|", TEXT, flags=re.MULTILINE)
    assert sorted((outcome.replace(" ", "_"), reason) for outcome, reason in stated) == sorted(
        (str(outcome_of(reason)), str(reason)) for reason in Reason
    )


@pytest.mark.parametrize("kind", KINDS)
def test_every_column_stands_with_its_kind(kind: str):
    columns = [f"**{column.name}**" if column.key else column.name for column in KINDS[kind]().columns]
    assert f"| {kind} | {', '.join(columns)} |" in TEXT


def test_every_command():
    for name, app in (("import", import_app), ("export", export_app)):
        for command in app.registered_commands:
            assert f"quartermaster {name} {command.name}" in TEXT


def test_numbers_that_are_stated():
    assert EXPECTED in TEXT
    assert f"{len(KEYWORDS)} groups" in TEXT
    assert ", ".join(map(str, BOX_SIZES)) in TEXT
    assert f"{SUPPLIERS[0].code} to {SUPPLIERS[-1].code}" in TEXT
