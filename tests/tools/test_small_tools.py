"""Changes, topology, commands, signals, documents, memory and remediation: one tool each, one behaviour a test."""

from __future__ import annotations

from datetime import datetime

import pytest

from sre_core.domain import Effect, Incident, Recollection
from sre_core.errors import ToolError
from sre_core.sources.base import Change, ChangeKind, RemediationAnswer, Signal
from sre_core.sources.recorded import RecordedChanges, RecordedCommands, RecordedRemediations, RecordedSignals
from sre_core.tools.apply_remediation import ApplyRemediation, RemediationRequest
from sre_core.tools.base import ToolContext
from sre_core.tools.inspect_topology import InspectTopology, TopologyQuery
from sre_core.tools.list_changes import ChangesQuery, ListChanges
from sre_core.tools.read_signals import ReadSignals, SignalsQuery
from sre_core.tools.recall_incidents import Recalled, RecallIncidents, RecallQuery
from sre_core.tools.run_diagnostic import DiagnosticQuery, RunDiagnostic
from sre_core.tools.search_runbooks import Passage, Passages, RunbookQuery, SearchRunbooks
from sre_core.topology.graph import Component, Dependency, Topology
from tests.tools.telemetry import at

HOUR = 60
CONTEXT = ToolContext()


def change(
    name: str, minute: float, component: str | None = "cart", kind: ChangeKind = "deploy", ships: str | None = None
) -> Change:
    return Change(id=name, time=at(minute), kind=kind, component=component, title=f"change {name}", refers_to=ships)


CHANGES = ListChanges(
    RecordedChanges(
        [
            change("c0", -100 * HOUR, kind="commit"),
            change("d1", -2 * HOUR, ships="c0"),
            change("f1", -1 * HOUR, component=None, kind="flag"),
            change("d2", 0, component="web", ships="gone"),
        ]
    )
)


async def test_changes_come_newest_first_with_the_commit_that_a_deploy_ships() -> None:
    found = await CHANGES.run(ChangesQuery(), CONTEXT)
    assert [change.id for change in found.changes] == ["d2", "f1", "d1", "c0"]
    assert found.known == 4


async def test_changes_of_one_component_up_to_a_time() -> None:
    found = await CHANGES.run(ChangesQuery(components=("cart",), until=at(-1), hours=3), CONTEXT)
    assert [change.id for change in found.changes] == ["d1", "c0"]
    assert found.covered is not None
    assert found.covered.end == at(-1)


async def test_an_empty_change_log_is_an_answer() -> None:
    found = await ListChanges(RecordedChanges([])).run(ChangesQuery(), CONTEXT)
    assert (found.changes, found.covered) == ((), None)


async def test_hours_beyond_the_calendar_are_an_error_in_words() -> None:
    with pytest.raises(ToolError, match="fewer hours"):
        await CHANGES.run(ChangesQuery(hours=1e9), CONTEXT)


SHOP = InspectTopology(
    Topology.of(
        [Component(id="web"), Component(id="cart"), Component(id="redis", kind="database")],
        [Dependency(source="web", target="cart"), Dependency(source="cart", target="redis")],
    )
)


async def test_a_component_is_shown_with_its_neighbours_and_how_far_they_are() -> None:
    seen = await SHOP.run(TopologyQuery(component="redis"), CONTEXT)
    assert (seen.kind, seen.depends_on, seen.used_by) == ("database", {}, {"cart": 1, "web": 2})
    assert (await SHOP.run(TopologyQuery(component="web", hops=1), CONTEXT)).depends_on == {"cart": 1}


async def test_an_unknown_component_is_answered_with_similar_ones() -> None:
    with pytest.raises(ToolError, match="Did you mean cart"):
        await SHOP.run(TopologyQuery(component="carts"), CONTEXT)


COMMANDS = RunDiagnostic(
    RecordedCommands({"kubectl get pods -n shop": "NAME\ncart-1\n", "kubectl get nodes": "", "nc -zv redis 6379": "ok"})
)


async def test_a_recorded_command_is_replayed_however_it_is_spaced() -> None:
    output = await COMMANDS.run(DiagnosticQuery(command="  kubectl get   pods -n shop"), CONTEXT)
    assert (output.recorded, output.output, output.lines) == (True, "NAME\ncart-1\n", 2)


async def test_a_recorded_command_that_printed_nothing_was_recorded_all_the_same() -> None:
    assert (await COMMANDS.run(DiagnosticQuery(command="kubectl get nodes"), CONTEXT)).recorded


async def test_a_command_that_was_not_recorded_says_so_and_names_similar_ones() -> None:
    output = await COMMANDS.run(DiagnosticQuery(command="kubectl get pods -n shop; rm -rf /"), CONTEXT)
    assert (output.recorded, output.output) == (False, "")
    assert output.similar[0] == "kubectl get pods -n shop"


async def test_signals_of_one_component_or_of_all() -> None:
    tool = ReadSignals(RecordedSignals([Signal(line=1, component="cart", name="Slow"), Signal(line=2, name="Deploy")]))
    assert len((await tool.run(SignalsQuery(), CONTEXT)).signals) == 2
    assert [signal.name for signal in (await tool.run(SignalsQuery(component="cart"), CONTEXT)).signals] == ["Slow"]


RESTART = RemediationAnswer(outcome="2/2 ready", recovered=True, after=({"metric": "p99", "after": 10},))
PLATFORM = ApplyRemediation(
    RecordedRemediations({("restart", "cart", None): RESTART, ("rollback", "cart", "v1"): RESTART})
)


async def test_a_remediation_is_applied_and_what_came_of_it_is_told() -> None:
    outcome = await PLATFORM.run(RemediationRequest(kind="restart", component="cart"), CONTEXT)
    assert (outcome.outcome, outcome.recovered, outcome.after) == ("2/2 ready", True, ({"metric": "p99", "after": 10},))
    assert PLATFORM.summarise(outcome) == "restart cart (simulated): recovered; 2/2 ready"


async def test_a_remediation_that_the_platform_does_not_know_says_what_it_knows() -> None:
    with pytest.raises(ToolError, match="What can: restart cart; rollback cart to v1"):
        await PLATFORM.run(RemediationRequest(kind="rollback", component="cart", to="v2"), CONTEXT)


def test_only_the_remediation_writes() -> None:
    tools = (CHANGES, SHOP, COMMANDS, PLATFORM)
    assert [tool.effect for tool in tools] == [Effect.READS, Effect.READS, Effect.READS, Effect.WRITES]


class OneRunbook:
    """A library with one answer."""

    async def search(self, text: str, *, component: str | None, kinds: tuple[str, ...], limit: int) -> Passages:
        passage = Passage(
            document="a.md", title="A", kind="runbook", heading="", first_line=3, last_line=9, text=text, score=1
        )
        return Passages(query=text, passages=(passage,)[:limit] if component == "cart" else (), searched=1)


async def test_runbooks_are_searched_for_a_component_and_cited() -> None:
    tool = SearchRunbooks(OneRunbook())
    found = await tool.run(RunbookQuery(text="slow", component="cart"), CONTEXT)
    assert tool.summarise(found) == "1 passage; best: A (a.md:3-9)"
    assert tool.summarise(await tool.run(RunbookQuery(text="slow"), CONTEXT)) == "nothing relevant in 1 document"


class OneMemory:
    """A memory of one incident."""

    async def recall(self, text: str, *, component: str | None, limit: int) -> Recalled:
        incident = Incident(id="i1", title="Spring sale", started_at=datetime.fromisoformat("2026-01-01T00:00:00Z"))
        return Recalled(recollections=(Recollection(incident=incident, similarity=0.5),), known=8)


async def test_incidents_are_recalled_with_how_alike_they_are() -> None:
    tool = RecallIncidents(OneMemory())
    assert tool.summarise(await tool.run(RecallQuery(text="sale"), CONTEXT)) == "1 alike; most: Spring sale (50%)"
