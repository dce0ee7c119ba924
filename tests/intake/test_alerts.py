"""Whatever arrives is understood, or refused in words; nothing of it is lost."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_core.domain import Severity
from sre_core.errors import RefusedInput
from sre_core.intake.alerts import LARGEST_PAYLOAD, understand
from sre_core.intake.clues import moment_of, severity_of, workload_of
from sre_core.intake.foreign_json import read_json

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

WEBHOOK = {
    "version": "4",
    "commonLabels": {"cluster": "eu"},
    "alerts": [
        {
            "status": "firing",
            "labels": {"alertname": "CartSlow", "severity": "warning", "pod": "cart-79b49f5555-625p8"},
            "annotations": {"summary": "cart is slow"},
            "startsAt": "2026-03-01T11:00:00Z",
        },
        {
            "status": "firing",
            "labels": {"alertname": "OrdersDown", "severity": "critical", "service": "orders"},
            "annotations": {"description": "no orders at all", "runbook_url": "https://runbooks/orders"},
            "startsAt": "2026-03-01T12:00:00Z",
            "generatorURL": "https://prometheus/graph",
        },
        {"status": "resolved", "labels": {"alertname": "Old", "severity": "critical"}},
    ],
}


def test_the_first_line_of_a_text_is_its_title() -> None:
    alert = understand("checkout is failing\nsince noon, for everybody").alert
    assert (alert.title, alert.description, alert.source) == (
        "checkout is failing",
        "since noon, for everybody",
        "text",
    )


def test_lines_that_name_a_field_are_believed() -> None:
    alert = understand(
        "# Slow cart\nService: cart\nSeverity: P1\nStarted at: 2026-03-01 12:00 UTC\nhttps://wiki/cart."
    ).alert
    assert (alert.component, alert.severity, alert.starts_at) == ("cart", Severity.CRITICAL, NOON)
    assert alert.links == ("https://wiki/cart",)


def test_a_sentence_behind_a_field_name_is_no_component() -> None:
    assert understand("Slow\nService: the one for carts").alert.component is None


def test_the_subject_of_a_mail_is_its_title() -> None:
    alert = understand(
        "From: monitor@shop\nSubject: [CRITICAL] orders down\nDate: 2026-03-01T13:00:00+01:00\n\nNo orders."
    ).alert
    assert (alert.title, alert.description) == ("[CRITICAL] orders down", "No orders.")
    assert (alert.severity, alert.starts_at) == (Severity.CRITICAL, NOON)


def test_alert_and_context_are_told_apart() -> None:
    understood = understand('{"alert": "High latency on cart", "context": "after the deploy"}', context="and on Monday")
    assert understood.recognised_as == "alert_and_context"
    assert understood.alert.title == "High latency on cart"
    assert understood.alert.context == "after the deploy\nand on Monday"


def test_an_alert_may_be_an_object_beside_its_context() -> None:
    payload = {"alert": WEBHOOK, "context": {"release": "frozen"}}
    alert = understand(json.dumps(payload)).alert
    assert (alert.title, alert.context) == ("OrdersDown", "release: frozen")


def test_of_a_group_the_most_severe_firing_alert_leads_and_the_others_are_named() -> None:
    understood = understand(json.dumps(WEBHOOK))
    alert = understood.alert
    assert (alert.title, alert.severity, alert.component, alert.starts_at) == (
        "OrdersDown",
        Severity.CRITICAL,
        "orders",
        NOON,
    )
    assert "Also: CartSlow: cart is slow (warning, cart)" in alert.description
    assert "Also: Old (critical, resolved)" in alert.description
    assert alert.links == ("https://runbooks/orders", "https://prometheus/graph")
    assert "3 alerts came together; the most severe firing one leads." in understood.notes


def test_common_labels_belong_to_the_alert() -> None:
    assert understand(json.dumps(WEBHOOK)).alert.labels["cluster"] == "eu"


def test_a_bare_list_of_alerts_is_alertmanager_too() -> None:
    assert understand(json.dumps(WEBHOOK["alerts"])).recognised_as == "alertmanager"


def test_the_name_of_an_exporter_is_not_the_component() -> None:
    labels = {"alertname": "KubePodCrashLooping", "service": "kube-state-metrics", "pod": "cart-0"}
    assert understand(json.dumps({"labels": labels, "annotations": {}})).alert.component == "cart"


def test_the_normalised_form_keeps_its_own_title_whatever_its_labels_say() -> None:
    payload = {
        "title": "Pods restart",
        "component": "cart",
        "starts_at": "2026-03-01T12:00:00Z",
        "labels": {"alertname": "X"},
    }
    understood = understand(json.dumps(payload))
    assert (understood.recognised_as, understood.alert.title, understood.alert.component) == (
        "normalised",
        "Pods restart",
        "cart",
    )
    assert understood.alert.starts_at == NOON


def test_a_time_that_cannot_be_read_is_said() -> None:
    assert understand('{"title": "x", "starts_at": "yesterday"}').notes == ("starts_at is not a time: 'yesterday'",)


def test_other_json_is_read_by_the_usual_meaning_of_its_keys() -> None:
    event = {
        "data": {
            "title": "Disk full",
            "urgency": "high",
            "service": {"summary": "orders-db"},
            "created_at": "2026-03-01T12:00:00Z",
        }
    }
    understood = understand(json.dumps({"event": event}))
    alert = understood.alert
    assert (alert.title, alert.severity, alert.component, alert.starts_at) == (
        "Disk full",
        Severity.HIGH,
        "orders-db",
        NOON,
    )
    assert understood.recognised_as == "json"
    assert understood.notes


@pytest.mark.parametrize("payload", ['{"title": "x', '{"foo": 1}', "[1, 2]"])
def test_what_is_not_understood_is_read_as_text_and_says_so(payload: str) -> None:
    understood = understand(payload)
    assert understood.recognised_as == "text" or understood.notes
    assert understood.alert.raw == payload


@pytest.mark.parametrize("payload", ["", "  \n ", "{}", "[]", '""'])
def test_nothing_is_refused(payload: str) -> None:
    with pytest.raises(RefusedInput, match="empty"):
        understand(payload)


def test_more_than_a_megabyte_is_refused() -> None:
    with pytest.raises(RefusedInput, match="1 MB"):
        understand("x" * (LARGEST_PAYLOAD + 1))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["alert", "alerts", "labels", "annotations", "title", "name", "severity", "startsAt", "context", "pod"]
            )
            | st.text(max_size=6),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(st.text() | JSON.map(json.dumps))
def test_any_text_is_understood_or_refused_and_kept_whole(payload: str) -> None:
    try:
        understood = understand(payload)
    except RefusedInput:
        return
    assert understood.alert.raw == payload
    assert understood.alert.title.strip()
    understood.model_dump_json()


def test_half_characters_are_replaced_so_that_the_alert_can_be_stored() -> None:
    assert understand("broken \ud800 text").alert.raw == "broken \ufffd text"


@pytest.mark.parametrize(
    ("word", "severity"),
    [
        ("SEV-1", Severity.CRITICAL),
        ("P2", Severity.HIGH),
        ("Warn", Severity.WARNING),
        ("none", Severity.INFO),
        ("purple", Severity.UNKNOWN),
    ],
)
def test_severities_have_many_names(word: str, severity: Severity) -> None:
    assert severity_of(word) is severity


@pytest.mark.parametrize(
    ("pod", "workload"),
    [
        ("cart-79b49f5555-625p8", "cart"),
        ("redis-cart-0", "redis-cart"),
        ("node-exporter-x7k2d", "node-exporter"),
        ("frontend", "frontend"),
    ],
)
def test_a_pod_stands_for_its_workload(pod: str, workload: str) -> None:
    assert workload_of(pod) == workload


@pytest.mark.parametrize(
    "value", [NOON.timestamp(), NOON.timestamp() * 1000, "2026-03-01T12:00:00Z", "2026-03-01 13:00:00+0100"]
)
def test_times_come_in_several_forms(value: object) -> None:
    assert moment_of(value) == NOON


@pytest.mark.parametrize(
    "value", ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00+05:00", "soon", True, None, 1e300, "2026-99-99T12:00:00Z"]
)
def test_what_is_no_time_is_not_known(value: object) -> None:
    assert moment_of(value) is None


@pytest.mark.parametrize("text", ["NaN", "1e999", "[" * 100_000, "[" * 70 + "]" * 70, "9" * 5000, "{"])
def test_json_that_cannot_be_worked_with_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_json(text)
