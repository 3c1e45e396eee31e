"""Optimistic concurrency: a document's version is its ETag, and If-Match says which one a change is meant for."""

from __future__ import annotations

from typing import Annotated

from fastapi import Header

from backend.errors import Invalid, PreconditionFailed

IfMatch = Annotated[
    str | None,
    Header(description="The ETag that was read; the change is refused (412) if the document has changed since."),
]


def etag(version: int) -> str:
    """A version as an ETag."""
    return f'"{version}"'


def require_version(version: int, if_match: str | None) -> None:
    """PreconditionFailed where If-Match names other versions than this one; "*" and no header match any."""
    if if_match is None or if_match.strip() == "*":
        return
    named = [part.strip().removeprefix("W/") for part in if_match.split(",")]
    if not all(len(part) > 2 and part[0] == part[-1] == '"' for part in named):
        raise Invalid('If-Match takes ETags in quotes, such as "3".', code="invalid_if_match")
    if etag(version) not in named:
        raise PreconditionFailed("This has changed since you read it. Please read it again.")
