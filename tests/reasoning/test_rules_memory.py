"""What memory does to the rules: a remembered cause is put up and must show itself; what never helped counts for half."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sre_core.domain import Alert, Autonomy, DeadEnd, Incident, Recollection, Standing, Verdict
from sre_core.events import AlertReceived, MemoryRecalled, entry
from sre_core.investigation import Investigation
from sre_core.loop import investigate
from sre_core.reasoning.case import Case
from sre_core.reasoning.look import Look
from sre_core.reasoning.rules_choose import DEAD_END, dead_end, gain
from sre_core.reasoning.rules_plan import by_memory_alone, propose
from sre_core.sources.base import Sources
from sre_core.topology.graph import Component, Dependency, Topology
from tests.fakes import PERSON, START, FakeMemory, ListTimeline
from tests.fakes_rules import investigator

SHOP = Topology.of([Component(id="till"), Component(id="stock")], [Dependency(source="till", target="stock")])
ALERT = Alert(title="till answers slowly", component="till")
BEFORE = Incident(id="investigation:1", title="till was slow", component="stock", fault="disk_full")
CLAIMED = Recollection(incident=BEFORE, similarity=0.9, claimed=True, prior=0.8)
TRACES = DeadEnd(
    id="d", kind="till slow", component="till", tool="read_traces", target="everything", runs=4, last_at=START
)


def told(**recalled: Any) -> Investigation:
    timeline = ListTimeline()
    timeline.say(entry(PERSON, AlertReceived(alert=ALERT, autonomy=Autonomy.AUTO)))
    timeline.say(entry("memory", MemoryRecalled(**recalled)))
    return timeline.state


def test_a_claimed_cause_is_put_up_ahead_of_what_nobody_looked_at_and_the_plan_says_so() -> None:
    proposal = propose(Case(Sources(topology=SHOP), {}), told(recollections=(CLAIMED,)))
    (remembered,) = [h for h in proposal.hypotheses if h.origin == "memory: investigation:1"]
    assert (remembered.component, remembered.fault) == ("stock", "disk_full")
    assert remembered.prior == by_memory_alone(0.8) == max(h.prior for h in proposal.hypotheses)
    assert "This happened before: “till was slow”" in proposal.plan.why
    assert "has to show itself again" in proposal.plan.why


def test_what_memory_gives_no_prior_is_not_put_up() -> None:
    shown = CLAIMED.model_copy(update={"claimed": False, "prior": None, "standing": Standing.CONTRADICTED})
    proposal = propose(Case(Sources(topology=SHOP), {}), told(recollections=(shown,)))
    assert not [h for h in proposal.hypotheses if h.origin.startswith("memory")]


def test_a_cause_that_the_alert_s_words_name_too_keeps_the_better_of_both_priors() -> None:
    slow = BEFORE.model_copy(update={"component": "till", "fault": "slow_query"})
    words = ALERT.model_copy(update={"description": "slow query at till"})
    state = told(recollections=(CLAIMED.model_copy(update={"incident": slow}),))
    state.alert = words
    proposal = propose(Case(Sources(topology=SHOP), {}), state)
    (one,) = [h for h in proposal.hypotheses if (h.component, h.fault) == ("till", "slow_query")]
    assert one.prior == 0.0, "the words of the alert say more than memory alone may"
    assert one.origin == "memory: investigation:1"


def test_a_look_that_never_helped_for_such_alerts_is_worth_half_and_the_plan_says_so() -> None:
    look = Look("read_traces", {}, "origin", "Which hop is slow?", 0.6, floor=0.4)
    case = Case(Sources(topology=SHOP), {})
    plain, warned = told(), told(dead_ends=(TRACES,))
    assert gain(look, warned, case) == DEAD_END * gain(look, plain, case)
    assert dead_end(look, warned) == TRACES
    assert "read_traces of everything (4 times)" in propose(case, warned).plan.why
    assert dead_end(look, told(dead_ends=(TRACES.model_copy(update={"minded": False}),))) is None


async def test_memory_alone_is_no_verdict() -> None:
    at_hand = replace(investigator(Sources(topology=SHOP)), memory=FakeMemory((CLAIMED,)))
    timeline = ListTimeline()
    timeline.say(entry(PERSON, AlertReceived(alert=ALERT, autonomy=Autonomy.AUTO, attended=False)))
    await investigate(timeline, at_hand)
    assert timeline.state.ranked[0][0].origin == "memory: investigation:1"
    assert timeline.state.conclusion is not None
    assert timeline.state.conclusion.verdict is Verdict.INCONCLUSIVE
