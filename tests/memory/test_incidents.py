"""What happened before is recalled by how much it resembles the alert, with the words that both share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine

from sre_core.domain import Alert, Incident
from sre_core.memory.incidents import FLOOR, AlertMemory, IncidentStore, compare, create, incident_from_postmortem

SALE = Incident(
    id="sale",
    title="Spring sale, checkout killed for memory",
    component="checkout-service",
    fault="memory_exhaustion",
    symptoms="checkout pods OOMKilled one after the other, connection refused at the gateway, traffic 2.6x",
    resolution="scaled to 10 pods",
)
LOCK = Incident(
    id="lock", title="Orders blocked by a migration", component="orders-db", symptoms="orders answer 503, p99 above 2 s"
)
CERTIFICATE = Incident(id="certificate", title="Certificate expired", symptoms="handshakes fail at the edge")
KNOWN = (SALE, LOCK, CERTIFICATE)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[IncidentStore]:
    engine: Engine = create_engine(f"sqlite:///{tmp_path / 'memory.db'}")
    with engine.begin() as connection:
        create(connection)
    store = IncidentStore(engine)
    for incident in KNOWN:
        store.remember(incident)
    yield store
    engine.dispose()


async def test_the_most_alike_comes_first_with_what_both_share(store: IncidentStore) -> None:
    found = await store.recall("checkout pods crash, OutOfMemoryError", component="checkout-service", limit=3)
    (first, *_) = found.recollections
    assert first.incident == SALE
    assert first.shared[0] == "checkout-service"
    assert {"checkout", "pods", "memory"} <= set(first.shared)
    assert found.known == 3


async def test_nothing_alike_recalls_nothing(store: IncidentStore) -> None:
    assert (await store.recall("printer out of paper", component=None, limit=3)).recollections == ()


async def test_a_component_alone_is_not_a_resemblance(store: IncidentStore) -> None:
    assert (await store.recall("something odd", component="checkout-service", limit=3)).recollections == ()


async def test_the_loop_asks_with_the_alert(store: IncidentStore) -> None:
    alert = Alert(title="orders answer 503", description="p99 is 2500 ms", component="orders-db")
    found = await AlertMemory(store).recall(alert)
    assert [recollection.incident.id for recollection in found] == ["lock"]


def test_the_same_component_makes_it_more_alike_and_another_less() -> None:
    alike = {
        component: compare("checkout pods killed", component, KNOWN)[0].similarity
        for component in ("checkout-service", None, "web")
    }
    assert alike["checkout-service"] > alike[None] > alike["web"]


def test_the_same_words_again_are_as_alike_as_can_be() -> None:
    assert compare(f"{SALE.title} {SALE.symptoms}", SALE.component, KNOWN)[0].similarity >= 0.95


async def test_remembering_again_replaces_and_forgetting_removes(store: IncidentStore) -> None:
    store.remember(SALE.model_copy(update={"resolution": "scaled to 12 pods"}))
    assert {incident.id: incident.resolution for incident in store.incidents()}["sale"] == "scaled to 12 pods"
    assert store.forget("sale")
    assert not store.forget("sale")
    assert (await store.recall("checkout pods killed", component=None, limit=3)).recollections == ()


@given(st.text(max_size=60), st.none() | st.sampled_from(["orders-db", "web"]))
def test_similarity_is_between_the_floor_and_one(text: str, component: str | None) -> None:
    for recollection in compare(text, component, KNOWN):
        assert FLOOR <= recollection.similarity <= 1
        assert recollection.shared


POSTMORTEM = """---
title: Catalogue stale for a day
kind: postmortem
component: catalog-replica
fault: disk_full
started_at: 2026-02-11T04:55:00Z
---

# Catalogue stale for a day

## Summary

Replication lag grew.

## Resolution

Old snapshots dropped.
"""


def test_a_postmortem_becomes_an_incident() -> None:
    incident = incident_from_postmortem("postmortems/disk.md", POSTMORTEM)
    assert incident is not None
    assert (incident.id, incident.title, incident.component) == (
        "postmortem:disk",
        "Catalogue stale for a day",
        "catalog-replica",
    )
    assert (incident.fault, incident.symptoms, incident.resolution) == (
        "disk_full",
        "Replication lag grew.",
        "Old snapshots dropped.",
    )
    assert incident.started_at is not None
    assert incident.source == "postmortems/disk.md"


def test_what_its_front_matter_says_comes_before_its_sections() -> None:
    text = POSTMORTEM.replace("fault: disk_full", "symptoms: queue deep\nresolution: volume grown\ndate: 2026-02-11")
    incident = incident_from_postmortem("a.md", text)
    assert incident is not None
    assert (incident.symptoms, incident.resolution, incident.fault) == ("queue deep", "volume grown", None)


@pytest.mark.parametrize(
    ("path", "text"),
    [("runbooks/a.md", POSTMORTEM.replace("postmortem", "runbook")), ("postmortems/a.md", "# No matter")],
)
def test_other_documents_are_no_incidents(path: str, text: str) -> None:
    assert incident_from_postmortem(path, text) is None
