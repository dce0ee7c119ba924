"""Two firings of one alert have one fingerprint; another rule, component or error code has another."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_core.domain import Alert, Severity
from sre_core.intake.alerts import understand
from sre_core.memory.fingerprint import fingerprint, kind_of

LABELS = {"alertname": "PodRestarts", "namespace": "shop", "service": "cart", "team": "web"}
ALERT = Alert(title="PodRestarts: cart restarts", component="cart", labels=LABELS)


@given(st.permutations(list(LABELS.items())), st.text(max_size=40), st.sampled_from(Severity), st.datetimes())
def test_order_words_loudness_and_time_do_not_matter(
    labels: list[tuple[str, str]], description: str, severity: Severity, at: object
) -> None:
    update = {"labels": dict(labels), "description": description, "severity": severity, "starts_at": at}
    assert fingerprint(ALERT.model_copy(update=update)) == fingerprint(ALERT)


@given(
    st.sampled_from(
        ["pod", "pod_name", "instance", "timestamp", "trace_id", "value", "generatorURL", "uid", "startsAt"]
    ),
    st.text(min_size=1, max_size=30),
)
def test_volatile_labels_do_not_matter(name: str, value: str) -> None:
    assert fingerprint(ALERT.model_copy(update={"labels": {**LABELS, name: value}})) == fingerprint(ALERT)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("disk 91% full on db-2 (10.1.2.3:9100)", "disk 97.5 % full on db-2 (10.9.9.9:9100)"),
        ("cart-79b49f5555-625p8 restarted 4 times at 2026-11-03T10:22:33Z", "cart-5d8f7c6b9d-x2x4k restarted 12 times"),
        ("P99 latency 2500 ms", "P99 latency above 3 s"),
        ("request 4f9c1f5e-8f0b-4f6e-9d9b-3f0a1f5b8c11 failed", "request 00000000-0000-4000-8000-000000000000 failed"),
    ],
)
def test_figures_ids_pods_and_times_in_a_title_do_not_matter(one: str, other: str) -> None:
    if "restarted" in one:
        one, other = one.split(" at ")[0], other
    if "latency" in one:
        other = other.replace("above ", "")
    assert fingerprint(Alert(title=one)) == fingerprint(Alert(title=other))


@pytest.mark.parametrize(
    "other",
    [
        ALERT.model_copy(update={"component": "orders"}),
        ALERT.model_copy(update={"labels": {**LABELS, "alertname": "PodNotReady"}}),
        ALERT.model_copy(update={"labels": {**LABELS, "namespace": "bank"}}),
    ],
)
def test_another_component_rule_or_place_is_another_alert(other: Alert) -> None:
    assert fingerprint(other) != fingerprint(ALERT)


def test_error_codes_and_numbered_hosts_are_kept() -> None:
    marks = {
        fingerprint(Alert(title=title)) for title in ("Error: Code 7749", "Error: Code 9001", "db-2 lost", "db-3 lost")
    }
    assert len(marks) == 4


def test_the_payload_s_keys_may_come_in_any_order() -> None:
    inner = {"labels": LABELS, "annotations": {"summary": "3 restarts"}, "startsAt": "2026-11-01T10:00:00Z"}
    later = {"startsAt": "2026-11-02T11:00:00Z", "annotations": {"summary": "9 restarts"}, "generatorURL": "http://x/1"}
    payloads = ({"alerts": [inner]}, {"receiver": "w", "alerts": [{**later, "labels": dict(reversed(LABELS.items()))}]})
    one, other = (understand(json.dumps(payload)).alert for payload in payloads)
    assert fingerprint(one) == fingerprint(other)
    assert kind_of(one) == kind_of(other) == "podrestarts"


def firing(**labels: str) -> Alert:
    payload = {
        "alerts": [{"labels": {"alertname": "Down", "job": "node", **labels}, "startsAt": "2026-11-01T10:00:00Z"}]
    }
    return understand(json.dumps(payload)).alert


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"instance": "db-orders-01.prod:9100"}, {"instance": "mail-relay-7.office:9100"}),
        ({"instance": "https://shop.example/health"}, {"instance": "https://bank.example/health"}),
        ({"target": "https://shop.example/cart"}, {"target": "https://shop.example/pay"}),
    ],
)
def test_the_same_rule_on_another_machine_or_target_is_another_alert_where_no_component_is_named(
    one: dict[str, str], other: dict[str, str]
) -> None:
    assert firing(**one).component is None
    assert fingerprint(firing(**one)) != fingerprint(firing(**other))
    assert fingerprint(firing(**one)) == fingerprint(firing(**one, severity="page"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("10.1.2.3:9100", "10.9.9.9:9100"),
        ("[fd00::1]:9100", "[fd00::2]:9100"),
        ("cart-79b49f5555-625p8:8080", "cart-5d8f7c6b9d-x2x4k:8080"),
        ("ip-10-1-2-3.ec2.internal:9100", "ip-10-9-9-9.ec2.internal:9100"),
        ("i-0abc12345def67890", "i-0fff12345def67890"),
        ("db-1.prod:9100", "DB-1.prod:9104"),
    ],
)
def test_addresses_pods_ids_and_ports_tell_no_machines_apart(one: str, other: str) -> None:
    assert fingerprint(firing(instance=one)) == fingerprint(firing(instance=other))


def test_a_machine_in_the_title_counts_where_the_rule_alone_would_not_tell() -> None:
    web, db = (Alert(title=f"High CPU on {name}", labels={"alertname": "HighCpu"}) for name in ("web-3", "db-9"))
    assert fingerprint(web) != fingerprint(db)
    assert fingerprint(web) == fingerprint(web.model_copy(update={"title": "High CPU on web-3 (97 %)"}))


@pytest.mark.parametrize(("one", "other"), [("v1.2.3", "v1.2.4"), ("INC-1234", "INC-5678"), ("p99.9", "p99.5")])
def test_versions_tickets_and_figures_in_the_title_are_no_machines(one: str, other: str) -> None:
    first, second = (Alert(title=f"Rollout slow, {word}", labels={"alertname": "Rollout"}) for word in (one, other))
    assert fingerprint(first) == fingerprint(second)
