"""The workbench as a whole: one broken timeline harms no other, and what was concluded is remembered."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from sre_core.bootstrap import Workbench
from sre_core.domain import Action, Alert, Conclusion, Plan, RootCause, Verdict
from sre_core.errors import RefusedInput, UnreadableTimeline
from sre_core.events import (
    ActionEdited,
    ActionProposed,
    AlertReceived,
    ApprovalRequested,
    ConclusionReached,
    Entry,
    Event,
    MemoryRecalled,
    PlanProposed,
    entry,
)
from sre_core.home import StateFolder
from sre_core.intake.alerts import understand
from sre_core.settings import Settings
from sre_core.store import open_database
from sre_core.timeline import Timeline
from sre_core.workspaces import sample_incidents
from tests.fakes import OPENED, PERSON

PATIENCE = 20.0


@contextmanager
def bench_at(home: Path) -> Iterator[Workbench]:
    bench = Workbench(Settings(home=home))
    try:
        yield bench
    finally:
        bench.close()


def spoil(home: Path, investigation_id: str, seq: int, body: str) -> None:
    database = open_database(home / "workbench.db")
    with database.begin() as connection:
        statement = text("UPDATE wb_events SET body = :body WHERE investigation_id = :id AND seq = :seq")
        connection.execute(statement, {"body": body, "id": investigation_id, "seq": seq})
    database.dispose()


UNREADABLE = ["{garbage", "", '{"happening": {"type": "TeaMade"}}']


@pytest.mark.parametrize("body", UNREADABLE)
def test_an_event_that_cannot_be_read_spoils_its_own_investigation_only(tmp_path: Path, body: str) -> None:
    with bench_at(tmp_path) as bench:
        bench.timeline.append("good", 1, OPENED)
        bench.timeline.append("bad", 1, OPENED)
    spoil(tmp_path, "bad", 1, body)
    with bench_at(tmp_path) as bench:
        listed = {summary.id: summary for summary in bench.investigations()}
        with pytest.raises(UnreadableTimeline, match="Event 1 of investigation bad"):
            bench.state("bad")
    assert listed["good"].title == "The kiln is too cold"
    assert listed["bad"].status == "failed"
    assert "cannot be read" in listed["bad"].headline


def test_a_database_that_is_refused_does_not_keep_the_folder(tmp_path: Path) -> None:
    (tmp_path / "workbench.db").write_bytes(b"no database" * 1000)
    with pytest.raises(RefusedInput):
        Workbench(Settings(home=tmp_path))
    folder = StateFolder(tmp_path)
    folder.take()
    folder.release()


def concluded() -> list[Entry]:
    """Everything up to a conclusion, as a process left it that was killed right then."""
    cause = RootCause(component="kiln", fault="fuel_low", statement="No fuel")
    conclusion = Conclusion(verdict=Verdict.LIKELY, headline="The kiln has no fuel", root_cause=cause)
    return [
        entry(PERSON, AlertReceived(alert=Alert(title="The kiln is too cold"), attended=False)),
        entry("memory", MemoryRecalled()),
        entry("reasoner:rules", PlanProposed(plan=Plan(revision=1, steps=()))),
        entry("reasoner:rules", ConclusionReached(conclusion=conclusion)),
    ]


def test_a_conclusion_is_remembered_also_when_the_process_was_killed_right_after_it(tmp_path: Path) -> None:
    database = open_database(tmp_path / "workbench.db")
    for seq, written in enumerate(concluded(), start=1):
        Timeline(database).append("inv", seq, written)
    database.dispose()
    closed = threading.Event()

    def hear(event: Event) -> None:
        if event.happening.type == "InvestigationClosed":
            closed.set()

    with bench_at(tmp_path) as bench:
        bench.subscribe(hear)
        bench.start()
        assert closed.wait(PATIENCE)
        assert [incident.component for incident in bench.incidents.incidents()] == ["kiln"]


def test_an_edit_that_names_a_component_nobody_knows_is_refused_with_what_is_near(tmp_path: Path) -> None:
    with bench_at(tmp_path) as bench:
        sample = next(each for each in sample_incidents() if each.id == "orders-503")
        id_ = bench.open(sample.alert(), by=PERSON, workspace=sample.workspace)
        action = Action(id="A1", tool="read_logs", arguments={"component": "orders-service"})
        for said in (
            MemoryRecalled(),
            PlanProposed(plan=Plan(revision=1, steps=())),
            ActionProposed(action=action),
            ApprovalRequested(action_id="A1", digest=action.digest, reason="asked"),
        ):
            bench.timeline.append(id_, bench.state(id_).seq + 1, entry("engine", said))
        request = bench.state(id_).seq
        edited = ActionEdited(action_id="A1", request=request, arguments={"component": "order-service"})
        with pytest.raises(RefusedInput, match=r"no component 'order-service' here. Near it: .*orders-service"):
            bench.record(id_, entry(PERSON, edited))
        with pytest.raises(RefusedInput, match="does not take these arguments"):
            bench.record(id_, entry(PERSON, edited.model_copy(update={"arguments": {"componentt": "x"}})))
        bench.record(id_, entry(PERSON, edited.model_copy(update={"arguments": {"component": "orders-db"}})))


def test_a_time_of_day_in_words_is_of_the_day_that_the_telemetry_was_recorded_on(tmp_path: Path) -> None:
    words = "orders-service answers 503 since 13:10 UTC"
    sample = next(s for s in sample_incidents() if s.id == "orders-503")
    with bench_at(tmp_path) as bench:
        alert = understand(words, now=datetime(2030, 1, 1, 14, tzinfo=UTC)).alert
        window = bench.sources(sample.workspace).window
        recorded = bench.state(bench.open(alert, by=PERSON, workspace=sample.workspace)).alert
        live = bench.state(bench.open(alert, by=PERSON)).alert
    assert window is not None
    assert recorded.starts_at == window.end.replace(hour=13, minute=10, second=0, microsecond=0)
    assert live.starts_at == datetime(2030, 1, 1, 13, 10, tzinfo=UTC)


def test_a_page_can_be_served_before_the_heavy_libraries_are_there() -> None:
    code = """
import sys, sre_core.bootstrap
print([name for name in ("pandas", "networkx", "openai", "mcp", "chromadb", "torch") if name in sys.modules])
"""
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )
