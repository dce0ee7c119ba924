"""What Google Cloud Monitoring posts for an incident (its schema 1.2, and what earlier ones have of it)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sre_core.domain import AlertKind, AlertStatus, Severity
from sre_core.intake import clues
from sre_core.intake.clues import Unit
from sre_core.intake.fields import Fields, said_as_text
from sre_core.intake.reading import Reading, compose
from sre_core.memory.unchanging import POD

_SEVERITIES = {
    "critical": Severity.CRITICAL,
    "error": Severity.HIGH,
    "warning": Severity.WARNING,
    "no severity": Severity.UNKNOWN,
}
_STATUSES = {"open": AlertStatus.FIRING, "acknowledged": AlertStatus.ACKNOWLEDGED, "closed": AlertStatus.RESOLVED}
_TIMES = {"incident.started_at": Unit.SECONDS}
_CONDITIONS = {
    "conditionMatchedLog": AlertKind.LOG,
    "conditionAbsent": AlertKind.AVAILABILITY,
    "conditionThreshold": AlertKind.METRIC,
    "conditionMonitoringQueryLanguage": AlertKind.METRIC,
    "conditionPrometheusQueryLanguage": AlertKind.METRIC,
    "conditionSql": AlertKind.LOG,
}
_ITS_OWN = clues.names("policy_name condition_name condition incident_id resource scoping_project_id")
_COMPONENT_LABELS = [
    "service_name",
    "container_name",
    "function_name",
    "database_id",
    "module_id",
    "cluster_name",
    "instance_name",
    "backend_service_name",
    "job_name",
    "subscription_id",
    "topic_id",
    "queue_id",
    "bucket_name",
    "host",
    "instance_id",
]
"""Labels of a resource that name a component, the best first."""


def looks_like_it(payload: Any) -> bool:
    """Whether it has an ``incident`` with at least two of the fields that this product gives it."""
    incident = payload.get("incident") if isinstance(payload, Mapping) else None
    return isinstance(incident, Mapping) and len(_ITS_OWN & incident.keys()) >= 2


def read_google_cloud(payload: Any) -> list[Reading]:
    """One reading: it posts each incident by itself. Policy, condition and resource are its key."""
    fields = Fields(payload)
    policy, condition = fields.text("incident.policy_name"), fields.text("incident.condition_name")
    name = fields.text("incident.condition.name")
    metric = fields.text("incident.metric.type")
    type_, resource = fields.text("incident.resource.type"), fields.pairs("incident.resource.labels")
    shown = fields.text("incident.resource_display_name", "incident.resource_name")
    labels = {**fields.pairs("incident.metric.labels"), **fields.pairs("incident.policy_user_labels"), **resource}
    labels |= {**fields.pairs("incident.metadata.user_labels"), "resource_type": type_, "metric": metric}
    linked = [said_as_text(one.get("url")) for one in fields.objects("incident.documentation.links")]
    summary = fields.text("incident.summary")
    at = [said_as_text(fields.at("incident.url")), *linked]
    kind = _kind(fields.at("incident.condition"), metric)
    fields.take("incident.condition", "incident.documentation.links", "incident.url")
    return [
        compose(
            fields,
            source="google_cloud",
            title=[fields.text("incident.documentation.subject"), _title(policy, condition), summary],
            description=[summary, fields.text("incident.documentation.content", "incident.documentation")],
            severity=_SEVERITIES.get(fields.text("incident.severity").lower(), Severity.UNKNOWN),
            kind=kind,
            status=_STATUSES.get(fields.text("incident.state").lower(), AlertStatus.UNKNOWN),
            starts_at=fields.moment(_TIMES),
            component=clues.component_of(labels) or _component(resource) or shown or None,
            labels=labels | {"policy": policy, "condition": condition, "resource_name": shown},
            links=at,
            key=_key(name or f"{policy} / {condition}", type_, resource, shown) if name or policy else "",
        )
    ]


def _title(policy: str, condition: str) -> str:
    return ": ".join(dict.fromkeys(part for part in (policy, condition) if part))


def _component(resource: Mapping[str, str]) -> str | None:
    found = next((resource[name] for name in _COMPONENT_LABELS if resource.get(name)), None)
    return clues.workload_of(resource["pod_name"]) if found is None and resource.get("pod_name") else found


def _key(rule: str, type_: str, resource: Mapping[str, str], shown: str) -> str:
    """The condition's name holds policy and project; labels that name a pod change from firing to firing."""
    lasting = sorted(
        f"{name}={value}" for name, value in resource.items() if name != "pod_name" and not POD.search(value)
    )
    return " ".join([rule, type_, *(lasting or [shown])])


def _kind(condition: Any, metric: str) -> AlertKind:
    if "uptime_check" in metric:
        return AlertKind.SYNTHETIC
    if metric.startswith("logging.googleapis.com/"):
        return AlertKind.LOG
    named = condition if isinstance(condition, Mapping) else {}
    return next(
        (kind for name, kind in _CONDITIONS.items() if name in named), AlertKind.METRIC if metric else AlertKind.UNKNOWN
    )
