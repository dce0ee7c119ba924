"""Whether an alert has happened before: what memory would put first, and nothing that would be the answer."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from sre_core.domain import Alert
from sre_core.inbox.before import Recall
from sre_core.memory.incidents import IncidentStore
from tests.memory.told import ORDERS, incident


@pytest.fixture
def incidents(database: Engine) -> IncidentStore:
    return IncidentStore(database)


def test_the_same_alert_is_told_with_its_cause_and_how_often_it_came(incidents: IncidentStore) -> None:
    incidents.remember(incident(n=1), by="ada")
    incidents.remember(incident(n=2), by="ada")
    found = Recall(incidents).before(ORDERS, None)
    assert found is not None
    assert (found.same_alert, found.times, found.incident.fault) == (True, 2, "lock_contention")
    assert found.last is not None


def test_what_resembles_nothing_happened_never_before(incidents: IncidentStore) -> None:
    assert Recall(incidents).before(ORDERS, None) is None
    incidents.remember(incident(), by="ada")
    assert Recall(incidents).before(Alert(title="the coffee machine is cold"), None) is None


def test_what_was_concluded_of_this_very_telemetry_or_of_a_sample_elsewhere_is_left_out(
    incidents: IncidentStore,
) -> None:
    incidents.remember(incident(workspace="sample:orders-503"), by="ada")
    assert Recall(incidents).before(ORDERS, "sample:orders-503") is None
    assert Recall(incidents).before(ORDERS, None) is None
