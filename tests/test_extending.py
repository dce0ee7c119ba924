"""A tool, a detector and a source are one file and one registry line each; and the loop does not know that it is about SRE."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import Engine as Database

from sre_core.diagnosis.context import Context
from sre_core.diagnosis.detectors import REGISTRY, Detector
from sre_core.diagnosis.findings import Finding
from sre_core.domain import Action, Alert, Autonomy, Reference, Value
from sre_core.errors import RefusedInput, ToolError
from sre_core.events import AlertReceived, entry
from sre_core.investigation import Investigation, Status
from sre_core.investigator import Investigator
from sre_core.knowledge.library import KnowledgeBase
from sre_core.loop import investigate
from sre_core.memory.alert_memory import AlertMemory
from sre_core.memory.incidents import IncidentStore
from sre_core.reasoning.rules import RuleReasoner
from sre_core.sources.base import Sources
from sre_core.sources.registry import OPENERS
from sre_core.timeline import Contents
from sre_core.tools.base import Tool, ToolContext
from sre_core.tools.query_metrics import MetricsQuery, MetricsReading, QueryMetrics
from sre_core.tools.registry import TOOLS, tools_for
from sre_core.tools.toolbox import ToolCollection
from sre_core.topology.graph import Component, Dependency, Topology
from sre_core.workspaces import Workspaces
from tests.fakes import PERSON, FakeMemory, FakeReasoner, ListTimeline

SHOP = Topology.of([Component(id="till"), Component(id="stock")], [Dependency(source="till", target="stock")])
ALERT = Alert(title="till answers slowly", component="till")


class FlagsQuery(Value):
    """All flags; nothing to say."""


class Flags(Value):
    """Component -> flags that were switched lately."""

    switched: dict[str, str]


class ReadFlags(Tool[FlagsQuery, Flags]):
    """Which feature flags were switched lately?"""

    name = "read_flags"
    source = "flags"

    async def run(self, query: FlagsQuery, context: ToolContext) -> Flags:
        return Flags(switched={"stock": "new_allocator"})

    def summarise(self, output: Flags) -> str:
        return f"{len(output.switched)} flags were switched"


def switched_flags(output: Flags, context: Context) -> list[Finding]:
    return [
        Finding(
            kind="flag_switched",
            component=component,
            source="flags",
            quote=f"flag {flag} was switched at {component}",
            suggests={"feature_flag_regression": 3.0},
        )
        for component, flag in output.switched.items()
    ]


class Abacus:
    """A metrics source that counts beads."""

    async def read(self, components: Sequence[str] | None, metrics: Sequence[str] | None) -> pd.DataFrame:
        times = pd.date_range("2026-11-01T10:00:00Z", periods=90, freq="60s")
        rows = {"time": times, "component": "stock", "metric": "beads", "value": 3.0, "unit": ""}
        return pd.DataFrame(rows)

    def components(self) -> frozenset[str]:
        return frozenset({"stock"})


def equip(database: Database, sources: Sources) -> Investigator:
    library, incidents = KnowledgeBase(database), IncidentStore(database)
    tools = tools_for(sources, library, incidents, [*TOOLS, lambda connected: ReadFlags()])
    detectors = [*REGISTRY, Detector("switched_flags", Flags, switched_flags)]
    return Investigator(
        reasoner=RuleReasoner(sources, tools, detectors),
        tools=ToolCollection(tools, Contents(database), lambda: 0.0),
        memory=AlertMemory(incidents),
        affected=lambda action: (),
        run_id="run-1",
    )


async def test_an_added_tool_is_used_and_an_added_detector_moves_the_beliefs(database: Database) -> None:
    sources = Sources(topology=SHOP)
    timeline = ListTimeline()
    timeline.say(entry(PERSON, AlertReceived(alert=ALERT, autonomy=Autonomy.AUTO, attended=False)))
    await investigate(timeline, equip(database, sources))
    assert "read_flags" in {record.action.tool for record in timeline.state.actions.values()}
    leader, _ = timeline.state.ranked[0]
    assert (leader.component, leader.fault) == ("stock", "feature_flag_regression")


async def test_an_added_source_is_opened_by_its_scheme_and_read_by_the_tools_there_are(tmp_path: Path) -> None:
    openers = {**OPENERS, "abacus": lambda name: Sources(name=name, topology=SHOP, metrics=Abacus())}
    sources = Workspaces(tmp_path, openers).open("abacus:shop")
    tool = tools_for(replace(sources), FakeLibrary(), FakeIncidents())["query_metrics"]
    assert isinstance(tool, QueryMetrics)
    reading: MetricsReading = await tool.run(MetricsQuery(), ToolContext())
    assert [series.metric for series in reading.series] == ["beads"]


def test_a_kind_of_workspace_that_nobody_knows_is_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(RefusedInput, match="capsule"):
        Workspaces(tmp_path).open("crystal-ball:shop")


class FakeLibrary:
    """Holds no documents; nobody asks it here."""

    async def search(self, *_: object, **__: object):  # type: ignore[no-untyped-def]
        raise AssertionError("nobody searches here")


class FakeIncidents:
    """Remembers nothing; nobody asks it here."""

    async def recall(self, *_: object, **__: object):  # type: ignore[no-untyped-def]
        raise AssertionError("nobody recalls here")


# -- nothing to do with SRE --------------------------------------------------------------------------------------------


class OvenQuery(Value):
    """Which tray to look at."""

    nth: int = 0
    at_least: float | None = None


class Warmth(Value):
    """How warm it is."""

    celsius: float


class Thermometer(Tool[OvenQuery, Warmth]):
    """How warm is the oven?"""

    name = "look"
    source = "oven"

    async def run(self, query: OvenQuery, context: ToolContext) -> Warmth:
        if query.nth == 1:
            raise ToolError("The thermometer fell off; hang it up again.")
        return Warmth(celsius=(query.at_least or 200.0) + 1)

    def summarise(self, output: Warmth) -> str:
        return f"{output.celsius} degrees"


class Baker(FakeReasoner):
    """Binds each look to what the first one measured."""

    async def choose(self, investigation: Investigation) -> Action | None:
        action = await super().choose(investigation)
        if action is None or not investigation.actions:
            return action
        return action.model_copy(update={"bound": {"at_least": Reference(action_id="A1", path="celsius")}})


async def test_the_loop_bakes_bread_as_well(contents: Contents) -> None:
    tools = ToolCollection({"look": Thermometer()}, contents, lambda: 0.0)
    at_hand = Investigator(
        reasoner=Baker(looks=3), tools=tools, memory=FakeMemory(), affected=lambda action: (), run_id="run-1"
    )
    timeline = ListTimeline()
    timeline.say(entry(PERSON, AlertReceived(alert=Alert(title="The bread stays flat"))))
    await investigate(timeline, at_hand)
    statuses = [record.status for record in timeline.state.actions.values()]
    assert statuses == [Status.SUCCEEDED, Status.FAILED, Status.SUCCEEDED, Status.SUCCEEDED]
    assert timeline.state.actions["A3"].action.arguments["at_least"] == 201.0
    assert timeline.state.conclusion is not None
