"""What somebody wants erased, how far that has come, and what came of it."""

from __future__ import annotations

from pydantic import Field

from sre_core.counting import counted
from sre_core.domain import Value


class Wanted(Value):
    """What somebody wants erased."""

    investigations: tuple[str, ...] = ()
    everything: bool = Field(
        default=False, description="All that is kept here: every investigation, memory, document, alert."
    )
    memory: bool = Field(default=True, description="Also what was remembered of these investigations.")
    postmortems: bool = Field(default=True, description="Also their saved postmortems.")
    stop_open: bool = Field(default=False, description="Stop those that are still open, rather than leave them.")
    because: str = Field(default="", max_length=500)


class Progress(Value):
    """How far it has come."""

    done: int
    of: int
    doing: str = ""


class Outcome(Value):
    """What was erased, and what was not."""

    investigations: int = 0
    events: int = 0
    outputs: int = 0
    memories: int = 0
    facts: int = 0
    postmortems: int = 0
    others: int = Field(
        default=0, description="Further things that went with everything: documents, alerts, capsules, pages."
    )
    left: tuple[str, ...] = Field(default=(), description="What was left, with why; the first of them.")
    many_left: int = 0
    rest_stays: bool = Field(
        default=False, description="Everything was to go, and all but investigations stays, because some were left."
    )

    def in_words(self) -> str:
        """'Erased: 2 investigations with 120 events, 14 outputs.'; a line for what was left."""
        told = [
            f"{counted(self.investigations, 'investigation')} with {counted(self.events, 'event')}",
            *(counted(number, one, many) for number, one, many in self._others() if number),
        ]
        lines = [f"Erased: {', '.join(told)}."]
        if self.many_left:
            lines += [f"Left: {counted(self.many_left, 'investigation')}.", *(f"  {one}" for one in self.left)]
        if self.rest_stays:
            lines.append("So memories, documents, alerts and files are still there, too.")
        return "\n".join(lines)

    def _others(self) -> tuple[tuple[int, str, str], ...]:
        return (
            (self.outputs, "output", ""),
            (self.memories, "memory", "memories"),
            (self.facts, "fact", ""),
            (self.postmortems, "postmortem", ""),
            (self.others, "other thing", ""),
        )
