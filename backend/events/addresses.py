"""Where webhooks may go: to other systems on the internet, never into our own network.

A name is resolved once, every address it has must be allowed, and the connection goes to one of exactly these
addresses, so that a name which points elsewhere a moment later leads nowhere.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import httpx

from backend.errors import Invalid

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Sequence[str]]
LONGEST_URL: Final = 500
_HOST: Final = re.compile(r"(?!\.)[a-z0-9.-]{1,253}(?<!\.)|[0-9a-f:.]{2,45}")
LOWEST_FREE_PORT: Final = 1024  # below it only the ports of HTTP itself: no mail, no shells
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
_UNICAST: Final = ipaddress.IPv6Network("2000::/3")  # all that IANA has given out for the internet
_NEVER: Final = tuple(
    ipaddress.ip_network(network)
    for network in ("192.0.0.0/24", "192.88.99.0/24", "2001::/32", "3fff::/20")  # protocols, relays, Teredo, examples
)
_INTRANETS: Final = tuple(
    ipaddress.ip_network(network) for network in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
)


class NotPublic(Exception):
    """An address that webhooks may not go to; the text says which and why."""


@dataclass(frozen=True)
class Allowed:
    """What the settings allow besides https to public addresses: plain http, and private addresses."""

    http: bool = False
    private: bool = False


@dataclass(frozen=True)
class Target:
    """A webhook's address, taken apart and checked as far as that needs no network."""

    url: httpx.URL
    host: str
    port: int


def check_url(url: str, allowed: Allowed) -> Target:
    """Take an address apart. Invalid, with a sentence, for one that webhooks can't go to whatever it resolves to."""
    try:
        parsed = httpx.URL(url)
        host, port = parsed.raw_host.decode("ascii").strip("[]").rstrip("."), parsed.port
    except (httpx.InvalidURL, UnicodeError, ValueError):
        raise Invalid("That is no web address.", code="invalid_url") from None
    schemes = ("https", "http") if allowed.http else ("https",)
    if len(url) > LONGEST_URL or parsed.scheme not in schemes or not _HOST.fullmatch(host):
        begins = " or ".join(f"{scheme}://" for scheme in schemes)
        raise Invalid(f"A webhook's address begins with {begins} and names a host.", code="invalid_url")
    if parsed.userinfo or parsed.fragment:
        raise Invalid("A webhook's address holds no user name, password or fragment.", code="invalid_url")
    usual = {"https": 443, "http": 80}[parsed.scheme]
    chosen = port if port is not None else usual
    if chosen != usual and not LOWEST_FREE_PORT <= chosen <= 65535:
        raise Invalid(f"A webhook can't go to port {chosen}.", code="invalid_url")
    try:
        _check_name(host, allowed)
    except NotPublic as error:
        raise Invalid(f"{error} Webhooks go to public addresses only.", code="address_not_public") from None
    return Target(parsed, host, chosen)


def _check_name(host: str, allowed: Allowed) -> None:
    """What can be told of a host without asking anybody."""
    if host == "localhost" or host.endswith(".localhost"):
        if not allowed.private:
            raise NotPublic("That is this very machine.")
        return
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return
    require_allowed(address, allowed)


def addresses_of(target: Target, resolve: Resolve, allowed: Allowed) -> list[Address]:
    """The addresses that a webhook may be sent to now. NotPublic where even one of them is not allowed."""
    found = [ipaddress.ip_address(text) for text in dict.fromkeys(resolve(target.host, target.port))]
    if not found:
        raise NotPublic(f"{target.host} has no address.")
    for address in found:
        require_allowed(address, allowed)
    return found


def require_allowed(address: Address, allowed: Allowed) -> None:
    """NotPublic for an address that webhooks may not go to.

    ``allowed.private`` opens this machine and the ranges of companies' own networks; never link-local addresses, where
    clouds keep their machines' credentials.
    """
    if _is_public(address) or (allowed.private and _of_an_intranet(address)):
        return
    raise NotPublic(f"{address} is no public address.")


def _is_public(address: Address) -> bool:
    if any(address in network for network in _NEVER if network.version == address.version):
        return False
    if isinstance(address, ipaddress.IPv6Address):
        inner = _embedded(address)
        if inner is not None:
            return _is_public(inner)
        if address.scope_id or address not in _UNICAST:
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def _embedded(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that a 6to4 or NAT64 address leads to."""
    if address.sixtofour is not None:
        return address.sixtofour
    return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else None


def _of_an_intranet(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address) and address.scope_id:
        return False
    return address.is_loopback or any(address in net for net in _INTRANETS if net.version == address.version)


def resolved(host: str, port: int) -> list[str]:
    """The addresses the system's resolver has for a name."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]
