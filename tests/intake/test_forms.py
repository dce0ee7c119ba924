"""What holds for every form: each payload is taken for what it is, and whatever is wrong with one, nothing breaks or is lost."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_core.errors import RefusedInput
from sre_core.intake import clues, sns
from sre_core.intake.alerts import LARGEST_APART, LARGEST_PAYLOAD, MOST_ALERTS, understand, understand_all
from sre_core.intake.fields import LONGEST_LABEL, MOST_LABELS, scalars
from sre_core.intake.forms import FORMS, SPOKEN
from sre_core.intake.understood import LONGEST_NOTE, LONGEST_VALUE
from sre_core.intake.understood import MOST_LABELS as MOST_LABELS_OF_ALL
from tests.intake import payloads
from tests.intake.reading import read, read_each, understood
from tests.tries import tried

DOCUMENTED = {name: value for name, value in vars(payloads).items() if name.isupper() and isinstance(value, dict)}
EVERY = [*DOCUMENTED.values(), payloads.sns(payloads.CLOUDWATCH)]
HOSTILE = st.sampled_from(
    [
        None,
        True,
        0,
        -1,
        1e300,
        10**30,
        "",
        " ",
        "x" * 5000,
        "\ud800",
        [],
        [[]],
        [None],
        {},
        {"": ""},
        {"a": {"b": [1]}},
        "{",
        "${x}",
        "%%%",
    ]
)


@pytest.mark.parametrize("name", DOCUMENTED)
def test_a_documented_payload_is_known_by_its_shape(name: str) -> None:
    form = next(form for form in FORMS if form.looks_like_it(DOCUMENTED[name]))
    assert form.name.startswith(name.lower().split("_")[0])
    assert read(DOCUMENTED[name]).source == form.name
    others = [other.name for other in FORMS if other.looks_like_it(DOCUMENTED[name]) and other is not form]
    assert others in ([], ["alertmanager"])


def _spoiled(payload: Any, places: list[int], values: list[Any]) -> Any:
    """The payload with other values at some of its places."""
    spoiled = copy.deepcopy(payload)
    for place, value in zip(places, values, strict=True):
        every = _inner(spoiled)
        where, key = every[place % len(every)]
        where[key] = copy.deepcopy(value)
    return spoiled


def _inner(value: Any) -> list[tuple[Any, Any]]:
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, inner in entries for found in ((value, key), *_inner(inner))]


@tried(100)
@given(st.sampled_from(EVERY), st.lists(st.tuples(st.integers(0, 200), HOSTILE), min_size=1, max_size=5))
def test_whatever_stands_in_a_field_is_understood_or_refused(payload: Any, spoils: list[tuple[int, Any]]) -> None:
    text = json.dumps(_spoiled(payload, [place for place, _ in spoils], [value for _, value in spoils]))
    try:
        every = understand_all(text)
        one = understand(text)
    except RefusedInput:
        return
    assert one.alert.title.strip()
    assert len(one.alert.fingerprint) >= 16
    for each in (one, *every):
        each.model_dump_json()


@pytest.mark.parametrize("payload", EVERY)
def test_nothing_of_a_payload_is_dropped(payload: Any) -> None:
    alert = read(payload)
    told = "\n".join([alert.title, alert.description, *alert.labels.values(), *alert.links])
    assert json.loads(alert.raw) == payload
    if sns.looks_like_it(payload):
        return
    lost = [
        path for path, value in scalars(payload, 1000) if isinstance(value, str) and " " in value and value not in told
    ]
    assert not [path for path in lost if path[-1] not in STATED]


STATED = clues.names(
    "title body message alert_subject timestamp reason description_title originAlertId value groupKey event_tags"
)
"""Where words stand that are told otherwise: without their state, marks or figures, or that a former state had."""


def test_every_form_has_a_name_that_can_be_shown() -> None:
    assert {form.name for form in FORMS} <= SPOKEN.keys()


def test_more_fields_than_labels_are_told_and_kept() -> None:
    more = {f"field_{number}": f"value {number}" for number in range(100)}
    told = payloads.changed(payloads.OPSGENIE, alert__details={"stack": "y" * 1000})
    said = understood({**told, **more, "long": "x" * 1000})
    assert len(said.alert.labels) <= MOST_LABELS + 10
    assert any("more fields stand only in the raw payload" in remark for remark in said.remarks)
    assert max(map(len, said.alert.labels.values())) <= LONGEST_LABEL


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_a_form_tells_what_is_none_of_it(form: Any) -> None:
    for other in (
        None,
        1,
        "text",
        [],
        [1],
        {},
        {"alerts": []},
        {"event": 1},
        {"incident": []},
        {"data": {}},
        {"title": "x"},
    ):
        assert not form.looks_like_it(other)


def test_each_of_many_has_a_payload_of_its_own_that_reads_the_same() -> None:
    group = copy.deepcopy(payloads.ALERTMANAGER)
    group["alerts"] = [
        payloads.changed(group["alerts"][0], labels__service=f"s{number}", fingerprint=f"{number}")
        for number in range(30)
    ]
    every = read_each(group)
    assert [alert.component for alert in every] == [f"s{number}" for number in range(30)]
    for alert in every[:5]:
        assert len(json.loads(alert.raw)["alerts"]) == 1
        again = understand(alert.raw).alert
        assert (again.fingerprint, again.component, again.title) == (alert.fingerprint, alert.component, alert.title)


def test_of_very_many_the_most_urgent_are_taken_apart_and_the_rest_is_told() -> None:
    alert = {"labels": {"alertname": "A", "severity": "info"}, "startsAt": "2026-03-01T12:00:00Z"}
    worst = payloads.changed(alert, labels__severity="critical", labels__alertname="Worst")
    every = understand_all(json.dumps({"alerts": [*[alert] * (MOST_ALERTS + 20), worst]}))
    assert len(every) == MOST_ALERTS
    first = next(one for one in every if one.alert.title == "Worst")
    assert any("21 more alerts" in note for note in first.notes)
    assert len(json.loads(first.alert.raw)["alerts"]) == MOST_ALERTS + 21


def test_what_is_too_long_for_any_page_is_cut_and_stands_in_the_raw_payload() -> None:
    many = {f"label {number}": "x" for number in range(5_000)}
    normalised = understand(json.dumps({"title": "T", "starts_at": "q" * 9_000, "labels": {**many, "n" * 9_000: "v"}}))
    group = understand(json.dumps(payloads.changed(payloads.ALERTMANAGER, alerts=[_long_labelled()])))
    assert any("more labels stand only in the raw payload" in remark for remark in normalised.remarks)
    for said in (normalised, group):
        alert = said.alert
        assert len(alert.labels) <= MOST_LABELS_OF_ALL
        assert max(map(len, alert.labels.values())) <= LONGEST_VALUE
        assert max(len(name) for name in (*alert.labels, alert.component or "")) <= LONGEST_LABEL
        assert all(len(note) <= LONGEST_NOTE for note in (*said.notes, *said.remarks))


def _long_labelled() -> dict[str, Any]:
    return {
        "labels": {"alertname": "A", "service": "s" * 9_000, "note": "v" * 9_000},
        "startsAt": "2026-03-01T12:00:00Z",
    }


def test_alerts_that_share_a_long_text_are_not_many_times_as_much_to_look_through() -> None:
    alerts = [{"labels": {"alertname": f"A{number}"}, "startsAt": "2026-03-01T12:00:00Z"} for number in range(200)]
    every = understand_all(json.dumps({"alerts": alerts, "commonAnnotations": {"runbook": "word " * 8_000}}))
    assert sum(len(one.alert.raw) for one in every) < LARGEST_APART + 2 * 100_000
    assert sum("more alerts came with it" in note for one in every for note in one.notes) == 1


def test_a_flood_of_empty_alerts_is_bounded() -> None:
    flood = json.dumps({"alerts": [{"a": 1}] * 30_000})
    assert len(flood) < LARGEST_PAYLOAD
    said = understand(flood)
    assert any("stand in the raw payload" in note for note in said.notes)


def test_lines_of_json_are_a_list() -> None:
    lines = "\n".join(json.dumps(one) for one in (payloads.ZABBIX_EXPORT, payloads.OPSGENIE))
    assert [one.recognised_as for one in understand_all(lines)] == ["zabbix", "opsgenie"]


def test_a_list_of_unknown_objects_is_led_by_the_most_severe() -> None:
    listed = [{"name": "a", "severity": "low"}, {"name": "b", "severity": "critical"}, 3]
    said = understood(listed)
    assert said.alert.title == "b"
    assert "2 alerts came together; the most severe firing one leads." in said.notes
    assert any("1 entries of the list are not objects" in note for note in said.notes)
    assert [alert.title for alert in read_each(listed)] == ["a", "b"]
