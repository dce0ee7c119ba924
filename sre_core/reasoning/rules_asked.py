"""What people asked to be looked at: their words, read once, and the looks that answer them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sre_core.investigation import Investigation
from sre_core.reasoning.case import Case
from sre_core.reasoning.look import EVERYTHING, Look
from sre_core.reasoning.rules_dismiss import set_aside
from sre_core.reasoning.rules_plan import mentioned
from sre_core.reasoning.rules_words import tools_named

LOOKED_AT = {
    "read_logs": "the logs of ",
    "query_metrics": "the metrics of ",
    "read_traces": "the traces of ",
    "list_changes": "the changes of ",
    "run_diagnostic": "the pods of ",
    "read_signals": "the alerts of ",
}
"""Tool -> what one says to have it used."""
MOST_OFFERED = 3


@dataclass(frozen=True)
class Wish:
    """One guidance: the places and tools that its words name, what they set aside left out."""

    seq: int
    places: frozenset[str]
    tools: tuple[str, ...]
    met: bool = False
    """A look at hand does what was asked for, where it was asked for."""

    def names(self, look: Look) -> bool:
        """Whether the words ask for this look: its tool, its components, or both where both are named."""
        right_place = bool(self.places & look.reach)
        if self.places and self.tools:
            everywhere = look.reach == EVERYTHING and look.tool == "list_changes"
            return look.tool in self.tools and (right_place or everywhere)
        return right_place if self.places else look.tool in self.tools and look.floor > 0

    def wants(self, look: Look) -> bool:
        """It names this look; or no look at hand does what was asked for, and this one at least looks at that place."""
        return self.names(look) or (not self.met and bool(self.places & look.reach))


def wishes(case: Case, investigation: Investigation, looks: Sequence[Look]) -> tuple[Wish, ...]:
    """What each guidance asks for, in the order they were given. Each is read once, however many looks there are."""
    return tuple(_wish(case, guidance.seq, guidance.text, looks) for guidance in investigation.guidance)


def _wish(case: Case, seq: int, text: str, looks: Sequence[Look]) -> Wish:
    asked = set_aside(case, text)[1]
    wish = Wish(seq, frozenset(mentioned(case, asked)), tools_named(asked))
    return Wish(wish.seq, wish.places, wish.tools, met=any(wish.names(look) for look in looks))


def answered(wish: Wish, investigation: Investigation) -> bool:
    """After two looks in its name, what a person asked for counts as looked at."""
    return sum(r.action.step_id == f"guidance-{wish.seq}" for r in investigation.actions.values()) >= 2


def looks_for(case: Case, question: str) -> tuple[str, ...]:
    """Redirections that look where a question points to: at the places that it names, in the way that it names."""
    how = next((words for tool, words in LOOKED_AT.items() if tool in case.tools and tool in tools_named(question)), "")
    return tuple(f"look at {how}{place}" for place in sorted(mentioned(case, question))[:MOST_OFFERED])
