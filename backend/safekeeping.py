"""Backing the order database up into one file, and putting it back.

The file is a zip: `manifest.json` (format, engine, schema revision, when, size and sha256 of the data) and the data, a
copy of the SQLite file or a dump of pg_dump's. The copy is consistent while everything runs. Models are not in it: they
are trained again from the data; papers neither: they are set from rows.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import URL, func, select

from backend import migrations
from backend.database import Database, now
from backend.errors import Invalid, Refused, Unavailable
from backend.identity.tables import User

FORMAT = 1
MANIFEST, SQLITE, POSTGRES = "manifest.json", "database.sqlite", "database.dump"
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Manifest:
    """What a backup holds. engine: sqlite or postgresql. size: bytes of the data before packing."""

    format: int
    engine: str
    revision: str
    made_at: str
    size: int
    sha256: str


def back_up(database: Database, file: Path) -> Manifest:
    """Write a backup. Refused where the database is empty, Unavailable where PostgreSQL's programs are missing."""
    revision = migrations.revision(database)
    if revision is None:
        raise Refused("There is nothing to back up: the database is empty.")
    url = database.url
    engine = url.get_backend_name()
    with _beside(file) as folder:
        data = folder / _member(engine)
        if engine == "sqlite":
            _copy(Path(url.database or ""), data)
        else:
            _run(url, ["pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={data}"])
        manifest = Manifest(FORMAT, engine, revision, now().isoformat(), data.stat().st_size, _digest(data))
        packed = folder / "packed.zip"
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
            archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1))
            archive.write(data, data.name)
        packed.chmod(0o600)
        packed.replace(file)
    return manifest


def restore(database: Database, file: Path, *, replace: bool = False) -> Manifest:
    """Put a backup in place of what the database holds, and bring it to this version's schema.

    Refused where there are accounts already and `replace` is not given, Invalid where the file is not a whole backup of
    this engine or of a newer version; nothing is changed then.
    """
    manifest = read_manifest(file)
    url = database.url
    if manifest.engine != url.get_backend_name():
        raise Invalid(f"This is a backup of {manifest.engine}; the database is {url.get_backend_name()}.")
    if not migrations.knows(manifest.revision):
        raise Invalid("The backup comes from a newer version than this one.")
    if not replace and _in_use(database):
        raise Refused("The database holds accounts already; --replace puts the backup in their place.")
    with _beside(file) as folder:
        data = _unpacked(file, manifest, folder)
        database.engine.dispose()
        if manifest.engine == "sqlite":
            _copy(data, Path(url.database or ""))
        else:
            _run(
                url, ["pg_restore", "--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction",
                      "--exit-on-error", str(data)], named="--dbname",
            )  # fmt: skip
    migrations.migrate(database)
    return manifest


def read_manifest(file: Path) -> Manifest:
    """What a backup says it holds. Invalid where the file is none."""
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = Manifest(**json.loads(archive.read(MANIFEST)))
    except FileNotFoundError:
        raise Invalid(f"There is no file {file}.") from None
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError, OSError) as error:
        raise Invalid(f"{file.name} is not a backup, or not all of one.") from error
    if manifest.format != FORMAT:
        raise Invalid("The backup has a format that this version does not know.")
    return manifest


def _unpacked(file: Path, manifest: Manifest, folder: Path) -> Path:
    data = folder / _member(manifest.engine)
    try:
        with zipfile.ZipFile(file) as archive, archive.open(data.name) as packed, data.open("wb") as out:
            shutil.copyfileobj(packed, out, _CHUNK)
    except (zipfile.BadZipFile, KeyError, OSError, EOFError) as error:
        raise Invalid(f"{file.name} is damaged.") from error
    if data.stat().st_size != manifest.size or _digest(data) != manifest.sha256:
        raise Invalid(f"{file.name} is damaged: its data are not those that were backed up.")
    return data


def _in_use(database: Database) -> bool:
    if migrations.revision(database) is None:
        return False
    migrations.migrate(database)
    with database.read() as session:
        return bool(session.scalar(select(func.count(User.id))))


def _member(engine: str) -> str:
    return SQLITE if engine == "sqlite" else POSTGRES


def _copy(source: Path, target: Path) -> None:
    """SQLite's own copying: consistent whoever writes meanwhile, and seen at once by whoever reads."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target, timeout=30)) as other:
        one.backup(other)


def _run(url: URL, command: list[str], named: str = "--dbname") -> None:
    """One of PostgreSQL's programs; the password travels in the environment, not in the list of processes."""
    address = url.set(drivername="postgresql", password=None).render_as_string()
    secret = {"PGPASSWORD": str(url.password)} if url.password else {}
    program = shutil.which(command[0])
    if program is None:
        raise Unavailable(f"{command[0]} is missing: install PostgreSQL's client programs.")
    arguments = [program, f"{named}={address}", *command[1:]]
    done = subprocess.run(arguments, env={**os.environ, **secret}, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Unavailable(f"{command[0]} failed: {done.stderr.strip()[-500:]}")


def _digest(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as read:
        while chunk := read.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


@contextmanager
def _beside(file: Path) -> Iterator[Path]:
    """A folder of our own on the same disk, so that the last step is a rename."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=".backup-", dir=file.parent))
    except OSError as error:
        raise Invalid(f"{file.parent} cannot be written to: {error.strerror}.") from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
