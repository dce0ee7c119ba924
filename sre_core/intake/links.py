"""The addresses in an alert's payload, each with what it leads to: runbook, dashboard, source, incident page, silence."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from sre_core.domain import Alert, Value
from sre_core.intake.foreign_json import read_json

MOST = 12
"""Links that are kept at hand."""
MOST_VALUES = 2000
"""Values of a payload that are looked through."""
LONGEST = 2000
"""Characters of an address; what is longer is no link to click."""


class LinkKind(StrEnum):
    """What a link leads to, the most useful at 3 a.m. first."""

    RUNBOOK = "runbook"
    DASHBOARD = "dashboard"
    PANEL = "panel"
    SOURCE = "source"
    """The graph, query or monitor that raised it."""
    INCIDENT = "incident"
    SILENCE = "silence"
    OTHER = "other"


class AlertLink(Value):
    """One address."""

    address: str
    kind: LinkKind
    host: str
    name: str = ""
    """The field that it stands in; empty: in a text."""


_BY_NAME = (
    (LinkKind.RUNBOOK, r"runbook|playbook|procedure|\bsop\b|howto|instructions"),
    (LinkKind.SILENCE, r"silence|mute|snooze|maintenance"),
    (LinkKind.PANEL, r"panel|image_?url|snapshot"),
    (LinkKind.DASHBOARD, r"dashboard|screenboard"),
    (
        LinkKind.SOURCE,
        r"generator|graph|query|monitor|chart|metric|explore|logs?_?(url|link)|trigger|alert_?(url|link)|event_?url",
    ),
    (LinkKind.INCIDENT, r"html_?url|permalink|incident|issue|ticket|case_?(url|link)|web_?url"),
)
_BY_ADDRESS = (
    (LinkKind.RUNBOOK, r"/(runbooks?|playbooks?)([/.#?]|$)|/runbook[-_]"),
    (LinkKind.SILENCE, r"/silences?([/?#]|$)|/alerting/silence|[?&]mute|/mute"),
    (
        LinkKind.SOURCE,
        r"/graph\?|[?&]g0\.expr=|/explore([/?]|$)|/monitors?/|/alerting/(grafana|list|rule)|/tr_events\.php|#alarms?v2",
    ),
    (LinkKind.PANEL, r"/d-solo/|[?&](viewPanel|panelId)="),
    (LinkKind.DASHBOARD, r"/d/|/dashboards?([/?#]|$)|/dash/"),
    (LinkKind.INCIDENT, r"/incidents?/|/issues?/|/tickets?/|/browse/[A-Z]+-\d"),
)


def link_kind(address: str, label_name: str = "") -> LinkKind:
    """What a link leads to: by the name of the field that it stands in, else by the look of the address."""
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", label_name).casefold()
    by_name = next((kind for kind, words in _BY_NAME if name and re.search(words, name)), None)
    return by_name or next((kind for kind, looks in _BY_ADDRESS if re.search(looks, address)), LinkKind.OTHER)


def links_of(alert: Alert) -> tuple[AlertLink, ...]:
    """The links that can be opened (http and https), each once, the most useful kind first."""
    named: dict[str, str] = {}
    for name, value in (*_values(_payload(alert.raw)), *alert.labels.items()):
        for address in _addresses(value):
            whole = address == value.strip()
            if address not in named or (whole and not named[address]):
                named[address] = name if whole else ""
    for address in alert.links:
        named.setdefault(address, "")
    kinds = list(LinkKind)
    found = [link for address, name in named.items() if (link := _link(address, name))]
    return tuple(sorted(found, key=lambda link: kinds.index(link.kind))[:MOST])


def _link(address: str, name: str) -> AlertLink | None:
    """None for what no browser should be sent to."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme.casefold() not in ("http", "https") or not host or len(address) > LONGEST or parts.username:
        return None
    return AlertLink(address=address, kind=link_kind(address, name), host=host, name=name)


_ADDRESS = re.compile(r"https?://[^\s<>\"'`|\\^{}\[\]]+", re.IGNORECASE)


def _addresses(text: str) -> list[str]:
    return [found.rstrip(".,;:!?)") for found in _ADDRESS.findall(text)]


def _payload(raw: str) -> Any:
    try:
        return read_json(raw) if raw.lstrip()[:1] in ("{", "[") else None
    except ValueError:
        return None


def _values(payload: Any) -> Iterator[tuple[str, str]]:
    """(name of the field, text) of everything inside, nearest to the top first."""
    waiting, left = deque([("", payload)]), MOST_VALUES
    while waiting and left:
        name, value = waiting.popleft()
        left -= 1
        if isinstance(value, Mapping):
            waiting.extend((str(key), inner) for key, inner in value.items())
        elif isinstance(value, list):
            waiting.extend((name, inner) for inner in value)
        elif isinstance(value, str) and "://" in value:
            yield name, value
