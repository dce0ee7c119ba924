"""The topologies there are, whatever they come from, and the part of one that an investigation is about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from pydantic import Field

from sre_core.domain import Value
from sre_core.errors import RefusedInput
from sre_core.investigation import Investigation
from sre_core.topology.conditions import Condition, affected, conditions
from sre_core.topology.drawing import Drawing, Drawings
from sre_core.topology.graph import Component, Topology
from sre_core.topology.views import MOST_SHOWN, View, around
from sre_core.workspaces import SAMPLE, sample_incidents

if TYPE_CHECKING:  # pandas comes with it
    from sre_core.sources.base import Sources

FEED = "feed"
"""Of a source of the knowledge base: 'feed:NAME'. Every other name is a workspace's."""
HOPS = 2


class Feed(Protocol):
    """A source of the knowledge base."""

    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def settings(self) -> Any: ...


class Known(Value):
    """A topology that can be looked at."""

    source: str = Field(description="Its name: a workspace, or 'feed:NAME'.")
    title: str


class InvestigationMap(Value):
    """What of a topology an investigation is about, drawn."""

    source: str | None
    total: int = Field(ge=0, description="Components of the whole topology; 0: there is none.")
    left_out: int = Field(ge=0, description="Components that are not on this map.")
    outside: tuple[str, ...] = Field(default=(), description="Components that were named and are in no topology.")
    drawing: Drawing


class Maps:
    """Finds topologies and draws them. Thread-safe."""

    def __init__(self, sources: Callable[[str | None], Sources], feeds: Callable[[], Sequence[Feed]]) -> None:
        """``sources`` opens a workspace and keeps what it opened; ``feeds`` lists the sources of the knowledge base."""
        self._sources = sources
        self._feeds = feeds
        self.drawings = Drawings()

    def warm_up(self) -> None:
        """Load what the first map needs."""
        self.drawings.of(Topology())

    def known(self, used: Iterable[str | None]) -> list[Known]:
        """Sources of the knowledge base, then the workspaces that were ``used`` (the latest first), then the samples.

        Of the samples, too, the latest that was used comes first.
        """
        latest = list(dict.fromkeys(used))
        samples = [Known(source=one.workspace, title=f"Sample: {one.title}") for one in sample_incidents()]
        samples.sort(key=lambda one: latest.index(one.source) if one.source in latest else len(latest))
        ours = {one.source for one in samples}
        feeds = [
            Known(source=f"{FEED}:{f.name}", title=f"Source: {f.name}") for f in self._feeds() if f.kind == "topology"
        ]
        others = [one for one in latest if one and one not in ours]
        return [*feeds, *(Known(source=one, title=_title(one)) for one in others), *samples]

    def topology(self, source: str | None) -> Topology:
        """The whole graph; an empty one where the workspace has none. Raises ``RefusedInput``."""
        scheme, _, name = (source or "").partition(":")
        return self._of_feed(name) if scheme == FEED else self._sources(source).topology

    def problems(self, source: str) -> tuple[str, ...]:
        """What of its file could not be used. Raises ``RefusedInput``."""
        scheme, _, name = source.partition(":")
        if scheme == FEED:
            return tuple(_read(*_stamp(self._path(name)))[1])
        return tuple(one for one in self._sources(source).problems if one.startswith("topology.json"))

    def of(self, state: Investigation) -> InvestigationMap:
        """All of it; of a large one, what is near the components that matter. Raises ``RefusedInput``."""
        whole = self._sources(state.workspace).topology
        outside = tuple(name for name in _named(state) if name not in whole)
        view = View(whole) if len(whole.components) <= MOST_SHOWN else around(whole, _centres(state), HOPS)
        strangers = {name: Component(id=name, kind="unknown") for name in outside[:MOST_SHOWN]}
        shown = Topology({**view.topology.components, **strangers}, view.topology.dependencies)
        return InvestigationMap(
            source=state.workspace,
            total=len(whole.components),
            left_out=len(whole.components) - len(view.topology.components),
            outside=tuple(strangers),
            drawing=self.drawings.of(shown),
        )

    def _of_feed(self, name: str) -> Topology:
        return _read(*_stamp(self._path(name)))[0]

    def _path(self, name: str) -> Path:
        feed = next((one for one in self._feeds() if one.name == name and one.kind == "topology"), None)
        if feed is None:
            raise RefusedInput(
                f"There is no topology among the sources that is called {name!r}. It may have been removed."
            )
        return Path(feed.settings.path).expanduser()


def same_system(source: str, workspace: str | None) -> bool:
    """Whether an investigation of this workspace speaks of the components of this topology.

    All samples are of one shop. A source of the knowledge base is of your own systems, as is every workspace but a sample.
    """
    if source == workspace:
        return True
    is_sample = (workspace or "").startswith(f"{SAMPLE}:")
    return is_sample if source.startswith(f"{SAMPLE}:") else source.startswith(f"{FEED}:") and not is_sample


def _title(workspace: str) -> str:
    scheme, _, rest = workspace.partition(":")
    name = Path(rest).name
    return f"Upload: {name.partition('-')[2] or name}" if scheme == "upload" else f"{scheme.capitalize()}: {name}"


def _named(state: Investigation) -> Iterator[str]:
    found = conditions(state)
    yield from found
    yield from (name for name in affected(state) if name not in found)


def _centres(state: Investigation) -> list[str]:
    """What a large map is drawn around: the cause, what is suspected or bad, where it is felt; the likeliest first."""
    found: Mapping[str, Any] = conditions(state)
    order = list(Condition)
    telling = [name for name, one in found.items() if one.condition not in (Condition.CLEAN, Condition.BLIND)]
    telling.sort(key=lambda name: (order.index(found[name].condition), -found[name].chance, name))
    return list(dict.fromkeys((*telling, *affected(state))))


def _stamp(path: Path) -> tuple[Path, int, int]:
    try:
        found = path.stat()
    except OSError as error:
        raise RefusedInput(f"{path} cannot be read: {error.strerror}. Give the source another path.") from error
    return path, found.st_mtime_ns, found.st_size


@lru_cache(maxsize=8)
def _read(path: Path, written: int, size: int) -> tuple[Topology, list[str]]:
    """``written`` and ``size``: a file that was replaced is read again."""
    from sre_core.knowledge.feeds.topology import read_topology

    return read_topology(path)
