"""The commands: figures on the output, everything else on the error stream, and an exit code."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from backend.imports.cli import export_app, import_app
from backend.settings import settings
from tests.backend.imports.files import Line, csv_file

LINES = [Line(), Line(), Line(code="POST"), Line(code="82482", description="WOODEN FRAME")]


@pytest.fixture(autouse=True)
def _own_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'cli.db'}")
    settings.cache_clear()
    yield
    settings.cache_clear()


def run(*arguments: str | Path) -> Result:
    """``import …`` or ``export …``."""
    app = {"import": import_app, "export": export_app}[str(arguments[0])]
    return CliRunner().invoke(app, [str(argument) for argument in arguments[1:]])


def test_importing_and_looking_at_what_is_left(tmp_path: Path):
    file = csv_file(tmp_path / "lines.csv", LINES)
    first = run("import", "online-retail", file)
    assert first.exit_code == 0
    assert "postage and carriage" in first.stdout
    again = run("import", "online-retail", file, "--json")
    report = json.loads(again.stdout)
    assert report["already_imported"]
    assert report["read"]["rows"] == 4
    assert report["set_aside"] == {"postage": {"rows": 1, "units": 8, "money": "13.52"}}
    aside = json.loads(run("import", "set-aside", "--reason", "postage", "--json").stdout)
    assert aside["reasons"][0]["rows"] == 1
    assert aside["rows"][0]["content"]["StockCode"] == "POST"
    assert "row 4 (postage)" in run("import", "set-aside").stdout


def test_a_wrong_file_is_a_sentence_and_exit_code_1(tmp_path: Path):
    result = run("import", "online-retail", csv_file(tmp_path / "bad.csv", [Line(quantity="many")]))
    assert result.exit_code == 1
    assert "bad.csv, row 2: Quantity is 'many'; expected a whole number" in result.stderr
    assert result.stdout == ""
    assert "Traceback" not in result.stderr


def test_out_and_in_again(tmp_path: Path):
    run("import", "online-retail", csv_file(tmp_path / "lines.csv", LINES))
    assert "2 rows of products" in run("export", "csv", "--kind", "products", tmp_path / "products.csv").stdout
    result = run("import", "csv", "--kind", "products", tmp_path / "products.csv", "--json")
    assert json.loads(result.stdout)["unchanged"] == 2


def test_a_bad_row_is_told_and_exits_with_1_unless_skipped(tmp_path: Path):
    file = tmp_path / "products.csv"
    file.write_text("sku,name\n1,One\n2,\n")
    result = run("import", "csv", "--kind", "products", file)
    assert result.exit_code == 1
    assert "products.csv, row 3: name is empty" in result.stderr
    assert "nothing was written" in result.stdout
    assert run("import", "csv", "--kind", "products", file, "--dry-run", "--skip-bad").exit_code == 0
    assert "1 created" in run("import", "csv", "--kind", "products", file, "--skip-bad").stdout


def test_templates():
    result = run("import", "template", "--kind", "stock")
    assert result.stdout == "sku,on_hand,warehouse,assumed\n"
    assert run("import", "template", "--kind", "pets").exit_code == 1


@pytest.mark.parametrize("arguments", [("import",), ("export",), ("import", "csv"), ("export", "csv")])
def test_help(arguments: tuple[str, ...]):
    assert run(*arguments, "--help").exit_code == 0
