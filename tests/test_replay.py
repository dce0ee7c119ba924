"""With the real reasoner over a real capsule: wherever the process dies, the investigation comes to the same end."""

from __future__ import annotations

import functools
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine as Database

from sre_core.domain import Autonomy
from sre_core.equipment import Equipment
from sre_core.events import EVENT, AlertReceived, Event, entry
from sre_core.investigator import Investigator
from sre_core.knowledge.library import KnowledgeBase
from sre_core.loop import investigate
from sre_core.memory.incidents import IncidentStore
from sre_core.timeline import Contents
from sre_core.workspaces import Workspaces, sample_incidents
from tests.fakes import PERSON, ListTimeline

Ending = tuple[object, ...]


class Desk:
    """Hands out investigators on one sample, each for a new run."""

    def __init__(self, database: Database, workspace: str, folder: Path) -> None:
        self.sources = Workspaces(folder).open(workspace)
        self.workspace = workspace
        self._equipment = Equipment(
            KnowledgeBase(database), IncidentStore(database), Contents(database), timedelta(minutes=30)
        )

    def investigator(self) -> Investigator:
        return self._equipment.investigator(self.sources)

    async def run(self, events: list[Event]) -> ListTimeline:
        timeline = ListTimeline(events)
        if not events:
            assert self.sources.alert is not None
            opened = AlertReceived(
                alert=self.sources.alert, workspace=self.workspace, autonomy=Autonomy.AUTO, attended=False
            )
            timeline.say(entry(PERSON, opened))
        await investigate(timeline, self.investigator())
        return timeline


def ending(timeline: ListTimeline) -> Ending:
    state = timeline.state
    calls = [(record.action.tool, record.digest, record.status) for record in state.actions.values()]
    return state.conclusion, state.chances, state.ruled_out, calls


@functools.cache
def cuts(length: int, pieces: int) -> list[int]:
    return sorted({1 + (length - 2) * piece // (pieces - 1) for piece in range(pieces)})


@pytest.mark.slow
@pytest.mark.parametrize("sample", [sample.workspace for sample in sample_incidents()])
async def test_a_sample_cut_anywhere_and_read_back_from_json_ends_the_same(
    sample: str, database: Database, tmp_path: Path
) -> None:
    desk = Desk(database, sample, tmp_path)
    whole = await desk.run([])
    for cut in cuts(len(whole.events), 8):
        kept = [EVENT.validate_json(event.model_dump_json()) for event in whole.events[:cut]]
        assert ending(await desk.run(kept)) == ending(whole), f"cut after event {cut}"
