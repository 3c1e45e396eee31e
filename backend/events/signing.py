"""Signing webhooks as the Standard Webhooks specification 1.0 says (https://www.standardwebhooks.com).

What is signed is ``{webhook-id}.{webhook-timestamp}.{body}`` by HMAC-SHA256, under a secret that is shown as
``whsec_`` and base64; ``webhook-signature`` holds one ``v1,…`` per secret in force, apart by blanks. Pure.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime

PREFIX = "whsec_"
VERSION = "v1"
SECRET_BYTES = 32  # the specification asks for 24 to 64


def new_secret() -> str:
    """A new secret, as people hand it to the other system."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """One signature: ``v1,`` and base64. ValueError for what is no secret."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("a webhook's secret is whsec_ and base64") from error
    signed = f"{message_id}.{timestamp}.".encode() + body
    return f"{VERSION},{base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()}"


def headers(in_force: Sequence[str], message_id: str, moment: datetime, body: bytes) -> dict[str, str]:
    """The three headers of the specification; ``in_force`` are the secrets that sign, the newest first."""
    timestamp = int(moment.timestamp())
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signature(secret, message_id, timestamp, body) for secret in in_force),
    }
