"""The reasoner that needs no model: detectors turn observations into findings, a table turns findings into beliefs.

It keeps nothing between calls. Everything it needs it reads from the investigation and from the workspace it was made for,
so a restart, a replay or another worker comes to the same end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sre_core.diagnosis.detectors import REGISTRY, Detector
from sre_core.domain import Action, Answer, Conclusion, Reflection, Value
from sre_core.events import Event
from sre_core.investigation import ActionRecord, Investigation
from sre_core.investigator import Proposal
from sre_core.reasoning.answers import answer
from sre_core.reasoning.case import Case
from sre_core.reasoning.rules_asked import looks_for
from sre_core.reasoning.rules_choose import choose
from sre_core.reasoning.rules_conclude import conclude
from sre_core.reasoning.rules_plan import propose
from sre_core.reasoning.rules_reflect import reflect
from sre_core.reasoning.rules_remedies import remedy
from sre_core.sources.base import Sources
from sre_core.tools.base import AnyTool


class RuleReasoner:
    """Implements ``Reasoner`` with rules. Deterministic: the same timeline gives the same next event."""

    name = "rules"

    def __init__(
        self,
        sources: Sources,
        tools: Mapping[str, AnyTool],
        detectors: Sequence[Detector] = REGISTRY,
        heard_of: frozenset[str] = frozenset(),
    ) -> None:
        """``heard_of``: components known by name alone, see ``Case``."""
        self._case = Case(sources, tools, detectors, heard_of)

    @property
    def case(self) -> Case:
        """What it looks at."""
        return self._case

    async def plan(self, investigation: Investigation) -> Proposal:
        """Hypotheses from the alert, the topology and memory; the questions an SRE asks, in order."""
        return propose(self._case, investigation)

    async def choose(self, investigation: Investigation) -> Action | None:
        """The look with the best expected gain for its price; None when it is settled or nothing left is worth it."""
        return choose(self._case, investigation)

    async def reflect(self, investigation: Investigation, record: ActionRecord, output: Value | None) -> Reflection:
        """Findings, evidence, weights, what is ruled out, and a sentence on what changed."""
        return reflect(self._case, investigation, record, output)

    async def conclude(self, investigation: Investigation) -> Conclusion:
        """Root cause with its evidence and remediation, or honestly none."""
        return conclude(self._case, investigation)

    async def answer(self, investigation: Investigation, events: Sequence[Event], question: str) -> Answer:
        """The timeline's own words, with where they stand; where it does not say, the looks that might tell."""
        said = answer(question, events, investigation)
        return said if said.quotations else said.model_copy(update={"looks": looks_for(self._case, question)})

    async def remedy(self, investigation: Investigation) -> Action | None:
        """The next remediation that can be carried out; None when there is none left or it recovered."""
        return remedy(self._case, investigation)
