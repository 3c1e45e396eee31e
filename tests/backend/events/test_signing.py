"""Signatures as the Standard Webhooks specification says, checked by its own example and by hand."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime

import pytest

from backend.events import signing

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # the specification's own example


def test_the_specifications_example_comes_out() -> None:
    body = b'{"test": 2432232314}'
    expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert signing.signature(SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body) == expected


def test_the_headers_name_the_message_the_second_and_a_signature_per_secret() -> None:
    newer, moment, body = signing.new_secret(), datetime(2026, 6, 17, 12, 0, 0, 999, UTC), "{“x”}".encode()
    headers = signing.headers([newer, SECRET], "evt_7", moment, body)
    assert (headers["webhook-id"], headers["webhook-timestamp"]) == ("evt_7", str(int(moment.timestamp())))
    made = []
    for secret in (newer, SECRET):
        key = base64.b64decode(secret.removeprefix("whsec_"))
        signed = f"evt_7.{int(moment.timestamp())}.".encode() + body
        made.append("v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode())
    assert headers["webhook-signature"].split(" ") == made


def test_a_new_secret_is_random_and_as_long_as_it_should_be() -> None:
    one, other = signing.new_secret(), signing.new_secret()
    assert one != other
    assert one.startswith("whsec_")
    assert len(base64.b64decode(one.removeprefix("whsec_"))) == 32


def test_what_is_no_secret_signs_nothing() -> None:
    with pytest.raises(ValueError, match="whsec_"):
        signing.signature("whsec_!", "a", 1, b"")
