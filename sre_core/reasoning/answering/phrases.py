"""How the parts of events are put in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sre_core import events as ev
from sre_core.domain import Action


def who(event: ev.Event) -> str:
    """'grace', 'policy'."""
    return event.actor.removeprefix("person:")


def at(event: ev.Event) -> str:
    """'2026-10-28 13:33 UTC'."""
    return utc(event.at)


def utc(moment: datetime) -> str:
    """The same, of any moment."""
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def call(action: Action) -> str:
    """'read_logs component=cart-redis'."""
    return f"{action.tool} {arguments(action.arguments)}".rstrip()


def arguments(given: Mapping[str, Any]) -> str:
    """'kind=rollback, component=cart'; what is empty is left out."""
    return ", ".join(f"{name}={_value(value)}" for name, value in given.items() if value not in (None, "", [], {}))


def _value(value: Any) -> str:
    match value:
        case Mapping():
            return arguments(value)
        case list() | tuple():
            return " ".join(map(_value, value))
        case _:
            return str(value)


def of_component(source: str, component: str | None) -> str:
    """'metrics of cart-redis'."""
    return f"{source} of {component}" if component else source


def spoken(name: str) -> str:
    """'PaceSet' -> 'pace set', 'no_incident' -> 'no incident'."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower().replace("_", " ")
