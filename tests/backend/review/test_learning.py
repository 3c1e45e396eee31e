"""Labelled messages as training data and as test stories."""

from __future__ import annotations

from pathlib import Path

from backend.identity.permissions import SYSTEM
from backend.review import learning
from backend.review.learning import Exported
from backend.review.tables import KeptMessage
from backend.work import writing
from tests.backend.review.keeping import all_kept, keep, label
from tests.backend.world import World


def export(world: World, file: Path) -> Exported:
    with writing(world.database, SYSTEM) as work:
        done = learning.export(learning.lessons(work), file)
        learning.mark(done)
        return done


def said(world: World, text: str, skill: str) -> int:
    key = keep(world, text)
    label(world, key, skill)
    return key


def test_labelled_messages_become_examples_of_their_skill(small: World, tmp_path: Path) -> None:
    file = tmp_path / "reviewed.yml"
    said(small, "wheres me stuff", "order_status")
    said(small, "- bolts\n- nuts, [50] of each", "place_order")
    said(small, "/restart the order", "place_order")
    keep(small, "not labelled yet")
    done = export(small, file)
    assert [lesson.skill for lesson in done.written] == ["order_status", "place_order", "place_order"]
    assert file.read_text() == (
        'version: "3.1"\n'
        "# Messages of people, kept for review and labelled; written by `quartermaster review export`.\n"
        "nlu:\n"
        "- intent: order_status\n"
        "  examples: |\n"
        "    - wheres me stuff\n"
        "- intent: place_order\n"
        "  examples: |\n"
        "    - bolts - nuts, (50) of each\n"
        "    - restart the order\n"
    )
    assert [row.exported_at is not None for row in all_kept(small)] == [True, True, True, False]


def test_exporting_again_adds_only_what_is_new(small: World, tmp_path: Path) -> None:
    file = tmp_path / "reviewed.yml"
    said(small, "wheres me stuff", "order_status")
    export(small, file)
    before = file.read_text()
    said(small, "Wheres  me STUFF", "order_status")
    done = export(small, file)
    assert (len(done.written), len(done.known)) == (0, 2)
    assert file.read_text() == before
    said(small, "where are my bolts", "order_status")
    assert len(export(small, file).written) == 1
    assert file.read_text() == before + "    - where are my bolts\n"


def test_what_other_files_have_is_not_written_again_nor_contradicted(small: World, tmp_path: Path) -> None:
    (tmp_path / "voice.yml").write_text(
        'version: "3.1"\nnlu:\n- intent: order_status\n  examples: |\n    - any news?\n    - where is it\n'
    )
    said(small, "Any news?", "order_status")
    said(small, "where is it", "delivery_eta")
    done = export(small, tmp_path / "reviewed.yml")
    assert [lesson.text for lesson in done.known] == ["Any news?"]
    assert [(lesson.text, lesson.skill) for lesson in done.contradicted] == [("where is it", "delivery_eta")]
    assert not (tmp_path / "reviewed.yml").exists()
    assert [row.exported_at is not None for row in all_kept(small)] == [True, False]


def test_nobody_is_named_in_what_is_exported(small: World, tmp_path: Path) -> None:
    said(small, "it's Customer at Ferndale Joinery, ring 07912 345678 about SO-112288", "order_status")
    export(small, tmp_path / "reviewed.yml")
    written = (tmp_path / "reviewed.yml").read_text()
    assert [name for name in ("Customer", "Ferndale", "345678", "112288") if name in written] == []


def test_a_label_changed_after_the_export_is_reported_and_the_file_left_alone(small: World, tmp_path: Path) -> None:
    key = said(small, "wheres me stuff", "order_status")
    export(small, tmp_path / "reviewed.yml")
    with small.database.write() as session:
        session.get_one(KeptMessage, key).label = "delivery_eta"
    done = export(small, tmp_path / "reviewed.yml")
    assert [lesson.skill for lesson in done.contradicted] == ["delivery_eta"]
    assert learning.read_examples(tmp_path / "reviewed.yml") == {"order_status": ["wheres me stuff"]}


def test_a_story_has_the_message_its_skill_and_what_was_said_before(small: World) -> None:
    keep(small, "hello, this is 07912 345678")
    key = said(small, "wheres me stuff", "order_status")
    with writing(small.database, SYSTEM) as work:
        skeleton = learning.stories(learning.lessons(work))
    assert "345678" not in skeleton
    assert skeleton.endswith(
        f"- story: kept message {key} (not_understood, customer)\n"
        "  steps:\n"
        f"  # person: {skeleton.split('# person: ')[1].splitlines()[0]}\n"
        "  - user: |\n"
        "      wheres me stuff\n"
        "    intent: order_status\n"
        "  - action: action_order_status\n"
    )
