"""What New Relic posts: the default payload of a workflow, and that of the older notification channels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sre_core.domain import AlertKind, AlertStatus, Severity
from sre_core.intake import clues, states
from sre_core.intake.clues import Unit
from sre_core.intake.fields import Fields, said_as_text
from sre_core.intake.reading import Reading, compose

_SEVERITIES = {
    "critical": Severity.CRITICAL,
    "high": Severity.HIGH,
    "warning": Severity.WARNING,
    "medium": Severity.WARNING,
    "low": Severity.INFO,
    "info": Severity.INFO,
}
"""An issue's priority, and an older incident's severity."""
_STATUSES = {
    "created": AlertStatus.FIRING,
    "activated": AlertStatus.FIRING,
    "open": AlertStatus.FIRING,
    "acknowledged": AlertStatus.ACKNOWLEDGED,
    "deactivated": AlertStatus.RESOLVED,
    "closed": AlertStatus.RESOLVED,
    "resolved": AlertStatus.RESOLVED,
}
_TIMES = {"createdAt": Unit.MILLISECONDS, "activatedAt": Unit.MILLISECONDS, "updatedAt": Unit.MILLISECONDS}
_OLDER_TIMES = {"timestamp": Unit.MILLISECONDS, "created_at": Unit.ISO}
_KINDS = {
    "synthetic": AlertKind.SYNTHETIC,
    "browser": AlertKind.ERROR,
    "log": AlertKind.LOG,
    "infra": AlertKind.METRIC,
    "apm": AlertKind.METRIC,
    "nrql": AlertKind.METRIC,
    "newrelic": AlertKind.METRIC,
}
"""A part of the condition's product, or of the sources."""
_WORKFLOW = clues.names(
    "issueUrl impactedEntities alertPolicyNames alertConditionNames workflowName totalIncidents isCorrelated"
)
_OLDER = clues.names(
    "current_state condition_name policy_name incident_id condition_id account_id incident_url "
    "open_violations_count_critical"
)


def looks_like_it(payload: Any) -> bool:
    """Whether it has three of the fields that only a workflow's payload has, or four of an older channel's."""
    if not isinstance(payload, Mapping):
        return False
    return len(_WORKFLOW & payload.keys()) >= 3 or len(_OLDER & payload.keys()) >= 4


def read_new_relic(payload: Any) -> list[Reading]:
    """One reading: an issue, or an older incident, comes by itself."""
    fields = Fields(payload)
    return [_read_workflow(fields) if len(_WORKFLOW & payload.keys()) >= 3 else _read_older(fields)]


def _read_workflow(fields: Fields) -> Reading:
    policies, conditions = fields.listed("alertPolicyNames"), fields.listed("alertConditionNames")
    entities, sources = fields.listed("impactedEntities"), fields.listed("sources")
    issue, count = fields.text("id", "issueId"), fields.text("totalIncidents")
    alone = count in ("", "1") and fields.text("isCorrelated") != "true" and len(entities) < 2
    title = fields.text("title")
    told = {"policy": ", ".join(policies), "condition": ", ".join(conditions), "sources": ", ".join(sources)}
    return compose(
        fields,
        source="new_relic",
        title=[title, *conditions],
        description=[fields.text("description", "details"), f"Impacted: {', '.join(entities)}" if entities else ""],
        severity=_SEVERITIES.get(fields.text("priority").lower(), Severity.UNKNOWN),
        kind=_kind(fields.text("conditionProduct", "product"), *sources),
        status=_STATUSES.get(fields.text("state", "status").lower(), AlertStatus.UNKNOWN),
        starts_at=fields.moment(_TIMES),
        component=entities[0] if len(entities) == 1 else None,
        labels={**told, "entities": ", ".join(entities)},
        links=[said_as_text(fields.at("issueUrl"))],
        key=_key(policies, conditions, entities) if alone and conditions and entities else issue,
        notes=[] if alone or not count else [f"New Relic tells {count} incidents as one issue."],
    )


def _key(policies: list[str], conditions: list[str], entities: list[str]) -> str:
    """An issue of one condition at one entity is the same alert when it comes back under another id."""
    return " / ".join(", ".join(sorted(names)) for names in (policies, conditions, entities))


def _read_older(fields: Fields) -> Reading:
    condition, policy = fields.text("condition_name"), fields.text("policy_name")
    condition_id, incident = fields.text("condition_id", "condition_family_id"), fields.text("incident_id")
    targets = fields.objects("targets")
    named = [said_as_text(target.get("name")) for target in targets if said_as_text(target.get("name"))]
    labels = Fields(targets[0]).pairs("labels") if targets else {}
    product = said_as_text(targets[0].get("product")) if targets else ""
    linked = [said_as_text(fields.at(name)) for name in ("runbook_url", "incident_url", "violation_chart_url")]
    details = fields.text("details")
    return compose(
        fields,
        source="new_relic",
        title=[": ".join(part for part in (condition, states.without_state(details)) if part), policy],
        description=[details, fields.text("condition_description")],
        severity=_SEVERITIES.get(fields.text("severity").lower(), Severity.UNKNOWN),
        kind=_kind(product, fields.text("event_type")),
        status=_STATUSES.get(fields.text("current_state").lower(), AlertStatus.UNKNOWN),
        starts_at=fields.moment(_OLDER_TIMES),
        component=named[0] if len(named) == 1 else None,
        labels={**labels, "policy": policy, "condition": condition},
        links=linked,
        key=" ".join([condition_id, *sorted(named)]) if condition_id else incident,
    )


def _kind(*said: str) -> AlertKind:
    words = " ".join(said).lower()
    return next((kind for part, kind in _KINDS.items() if part in words), AlertKind.UNKNOWN)
