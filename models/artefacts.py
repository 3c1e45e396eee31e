"""Trained artefacts on disk: what is written, how it is checked, and which one is the champion.

    <root>/<name>/<version>/model.safetensors   the tensors
                            metadata.json       settings, data fingerprint, seeds, code version, metrics, sha256 of
                            each file <other>.json        e.g. the series' ids
    <root>/<name>/champion.json                 which version is served, since when, and why

Rules
- No pickle: safetensors and JSON only.
- `version` is a hash of the content (tensors, settings, metrics), so the same data and seed give the same version. The
moment
  and the duration of the training stand in `run`, which the version leaves out.
- A version is written into a temporary folder beside its final place and renamed, so a reader sees all of it or
nothing.
- Loading reads each file once, checks its sha256, the metadata's own sha256, the folder's name and the format, and only
  then parses tensors.

Errors
    ArtefactError
    ├── ArtefactMissing          nothing has been trained, or the version named does not exist
    ├── ArtefactDamaged          a file is absent, truncated or altered
    └── ArtefactIncompatible     written by another version of the format, or of another kind
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load as parse_safetensors
from safetensors.numpy import save as dump_safetensors

FORMAT = 1
TENSORS = "model.safetensors"
METADATA = "metadata.json"
CHAMPION = "champion.json"

Tensors = Mapping[str, np.ndarray[Any, Any]]
Json = Mapping[str, Any]


class ArtefactError(Exception):
    """A trained artefact cannot be used; the message says which and why, in a sentence a person can act on."""

    code = "artefact_error"


class ArtefactMissing(ArtefactError):
    """Nothing has been trained, or the version does not exist."""

    code = "artefact_missing"


class ArtefactDamaged(ArtefactError):
    """A file is absent, truncated or altered."""

    code = "artefact_damaged"


class ArtefactIncompatible(ArtefactError):
    """Another version of the format, or another kind of model."""

    code = "artefact_incompatible"


@dataclass(frozen=True)
class Artefact:
    """One artefact, read and checked. `documents` are the JSON files beside the tensors, by file name."""

    name: str
    version: str
    path: Path
    metadata: dict[str, Any]
    tensors: dict[str, np.ndarray[Any, Any]]
    documents: dict[str, Any]


@dataclass(frozen=True)
class Promotion:
    """What became of a challenger: whether it is now served, and the sentence that says why."""

    promoted: bool
    reason: str
    version: str


def write_artefact(
    root: Path,
    name: str,
    *,
    kind: str,
    tensors: Tensors,
    metadata: Json,
    run: Json,
    documents: Mapping[str, Any] | None = None,
) -> str:
    """Write a version of `name` under `root` and return it; the champion is left alone.

    `metadata` is part of the version's identity, `run` (durations, for instance) is not. Writing an identical version
    again keeps the one on disk where that is whole, and replaces it where it is damaged.
    """
    files = {TENSORS: dump_safetensors({key: np.ascontiguousarray(value) for key, value in tensors.items()})}
    for file_name, document in (documents or {}).items():
        files[file_name] = _canonical(document)
    body: dict[str, Any] = {
        "format": FORMAT,
        "kind": kind,
        "name": name,
        **metadata,
        "files": {file_name: _sha256(content) for file_name, content in files.items()},
    }
    version = _sha256(_canonical(body))[:16]
    complete = {**body, "version": version, "run": {"created_at": datetime.now(UTC).isoformat(), **run}}
    files[METADATA] = _canonical({**complete, "metadata_sha256": _sha256(_canonical(complete))})

    final = root / name / version
    if final.exists():
        try:
            load_artefact(root, name, version, kind=kind)
        except ArtefactError:
            shutil.rmtree(final)
        else:
            return version
    final.parent.mkdir(parents=True, exist_ok=True)
    _write_folder(final, files)
    return version


def load_artefact(root: Path, name: str, version: str, *, kind: str) -> Artefact:
    """Read one version and check it: every hash, its format and its kind. Raises ArtefactError's children."""
    path = root / name / version
    if not path.is_dir():
        raise ArtefactMissing(f"There is no version {version} of {name} in {root}.")
    metadata = _read_metadata(path, version)
    if metadata.get("format") != FORMAT:
        raise ArtefactIncompatible(
            f"{name} {version} has artefact format {metadata.get('format')}, this code reads {FORMAT}: train it again."
        )
    if metadata.get("kind") != kind or metadata.get("name") != name:
        raise ArtefactIncompatible(f"{name} {version} holds a {metadata.get('kind')} model, not a {kind} model.")
    contents = {file_name: _read_checked(path, file_name, digest) for file_name, digest in metadata["files"].items()}
    try:
        tensors = parse_safetensors(contents.pop(TENSORS))
        documents = {file_name: json.loads(content) for file_name, content in contents.items()}
    except (KeyError, ValueError, SafetensorError) as error:
        raise ArtefactDamaged(f"{name} {version} cannot be parsed: {error}.") from error
    return Artefact(name, version, path, metadata, dict(tensors), documents)


def champion_version(root: Path, name: str) -> str:
    """The version that is served. Raises ArtefactMissing before the first training, ArtefactDamaged for a bad
    pointer.
    """
    pointer = root / name / CHAMPION
    try:
        document = json.loads(pointer.read_bytes())
        version = document["version"]
    except FileNotFoundError:
        raise ArtefactMissing(f"No {name} model has been trained yet in {root}.") from None
    except (ValueError, KeyError, TypeError) as error:
        raise ArtefactDamaged(f"{pointer} cannot be read: {error}.") from error
    if not isinstance(version, str) or not version.isalnum():
        raise ArtefactDamaged(f"{pointer} names no version.")
    return version


def load_champion_artefact(root: Path, name: str, *, kind: str) -> Artefact:
    """The champion of `name`, read and checked."""
    return load_artefact(root, name, champion_version(root, name), kind=kind)


def promote(root: Path, name: str, version: str, reason: str) -> Promotion:
    """Make `version` the champion, atomically."""
    pointer = {"version": version, "promoted_at": datetime.now(UTC).isoformat(), "reason": reason}
    folder = root / name
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".champion-", delete=False) as file:
        file.write(_canonical(pointer))
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(folder / CHAMPION)
    return Promotion(True, reason, version)


def challenge(
    root: Path,
    name: str,
    version: str,
    *,
    kind: str,
    loss: float,
    champion_loss: Callable[[Artefact], float | None],
) -> Promotion:
    """Promote the challenger `version` where it deserves it.

    The rule: it replaces the champion when (1) there is no readable champion; or (2) its held-out loss is lower than
    the champion's on the same window; or (3) no fair comparison exists: the data changed and the champion was trained
    on part of the challenger's held-out window, so its loss there would flatter it, and newer data wins. Otherwise the
    challenger is kept on disk and the champion stays.

    `champion_loss` measures the champion on the challenger's held-out window, or returns None where that is not fair.
    It raises ArtefactError for one that this code cannot serve, which counts as none.
    """
    try:
        champion = load_champion_artefact(root, name, kind=kind)
        if champion.version == version:
            return Promotion(True, "The same data and seed gave the champion again.", version)
        theirs = champion_loss(champion)
    except ArtefactError as error:
        return promote(root, name, version, f"There was no usable champion: {error}")
    if theirs is None:
        return promote(root, name, version, "The data changed and the champion has seen the held-out window.")
    if loss < theirs:
        return promote(root, name, version, f"Its held-out loss {loss:.4f} is below the champion's {theirs:.4f}.")
    reason = f"Its held-out loss {loss:.4f} is not below the champion's {theirs:.4f}, so {champion.version} stays."
    return Promotion(False, reason, version)


@cache
def code_version(package: Path) -> str:
    """A hash of the Python sources below `package`, so that an artefact says which code made it."""
    digest = hashlib.sha256()
    for source in sorted(package.rglob("*.py")):
        digest.update(source.relative_to(package).as_posix().encode())
        digest.update(source.read_bytes())
    return digest.hexdigest()[:12]


def _write_folder(final: Path, files: Mapping[str, bytes]) -> None:
    temporary = Path(tempfile.mkdtemp(dir=final.parent, prefix=".writing-"))
    try:
        for file_name, content in files.items():
            with (temporary / file_name).open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        temporary.chmod(0o755)  # mkdtemp makes it private; another user may run the server
        temporary.rename(final)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def _read_metadata(path: Path, version: str) -> dict[str, Any]:
    try:
        metadata = json.loads((path / METADATA).read_bytes())
        stated = metadata.pop("metadata_sha256")
        intact = _sha256(_canonical(metadata)) == stated and metadata["version"] == version
        files = metadata["files"]
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise ArtefactDamaged(f"{path / METADATA} cannot be read: {error}.") from error
    if not intact or TENSORS not in files:
        raise ArtefactDamaged(f"{path / METADATA} was altered after training; train again or restore a backup.")
    return dict(metadata)


def _read_checked(path: Path, file_name: str, digest: str) -> bytes:
    if Path(file_name).name != file_name:
        raise ArtefactDamaged(f"{path} names a file outside its folder.")
    try:
        content = (path / file_name).read_bytes()
    except OSError as error:
        raise ArtefactDamaged(f"{path / file_name} cannot be read: {error}.") from error
    if _sha256(content) != digest:
        raise ArtefactDamaged(f"{path / file_name} is truncated or was altered: its sha256 is not the recorded one.")
    return content


def _canonical(document: Any) -> bytes:
    return json.dumps(document, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
