"""``quartermaster review``: list, label, dismiss, export."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from backend.cli import app
from backend.review.cli import REVIEWED
from backend.settings import settings
from tests.backend.review.keeping import all_kept, keep, label
from tests.backend.world import World


@pytest.fixture(autouse=True)
def _database(small: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("DATABASE_URL", str(small.database.url))
    settings.cache_clear()
    yield
    settings.cache_clear()


def run(*words: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(app, ["review", *words], input=typed)


def listed(*words: str) -> Any:
    done = run(*words, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_what_waits_is_listed(small: World) -> None:
    keep(small, "wheres me [bold]stuff")
    labelled = keep(small, "where is it")
    label(small, labelled, "order_status")
    found = listed()
    assert [(one["text"], one["skill"], one["state"]) for one in found["messages"]] == [
        ("wheres me [bold]stuff", "complaint", "waiting")
    ]
    assert found["ratings"] == {}
    assert [one["id"] for one in listed("--state", "labelled")["messages"]] == [labelled]
    shown = run().output
    there = [words for words in ("wheres me", "complaint", "40%", "where is it") if words in shown]
    assert there == ["wheres me", "complaint", "40%"]


def test_a_message_is_labelled_or_dismissed_by_its_number(small: World) -> None:
    first, second = keep(small, "wheres me stuff"), keep(small, "asdf")
    assert run("label", str(first), "order_status").output == f"{first}: order_status\n"
    assert run("dismiss", str(second)).output == f"{second}: dismissed\n"
    assert [(row.state, row.label) for row in all_kept(small)] == [("labelled", "order_status"), ("dismissed", None)]
    assert listed()["messages"] == []


def test_what_can_not_be_done_fails_and_changes_nothing(small: World) -> None:
    key = keep(small, "wheres me stuff")
    for words in (("label", str(key), "sing"), ("label", "99", "help"), ("label", str(key)), ("dismiss", "99")):
        assert run(*words).exit_code != 0, words
    assert [row.state for row in all_kept(small)] == ["waiting"]


def test_labelling_goes_through_what_waits_oldest_first(small: World) -> None:
    for text in ("first", "second", "third", "fourth", "fifth"):
        keep(small, text)
    done = run("label", typed="2\nnonsense\norder history\nd\ns\nq\n")
    assert done.exit_code == 0, done.output
    assert [(row.text, row.state, row.label) for row in all_kept(small)] == [
        ("first", "labelled", "order_status"),
        ("second", "labelled", "order_history"),
        ("third", "dismissed", None),
        ("fourth", "waiting", None),
        ("fifth", "waiting", None),
    ]
    assert "1 of 5: not understood, a customer over web" in done.output
    assert "1 complaint  2 order_status  3 delivery_eta" in done.output
    assert "The skills are: place_order," in done.output


def test_labelling_nothing_says_so() -> None:
    assert run("label").output == "Nothing waits.\n"


def test_labelled_messages_are_exported_with_a_skeleton_of_stories(small: World, tmp_path: Path) -> None:
    label(small, keep(small, "wheres me stuff"), "order_status")
    file, stories = tmp_path / "reviewed.yml", tmp_path / "test_reviewed.yml"
    done = run("export", "--to", str(file), "--stories", str(stories), "--json")
    assert json.loads(done.stdout) == {
        "file": str(file),
        "stories": str(stories),
        "written": 1,
        "known": 0,
        "contradicted": [],
    }
    assert "    - wheres me stuff\n" in file.read_text()
    assert "    intent: order_status\n" in stories.read_text()
    assert run("export", "--to", str(file)).output == f"0 written to {file}, 1 were there already.\n"


def test_by_default_the_export_goes_to_what_the_assistant_learns_from() -> None:
    assert REVIEWED.relative_to(REVIEWED.parents[2]).as_posix() == "nlu_data/nlu/reviewed.yml"
    assert REVIEWED.parent.is_dir()


def test_a_conversation_is_deleted_on_request_with_what_was_kept_of_it(small: World) -> None:
    keep(small, "wheres me stuff")
    keep(small, "what about mine", "other@test")
    command = ["user", "forget-conversation", "Customer@test"]
    said = [CliRunner().invoke(app, command).output for _ in range(2)]
    assert said == ["The conversation of customer@test is deleted.\n", "customer@test has no conversation.\n"]
    assert [row.text for row in all_kept(small)] == ["what about mine"]
    assert CliRunner().invoke(app, ["user", "forget-conversation", "nobody@test"]).exit_code != 0
