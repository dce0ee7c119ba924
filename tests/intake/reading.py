"""Short ways to read a payload in a test."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sre_core.domain import Alert
from sre_core.intake.alerts import Understood, understand, understand_all

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def read(payload: Any) -> Alert:
    return understood(payload).alert


def understood(payload: Any) -> Understood:
    return understand(json.dumps(payload))


def read_each(payload: Any) -> list[Alert]:
    return [one.alert for one in understand_all(json.dumps(payload))]
