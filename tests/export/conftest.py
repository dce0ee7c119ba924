"""A state folder in small: two investigations, one a fork of the other, with an output and a postmortem."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import Engine as Database

from sre_core import events as ev
from sre_core.domain import Action, Conclusion, Observation, Plan, Reflection, Verdict
from sre_core.events import entry
from sre_core.export.bundle import export
from sre_core.export.recorded import Recorded
from sre_core.timeline import Contents, Timeline
from tests.fakes import OPENED, PERSON

LOOK = Action(id="A1", tool="read_logs", arguments={})
LONG = "a line of a log\n" * 5000


@dataclass
class Folder:
    """What is in it, and how it is exported."""

    database: Database
    path: Path
    documents: dict[str, str] = field(default_factory=dict)
    secret: bytes = b"s" * 32

    def __post_init__(self) -> None:
        self.timeline, self.contents = Timeline(self.database), Contents(self.database)

    def investigated(self, id_: str, output: str = LONG) -> str:
        """A whole investigation with one bulky output; returns the output's digest."""
        kept = self.contents.keep_now(output)
        seen = Observation(
            action_id="A1", tool="read_logs", source="logs", summary="s", output_type="Lines", content=kept
        )
        told = (
            ("memory", ev.MemoryRecalled()),
            ("reasoner:x", ev.PlanProposed(plan=Plan(revision=1, steps=()))),
            ("reasoner:x", ev.ActionProposed(action=LOOK)),
            ("engine", ev.ActionStarted(action_id="A1", run_id="r")),
            ("tool:read_logs", ev.ActionSucceeded(action_id="A1", run_id="r", observation=seen)),
            ("reasoner:x", ev.ReflectionMade(reflection=Reflection(action_id="A1", thought="warm"))),
            ("reasoner:x", ev.ConclusionReached(conclusion=Conclusion(verdict=Verdict.LIKELY, headline="No fuel"))),
            ("engine", ev.InvestigationClosed()),
        )
        self.timeline.append(id_, 1, OPENED)
        for seq, (by, happening) in enumerate(told, start=2):
            self.timeline.append(id_, seq, entry(by, happening))
        return kept.digest

    def forked(self, origin: str, at: int = 6) -> str:
        return self.timeline.fork(origin, entry(PERSON, ev.InvestigationForked(origin=origin, at=at)))

    def recorded(self) -> Recorded:
        return Recorded(self.database, self.timeline, self.contents, self.documents.get, lambda: self.secret)

    def exported(self, *ids: str, name: str = "all.zip") -> Path:
        to = self.path / name
        assert [step.done for step in export(ids, self.recorded(), to, by="person:ada")] == list(range(len(ids) + 1))
        return to


@pytest.fixture
def folder(database: Database, tmp_path: Path) -> Folder:
    return Folder(database, tmp_path)
