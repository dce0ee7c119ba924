"""Messages about one alert have one fingerprint, in whatever order and however often they come; other alerts have another."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_core.domain import Alert
from sre_core.intake.alerts import understand
from sre_core.intake.fingerprint import LENGTH, fingerprint_of
from sre_core.memory.fingerprint import fingerprint as of_memory
from tests.intake import payloads
from tests.intake.payloads import ALERTMANAGER, changed
from tests.intake.reading import read
from tests.tries import tried

DOCUMENTED = {name: value for name, value in vars(payloads).items() if name.isupper() and isinstance(value, dict)}
CHECK = {
    "monitor": {"name": "Queue is long", "team": "mail"},
    "service": {"name": "mailer"},
    "state": "open",
    "checks": [{"name": "depth", "value": 812}, {"name": "age", "value": 91.5}],
    "url": "https://checks.example/7?at=1772366400",
    "created_at": "2026-03-01T12:00:00Z",
    "id": "7f1c2b3a-0000-4000-8000-000000000001",
    "pod": "mailer-79b49f5555-625p8",
    "flags": ["b", "a"],
}


def shuffled(value: Any, by: random.Random) -> Any:
    """The same with its keys and lists in another order; pairs stay pairs."""
    if isinstance(value, dict):
        names = list(value)
        by.shuffle(names)
        return {name: shuffled(value[name], by) for name in names}
    if isinstance(value, list) and not (len(value) == 2 and all(isinstance(item, str) for item in value)):
        items = [shuffled(item, by) for item in value]
        by.shuffle(items)
        return items
    return value


@tried(8)
@given(st.sampled_from([*DOCUMENTED.values(), CHECK]), st.randoms(use_true_random=False))
def test_order_does_not_matter(payload: dict[str, Any], by: random.Random) -> None:
    assert read(shuffled(payload, by)).fingerprint == read(payload).fingerprint


@pytest.mark.parametrize(
    "values",
    [
        {"created_at": "2026-03-02T08:30:00Z"},
        {"id": "7f1c2b3a-0000-4000-8000-0000000000ff"},
        {"checks__0__value": 4000, "checks__1__value": 3},
        {"url": "https://checks.example/7?at=1772999999"},
        {"pod": "mailer-5d8f7c6b9d-x2x4k"},
        {"state": "closed"},
        {"severity": "critical"},
    ],
)
def test_what_changes_from_firing_to_firing_does_not_matter(values: dict[str, Any]) -> None:
    assert read(changed(CHECK, **values)).fingerprint == read(CHECK).fingerprint


@pytest.mark.parametrize(
    "values", [{"service__name": "cart"}, {"monitor__name": "Queue is stuck"}, {"monitor__team": "shop"}]
)
def test_another_component_rule_or_owner_does(values: dict[str, Any]) -> None:
    assert read(changed(CHECK, **values)).fingerprint != read(CHECK).fingerprint


def test_of_two_names_it_does_not_matter_which_stands_first() -> None:
    one, other = {"rule": {"name": "Queue is long"}}, {"host": {"name": "mail-1"}}
    assert read(one | other).fingerprint == read(other | one).fingerprint


def test_the_places_of_labels_that_come_from_a_list_do_not_matter() -> None:
    one, other = (Alert(title="x", labels={"hosts.0": first, "hosts.1": second}) for first, second in ("ab", "ba"))
    assert fingerprint_of(one) == fingerprint_of(other)


@pytest.mark.parametrize(
    ("firing", "over"),
    [
        ("PROBLEM: disk of db-7 is 93 % full", "RESOLVED: disk of db-7 is 71 % full"),
        ("[FIRING:1] CartSlow", "[RESOLVED] CartSlow"),
        ("[Triggered on {host:web-1}] CPU is high", "[Recovered on {host:web-1}] CPU is high"),
        ("[P1] [Triggered] CPU is high", "[P1] [Recovered] CPU is high"),
        ("Subject: Alarm: no mails\nFrom: a@b.example\n\nNone", "Subject: Re: OK: no mails\nFrom: a@b.example\n\nBack"),
    ],
)
def test_words_that_tell_the_state_do_not_matter(firing: str, over: str) -> None:
    one, other = understand(firing).alert, understand(over).alert
    assert one.fingerprint == other.fingerprint
    assert one.status != other.status


def test_of_two_hosts_in_the_state_of_a_title_each_is_an_alert() -> None:
    marks = {understand(f"[Triggered on {{host:{name}}}] CPU is high").alert.fingerprint for name in ("web-1", "web-2")}
    assert len(marks) == 2


def test_what_the_sender_calls_it_counts_alone() -> None:
    one, other = Alert(title="a", source="x"), Alert(title="b", source="x", component="cart")
    assert fingerprint_of(one, "k") == fingerprint_of(other, "k") != fingerprint_of(one, "l")
    assert fingerprint_of(one, "k") != fingerprint_of(one.model_copy(update={"source": "y"}), "k")


def test_it_has_one_basis_with_that_of_memory() -> None:
    one, other = (Alert(title=title, component="cart", labels={"team": "web"}) for title in ("slow 3 s", "slow 9 s"))
    assert of_memory(one) == of_memory(other)
    assert fingerprint_of(one) == fingerprint_of(other)
    assert len(fingerprint_of(one)) == LENGTH


def test_the_same_alert_alone_and_in_a_group() -> None:
    grouped = copy.deepcopy(ALERTMANAGER)
    grouped["alerts"].append({"labels": {"alertname": "Other"}, "fingerprint": "1"})
    wrapped = {"alert": ALERTMANAGER, "context": "since the deploy"}
    assert read(grouped).fingerprint == read(ALERTMANAGER).fingerprint
    assert understand(json.dumps(wrapped), context="and on Monday").alert.fingerprint == read(wrapped).fingerprint
