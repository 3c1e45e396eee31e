"""Signed links: one person, one paper, some minutes."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from itsdangerous import URLSafeTimedSerializer

from backend.database import now
from backend.errors import NotSignedIn
from backend.identity.permissions import Principal
from backend.identity.tables import Role
from backend.papers import links
from backend.papers.kinds import Kind
from backend.settings import Settings

SETTINGS = Settings(internal_secret="a secret of this installation")
SOMEBODY = Principal(7, "a@b", "A", Role.CUSTOMER, 1)


def token_of(address: str) -> str:
    return parse_qs(urlsplit(address).query)["token"][0]


def made(number: str = "INV-1", minutes: int = links.MINUTES, settings: Settings = SETTINGS) -> str:
    return token_of(links.link(settings, SOMEBODY, Kind.INVOICE, number, minutes))


def test_a_link_names_the_paper_and_its_person() -> None:
    address = links.link(SETTINGS, SOMEBODY, "invoice", " inv-1 ")
    assert urlsplit(address).path == "/api/documents/invoice/%20inv-1%20.pdf"
    assert links.user_of(SETTINGS, token_of(address), Kind.INVOICE, "INV-1") == 7


def test_a_link_lives_for_its_minutes_and_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    token, made_at = made(), now().replace(microsecond=0)
    for minutes, works in ((0, True), (14, True), (16, False)):
        monkeypatch.setattr(links, "now", lambda minutes=minutes: made_at + timedelta(minutes=minutes))
        if works:
            assert links.user_of(SETTINGS, token, Kind.INVOICE, "INV-1") == 7
        else:
            refused(token)


def refused(token: str, kind: Kind = Kind.INVOICE, number: str = "INV-1", settings: Settings = SETTINGS) -> None:
    with pytest.raises(NotSignedIn) as caught:
        links.user_of(settings, token, kind, number)
    assert caught.value.code == "link_expired"
    assert caught.value.sentence == "This link has expired, or it is not for this paper. Please ask for a new one."


def test_a_link_opens_no_other_paper() -> None:
    refused(made("INV-2"))
    refused(made(), kind=Kind.CREDIT_NOTE)
    refused(made(), number="INV-11")


def test_a_link_of_another_installation_or_another_signer_is_refused() -> None:
    refused(made(settings=Settings(internal_secret="another")))
    content = [7, "invoice", "INV-1", 15]
    refused(URLSafeTimedSerializer(SETTINGS.internal_secret).dumps(content))  # type: ignore[arg-type]
    refused(URLSafeTimedSerializer(SETTINGS.internal_secret, salt=links.SALT).dumps(content))  # type: ignore[arg-type]


def test_every_altered_token_is_refused() -> None:
    token = made()
    for place in range(len(token)):
        other = "A" if token[place] != "A" else "B"
        altered = token[:place] + other + token[place + 1 :]
        if place == len(token) - 1:  # the last character of base64 has bits to spare
            continue
        refused(altered)
    for broken in ("", ".", "..", token[:-5], token + token, "é", "a.b.c", "\x00"):
        refused(broken)


def test_nothing_is_signed_without_a_secret() -> None:
    with pytest.raises(ValueError, match="QUARTERMASTER_INTERNAL_SECRET"):
        links.link(Settings(internal_secret=""), SOMEBODY, Kind.INVOICE, "INV-1")
    with pytest.raises(ValueError, match="QUARTERMASTER_INTERNAL_SECRET"):
        links.user_of(Settings(internal_secret=""), made(), Kind.INVOICE, "INV-1")
