"""Where webhooks may go: nowhere into a private network, whatever it is called."""

from __future__ import annotations

import ipaddress

import pytest

from backend.errors import Invalid
from backend.events.addresses import Allowed, NotPublic, addresses_of, check_url, require_allowed

STRICT, INTRANET = Allowed(), Allowed(http=True, private=True)
PUBLIC = ("8.8.8.8", "2606:4700::1111", "64:ff9b::808:808", "2002:808:808::1")
INTERNAL = ("127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "::1", "fd12::1")
NEVER = (
    "0.0.0.0",
    "169.254.169.254",  # clouds' machine credentials
    "100.64.0.1",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "224.0.0.1",
    "224.0.1.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::8.8.8.8",
    "::ffff:8.8.8.8",
    "::ffff:10.0.0.1",
    "::ffff:127.0.0.1",
    "64:ff9b::10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::8.8.8.8",
    "2002:7f00:1::1",
    "2002:a00:1::1",
    "2002:c0a8:101::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",  # Teredo
    "2001:db8::1",
    "3fff::1",
    "100::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
    "2606:4700::1111%1",
)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_allowed(address: str) -> None:
    require_allowed(ipaddress.ip_address(address), STRICT)


@pytest.mark.parametrize("address", INTERNAL)
def test_internal_addresses_are_allowed_by_the_setting_only(address: str) -> None:
    require_allowed(ipaddress.ip_address(address), INTRANET)
    with pytest.raises(NotPublic, match="is no public address"):
        require_allowed(ipaddress.ip_address(address), STRICT)


@pytest.mark.parametrize("allowed", [STRICT, INTRANET])
@pytest.mark.parametrize("address", NEVER)
def test_all_other_addresses_are_never_allowed(address: str, allowed: Allowed) -> None:
    with pytest.raises(NotPublic):
        require_allowed(ipaddress.ip_address(address), allowed)


def test_one_address_of_a_host_that_is_not_allowed_is_enough() -> None:
    target = check_url("https://example.com/hook", STRICT)
    assert [str(one) for one in addresses_of(target, lambda *_: ["8.8.8.8", "8.8.8.8", "8.8.4.4"], STRICT)] == [
        "8.8.8.8",
        "8.8.4.4",
    ]
    with pytest.raises(NotPublic, match=r"10\.0\.0\.1 is no public address"):
        addresses_of(target, lambda *_: ["8.8.8.8", "10.0.0.1"], STRICT)
    with pytest.raises(NotPublic, match="has no address"):
        addresses_of(target, lambda *_: [], STRICT)


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("https://example.com/hook?x=1", "example.com", 443),
        ("https://EXAMPLE.com.:8443", "example.com", 8443),
        ("https://münchen.example/", "xn--mnchen-3ya.example", 443),
        ("https://[2606:4700::1111]/", "2606:4700::1111", 443),
        ("https://example.com:443/", "example.com", 443),
    ],
)
def test_an_address_is_taken_apart(url: str, host: str, port: int) -> None:
    target = check_url(url, STRICT)
    assert (target.host, target.port) == (host, port)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.com",
        "ftp://example.com/",
        "http://example.com/",
        "https://",
        "https://./",
        "https:///hook",
        "https://exa mple.com/",
        "https://user@example.com/",
        "https://user:password@example.com/",
        "https://example.com/#part",
        "https://example.com:22/",
        "https://example.com:80/",
        "https://example.com:0/",
        "https://example.com:99999/",
        "https://example.com:x/",
        "https://[::1/",
        "https://example.com/\n",
        "https://example.com/" + "x" * 500,
    ],
)
def test_what_can_be_no_webhooks_address_is_refused(url: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_url(url, STRICT)
    assert refused.value.code == "invalid_url"


@pytest.mark.parametrize(
    "url",
    ["https://localhost/", "https://desk.localhost/", "https://127.0.0.1/", "https://[::1]:8443/", "https://10.1.1.1"],
)
def test_addresses_of_our_own_network_are_refused_at_once_where_they_are_plain(url: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_url(url, STRICT)
    assert refused.value.code == "address_not_public"
    check_url(url, INTRANET)


def test_plain_http_needs_its_setting() -> None:
    assert check_url("http://example.com/", Allowed(http=True)).port == 80
    with pytest.raises(Invalid, match="begins with https:// and names a host"):
        check_url("http://example.com/", Allowed(private=True))
