"""Grafana's alerting, and the alerts of its dashboards before it."""

from __future__ import annotations

from sre_core.domain import AlertKind, AlertStatus, Severity
from tests.intake.payloads import GRAFANA, GRAFANA_LEGACY, changed
from tests.intake.reading import NOON, read, read_each, understood


def test_a_firing_alert_with_its_values_and_links() -> None:
    alert = read(GRAFANA)
    assert (alert.source, alert.title, alert.component) == ("grafana", "Pool full: No connection left", "orders")
    assert (alert.severity, alert.status, alert.starts_at) == (Severity.WARNING, AlertStatus.FIRING, NOON)
    assert "Values: A = 50, C = 1" in alert.description
    assert {"https://runbooks.example/pool", "https://grafana.example/d/shop"} <= set(alert.links)
    assert any("silence" in link for link in alert.links)


def test_a_resolved_one_is_the_same_alert() -> None:
    over = read(changed(GRAFANA, status="resolved", state="ok", alerts__0__status="resolved", alerts__0__values={}))
    assert (over.status, over.fingerprint) == (AlertStatus.RESOLVED, read(GRAFANA).fingerprint)


def test_each_of_a_group() -> None:
    other = changed(GRAFANA["alerts"][0], labels__service="cart", fingerprint="0011", values={"A": 7})
    one, two = read_each(changed(GRAFANA, alerts=[*GRAFANA["alerts"], other]))
    assert (one.component, two.component) == ("orders", "cart")
    assert "A = 7" in two.description
    assert one.fingerprint != two.fingerprint


def test_an_alert_of_a_dashboard() -> None:
    alert = read(GRAFANA_LEGACY)
    assert (alert.source, alert.title, alert.component) == ("grafana", "Queue is long", "mailer")
    assert (alert.status, alert.kind, alert.severity) == (AlertStatus.FIRING, AlertKind.METRIC, Severity.UNKNOWN)
    assert "mail queue: 812.5" in alert.description
    assert (understood(GRAFANA_LEGACY).notes, len(understood(GRAFANA_LEGACY).remarks)) == ((), 1)


def test_an_alert_of_a_dashboard_that_is_over() -> None:
    over = read(changed(GRAFANA_LEGACY, state="ok", title="[OK] Queue is long", evalMatches=[]))
    assert (over.status, over.fingerprint) == (AlertStatus.RESOLVED, read(GRAFANA_LEGACY).fingerprint)
    assert over.fingerprint != read(changed(GRAFANA_LEGACY, ruleId=8)).fingerprint
