"""What one loop needs at hand, each typed by the smallest Protocol that will do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from sre_core.domain import (
    Action,
    Answer,
    Conclusion,
    Hypothesis,
    Observation,
    Opinion,
    Plan,
    Reflection,
    Value,
)
from sre_core.policy_rules import Policy, Reach

if TYPE_CHECKING:
    from sre_core.events import Entry, Event, MemoryRecalled
    from sre_core.gateway.asking import ModelCall
    from sre_core.investigation import ActionRecord, Investigation


class Proposal(Value):
    """A plan with the new hypotheses that it starts from."""

    plan: Plan
    hypotheses: tuple[Hypothesis, ...] = ()
    components_known: int = 0
    alerting: tuple[str, ...] | None = None
    """Known components that the alert names, in its fields or its words; None: not told."""


class Reasoner(Protocol):
    """Six questions. All that it may know of the case is in the investigation; what it says is written down as a judgement."""

    name: str

    async def plan(self, investigation: Investigation) -> Proposal:
        """What could it be, and what to find out first? Asked again when a person redirects or a reflection asks for it."""

    async def choose(self, investigation: Investigation) -> Action | None:
        """The one next action, its id from ``investigation.next_id("A")``; None when nothing is worth doing any more."""

    async def reflect(self, investigation: Investigation, record: ActionRecord, output: Value | None) -> Reflection:
        """What the typed output does to each hypothesis. None: the action failed (``record.error``) or its output was erased."""

    async def conclude(self, investigation: Investigation) -> Conclusion:
        """What happened, where, how sure. Claims come unverified; code settles them."""

    async def remedy(self, investigation: Investigation) -> Action | None:
        """After the conclusion: the next remediation to put before a person; None when there is none (left)."""

    async def answer(self, investigation: Investigation, events: Sequence[Event], question: str) -> Answer:
        """What the timeline says to a person's question, with where it says so."""


class Toolbox(Protocol):
    """The tools of one investigation."""

    def reach(self, action: Action) -> Reach:
        """What it would touch, as its tool reads the arguments; an effect of None when there is no such tool."""

    async def prepare(self, action: Action, investigation: Investigation) -> Action:
        """The action as it would run: bound arguments filled in and checked, effect and cost the tool's own.

        Raises ``ToolError`` when it cannot run as it stands.
        """

    def undo(self, action: Action) -> str:
        """How to take back what it does; empty when it changes nothing, or nothing is known."""

    def command(self, action: Action) -> str:
        """What a person would type to do the same; empty when nothing is known."""

    async def run(self, action: Action, key: str | None = None) -> Observation:
        """Run it; bulky output is stored beside the timeline. Raises ``ToolError``.

        ``key``: the idempotency key of what changes something.
        """

    async def output(self, observation: Observation) -> Value | None:
        """The typed output that an observation stands for; None when it was erased."""


class Memory(Protocol):
    """What happened before."""

    async def recall(self, investigation: Investigation) -> MemoryRecalled:
        """Past incidents that resemble the alert, those to be believed first; and what else is remembered of such alerts."""


class Blind(Protocol):
    """Somebody who gives an opinion without seeing anybody else's."""

    async def __call__(self, known: Sequence[Event]) -> Opinion:
        """What they conclude from these events; claims come unverified. Raises ``ModelFault``."""


class BlastRadius(Protocol):
    """Who may feel it."""

    def __call__(self, action: Action) -> tuple[str, ...]:
        """Components that may feel this action."""


class OpenTimeline(Protocol):
    """One investigation's timeline, with its state folded as far as it has been read."""

    state: Investigation

    async def unless_overtaken(self, step: Awaitable[Entry]) -> Entry | None:
        """The step's entry; None when news made the step pointless while it ran (it is cancelled then)."""

    async def append(self, entry: Entry) -> None:
        """A fact finds its place; a judgement on an older state is dropped, and so made again."""


def utc_now() -> datetime:
    """The clock on the wall."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Investigator:
    """Everything that the loop is handed."""

    reasoner: Reasoner
    tools: Toolbox
    memory: Memory
    affected: BlastRadius
    run_id: str
    """New for every run of the loop, so that what an earlier run left open can be told apart."""
    now: Callable[[], datetime] = utc_now
    answer_within: timedelta = timedelta(minutes=30)
    """How long a request for approval counts, and how long an approval may wait for its action to start."""
    model: Reasoner | None = None
    """Who reasons when the investigation wants a model; None: ``reasoner`` does always."""
    policy: Policy = field(default_factory=Policy)
    """The operator's rules about what may run."""
    blind: Mapping[str, Blind] = field(default_factory=dict)
    """Who can be asked for a second opinion, by name."""
    calls: Callable[[], tuple[ModelCall, ...]] = tuple
    """What was asked of a model since this was called last."""

    def thinker(self, state: Investigation) -> Reasoner:
        """Who reasons now."""
        return self.model if state.reasoner == "model" and self.model is not None else self.reasoner
