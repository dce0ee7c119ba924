"""Where pages ask what would be worth a look next: the rules' view of a workspace, kept between two questions."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING

from sre_core.errors import RefusedInput, StoreUnavailable
from sre_core.investigation import Investigation
from sre_core.policy_rules import Policy

if TYPE_CHECKING:  # pandas and networkx come with these, and a page can be served before they are there
    from sre_core.next_checks import NextChecks
    from sre_core.reasoning.case import Case
    from sre_core.sources.base import Sources

KEPT = 4
"""Workspaces whose view is kept."""


class ChecksDesk:
    """Answers for every investigation of a workbench. Thread-safe."""

    def __init__(
        self, sources: Callable[[str | None], Sources], case: Callable[[Sources], Case], policy: Policy
    ) -> None:
        """``case`` makes the rules' view of a workspace, which is dear; it is made again when the sources are others."""
        self._sources = sources
        self._case = case
        self._policy = policy
        self._kept: OrderedDict[str | None, tuple[Sources, Case]] = OrderedDict()
        self._lock = Lock()

    def next_checks(self, investigation: Investigation) -> NextChecks | None:
        """What is left to look at now, the best first; None where its workspace is not here (any more)."""
        from sre_core.ranked_checks import next_checks

        try:
            case = self._view(investigation.workspace)
        except (RefusedInput, StoreUnavailable):
            return None
        return next_checks(case, investigation, self._policy)

    def _view(self, workspace: str | None) -> Case:
        sources = self._sources(workspace)
        with self._lock:
            known = self._kept.pop(workspace, None)
            if known is None or known[0] is not sources:
                known = sources, self._case(sources)
            self._kept[workspace] = known
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            return known[1]
