"""Backups: whole, consistent, put back on both engines, and never over what is there by accident."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import select

from backend import safekeeping
from backend.catalogue.tables import Product
from backend.database import Database
from backend.errors import Invalid, Refused
from backend.migrations import migrate, newest
from backend.safekeeping import MANIFEST, back_up, restore
from tests.backend.world import World


def names(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(Product.name).order_by(Product.sku)))


def rename(database: Database, name: str) -> None:
    with database.write() as session:
        session.scalars(select(Product).order_by(Product.sku).limit(1)).one().name = name


def test_what_was_changed_since_is_put_back(world: World, tmp_path: Path):
    file = tmp_path / "kept" / "backup.zip"
    before = names(world.database)
    manifest = back_up(world.database, file)
    assert (manifest.revision, manifest.engine) == (newest(), world.database.url.get_backend_name())
    assert oct(file.stat().st_mode & 0o777) == "0o600"
    assert [path.name for path in file.parent.iterdir()] == ["backup.zip"]
    rename(world.database, "Something else")
    with pytest.raises(Refused, match="holds accounts already"):
        restore(world.database, file)
    assert names(world.database)[0] == "Something else"
    restore(world.database, file, replace=True)
    assert names(world.database) == before


def test_into_an_empty_database(small: World, tmp_path: Path):
    file = tmp_path / "backup.zip"
    back_up(small.database, file)
    other = Database(f"sqlite:///{tmp_path / 'other' / 'fresh.db'}")
    restore(other, file)
    assert names(other) == names(small.database)
    other.close()


def test_an_empty_database_has_nothing_to_back_up(tmp_path: Path):
    empty = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    with pytest.raises(Refused, match="nothing to back up"):
        back_up(empty, tmp_path / "backup.zip")
    assert not (tmp_path / "backup.zip").exists()
    empty.close()


def test_a_damaged_backup_changes_nothing(small: World, tmp_path: Path):
    file = tmp_path / "backup.zip"
    back_up(small.database, file)
    packed = file.read_bytes()
    file.write_bytes(packed[: len(packed) // 2])
    with pytest.raises(Invalid, match="is not a backup, or not all of one"):
        restore(small.database, file, replace=True)
    _repacked(file, packed, sha256="0" * 64)
    with pytest.raises(Invalid, match="damaged"):
        restore(small.database, file, replace=True)
    assert len(names(small.database)) > 0


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"revision": "9999_later"}, "newer version"),
        ({"format": 2}, "format that this version does not know"),
        ({"engine": "postgresql"}, "backup of postgresql; the database is sqlite"),
    ],
)
def test_a_backup_of_another_kind_is_refused(small: World, tmp_path: Path, changed: dict[str, object], sentence: str):
    file = tmp_path / "backup.zip"
    back_up(small.database, file)
    _repacked(file, file.read_bytes(), **changed)
    with pytest.raises(Invalid, match=sentence):
        restore(small.database, file, replace=True)


def test_a_file_that_is_not_there_or_no_backup(small: World, tmp_path: Path):
    with pytest.raises(Invalid, match="There is no file"):
        restore(small.database, tmp_path / "none.zip")
    (tmp_path / "text.zip").write_text("hello")
    with pytest.raises(Invalid, match="is not a backup"):
        safekeeping.read_manifest(tmp_path / "text.zip")


def test_a_database_that_is_migrated_but_empty_may_be_restored_into(small: World, tmp_path: Path):
    file = tmp_path / "backup.zip"
    back_up(small.database, file)
    other = Database(f"sqlite:///{tmp_path / 'other.db'}")
    migrate(other)
    restore(other, file)
    assert names(other) == names(small.database)
    other.close()


def _repacked(file: Path, packed: bytes, **changed: object) -> None:
    """The same backup with another manifest."""
    file.write_bytes(packed)
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members[MANIFEST] = json.dumps(json.loads(members[MANIFEST]) | changed).encode()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
