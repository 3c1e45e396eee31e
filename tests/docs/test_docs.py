"""The docs name every setting, command, endpoint and skill there is, and nothing they point to is missing."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import typer

from actions.skills import SKILLS
from backend.app import create_app
from backend.cli import app as command_line
from backend.database import Database
from backend.identity.permissions import GRANTS
from backend.settings import SECRET_VARIABLES, Settings
from backend.states import MACHINES

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
OPERATIONS = "docs/guide-manager-and-operations.md"
GUIDES = tuple(sorted(DOCS.glob("guide-*.md")))
RECORDS = tuple(sorted((DOCS / "decisions").glob("[0-9]*.md")))
WRITTEN = (ROOT / "README.md", ROOT / "bot" / "README.md", *sorted(DOCS.rglob("*.md")))
RECORD_HEADINGS = ["Context", "Decision", "Consequences", "Alternatives"]
LARGEST_PICTURE = 200_000
_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_COMMAND = re.compile(r"quartermaster ([a-z][a-z-]*(?: [a-z][a-z-]*)?)")
_TARGET = re.compile(r"^`*make ([a-z]+)(?:`|$|  )", re.MULTILINE)
_PATH = re.compile(r"(?:GET|POST|PUT|PATCH|DELETE) (/[^\s`|?]*)")
_ERROR_CODE = re.compile(r'code(?:: str)? ?= ?"([a-z_]+)"')


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def text(path: str | Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def cells(path: str | Path) -> Iterator[list[str]]:
    """The cells of every row of every table."""
    for line in text(path).splitlines():
        if line.startswith("|"):
            yield [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]


def first_column(path: str | Path) -> str:
    return "\n".join(row[0] for row in cells(path))


# ---- settings ------------------------------------------------------------------------------------------------------


def variable(field: str) -> str:
    alias = Settings.model_fields[field].validation_alias
    return alias if isinstance(alias, str) else f"QUARTERMASTER_{field.upper()}"


@pytest.mark.parametrize("field", sorted(Settings.model_fields))
def test_every_setting_is_in_the_settings_table(field):
    assert f"`{variable(field)}`" in first_column(OPERATIONS)


def setting_rows() -> list[tuple[str, str]]:
    found = []
    for row in cells(OPERATIONS):
        names = re.findall(r"`([A-Z_]+)`", row[0])
        values = re.findall(r"`([^`]*)`", row[1]) if len(row) > 1 else []
        found += zip(names, values, strict=False)
    return found


def test_the_defaults_in_the_settings_table_are_true():
    known = {variable(name): str(field.default) for name, field in Settings.model_fields.items()}
    wrong = {
        name: (value, known[name])
        for name, value in setting_rows()
        if known.get(name) and value != known[name].removesuffix(".0")
    }
    assert wrong == {}


def test_the_settings_table_names_nothing_that_is_not_a_setting():
    known = {variable(field) for field in Settings.model_fields}
    assert [name for name, _ in setting_rows() if name not in known] == []


@pytest.mark.parametrize("name", SECRET_VARIABLES)
def test_every_secret_comes_first_in_the_settings_table(name):
    rows = [row[0] for row in cells(OPERATIONS) if "`DATABASE_URL`" in row[0] or "`QUARTERMASTER_" in row[0]]
    at = first_column(OPERATIONS).splitlines().index(rows[0])
    assert f"`{name}`" in "\n".join(first_column(OPERATIONS).splitlines()[at : at + len(SECRET_VARIABLES)])


# ---- commands ------------------------------------------------------------------------------------------------------


def command_names() -> list[str]:
    def names(command, before: str) -> Iterator[str]:
        below = getattr(command, "commands", None)
        if below is None:
            yield before
            return
        for name, child in below.items():
            yield from names(child, f"{before} {name}".strip())

    return sorted(names(typer.main.get_command(command_line), ""))


@pytest.mark.parametrize("command", command_names())
def test_every_command_is_in_the_table_of_commands(command):
    assert re.search(rf"`quartermaster {command}\b", first_column(OPERATIONS))


@pytest.mark.parametrize("path", WRITTEN, ids=name_of)
def test_no_page_calls_a_command_that_is_not_there(path):
    known = set(command_names())
    groups = {name.split(" ")[0] for name in known}
    called = {
        words
        for code in _CODE.findall(text(path))
        for words in _COMMAND.findall(code)
        if words not in known and words.split(" ")[0] not in known
    }
    assert {words for words in called if words not in groups} == set()


@pytest.mark.parametrize("path", WRITTEN, ids=name_of)
def test_no_page_calls_a_target_that_is_not_there(path):
    targets = set(re.findall(r"^([a-z]+):", text("Makefile"), re.MULTILINE))
    called = {name for code in _CODE.findall(text(path)) for name in _TARGET.findall(code)}
    assert called - targets == set()


# ---- the HTTP API --------------------------------------------------------------------------------------------------


@cache
def endpoints() -> frozenset[tuple[str, str]]:
    unopened = Database(f"sqlite:///{Path(tempfile.gettempdir()) / 'unopened.db'}")
    app = create_app(Settings(internal_secret="only for the document"), unopened)
    return frozenset((method.upper(), path) for path, item in app.openapi()["paths"].items() for method in item)


def documented() -> set[tuple[str, str]]:
    found = [re.fullmatch(r"`([A-Z]+) (/\S*)`", row[0]) for row in cells("docs/api.md")]
    return {(match[1], match[2]) for match in found if match}


def test_every_endpoint_is_in_the_table():
    assert endpoints() - documented() == set()


def test_the_table_names_no_endpoint_that_is_not_there():
    assert documented() - endpoints() == {("GET", "/metrics")}  # left out of the OpenAPI document on purpose


@pytest.mark.parametrize("path", WRITTEN, ids=name_of)
def test_no_page_sends_a_request_to_nowhere(path):
    if path.parent.name == "bot":
        pytest.skip("its requests go to the assistant")
    known = {where for _, where in endpoints()} | {"/metrics"} | set(text("docs/api.md").split("`"))
    called = {where for code in _CODE.findall(text(path)) for where in _PATH.findall(code)}
    assert called - known == set()


NOT_IN_THE_API = {"not_enough_stock", "cart_changed", "shipped"}  # raised by nothing; raised in chat only
ERROR_SOURCES = (
    "errors", "http", "catalogue", "customers", "purchasing", "insight", "papers", "sales/api", "sales/service",
)  # fmt: skip


def error_codes() -> set[str]:
    files = [path for name in ERROR_SOURCES for path in ((ROOT / "backend" / name).rglob("*.py"))]
    files += [ROOT / "backend" / f"{name}.py" for name in ERROR_SOURCES if (ROOT / "backend" / f"{name}.py").exists()]
    return {code for path in files for code in _ERROR_CODE.findall(path.read_text(encoding="utf-8"))}


def test_every_error_code_of_the_api_is_in_the_table():
    missing = {code for code in error_codes() - NOT_IN_THE_API if f"`{code}`" not in text("docs/api.md")}
    assert missing == set()


# ---- skills and roles ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("skill", sorted(SKILLS))
def test_every_skill_is_in_a_guide(skill):
    assert any(f"`{skill}`" in text(guide) for guide in GUIDES)


def test_every_role_has_a_guide():
    guides = {"customer": "customer", "rep": "sales-rep", "desk": "order-desk", "buyer": "buyer", "manager": "manager"}
    assert {role.value for role in GRANTS} == set(guides)
    assert [part for part in guides.values() if not any(part in guide.name for guide in GUIDES)] == []


NOT_BUILT_SENTENCES: dict[str, str] = {}


def built() -> set[str]:
    """Skills with a function registered; read from the source, since importing the skills loads spaCy."""
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "actions").glob("*.py")]
    found = [names for source in sources for names in re.findall(r"^@skill\(([^)]*)\)", source, re.MULTILINE)]
    return set(re.findall(r'"([a-z_]+)"', " ".join(found)))


def test_the_readme_says_which_skills_are_not_built():
    assert set(SKILLS) - built() == set(NOT_BUILT_SENTENCES)
    readme = " ".join(text("README.md").split())
    assert [said for said in NOT_BUILT_SENTENCES.values() if " ".join(said.split()) not in readme] == []


# ---- state machines ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.table)
def test_the_diagrams_of_states_are_made_from_the_tables(machine):
    assert f"## {machine.document.capitalize()}\n" in text("docs/states.md")
    assert f"```mermaid\n{machine.diagram()}\n```" in text("docs/states.md")


# ---- links, pictures, records --------------------------------------------------------------------------------------


def anchor(heading: str) -> str:
    """A heading's anchor as the usual hosts make it."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def anchors(path: Path) -> set[str]:
    return {anchor(line.lstrip("#")) for line in text(path).splitlines() if line.startswith("#")}


def links(path: Path) -> list[str]:
    found = _LINK.findall(_CODE.sub("", text(path)))
    return [target for target in found if not re.match(r"[a-z]+:", target)]


@pytest.mark.parametrize("path", WRITTEN, ids=name_of)
def test_every_relative_link_leads_somewhere(path):
    lost = []
    for target in links(path):
        file, _, part = target.partition("#")
        place = (path.parent / file).resolve() if file else path
        if not place.exists() or (part and part not in anchors(place)):
            lost.append(target)
    assert lost == []


def test_every_page_can_be_reached_from_the_readme():
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached or page.suffix != ".md":
            continue
        reached.add(page)
        waiting += [(page.parent / target.partition("#")[0]).resolve() for target in links(page)]
    assert [name_of(page) for page in WRITTEN if page not in reached] == []


@pytest.mark.parametrize("record", RECORDS, ids=name_of)
def test_a_decision_record_has_its_four_headings(record):
    lines = text(record).splitlines()
    assert [line.removeprefix("## ") for line in lines if line.startswith("## ")] == RECORD_HEADINGS
    assert re.fullmatch(rf"# {int(record.name[:4])}\. \S.*", lines[0])
    assert re.fullmatch(r"Date: \d{4}-\d\d-\d\d · Status: \S.*", lines[2])


def test_decision_records_are_numbered_without_gaps():
    assert [int(record.name[:4]) for record in RECORDS] == list(range(1, len(RECORDS) + 1))


def test_pictures_are_small():
    assert {
        path.name: path.stat().st_size for path in DOCS.rglob("*.png") if path.stat().st_size > LARGEST_PICTURE
    } == {}


@pytest.mark.parametrize("path", WRITTEN, ids=name_of)
def test_pages_are_finished_and_calm(path):
    prose = _CODE.sub("", text(path))
    assert "@@" not in prose
    assert re.search(r"\b(TODO|FIXME|TBD)\b", prose) is None
    assert re.search(r"\w!(\s|$)", prose) is None


# ---- the retail agent's operations ---------------------------------------------------------------------------------


def test_each_operation_of_the_retail_agent_has_its_skills_and_endpoints():
    rows = [row for row in cells("docs/api.md") if len(row) == 3 and re.fullmatch(r"`[a-z]+(?:_[a-z]+)*`", row[0])]
    operations = {row[0].strip("`"): row[1:] for row in rows}
    assert len({name for name in operations if name not in SKILLS}) >= 16
    named = {name for chat, _ in operations.values() for name in re.findall(r"`([a-z]+(?:_[a-z]+)+)`", chat)}
    assert {"exchange_items", "return_items", "talk_to_human"} <= named <= set(SKILLS)
