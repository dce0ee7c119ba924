"""Zabbix: a media type with the usual macros, and exported events."""

from __future__ import annotations

import pytest

from sre_core.domain import AlertStatus, Severity
from tests.intake.payloads import ZABBIX, ZABBIX_EXPORT, changed
from tests.intake.reading import NOON, read, read_each, understood


@pytest.mark.parametrize("payload", [ZABBIX, ZABBIX_EXPORT])
def test_a_problem(payload: dict[str, object]) -> None:
    alert = read(payload)
    assert (alert.source, alert.title, alert.component) == ("zabbix", "Free space is low on /var", "orders")
    assert (alert.severity, alert.status, alert.starts_at) == (Severity.HIGH, AlertStatus.FIRING, NOON)
    assert "db-7" in alert.labels["host"]


@pytest.mark.parametrize(
    ("number", "severity"),
    [("5", Severity.CRITICAL), ("3", Severity.WARNING), ("1", Severity.INFO), ("0", Severity.UNKNOWN)],
)
def test_severities(number: str, severity: Severity) -> None:
    assert read(changed(ZABBIX, event_nseverity=number)).severity is severity


def test_the_zone_of_its_server_is_not_known_and_that_is_said() -> None:
    assert any("UTC" in note for note in understood(ZABBIX).notes)
    assert not understood(ZABBIX_EXPORT).notes


@pytest.mark.parametrize(
    "over",
    [
        {"event_value": "0", "event_id": "43"},
        {"event_recovery_date": "2026.03.01", "event_recovery_time": "13:00:00"},
    ],
)
def test_a_recovery_is_of_the_same_alert(over: dict[str, object]) -> None:
    alert = read(changed(ZABBIX, **over, alert_subject="Resolved: Free space is low on /var"))
    assert (alert.status, alert.fingerprint) == (AlertStatus.RESOLVED, read(ZABBIX).fingerprint)


def test_parameters_may_be_named_like_the_macros_or_nested() -> None:
    macros = {name.upper().replace("_", "."): value for name, value in ZABBIX.items()}
    nested = {
        "event": {
            "id": "42",
            "value": "1",
            "nseverity": "4",
            "name": "Free space is low on /var",
            "tags": "service:orders",
        },
        "trigger": {"id": "17001"},
        "host": {"name": "db-7"},
    }
    for payload in (macros, nested):
        alert = read(payload)
        assert (alert.source, alert.severity, alert.component) == ("zabbix", Severity.HIGH, "orders")
        assert alert.fingerprint == read(ZABBIX).fingerprint


def test_who_acknowledged_it_has_seen_it() -> None:
    assert read(changed(ZABBIX, event_ack_status="Yes")).status is AlertStatus.ACKNOWLEDGED


def test_an_export_is_a_line_for_each_event() -> None:
    other = {**ZABBIX_EXPORT, "eventid": 50, "name": "Agent is down", "hosts": [{"host": "db-8", "name": "db-8"}]}
    one, two = read_each([ZABBIX_EXPORT, other])
    assert one.fingerprint != two.fingerprint
    assert two.title == "Agent is down"


def test_an_exported_recovery_names_the_problem() -> None:
    alert = read({"clock": 1772370000, "ns": 1, "value": 0, "eventid": 43, "p_eventid": 42})
    assert (alert.status, alert.title) == (AlertStatus.RESOLVED, "Zabbix problem 42 is over")
