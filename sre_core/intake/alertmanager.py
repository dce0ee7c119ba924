"""What Prometheus Alertmanager posts (and whatever speaks like it)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from sre_core.domain import Alert, AlertKind, AlertStatus, Severity
from sre_core.intake import clues, states
from sre_core.intake.fields import Fields
from sre_core.intake.fingerprint import names_a_pod
from sre_core.intake.reading import Reading, alone_in, entries_of

LARGEST_SHARED = 4_000_000
"""Characters of what a group says of all its alerts, counted once for each of them."""
_ALERT_KEYS = frozenset(("annotations", "startsAt", "endsAt", "generatorURL", "fingerprint"))
_TOLD = clues.names("status labels annotations startsAt endsAt updatedAt fingerprint values valueString receivers")
_TOLD_OF_GROUP = clues.names(
    "alerts receiver status state version title message groupLabels commonLabels commonAnnotations groupKey truncatedAlerts "
    "externalURL orgId"
)
"""What is read, or how the message was sent; whatever else an alert or a group says is a label."""
_ADDRESS_KEYS = ("silenceURL", "generatorURL", "dashboardURL", "panelURL", "imageURL")


@dataclass(frozen=True)
class _Common:
    """What a group says of all its alerts."""

    labels: Mapping[str, str]
    notes: Mapping[str, str]
    other: Mapping[str, str]
    """Fields that are not known, by path."""


def looks_like_it(payload: Any) -> bool:
    """Whether it is a webhook with ``alerts``, a bare list of them, or one of them."""
    if isinstance(payload, Mapping) and isinstance(payload.get("alerts"), list):
        return any(isinstance(alert, Mapping) for alert in payload["alerts"])
    if isinstance(payload, list):
        return any(_is_one(alert) for alert in payload)
    return _is_one(payload)


def _is_one(alert: Any) -> bool:
    if not isinstance(alert, Mapping) or "title" in alert or not isinstance(alert.get("labels"), Mapping):
        return False
    return "alertname" in alert["labels"] and not alert.keys().isdisjoint(_ALERT_KEYS)


def read_alertmanager(payload: Any, source: str = "alertmanager") -> list[Reading]:
    """A reading of each alert, with the labels and notes that the whole group has."""
    group: Mapping[str, Any] = payload if isinstance(payload, Mapping) and "alerts" in payload else {}
    alerts, notes = entries_of(group["alerts"] if group else payload if isinstance(payload, list) else [payload])
    if group.get("truncatedAlerts"):
        notes = (*notes, f"Alertmanager left out {group['truncatedAlerts']} more alerts.")
    common = _Common(
        labels=_within(_texts(group.get("commonLabels")), LARGEST_SHARED // max(1, len(alerts))),
        notes=_within(_texts(group.get("commonAnnotations")), LARGEST_SHARED // max(1, len(alerts))),
        other=_rest(group, _TOLD_OF_GROUP),
    )
    found = []
    for alert in alerts or [{}]:
        reading = _read_one(alert, group, common, source)
        own = partial(alone_in, group, "alerts", alert) if group else partial(_listed, alert)
        found.append(reading.model_copy(update={"notes": (*notes, *reading.notes), "own": own}))
    return found


def _read_one(said: Mapping[str, Any], group: Mapping[str, Any], common: _Common, source: str) -> Reading:
    labels = {**common.labels, **_texts(said.get("labels"))}
    notes = {**common.notes, **_texts(said.get("annotations"))}
    severity = clues.severity_of(labels.get("severity", labels.get("priority")))
    addresses = (*(str(said.get(key, "")) for key in _ADDRESS_KEYS), str(group.get("externalURL", "")))
    title = _title(labels, notes)
    alert = Alert(
        title=clues.title_from([title]) or "Alertmanager alert without a name",
        description="\n".join([*_described(notes), *_values(said)]),
        severity=severity,
        kind=states.kind_in(title, otherwise=AlertKind.METRIC),
        status=_status(said.get("status", group.get("status"))),
        starts_at=clues.moment_of(said.get("startsAt")),
        component=clues.component_of(labels),
        labels={**common.other, **_rest(said, _TOLD.union(_ADDRESS_KEYS)), **labels},
        links=clues.links_in(*notes.values(), *addresses),
        source=source,
    )
    key = said.get("fingerprint")
    unsaid = ("No label says how severe it is.",) if severity is Severity.UNKNOWN else ()
    return Reading(alert=alert, key=key if isinstance(key, str) and not names_a_pod(alert) else "", remarks=unsaid)


def _status(said: Any) -> AlertStatus:
    """A silenced or inhibited alert fires, too; one that does not say is sent because it does."""
    return states.status_of(said.get("state") if isinstance(said, Mapping) else said, AlertStatus.FIRING)


def _title(labels: Mapping[str, str], notes: Mapping[str, str]) -> str:
    return ": ".join(
        part for part in (labels.get("alertname", ""), notes.get("summary", notes.get("title", ""))) if part
    )


def _described(notes: Mapping[str, str]) -> list[str]:
    said_first = [notes[name] for name in ("description", "message") if notes.get(name)]
    rest = [
        f"{name}: {text}" for name, text in notes.items() if name not in ("summary", "title", "description", "message")
    ]
    return said_first + [line for line in rest if not line.split(": ", 1)[1].startswith("http")]


def _values(said: Mapping[str, Any]) -> list[str]:
    """What was measured when it fired, which Grafana tells."""
    fields = Fields(said)
    values = ", ".join(f"{name} = {value}" for name, value in fields.pairs("values").items())
    return [f"Values: {values}"] if values else [text] if (text := fields.text("valueString")) else []


def _rest(said: Mapping[str, Any], told: frozenset[str]) -> dict[str, str]:
    return Fields({name: value for name, value in said.items() if name not in told}).rest()[0]


def _listed(alert: Mapping[str, Any]) -> Any:
    return [alert]


def _within(texts: Mapping[str, str], characters: int) -> dict[str, str]:
    """As many of them as fit."""
    kept: dict[str, str] = {}
    for name, text in texts.items():
        if characters <= 0:
            break
        kept[name] = text[:characters]
        characters -= len(name) + len(text)
    return kept


def _texts(pairs: Any) -> dict[str, str]:
    if not isinstance(pairs, Mapping):
        return {}
    return {
        str(name): value if isinstance(value, str) else str(value) for name, value in pairs.items() if value is not None
    }
