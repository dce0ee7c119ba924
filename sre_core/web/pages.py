"""Pages of the web as text: robots.txt asked, fetched, read in the sandbox, without secrets, and kept for a while."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Protocol

from sre_core.errors import RefusedInput
from sre_core.knowledge.documents import SourceDocument
from sre_core.knowledge.reading.files import read_files
from sre_core.knowledge.reading.given import FileGiven, ReadLimits
from sre_core.knowledge.reading.sniffing import sniff
from sre_core.web.downloading import BadStatus, Download, Downloader
from sre_core.web.page_cache import NotFetched, Page, PageCache
from sre_core.web.places import Place
from sre_core.web.robots import EVERYTHING, NOTHING, Robots, read_robots

ROBOTS_KEPT = 3600.0
"""Seconds."""
LONGEST_TEXT = 300_000
"""Characters of a page that are read."""
AT_ONCE = 4

_ENDINGS = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/plain": "txt",
    "text/markdown": "md",
    "text/x-markdown": "md",
    "application/pdf": "pdf",
    "application/json": "json",
}
"""What is read, and the ending that its reader knows it by."""


class Pages(Protocol):
    """Fetches pages."""

    async def fetch(self, addresses: Sequence[str]) -> Sequence[Page | NotFetched]:
        """One outcome an address, in their order."""


class PageFetcher:
    """Implements ``Pages``. ``seconds`` is a monotonic clock, ``now`` the one on the wall."""

    def __init__(
        self,
        downloader: Downloader,
        cache: PageCache,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._downloader = downloader
        self._cache = cache
        self._now = now
        self._seconds = seconds
        self._robots: dict[str, tuple[float, Robots]] = {}

    async def fetch(self, addresses: Sequence[str]) -> Sequence[Page | NotFetched]:
        """A few at once; what was read not long ago is not fetched again."""
        at_once = asyncio.Semaphore(AT_ONCE)

        async def one(address: str) -> Page | Download | NotFetched:
            async with at_once:
                return await self._known_or_got(address)

        came = dict(zip(addresses, await asyncio.gather(*map(one, addresses)), strict=True))
        downloads = {address: got for address, got in came.items() if isinstance(got, Download)}
        read = await asyncio.to_thread(_read, downloads, self._now()) if downloads else {}
        for address, page in read.items():
            if isinstance(page, Page):
                self._cache.keep(address, page)
        return [read[address] if isinstance(got := came[address], Download) else got for address in addresses]

    async def _known_or_got(self, address: str) -> Page | Download | NotFetched:
        try:
            self._downloader.place(address)  # what was kept is not given out once its host is not allowed any more
            if known := self._cache.get(address):
                return known
            download = await self._downloader.get(address, self._refuse_if_robots_do)
            _refuse_if_no_page(download)
        except RefusedInput as error:
            return NotFetched(address=address, reason=str(error))
        return download

    async def _refuse_if_robots_do(self, place: Place) -> None:
        if not (await self._robots_of(place)).allow(place.target):
            raise RefusedInput(f"{place.host} asks programs not to read this page (robots.txt).")

    async def _robots_of(self, place: Place) -> Robots:
        known = self._robots.get(place.origin)
        if known is None or self._seconds() - known[0] >= ROBOTS_KEPT:
            known = self._seconds(), await self._asked_for_robots(f"{place.origin}/robots.txt")
            self._robots[place.origin] = known
        return known[1]

    async def _asked_for_robots(self, address: str) -> Robots:
        """A site without one allows everything; one that cannot say allows nothing (RFC 9309)."""
        try:
            came = await self._downloader.get(address)
        except BadStatus as error:
            return EVERYTHING if 400 <= error.status < 500 and error.status != 429 else NOTHING
        return read_robots(came.content.decode("utf-8", errors="replace"))


def _refuse_if_no_page(download: Download) -> None:
    if download.media_type not in _ENDINGS:
        raise RefusedInput(f"It is {download.media_type or 'of no stated type'}, which is not read.")
    if sniff(file := _file(download).name, download.content) == "zip":
        raise RefusedInput(f"It says that it is {file.rpartition('.')[2]}, but it is an archive.")


def _read(downloads: Mapping[str, Download], now: datetime) -> dict[str, Page | NotFetched]:
    """In one sandbox, one after the other."""
    limits = ReadLimits(pages=300, seconds=20, unpacked_bytes=20_000_000)
    outcomes: Iterator[object] = read_files((_file(download) for download in downloads.values()), limits)
    read: dict[str, Page | NotFetched] = {}
    for (address, download), outcome in zip(downloads.items(), outcomes, strict=True):
        if isinstance(outcome, SourceDocument):
            read[address] = _page(download, outcome, now)
        else:
            read[address] = NotFetched(address=address, reason=getattr(outcome, "reason", "It cannot be read."))
    return read


def _file(download: Download) -> FileGiven:
    return FileGiven(name=f"page.{_ENDINGS[download.media_type]}", content=_in_utf8(download))


def _in_utf8(download: Download) -> bytes:
    """What the site says of the spelling counts before what the page says."""
    if download.charset in ("", "utf-8", "utf8") or download.media_type == "application/pdf":
        return download.content
    try:
        return download.content.decode(download.charset).encode()
    except (UnicodeDecodeError, LookupError):
        return download.content


def _page(download: Download, document: SourceDocument, now: datetime) -> Page:
    return Page(
        address=download.place.address,
        title=document.title or _heading(document.text) or download.place.host,
        text=document.text[:LONGEST_TEXT],
        fetched_at=now,
        cut=len(document.text) > LONGEST_TEXT,
    )


def _heading(text: str) -> str:
    first = next((line for line in text.splitlines()[:50] if line.startswith("# ")), "")
    return first.removeprefix("# ").strip()[:200]
