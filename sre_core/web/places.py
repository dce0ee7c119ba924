"""Where a request goes: an address of the web taken apart, and refused when it is written to lead somewhere else."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv6Address
from urllib.parse import SplitResult, quote, urljoin, urlsplit, urlunsplit

from sre_core.errors import RefusedInput

LONGEST = 2000
PORTS = {"http": 80, "https": 443}
"""What is fetched from without an operator's word, by scheme."""

_PRIVATE_ENDINGS = (
    *("localhost", "local", "localdomain", "internal", "intranet", "private", "corp", "home", "lan", "arpa", "test"),
    *("svc", "cluster", "consul", "onion", "invalid", "alt"),
)
_METADATA = frozenset(
    ("metadata", "metadata.google.internal", "metadata.goog", "instance-data", "instance-data.ec2.internal")
)
_NOT_IN_A_URL = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\\]")
_NUMBER_LIKE = re.compile(r"(?:0x[0-9a-f]*|\d+)", re.IGNORECASE)
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_IPV4 = re.compile(r"(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.|$)){4}")


@dataclass(frozen=True, slots=True)
class Place:
    """One page's address, checked: what is asked for, and of whom."""

    scheme: str
    host: str
    """In lower case and ASCII, without a full stop at its end; an IPv6 address without its brackets."""
    port: int
    target: str
    """Path and query, as they are sent."""

    @property
    def address(self) -> str:
        """The whole, as it is shown and kept."""
        return urlunsplit(SplitResult(self.scheme, self.authority, "", "", "")) + self.target

    @property
    def authority(self) -> str:
        """Host, and the port where it is not the usual one: what stands in the Host header."""
        return self._bracketed(self.host) + ("" if self.port == PORTS[self.scheme] else f":{self.port}")

    def at(self, ip: str) -> str:
        """The same request, addressed to this IP address."""
        return f"{self.scheme}://{self._bracketed(ip)}:{self.port}{self.target}"

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"{self.scheme}://{self._bracketed(self.host)}:{self.port}"

    @staticmethod
    def _bracketed(host: str) -> str:
        return f"[{host}]" if ":" in host else host


@dataclass(frozen=True, slots=True)
class AllowedHosts:
    """Hosts that an operator allows although they are private: 'wiki.corp.example', or with one port 'wiki.corp.example:8080'."""

    names: frozenset[str] = frozenset()

    @classmethod
    def of(cls, given: Iterable[str]) -> AllowedHosts:
        """As they stand in a setting; of a whole address, its host and port."""
        hosts = (name.strip().lower().rpartition("://")[2].partition("/")[0] for name in given)
        return cls(frozenset(host.rstrip(".") for host in hosts if host))

    def has(self, place: Place) -> bool:
        """Whether this one is allowed: a host without a port is allowed on the usual ports alone."""
        host = Place._bracketed(place.host)
        return f"{host}:{place.port}" in self.names or (host in self.names and place.port in PORTS.values())


def place_of(address: str, allowed: AllowedHosts = AllowedHosts()) -> Place:
    """Where this address leads. Raises ``RefusedInput`` for what is not an ordinary public page, unless its host is allowed."""
    if len(address) > LONGEST:
        raise RefusedInput(f"The address is longer than {LONGEST} characters.")
    if _NOT_IN_A_URL.search(address):
        raise RefusedInput("The address holds characters that no address has.")
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise RefusedInput(f"This is no address of a page ({error}).") from error
    scheme = parts.scheme.lower()
    if scheme not in PORTS:
        raise RefusedInput(f"Only http and https are fetched, not {scheme or 'an address without a scheme'!r}.")
    if "@" in parts.netloc:
        raise RefusedInput("The address holds a user name, which is how one host is passed off as another.")
    host = _host(parts.hostname or "")
    target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._") + (f"?{_query(parts.query)}" if parts.query else "")
    if host in _METADATA:
        raise RefusedInput(f"{host!r} is the metadata service of a cloud. It is never asked.")
    place = Place(scheme, host, PORTS[scheme] if port is None else port, target)
    if not allowed.has(place):
        _refuse_if_private(place)
    return place


def followed(place: Place, location: str, allowed: AllowedHosts) -> Place:
    """Where a redirect leads, checked like any other address. Raises ``RefusedInput``."""
    if _NOT_IN_A_URL.search(location):
        raise RefusedInput("It redirects to something that is no address.")
    try:
        whole = urljoin(place.address, location)
    except ValueError as error:
        raise RefusedInput("It redirects to something that is no address.") from error
    return place_of(whole, allowed)


def _query(query: str) -> str:
    return quote(query, safe="/%:@!$&'()*+,;=~-._?")


def _host(written: str) -> str:
    """The host in one spelling. Raises ``RefusedInput`` for names that only look like one."""
    if not written:
        raise RefusedInput("The address names no host.")
    if ":" in written:
        return _ipv6(written)
    # wide letters and ideographic full stops are what browsers take for their plain forms
    plain = unicodedata.normalize("NFKC", written).replace("\u3002", ".").lower().removesuffix(".")
    try:
        host = plain if plain.isascii() else plain.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise RefusedInput(f"{written!r} is no name of a host.") from error
    if not all(_LABEL.fullmatch(label) for label in host.split(".")) or len(host) > 253:
        raise RefusedInput(f"{written!r} is no name of a host.")
    if _NUMBER_LIKE.fullmatch(host.rpartition(".")[2]) and not _IPV4.fullmatch(host):
        raise RefusedInput(f"{written!r} is an IP address in disguise. Write it as four plain numbers.")
    return host


def _ipv6(written: str) -> str:
    try:
        address = IPv6Address(written)
    except ValueError as error:
        raise RefusedInput(f"{written!r} is no address of a host.") from error
    if address.scope_id:
        raise RefusedInput("An address of one network interface leads to this machine's own network.")
    return str(address)


def _refuse_if_private(place: Place) -> None:
    if place.port != PORTS[place.scheme]:
        raise RefusedInput(
            f"Port {place.port} is not where pages are. An operator may allow it: SRE_WEB_ALLOWED_HOSTS={place.authority}"
        )
    name = place.host
    if ":" in name or _IPV4.fullmatch(name):
        return  # its address is looked at like that of any other host
    if "." not in name or name.rpartition(".")[2] in _PRIVATE_ENDINGS:
        raise RefusedInput(
            f"{name!r} is a name of a private network. An operator may allow it: SRE_WEB_ALLOWED_HOSTS={place.authority}"
        )
