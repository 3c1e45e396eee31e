"""Accounts, sign-in by password, bearer tokens, and linking a Telegram account."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import bindparam, select, true
from sqlalchemy.orm import Session

from backend.company.service import read_along
from backend.company.tables import Company
from backend.customers.tables import Customer
from backend.database import now
from backend.errors import Conflict, Invalid, NotFound, NotSignedIn
from backend.identity.permissions import Principal
from backend.identity.tables import AccessToken, LinkCode, Role, TelegramLink, User

LINK_MINUTES = 15
MINIMUM_PASSWORD = 8
_WRONG = "The e-mail address or the password is not right."
_EXPIRED = "Your sign-in has expired. Please sign in again; nothing is lost."
_hasher = PasswordHasher()


def hash_of(secret: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(secret.encode()).hexdigest()


# Asked for every request, so it is built once.
_SPEAKS_FOR: Final = (
    select(AccessToken.expires_at, User.id, User.email, User.name, User.role, User.customer_id, User.order_limit)
    .join(User, User.id == AccessToken.user_id)
    .where(AccessToken.token_hash == bindparam("token_hash"), AccessToken.revoked_at.is_(None), User.active)
)


_IN_COMPANY: Final = _SPEAKS_FOR.add_columns(Company).outerjoin(Company, true())  # there is one at most


def principal_of(user: User) -> Principal:
    """The principal a user acts as."""
    return Principal(user.id, user.email, user.name, Role(user.role), user.customer_id, user.order_limit)


def sign_in(session: Session, email: str, password: str) -> User:
    """The user with this password; NotSignedIn otherwise, after the same work for a known and an unknown address."""
    user = session.scalar(select(User).where(User.email == email.strip().lower()))
    stored = user.password_hash if user else _hasher.hash("nobody")
    try:
        _hasher.verify(stored, password)
    except (VerifyMismatchError, InvalidHashError):
        raise NotSignedIn(_WRONG, code="wrong_password") from None
    if user is None or not user.active:
        raise NotSignedIn(_WRONG, code="wrong_password")
    return user


def issue_token(session: Session, user: User, hours: float) -> str:
    """A new bearer token, valid for some hours."""
    token = secrets.token_urlsafe(32)
    session.add(AccessToken(user_id=user.id, token_hash=hash_of(token), expires_at=now() + timedelta(hours=hours)))
    return token


def user_of_token(session: Session, token: str) -> User:
    """Who a token speaks for; NotSignedIn for an unknown, expired or revoked one."""
    row = session.scalar(select(AccessToken).where(AccessToken.token_hash == hash_of(token)))
    if row is None or row.revoked_at is not None or not row.user.active:
        raise NotSignedIn("Please sign in.")
    if row.expires_at <= now():
        raise NotSignedIn(_EXPIRED, code="sign_in_expired")
    return row.user


def principal_of_token(session: Session, token: str) -> Principal:
    """As whom a token lets act; NotSignedIn as ``user_of_token`` raises it. The same query brings the company's row."""
    row = session.execute(_IN_COMPANY, {"token_hash": hash_of(token)}).one_or_none()
    if row is None:
        raise NotSignedIn("Please sign in.")
    if row.expires_at <= now():
        raise NotSignedIn(_EXPIRED, code="sign_in_expired")
    read_along(session, row.Company)
    return Principal(row.id, row.email, row.name, Role(row.role), row.customer_id, row.order_limit)


def revoke(session: Session, token: str) -> None:
    """Sign out."""
    row = session.scalar(select(AccessToken).where(AccessToken.token_hash == hash_of(token)))
    if row is not None and row.revoked_at is None:
        row.revoked_at = now()


def add_user(
    session: Session, email: str, name: str, role: Role, password: str, customer_code: str | None = None
) -> User:
    """A new account. Raises Conflict for a used address, NotFound for an unknown customer, Invalid otherwise."""
    email = email.strip().lower()
    if "@" not in email or len(email) > 200:
        raise Invalid(f"{email!r} is not an e-mail address.", code="invalid_email")
    if len(password) < MINIMUM_PASSWORD:
        raise Invalid(f"A password needs at least {MINIMUM_PASSWORD} characters.", code="short_password")
    if (role is Role.CUSTOMER) != (customer_code is not None):
        raise Invalid("A customer's account names its customer, and no other account does.", code="customer_code")
    if session.scalar(select(User.id).where(User.email == email)):
        raise Conflict(f"There is an account for {email} already.", code="email_taken")
    customer = None
    if customer_code is not None:
        customer = session.scalar(select(Customer).where(Customer.code == customer_code))
        if customer is None:
            raise NotFound(f"There is no customer {customer_code}.", code="unknown_customer")
    user = User(
        email=email,
        name=name,
        role=role.value,
        password_hash=_hasher.hash(password),
        customer_id=customer.id if customer else None,
    )
    session.add(user)
    session.flush()
    return user


def has_demo_users(session: Session) -> bool:
    """Whether sign-ins with known passwords exist."""
    return session.scalar(select(User.id).where(User.demo, User.active).limit(1)) is not None


def new_link_code(session: Session, user_id: int) -> str:
    """A one-time code for a Telegram deep link (at most 64 characters of A-Z, a-z, 0-9, _ and -)."""
    code = secrets.token_urlsafe(24)
    session.add(LinkCode(user_id=user_id, code_hash=hash_of(code), expires_at=now() + timedelta(minutes=LINK_MINUTES)))
    return code


def link_telegram(session: Session, code: str, telegram_user_id: int, chat_id: int) -> User:
    """Use a link code once; NotFound where it is unknown, used or expired."""
    row = session.scalar(select(LinkCode).where(LinkCode.code_hash == hash_of(code)).with_for_update())
    if row is None or row.used_at is not None or row.expires_at <= now():
        raise NotFound("This link has been used or has expired. Make a new one on the page.", code="link_expired")
    row.used_at = now()
    link = session.scalar(select(TelegramLink).where(TelegramLink.telegram_user_id == telegram_user_id))
    if link is None:
        link = TelegramLink(telegram_user_id=telegram_user_id)
        session.add(link)
    link.user_id, link.chat_id, link.linked_at = row.user_id, chat_id, now()
    session.flush()
    user = session.get(User, row.user_id)
    assert user is not None
    return user


def user_of_telegram(session: Session, telegram_user_id: int) -> User | None:
    """Whom a Telegram account speaks for."""
    link = session.scalar(select(TelegramLink).where(TelegramLink.telegram_user_id == telegram_user_id))
    return link.user if link is not None and link.user.active else None
