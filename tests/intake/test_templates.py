"""A form that nobody knows is read by what a person wrote down of it, once."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_core.domain import AlertKind, AlertStatus, Severity
from sre_core.errors import RefusedInput
from sre_core.intake.alerts import understand, understand_all
from sre_core.intake.template_guess import suggest
from sre_core.intake.template_paths import problem_of
from sre_core.intake.template_text import template_of, text_of, validate
from sre_core.intake.templates import AlertTemplate, apply, suits
from tests.intake.payloads import DATADOG, changed
from tests.intake.reading import NOON
from tests.tries import tried

PAGER = {
    "system": "old-pager",
    "ev": {
        "what": "Queue is long",
        "loud": "boom",
        "now": "raised",
        "when": 1772366400,
        "where": {"host": "mail-1", "app.name": "mailer"},
        "checks": [{"name": "depth", "value": 812}, {"name": "age", "value": 91}],
    },
    "more": "https://pager.example/7",
}
TEXT = """\
name: Old pager
matches:
  system: old-pager
  ev.what:
fields:
  title: "{ev.what} on {ev.where.host}"
  description: "depth {ev.checks[?name=='depth'] | [0].value}"
  severity: ev.loud
  status: ev.now
  component: ev.where."app.name"
  starts_at: ev.when
  links: more
  kind: "'metric'"
  fingerprint: "{ev.what}/{ev.where.host}"
labels:
  check: ev.checks[0].name
severities:
  boom: critical
statuses:
  raised: firing
  gone: resolved
"""
TEMPLATE = template_of(TEXT)


def read(payload: Any, *templates: AlertTemplate) -> Any:
    return understand(json.dumps(payload), templates=templates)


def test_a_payload_is_read_as_the_template_says() -> None:
    understood = read(PAGER, TEMPLATE)
    alert = understood.alert
    assert (understood.recognised_as, understood.notes) == ("Old pager", ())
    assert (alert.title, alert.description, alert.component) == ("Queue is long on mail-1", "depth 812", "mailer")
    assert (alert.severity, alert.status, alert.kind) == (Severity.CRITICAL, AlertStatus.FIRING, AlertKind.METRIC)
    assert (alert.starts_at, alert.links) == (NOON, ("https://pager.example/7",))
    assert alert.labels["check"] == "depth"
    assert alert.labels["ev.checks.1.value"] == "91"
    assert "ev.what" not in alert.labels


def test_its_end_is_of_the_same_alert() -> None:
    over = read(changed(PAGER, ev__now="gone", ev__when=1772370000), TEMPLATE).alert
    assert (over.status, over.fingerprint) == (AlertStatus.RESOLVED, read(PAGER, TEMPLATE).alert.fingerprint)


def test_a_template_is_for_what_matches_it_alone() -> None:
    other = changed(PAGER, system="new-pager")
    assert not suits(TEMPLATE, other)
    assert read(other, TEMPLATE).recognised_as == "json"
    assert read(DATADOG, TEMPLATE).recognised_as == "datadog"


def test_each_of_a_list_is_read_by_it() -> None:
    every = understand_all(json.dumps([PAGER, changed(PAGER, ev__what="Queue is stuck")]), templates=[TEMPLATE])
    assert [one.alert.title for one in every] == ["Queue is long on mail-1", "Queue is stuck on mail-1"]


def test_what_it_does_not_find_is_told() -> None:
    said = apply(TEMPLATE, json.dumps({"system": "old-pager", "ev": {"what": "x", "when": "soon"}}))
    assert said.alert.title == "x on"
    assert said.notes == (
        "The template 'Old pager' found no description, severity, status, component, links.",
        "starts_at is not a time: 'soon'",
    )


def test_the_template_of_the_documentation_can_be_used() -> None:
    text = (Path(__file__).parents[2] / "docs" / "alerts.md").read_text(encoding="utf-8")
    example = text.partition("```yaml\n")[2].partition("```")[0]
    assert template_of(example).statuses == {"gone": AlertStatus.RESOLVED}


def test_a_template_reads_json_only() -> None:
    with pytest.raises(RefusedInput, match="reads JSON"):
        apply(TEMPLATE, "no json")


def test_it_is_written_as_it_is_read() -> None:
    assert template_of(text_of(TEMPLATE)) == TEMPLATE
    assert template_of(json.dumps(TEMPLATE.model_dump(mode="json"))) == TEMPLATE
    assert text_of(TEMPLATE).startswith("#")


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "words"),
    [
        ("  severity: ev.loud", "  severity: ev..loud", 8, "fields.severity", "is no path"),
        ("  severity: ev.loud", "  loudness: ev.loud", 8, "fields.loudness", "no such field"),
        ("  severity: ev.loud", "  severity: [a]", 8, "fields.severity", "must be a text"),
        ("  severity: ev.loud", "  title: ev.loud", 8, "fields.title", "said twice"),
        ("  boom: critical", "  boom: deafening", 18, "severities.boom", "critical"),
        ("  ev.what:\n", "  ev.(:\n", 4, "matches.ev.(", "is no path"),
        ("name: Old pager", "nam: Old pager", 1, "nam", "no such field"),
        ('"{ev.what} on {ev.where.host}"', '"{length(ev.what)}"', 6, "fields.title", "function"),
        ("  links: more", "  links: '" + "{ev}" * 20 + "'", 12, "fields.links", "more than 12 paths"),
        ("  links: more", "  links: '[ev, ev]'", 12, "fields.links", "cannot"),
    ],
)
def test_what_is_wrong_is_told_by_line_and_field(old: str, new: str, line: int, field: str, words: str) -> None:
    text = TEXT.replace(old, new)
    assert text != TEXT
    problems = validate(text)
    assert any((one.line, one.field) == (line, field) and words in one.message for one in problems), problems
    with pytest.raises(RefusedInput, match=f"line {line}, "):
        template_of(text)


BOMB = "\n".join(f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]" for before, name in pairwise("abcdefghij"))
"""A few hundred characters that stand for a thousand million items."""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name: [", "not YAML"),
        ("just words", "fields such as"),
        ("", "fields such as"),
        ("x" * 30_000, "longer than"),
        ("[" * 5000, "nested too deeply"),
        ("name: a\nmatches: {a: }\nfields: {severity: a}", "needs a title"),
        ("name: a\nfields: {title: a}", "this is missing"),
        ("name: a\nmatches: {}\nfields: {title: a}", "for every payload"),
        ("a: &a [*a]", "line 1: write it out"),
        (f"a: &a [x]\n{BOMB}", r"line 2: write it out: references \(\*a\)"),
    ],
)
def test_a_text_that_is_no_template(text: str, words: str) -> None:
    assert validate(text)
    with pytest.raises(RefusedInput, match=words):
        template_of(text)


@pytest.mark.parametrize(
    "path", ["sort_by(a, &b)", "[a, a]", "{a: b}", "a[]", "&a", "a" * 400, "", "a.b[", "((((" * 60]
)
def test_paths_look_and_do_nothing_else(path: str) -> None:
    assert problem_of(path)


@pytest.mark.parametrize("path", ["a", "a.b[0].c", 'a."x-y"', "a[?k=='v'].w | [0]", "a[*].b", "a || b", "'fixed'"])
def test_paths_that_can_be_used(path: str) -> None:
    assert problem_of(path) is None


@tried(40)
@given(st.text(max_size=60) | st.sampled_from(["a", "[*]", "*.*", "@", "a[::2]", "!a", "a==b"]))
def test_no_path_breaks_a_reading(path: str) -> None:
    if problem_of(path) is not None:
        return
    template = AlertTemplate(name="x", matches={"a": None}, fields={"title": path})
    payload = {"a": [{"b": [1, {"c": "d"}]}, None, "x" * 100]}
    assert apply(template, json.dumps(payload)).alert.title


def test_a_first_guess_can_be_edited_and_used() -> None:
    payload = {
        "source": "home-grown",
        "alert_info": {"headline": "Queue is long", "priority": "P2", "details": "812 wait", "service": "mailer"},
        "targets": [{"runbook-url": "https://runbooks.example/queue"}],
        "state": "open",
        "fired_at": "2026-03-01T12:00:00Z",
        "alert_id": "q-7",
    }
    guess = suggest(json.dumps(payload))
    assert guess.fields["title"] == "alert_info.headline"
    assert guess.fields["links"] == 'targets[0]."runbook-url"'
    assert suits(guess, payload)
    alert = read(payload, template_of(text_of(guess))).alert
    assert (alert.title, alert.severity, alert.component) == ("Queue is long", Severity.HIGH, "mailer")
    assert (alert.status, alert.starts_at) == (AlertStatus.FIRING, NOON)


@pytest.mark.parametrize(("payload", "words"), [("[1]", "object"), ("words", "JSON"), ('{"a": 1}', "by hand")])
def test_where_no_guess_can_be_made_it_says_why(payload: str, words: str) -> None:
    with pytest.raises(RefusedInput, match=words):
        suggest(payload)
