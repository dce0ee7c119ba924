"""Azure Monitor: the common schema, and an older one."""

from __future__ import annotations

import pytest

from sre_core.domain import AlertKind, AlertStatus, Severity
from tests.intake.payloads import AZURE, AZURE_OLDER, changed
from tests.intake.reading import NOON, read, read_each


def test_the_common_schema() -> None:
    alert = read(AZURE)
    assert (alert.source, alert.title, alert.component) == ("azure_monitor", "High CPU", "orders-vm")
    assert (alert.severity, alert.status, alert.kind) == (Severity.HIGH, AlertStatus.FIRING, AlertKind.METRIC)
    assert alert.starts_at is not None
    assert alert.starts_at.replace(microsecond=0) == NOON
    assert "Percentage CPU GreaterThan 80: it was 93.5" in alert.description
    assert (alert.labels["node"], alert.labels["team"]) == ("a", "shop")
    assert alert.links == ("https://portal.azure.com/#view/alert",)


def test_its_end_is_of_the_same_alert() -> None:
    ended = {
        "data__essentials__monitorCondition": "Resolved",
        "data__essentials__resolvedDateTime": "2026-03-01T13:00:00Z",
    }
    over = read(changed(AZURE, **ended, data__essentials__alertId="/another"))
    assert (over.status, over.fingerprint) == (AlertStatus.RESOLVED, read(AZURE).fingerprint)


def test_another_machine_is_another_alert() -> None:
    other = changed(AZURE, data__essentials__alertTargetIDs=["/subscriptions/s1/virtualmachines/cart-vm"])
    one, two = read_each([AZURE, other])
    assert one.fingerprint != two.fingerprint


@pytest.mark.parametrize(
    ("field", "said", "kind"),
    [
        ("signalType", "Log", AlertKind.LOG),
        ("monitoringService", "Activity Log - Security", AlertKind.SECURITY),
        ("monitoringService", "Resource Health", AlertKind.AVAILABILITY),
        ("monitoringService", "Activity Log - Administrative", AlertKind.DEPLOYMENT),
    ],
)
def test_the_service_tells_the_kind(field: str, said: str, kind: AlertKind) -> None:
    payload = changed(AZURE, **{f"data__essentials__{field}": said, "data__alertContext__conditionType": None})
    assert read(payload).kind is kind


def test_an_older_schema_and_its_end() -> None:
    alert, over = read(AZURE_OLDER), read(changed(AZURE_OLDER, data__status="Deactivated"))
    assert (alert.title, alert.component, alert.severity) == ("Queue", "mailer", Severity.WARNING)
    assert (over.status, over.fingerprint) == (AlertStatus.RESOLVED, alert.fingerprint)
