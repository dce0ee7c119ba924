"""Sentry: alerts on issues and metrics, and changes of issues."""

from __future__ import annotations

import pytest

from sre_core.domain import AlertKind, AlertStatus, Severity
from tests.intake.payloads import SENTRY_EVENT, SENTRY_ISSUE, SENTRY_METRIC, changed
from tests.intake.reading import NOON, read, read_each


def test_an_alert_on_an_issue() -> None:
    alert = read(SENTRY_EVENT)
    assert (alert.source, alert.title, alert.component) == ("sentry", "KeyError: 'sku'", "cart")
    assert (alert.severity, alert.status, alert.kind) == (Severity.HIGH, AlertStatus.FIRING, AlertKind.ERROR)
    assert alert.starts_at == NOON
    assert "Rule: Errors in checkout" in alert.description
    assert alert.links[0].endswith("/events/e487/")


def test_an_issue_and_its_events_are_one_alert() -> None:
    alert = read(SENTRY_ISSUE)
    assert (alert.severity, alert.status, alert.component) == (Severity.CRITICAL, AlertStatus.FIRING, "cart")
    assert alert.fingerprint == read(SENTRY_EVENT).fingerprint


@pytest.mark.parametrize(
    ("action", "status"), [("resolved", AlertStatus.RESOLVED), ("archived", AlertStatus.ACKNOWLEDGED)]
)
def test_what_becomes_of_an_issue(action: str, status: AlertStatus) -> None:
    alert = read(changed(SENTRY_ISSUE, action=action, data__issue__status="resolved"))
    assert (alert.status, alert.fingerprint) == (status, read(SENTRY_ISSUE).fingerprint)


def test_an_alert_on_a_metric_and_its_end() -> None:
    alert = read(SENTRY_METRIC)
    over = read(changed(SENTRY_METRIC, action="resolved", data__description_title="Resolved: Too many errors"))
    assert (alert.title, alert.component, alert.kind) == ("Too many errors", "cart", AlertKind.METRIC)
    assert (alert.severity, alert.starts_at) == (Severity.CRITICAL, NOON)
    assert (over.status, over.fingerprint) == (AlertStatus.RESOLVED, alert.fingerprint)


def test_the_plugin_s_payload() -> None:
    alert = read(
        {
            "id": "1117540176",
            "project": "cart",
            "project_name": "Cart",
            "project_slug": "cart",
            "culprit": "cart.views in add",
            "level": "error",
            "message": "",
            "url": "https://sentry.io/shop/cart/issues/1117540176/",
            "triggering_rules": ["Errors in checkout"],
            "event": {
                "event_id": "1",
                "title": "KeyError: 'sku'",
                "timestamp": 1772366400.0,
                "tags": [["service", "cart"]],
            },
        }
    )
    assert (alert.title, alert.component, alert.starts_at) == ("KeyError: 'sku'", "cart", NOON)
    assert alert.fingerprint == read(SENTRY_EVENT).fingerprint


def test_several_in_a_list() -> None:
    assert [alert.kind for alert in read_each([SENTRY_EVENT, SENTRY_METRIC])] == [AlertKind.ERROR, AlertKind.METRIC]
