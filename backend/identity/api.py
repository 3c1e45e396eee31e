"""Sign in, sign out, who am I, and connecting Telegram."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from fastapi.security import OAuth2PasswordRequestForm
from sqlalchemy import select

from backend.company.service import company
from backend.database import Database
from backend.errors import Conflict, TooManyRequests
from backend.http.asking import Asking, Bearer, Reading, TheDatabase
from backend.http.idempotency import OnlyOnce
from backend.identity import service
from backend.identity.schemas import CustomerRef, LinkOut, MeIn, MeOut, PublicOut, SignIn, TokenOut
from backend.identity.tables import User
from backend.review.consent import set_consent
from backend.settings import Settings
from backend.work import Work

router = APIRouter(prefix="/api", tags=["identity"])


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def _telegram_name(request: Request) -> str | None:
    """The bot's name; None while the channel is off or Telegram has not answered yet."""
    channel = request.app.state.telegram
    return channel.name if channel is not None else None


TheSettings = Annotated[Settings, Depends(_settings)]


@router.post("/auth/token")
def token(
    form: Annotated[OAuth2PasswordRequestForm, Depends()], request: Request, database: TheDatabase, how: TheSettings
) -> TokenOut:
    """Sign in with e-mail address and password; attempts are limited per address and per caller."""
    caller = request.client.host if request.client else "unknown"
    limits = request.app.state.limits
    if not limits.allow_sign_in(form.username.strip().lower(), caller):
        raise TooManyRequests("Too many sign-in attempts. Please wait a minute.", code="too_many_sign_ins")
    with database.read() as session:
        user = service.sign_in(session, form.username, form.password)
    return TokenOut(access_token=_new_token(database, user, how), expires_in=how.sign_in_hours * 3600)


def _new_token(database: Database, user: User, how: Settings) -> str:
    with database.write() as session:
        return service.issue_token(session, user, how.sign_in_hours)


@router.post("/auth/sign-out", status_code=204)
def sign_out(bearer: Bearer, database: TheDatabase) -> Response:
    """End this sign-in."""
    with database.write() as session:
        service.revoke(session, bearer)
    return Response(status_code=204)


@router.get("/me")
def me(work: Reading, request: Request) -> MeOut:
    """Who is signed in."""
    return _shown(work, request)


@router.patch("/me", response_model=MeOut)
def change_me(body: MeIn, request: Request, once: OnlyOnce) -> JSONResponse:
    """Say whether your messages may be kept for review; `false` deletes what was kept of yours."""

    def change(work: Work) -> MeOut:
        set_consent(work, agrees=body.keep_messages)
        return _shown(work, request)

    return once.run("me.change", body, change)


def _shown(work: Work, request: Request) -> MeOut:
    user = work.session.get_one(User, work.principal.user_id)
    row = company(work.session)
    customer = CustomerRef(code=user.customer.code, name=user.customer.name) if user.customer else None
    return MeOut(
        email=user.email,
        name=user.name,
        role=user.role,
        customer=customer,
        company=row.name if row else "Quartermaster",
        currency=row.currency if row else "GBP",
        business_date=work.clock.today(),
        business_date_fixed=work.clock.fixed is not None,
        time_zone=work.clock.zone,
        telegram=_telegram_name(request) is not None,
        keep_messages=user.keep_messages,
    )


@router.get("/public")
def public(database: TheDatabase) -> PublicOut:
    """The company's name, and the demo sign-ins where there are any."""
    with database.read() as session:
        row = company(session)
        users = session.scalars(select(User).where(User.demo, User.active).order_by(User.id)).all()
        sign_ins = [SignIn(email=user.email, role=user.role) for user in users]
    return PublicOut(company=row.name if row else "Quartermaster", demo=bool(sign_ins), sign_ins=sign_ins)


@router.post("/telegram/link")
def telegram_link(principal: Asking, request: Request, database: TheDatabase) -> LinkOut:
    """A deep link that connects the Telegram account that opens it; good once, for some minutes."""
    name = _telegram_name(request)
    if name is None:
        raise Conflict("Telegram is not set up here.", code="telegram_off")
    with database.write() as session:
        code = service.new_link_code(session, principal.user_id)
    return LinkOut(url=f"https://t.me/{name}?start={code}", expires_minutes=service.LINK_MINUTES)
