"""Logs as other systems write them: no level beside the line, structured lines, alerts that come late."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sre_core.diagnosis.context import Names
from sre_core.diagnosis.detectors import log_patterns, recent_changes
from sre_core.diagnosis.severity import severity_in
from sre_core.domain import Window
from sre_core.sources.base import Change
from sre_core.tools.list_changes import ChangeList
from sre_core.topology.graph import Component, Dependency, Topology
from tests.diagnosis.given import END, START, TROUBLE, context, logs, said


@pytest.mark.parametrize(
    ("line", "severity"),
    [
        ("<27>Jun 14 04:12:12 oven radiusd[2210]: no answer", "error"),
        ("<30>Jun 14 04:12:12 oven radiusd[2210]: Login OK", "info"),
        ("E0612 12:00:01.1 reflector.go:22] watch closed", "error"),
        ("ts=2026-06-12T12:00:00Z level=warn msg=slow", "warn"),
        ("2026-06-12 12:00:00,100 SEVERE [main] nothing works", "severe"),
        ("Jun 03 01:40:12 db postgres[5459]: PANIC:  could not write", "panic"),
        ("order 12 was refused by the bank", "error"),
        ("bread baked in 12 minutes", ""),
    ],
)
def test_a_line_says_its_own_level(line: str, severity: str) -> None:
    assert severity_in(line) == severity


def test_a_new_complaint_without_a_level_is_heard() -> None:
    found = log_patterns.detect(logs(said("oven", "dough rejected: too wet", severity="")), context())
    assert [f.kind for f in found] == ["new_log_pattern"]


def test_a_crash_that_is_logged_a_single_time_is_heard() -> None:
    line = "kernel: Out of memory: Killed process 4121 (oven)"
    (found,) = log_patterns.detect(logs(said("oven", line, count=1, severity="")), context())
    assert found.suggests["memory_exhaustion"] > 1.5


def test_counts_are_compared_as_rates() -> None:
    heard = logs(said("oven", "ERROR could not read thermometer", count=40, before=8)).model_copy(
        update={"covered": Window(start=START, end=END)}
    )
    short_before = context(begins=START + timedelta(minutes=10))
    assert [f.kind for f in log_patterns.detect(heard, short_before)] == ["clean_logs"]
    assert [f.kind for f in log_patterns.detect(heard, context(begins=TROUBLE))] == ["new_log_pattern"]


def test_a_structured_line_is_quoted_by_what_it_says() -> None:
    line = '{"ts": "2026-06-11T10:06:00Z", "level": "error", "msg": "bake failed", "err": "no space left on device"}'
    (found,) = log_patterns.detect(logs(said("oven", line)), context())
    assert found.quote == "bake failed | no space left on device"


def test_where_a_line_was_logged_from_is_no_program_error() -> None:
    line = 'lvl=error caller=dial.go:88 msg="call failed" err="oven answered nothing"'
    (found,) = log_patterns.detect(logs(said("till", line)), context())
    assert "code_regression" not in found.suggests


def test_names_that_do_not_resolve_point_at_who_resolves_them() -> None:
    town = Topology.of(
        [Component(id=name) for name in ("till", "resolver-a")], [Dependency(source="till", target="resolver-a")]
    )
    known = context(topology=town, names=Names.of(town))
    line = "lookup flour.example on 10.0.0.53:53: server misbehaving"
    (found,) = [f for f in log_patterns.detect(logs(said("till", line)), known) if f.blames]
    assert (found.blames, found.suggests) == ("resolver-a", {"dns_failure": 2.0})


def test_a_flag_turned_where_the_code_then_fails_is_suspected_more_than_one_turned_elsewhere() -> None:
    flag = Change(id="F-1", time=TROUBLE - timedelta(minutes=1), kind="flag", component="oven", title="new crust: on")
    known = {"onsets": {"oven": TROUBLE}}
    changes = ChangeList(changes=(flag,), known=1, covered=None)
    (calm,) = recent_changes.detect(changes, context(**known))
    (failing,) = recent_changes.detect(changes, context(**known, raised=frozenset({"oven"})))
    assert failing.suggests["feature_flag_regression"] > calm.suggests["feature_flag_regression"] + 1
