"""Where a webhook's request really goes: to an address that was checked, and to who has the host's certificate."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from collections.abc import Sequence
from pathlib import Path

import httpx
import pytest

from backend.events.addresses import Allowed
from backend.events.courier import Courier
from backend.events.tables import WebhookDelivery
from tests.backend.events.hooks import HERE, Clock, Wire, hook, row, rows, sender
from tests.backend.events.outbox import drain, happen
from tests.backend.events.receiver import Receiver
from tests.backend.world import World
from tests.services import missing


def no_transport(url: str, found: Sequence[str], small: World, clock: Clock) -> tuple[Wire, WebhookDelivery]:
    wire = Wire()
    hook(small, url)
    happen(small)
    drain(small.database)
    sender(small, clock, Courier(Allowed(), resolve=lambda *_: found, transport=wire)).once()
    return wire, row(small)


@pytest.mark.parametrize("found", [["127.0.0.1"], ["10.1.2.3"], ["8.8.8.8", "192.168.0.1"], ["::ffff:10.0.0.1"], []])
def test_nothing_is_sent_to_a_host_that_has_a_private_address(small: World, clock: Clock, found: list[str]) -> None:
    wire, failed = no_transport("https://example.com/", found, small, clock)
    assert wire.requests == []
    assert failed.state == "pending"
    assert str(failed.last_error).endswith("Webhooks go to public addresses only.")


@pytest.mark.parametrize("url", ["http://example.com/", "http://127.0.0.1:8000/", "https://localhost/"])
def test_an_address_that_the_settings_allow_no_more_gets_nothing(small: World, clock: Clock, url: str) -> None:
    wire, failed = no_transport(url, ["8.8.8.8"], small, clock)
    assert wire.requests == []
    assert failed.state == "pending"


def test_a_name_is_resolved_once_and_the_connection_goes_to_what_was_checked(small: World, clock: Clock) -> None:
    """A name that points to us a moment later (DNS rebinding) leads nowhere."""
    asked = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append((host, port))
        return ["8.8.8.8"] if len(asked) == 1 else ["127.0.0.1"]

    wire = Wire()
    hook(small, "https://example.com:8443/hook?a=b")
    happen(small)
    drain(small.database)
    sender(small, clock, Courier(Allowed(), resolve=rebinding, transport=wire)).once()
    (request,) = wire.requests
    assert asked == [("example.com", 8443)]
    assert (request.url.host, request.url.port, request.url.raw_path) == ("8.8.8.8", 8443, b"/hook?a=b")
    assert request.headers["host"] == "example.com:8443"
    assert request.extensions["sni_hostname"] == "example.com"
    assert row(small).state == "delivered"


def test_the_next_address_is_tried_where_one_takes_no_connection(small: World, clock: Clock) -> None:
    wire = Wire(httpx.ConnectError("refused"), 204)
    hook(small, "https://example.com/")
    happen(small)
    drain(small.database)
    found = ["2606:4700::1111", "8.8.8.8"]
    sender(small, clock, Courier(Allowed(), resolve=lambda *_: found, transport=wire)).once()
    assert [request.url.host for request in wire.requests] == found
    assert (row(small).state, row(small).last_status) == ("delivered", 204)


def test_a_host_without_a_name_or_a_listener_is_tried_again(small: World, clock: Clock) -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise OSError("Name or service not known")

    wire = Wire(httpx.ConnectError("refused"))
    hook(small, "https://example.com/")
    happen(small)
    drain(small.database)
    sender(small, clock, Courier(Allowed(), resolve=unknown, transport=wire)).once()
    assert row(small).last_error == "The host can't be found: Name or service not known"
    clock.time = row(small).next_at
    sender(small, clock, Courier(Allowed(), resolve=lambda *_: ["8.8.8.8"], transport=wire)).once()
    assert row(small).last_error == "ConnectError: refused"


def test_the_certificate_must_be_the_hosts_own(
    small: World, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection goes to an address, but who answers there is checked by the name."""
    if shutil.which("openssl") is None:
        missing("openssl")
    pem = tmp_path / "hooks.pem"
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=hooks.test",
            "-addext", "subjectAltName=DNS:hooks.test", "-keyout", pem, "-out", tmp_path / "certificate.pem",
        ],
        check=True, capture_output=True,
    )  # fmt: skip
    pem.write_bytes(pem.read_bytes() + (tmp_path / "certificate.pem").read_bytes())
    trusting = ssl.create_default_context(cafile=str(tmp_path / "certificate.pem"))
    with Receiver(pem) as receiver:
        hook(small, f"https://hooks.test:{receiver.port}/", "order.placed")
        hook(small, f"https://other.test:{receiver.port}/", "quote.sent")
        happen(small, 1, "order.placed")
        happen(small, 1, "quote.sent")
        drain(small.database)
        transport = httpx.AsyncHTTPTransport(verify=trusting)
        sender(small, clock, Courier(HERE, resolve=lambda *_: ["127.0.0.1"], transport=transport)).once()
        mine, others = rows(small.database)
        assert (mine.state, others.state) == ("delivered", "pending")
        assert "certificate" in str(others.last_error).lower()
        assert len(receiver.posted) == 1
