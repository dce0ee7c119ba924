"""Names of hosts -> addresses that may be connected to."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from typing import Protocol

from sre_core.errors import RefusedInput
from sre_core.web.addresses import why_never, why_not_public
from sre_core.web.places import AllowedHosts, Place


class Resolver(Protocol):
    """Looks names up."""

    async def addresses(self, host: str, port: int) -> Sequence[str]:
        """All its IP addresses, best first. Raises ``OSError`` when there is none."""


class SystemResolver:
    """As this machine looks names up."""

    async def addresses(self, host: str, port: int) -> Sequence[str]:
        """In the order that the system prefers."""
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return list(dict.fromkeys(str(address[0]) for *_, address in found))


async def checked_addresses(place: Place, resolver: Resolver, allowed: AllowedHosts) -> Sequence[str]:
    """The addresses to connect to. Raises ``RefusedInput`` when it has none, or a single one of them may not be fetched from.

    A host with one public and one private address is refused: which of the two would be met is the name server's choice.
    """
    try:
        found = await resolver.addresses(place.host, place.port)
    except (OSError, UnicodeError) as error:
        raise RefusedInput(f"{place.host} cannot be found ({error}). Is this machine connected?") from error
    if not found:
        raise RefusedInput(f"{place.host} has no address.")
    refuses = why_never if allowed.has(place) else why_not_public
    for address in found:
        if why := refuses(address):
            named = f"{place.host} is" if address == place.host else f"{place.host} leads to {address}, which is"
            raise RefusedInput(f"{named} {why}. Nothing was sent there.")
    return found
