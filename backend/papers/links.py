"""Signed, short-lived links to papers, for where no sign-in can be sent: a browser's tab, Telegram.

A link names a person and a document and proves only that we made it. Whether the person may have the paper is asked
again when it is fetched. Source: itsdangerous, URLSafeTimedSerializer.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote

from itsdangerous import BadData, URLSafeTimedSerializer

from backend.database import now
from backend.errors import NotSignedIn
from backend.identity.permissions import Principal
from backend.papers.kinds import Kind
from backend.settings import Settings

MINUTES: Final = 15
LONGEST: Final = 500
SALT: Final = "quartermaster.papers.link.1"
EXPIRED: Final = "This link has expired, or it is not for this paper. Please ask for a new one."


def path_of(kind: Kind, number: str) -> str:
    """Where a paper is fetched."""
    return f"/api/documents/{kind.value}/{quote(number, safe='')}.pdf"


def link(settings: Settings, principal: Principal, kind: Kind | str, number: str, minutes: int = MINUTES) -> str:
    """The path of a paper with a token for this person; good for some minutes, for this paper alone."""
    kind = Kind(kind)
    return f"{path_of(kind, number)}?token={token(settings, principal, kind.value, _plain(number), minutes)}"


def token(settings: Settings, principal: Principal, kind: str, name: str, minutes: int = MINUTES) -> str:
    """What proves that we made a link to a thing of some kind and name, for this person and these minutes."""
    return str(_serializer(settings).dumps([principal.user_id, kind, name, minutes]))


def expires_at(minutes: int = MINUTES) -> datetime:
    """When a link made now stops working."""
    return now() + timedelta(minutes=minutes)


def user_of(settings: Settings, token: str, kind: Kind, number: str) -> int:
    """The id of the person a token was made for; NotSignedIn where it is old, altered, or for another paper."""
    return owner(settings, token, kind.value, _plain(number))


def owner(settings: Settings, token: str, kind: str, name: str) -> int:
    """The id of the person a token was made for; NotSignedIn where it is old, altered, or for another thing."""
    try:
        content, signed_at = _serializer(settings).loads(token, return_timestamp=True)
    except BadData:
        raise NotSignedIn(EXPIRED, code="link_expired") from None
    user_id, for_kind, for_name, minutes = content
    if (for_kind, for_name) != (kind, name) or now() >= signed_at + timedelta(minutes=minutes):
        raise NotSignedIn(EXPIRED, code="link_expired")
    return int(user_id)


def _plain(number: str) -> str:
    return number.strip().upper()


def _serializer(settings: Settings) -> URLSafeTimedSerializer:
    """Keyed by the secret of the installation, with a salt of its own: no other signature of ours opens a paper."""
    if not settings.internal_secret:
        raise ValueError("QUARTERMASTER_INTERNAL_SECRET is not set; `quartermaster up` sets it.")
    how = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
    return URLSafeTimedSerializer(settings.internal_secret, salt=SALT, signer_kwargs=how)
