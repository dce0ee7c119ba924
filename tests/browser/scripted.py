"""A workbench that plays one story, so that the page can be tested and looked at without waiting on what a reasoner finds.

The title of the alert steers it: with "hang" the first look never comes back, with "break" the reasoner breaks once, with
"busy" the look after the one that waits for a person never comes back, with "twice" a second one waits, and with "expires"
an answer counts for three seconds only.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from pydantic import Field

from sre_core.bootstrap import Workbench
from sre_core.domain import (
    Action,
    Answer,
    Claim,
    Conclusion,
    Effect,
    Evidence,
    Examination,
    Examined,
    Hypothesis,
    Incident,
    Next,
    NotExamined,
    Observation,
    Plan,
    Recollection,
    Reflection,
    Remediation,
    RemediationKind,
    Risk,
    RootCause,
    RuledOut,
    Series,
    Step,
    Value,
    Verdict,
    Weight,
)
from sre_core.errors import ToolError
from sre_core.events import Event, MemoryRecalled
from sre_core.investigation import ActionRecord, Investigation
from sre_core.investigator import Investigator, Proposal
from sre_core.policy_rules import Reach
from sre_core.reasoning.answers import answer
from sre_core.timeline import new_id
from sre_core.tools.base import AnyTool, Tool, ToolContext

SECONDS_A_LOOK = float(os.environ.get("SCRIPTED_SECONDS", "0.15"))
SECONDS_AN_ANSWER = 0.4
BEGAN = datetime(2026, 3, 2, 14, 2, 10, tzinfo=UTC)

EFFECTS = {
    "query_metrics": Effect.READS,
    "list_changes": Effect.READS,
    "read_logs": Effect.READS,
    "read_traces": Effect.READS,
    "run_diagnostic": Effect.READS,
    "apply_remediation": Effect.WRITES,
}

STEPS = (
    Step(
        id="S1",
        question="Which component left the ordinary first?",
        why="The first to go is closest to the cause.",
        tools=("query_metrics",),
    ),
    Step(id="S2", question="What was changed shortly before?", why="Most incidents begin with a change."),
    Step(id="S3", question="What do the crashing pods say themselves?"),
    Step(id="S4", question="Is a dependency slow, so that requests pile up?"),
    Step(id="S5", question="Is the node short of memory?"),
)

HYPOTHESES = (
    ("H1", "checkout", "memory_exhaustion", "checkout runs out of memory and is killed", 1.2),
    ("H2", "checkout", "bad_deploy", "the last deploy of checkout broke it", 1.0),
    ("H3", "payments", "slow_dependency", "payments is slow, and requests pile up in checkout", 0.8),
    ("H4", "cart-redis", "connection_exhaustion", "cart-redis has no connections left", 0.3),
    ("H5", "node/worker-03", "node_memory_pressure", "the node is short of memory and evicts pods", 0.2),
    ("H6", "ingress", "config_error", "the ingress sends traffic to pods that are not ready", -0.4),
    ("H7", "frontend", "unknown_fault", "frontend has a fault of its own", -0.9),
    ("H8", "orders", "unknown_fault", "orders has a fault of its own", -1.0),
)

Look = tuple[str, dict[str, object], tuple[str, ...], str, str, float]

LOOKS: tuple[Look, ...] = (
    ("query_metrics", {"components": ["checkout"], "metrics": ["memory_working_set"]}, ("checkout",), "S1", "H1", 1.0),
    ("list_changes", {"components": ["checkout", "payments"], "hours": 72}, ("checkout", "payments"), "S2", "H2", 1.0),
    ("run_diagnostic", {"command": "kubectl top nodes"}, ("node/worker-03",), "S5", "H5", 1.0),
    ("read_logs", {"component": "checkout", "contains": "OutOfMemory"}, ("checkout",), "S3", "H1", 1.0),
    ("read_traces", {"component": "payments"}, ("payments",), "S4", "H3", 6.0),
    ("run_diagnostic", {"command": "kubectl describe pod -n shop -l app=checkout"}, ("checkout",), "S3", "H1", 1.0),
)

ANOTHER: Look = ("read_traces", {"component": "frontend"}, ("frontend",), "S4", "H7", 6.0)
"""With "twice" in the title it waits beside the first one."""

WHYS = (
    "Memory of checkout over the last two hours tells a leak from a sudden jump.",
    "The alert began minutes after something; see what it was.",
    "If the node is short, other pods on it suffer too.",
    "An OutOfMemoryError names the heap or the container limit.",
    "Expensive, but it tells a slow payments apart from a checkout that drowns by itself.",
    "The last state of the container says why it was killed.",
    "The front door may tell what its guests see.",
)

TESTED_BY = {"S4": "H3", "S5": "H5"}
"""Questions that are dropped from the plan once a hypothesis is out."""

SUMMARIES = {
    "query_metrics": "1 series of checkout: memory_working_set leaves its normal range at 14:02:10.",
    "list_changes": "3 changes in 72 h; the last is a deploy of checkout, 12 min before the alert.",
    "read_logs": "41 lines match; the pattern 'java.lang.OutOfMemoryError: Java heap space' is new.",
    "read_traces": "payments answers as fast as ever: p95 41 ms, normally 40 ms.",
    "run_diagnostic": "Last State: Terminated, Reason: OOMKilled, Exit Code: 137, Restart Count: 14.",
    "apply_remediation": "checkout was rolled back to v2.40; memory is back in its normal range.",
}


class Found(Value):
    """What every scripted tool brings back."""

    text: str
    rows: tuple[dict[str, object], ...] = ()


class TracesQuery(Value):
    """What read_traces takes."""

    component: str
    minutes: int = Field(default=60, ge=1)


class ReadTraces(Tool[TracesQuery, Found]):
    """Only there to check arguments: the story runs by itself."""

    name = "read_traces"
    source = "traces"

    async def run(self, query: TracesQuery, context: ToolContext) -> Found:
        raise AssertionError("the story runs by itself")

    def summarise(self, output: Found) -> str:
        return output.text


def memory_series() -> Series:
    """Flat at 410 MiB, then a climb to the limit with three restarts."""
    times = tuple(BEGAN + timedelta(minutes=m) for m in range(-60, 41))
    values = tuple(410.0 + (m % 7) * 3 if m < 0 else 420.0 + (m % 13) * 46.0 for m in range(-60, 41))
    changes = (BEGAN - timedelta(minutes=12),)
    return Series(
        name="memory_working_set",
        unit="MiB",
        times=times,
        values=values,
        onset=BEGAN,
        changes=changes,
        baseline=418.0,
    )


class ScriptedReasoner:
    """Plays the story."""

    name = "scripted"

    def __init__(self, broken: set[str]) -> None:
        self._broken = broken

    async def plan(self, investigation: Investigation) -> Proposal:
        revision = (investigation.plan.revision if investigation.plan else 0) + 1
        steps = tuple(step for step in STEPS if TESTED_BY.get(step.id) not in investigation.ruled_out)
        asked = [said.text for said in investigation.unapplied_guidance]
        extra = tuple(Step(id=f"G{revision}{i}", question=f"As asked: {text[:80]}") for i, text in enumerate(asked))
        hypotheses = tuple(
            Hypothesis(id=i, component=c, fault=f, statement=s, prior=p, origin="topology")
            for i, c, f, s, p in HYPOTHESES
        )
        why = "Nearest to the alert first; what a recent change touched before what it did not."
        return Proposal(
            plan=Plan(revision=revision, steps=(*extra, *steps), why=why),
            hypotheses=() if investigation.hypotheses else hypotheses,
            components_known=41,
        )

    async def choose(self, investigation: Investigation) -> Action | None:
        if "break" in investigation.alert.title and investigation.id not in self._broken:
            self._broken.add(investigation.id)
            raise RuntimeError("the scripted reasoner broke, as it was told to")
        nth = len(investigation.actions)
        looks = (*LOOKS[:5], ANOTHER, *LOOKS[5:]) if "twice" in investigation.alert.title else LOOKS
        if nth >= len(looks):
            return None
        tool, arguments, components, step, tests, cost = looks[nth]
        return Action(
            id=investigation.next_id("A"),
            tool=tool,
            arguments=arguments,
            step_id=step,
            why=WHYS[LOOKS.index(looks[nth])] if looks[nth] in LOOKS else WHYS[-1],
            components=components,
            tests=(tests,),
            cost=cost,
            expected_gain=0.4,
        )

    async def reflect(self, investigation: Investigation, record: ActionRecord, output: Value | None) -> Reflection:
        action = record.action
        if output is None or action.tool == "apply_remediation":
            thought = f"That did not work: {record.error}" if record.error else "The remedy took effect."
            return Reflection(action_id=action.id, thought=thought, examined=_examined(action, Examined.NO_DATA))
        piece = _evidence(investigation, action)
        for_, against = ("H1", ("H4", "H5")) if action.tool != "read_traces" else ("H1", ("H3",))
        weights = (
            Weight(evidence_id=piece.id, hypothesis_id=for_, log_odds=1.3, because="it is the mechanism itself"),
            *(Weight(evidence_id=piece.id, hypothesis_id=each, log_odds=-1.6) for each in against),
        )
        out = RuledOut(
            hypothesis_id="H3",
            statement="payments is slow",
            reason="it answers in 41 ms, as always",
            because=(piece.id,),
        )
        return Reflection(
            action_id=action.id,
            thought=THOUGHTS[action.tool],
            evidence=(piece,),
            weights=weights,
            ruled_out=(out,) if action.tool == "read_traces" else (),
            examined=_examined(action, Examined.CLEAN if action.tool == "read_traces" else Examined.BAD),
            steps_answered=(action.step_id,) if action.step_id else (),
            steps_pruned=("S5",) if action.tool == "read_logs" else (),
            next=Next.CONTINUE,
        )

    async def conclude(self, investigation: Investigation) -> Conclusion:
        cited = tuple(investigation.evidence)
        first = cited[:1]
        killed = tuple(id_ for id_, piece in investigation.evidence.items() if "OOMKilled" in piece.quote)
        if "H1" in investigation.ruled_out:
            return _second_thoughts(investigation)
        return Conclusion(
            verdict=Verdict.CONFIRMED,
            headline="checkout runs out of memory since the deploy of v2.41, which raised its cache without raising the limit",
            root_cause=RootCause(
                component="checkout",
                fault="memory_exhaustion",
                statement="v2.41 sets CACHE_MAX_ENTRIES to 500000; the container limit is still 1 GiB",
                change_id="deploy-8812",
            ),
            claims=(
                Claim(text="Memory of checkout leaves its normal range at 14:02", evidence=first),
                Claim(text='The pods are killed: "OOMKilled"', evidence=killed),
                Claim(text="About 300 customers were turned away", evidence=()),
            ),
            not_examined=(
                NotExamined(source="traces", reason="a person said no to the look at payments", component="payments"),
                NotExamined(source="metrics", reason="no readings of cart-redis after 14:20", component="cart-redis"),
            ),
            blast_radius=("checkout", "frontend", "orders"),
            remediation=(
                Remediation(
                    action="Roll checkout back to v2.40",
                    kind=RemediationKind.ROLLBACK,
                    first=True,
                    command="kubectl -n shop rollout undo deployment/checkout --to-revision=40",
                    risk=Risk.LOW,
                    evidence=cited[:2],
                    tool="apply_remediation",
                ),
                Remediation(
                    action="Bound the cache by bytes, not by entries, and set its size from the container limit",
                    kind=RemediationKind.FIX_FORWARD,
                    risk=Risk.MEDIUM,
                    evidence=cited[1:2],
                ),
            ),
            would_settle=("A heap dump of one pod, taken before it is killed.",),
            why="Onset, change and mechanism agree, and nothing else that was looked at left the ordinary before.",
        )

    async def answer(self, investigation: Investigation, events: Sequence[Event], question: str) -> Answer:
        await asyncio.sleep(SECONDS_AN_ANSWER)
        said = answer(question, events, investigation)
        return said if said.quotations else said.model_copy(update={"looks": ("look at the logs of cart",)})

    async def remedy(self, investigation: Investigation) -> Action | None:
        if any(record.remedies for record in investigation.actions.values()):
            return None
        return Action(
            id=investigation.next_id("A"),
            tool="apply_remediation",
            arguments={"kind": "rollback", "component": "checkout", "to": "v2.40"},
            why="It is the change that began it, and going back is known to work.",
            components=("checkout",),
        )


THOUGHTS = {
    "query_metrics": "Memory of checkout climbs to its limit, drops and climbs again: the saw-tooth of a container being killed.",
    "list_changes": "A deploy of checkout 12 minutes before the onset. It raises the size of a cache.",
    "read_logs": "The heap is full. This is checkout's own memory, not the node's.",
    "read_traces": "payments is as fast as ever, so requests do not pile up because of it.",
    "run_diagnostic": "The kernel killed it at its own limit: the node had memory left.",
}


def _second_thoughts(investigation: Investigation) -> Conclusion:
    """The next best explanation, once a person has ruled out the first."""
    best = investigation.ranked[0][0]
    return Conclusion(
        verdict=Verdict.INCONCLUSIVE,
        headline=f"It may be that {best.statement}",
        root_cause=RootCause(component=best.component, fault=best.fault, statement=best.statement),
    )


def _examined(action: Action, showed: Examined) -> tuple[Examination, ...]:
    return tuple(Examination(component=c, source=action.tool, showed=showed) for c in action.components)


def _evidence(investigation: Investigation, action: Action) -> Evidence:
    plotted = action.tool == "query_metrics"
    return Evidence(
        id=investigation.next_id("E"),
        action_id=action.id,
        source={"query_metrics": "metrics", "read_logs": "logs", "list_changes": "changes"}.get(
            action.tool, "commands"
        ),
        component=action.components[0],
        finding="anomalous_series" if plotted else "telling_text",
        quote=SUMMARIES[action.tool],
        locator="row 17" if plotted else "",
        onset=BEGAN if plotted else None,
        series=memory_series() if plotted else None,
    )


class ScriptedTools:
    """Each look takes a moment; one of them fails."""

    def __init__(self, title: str) -> None:
        self._title = title

    def reach(self, action: Action) -> Reach:
        effect = EFFECTS.get(action.tool)
        return Reach(tool=action.tool, effect=effect, arguments=action.arguments, components=action.components)

    async def prepare(self, action: Action, investigation: Investigation) -> Action:
        named = action.arguments.get("component")
        components = action.components or ((str(named),) if named else ())
        return action.model_copy(update={"effect": EFFECTS[action.tool], "components": components})

    def undo(self, action: Action) -> str:
        return "Roll forward to v2.41 again." if EFFECTS.get(action.tool) is Effect.WRITES else ""

    def command(self, action: Action) -> str:
        return ""

    async def run(self, action: Action, key: str | None = None) -> Observation:
        if "hang" in self._title or ("busy" in self._title and "describe pod" in str(action.arguments)):
            await asyncio.Event().wait()
        await asyncio.sleep(SECONDS_A_LOOK)
        if action.arguments.get("command") == "kubectl top nodes":
            raise ToolError("'kubectl top nodes' was not recorded in this capsule. That is evidence of nothing.")
        found = Found(text=SUMMARIES[action.tool], rows=tuple({"line": n, "tool": action.tool} for n in range(12)))
        return Observation(
            action_id=action.id,
            tool=action.tool,
            source=action.tool,
            summary=SUMMARIES[action.tool],
            output_type="Found",
            data=found.model_dump(),
            components=action.components,
            seconds=SECONDS_A_LOOK,
        )

    async def output(self, observation: Observation) -> Value | None:
        return Found.model_validate(observation.data)


class ScriptedMemory:
    """One thing happened before."""

    async def recall(self, investigation: Investigation) -> MemoryRecalled:
        incident = Incident(
            id="pm-2025-11",
            title="checkout OOMKilled after cache change",
            component="checkout",
            fault="memory_exhaustion",
            resolution="Rolled back, then bounded the cache by bytes.",
            source="postmortems/2025-11-checkout-oom.md",
        )
        alike = Recollection(incident=incident, similarity=0.71, shared=("checkout", "OOMKilled", "CrashLoopBackOff"))
        return MemoryRecalled(recollections=(alike,))


class ScriptedWorkbench(Workbench):
    """The real thing but for what the loop has at hand."""

    _broken: ClassVar[set[str]] = set()

    def _equip(self, state: Investigation) -> Investigator:
        return Investigator(
            reasoner=ScriptedReasoner(self._broken),
            tools=ScriptedTools(state.alert.title),
            memory=ScriptedMemory(),
            affected=lambda action: ("checkout", "frontend") if action.effect is Effect.WRITES else (),
            run_id=new_id(),
            answer_within=timedelta(seconds=3) if "expires" in state.alert.title else timedelta(minutes=30),
        )

    def tools(self, workspace: str | None) -> Mapping[str, AnyTool]:
        return {"read_traces": ReadTraces()}
