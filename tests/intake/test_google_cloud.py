"""Google Cloud Monitoring, schema 1.2."""

from __future__ import annotations

import pytest

from sre_core.domain import AlertKind, AlertStatus, Severity
from tests.intake.payloads import GOOGLE_CLOUD, changed
from tests.intake.reading import NOON, read, read_each


def test_an_incident() -> None:
    alert = read(GOOGLE_CLOUD)
    assert (alert.source, alert.title, alert.component) == ("google_cloud", "Busy machines: CPU above 90 %", "cart")
    assert (alert.severity, alert.status, alert.kind) == (Severity.HIGH, AlertStatus.FIRING, AlertKind.METRIC)
    assert alert.starts_at == NOON
    assert alert.labels["policy"] == "Busy machines"
    assert "https://runbooks.example/cpu" in alert.links


def test_its_end_is_of_the_same_alert() -> None:
    ended = {"incident__state": "closed", "incident__ended_at": 1772370000, "incident__incident_id": "0.other"}
    over = read(changed(GOOGLE_CLOUD, **ended, incident__observed_value="0.2"))
    assert (over.status, over.fingerprint) == (AlertStatus.RESOLVED, read(GOOGLE_CLOUD).fingerprint)


def test_another_resource_is_another_alert() -> None:
    one, two = read_each([GOOGLE_CLOUD, changed(GOOGLE_CLOUD, incident__resource__labels__instance_id="9")])
    assert one.fingerprint != two.fingerprint


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ({"incident__condition": {"conditionMatchedLog": {"filter": "x"}}}, AlertKind.LOG),
        ({"incident__condition": {"conditionAbsent": {}}}, AlertKind.AVAILABILITY),
        ({"incident__metric__type": "monitoring.googleapis.com/uptime_check/check_passed"}, AlertKind.SYNTHETIC),
    ],
)
def test_the_condition_tells_the_kind(values: dict[str, object], kind: AlertKind) -> None:
    assert read(changed(GOOGLE_CLOUD, **values)).kind is kind
