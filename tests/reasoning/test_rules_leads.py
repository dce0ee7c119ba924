"""What matched is named when nothing is settled: as leads, never as a cause, and never against the evidence."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_core import report
from sre_core.beliefs import Tally
from sre_core.domain import Alert, Autonomy, Conclusion, Incident, Recollection, Standing, Verdict
from sre_core.events import AlertReceived, MemoryRecalled, entry
from sre_core.investigation import Investigation
from sre_core.loop import investigate
from sre_core.reasoning.case import Case
from sre_core.reasoning.rules_plan import by_memory_alone, propose
from sre_core.reasoning.rules_verdict import LIKELY
from sre_core.sources.base import Sources
from sre_core.tools.search_runbooks import Passage, Passages
from tests.fakes import PERSON, FakeMemory, ListTimeline
from tests.fakes_rules import bakery, investigator, run

NOTHING = Sources(name="nothing")
POOL = Alert(title="timed out waiting for a connection from the pool")
THEN = Incident(
    id="past",
    title="Bread sold out",
    component="oven",
    fault="connection_pool_exhaustion",
    resolution="rolled the oven back",
    fix_held=True,
    started_at=datetime(2026, 8, 13, tzinfo=UTC),
    source="postmortems/bread.md",
)


def passage(**changed: Any) -> Passage:
    runbook = {
        "document": "runbooks/pool.md",
        "title": "Out of connections",
        "kind": "runbook",
        "heading": "Symptoms",
        "first_line": 3,
        "last_line": 9,
        "text": "The pool of one service is empty.",
        "score": 1.0,
        "faults": ("connection_pool_exhaustion",),
    }
    return Passage.model_validate(runbook | changed)


class Shelf:
    """A library that answers everything with the same passages."""

    def __init__(self, *passages: Passage) -> None:
        self._passages = passages

    async def search(self, text: str, *, component: str | None, kinds: tuple[str, ...], limit: int) -> Passages:
        return Passages(query=text, passages=self._passages, searched=9)


def alike(**changed: Any) -> Recollection:
    return Recollection.model_validate({"incident": THEN, "similarity": 0.7, "prior": -0.4} | changed)


async def ended(alert: Alert, *passages: Passage, told: tuple[Recollection, ...] = ()) -> Investigation:
    timeline = ListTimeline()
    timeline.say(entry(PERSON, AlertReceived(alert=alert, autonomy=Autonomy.AUTO, attended=False)))
    await investigate(timeline, replace(investigator(NOTHING, Shelf(*passages)), memory=FakeMemory(told)))
    return timeline.state


def concluded(state: Investigation) -> Conclusion:
    assert state.conclusion is not None
    return state.conclusion


async def test_a_runbook_that_matches_is_named_with_its_lines_although_nothing_is_connected() -> None:
    state = await ended(POOL, passage())
    (lead,) = concluded(state).leads
    assert (lead.where, lead.evidence) == ("runbooks/pool.md:3-9", ("E1",))
    assert "“Out of connections” says" in lead.text
    assert concluded(state).verdict is Verdict.INCONCLUSIVE


async def test_a_passage_is_quoted_as_words_without_its_markdown() -> None:
    text = "## Confirm\n| seen | is |\n|---|---|\n| few `active` | pool |\n\nThen:\n- look\n- **not** a-b - c"
    (lead,) = concluded(await ended(POOL, passage(text=text))).leads
    assert (
        lead.text == "“Out of connections” says: “Confirm; seen; is; few active; pool; Then: look - **not** a-b - c”."
    )


async def test_a_conclusion_never_says_that_nothing_was_found_beside_its_own_evidence() -> None:
    said = concluded(await ended(POOL, passage()))
    assert said.headline == "Not settled: no telemetry is connected. 1 document matches: to follow, not a cause."
    assert said.why.startswith("1 document matches, but no component can be looked at here")
    assert said.remediation[0].action.startswith("Follow the leads.")


async def test_a_past_incident_is_named_with_what_it_was_then_and_is_no_root_cause() -> None:
    said = concluded(await ended(POOL, told=(alike(claimed=True, similarity=0.9),)))
    (lead,) = said.leads
    assert lead.text == (
        "This happened before: “Bread sold out” (2026-08-13). Then it was connection pool exhaustion at oven. "
        "What ended it: rolled the oven back. That held."
    )
    assert (lead.incident_id, lead.where, said.root_cause) == ("past", "postmortems/bread.md", None)


async def test_memory_without_a_look_says_that_it_is_a_prior_and_no_finding() -> None:
    said = concluded(await ended(POOL, told=(alike(claimed=True, prior=1.0),)))
    assert "prior from 1 past incident, nothing examined yet" in said.why
    assert "no finding" in said.why
    assert "looks that speak for it" not in said.why
    assert "Closest" not in said.headline


async def test_where_nobody_found_the_cause_either_only_the_same_alert_is_a_lead_and_it_comes_last() -> None:
    unsolved = {"standing": Standing.UNSOLVED, "incident": Incident(id="open", title="Till slow"), "prior": None}
    same, other = alike(**unsolved, same_alert=True, similarity=0.99), alike(**unsolved, similarity=0.9)
    said = concluded(await ended(POOL, passage(), told=(other, same)))
    assert [lead.incident_id for lead in said.leads] == [None, "open"]
    assert said.leads[-1].text == "The same alert came before: “Till slow”. No cause was found then."


@pytest.mark.parametrize("standing", [Standing.REFUTED, Standing.CONTRADICTED, Standing.OUTDATED])
async def test_what_no_longer_counts_is_no_lead(standing: Standing) -> None:
    said = concluded(await ended(POOL, told=(alike(standing=standing, prior=None),)))
    assert said.leads == ()


@pytest.mark.parametrize(
    "changed",
    [
        {"faults": ("credential_expired",)},
        {"faults": ("credential_expired",), "lexical": 0.9, "matched": ("timed", "out", "waiting", "pool")},
        {"faults": (), "text": "How to bake bread.", "lexical": 0.9, "matched": ("waiting",)},
    ],
)
async def test_a_passage_about_something_else_is_no_lead(changed: dict[str, Any]) -> None:
    said = concluded(await ended(POOL, passage(**changed)))
    assert said.leads == ()
    assert said.headline.endswith("nothing that is written down or remembered fits.")


@pytest.mark.parametrize(
    "changed",
    [
        {"faults": (), "text": "When the connection pool is at exhaustion."},
        {"faults": (), "text": "Ask Ada.", "lexical": 0.7, "matched": ("timed", "out", "waiting")},
        {"faults": ("credential_expired",), "tier": "title"},
        {"faults": (), "text": "Ask Ada.", "component": "pool"},
    ],
)
async def test_a_passage_in_the_alert_s_own_words_or_called_by_its_name_is_a_lead(changed: dict[str, Any]) -> None:
    assert len(concluded(await ended(POOL, passage(**changed))).leads) == 1


async def test_a_settled_case_has_no_leads() -> None:
    bad = {("flour-store", "disk_used_ratio"): 0.999, ("till", "error_ratio"): 0.2, ("flour-store", "error_ratio"): 0.3}
    sources = bakery("No bread", bad=bad, lines=[("flour-store", "no space left on device")])
    said = concluded((await run(sources, library=Shelf(passage(faults=("disk_full",))))).state)
    assert said.verdict is Verdict.CONFIRMED
    assert said.leads == ()


async def test_the_leads_are_in_every_form_of_the_report() -> None:
    made = report.build(await ended(POOL, passage()))
    assert made["leads"][0]["where"] == "runbooks/pool.md:3-9"
    assert "## Leads to follow, not causes" in report.markdown(made)
    assert "Lead: “Out of connections” says" in report.chat_text(made)
    assert "1 piece of evidence, 0 explanations ruled out" in report.chat_text(made)


async def test_a_cause_that_what_alerts_does_not_depend_on_is_confirmed_with_a_warning() -> None:
    bad = {("till", "disk_used_ratio"): 0.999, ("till", "error_ratio"): 0.3}
    sources = bakery("No flour", bad=bad, lines=[("till", "no space left on device")], component="flour-db")
    said = concluded((await run(sources)).state)
    assert said.root_cause is not None
    assert said.root_cause.component == "till"
    assert "The alert names flour-db, which as far as the topology knows does not depend on till" in said.why


async def test_the_plan_tells_which_components_the_words_name() -> None:
    sources = bakery("?", component=None)
    state = (await run(sources, Alert(title="The oven is cold, says till"))).state
    assert state.alerting == ("oven", "till")
    assert state.alert.component is None


async def test_where_nothing_is_connected_a_component_that_documents_tell_of_is_read_but_not_suspected() -> None:
    timeline = ListTimeline()
    timeline.say(entry(PERSON, AlertReceived(alert=Alert(title="oven: timed out waiting for a connection"))))
    timeline.say(entry("memory", MemoryRecalled()))
    proposal = propose(Case(NOTHING, {}, heard_of=frozenset({"oven", "*"})), timeline.state)
    assert (proposal.alerting, proposal.hypotheses) == (("oven",), ())
    assert "The alert names oven, of which they tell." in proposal.plan.why


def test_what_only_documents_tell_of_counts_for_nothing_where_components_are_known() -> None:
    case = Case(bakery("?"), {}, heard_of=frozenset({"cellar"}))
    assert case.alerting(Alert(title="the cellar and the oven")) == ("oven",)


@given(st.lists(st.floats(-3, 3), min_size=1, max_size=5))
def test_memory_alone_never_reaches_what_may_be_called_likely(priors: list[float]) -> None:
    timeline = ListTimeline()
    timeline.say(entry(PERSON, AlertReceived(alert=POOL)))
    told = tuple(
        alike(prior=prior, incident=THEN.model_copy(update={"id": f"{n}", "component": f"oven-{n}"}))
        for n, prior in enumerate(priors)
    )
    timeline.say(entry("memory", MemoryRecalled(recollections=told)))
    tally = Tally()
    for hypothesis in propose(Case(NOTHING, {}), timeline.state).hypotheses:
        tally.enter(hypothesis)
    chances = tally.probabilities()
    chances.pop("something_else")
    assert max(chances.values()) < LIKELY


@given(st.floats(-3, 3), st.floats(-3, 3))
def test_what_memory_holds_more_likely_stays_more_likely(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert by_memory_alone(low) <= by_memory_alone(high)
    assert by_memory_alone(high) <= max(high, -1.0) or high < -1
