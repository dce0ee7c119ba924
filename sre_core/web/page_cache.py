"""Pages that were read not long ago, in a folder of limited size."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import Field, ValidationError

from sre_core.domain import Moment, Value

KEPT_FOR = timedelta(hours=24)
MOST_KEPT = 50_000_000
"""Bytes of all pages kept."""


class Page(Value):
    """A page as a reader would read it. What it says is said by strangers."""

    address: str = Field(description="Where it was in the end.")
    title: str
    text: str
    fetched_at: Moment
    cut: bool = Field(default=False, description="Its end was left out.")


class NotFetched(Value):
    """A page that was not read, and why, in a sentence."""

    address: str
    reason: str


class PageCache:
    """Pages in a folder, the oldest given up first. ``folder`` None keeps nothing."""

    def __init__(
        self,
        folder: Path | None,
        most_bytes: int = MOST_KEPT,
        kept_for: timedelta = KEPT_FOR,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._folder = folder
        self._most_bytes = most_bytes
        self._kept_for = kept_for
        self._now = now

    def get(self, address: str) -> Page | None:
        """The page, when it was read not long ago."""
        if self._folder is None:
            return None
        try:
            page = Page.model_validate_json(self._file(self._folder, address).read_bytes())
        except (OSError, ValidationError):
            return None
        return page if self._now() - page.fetched_at < self._kept_for else None

    def keep(self, address: str, page: Page) -> None:
        """Under the address it was asked for. A full disk is no reason to fail."""
        if self._folder is None:
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            fresh = self._file(self._folder, address).with_suffix(".part")
            fresh.write_bytes(page.model_dump_json().encode())
            fresh.replace(fresh.with_suffix(".json"))
            self._give_up_oldest(self._folder)
        except OSError:
            return

    def _give_up_oldest(self, folder: Path) -> None:
        files = sorted(((found.stat(), found) for found in folder.iterdir()), key=lambda one: -one[0].st_mtime_ns)
        size = 0
        for stat, file in files:
            size += stat.st_size
            if size > self._most_bytes:
                file.unlink(missing_ok=True)

    @staticmethod
    def _file(folder: Path, address: str) -> Path:
        return folder / f"{hashlib.sha256(address.encode()).hexdigest()}.json"
