"""What is refused, and which version is served."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from models.artefacts import (
    Artefact,
    ArtefactDamaged,
    ArtefactIncompatible,
    ArtefactMissing,
    Promotion,
    challenge,
    champion_version,
    load_artefact,
    load_champion_artefact,
    promote,
    write_artefact,
)


def write(root: Path, value: float = 1.0) -> str:
    tensors = {"weights": np.full(3, value, dtype=np.float32)}
    return write_artefact(
        root,
        "toy",
        kind="toy",
        tensors=tensors,
        metadata={"loss": value},
        run={"seconds": 1},
        documents={"ids.json": ["a"]},
    )


def test_what_is_written_is_read_again(tmp_path: Path):
    found = load_artefact(tmp_path, "toy", write(tmp_path), kind="toy")
    assert found.tensors["weights"].tolist() == [1, 1, 1]
    assert found.documents == {"ids.json": ["a"]}
    assert found.metadata["loss"] == 1.0
    assert set(found.metadata["files"]) == {"model.safetensors", "ids.json"}
    assert sorted(path.name for path in found.path.iterdir()) == ["ids.json", "metadata.json", "model.safetensors"]


def test_the_same_content_is_the_same_version_and_leaves_nothing_behind(tmp_path: Path):
    assert write(tmp_path) == write(tmp_path)
    assert write(tmp_path) != write(tmp_path, 2.0)
    assert len(list((tmp_path / "toy").iterdir())) == 2


@pytest.mark.parametrize("name", ["model.safetensors", "ids.json", "metadata.json"])
def test_a_truncated_file_is_refused(tmp_path: Path, name: str):
    version = write(tmp_path)
    path = tmp_path / "toy" / version / name
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(ArtefactDamaged):
        load_artefact(tmp_path, "toy", version, kind="toy")


@pytest.mark.parametrize("name", ["model.safetensors", "ids.json"])
def test_a_tampered_file_is_refused(tmp_path: Path, name: str):
    version = write(tmp_path)
    path = tmp_path / "toy" / version / name
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(ArtefactDamaged, match="sha256"):
        load_artefact(tmp_path, "toy", version, kind="toy")


def test_tampered_metadata_is_refused(tmp_path: Path):
    version = write(tmp_path)
    path = tmp_path / "toy" / version / "metadata.json"
    path.write_text(path.read_text().replace('"loss":1.0', '"loss":0.1'))
    with pytest.raises(ArtefactDamaged, match="altered"):
        load_artefact(tmp_path, "toy", version, kind="toy")


def test_a_missing_file_and_a_missing_version_are_refused(tmp_path: Path):
    version = write(tmp_path)
    (tmp_path / "toy" / version / "ids.json").unlink()
    with pytest.raises(ArtefactDamaged):
        load_artefact(tmp_path, "toy", version, kind="toy")
    with pytest.raises(ArtefactMissing):
        load_artefact(tmp_path, "toy", "0" * 16, kind="toy")


def test_another_kind_or_format_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    version = write(tmp_path)
    with pytest.raises(ArtefactIncompatible, match="not a other model"):
        load_artefact(tmp_path, "toy", version, kind="other")
    monkeypatch.setattr("models.artefacts.FORMAT", 2)
    with pytest.raises(ArtefactIncompatible, match="train it again"):
        load_artefact(tmp_path, "toy", version, kind="toy")


def test_a_damaged_version_is_replaced_when_it_is_trained_again(tmp_path: Path):
    version = write(tmp_path)
    (tmp_path / "toy" / version / "model.safetensors").write_bytes(b"")
    assert write(tmp_path) == version
    assert load_artefact(tmp_path, "toy", version, kind="toy").version == version


def test_no_champion_and_a_broken_pointer(tmp_path: Path):
    with pytest.raises(ArtefactMissing, match="trained yet"):
        load_champion_artefact(tmp_path, "toy", kind="toy")
    promote(tmp_path, "toy", write(tmp_path), "first")
    pointer = tmp_path / "toy" / "champion.json"
    for content in ("", "[]", "{}", json.dumps({"version": "../../etc"}), json.dumps({"version": 3})):
        pointer.write_text(content)
        with pytest.raises(ArtefactDamaged):
            champion_version(tmp_path, "toy")


def fight(root: Path, version: str, loss: float, theirs: float | None) -> Promotion:
    def measure(_: Artefact) -> float | None:
        return theirs

    return challenge(root, "toy", version, kind="toy", loss=loss, champion_loss=measure)


def test_a_challenger_replaces_the_champion_only_where_it_wins(tmp_path: Path):
    first, second = write(tmp_path, 1.0), write(tmp_path, 2.0)
    assert fight(tmp_path, first, 1.0, None).promoted  # there was none
    assert not fight(tmp_path, second, 1.0, 1.0).promoted  # a draw
    assert not fight(tmp_path, second, 1.1, 1.0).promoted
    assert champion_version(tmp_path, "toy") == first
    assert (tmp_path / "toy" / second).is_dir()  # kept
    assert fight(tmp_path, second, 0.9, 1.0).promoted
    assert champion_version(tmp_path, "toy") == second


def test_a_challenger_replaces_a_champion_that_cannot_be_compared_or_read(tmp_path: Path):
    first, second = write(tmp_path, 1.0), write(tmp_path, 2.0)
    fight(tmp_path, first, 1.0, None)
    assert fight(tmp_path, second, 9.0, None).promoted
    (tmp_path / "toy" / second / "model.safetensors").write_bytes(b"")
    assert fight(tmp_path, first, 9.0, 1.0).promoted
