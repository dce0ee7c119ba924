"""What Sentry posts: alerts on issues and on metrics, changes of issues, errors, and the legacy form of its webhook plugin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sre_core.domain import AlertKind, AlertStatus, Severity
from sre_core.intake.clues import Unit
from sre_core.intake.fields import Fields, said_as_text
from sre_core.intake.reading import Reading, compose

_SEVERITIES = {
    "fatal": Severity.CRITICAL,
    "critical": Severity.CRITICAL,
    "error": Severity.HIGH,
    "warning": Severity.WARNING,
    "info": Severity.INFO,
    "debug": Severity.INFO,
    "sample": Severity.INFO,
}
"""The level of an event or issue, and what was done by an alert on a metric."""
_STATUSES = {
    "triggered": AlertStatus.FIRING,
    "critical": AlertStatus.FIRING,
    "warning": AlertStatus.FIRING,
    "created": AlertStatus.FIRING,
    "unresolved": AlertStatus.FIRING,
    "resolved": AlertStatus.RESOLVED,
    "assigned": AlertStatus.ACKNOWLEDGED,
    "archived": AlertStatus.ACKNOWLEDGED,
    "ignored": AlertStatus.ACKNOWLEDGED,
}
_CATEGORIES = {
    "error": AlertKind.ERROR,
    "performance": AlertKind.METRIC,
    "db_query": AlertKind.METRIC,
    "outage": AlertKind.AVAILABILITY,
    "cron": AlertKind.AVAILABILITY,
    "uptime": AlertKind.SYNTHETIC,
    "metric_alert": AlertKind.METRIC,
    "metric": AlertKind.METRIC,
}
_ABOUT = ("event", "error", "issue", "metric_alert")
_LEGACY = frozenset(("project_slug", "culprit", "triggering_rules"))


def looks_like_it(payload: Any) -> bool:
    """Whether it is an ``action`` with ``data`` about one of four things, or the plugin's object."""
    return isinstance(payload, Mapping) and (_about(payload) is not None or _is_legacy(payload))


def read_sentry(payload: Any) -> list[Reading]:
    """One reading. The issue's id is its key, and the rule's for an alert on a metric."""
    match _about(payload):
        case None:
            return [_read_event(Fields(payload), "event", payload)]
        case "metric_alert":
            return [_read_metric_alert(Fields(payload))]
        case "issue":
            return [_read_issue(Fields(payload))]
        case about:
            return [_read_event(Fields(payload), f"data.{about}", payload)]


def _about(payload: Mapping[str, Any]) -> str | None:
    data = payload.get("data")
    if not isinstance(data, Mapping) or not isinstance(payload.get("action"), str):
        return None
    return next((name for name in _ABOUT if isinstance(data.get(name), Mapping)), None)


def _is_legacy(payload: Mapping[str, Any]) -> bool:
    return isinstance(payload.get("event"), Mapping) and len(_LEGACY & payload.keys()) >= 2


def _read_event(fields: Fields, at: str, payload: Mapping[str, Any]) -> Reading:
    """An event that set off a rule, an error, or the plugin's; the deepest frames of its stack stay in the raw payload."""
    tags = _tags(fields.at(f"{at}.tags"))
    rule = fields.text("data.triggered_rule", "data.issue_alert.title", "triggering_rules.0")
    level, culprit = fields.text(f"{at}.level", "level"), fields.text(f"{at}.culprit", "culprit", f"{at}.transaction")
    title = fields.text(f"{at}.title", f"{at}.message", "message", f"{at}.metadata.title", f"{at}.metadata.type")
    said = fields.text(f"{at}.metadata.value", f"{at}.logentry.formatted", f"{at}.message")
    issue = fields.text(f"{at}.issue_id", f"{at}.groupID", f"{at}.issue.id", "id")
    project = fields.text("project_slug", "project_name", f"{at}.project_slug", f"{at}.project_name", f"{at}.project")
    environment, release = fields.text(f"{at}.environment"), fields.text(f"{at}.release")
    noise = "tags exception stacktrace entries modules _meta sdk grouping_config fingerprint breadcrumbs request contexts hashes"
    fields.take(*(f"{at}.{name}" for name in noise.split()))
    addresses = (f"{at}.web_url", "url", f"{at}.issue_url", f"{at}.url")
    return compose(
        fields,
        source="sentry",
        title=[title, culprit],
        description=[said, f"In {culprit}" if culprit else "", f"Rule: {rule}" if rule else ""],
        severity=_SEVERITIES.get(level.lower(), Severity.UNKNOWN),
        kind=AlertKind.ERROR,
        status=_STATUSES.get(said_as_text(payload.get("action", "triggered")), AlertStatus.UNKNOWN),
        starts_at=fields.moment(
            {f"{at}.datetime": Unit.ISO, f"{at}.timestamp": Unit.SECONDS, f"{at}.received": Unit.SECONDS}
        ),
        component=_component(tags, project),
        labels={**tags, "project": project, "environment": environment, "release": release, "rule_name": rule},
        links=[said_as_text(fields.at(path)) for path in addresses],
        key=issue,
    )


def _read_issue(fields: Fields) -> Reading:
    at = "data.issue"
    action, status = fields.text("action"), fields.text(f"{at}.status")
    project = fields.text(f"{at}.project.slug", f"{at}.project.name")
    category = fields.text(f"{at}.issueCategory").lower()
    culprit = fields.text(f"{at}.culprit")
    title = fields.text(f"{at}.title", f"{at}.metadata.title")
    return compose(
        fields,
        source="sentry",
        title=[title, culprit],
        description=[fields.text(f"{at}.metadata.value"), f"In {culprit}" if culprit else ""],
        severity=_SEVERITIES.get(fields.text(f"{at}.level").lower(), Severity.UNKNOWN),
        kind=_CATEGORIES.get(category, AlertKind.ERROR),
        status=_STATUSES.get(action) or _STATUSES.get(status, AlertStatus.UNKNOWN),
        starts_at=fields.moment({f"{at}.firstSeen": Unit.ISO}),
        component=project if project and not project.isdecimal() else None,
        labels={"project": project},
        links=[said_as_text(fields.at(f"{at}.{name}")) for name in ("web_url", "permalink")],
        key=fields.text(f"{at}.id"),
    )


def _read_metric_alert(fields: Fields) -> Reading:
    at = "data.metric_alert"
    action = fields.text("action")
    projects = fields.listed(f"{at}.projects")
    rule = fields.text(f"{at}.alert_rule.name", f"{at}.title")
    fields.take(f"{at}.alert_rule.triggers")
    return compose(
        fields,
        source="sentry",
        title=[rule, fields.text("data.description_title")],
        description=[fields.text("data.description_text"), fields.text(f"{at}.alert_rule.query")],
        severity=_SEVERITIES.get(action, Severity.UNKNOWN),
        kind=AlertKind.METRIC,
        status=_STATUSES.get(action, AlertStatus.UNKNOWN),
        starts_at=fields.moment({f"{at}.date_started": Unit.ISO, f"{at}.date_detected": Unit.ISO}),
        component=projects[0] if len(projects) == 1 else None,
        labels={"project": ", ".join(projects), "environment": fields.text(f"{at}.alert_rule.environment")},
        links=[said_as_text(fields.at("data.web_url"))],
        key=" ".join(filter(None, ["rule", fields.text(f"{at}.alert_rule.id"), *sorted(projects)])),
    )


def _component(tags: Mapping[str, str], project: str) -> str | None:
    """A service that a tag names, else the project, where that is a name."""
    return tags.get("service") or (project if project and not project.isdecimal() else None)


def _tags(tags: Any) -> dict[str, str]:
    """Pairs as lists (``[["a", "b"]]``), as objects with key and value, or as one object."""
    if isinstance(tags, Mapping):
        return {str(name): said_as_text(value) for name, value in tags.items() if said_as_text(value)}
    listed = tags if isinstance(tags, list) else []
    pairs = [(one[0], one[1]) for one in listed if isinstance(one, list) and len(one) == 2]
    pairs += [(one.get("key"), one.get("value")) for one in listed if isinstance(one, Mapping)]
    found = {said_as_text(name): said_as_text(value) for name, value in pairs[:60]}
    return {name: value for name, value in found.items() if name and value}
