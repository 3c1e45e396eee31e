"""The spreadsheet of a forecast over HTTP, with a sign-in or by a signed link."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response
from fastapi.security import OAuth2PasswordBearer

from backend.database import Database
from backend.errors import NotSignedIn
from backend.http.asking import TheDatabase
from backend.identity.api import TheSettings
from backend.identity.permissions import Principal
from backend.identity.service import principal_of, user_of_token
from backend.identity.tables import User
from backend.insight import sheets
from backend.insight.spreadsheet import MEDIA_TYPE, spreadsheet
from backend.papers import links
from backend.settings import Settings
from backend.work import reading

router = APIRouter(prefix="/api/forecast-sheets", tags=["insight"])
_bearer = OAuth2PasswordBearer(tokenUrl="/api/auth/token", auto_error=False)
Name = Annotated[str, Path(min_length=1, max_length=300, description="As in the link of an answer.")]


@router.get(
    "/{name}.xlsx",
    response_class=Response,
    responses={200: {"content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}}},
)
def forecast_sheet(
    name: Name,
    database: TheDatabase,
    how: TheSettings,
    bearer: Annotated[str | None, Depends(_bearer)] = None,
    token: Annotated[str | None, Query(max_length=links.LONGEST, description="Of a signed link.")] = None,
) -> Response:
    """A forecast as a spreadsheet; whether its reader may see forecasts is asked anew."""
    principal = _asking(database, how, name, bearer, token)
    with reading(database, principal) as work:
        found = sheets.outlooks(work, sheets.read(name))
    sheet = spreadsheet(found)
    headers = {
        "Content-Disposition": f'attachment; filename="{sheet.filename}"',
        "ETag": f'"{sheet.etag}"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",  # the address may carry a token
    }
    return Response(sheet.content, media_type=MEDIA_TYPE, headers=headers)


def _asking(database: Database, how: Settings, name: str, bearer: str | None, token: str | None) -> Principal:
    """Who wants it: a sign-in decides where there is one, else the link. Either is a person as of now."""
    with database.read() as session:
        if bearer is not None:
            return principal_of(user_of_token(session, bearer))
        if token is None:
            raise NotSignedIn("Please sign in, or ask for the forecast again to get a new link.")
        user = session.get(User, links.owner(how, token, "forecast", name))
        if user is None or not user.active:
            raise NotSignedIn(links.EXPIRED, code="link_expired")
        return principal_of(user)
