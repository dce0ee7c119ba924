"""PagerDuty: webhooks of version 3 and 2, and what is sent to its Events API."""

from __future__ import annotations

import pytest

from sre_core.domain import AlertStatus, Severity
from tests.intake.payloads import PAGERDUTY, PAGERDUTY_EVENT, changed
from tests.intake.reading import NOON, read, read_each, understood

DATA = PAGERDUTY["event"]["data"]


def test_an_incident() -> None:
    alert = read(PAGERDUTY)
    assert (alert.source, alert.title, alert.component) == ("pagerduty", "Disk of orders-db is full", "orders-db")
    assert (alert.severity, alert.status, alert.starts_at) == (Severity.CRITICAL, AlertStatus.FIRING, NOON)
    assert alert.links[0] == "https://shop.pagerduty.com/incidents/Q1ABC"
    assert alert.labels["event.data.teams.0.summary"] == "Storage"


@pytest.mark.parametrize(
    ("status", "said"), [("acknowledged", AlertStatus.ACKNOWLEDGED), ("resolved", AlertStatus.RESOLVED)]
)
def test_what_becomes_of_it_is_told_under_the_same_fingerprint(status: str, said: AlertStatus) -> None:
    payload = changed(PAGERDUTY, event__event_type=f"incident.{status}", event__data__status=status, event__id="2")
    assert (read(payload).status, read(payload).fingerprint) == (said, read(PAGERDUTY).fingerprint)


def test_an_event_of_the_same_key_is_of_the_same_alert() -> None:
    alert = read(PAGERDUTY_EVENT)
    assert (alert.title, alert.component, alert.severity) == ("Disk of orders-db is full", "orders-db", Severity.HIGH)
    assert (alert.starts_at, alert.labels["mount"]) == (NOON, "/var/lib")
    assert alert.links[0] == "https://runbooks.example/disk"
    assert alert.fingerprint == read(PAGERDUTY).fingerprint
    over = read({"routing_key": "x", "dedup_key": "orders-db/disk", "event_action": "resolve"})
    assert (over.status, over.fingerprint) == (AlertStatus.RESOLVED, alert.fingerprint)


def test_the_key_that_lets_anybody_page_is_no_label() -> None:
    assert PAGERDUTY_EVENT["routing_key"] not in str(read(PAGERDUTY_EVENT).labels)


def test_urgency_counts_where_there_is_no_priority() -> None:
    assert read(changed(PAGERDUTY, event__data__priority=None)).severity is Severity.HIGH
    assert read(changed(PAGERDUTY, event__data__priority=None, event__data__urgency="low")).severity is Severity.INFO


def test_a_note_on_an_incident_is_no_alert_by_itself_and_says_so() -> None:
    note = {"incident": {"id": "Q1ABC", "summary": "Disk is full"}, "content": "Looking", "type": "incident_note"}
    said = understood(changed(PAGERDUTY, event__event_type="incident.annotated", event__data=note))
    assert (said.alert.title, said.alert.description) == ("Disk is full", "Looking")
    assert any("not an alert by itself" in note for note in said.notes)


def test_messages_of_version_2_come_together() -> None:
    incident = {"id": "Q2", "incident_key": "k2", "title": "Mails wait", "status": "resolved", "urgency": "low"}
    payload = {
        "messages": [
            {"event": "incident.trigger", "incident": DATA},
            {"event": "incident.resolve", "incident": incident},
        ]
    }
    one, two = read_each(payload)
    assert (one.title, two.title) == ("Disk of orders-db is full", "Mails wait")
    assert one.fingerprint == read(PAGERDUTY).fingerprint
    assert read(payload).title == one.title
    assert "Also: Mails wait (info, resolved)" in read(payload).description


def test_a_list_of_webhooks() -> None:
    other = changed(PAGERDUTY, event__data__incident_key="k3", event__data__title="Other")
    assert [alert.title for alert in read_each([PAGERDUTY, other])] == ["Disk of orders-db is full", "Other"]
