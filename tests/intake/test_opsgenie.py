"""What Opsgenie posts when something is done with an alert."""

from __future__ import annotations

import pytest

from sre_core.domain import AlertStatus, Severity
from tests.intake.payloads import OPSGENIE, changed
from tests.intake.reading import NOON, read, read_each, understood


def test_an_alert_that_was_created() -> None:
    alert = read(OPSGENIE)
    assert (alert.source, alert.title, alert.component) == ("opsgenie", "Payments are refused", "payments")
    assert (alert.severity, alert.status, alert.starts_at) == (Severity.HIGH, AlertStatus.FIRING, NOON)
    assert (alert.labels["team"], alert.labels["region"]) == ("pay", "eu")
    assert alert.links == ("https://runbooks.example/bank",)


@pytest.mark.parametrize(
    ("action", "status"),
    [("Acknowledge", AlertStatus.ACKNOWLEDGED), ("UnAcknowledge", AlertStatus.FIRING), ("Close", AlertStatus.RESOLVED)],
)
def test_what_was_done_tells_how_it_stands_under_the_same_fingerprint(action: str, status: AlertStatus) -> None:
    alert = read(changed(OPSGENIE, action=action, alert__updatedAt=1772370000000000000))
    assert (alert.status, alert.fingerprint) == (status, read(OPSGENIE).fingerprint)


def test_a_note_does_not_tell_how_it_stands_and_says_so() -> None:
    said = understood(changed(OPSGENIE, action="AddNote"))
    assert said.alert.status is AlertStatus.UNKNOWN
    assert any("AddNote" in note for note in said.notes)


def test_another_alias_is_another_alert_and_several_may_come_in_a_list() -> None:
    one, two = read_each([OPSGENIE, changed(OPSGENIE, alert__alias="payments/slow")])
    assert one.fingerprint != two.fingerprint
