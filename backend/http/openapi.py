"""The OpenAPI document: named operations, and every error as the problem document that it is."""

from __future__ import annotations

from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from backend.http.problems import MEDIA_TYPE

PROBLEM: Final[dict[str, Any]] = {
    "title": "Problem",
    "description": "What went wrong (RFC 9457); `code` is stable, `detail` a sentence for a person.",
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
    "additionalProperties": True,
}
_CONTENT: Final = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
_METHODS: Final = frozenset({"get", "post", "put", "patch", "delete"})


def operation_id(route: APIRoute) -> str:
    """A name for generated clients: the tag and the function."""
    tag = str(route.tags[0]).replace("-", "_") if route.tags else "other"
    return f"{tag}_{route.name}".strip("_")


def install(app: FastAPI) -> None:
    """Make the application's document this one."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            made = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
            app.openapi_schema = _with_problems(made)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def _with_problems(made: dict[str, Any]) -> dict[str, Any]:
    schemas = made.setdefault("components", {}).setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Problem"] = PROBLEM
    for path in made["paths"].values():
        for method, operation in path.items():
            if method not in _METHODS:
                continue
            answers = operation["responses"]
            if "422" in answers:
                answers["422"] = {"description": "The request makes no sense", "content": _CONTENT}
            answers["default"] = {"description": "A problem", "content": _CONTENT}
            if operation.get("security"):
                answers["401"] = {"description": "Not signed in", "content": _CONTENT}
    return made
