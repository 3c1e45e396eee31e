"""What was imported from where, and what was set aside and why."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base, Key, now


class ImportRun(Base):
    """One import of one file; a file is known by the hash of its content."""

    __tablename__ = "import_run"
    __table_args__ = (UniqueConstraint("kind", "fingerprint"),)

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(40))
    file_name: Mapped[str] = mapped_column(String(300))
    fingerprint: Mapped[str] = mapped_column(String(64))
    report: Mapped[dict[str, Any]]
    finished_at: Mapped[datetime] = mapped_column(default=now)


class SetAside(Base):
    """A row that was not imported, kept whole with its reason."""

    __tablename__ = "set_aside"
    __table_args__ = (Index("ix_set_aside_import_run_id_reason", "import_run_id", "reason"),)

    id: Mapped[Key]
    import_run_id: Mapped[int] = mapped_column(ForeignKey("import_run.id"))
    row_number: Mapped[int]
    reason: Mapped[str] = mapped_column(String(60))
    row: Mapped[dict[str, Any]]
