"""What makes two messages speak of one alert: the fingerprint by which they are told together."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from sre_core.domain import Alert, AlertStatus, digest_of
from sre_core.intake import states
from sre_core.memory import fingerprint as memory
from sre_core.memory.unchanging import POD, steady

LENGTH = 32
"""Hex characters."""

MOST_ORDERED = 2_000
_LONGEST_COMPARED = 500
"""Characters of an item by which it finds its place in a list."""
_PLACE = re.compile(r"(?:^|\.)\d+(?=\.|$)")
_TOO_LITTLE = frozenset(("true", "false", "yes", "no"))


def in_one_order(value: Any) -> Any:
    """The same JSON for every order of its keys and lists; what changes from one firing to the next puts nothing elsewhere.

    One that has more than ``MOST_ORDERED`` values, lists and objects stays as it is.
    """
    return _ordered(value) if _is_small(value) else value


def _ordered(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _ordered(value[name]) for name in sorted(value)}
    if isinstance(value, list):
        return sorted(map(_ordered, value), key=_place_in_list)
    return value


def _is_small(value: Any) -> bool:
    waiting, left = [value], MOST_ORDERED
    while waiting and left > 0:
        left -= 1
        one = waiting.pop()
        waiting.extend(one.values() if isinstance(one, Mapping) else one if isinstance(one, list) else ())
    return not waiting


def _place_in_list(item: Any) -> tuple[str, str]:
    text = json.dumps(item, sort_keys=True, ensure_ascii=False)[:_LONGEST_COMPARED]
    return steady(text), text


def fingerprint_of(alert: Alert, key: str = "") -> str:
    """Hex: the same for every message about one alert, firing or resolved; another for another rule or component.

    ``key`` is what the sender calls the alert; where it is given, it alone counts. Else it is the rule (or the title
    without state and figures), the component and the labels that name things, as in ``sre_core.memory.fingerprint``:
    not the order of anything, and no times, values, counts, ids, pods or addresses.
    """
    whose = [alert.source, key] if key else [memory.fingerprint(_standing(alert))]
    return digest_of(whose)[:LENGTH]


def names_a_pod(alert: Alert) -> bool:
    """Whether a label names a pod that its ReplicaSet made: whatever counts all labels changes with every rollout."""
    return any(POD.search(value) for value in alert.labels.values())


def _standing(alert: Alert) -> Alert:
    """The alert without its state, and without the places that things had in lists."""
    named: dict[str, set[str]] = {}
    for name, value in alert.labels.items():
        if value.lower() not in _TOO_LITTLE and states.status_of(value) is AlertStatus.UNKNOWN:
            named.setdefault(_PLACE.sub("", name).strip(".") or "item", set()).add(value)
    labels = {name: " ".join(sorted(values)) for name, values in named.items()}
    return alert.model_copy(update={"title": states.without_state(alert.title), "labels": labels})
