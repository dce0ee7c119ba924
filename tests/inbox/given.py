"""Alerts for tests: as monitoring sends them, and an inbox whose clock goes by itself."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine

from sre_core.domain import Alert
from sre_core.inbox.before import Before
from sre_core.inbox.desk import Inbox
from sre_core.inbox.forms import Forms
from sre_core.inbox.grouping import DependsOn
from sre_core.inbox.store import Bounds, InboxStore
from sre_core.inbox.templates import Templates
from tests.fakes import START

SHOP = {"checkout": ("cart",)}


def fires(
    name: str, component: str, *, resolved: bool = False, severity: str = "critical", **labels: str
) -> dict[str, Any]:
    """One alert of Alertmanager."""
    return {
        "status": "resolved" if resolved else "firing",
        "labels": {"alertname": name, "service": component, "severity": severity, **labels},
        "annotations": {"summary": f"{component} is not well"},
        "startsAt": "2025-11-01T11:55:00Z",
        "endsAt": "2025-11-01T12:30:00Z" if resolved else "0001-01-01T00:00:00Z",
        "generatorURL": "http://prometheus.example/graph",
    }


def group(*alerts: Mapping[str, Any]) -> str:
    """A webhook of Alertmanager."""
    return json.dumps({"version": "4", "groupKey": "{}", "status": "firing", "receiver": "sre", "alerts": list(alerts)})


class Clock:
    """A minute passes each time that somebody looks at it."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


class Shop:
    """Dependencies of one place."""

    def of(self, workspace: str | None) -> DependsOn:
        return {} if workspace else SHOP


class NothingBefore:
    """No memory."""

    def before(self, alert: Alert, workspace: str | None) -> Before | None:
        return None


class Opened:
    """Keeps what is opened."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []

    def __call__(self, alert: Alert, **how: Any) -> str:
        self.calls.append({"alert": alert, **how})
        return f"inv{len(self.calls)}"


def inbox_on(engine: Engine, opens: Opened | None = None, bounds: Bounds | None = None) -> Inbox:
    """An inbox over this database."""
    clock = Clock()
    store, forms = InboxStore(engine, bounds, clock), Forms(Templates(engine, clock))
    return Inbox(store, forms, Shop(), NothingBefore(), opens or Opened())


def titles(alerts: Iterable[Any]) -> list[str]:
    return [one.alert.title.partition(":")[0] for one in alerts]
