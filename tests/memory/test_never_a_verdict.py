"""A memory is a hypothesis: a wrong one of the very same alert, rated right, with a fix that held, makes no verdict."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine as Database

from sre_core.domain import Autonomy, Conclusion, Incident, Rating
from sre_core.equipment import Equipment
from sre_core.events import AlertReceived, entry
from sre_core.knowledge.library import KnowledgeBase
from sre_core.loop import investigate
from sre_core.memory.fingerprint import fingerprint
from sre_core.memory.incidents import IncidentStore
from sre_core.timeline import Contents
from sre_core.workspaces import Workspaces
from tests.fakes import PERSON, START, ListTimeline


class Desk:
    """Investigates samples with one memory."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.incidents = IncidentStore(database)
        self.workspaces = Workspaces(folder)
        contents, library = Contents(database), KnowledgeBase(database)
        self._equipment = Equipment(library, self.incidents, contents, timedelta(minutes=30))

    async def investigate(self, workspace: str) -> ListTimeline:
        sources, timeline = self.workspaces.open(workspace), ListTimeline()
        assert sources.alert is not None
        opened = AlertReceived(alert=sources.alert, workspace=workspace, autonomy=Autonomy.AUTO, attended=False)
        timeline.say(entry(PERSON, opened))
        await investigate(timeline, self._equipment.investigator(sources, timeline.state))
        return timeline

    def remember_wrongly(self, workspace: str, component: str, fault: str) -> None:
        alert = self.workspaces.open(workspace).alert
        assert alert is not None
        wrong = Incident(
            id="investigation:wrong",
            title=alert.title,
            component=component,
            fault=fault,
            alert=alert.text,
            fingerprint=fingerprint(alert),
            rating=Rating.RIGHT,
            fix_held=True,
            started_at=START - timedelta(days=30),
            investigation_id="wrong",
            source="investigation wrong",
        )
        self.incidents.remember(wrong)


def cause(conclusion: Conclusion | None) -> tuple[object, ...]:
    assert conclusion is not None
    found = conclusion.root_cause
    return conclusion.verdict, found and found.component, found and found.fault


@pytest.mark.slow
@pytest.mark.parametrize("sample", ["three-deploys", "orders-503", "false-alarm"])
async def test_a_wrong_memory_is_claimed_and_outweighed(sample: str, database: Database, tmp_path: Path) -> None:
    desk = Desk(database, tmp_path)
    alone = await desk.investigate(f"sample:{sample}")
    desk.remember_wrongly(f"sample:{sample}", "api-gateway", "memory_leak")
    misled = await desk.investigate(f"sample:{sample}")
    assert next(r.claimed for r in misled.state.recollections or ())
    assert any(h.origin == "memory: investigation:wrong" for h in misled.state.hypotheses.values())
    assert cause(misled.state.conclusion) == cause(alone.state.conclusion)
