"""Pages as text: robots.txt is asked, what is read is kept for a while, and what is no page says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_core.web.downloading import Downloader, FetchLimits
from sre_core.web.page_cache import NotFetched, Page, PageCache
from sre_core.web.pages import PageFetcher
from sre_core.web.places import AllowedHosts
from sre_core.web.robots import NOTHING, Rule, read_robots
from tests.web.plugin_pages import NOTES, VENDOR
from tests.web.servers import Answer, LoopbackServer, answering, site

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def fetcher(server: LoopbackServer, cache: PageCache | None = None) -> PageFetcher:
    downloader = Downloader(AllowedHosts.of([server.host]), limits=FetchLimits(seconds=10))
    return PageFetcher(downloader, cache or PageCache(None), now=lambda: NOON)


async def fetched(fetcher: PageFetcher, address: str) -> Page | NotFetched:
    (outcome,) = await fetcher.fetch([address])
    return outcome


async def test_a_page_is_what_a_reader_reads() -> None:
    with site({"/": VENDOR}) as server:
        page = await fetched(fetcher(server), f"{server.url}/")
    assert isinstance(page, Page)
    assert page.title == "ExtPlugin error codes"
    assert "To fix code 7749, set `replication.slot_name`" in page.text
    assert "never read" not in page.text
    assert "Pricing" not in page.text


async def test_many_pages_come_in_the_order_they_were_asked_for() -> None:
    pages = {
        "/a": VENDOR,
        "/b": Answer(NOTES, media_type="text/markdown"),
        "/c": Answer("plain", media_type="text/plain"),
    }
    with site(pages) as server:
        read = await fetcher(server).fetch([f"{server.url}/{name}" for name in ("c", "gone", "b", "a")])
    assert [type(one).__name__ for one in read] == ["Page", "NotFetched", "Page", "Page"]
    assert isinstance(read[2], Page)
    assert read[2].text == NOTES


async def test_a_secret_on_a_page_is_taken_out() -> None:
    with answering(Answer("password: hunter2xyz9Q", media_type="text/plain")) as server:
        page = await fetched(fetcher(server), f"{server.url}/robots-free")
    assert isinstance(page, Page)
    assert "hunter2" not in page.text


async def test_a_site_that_asks_programs_to_stay_away_is_left_alone() -> None:
    robots = Answer("User-agent: *\nDisallow: /private\n", media_type="text/plain")
    with site({"/robots.txt": robots, "/private/a": VENDOR, "/public": VENDOR}) as server:
        pages = fetcher(server)
        refused = await fetched(pages, f"{server.url}/private/a")
        read = await fetched(pages, f"{server.url}/public")
    assert isinstance(refused, NotFetched)
    assert "robots.txt" in refused.reason
    assert isinstance(read, Page)
    assert server.requests == ["/robots.txt", "/public"]


async def test_a_redirect_into_what_robots_forbid_is_not_followed() -> None:
    robots = Answer("User-agent: sre-workbench\nDisallow: /private\n", media_type="text/plain")
    to = Answer(status=302, headers={"Location": "/private"})
    with site({"/robots.txt": robots, "/": to, "/private": VENDOR}) as server:
        assert isinstance(await fetched(fetcher(server), f"{server.url}/"), NotFetched)
    assert "/private" not in server.requests


async def test_a_site_that_cannot_say_allows_nothing() -> None:
    with site({"/robots.txt": Answer(status=503), "/": VENDOR}) as server:
        assert isinstance(await fetched(fetcher(server), f"{server.url}/"), NotFetched)
    assert server.requests == ["/robots.txt"]


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (Answer(b"\x89PNG....", media_type="image/png"), "image/png, which is not read"),
        (Answer(b"hello", media_type=""), "no stated type"),
        (Answer(b"PK\x03\x04....", media_type="text/plain"), "an archive"),
        (Answer(b"\x00\x01\x02\x03" * 50, media_type="text/plain"), "not text"),
        (Answer(b"%PDF-1.4 cut", media_type="application/pdf"), "cut off"),
        (Answer("", media_type="text/plain"), "empty"),
    ],
    ids=["picture", "no type", "archive", "binary", "half a PDF", "empty"],
)
async def test_what_is_not_read_says_why(answer: Answer, says: str) -> None:
    with site({"/": answer}) as server:
        outcome = await fetched(fetcher(server), f"{server.url}/")
    assert isinstance(outcome, NotFetched)
    assert says in outcome.reason


async def test_what_was_read_is_not_fetched_again_for_a_day(tmp_path: Path) -> None:
    now = [NOON]
    cache = PageCache(tmp_path, now=lambda: now[0])
    with site({"/": VENDOR}) as server:
        first = await fetched(fetcher(server, cache), f"{server.url}/")
        again = await fetched(fetcher(server, cache), f"{server.url}/")
        assert first == again
        assert server.requests.count("/") == 1
        now[0] += timedelta(hours=25)
        await fetched(fetcher(server, cache), f"{server.url}/")
        assert server.requests.count("/") == 2
        nowhere = PageFetcher(Downloader(), cache)
        assert isinstance(await fetched(nowhere, f"{server.url}/"), NotFetched)  # kept, but not allowed any more


def test_the_cache_keeps_no_more_than_it_may(tmp_path: Path) -> None:
    cache = PageCache(tmp_path, most_bytes=3000)
    page = Page(address="https://a.example/", title="a", text="x" * 1000, fetched_at=datetime.now(UTC))
    for number in range(10):
        cache.keep(f"https://a.example/{number}", page)
        assert sum(file.stat().st_size for file in tmp_path.iterdir()) <= 3000
    assert cache.get("https://a.example/9") == page
    assert cache.get("https://a.example/0") is None


def test_a_damaged_page_in_the_cache_is_as_good_as_none(tmp_path: Path) -> None:
    cache = PageCache(tmp_path)
    cache.keep("https://a.example/", Page(address="a", title="a", text="x", fetched_at=datetime.now(UTC)))
    (file,) = tmp_path.iterdir()
    file.write_bytes(b'{"half":')
    assert cache.get("https://a.example/") is None


@pytest.mark.parametrize(
    ("pattern", "target", "matches"),
    [
        ("/a", "/ab", True),
        ("/a$", "/ab", False),
        ("/a$", "/a", True),
        ("/*.pdf$", "/x/y.pdf", True),
        ("/*.pdf$", "/x/y.pdf?z", False),
        ("/a*b*c", "/a1b2c3", True),
        ("/a*b*c", "/a1c2b", False),
        ("/a*a$", "/a", False),
        ("/", "/anything", True),
    ],
)
def test_rules_of_robots_match_as_the_standard_says(pattern: str, target: str, matches: bool) -> None:
    assert Rule(False, pattern).matches(target) is matches


def test_the_longest_rule_decides_and_our_own_group_comes_first() -> None:
    text = (
        "User-agent: *\nDisallow: /\n\nUser-agent: SRE-Workbench\nUser-agent: other\nDisallow: /a\nAllow: /a/b # yes\n"
    )
    robots = read_robots(text)
    assert [robots.allow(path) for path in ("/", "/a", "/a/b", "/a/c")] == [True, False, True, False]
    assert not NOTHING.allow("/x")
    assert NOTHING.allow("/robots.txt")


@given(st.text(max_size=300), st.text(alphabet="/a*$%é?=", max_size=20))
def test_any_robots_txt_can_be_read(text: str, target: str) -> None:
    assert read_robots(f"User-agent: *\nDisallow: {text}").allow("/" + target) in (True, False)
