"""One page by HTTP, led nowhere else: each hop is checked, looked up once, and connected to at the address that was checked.

A name server may answer differently the next time it is asked (rebinding). So the connection is made to the IP address that
was looked at, with the name in the Host header and in TLS, where the certificate must be the name's.
"""

from __future__ import annotations

import asyncio
import ssl
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pydantic import Field

from sre_core.domain import Value
from sre_core.errors import RefusedInput
from sre_core.knowledge.reading.given import megabytes
from sre_core.web.places import AllowedHosts, Place, followed, place_of
from sre_core.web.resolving import Resolver, SystemResolver, checked_addresses
from sre_core.web.robots import AGENT

if TYPE_CHECKING:
    import httpx

ACCEPTED = "text/html,application/xhtml+xml,text/plain,text/markdown,application/pdf,application/json;q=0.5"
MOST_TRIED = 3
"""Of the addresses of one host."""
_REDIRECTS = frozenset((301, 302, 303, 307, 308))

Permission = Callable[[Place], Awaitable[None]]
"""Asked before each request; raises ``RefusedInput`` when it is not to be made."""


class FetchLimits(Value):
    """How far one page goes before it is given up."""

    page_bytes: int = Field(default=5_000_000, gt=0, description="Of one page, decompressed.")
    seconds: float = Field(default=20.0, gt=0, description="For one page, redirects included.")
    redirects: int = Field(default=5, ge=0)


@dataclass(frozen=True, slots=True)
class Download:
    """What came back, as it came."""

    place: Place
    """Where it was in the end."""
    media_type: str
    """In lower case, without its parameters; empty when none was said."""
    charset: str
    content: bytes


class BadStatus(RefusedInput):
    """The site answered, but with no page."""

    def __init__(self, place: Place, status: int) -> None:
        super().__init__(f"{place.host} answered {status}.{_MEANING.get(status, '')}")
        self.status = status


_MEANING = {
    401: " It wants a login.",
    403: " It does not let programs read this.",
    404: " The page is not there.",
    410: " The page is gone.",
    429: " It was asked too often; try later.",
}


async def _anything(place: Place) -> None: ...


class Downloader:
    """Fetches pages. ``trusted`` replaces the certificates that this machine trusts."""

    def __init__(
        self,
        allowed: AllowedHosts = AllowedHosts(),
        resolver: Resolver | None = None,
        limits: FetchLimits = FetchLimits(),
        trusted: ssl.SSLContext | None = None,
    ) -> None:
        self._allowed = allowed
        self._resolver = resolver or SystemResolver()
        self._limits = limits
        self._trusted = trusted

    def place(self, address: str) -> Place:
        """Where this leads. Raises ``RefusedInput``."""
        return place_of(address, self._allowed)

    async def get(self, address: str, permission: Permission = _anything) -> Download:
        """The page, after at most a few redirects. Raises ``RefusedInput`` that says why not."""
        try:
            async with asyncio.timeout(self._limits.seconds):
                return await self._get(self.place(address), permission)
        except TimeoutError as error:
            raise RefusedInput(f"The page was not there after {self._limits.seconds:g} seconds.") from error

    async def _get(self, place: Place, permission: Permission) -> Download:
        for _ in range(self._limits.redirects + 1):
            await permission(place)
            addresses = await checked_addresses(place, self._resolver, self._allowed)
            came = await self._asked(place, addresses)
            if isinstance(came, Download):
                return came
            place = followed(place, came, self._allowed)
        raise RefusedInput(f"It redirects more than {self._limits.redirects} times.")

    async def _asked(self, place: Place, addresses: Sequence[str]) -> Download | str:
        """The page, or where it has gone to."""
        import httpx

        for number, address in enumerate(addresses[:MOST_TRIED], start=1):
            try:
                return await self._asked_at(place, address)
            except httpx.ConnectError as error:
                if number == len(addresses[:MOST_TRIED]):
                    raise RefusedInput(f"{place.host} cannot be reached ({_first_line(error)}).") from error
            except httpx.HTTPError as error:
                raise RefusedInput(f"{place.host} did not answer as it should ({_first_line(error)}).") from error
        raise RefusedInput(f"{place.host} has no address.")

    async def _asked_at(self, place: Place, address: str) -> Download | str:
        import httpx

        headers = {
            "Host": place.authority,
            "User-Agent": f"{AGENT} (reads pages on behalf of a person)",
            "Accept": ACCEPTED,
            "Accept-Encoding": "gzip, deflate",
        }
        unkept = httpx.Limits(max_connections=1, max_keepalive_connections=0)
        async with (
            httpx.AsyncClient(
                trust_env=False,
                follow_redirects=False,
                verify=self._verified,
                limits=unkept,
                timeout=self._limits.seconds,
            ) as client,
            client.stream(
                "GET", place.at(address), headers=headers, extensions={"sni_hostname": place.host}
            ) as response,
        ):
            if response.status_code in _REDIRECTS:
                return _location(place, response)
            if response.status_code != 200:
                raise BadStatus(place, response.status_code)
            media_type, charset = _media_type(response.headers.get("content-type", ""))
            return Download(place, media_type, charset, await self._content(response))

    async def _content(self, response: httpx.Response) -> bytes:
        parts, size = [], 0
        async for part in unpacked(response, self._limits.page_bytes):
            size += len(part)
            if size > self._limits.page_bytes:
                raise RefusedInput(f"The page is larger than {megabytes(self._limits.page_bytes)}.")
            parts.append(part)
        return b"".join(parts)

    @cached_property
    def _verified(self) -> ssl.SSLContext:
        """Certificates that this machine trusts, and those that browsers do."""
        if self._trusted is not None:
            return self._trusted
        import certifi

        context = ssl.create_default_context()
        context.load_verify_locations(certifi.where())
        return context


async def unpacked(response: httpx.Response, most: int) -> AsyncIterator[bytes]:
    """The body without its compression, in parts no larger than ``most`` and a little, however small it was packed."""
    said = response.headers.get("content-encoding", "").strip().lower()
    match said:
        case "" | "identity":
            async for part in response.aiter_raw():
                yield part
            return
        case "gzip" | "x-gzip":
            unpacking = zlib.decompressobj(wbits=31)
        case "deflate":
            unpacking = zlib.decompressobj()
        case _:
            raise RefusedInput(f"The page is packed in a way that was not asked for ({said[:20]}).")
    try:
        async for part in response.aiter_raw():
            yield unpacking.decompress(part, most + 1)
            if unpacking.unconsumed_tail:
                raise RefusedInput(f"The page is larger than {megabytes(most)}.")
    except zlib.error as error:
        raise RefusedInput("The page is damaged: it cannot be unpacked.") from error


def _location(place: Place, response: httpx.Response) -> str:
    location = str(response.headers.get("location", ""))
    if not location:
        raise RefusedInput(f"{place.host} redirects without saying where to.")
    return location


def _media_type(header: str) -> tuple[str, str]:
    media_type, *parameters = (part.strip() for part in header.lower().split(";"))
    said = (parameter.partition("=") for parameter in parameters)
    charset = next((value.strip("\"' ") for name, _, value in said if name.strip() == "charset"), "")
    return media_type, charset


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200] or type(error).__name__
