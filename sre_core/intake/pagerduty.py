"""What PagerDuty posts (webhooks of version 3, and of version 2 while they last), and what is posted to its Events API."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from sre_core.domain import AlertStatus, Severity
from sre_core.intake.clues import Unit
from sre_core.intake.fields import Fields
from sre_core.intake.reading import Reading, alone_in, compose, entries_of

_SEVERITIES = {
    "P1": Severity.CRITICAL,
    "P2": Severity.HIGH,
    "P3": Severity.WARNING,
    "P4": Severity.INFO,
    "P5": Severity.INFO,
    "critical": Severity.CRITICAL,
    "error": Severity.HIGH,
    "warning": Severity.WARNING,
    "info": Severity.INFO,
    "high": Severity.HIGH,
    "low": Severity.INFO,
}
"""An incident's priority, an event's severity, and where there is neither the urgency."""
_STATUSES = {
    "triggered": AlertStatus.FIRING,
    "acknowledged": AlertStatus.ACKNOWLEDGED,
    "resolved": AlertStatus.RESOLVED,
    "trigger": AlertStatus.FIRING,
    "acknowledge": AlertStatus.ACKNOWLEDGED,
    "resolve": AlertStatus.RESOLVED,
}
_TIMES = {"created_at": Unit.ISO, "occurred_at": Unit.ISO, "created_on": Unit.ISO}
_NO_INCIDENT = "PagerDuty reports {!r}: news about an incident or a service, not an alert by itself."


def looks_like_it(payload: Any) -> bool:
    """Whether it has an ``event`` with a type and data, ``messages`` with incidents, or an action on an alert's key."""
    if not isinstance(payload, Mapping):
        return False
    return _is_webhook(payload) or _is_event(payload) or bool(_messages(payload))


def read_pagerduty(payload: Any) -> list[Reading]:
    """One reading; for ``messages``, one for each of them."""
    if _is_event(payload):
        return [_read_event(payload)]
    if _is_webhook(payload):
        return [_read_webhook(payload)]
    messages, notes = entries_of(_messages(payload))
    readings = [(_read_incident(message), partial(alone_in, payload, "messages", message)) for message in messages]
    return [one.model_copy(update={"own": own, "notes": (*notes, *one.notes)}) for one, own in readings]


def _is_webhook(payload: Mapping[str, Any]) -> bool:
    event = payload.get("event")
    if not isinstance(event, Mapping) or not isinstance(event.get("data"), Mapping):
        return False
    return isinstance(event.get("event_type"), str) and bool({"occurred_at", "resource_type", "agent"} & event.keys())


def _is_event(payload: Mapping[str, Any]) -> bool:
    action = payload.get("event_action")
    return action in ("trigger", "acknowledge", "resolve") and bool(
        {"routing_key", "dedup_key", "payload"} & payload.keys()
    )


def _messages(payload: Mapping[str, Any]) -> list[Any]:
    listed = payload.get("messages")
    if not isinstance(listed, list):
        return []
    return [one for one in listed if isinstance(one, Mapping) and isinstance(one.get("incident"), Mapping)]


def _read_webhook(payload: Mapping[str, Any]) -> Reading:
    fields = Fields(payload)
    type_ = fields.text("event.event_type")
    id_ = fields.text("event.data.incident_key", "event.data.incident.id", "event.data.id")
    service, priority = fields.text("event.data.service.summary"), fields.text("event.data.priority.summary")
    urgency = fields.text("event.data.urgency")
    status = fields.text("event.data.status")
    about = fields.text(
        "event.data.title", "event.data.incident.summary", "event.data.incident.title", "event.data.summary"
    )
    told = fields.text("event.data.content", "event.data.message", "event.data.body.details", "event.data.description")
    fields.take("event.data.self", "event.data.html_url")
    return compose(
        fields,
        source="pagerduty",
        title=[about, type_],
        description=[told],
        severity=_severity(priority, urgency),
        status=_STATUSES.get(status.lower()) or _STATUSES.get(type_.rpartition(".")[2], AlertStatus.UNKNOWN),
        starts_at=fields.moment(
            {f"event.data.{name}": unit for name, unit in _TIMES.items()} | {"event.occurred_at": Unit.ISO}
        ),
        component=service or None,
        labels={"service": service, "priority": priority, "urgency": urgency},
        links=[str(fields.at("event.data.html_url")), str(fields.at("event.data.incident.html_url"))],
        key=id_,
        notes=() if fields.text("event.data.type") in ("incident", "") else [_NO_INCIDENT.format(type_)],
    )


def _read_incident(message: Mapping[str, Any]) -> Reading:
    fields = Fields(message)
    service = fields.text("incident.service.name", "incident.service.summary")
    urgency = fields.text("incident.urgency")
    return compose(
        fields,
        source="pagerduty",
        title=[fields.text("incident.title", "incident.summary", "incident.description")],
        description=[fields.text("log_entries.0.channel.details", "incident.description")],
        severity=_severity(fields.text("incident.priority.summary", "incident.priority.name"), urgency),
        status=_STATUSES.get(fields.text("incident.status").lower(), AlertStatus.UNKNOWN),
        starts_at=fields.moment({f"incident.{name}": unit for name, unit in _TIMES.items()}),
        component=service or None,
        labels={"service": service, "urgency": urgency},
        links=[str(fields.at("incident.html_url"))],
        key=fields.text("incident.incident_key", "incident.id"),
    )


def _read_event(payload: Mapping[str, Any]) -> Reading:
    fields = Fields(payload)
    source, group, class_ = (fields.text(f"payload.{name}") for name in ("source", "group", "class"))
    linked = [str(one.get("href", "")) for one in fields.objects("links")]
    fields.take("routing_key")
    details = fields.at("payload.custom_details")
    return compose(
        fields,
        source="pagerduty",
        title=[fields.text("payload.summary"), fields.text("dedup_key")],
        description=[details if isinstance(details, str) else ""],
        severity=_severity(fields.text("payload.severity")),
        status=_STATUSES[str(payload["event_action"])],
        starts_at=fields.moment({"payload.timestamp": Unit.ISO}),
        component=fields.text("payload.component") or None,
        labels={**fields.pairs("payload.custom_details"), "source": source, "group": group, "class": class_},
        links=[*linked, fields.text("client_url")],
        key=str(payload.get("dedup_key") or ""),
    )


def _severity(*words: str) -> Severity:
    known = (
        _SEVERITIES.get(said) or _SEVERITIES.get(said.lower()) or _SEVERITIES.get(said[:2].upper()) for said in words
    )
    return next(filter(None, known), Severity.UNKNOWN)
