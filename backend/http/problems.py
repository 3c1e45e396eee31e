"""Errors as RFC 9457 problem details, with a stable ``code``."""

from __future__ import annotations

import logging
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DataError, OperationalError
from starlette.exceptions import HTTPException

from backend.errors import NotSignedIn, Refused

log = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"


def problem(status: int, code: str, detail: str, **more: object) -> JSONResponse:
    """A problem document."""
    body = {"type": f"urn:quartermaster:{code}", "title": HTTPStatus(status).phrase, "status": status}
    headers = {"WWW-Authenticate": "Bearer"} if status == HTTPStatus.UNAUTHORIZED else None
    content = {**body, "detail": detail, "code": code, **more}
    return JSONResponse(content, status, headers, media_type=MEDIA_TYPE)


def refusal(error: Refused) -> JSONResponse:
    """A refusal as a problem document."""
    more = {key: value for key, value in error.facts.items() if isinstance(value, str | int | None)}
    return problem(error.status, error.code, error.sentence, **more)


def unexpected() -> JSONResponse:
    """What is said where something broke."""
    return problem(500, "internal", "Something went wrong on our side. Nothing was changed; please try again.")


def unfit() -> JSONResponse:
    """What is said where the database can't keep a value: a NUL in a text, a number out of range."""
    return problem(422, "invalid", "A text or number in the request can't be kept as it is. Nothing was changed.")


def install(app: FastAPI) -> None:
    """Answer every error of ours, of the framework and of the unexpected kind as a problem document."""

    @app.exception_handler(Refused)
    async def refused(_request: Request, error: Refused) -> JSONResponse:
        return refusal(error)

    @app.exception_handler(RequestValidationError)
    async def invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        fields = [
            {"field": ".".join(str(part) for part in item["loc"][1:]), "message": item["msg"]}
            for item in error.errors()
        ]
        sentence = "; ".join(f"{item['field'] or 'body'}: {item['message']}" for item in fields[:5])
        return problem(422, "invalid", sentence or "The request makes no sense.", errors=fields)

    @app.exception_handler(HTTPException)
    async def http(_request: Request, error: HTTPException) -> JSONResponse:
        code = {404: "not_found", 405: "method_not_allowed", 401: NotSignedIn.code}.get(error.status_code, "refused")
        return problem(error.status_code, code, str(error.detail))

    @app.exception_handler(OperationalError)
    async def busy(_request: Request, error: OperationalError) -> JSONResponse:
        log.error("database: %s", error)
        return problem(503, "database_unavailable", "The database does not answer just now. Please try again.")

    @app.exception_handler(DataError)
    async def unfit_value(_request: Request, error: DataError) -> JSONResponse:
        log.info("database: %s", error.orig)
        return unfit()

    @app.exception_handler(Exception)
    async def broken(_request: Request, error: Exception) -> JSONResponse:
        log.error("unexpected error", exc_info=error)
        return unexpected()
