"""What is recalled before anything else: never the answer to what is investigated, unless somebody asks for it."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine as Database

from sre_core.domain import Alert, Window
from sre_core.events import AlertReceived, InvestigationForked, MemoryRecalled, entry
from sre_core.investigation import Investigation, Phase
from sre_core.memory.alert_memory import AlertMemory, Own, Place, WorkspaceIncidents, capsule_of
from sre_core.memory.component_facts import ComponentFacts
from sre_core.memory.conclusions import incident_from_investigation
from sre_core.memory.incidents import IncidentStore
from sre_core.memory.picture import Picture
from sre_core.settings import shipped
from sre_core.sources.base import Sources
from sre_core.workspaces import Workspaces, sample_incidents
from tests.fakes import PERSON, ListTimeline
from tests.memory.told import MAY, ORDERS, concluded, incident

WORKSPACE = "sample:orders-503"


def opened(alert: Alert = ORDERS, workspace: str | None = WORKSPACE, **more: Any) -> Investigation:
    timeline = ListTimeline()
    timeline.say(entry(PERSON, AlertReceived(alert=alert, workspace=workspace, **more)))
    return timeline.state


async def recalled(store: IncidentStore, state: Investigation, place: Place | None = None) -> MemoryRecalled:
    return await AlertMemory(store, place).recall(state)


@pytest.fixture
def store(database: Database) -> IncidentStore:
    return IncidentStore(database)


async def test_what_is_remembered_of_this_very_capsule_is_left_out_and_counted(store: IncidentStore) -> None:
    store.remember(incident(workspace=WORKSPACE))
    found = await recalled(store, opened())
    assert (found.recollections, found.own_left_out) == ((), 1)
    asked = await recalled(store, opened(recall_own=True))
    assert (len(asked.recollections), asked.own_left_out) == (1, 0)


async def test_another_capsule_s_or_a_live_alert_s_memory_is_recalled(store: IncidentStore) -> None:
    store.remember(incident(workspace="upload:other.zip"))
    assert (await recalled(store, opened())).recollections[0].claimed
    assert (await recalled(store, opened(workspace=None))).recollections[0].claimed


async def test_what_a_sample_taught_is_recalled_for_samples_only_and_is_nobody_s_own(store: IncidentStore) -> None:
    store.remember(incident(workspace="sample:orders"))
    told = await recalled(store, opened(workspace=None))
    assert (told.recollections, told.own_left_out) == ((), 0)
    assert (await recalled(store, opened(workspace="sample:another"))).recollections[0].claimed


async def test_of_a_merged_memory_only_what_happened_elsewhere_is_told(store: IncidentStore) -> None:
    store.remember(incident(n=1, workspace=WORKSPACE, resolution="the answer"))
    store.remember(incident(n=2, workspace="upload:other.zip", resolution="another time"))
    found = await recalled(store, opened())
    assert [(one.incident.id, one.incident.resolution) for one in found.recollections] == [
        ("investigation:2", "another time")
    ]
    assert found.own_left_out == 1


async def test_the_same_capsule_under_another_name_is_known_by_its_alert_and_time(store: IncidentStore) -> None:
    store.remember(incident(workspace="capsule:/elsewhere/orders.zip", started_at=ORDERS.starts_at))
    assert (await recalled(store, opened())).own_left_out == 1


UNTIMED = ORDERS.model_copy(update={"starts_at": None})


async def test_the_same_capsule_under_another_name_is_known_by_its_content_where_its_alert_says_no_time(
    store: IncidentStore,
) -> None:
    sources = Sources(name="orders", alert=UNTIMED)
    place = Place(capsule=capsule_of(sources))
    first = await recalled(store, opened(UNTIMED, "capsule:/a/orders.zip"), place)
    timeline = concluded(UNTIMED, workspace="capsule:/a/orders.zip", capsule=first.capsule)
    told = incident_from_investigation(timeline.state, timeline.events)
    assert told is not None
    store.remember(told.model_copy(update={"id": "investigation:first", "investigation_id": "first"}))
    renamed = opened(UNTIMED, "capsule:/b/renamed")
    assert (await recalled(store, renamed, place)).own_left_out == 1
    other = Place(capsule=capsule_of(Sources(name="another", alert=UNTIMED)))
    assert (await recalled(store, renamed, other)).recollections[0].claimed
    assert capsule_of(Sources()) == ""


@pytest.mark.slow
def test_a_capsule_that_was_unzipped_or_renamed_is_the_same_and_each_sample_another(tmp_path: Path) -> None:
    workspaces = Workspaces(tmp_path)
    samples = shipped("data") / "sample_incidents"
    one, *others = sample_incidents()
    shutil.copy(samples / one.file, tmp_path / "renamed.zip")
    shutil.unpack_archive(samples / one.file, tmp_path / "unzipped")
    names = (one.workspace, f"capsule:{tmp_path / 'renamed.zip'}", f"capsule:{tmp_path / 'unzipped'}")
    assert len({capsule_of(workspaces.open(name)) for name in names}) == 1
    assert len({capsule_of(workspaces.open(each.workspace)) for each in (one, *others)}) == 1 + len(others)


async def test_a_postmortem_about_the_capsule_s_own_time_is_left_out_and_an_older_one_is_not(
    store: IncidentStore,
) -> None:
    assert ORDERS.starts_at is not None
    window = Window(start=ORDERS.starts_at - timedelta(hours=1), end=ORDERS.starts_at + timedelta(hours=2))
    told: dict[str, Any] = {"investigation_id": None, "source": "postmortems/x.md", "fingerprint": ""}
    its_own = incident(n=1, started_at=ORDERS.starts_at.replace(hour=0, minute=0), **told)
    older = incident(n=2, started_at=MAY - timedelta(days=90), **told)
    place = Place(beside=[its_own, older], window=window)
    found = await recalled(store, opened(), place)
    assert [one.incident.id for one in found.recollections] == ["investigation:2"]
    assert found.own_left_out == 1


async def test_a_fork_is_not_told_of_what_it_is_a_fork_of(store: IncidentStore) -> None:
    store.remember(incident(n=1, investigation_id="origin"))
    timeline = ListTimeline()
    timeline.say(entry(PERSON, AlertReceived(alert=ORDERS, recall_own=True)))
    timeline.write(entry(PERSON, InvestigationForked(origin="origin", at=1)))
    assert (await recalled(store, timeline.state)).recollections == ()


async def test_a_fork_that_was_told_before_does_not_recall_again() -> None:
    timeline = ListTimeline()
    timeline.say(entry(PERSON, AlertReceived(alert=ORDERS)))
    timeline.say(entry("memory", MemoryRecalled()))
    timeline.write(entry(PERSON, InvestigationForked(origin="origin", at=2)))
    assert timeline.state.phase is not Phase.RECALL


async def test_the_reasoner_s_tool_is_told_no_more_than_the_loop(store: IncidentStore) -> None:
    store.remember(incident(workspace=WORKSPACE))
    state = opened()
    memory = WorkspaceIncidents(store, Place(), lambda picture: Own.of(state, Place(), picture))
    assert (await memory.recall(ORDERS.text, component="orders-db", limit=3)).recollections == ()
    free = WorkspaceIncidents(store, Place())
    assert len((await free.recall(ORDERS.text, component="orders-db", limit=3)).recollections) == 1


async def test_facts_about_components_in_the_picture_come_with_it_but_not_those_said_of_this_very_capsule(
    store: IncidentStore, database: Database
) -> None:
    facts = ComponentFacts(database)
    facts.add("orders-db", "fails over at 3 a.m.", by="ada")
    facts.add("orders-service", "is its only caller", by="ada")
    facts.add("printer", "is out of paper", by="ada")
    calls = {"orders-service": ["orders-db"]}
    place = Place(picture=lambda alert: Picture.of(alert, ("orders-db", "orders-service"), calls))
    found = await recalled(store, opened(), place)
    assert {fact.component for fact in found.facts} == {"orders-db", "orders-service"}


async def test_how_much_was_compared_and_how_is_said(store: IncidentStore) -> None:
    store.remember(incident(n=1, fingerprint="", title="x"))
    found = await recalled(store, opened())
    assert (found.compared, found.by_meaning, found.memory_counts) == (1, False, 1.0)
