"""One watch per process: every event is folded, pictured and encoded once, however many people look on."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from typing import Any, NamedTuple, Protocol

from sre_core.api.moments import Moments, Picture
from sre_core.errors import StoreUnavailable
from sre_core.events import Event

log = logging.getLogger(__name__)

PING_SECONDS = 15.0
PATIENCE = 2.0
MOST_EVENTS_A_MESSAGE = 200
MOST_UNWATCHED_FEEDS = 32


class Timelines(Protocol):
    """Where events are read from, and who tells that there are new ones."""

    def read(self, investigation_id: str, since: int = 0) -> list[Event]:
        """Events after ``since``, in order."""

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Call the listener with every event appended, in the appending thread; returns unsubscribe."""


class Message(NamedTuple):
    """What one viewer lacked, as JSON, and the seq that it brings them to."""

    last: int
    body: str


class Draft(NamedTuple):
    """What is being written or done at this moment, as JSON. It is never stored, and whoever comes later does not see it."""

    body: str


class Section(NamedTuple):
    """One part of the page as JSON, and the event that last changed it."""

    body: str
    changed_at: int


class Feed:
    """One investigation as its viewers see it. ``frames[seq - 1]`` is what event ``seq`` does to the page."""

    def __init__(self, picture: Picture) -> None:
        self.frames: list[str] = []
        self.sections: dict[str, Section] = {}
        self.viewers: set[asyncio.Event] = set()
        self.turning = asyncio.Lock()
        self.erased = False
        self.drafts: dict[str, Draft] = {}
        """The last of each kind: what a model writes, and the steps of a tool."""
        self._picture = picture

    @property
    def seq(self) -> int:
        """How far it has come."""
        return len(self.frames)

    def advance(self, events: Iterable[Event]) -> None:
        """Take in what is new. Called by one thread at a time."""
        fresh = [_encode({"seq": event.seq, **self._picture.take(event)}) for event in events]
        if not fresh:
            return
        seq = self.seq + len(fresh)
        bodies = {name: _encode(value) for name, value in self._picture.sections().items()}
        self.sections = {name: self._section(name, body, seq) for name, body in bodies.items()}
        self.frames.extend(fresh)

    def _section(self, name: str, body: str, seq: int) -> Section:
        before = self.sections.get(name)
        return before if before and before.body == body else Section(body, seq)

    def message(self, last: int, seen: int) -> tuple[str, int, int]:
        """What somebody who has events up to ``last`` and sections up to ``seen`` lacks, and where that brings them.

        Many events come in parts; ``more`` says that another follows at once, so that a page can draw them together.
        """
        upto = min(self.seq, last + MOST_EVENTS_A_MESSAGE)
        events = ",".join(self.frames[last:upto])
        news = {} if upto < self.seq else {n: s.body for n, s in self.sections.items() if s.changed_at > seen}
        state = ",".join(f'"{name}":{body}' for name, body in news.items())
        more = ',"more":true' if upto < self.seq else ""
        body = f'{{"now":{time.time() * 1000:.0f},"last":{upto},"events":[{events}],"state":{{{state}}}{more}}}'
        return body, upto, self.seq if upto == self.seq else seen


def _encode(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, default=str)


class Hub:
    """All feeds of this process."""

    def __init__(self, picture: Callable[[str], Picture], patience: float = PATIENCE) -> None:
        """``patience``: seconds until news that could not be read are read again."""
        self._picture = picture
        self._patience = patience
        self._feeds: dict[str, Feed] = {}
        self._moments = Moments(picture)
        self._timelines: Timelines | None = None
        self._unsubscribe: Callable[[], None] = lambda: None
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self.closing = False

    def start(self, timelines: Timelines) -> None:
        """Begin to watch. Called on the event loop that serves the streams."""
        self._loop = loop = asyncio.get_running_loop()
        self._timelines = timelines
        self.closing = False

        def tell(event: Event) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._news, event.investigation_id)

        self._unsubscribe = timelines.subscribe(tell)

    def close(self) -> None:
        """End all streams at once; called when the server is told to stop. Safe to call twice."""
        self.closing = True
        self._unsubscribe()
        self._unsubscribe = lambda: None
        for feed in self._feeds.values():
            _wake(feed)

    async def follow(self, investigation_id: str, since: int) -> AsyncIterator[Message | Draft | None]:
        """Messages for one viewer, from ``since`` on for ever, and drafts between them; None where a sign of life is due."""
        feed, news = self._feed(investigation_id), asyncio.Event()
        feed.viewers.add(news)
        try:
            await self._turn(investigation_id, feed)
            last, seen, shown = min(since, feed.seq), 0, dict(feed.drafts)
            while not (self.closing or feed.erased):
                news.clear()
                if last < feed.seq or seen < feed.seq:
                    body, last, seen = feed.message(last, seen)
                    yield Message(last, body)
                elif fresh := {kind: one for kind, one in feed.drafts.items() if shown.get(kind) is not one}:
                    kind, draft = fresh.popitem()
                    shown[kind] = draft
                    yield draft
                elif not await _came(news):
                    yield None
        finally:
            feed.viewers.discard(news)

    async def moment(self, investigation_id: str, seq: int) -> str:
        """What stood beside the trace after this event, as JSON. Raises ``UnknownInvestigation``, ``RefusedInput``."""
        if self._timelines is None:
            raise StoreUnavailable("The workbench is still starting. Try again in a moment.")
        return await asyncio.to_thread(self._moments.at, investigation_id, seq, self._timelines.read)

    def forget(self, investigation_id: str) -> None:
        """It was erased: whoever looks on is let go, and nothing of it is kept here. Any thread; returns at once."""
        if (loop := self._loop) is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._forget, investigation_id)

    def _forget(self, investigation_id: str) -> None:
        self._moments.forget(investigation_id)
        if feed := self._feeds.pop(investigation_id, None):
            feed.erased = True
            _wake(feed)

    def write(self, investigation_id: str, draft: Mapping[str, Any]) -> None:
        """Show what is being written, or done, to whoever looks on. Any thread; returns at once.

        Who is slow to look sees the last of what a model wrote, and the last of what a tool did: neither hides the other.
        """
        if (loop := self._loop) is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._written, investigation_id, draft)

    def _written(self, investigation_id: str, draft: Mapping[str, Any]) -> None:
        feed = self._feeds.get(investigation_id)
        if feed is not None and feed.viewers and not self.closing:
            feed.drafts["steps" if "steps" in draft else "writing"] = Draft(_encode(draft))
            _wake(feed)

    def _feed(self, investigation_id: str) -> Feed:
        """The feed, most recently used last; the longest unwatched ones are forgotten."""
        feed = self._feeds.pop(investigation_id, None) or Feed(self._picture(investigation_id))
        self._feeds[investigation_id] = feed
        unwatched = [id_ for id_, other in self._feeds.items() if not other.viewers and id_ != investigation_id]
        for id_ in unwatched[:-MOST_UNWATCHED_FEEDS]:
            del self._feeds[id_]
        return feed

    def _news(self, investigation_id: str) -> None:
        feed = self._feeds.get(investigation_id)
        if feed is None or not feed.viewers or self.closing:
            return
        task = asyncio.get_running_loop().create_task(self._turn(investigation_id, feed))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _turn(self, investigation_id: str, feed: Feed) -> None:
        """Bring the feed up to date and tell its viewers; what cannot be read is read again soon, or nobody would see it."""
        if self._timelines is None:
            return
        read = self._timelines.read
        try:
            async with feed.turning:
                await asyncio.to_thread(lambda: feed.advance(read(investigation_id, feed.seq)))
        except StoreUnavailable as error:
            log.error("viewers of %s wait %g s: %s", investigation_id, self._patience, error)
            asyncio.get_running_loop().call_later(self._patience, self._news, investigation_id)
        _wake(feed)


def _wake(feed: Feed) -> None:
    for viewer in feed.viewers:
        viewer.set()


async def _came(news: asyncio.Event) -> bool:
    """True when there is news, False when a sign of life is due."""
    try:
        await asyncio.wait_for(news.wait(), PING_SECONDS)
    except TimeoutError:
        return False
    return True
