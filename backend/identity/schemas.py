"""What the identity endpoints say."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict


class TokenOut(BaseModel):
    """A bearer token (OAuth2 password flow)."""

    access_token: str
    token_type: str = "bearer"
    expires_in: int


class CustomerRef(BaseModel):
    """A customer, named."""

    code: str
    name: str


class MeOut(BaseModel):
    """Who is signed in, and where."""

    email: str
    name: str
    role: str
    customer: CustomerRef | None
    company: str
    currency: str
    business_date: date
    business_date_fixed: bool
    time_zone: str
    telegram: bool
    keep_messages: bool


class MeIn(BaseModel):
    """What a person sets about themselves: whether messages that were not understood may be kept for review."""

    model_config = ConfigDict(extra="forbid")

    keep_messages: bool


class SignIn(BaseModel):
    """A sign-in of the demo company."""

    email: str
    role: str


class PublicOut(BaseModel):
    """What anyone may know before signing in."""

    company: str
    demo: bool
    sign_ins: list[SignIn]


class LinkOut(BaseModel):
    """A one-time deep link into Telegram."""

    url: str
    expires_minutes: int
