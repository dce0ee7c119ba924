"""Which kinds of feed there are, and how one is opened."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import assert_never

from sre_core.knowledge.feeds.base import Cancelled, Feed, ReadFiles, Redact
from sre_core.knowledge.feeds.folder import FolderFeed
from sre_core.knowledge.feeds.git import GitFeed
from sre_core.knowledge.feeds.prometheus import PrometheusFeed
from sre_core.knowledge.feeds.records import KnownFeed
from sre_core.knowledge.feeds.runner import never
from sre_core.knowledge.feeds.settings import (
    FeedSettings,
    FolderSettings,
    GitSettings,
    PrometheusSettings,
    SlackSettings,
    TopologySettings,
)
from sre_core.knowledge.feeds.slack import SlackFeed


class FeedKinds:
    """Opens feeds. ``copies`` is the folder for our copies of repositories, one a feed."""

    def __init__(self, read_files: ReadFiles, redact: Redact, copies: Path) -> None:
        self._read_files = read_files
        self._redact = redact
        self._copies = copies

    def open(self, known: KnownFeed, cancelled: Cancelled) -> Feed:
        """The feed, for one refresh. Raises ``RefusedInput`` when its place cannot be used."""
        return self._open(known.settings, self._copies / known.id, cancelled)

    def check(self, settings: FeedSettings) -> None:
        """Look whether a feed could be opened, before it is kept. Raises ``RefusedInput`` that says what is wrong."""
        self._open(settings, self._copies / "none", never)
        if isinstance(settings, TopologySettings):
            from sre_core.knowledge.feeds.topology import read_topology  # networkx comes with it

            read_topology(Path(settings.path).expanduser())

    def forget(self, known: KnownFeed) -> None:
        """Our copy of the repository of a feed that was removed is gone from the disk."""
        shutil.rmtree(self._copies / known.id, ignore_errors=True)

    def _open(self, settings: FeedSettings, copy_at: Path, cancelled: Cancelled) -> Feed:
        match settings:
            case FolderSettings():
                return FolderFeed(settings, self._read_files)
            case GitSettings():
                return GitFeed(settings, copy_at, self._read_files, self._redact, cancelled)
            case SlackSettings():
                return SlackFeed(settings, self._redact)
            case PrometheusSettings():
                return PrometheusFeed(settings, self._redact)
            case TopologySettings():
                from sre_core.knowledge.feeds.topology import TopologyFeed

                return TopologyFeed(settings, self._redact)
            case _:
                assert_never(settings)
