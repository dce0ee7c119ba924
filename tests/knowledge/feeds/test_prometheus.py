"""Prometheus rules as a feed, and the way from a rule to its runbook."""

from __future__ import annotations

from pathlib import Path

import pytest

from sre_core.errors import RefusedInput
from sre_core.knowledge.documents import SourceDocument
from sre_core.knowledge.feeds.prometheus import PrometheusFeed
from sre_core.knowledge.feeds.records import Counts
from sre_core.knowledge.feeds.rules import read_rules
from sre_core.knowledge.feeds.runbook_links import linked_runbooks
from sre_core.knowledge.feeds.runner import FeedRunner
from sre_core.knowledge.feeds.settings import PrometheusSettings
from sre_core.knowledge.feeds.store import Feeds
from tests.knowledge.feeds.fakes import FakeShelf, known, redact, write

BY = "person:ada"
GROUPS = """groups:
- name: cart
  rules:
  - record: cart:rate
    expr: rate(x[5m])
  - alert: CartDown
    expr: |
      up{job="cart"} == 0
      and on() vector(1)
    for: 5m
    labels:
      severity: critical
      service: cart
    annotations:
      summary: The cart is down
      description: 'No cart answers on {{ $labels.pod }}, password=hunter2'
      runbook_url: https://wiki.example.com/runbooks/cart-unavailable
      dashboard: https://grafana/d/1
  - alert: CartDown
    expr: up{job="cart"} < 2
    for: 15m
    labels: {severity: warning}
"""
CRD = """apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: x}
spec:
  groups:
  - name: node
    rules:
    - alert: NodeDown
      expr: up == 0
      annotations: {summary: 2026-01-01}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: y}
"""


def runner_of(feeds: Feeds, shelf: FakeShelf, path: Path) -> FeedRunner:
    settings = PrometheusSettings(path=str(path))
    feeds.add("rules", settings, by=BY)
    return FeedRunner(feeds, shelf, lambda known, cancelled: PrometheusFeed(settings, redact))


def test_every_alert_is_a_document_with_what_a_person_wants_to_know(
    feeds: Feeds, shelf: FakeShelf, tmp_path: Path
) -> None:
    write(tmp_path, {"cart.yaml": GROUPS})
    runner_of(feeds, shelf, tmp_path).refresh("rules", BY)
    assert sorted(shelf.held) == ["rules/cart.yaml/cart/CartDown/critical", "rules/cart.yaml/cart/CartDown/warning"]
    rule = shelf.held["rules/cart.yaml/cart/CartDown/critical"][0]
    assert (rule.title, rule.kind, rule.names, rule.component) == ("CartDown", "alert_rule", ("CartDown",), "cart")
    assert rule.links == ("https://wiki.example.com/runbooks/cart-unavailable",)
    for said in (
        "The cart is down",
        "- Severity: critical",
        "- Fires after the condition holds for: 5m",
        "- Runbook: https://wiki.example.com/runbooks/cart-unavailable",
        '```promql\nup{job="cart"} == 0\nand on() vector(1)\n```',
        "- service: cart",
        "- dashboard: https://grafana/d/1",
    ):
        assert said in rule.text
    assert "hunter2" not in rule.text


def test_objects_of_kubernetes_are_understood_and_others_passed_over(
    feeds: Feeds, shelf: FakeShelf, tmp_path: Path
) -> None:
    write(tmp_path, {"all.yml": CRD})
    run = runner_of(feeds, shelf, tmp_path / "all.yml").refresh("rules", BY)
    assert run.errors == ()
    assert "2026-01-01" in shelf.text("rules/all.yml/node/NodeDown"), "a date by accident stays as it was written"


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [
        ("groups:\n- name: x\n  rules:\n  {{- if .Values.a }}\n  - alert: A\n", 4, "template"),
        ("groups:\n- name: x\n  rules:\n  - alert: A\n     expr: up\n", 5, "no YAML"),
        ("groups:\n- name: x\n  rules:\n  - alert: A\n", 4, "'expr'"),
        ("groups:\n- name: x\n  rules:\n  - expr: up\n", 4, "neither"),
        ("groups:\n- name: x\n", 2, "'rules'"),
        ("a: 1\n", 1, "'groups'"),
        ("- a\n", 1, "no rule file"),
        ("groups:\n- name: x\n  rules:\n  - alert: A\n    expr: up\n    labels: [a]\n", 4, "labels"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    feeds: Feeds, shelf: FakeShelf, tmp_path: Path, content: str, line: int, says: str
) -> None:
    write(tmp_path, {"bad.yaml": content, "good.yaml": GROUPS})
    run = runner_of(feeds, shelf, tmp_path).refresh("rules", BY)
    assert run.counts == Counts(added=2, refused=1)
    assert "bad.yaml" in run.errors[0]
    assert f"line {line}" in run.errors[0]
    assert says in run.errors[0]


@pytest.mark.parametrize(
    "content",
    [
        "!!python/object/apply:os.system ['true']",
        "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\ngroups: [*c]",
        "[" * 5000,
        "a: !unknown {}",
        "\x00",
        "groups: &g\n- *g\n",
        "? [a]\n: b",
        "<<: *nothing",
    ],
)
def test_hostile_yaml_is_refused_or_harmless(content: str) -> None:
    try:
        rules, _ = read_rules(content)
    except RefusedInput:
        return
    assert rules == []


def test_a_rule_that_moved_within_its_file_is_no_change(feeds: Feeds, shelf: FakeShelf, tmp_path: Path) -> None:
    write(tmp_path, {"cart.yaml": GROUPS})
    runner = runner_of(feeds, shelf, tmp_path)
    runner.refresh("rules", BY)
    write(tmp_path, {"cart.yaml": f"# a comment\n\n{GROUPS}"})
    assert runner.refresh("rules", BY).counts == Counts(unchanged=2)
    write(tmp_path, {"cart.yaml": GROUPS.replace("for: 5m", "for: 9m")})
    assert runner.refresh("rules", BY).counts == Counts(updated=1, unchanged=1)


def test_a_rule_finds_its_runbook_by_link_else_by_name() -> None:
    linked = known(
        SourceDocument(path="a.md", text="x", links=("http://wiki.example.com/runbooks/cart-unavailable/",)), "upload"
    )
    named = known(SourceDocument(path="kb/CartUnavailable.md", text="x"), "upload")
    other = known(SourceDocument(path="kb/OrdersDown.md", text="x"), "upload")
    rule = known(SourceDocument(path="r", text="x", kind="alert_rule", links=linked.links), "feed-1")
    links = ("https://wiki.example.com/runbooks/cart-unavailable",)
    assert linked_runbooks(links, [rule, other, named, linked]) == ("a.md",)
    assert linked_runbooks(links, [rule, other, named]) == ("kb/CartUnavailable.md",)
    assert linked_runbooks((), [rule, other, named, linked]) == ()
