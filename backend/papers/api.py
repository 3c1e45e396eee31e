"""Papers over HTTP: what there is, the PDF, and links that work for some minutes without a sign-in."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response
from fastapi.responses import JSONResponse
from fastapi.security import OAuth2PasswordBearer

from backend.database import Database
from backend.errors import NotSignedIn
from backend.http.asking import Reading, TheDatabase
from backend.http.idempotency import OnlyOnce
from backend.http.pages import OTHERS, Limit, Page
from backend.identity.api import TheSettings
from backend.identity.permissions import Principal
from backend.identity.service import principal_of, user_of_token
from backend.identity.tables import User
from backend.papers import links, listing, service
from backend.papers.kinds import Kind
from backend.papers.schemas import LinkAsked, LinkOut, PaperOut
from backend.settings import Settings
from backend.work import Work, reading

router = APIRouter(prefix="/api/documents", tags=["documents"])
PDF = "application/pdf"
_bearer = OAuth2PasswordBearer(tokenUrl="/api/auth/token", auto_error=False)
Number = Annotated[str, Path(min_length=1, max_length=40, description="The document's number.")]


@router.get("")
def documents(
    work: Reading,
    limit: Limit = OTHERS,
    after: Annotated[str | None, Query(max_length=120, pattern=listing.CURSOR)] = None,
    kind: Kind | None = None,
    order: Annotated[str | None, Query(max_length=40)] = None,
    customer: Annotated[str | None, Query(max_length=40)] = None,
) -> Page[PaperOut]:
    """The papers you may have, newest first; `order` gives an order and what came of it."""
    found, following = service.list_papers(work, kind=kind, order=order, customer=customer, limit=limit, after=after)
    items = [
        PaperOut(
            kind=one.kind,
            number=one.number,
            date=one.date,
            title=one.title,
            party=one.party,
            url=links.path_of(one.kind, one.number),
        )
        for one in found
    ]
    return Page(items=items, next=following)


@router.get(
    "/{kind}/{number}.pdf",
    response_class=Response,
    responses={200: {"content": {PDF: {"schema": {"type": "string", "format": "binary"}}}}},
)
def document(
    kind: Kind,
    number: Number,
    database: TheDatabase,
    how: TheSettings,
    bearer: Annotated[str | None, Depends(_bearer)] = None,
    token: Annotated[str | None, Query(max_length=links.LONGEST, description="Of a signed link.")] = None,
) -> Response:
    """A paper as PDF, with a sign-in or by a signed link; what is not yours is not found."""
    principal = _asking(database, how, kind, number, bearer, token)
    with reading(database, principal) as work:
        content = service.written(work, kind, number)
    paper = service.printed(content)
    headers = {
        "Content-Disposition": f'attachment; filename="{paper.filename}"',
        "ETag": f'"{paper.etag}"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",  # the address may carry a token
    }
    return Response(paper.content, media_type=PDF, headers=headers)


def _asking(
    database: Database, how: Settings, kind: Kind, number: str, bearer: str | None, token: str | None
) -> Principal:
    """Who wants a paper: a sign-in decides where there is one, else the link. Either is a person as of now."""
    with database.read() as session:
        if bearer is not None:
            return principal_of(user_of_token(session, bearer))
        if token is None:
            raise NotSignedIn("Please sign in, or ask for a link to this paper.")
        user = session.get(User, links.user_of(how, token, kind, number))
        if user is None or not user.active:
            raise NotSignedIn(links.EXPIRED, code="link_expired")
        return principal_of(user)


@router.post("/{kind}/{number}/link", response_model=LinkOut)
def make_link(kind: Kind, number: Number, once: OnlyOnce, how: TheSettings) -> JSONResponse:
    """A link to a paper that works without a sign-in for 15 minutes."""

    def change(work: Work) -> LinkOut:
        service.written(work, kind, number)
        return LinkOut(url=links.link(how, work.principal, kind, number), expires_at=links.expires_at())

    return once.run("documents.link", LinkAsked(kind=kind, number=number), change)
