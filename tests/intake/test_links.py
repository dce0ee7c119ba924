"""The links of an alert's payload: what each leads to, and which are no links at all."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_core.domain import Alert
from sre_core.intake.alerts import understand
from sre_core.intake.links import MOST, LinkKind, link_kind, links_of


@pytest.mark.parametrize(
    ("name", "address", "kind"),
    [
        ("runbook_url", "https://wiki.example/x", LinkKind.RUNBOOK),
        ("dashboardURL", "https://grafana.example/d/abc/orders", LinkKind.DASHBOARD),
        ("panelURL", "https://grafana.example/d/abc/orders?viewPanel=4", LinkKind.PANEL),
        ("silenceURL", "https://grafana.example/x", LinkKind.SILENCE),
        ("generatorURL", "https://prometheus.example/x", LinkKind.SOURCE),
        ("html_url", "https://pager.example/x", LinkKind.INCIDENT),
        ("", "https://wiki.example/runbooks/disk-full.md", LinkKind.RUNBOOK),
        ("", "https://prometheus.example/graph?g0.expr=up", LinkKind.SOURCE),
        ("", "https://grafana.example/alerting/silence/new", LinkKind.SILENCE),
        ("homepage", "https://shop.example/", LinkKind.OTHER),
    ],
)
def test_a_link_is_known_by_its_field_or_by_its_looks(name: str, address: str, kind: LinkKind) -> None:
    assert link_kind(address, name) is kind


def test_links_come_with_the_field_that_they_stand_in_the_runbook_first() -> None:
    payload = {
        "title": "Orders fail",
        "links": ["https://a.example/1"],
        "details": {
            "silenceURL": "https://g.example/s",
            "runbook_url": "https://r.example/orders",
            "text": "at https://b.example/2.",
        },
    }
    found = links_of(understand(json.dumps(payload)).alert)
    assert [(link.kind, link.host, link.name) for link in found[:2]] == [
        (LinkKind.RUNBOOK, "r.example", "runbook_url"),
        (LinkKind.SILENCE, "g.example", "silenceURL"),
    ]
    assert {link.address for link in found[2:]} == {"https://a.example/1", "https://b.example/2"}


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "ftp://a.example/x",
        "https://",
        "https://ada:pw@a.example/",
        "https://[bad",
        "https://a.example:99999/",
    ],
)
def test_a_browser_is_sent_nowhere_but_to_the_web_and_without_a_password(address: str) -> None:
    assert links_of(Alert(title="x", links=(address,))) == ()


@given(st.text(max_size=300), st.lists(st.text(max_size=80), max_size=5))
def test_any_payload_has_few_links_each_once_and_only_to_the_web(raw: str, links: list[str]) -> None:
    found = links_of(Alert(title="x", links=tuple(links), raw=raw, labels={"a": raw[:50]}))
    assert len(found) <= MOST
    assert len({link.address for link in found}) == len(found)
    assert all(link.address.casefold().startswith(("http://", "https://")) and link.host for link in found)
