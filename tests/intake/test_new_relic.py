"""New Relic: a workflow's default payload, and that of older channels."""

from __future__ import annotations

import pytest

from sre_core.domain import AlertStatus, Severity
from tests.intake.payloads import NEW_RELIC, NEW_RELIC_OLDER, changed
from tests.intake.reading import NOON, read, read_each, understood


def test_an_issue() -> None:
    alert = read(NEW_RELIC)
    assert (alert.source, alert.title[:13], alert.component) == ("new_relic", "Memory Used %", "checkout")
    assert (alert.severity, alert.status, alert.starts_at) == (Severity.CRITICAL, AlertStatus.FIRING, NOON)
    assert alert.labels["condition"] == "Memory high"
    assert alert.links[0].endswith("/issues/d1b1f3fd")


def test_an_incident_of_an_older_channel() -> None:
    alert = read(NEW_RELIC_OLDER)
    assert (alert.source, alert.component, alert.severity) == ("new_relic", "checkout", Severity.CRITICAL)
    assert (alert.starts_at, alert.labels["team"]) == (NOON, "shop")
    assert alert.links[0] == "https://runbooks.example/apdex"


@pytest.mark.parametrize(
    ("payload", "over"),
    [
        (NEW_RELIC, {"state": "CLOSED", "updatedAt": 1772370000000}),
        (NEW_RELIC, {"state": "CLOSED", "id": "another-issue"}),
        (NEW_RELIC_OLDER, {"current_state": "closed", "incident_id": 1}),
    ],
)
def test_the_end_is_of_the_same_alert(payload: dict[str, object], over: dict[str, object]) -> None:
    alert = read(changed(payload, **over))
    assert (alert.status, alert.fingerprint) == (AlertStatus.RESOLVED, read(payload).fingerprint)


def test_of_several_incidents_in_one_issue_the_issue_counts() -> None:
    more = {"totalIncidents": 3, "isCorrelated": True, "impactedEntities": ["checkout", "cart"]}
    said = understood(changed(NEW_RELIC, **more))
    assert any("3 incidents" in note for note in said.notes)
    assert said.alert.component is None
    assert said.alert.fingerprint == read(changed(NEW_RELIC, **more, state="CLOSED")).fingerprint


def test_another_entity_is_another_alert() -> None:
    one, two = read_each([NEW_RELIC, changed(NEW_RELIC, impactedEntities=["cart"])])
    assert one.fingerprint != two.fingerprint
