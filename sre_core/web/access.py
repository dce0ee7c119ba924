"""The web as one workbench reaches it: where it searches, how it fetches, and what of a workspace must not leave."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sre_core.domain import Alert
from sre_core.sources.base import Sources
from sre_core.web.dossier import Researcher
from sre_core.web.downloading import Downloader
from sre_core.web.extracting import ExtractiveResearcher
from sre_core.web.masking import Mask
from sre_core.web.page_cache import PageCache
from sre_core.web.pages import PageFetcher, Pages
from sre_core.web.places import AllowedHosts
from sre_core.web.research import Research
from sre_core.web.searxng import Search, SearxngSearch

MakeResearcher = Callable[[], Researcher]


@dataclass(frozen=True)
class MaskedWeb:
    """The web for one workspace: everything that asks it goes through this mask."""

    search: Search
    mask: Mask
    research: Research


@dataclass(frozen=True)
class WebAccess:
    """The web for all workspaces."""

    search: Search
    pages: Pages
    private: Sequence[str] = ()
    """What must never leave, besides what workspaces name."""

    def around(
        self,
        sources: Sources,
        alert: Alert | None = None,
        researcher: MakeResearcher = ExtractiveResearcher,
        names: Iterable[str] = (),
    ) -> MaskedWeb:
        """For what looks at these sources. ``alert``: the one that is investigated, where it is not theirs; ``names``: more
        components of one's own; ``researcher``: makes what a research is judged and written by."""
        known = (*sources.components(), *names)
        mask = Mask.of(sources.topology.components.values(), (sources.alert, alert), self.private, known)
        return MaskedWeb(self.search, mask, Research(self.search, self.pages, mask, researcher))


def web_access(url: str, allowed: Sequence[str], private: Sequence[str], cache: Path) -> WebAccess | None:
    """None when no search is configured. ``url``: of a SearXNG instance; ``cache``: the folder that keeps pages."""
    if not url:
        return None
    downloader = Downloader(AllowedHosts.of(allowed))
    return WebAccess(SearxngSearch(url), PageFetcher(downloader, PageCache(cache)), private)
