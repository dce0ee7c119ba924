"""Alertmanager's webhook of version 4."""

from __future__ import annotations

from sre_core.domain import AlertKind, AlertStatus, Severity
from tests.intake.payloads import ALERTMANAGER, changed, without
from tests.intake.reading import NOON, read, read_each, understood

FIRST = ALERTMANAGER["alerts"][0]
SECOND = {
    "status": "resolved",
    "labels": {"alertname": "PodNotReady", "severity": "warning", "pod": "cart-79b49f5555-625p8"},
    "annotations": {},
    "startsAt": "2026-03-01T11:00:00Z",
    "fingerprint": "feedfeedfeedfeed",
}


def test_a_firing_alert() -> None:
    alert = read(ALERTMANAGER)
    assert (alert.title, alert.description) == ("CartSlow: cart is slow", "p99 is 3 s")
    assert (alert.severity, alert.status, alert.kind) == (Severity.CRITICAL, AlertStatus.FIRING, AlertKind.METRIC)
    assert (alert.component, alert.starts_at, alert.source) == ("cart", NOON, "alertmanager")
    assert alert.links[0] == "https://runbooks.example/cart"


def test_the_end_is_told_and_the_fingerprint_stays() -> None:
    over = understood(changed(ALERTMANAGER, alerts__0__status="resolved", alerts__0__endsAt="2026-03-01T13:00:00Z"))
    assert over.alert.status is AlertStatus.RESOLVED
    assert "It says that the condition is resolved." in over.notes
    assert over.alert.fingerprint == read(ALERTMANAGER).fingerprint


def test_each_of_a_group_is_read_by_itself_with_a_payload_of_its_own() -> None:
    group = changed(ALERTMANAGER, alerts=[SECOND, FIRST])
    pod, cart = read_each(group)
    assert [pod.component, cart.component] == ["cart", "cart"]
    assert (pod.status, cart.status) == (AlertStatus.RESOLVED, AlertStatus.FIRING)
    assert pod.labels["cluster"] == "eu"
    assert read(group).title == cart.title
    assert "Also: PodNotReady (warning, cart, resolved)" in read(group).description
    assert "PodNotReady" not in cart.raw
    assert understood(group).alert.fingerprint == cart.fingerprint


def test_what_alertmanager_left_out_is_told() -> None:
    assert "Alertmanager left out 4 more alerts." in understood(changed(ALERTMANAGER, truncatedAlerts=4)).notes


def test_a_silenced_alert_of_its_api_fires() -> None:
    assert read([{**FIRST, "status": {"state": "suppressed"}}]).status is AlertStatus.FIRING


def test_an_alert_without_a_state_has_that_of_its_group() -> None:
    payload = {**ALERTMANAGER, "status": "resolved", "alerts": [without(FIRST, "status")]}
    assert read(payload).status is AlertStatus.RESOLVED


def test_the_pod_that_a_rollout_made_does_not_make_another_alert_of_it() -> None:
    other = {
        **SECOND,
        "labels": {**SECOND["labels"], "pod": "cart-5d8f7c6b9d-x2x4k"},
        "fingerprint": "beadbeadbeadbead",
    }
    assert read([SECOND]).fingerprint == read([other]).fingerprint


def test_a_field_that_is_not_known_becomes_a_label() -> None:
    assert read(changed(ALERTMANAGER, alerts__0__team="shop", shard="b")).labels["team"] == "shop"
