"""Files of labelled messages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from actions.evaluation.messages import load
from backend.errors import Invalid
from backend.identity.tables import Role

ROOT = Path(__file__).parents[3]


def test_what_is_left_out_has_a_default(tmp_path: Path):
    file = tmp_path / "messages.jsonl"
    file.write_text('{"text": "hello", "skill": "greet"}\n\n{"text": "2 x A", "skill": "place_order", "lines": [{}]}\n')
    first, second = load(file)
    assert (first.role, first.accept, first.lines) == (Role.CUSTOMER, (), None)
    assert second.lines is not None
    assert (second.lines[0].sku, second.lines[0].quantity, second.lines[0].candidates) == (None, None, ())


@pytest.mark.parametrize(
    ("row", "code", "said"),
    [
        ("{", "invalid_line", "line 1"),
        ('{"skill": "greet"}', "invalid_line", "text"),
        ('{"text": "x", "skill": "dance"}', "unknown_skill", "'dance'"),
        ('{"text": "x", "skill": "greet", "role": "king"}', "invalid_line", "role"),
        ("", "no_messages", "no messages"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, row: str, code: str, said: str):
    file = tmp_path / "messages.jsonl"
    file.write_text(row)
    with pytest.raises(Invalid, match=said) as refused:
        load(file)
    assert refused.value.code == code


def test_a_missing_file_is_refused(tmp_path: Path):
    with pytest.raises(Invalid, match="can't be read"):
        load(tmp_path / "none.jsonl")


@pytest.mark.parametrize(
    "file", sorted((ROOT / "nlu_data").glob("*/*.jsonl")), ids=lambda file: f"{file.parent.name}/{file.stem}"
)
def test_our_own_files_are_whole(file: Path):
    messages = load(file)
    texts = [message.text.casefold() for message in messages]
    assert len(texts) == len(set(texts))


def test_nothing_to_be_measured_on_is_learnt_from():
    learnt = set()
    for file in (ROOT / "nlu_data" / "nlu").glob("*.yml"):
        for entry in YAML(typ="safe").load(file)["nlu"]:
            learnt |= {plain(row[2:]) for row in map(str.strip, entry["examples"].splitlines()) if row.startswith("- ")}
    held_out = [plain(m.text) for file in (ROOT / "nlu_data" / "evaluation").glob("*.jsonl") for m in load(file)]
    assert len(held_out) == len(set(held_out))
    assert not {text for text in held_out if text} & learnt
    assert len(held_out) >= 1_000


def plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
