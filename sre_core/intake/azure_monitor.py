"""What Azure Monitor posts: the common alert schema, and the older schemas of metric, log and activity alerts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sre_core.domain import AlertKind, AlertStatus, Severity
from sre_core.intake.clues import Unit
from sre_core.intake.fields import Fields, said_as_text
from sre_core.intake.reading import Reading, compose
from sre_core.memory.unchanging import POD

_SEVERITIES = {
    "0": Severity.CRITICAL,
    "1": Severity.HIGH,
    "2": Severity.WARNING,
    "3": Severity.INFO,
    "4": Severity.INFO,
}
"""Sev0 critical, Sev1 error, Sev2 warning, Sev3 informational, Sev4 verbose."""
_STATUSES = {
    "fired": AlertStatus.FIRING,
    "activated": AlertStatus.FIRING,
    "resolved": AlertStatus.RESOLVED,
    "deactivated": AlertStatus.RESOLVED,
}
_KINDS = {
    "security": AlertKind.SECURITY,
    "service health": AlertKind.AVAILABILITY,
    "servicehealth": AlertKind.AVAILABILITY,
    "resource health": AlertKind.AVAILABILITY,
    "resourcehealth": AlertKind.AVAILABILITY,
    "webtest": AlertKind.SYNTHETIC,
    "smart detector": AlertKind.ERROR,
    "activity log": AlertKind.DEPLOYMENT,
    "metric": AlertKind.METRIC,
    "log": AlertKind.LOG,
}
"""A part of the monitoring service, the condition or the signal; the first that is found. An activity is a change made."""
_SCHEMAS = ("azuremonitor", "microsoft.insights/")


def looks_like_it(payload: Any) -> bool:
    """Whether ``schemaId`` is one of Azure Monitor's, or the essentials of the common one are there."""
    if not isinstance(payload, Mapping):
        return False
    if said_as_text(payload.get("schemaId")).lower().startswith(_SCHEMAS) and isinstance(payload.get("data"), Mapping):
        return True
    essentials = Fields(payload).at("data.essentials")
    return isinstance(essentials, Mapping) and "monitorCondition" in essentials


def read_azure_monitor(payload: Any) -> list[Reading]:
    """One reading: it posts each alert by itself. The rule and what it fired for are its key."""
    if isinstance(Fields(payload).at("data.essentials"), Mapping):
        return [_read_common(Fields(payload))]
    return [_read_older(Fields(payload))]


def _read_common(fields: Fields) -> Reading:
    at = "data.essentials"
    rule, rule_id = fields.text(f"{at}.alertRule"), fields.text(f"{at}.alertRuleID")
    targets = fields.listed(f"{at}.alertTargetIDs")
    items = fields.listed(f"{at}.configurationItems")
    signal, service = fields.text(f"{at}.signalType"), fields.text(f"{at}.monitoringService")
    condition = fields.text("data.alertContext.conditionType")
    dimensions = _dimensions(fields)
    met = [_condition(one) for one in fields.objects("data.alertContext.condition.allOf")]
    links = [said_as_text(fields.at(path)) for path in (f"{at}.investigationLink", *_links_of_conditions())]
    fields.take("data.alertContext.condition.allOf", "schemaId", f"{at}.essentialsVersion", f"{at}.alertContextVersion")
    where = items or [target.rpartition("/")[2] for target in targets]
    told = {"signal": signal, "monitoring_service": service, "target": ", ".join(targets)}
    return compose(
        fields,
        source="azure_monitor",
        title=[rule, fields.text(f"{at}.alertId")],
        description=[fields.text(f"{at}.description"), *met],
        severity=_SEVERITIES.get(fields.text(f"{at}.severity")[-1:], Severity.UNKNOWN),
        kind=_kind(service, condition, signal),
        status=_STATUSES.get(fields.text(f"{at}.monitorCondition").lower(), AlertStatus.UNKNOWN),
        starts_at=fields.moment({f"{at}.firedDateTime": Unit.ISO}),
        component=where[0] if where else None,
        labels={**fields.pairs("data.customProperties"), **dimensions, **told},
        links=links,
        key=_key(rule_id or rule, targets, dimensions) if rule_id or rule else fields.text(f"{at}.originAlertId"),
    )


def _key(rule: str, targets: list[str], dimensions: Mapping[str, str]) -> str:
    """What stays from firing to firing: dimensions that name a pod do not."""
    lasting = sorted(f"{name}={value}" for name, value in dimensions.items() if not POD.search(value))
    return " ".join(part.lower() for part in [rule, *sorted(targets), *lasting])


def _dimensions(fields: Fields) -> dict[str, str]:
    listed = [
        one for met in fields.objects("data.alertContext.condition.allOf") for one in Fields(met).objects("dimensions")
    ]
    pairs = {said_as_text(one.get("name")): said_as_text(one.get("value")) for one in listed}
    return {name: value for name, value in pairs.items() if name and value}


def _condition(met: Mapping[str, Any]) -> str:
    """As in ``Percentage CPU GreaterThan 80: it was 93.4``."""
    fields = Fields(met)
    what = fields.text("metricName", "metricMeasureColumn", "searchQuery")
    asked = " ".join(part for part in (what, fields.text("operator"), fields.text("threshold")) if part)
    was = fields.text("metricValue")
    return f"{asked}: it was {was}" if asked and was else asked


def _links_of_conditions() -> list[str]:
    names = ("linkToSearchResultsUI", "linkToFilteredSearchResultsUI")
    return [f"data.alertContext.condition.allOf.0.{name}" for name in names]


def _read_older(fields: Fields) -> Reading:
    """Fields of the older schemas stand in ``data.context`` (activity logs: in its ``activityLog``), or in ``data`` itself."""
    at = ("data.context.activityLog", "data.context", "data")

    def text(*names: str) -> str:
        return fields.text(*(f"{where}.{name}" for name in names for where in at))

    schema, status = fields.text("schemaId"), fields.text("data.status", "data.context.activityLog.status")
    name, resource = text("name", "AlertRuleName", "operationName"), text("resourceName", "resourceId", "ResourceId")
    about = resource.rpartition("/")[2]
    return compose(
        fields,
        source="azure_monitor",
        title=[name],
        description=[text("description", "Description", "SearchQuery")],
        severity=_SEVERITIES.get(text("severity", "Severity"), Severity.UNKNOWN),
        kind=_kind(text("eventSource"), text("conditionType"), schema),
        status=_STATUSES.get(status.lower(), AlertStatus.UNKNOWN),
        starts_at=fields.moment(
            {
                f"{where}.{when}": Unit.ISO
                for when in ("timestamp", "eventTimestamp", "SearchIntervalEndtimeUtc")
                for where in at
            }
        ),
        component=about or None,
        labels={"resource": resource},
        links=[text("portalLink", "LinkToSearchResults")],
        key=_key(text("id") or name, [text("resourceId") or resource], {}),
    )


def _kind(*said: str) -> AlertKind:
    words = " ".join(said).lower()
    return next((kind for part, kind in _KINDS.items() if part in words), AlertKind.UNKNOWN)
