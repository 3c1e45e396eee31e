"""The courier: one signed POST to another system, to an address that was checked, within a short time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

import httpx

from backend.errors import Invalid
from backend.events import signing
from backend.events.addresses import Address, Allowed, NotPublic, Resolve, Target, addresses_of, check_url, resolved

CONNECT_SECONDS: Final = 5.0
TOTAL_SECONDS: Final = 15.0
MOST_ADDRESSES: Final = 3  # of one host that are tried
LONGEST_PROBLEM: Final = 300
BUSY: Final = (429, 503)  # the statuses whose Retry-After is listened to
MOST_SECONDS: Final = 30 * 24 * 3600
USER_AGENT: Final = "Quartermaster-Webhooks/1"


@dataclass(frozen=True)
class Letter:
    """What is posted where, and the secrets that sign it."""

    url: str
    message_id: str
    body: bytes
    secrets: Sequence[str]


@dataclass(frozen=True)
class Outcome:
    """What came of a try; ``problem`` says what was wrong, None where the other system took it.

    ``retry_after`` is how long a receiver that answered 429 or 503 asked us to wait.
    """

    status: int | None
    problem: str | None
    retry_after: timedelta | None = None

    @property
    def taken(self) -> bool:
        """Whether it arrived."""
        return self.problem is None


class Courier:
    """Posts. ``resolve`` and ``transport`` are for tests; nothing is read from the environment (no proxies)."""

    def __init__(
        self, allowed: Allowed, *, resolve: Resolve = resolved, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._allowed = allowed
        self._resolve = resolve
        self._transport = transport

    def send_all(self, letters: Sequence[Letter], moment: datetime) -> list[Outcome]:
        """Post side by side; the outcomes in the order of the letters. Never raises for what others do wrong."""
        return asyncio.run(self._send_all(letters, moment))

    async def _send_all(self, letters: Sequence[Letter], moment: datetime) -> list[Outcome]:
        timeout = httpx.Timeout(TOTAL_SECONDS, connect=CONNECT_SECONDS)
        async with httpx.AsyncClient(
            timeout=timeout, follow_redirects=False, trust_env=False, transport=self._transport
        ) as client:
            return await asyncio.gather(*(self._send(client, letter, moment) for letter in letters))

    async def _send(self, client: httpx.AsyncClient, letter: Letter, moment: datetime) -> Outcome:
        try:
            async with asyncio.timeout(TOTAL_SECONDS):  # httpx bounds each step, this bounds them all together
                target = check_url(letter.url, self._allowed)
                addresses = await asyncio.to_thread(addresses_of, target, self._resolve, self._allowed)
                headers = signing.headers(letter.secrets, letter.message_id, moment, letter.body)
                response = await _post(client, target, addresses[:MOST_ADDRESSES], headers, letter.body)
                return _outcome(response.status_code, response.headers.get("retry-after"), moment)
        except (TimeoutError, httpx.TimeoutException):
            return Outcome(None, f"No answer within {TOTAL_SECONDS:.0f} seconds.")
        except Invalid as error:
            return Outcome(None, error.sentence)
        except NotPublic as error:
            return Outcome(None, f"{error} Webhooks go to public addresses only.")
        except httpx.HTTPError as error:
            return Outcome(None, f"{type(error).__name__}: {error}"[:LONGEST_PROBLEM])
        except (OSError, UnicodeError) as error:  # the resolver's
            return Outcome(None, f"The host can't be found: {error}"[:LONGEST_PROBLEM])


async def _post(
    client: httpx.AsyncClient, target: Target, addresses: Sequence[Address], headers: dict[str, str], body: bytes
) -> httpx.Response:
    """The answer from the first address that takes the connection; its body is not read.

    The request goes to the address itself; name and certificate are those of the host.
    """
    failure: httpx.TransportError | None = None
    for address in addresses:
        request = client.build_request(
            "POST",
            target.url.copy_with(host=str(address)),
            content=body,
            headers={
                **headers,
                "host": target.url.netloc.decode("ascii"),
                "content-type": "application/json",
                "user-agent": USER_AGENT,
            },
            extensions={"sni_hostname": target.host},
        )
        try:
            response = await client.send(request, stream=True)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            failure = error
            continue
        await response.aclose()
        return response
    assert failure is not None
    raise failure


def _outcome(status: int, retry_after: str | None, moment: datetime) -> Outcome:
    if 200 <= status < 300:
        return Outcome(status, None)
    redirects = " Redirects are not followed." if 300 <= status < 400 else ""
    wait = asked_pause(retry_after, moment) if status in BUSY else None
    return Outcome(status, f"It answered {status}.{redirects}", wait)


def asked_pause(header: str | None, moment: datetime) -> timedelta | None:
    """What a ``Retry-After`` asks for (RFC 9110, 10.2.3): seconds or a date; None for neither, and for what is past."""
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        seconds = min(int(text[:12]), MOST_SECONDS)  # more digits than that ask for longer than anybody waits anyway
        return timedelta(seconds=seconds) if seconds else None
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return until - moment if until > moment else None
