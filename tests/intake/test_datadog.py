"""Datadog's default payload, and one that its variables were put into."""

from __future__ import annotations

import pytest

from sre_core.domain import AlertKind, AlertStatus, Severity
from tests.intake.payloads import DATADOG, DATADOG_CUSTOM, changed
from tests.intake.reading import NOON, read


def test_the_default_payload() -> None:
    alert = read(DATADOG)
    assert (alert.source, alert.title, alert.component) == ("datadog", "Errors of {{service.name}}", "cart")
    assert (alert.severity, alert.status, alert.kind) == (Severity.HIGH, AlertStatus.FIRING, AlertKind.METRIC)
    assert alert.starts_at == NOON
    assert alert.links == ("https://app.datadoghq.com/monitors/186929?group=service%3Acart",)


def test_a_payload_of_variables() -> None:
    alert = read(DATADOG_CUSTOM)
    assert (alert.title, alert.component, alert.severity) == ("Errors of cart", "cart", Severity.CRITICAL)
    assert (alert.labels["env"], alert.labels["host"]) == ("prod", "web-3")
    assert alert.starts_at == NOON


@pytest.mark.parametrize(
    ("payload", "over"),
    [
        (DATADOG, {"title": DATADOG["title"].replace("Triggered", "Recovered"), "date": "1772370000000", "id": "1"}),
        (DATADOG_CUSTOM, {"alert_transition": "Recovered", "alert_type": "success", "date": 1772370000000}),
    ],
)
def test_a_recovery_is_of_the_same_alert(payload: dict[str, object], over: dict[str, object]) -> None:
    alert = read(changed(payload, **over))
    assert (alert.status, alert.fingerprint) == (AlertStatus.RESOLVED, read(payload).fingerprint)


@pytest.mark.parametrize(
    ("transition", "status"),
    [
        ("Re-Triggered", AlertStatus.FIRING),
        ("Warn", AlertStatus.FIRING),
        ("No Data", AlertStatus.FIRING),
        ("Renotify", AlertStatus.FIRING),
        ("Recovered", AlertStatus.RESOLVED),
    ],
)
def test_transitions(transition: str, status: AlertStatus) -> None:
    assert read(changed(DATADOG_CUSTOM, alert_transition=transition)).status is status


def test_another_scope_of_one_monitor_is_another_alert_in_whatever_order_it_is_told() -> None:
    scopes = ("service:cart,env:prod", "env:prod, service:cart", "service:orders,env:prod")
    one, same, other = (read(changed(DATADOG_CUSTOM, alert_scope=scope)).fingerprint for scope in scopes)
    assert one == same != other


def test_a_variable_that_was_not_filled_says_nothing() -> None:
    alert = read(changed(DATADOG_CUSTOM, alert_priority="$ALERT_PRIORITY", hostname="$HOSTNAME"))
    assert alert.severity is Severity.HIGH
    assert "host" not in alert.labels


@pytest.mark.parametrize(
    ("type_", "kind"),
    [
        ("synthetics_alert", AlertKind.SYNTHETIC),
        ("log_alert", AlertKind.LOG),
        ("service_check", AlertKind.AVAILABILITY),
    ],
)
def test_the_type_of_its_event_tells_the_kind(type_: str, kind: AlertKind) -> None:
    assert read(changed(DATADOG, event_type=type_)).kind is kind
