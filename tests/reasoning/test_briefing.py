"""What a reasoner is shown fits its budget, and what it is not shown can be read by id."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sre_core.domain import Action, Alert, Evidence, Observation, Plan, Reflection, Step
from sre_core.events import (
    ActionProposed,
    ActionStarted,
    ActionSucceeded,
    AlertReceived,
    MemoryRecalled,
    PlanProposed,
    ReflectionMade,
    entry,
)
from sre_core.investigation import Investigation
from sre_core.reasoning.briefing import SMALLEST_BUDGET, brief, full_text
from tests.fakes import PERSON, ListTimeline, equipped, run_until_turn_ends


def with_evidence(pieces: int, raw: int = 400) -> Investigation:
    timeline = ListTimeline()
    timeline.write(entry(PERSON, AlertReceived(alert=Alert(title="Carts are slow", description="slow " * 3000))))
    timeline.write(entry("memory", MemoryRecalled()))
    timeline.write(entry("reasoner:x", PlanProposed(plan=Plan(revision=1, steps=(Step(id="S1", question="Why?"),)))))
    action = Action(id="A1", tool="read_logs")
    seen = Observation(
        action_id="A1", tool="read_logs", source="logs", summary="lines", output_type="Lines", data=["raw"] * raw
    )
    timeline.write(entry("reasoner:x", ActionProposed(action=action)))
    timeline.write(entry("tool:read_logs", ActionStarted(action_id="A1", run_id="R")))
    timeline.write(entry("tool:read_logs", ActionSucceeded(action_id="A1", run_id="R", observation=seen)))
    evidence = tuple(
        Evidence(id=f"E{n}", action_id="A1", source="logs", finding="error", quote=f"quote {n} " + "word " * 40)
        for n in range(1, pieces + 1)
    )
    timeline.write(
        entry("reasoner:x", ReflectionMade(reflection=Reflection(action_id="A1", thought="", evidence=evidence)))
    )
    return timeline.state


@given(st.integers(0, 300), st.integers(0, 60_000))
def test_a_brief_fits_its_budget(pieces: int, budget: int) -> None:
    assert len(brief(with_evidence(pieces), budget)) <= max(budget, SMALLEST_BUDGET)


def test_alert_plan_and_a_line_for_each_piece_of_evidence_stay_when_there_is_little_room() -> None:
    told = brief(with_evidence(60), 4000)
    assert "Carts are slow" in told
    assert "S1 Why?" in told
    assert all(f"E{n} [logs]" in told for n in range(1, 61))


def test_raw_output_is_told_while_there_is_room_and_goes_first() -> None:
    state = with_evidence(5)
    assert '"raw", "raw"' in brief(state)
    tight = brief(state, len(brief(state)) - 1)
    assert '"raw"' not in tight
    assert all(" ".join(piece.quote.split()) in tight for piece in state.evidence.values())


async def test_everything_can_be_read_by_its_id() -> None:
    state = (await run_until_turn_ends(equipped())).state
    assert '"celsius"' in (full_text(state, "A1") or "")
    assert state.evidence["E1"].quote[:10] in (full_text(state, "E1") or "")
    assert full_text(state, "E99") is None
