"""Labelled messages: one JSON object a line.

``{"text", "role", "skill", "accept"?: [other right skills], "style"?, "lines"?: [{"sku" or null, "quantity" (sales
units) or null, "candidates"?: [SKUs that are all right, as is asking back]}]}``. Other fields are let be.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from actions.skills import SKILLS
from backend.errors import Invalid
from backend.identity.tables import Role

Name = Annotated[str, Field(min_length=1, max_length=60)]


class ExpectedLine(BaseModel):
    """A line as it is meant. Without a SKU: any of the candidates or a question; without both: a product nobody has."""

    model_config = ConfigDict(frozen=True)

    sku: str | None = None
    quantity: int | None = None
    candidates: tuple[str, ...] = ()

    @property
    def right(self) -> frozenset[str]:
        """The products that may be booked."""
        return frozenset(self.candidates) | ({self.sku} if self.sku else set())

    @property
    def may_be_asked(self) -> bool:
        """Whether it is truly open which product, or how much of it."""
        return bool(self.candidates) or self.sku is None or self.quantity is None


class Labelled(BaseModel):
    """A message and how it is rightly read."""

    model_config = ConfigDict(frozen=True)

    text: Annotated[str, Field(min_length=1, max_length=10_000)]
    role: Role = Role.CUSTOMER
    skill: Name
    accept: tuple[Name, ...] = ()
    style: str = ""
    lines: tuple[ExpectedLine, ...] | None = None

    @property
    def right(self) -> frozenset[str]:
        """The skills that are right."""
        return frozenset({self.skill, *self.accept})


def load(path: Path) -> Sequence[Labelled]:
    """The messages of a JSON-lines file. Invalid names the first line that is none, or has an unknown skill."""
    found = []
    try:
        rows = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"{path} can't be read: {error}", code="unreadable_file") from error
    for number, row in enumerate(rows, start=1):
        if not row.strip():
            continue
        try:
            message = Labelled.model_validate_json(row)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"])) or "the line"
            raise Invalid(f"{path}, line {number}: {where}: {first['msg']}", code="invalid_line") from error
        unknown = sorted(message.right - SKILLS.keys())
        if unknown:
            raise Invalid(f"{path}, line {number}: there is no skill {unknown[0]!r}.", code="unknown_skill")
        found.append(message)
    if not found:
        raise Invalid(f"There are no messages in {path}.", code="no_messages")
    return found
