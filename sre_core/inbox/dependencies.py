"""What depends on what, where an alert is about: by its telemetry, or by the topologies that are connected as documents."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from sre_core.errors import WorkbenchError
from sre_core.inbox.grouping import DependsOn
from sre_core.knowledge.feeds.records import KnownFeed
from sre_core.knowledge.feeds.settings import TopologySettings

if TYPE_CHECKING:  # pandas comes with it
    from sre_core.sources.base import Sources
    from sre_core.topology.graph import Topology

Stamp = tuple[str, int, int]
"""A file, when it was last written, its size."""


class Feeds(Protocol):
    """The sources of documents."""

    def list(self) -> Sequence[KnownFeed]: ...


class Dependencies:
    """Looks them up, and reads a file again only when it was written. Thread-safe. Where nothing is known, nothing depends."""

    def __init__(self, sources: Callable[[str | None], Sources], feeds: Feeds) -> None:
        self._sources = sources
        self._feeds = feeds
        self._lock = threading.Lock()
        self._read: dict[Stamp, DependsOn] = {}

    def of(self, workspace: str | None) -> DependsOn:
        """Component -> what it depends on directly."""
        if workspace is None:
            return self._connected()
        try:
            return _depends_on(self._sources(workspace).topology)
        except WorkbenchError:  # a capsule that is gone: its alerts are still grouped by all else
            return {}

    def _connected(self) -> DependsOn:
        """All topologies among the sources of documents, as one."""
        found = [each.settings for each in self._feeds.list() if isinstance(each.settings, TopologySettings)]
        stamps = [stamp for each in found if (stamp := _stamp(Path(each.path).expanduser()))]
        with self._lock:
            self._read = {stamp: self._read.get(stamp) or _from_file(Path(stamp[0])) for stamp in stamps}
            return _together(list(self._read.values()))


def _stamp(file: Path) -> Stamp | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return str(file), found.st_mtime_ns, found.st_size


def _from_file(file: Path) -> DependsOn:
    from sre_core.knowledge.feeds.topology import read_topology  # networkx comes with it

    try:
        return _depends_on(read_topology(file)[0])
    except WorkbenchError:
        return {}


def _depends_on(topology: Topology) -> DependsOn:
    found: dict[str, set[str]] = {}
    for edge in topology.dependencies:
        found.setdefault(edge.source, set()).add(edge.target)
    return found


def _together(known: Sequence[DependsOn]) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = {}
    for each in known:
        for source, targets in each.items():
            found.setdefault(source, set()).update(targets)
    return found
