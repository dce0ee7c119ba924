"""What Prometheus Alertmanager (and Grafana, which speaks like it) posts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sre_core.domain import Alert, Severity
from sre_core.intake import clues

_ALERT_KEYS = frozenset(("annotations", "startsAt", "endsAt", "generatorURL", "fingerprint"))
_ADDRESS_KEYS = ("generatorURL", "dashboardURL", "panelURL", "silenceURL")


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


def read_alertmanager(payload: Any) -> tuple[Alert, list[str]]:
    """The most severe firing alert, the others named in its description; and what a person should know about that."""
    group: Mapping[str, Any] = payload if isinstance(payload, Mapping) and "alerts" in payload else {}
    listed = group["alerts"] if group else payload if isinstance(payload, list) else [payload]
    alerts = sorted((alert for alert in listed if isinstance(alert, Mapping)), key=_how_urgent)
    lead, others = alerts[0], alerts[1:]
    labels, notes = (
        _texts(group.get("commonLabels")) | _texts(lead.get("labels")),
        _texts(group.get("commonAnnotations")),
    )
    notes |= _texts(lead.get("annotations"))
    alert = Alert(
        title=clues.title_from([_title(labels, notes)]) or "Alertmanager alert without a name",
        description="\n".join([*_described(notes), *(f"Also: {_named(other)}" for other in others)]),
        severity=clues.severity_of(labels.get("severity", labels.get("priority"))),
        starts_at=clues.moment_of(lead.get("startsAt")),
        component=clues.component_of(labels),
        labels=labels,
        links=clues.links_in(
            *notes.values(), *(str(lead.get(key, "")) for key in _ADDRESS_KEYS), str(group.get("externalURL", ""))
        ),
        source="alertmanager",
    )
    return alert, _remarks(alerts, len(listed), group)


def _how_urgent(alert: Mapping[str, Any]) -> tuple[bool, int]:
    severity = clues.severity_of(_texts(alert.get("labels")).get("severity"))
    return not _is_firing(alert), clues.LOUDEST_FIRST.index(severity)


def _is_firing(alert: Mapping[str, Any]) -> bool:
    state = alert.get("status", "firing")
    return (state.get("state") if isinstance(state, Mapping) else state) != "resolved"


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


def _named(alert: Mapping[str, Any]) -> str:
    labels, notes = _texts(alert.get("labels")), _texts(alert.get("annotations"))
    about = [labels.get("severity"), clues.component_of(labels), None if _is_firing(alert) else "resolved"]
    known = ", ".join(word for word in about if word)
    return (_title(labels, notes) or "an alert without a name") + (f" ({known})" if known else "")


def _remarks(alerts: Sequence[Mapping[str, Any]], listed: int, group: Mapping[str, Any]) -> list[str]:
    remarks = [f"{len(alerts)} alerts came together; the most severe firing one leads."] if len(alerts) > 1 else []
    if not any(map(_is_firing, alerts)):
        remarks.append("It says that the condition is resolved.")
    if listed > len(alerts):
        remarks.append(f"{listed - len(alerts)} entries of alerts are not objects and were left out.")
    if group.get("truncatedAlerts"):
        remarks.append(f"Alertmanager left out {group['truncatedAlerts']} more alerts.")
    if all(clues.severity_of(_texts(alert.get("labels")).get("severity")) is Severity.UNKNOWN for alert in alerts):
        remarks.append("No label says how severe it is.")
    return remarks


def _texts(pairs: Any) -> dict[str, str]:
    if not isinstance(pairs, Mapping):
        return {}
    return {
        str(name): value if isinstance(value, str) else str(value) for name, value in pairs.items() if value is not None
    }
