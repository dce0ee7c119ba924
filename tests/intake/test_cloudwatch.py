"""CloudWatch alarms, bare and in envelopes of SNS."""

from __future__ import annotations

import json

import pytest

from sre_core.domain import AlertKind, AlertStatus, Severity
from sre_core.errors import RefusedInput
from tests.intake.payloads import CLOUDWATCH, CLOUDWATCH_EVENT, changed, sns
from tests.intake.reading import NOON, read, read_each, understood

OVER = changed(CLOUDWATCH, NewStateValue="OK", OldStateValue="ALARM", StateChangeTime="2026-03-01T13:00:00.000+0000")
OTHER = changed(CLOUDWATCH, AlarmName="queue", AlarmArn="arn:aws:cloudwatch:eu-central-1:123456789012:alarm:queue")


@pytest.mark.parametrize("payload", [CLOUDWATCH, sns(CLOUDWATCH), CLOUDWATCH_EVENT], ids=["bare", "sns", "eventbridge"])
def test_an_alarm(payload: dict[str, object]) -> None:
    alert = read(payload)
    assert (alert.source, alert.title, alert.component) == ("cloudwatch", "orders-5xx", "orders")
    assert (alert.status, alert.kind, alert.starts_at) == (AlertStatus.FIRING, AlertKind.METRIC, NOON)
    assert alert.severity is Severity.UNKNOWN
    assert alert.fingerprint == read(CLOUDWATCH).fingerprint
    assert any("how severe" in remark for remark in understood(payload).remarks)


def test_an_alarm_that_is_over() -> None:
    assert (read(sns(OVER)).status, read(sns(OVER)).fingerprint) == (AlertStatus.RESOLVED, read(CLOUDWATCH).fingerprint)


def test_too_little_data_is_neither() -> None:
    said = understood(changed(CLOUDWATCH, NewStateValue="INSUFFICIENT_DATA"))
    assert said.alert.status is AlertStatus.UNKNOWN
    assert any("too little data" in note for note in said.notes)


def test_the_records_of_a_function_are_read_one_by_one() -> None:
    record = {"EventSource": "aws:sns", "EventVersion": "1.0"}
    payload = {"Records": [record | {"Sns": sns(CLOUDWATCH)}, record | {"Sns": sns(OTHER)}]}
    assert [alert.title for alert in read_each(payload)] == ["orders-5xx", "queue"]
    assert read(payload).labels["topic"] == "oncall"


def test_the_records_of_a_queue_hold_envelopes_or_bare_messages() -> None:
    payload = {
        "Records": [
            {"messageId": "1", "body": json.dumps(sns(CLOUDWATCH))},
            {"messageId": "2", "body": json.dumps(OTHER)},
        ]
    }
    assert [alert.title for alert in read_each(payload)] == ["orders-5xx", "queue"]


@pytest.mark.parametrize(
    "payload",
    [
        sns("confirm", Type="SubscriptionConfirmation", Token="t", SubscribeURL="https://sns.example/?Action=Confirm"),
        {"Records": [{"Sns": sns("confirm", Type="SubscriptionConfirmation")}]},
    ],
)
def test_a_subscription_to_confirm_is_no_alert_and_its_address_is_left_alone(payload: dict[str, object]) -> None:
    with pytest.raises(RefusedInput, match="no alert: Amazon SNS asks to confirm that messages of arn:aws:sns"):
        understood(payload)


@pytest.mark.parametrize(
    "payload",
    [
        {"Records": [{"Sns": sns("confirm", Type="SubscriptionConfirmation")}, {"Sns": sns(CLOUDWATCH)}]},
        [sns("confirm", Type="SubscriptionConfirmation"), sns(CLOUDWATCH)],
    ],
    ids=("records", "list"),
)
def test_a_confirmation_among_alarms_is_told(payload: object) -> None:
    said = understood(payload)
    assert said.alert.title == "orders-5xx"
    assert any("no alert" in note for note in said.notes)


def test_a_message_in_words_is_read_as_text_under_its_subject() -> None:
    alert = read(sns("The nightly backup failed", Subject="Backup failed"))
    assert (alert.source, alert.title, alert.description) == ("sns", "Backup failed", "The nightly backup failed")


def test_any_known_form_may_be_in_an_envelope() -> None:
    alert = read(sns({"title": "Disk full", "component": "orders-db"}))
    assert (alert.title, alert.component) == ("Disk full", "orders-db")
