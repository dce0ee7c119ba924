"""A page is fetched from where it says, or not at all: nothing leads a fetcher into a private network."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_core.errors import RefusedInput
from sre_core.web.addresses import why_never, why_not_public
from sre_core.web.downloading import Downloader
from sre_core.web.places import AllowedHosts, followed, place_of
from tests.web.servers import ScriptedResolver, redirect, site
from tests.web.ssrf_probes import PROBES, PUBLIC, Probe, WatchedDownloader, tried


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.name)
async def test_a_probe_is_refused_before_anything_is_sent(probe: Probe) -> None:
    outcome = await tried(probe)
    assert outcome.refused
    assert all(address == PUBLIC for _, address in outcome.sent)


async def test_an_ordinary_page_is_no_probe() -> None:
    outcome = await tried(Probe("fine", "https://fine.example/a?b=c", {"fine.example": [[PUBLIC]]}))
    assert (outcome.refused, outcome.sent) == ("", [("fine.example", PUBLIC)])


async def test_what_is_connected_to_is_what_was_checked() -> None:
    resolver = ScriptedResolver({"rebind.example": [[PUBLIC], ["127.0.0.1"]]})
    downloader = WatchedDownloader(resolver, {})
    await downloader.get("http://rebind.example/")
    assert downloader.sent == [("rebind.example", PUBLIC)]
    assert resolver.asked == ["rebind.example"]  # looked up once: there is no second answer to fall for
    with pytest.raises(RefusedInput, match="a loopback address"):
        await downloader.get("http://rebind.example/")


@pytest.mark.parametrize("probe", [probe for probe in PROBES if "metadata" in probe.name], ids=lambda probe: probe.name)
async def test_no_operator_can_allow_the_metadata_of_a_cloud(probe: Probe) -> None:
    hosts = ("169.254.169.254", "100.100.100.200", "168.63.129.16", "169.254.170.2", "[fd00:ec2::254]")
    allowed = AllowedHosts.of([*hosts, "metadata.google.internal"])
    assert (await tried(probe, allowed)).held


async def test_an_operator_may_allow_a_private_host_on_one_port() -> None:
    probe = Probe("wiki", "http://wiki.corp:8080/", {"wiki.corp": [["10.1.2.3"]]})
    assert (await tried(probe)).held
    assert (await tried(probe, AllowedHosts.of(["wiki.corp"]))).held  # another port than it said
    for said in ("Wiki.Corp:8080", " http://wiki.corp:8080/start "):
        assert not (await tried(probe, AllowedHosts.of([said]))).refused


async def test_a_server_that_redirects_to_a_neighbour_reaches_nobody() -> None:
    with site({"/secret": "the crown jewels"}) as neighbour:
        target = f"{neighbour.url}/secret"
        with site({"/": redirect(target), "/twice": redirect("/")}) as server:
            downloader = Downloader(AllowedHosts.of([server.host]))
            for path in ("/", "/twice"):
                with pytest.raises(RefusedInput, match="Port"):
                    await downloader.get(f"{server.url}{path}")
    assert neighbour.requests == []


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::"]
)
def test_public_addresses_stay_public_in_any_dress(address: str) -> None:
    assert why_not_public(address) is None
    assert why_never(address) is None


@given(st.text(max_size=60), st.sampled_from(["", "http://", "https://a.example/", "//", "http://["]))
def test_any_text_is_a_checked_address_or_refused(text: str, start: str) -> None:
    here = place_of("https://a.example/")
    for find in (place_of, lambda address: followed(here, address, AllowedHosts())):
        try:
            place = find(start + text)
        except RefusedInput:
            continue
        assert place.port in (80, 443)
        assert place_of(place.address) == place


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("HTTPS://Fine.Example./a", "https://fine.example/a"),
        ("https://münchen.example/ü?q=ü#part", "https://xn--mnchen-3ya.example/%C3%BC?q=%C3%BC"),
        ("http://fine.example:80", "http://fine.example/"),
        ("https://[2606:4700::1111]/", "https://[2606:4700::1111]/"),
    ],
)
def test_an_address_has_one_spelling(written: str, address: str) -> None:
    assert place_of(written).address == address
    assert place_of(address).address == address
