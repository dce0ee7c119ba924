"""Addresses that are made to lead a fetcher into a private network, and what must come of each: nothing is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sre_core.errors import RefusedInput
from sre_core.web.downloading import Download, Downloader
from sre_core.web.places import AllowedHosts, Place
from sre_core.web.resolving import Resolver
from tests.web.servers import ScriptedResolver

PUBLIC = "93.184.216.34"
"""An address that anybody may ask."""

Names = Mapping[str, Sequence[Sequence[str]]]


@dataclass(frozen=True)
class Probe:
    """One attempt. ``names``: what a name server answers, time after time; ``redirects``: where pages send us on to."""

    name: str
    address: str
    names: Names = field(default_factory=dict)
    redirects: Mapping[str, str] = field(default_factory=dict)


class WatchedDownloader(Downloader):
    """Sends nothing: ``sent`` is every (host, address) that something would have been sent to."""

    def __init__(
        self, resolver: Resolver, redirects: Mapping[str, str], allowed: AllowedHosts = AllowedHosts()
    ) -> None:
        super().__init__(allowed, resolver)
        self._redirects = redirects
        self.sent: list[tuple[str, str]] = []

    async def _asked(self, place: Place, addresses: Sequence[str]) -> Download | str:
        self.sent.append((place.host, addresses[0]))
        return self._redirects.get(place.address) or Download(place, "text/plain", "", b"a page")


@dataclass(frozen=True)
class Outcome:
    """What came of a probe."""

    refused: str
    """The reason; empty when a page came back."""
    sent: Sequence[tuple[str, str]]

    @property
    def held(self) -> bool:
        """Whether nothing was sent but to public addresses, and no page came back."""
        return bool(self.refused) and all(address == PUBLIC for _, address in self.sent)


async def tried(probe: Probe, allowed: AllowedHosts = AllowedHosts()) -> Outcome:
    """Fetch it, with the probe's own name server and redirects."""
    downloader = WatchedDownloader(ScriptedResolver(probe.names), probe.redirects, allowed)
    try:
        await downloader.get(probe.address)
    except RefusedInput as error:
        return Outcome(str(error), downloader.sent)
    return Outcome("", downloader.sent)


def _resolving(name: str, *addresses: str) -> Probe:
    return Probe(name, "http://trap.example/", {"trap.example": [addresses]})


def _redirecting(name: str, to: str, **names: Sequence[Sequence[str]]) -> Probe:
    return Probe(name, "https://fine.example/", {"fine.example": [[PUBLIC]], **names}, {"https://fine.example/": to})


PROBES: Sequence[Probe] = (
    Probe("loopback", "http://127.0.0.1/"),
    Probe("another loopback", "http://127.255.255.254/"),
    Probe("unspecified", "http://0.0.0.0/"),
    Probe("private 10/8", "http://10.0.0.1/"),
    Probe("private 172.16/12", "http://172.31.255.1/"),
    Probe("private 192.168/16", "http://192.168.1.1/"),
    Probe("link-local", "http://169.254.10.10/"),
    Probe("metadata of clouds", "http://169.254.169.254/latest/meta-data/"),
    Probe("metadata of Alibaba", "http://100.100.100.200/"),
    Probe("metadata of Azure", "http://168.63.129.16/"),
    Probe("metadata of ECS", "http://169.254.170.2/v2/credentials"),
    Probe("carrier-grade NAT", "http://100.64.0.1/"),
    Probe("benchmarking range", "http://198.18.0.1/"),
    Probe("broadcast", "http://255.255.255.255/"),
    Probe("multicast", "http://224.0.0.1/"),
    Probe("reserved", "http://240.0.0.1/"),
    Probe("decimal", "http://2130706433/"),
    Probe("hexadecimal", "http://0x7f000001/"),
    Probe("octal", "http://0177.0.0.1/"),
    Probe("short", "http://127.1/"),
    Probe("mixed bases", "http://0x7f.0.0.1/"),
    Probe("leading zeros", "http://127.0.0.01/"),
    Probe("IPv6 loopback", "http://[::1]/"),
    Probe("IPv6 unspecified", "http://[::]/"),
    Probe("IPv4-mapped", "http://[::ffff:127.0.0.1]/"),
    Probe("IPv4-mapped in hexadecimal", "http://[::ffff:a9fe:a9fe]/"),
    Probe("IPv4-compatible", "http://[::127.0.0.1]/"),
    Probe("IPv4-translated", "http://[::ffff:0:7f00:1]/"),
    Probe("NAT64", "http://[64:ff9b::7f00:1]/"),
    Probe("NAT64 of a network", "http://[64:ff9b:1::a9fe:a9fe]/"),
    Probe("6to4", "http://[2002:7f00:1::]/"),
    Probe("Teredo", "http://[2001:0:7f00:1::]/"),
    Probe("unique local", "http://[fd00::1]/"),
    Probe("metadata by IPv6", "http://[fd00:ec2::254]/"),
    Probe("IPv6 link-local", "http://[fe80::1]/"),
    Probe("IPv6 with a zone", "http://[fe80::1%25eth0]/"),
    Probe("site-local", "http://[fec0::1]/"),
    Probe("localhost", "http://localhost/"),
    Probe("localhost with a full stop", "http://localhost./"),
    Probe("a name below localhost", "http://a.localhost/"),
    Probe("metadata by name", "http://metadata.google.internal/computeMetadata/v1/"),
    Probe("metadata by name with a full stop", "http://metadata.google.internal./"),
    Probe("a name without a dot", "http://grafana/"),
    Probe("a service of the cluster", "http://kubernetes.default.svc/"),
    Probe("a private ending", "http://wiki.corp/"),
    Probe("ideographic full stops", "http://127。0。0。1/"),
    Probe("circled digits", "http://①②⑦.⓪.⓪.①/"),
    Probe("wide letters", "http://ｌｏｃａｌｈｏｓｔ/"),
    Probe("user name in front", "http://fine.example@127.0.0.1/"),
    Probe("user name and password", "http://user:password@fine.example/"),
    Probe("backslash", "http://fine.example\\@127.0.0.1/"),
    Probe("tab in the host", "http://127.0.0\t.1/"),
    Probe("line end in the path", "http://fine.example/\r\nHost: localhost"),
    Probe("port of SSH", "http://fine.example:22/", {"fine.example": [[PUBLIC]]}),
    Probe("port of Redis", "http://fine.example:6379/", {"fine.example": [[PUBLIC]]}),
    Probe("port 0", "http://fine.example:0/", {"fine.example": [[PUBLIC]]}),
    Probe("file", "file:///etc/passwd"),
    Probe("gopher", "gopher://127.0.0.1:6379/_INFO"),
    Probe("ftp", "ftp://fine.example/"),
    Probe("data", "data:text/html,hello"),
    Probe("no scheme", "//127.0.0.1/"),
    _resolving("a name for loopback", "127.0.0.1"),
    _resolving("a name for a mapped address", "::ffff:10.0.0.1"),
    _resolving("one public and one private address", PUBLIC, "10.0.0.1"),
    _resolving("a name for a zone", "fe80::1%eth0"),
    _resolving("a name for no address"),
    Probe("a wildcard name service", "http://127.0.0.1.nip.example/", {"127.0.0.1.nip.example": [["127.0.0.1"]]}),
    _redirecting("redirect to metadata", "http://169.254.169.254/latest/"),
    _redirecting("redirect to loopback", "http://127.0.0.1:8080/"),
    _redirecting("redirect to a file", "file:///etc/passwd"),
    _redirecting("redirect without a scheme", "//localhost/"),
    _redirecting("redirect to a name for loopback", "http://trap.example/", **{"trap.example": [["127.0.0.1"]]}),
    _redirecting("redirect that hides a user name", "https://fine.example@10.0.0.1/"),
    _redirecting("redirect in circles", "https://fine.example/"),
    Probe(
        "rebinding between two hops",
        "https://fine.example/",
        {"fine.example": [[PUBLIC], ["127.0.0.1"]]},
        {"https://fine.example/": "https://fine.example/again"},
    ),
    Probe(
        "redirect at the end of a chain",
        "https://fine.example/0",
        {"fine.example": [[PUBLIC]]},
        {"https://fine.example/0": "/1", "https://fine.example/1": "/2", "https://fine.example/2": "http://10.0.0.1/"},
    ),
)
