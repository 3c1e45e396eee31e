"""What the encoder of order messages learns from."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

from actions.evaluation.fragments import parts_of
from actions.evaluation.messages import ExpectedLine, Labelled
from actions.language.orders import read_order
from tests.actions.language.catalogues import fasteners_and_textiles

ROOT = Path(__file__).resolve().parents[3]
DEVELOPMENT = ROOT / "nlu_data" / "development" / "README.md"
CARD = ROOT / "actions" / "language" / "encoder" / "README.md"


def parts(text: str, *expected: ExpectedLine) -> dict[str, str]:
    reading = read_order(text, fasteners_and_textiles(), today=date(2026, 6, 17), judged=False)
    found = parts_of(Labelled(text=text, skill="place_order", lines=expected), reading)
    return {text[start:end]: kind for start, end, kind in found}


def test_lines_questions_and_talk_are_told_apart():
    found = parts(
        "hello there how are things, 40 M8 washers and some linen please",
        ExpectedLine(sku="30-103", quantity=40),
        ExpectedLine(candidates=("50-100", "50-101", "50-102", "50-103")),
    )
    kinds = sorted(found.values())
    assert "booked" in kinds
    assert "asked" in kinds
    assert found["40 M8 washers"] == "booked"


def test_where_a_line_was_not_found_what_is_left_says_nothing():
    found = parts("40 M8 washers and the lot on the list", ExpectedLine(sku="60-102", quantity=3))
    assert set(found.values()) <= {"near"}


def test_of_what_nobody_has_a_question_counts_only_where_it_is_the_only_one():
    text = "40 M8 washers, 3 wheelbarrows and 2 stepladders"
    found = parts(text, ExpectedLine(sku="30-103", quantity=40), ExpectedLine(quantity=3))
    assert "asked" not in found.values()


def test_evaluation_messages_are_refused(tmp_path: Path):
    command = [sys.executable, "-m", "actions.evaluation.fragments", str(tmp_path / "parts.jsonl")]
    done = subprocess.run(
        [*command, "nlu_data/evaluation/demo_company.jsonl"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "Evaluation messages" in done.stderr
    assert not (tmp_path / "parts.jsonl").exists()


def test_the_card_names_the_voices_that_may_be_learnt_from_and_no_other():
    rows = re.findall(r"^\| `(\w+)\.jsonl` .*\| (.+?) \|$", DEVELOPMENT.read_text(encoding="utf-8"), re.MULTILINE)
    tuned = {name for name, use in rows if use == "tuned on"}
    taught = set(json.loads(re.findall(r"```json\n(.*?)```", CARD.read_text(encoding="utf-8"), re.DOTALL)[0]))
    assert taught == tuned
    assert len(rows) == len(list(DEVELOPMENT.parent.glob("*.jsonl")))
