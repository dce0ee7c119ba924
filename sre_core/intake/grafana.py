"""What Grafana posts: its alerting (which speaks like Alertmanager and says more), and the legacy alerts of its dashboards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sre_core.domain import AlertKind, AlertStatus
from sre_core.intake import alertmanager, clues, states
from sre_core.intake.fields import Fields
from sre_core.intake.reading import Reading, compose

_OF_ITS_ALERTS = clues.names("dashboardURL panelURL silenceURL valueString values orgId")
_LEGACY_STATES = {
    "alerting": AlertStatus.FIRING,
    "no_data": AlertStatus.FIRING,
    "pending": AlertStatus.FIRING,
    "ok": AlertStatus.RESOLVED,
    "paused": AlertStatus.UNKNOWN,
    "unknown": AlertStatus.UNKNOWN,
}


def looks_like_it(payload: Any) -> bool:
    """Whether it is Alertmanager's form with what only Grafana adds, or a legacy alert of a dashboard."""
    return _speaks_like_alertmanager(payload) or _is_legacy(payload)


def read_grafana(payload: Any) -> list[Reading]:
    """A reading of each alert."""
    if not _speaks_like_alertmanager(payload):
        return [_read_legacy(payload)]
    return alertmanager.read_alertmanager(payload, "grafana")


def _speaks_like_alertmanager(payload: Any) -> bool:
    if not isinstance(payload, Mapping) or not alertmanager.looks_like_it(payload):
        return False
    listed = payload.get("alerts", [payload])
    return "orgId" in payload or any(isinstance(one, Mapping) and _OF_ITS_ALERTS & one.keys() for one in listed)


def _is_legacy(payload: Any) -> bool:
    if not isinstance(payload, Mapping) or not isinstance(payload.get("state"), str):
        return False
    return "ruleId" in payload and bool({"ruleName", "evalMatches", "ruleUrl"} & payload.keys())


def _read_legacy(payload: Mapping[str, Any]) -> Reading:
    fields = Fields(payload)
    measured = [f"{found.get('metric', 'value')}: {found.get('value')}" for found in fields.objects("evalMatches")]
    org, rule = fields.text("orgId"), fields.text("ruleId")
    title, rule_name = fields.text("title"), fields.text("ruleName")
    fields.take("evalMatches", "imageUrl", "ruleUrl")
    return compose(
        fields,
        source="grafana",
        title=[rule_name, states.without_state(title)],
        description=[fields.text("message"), "\n".join(measured)],
        kind=AlertKind.METRIC,
        status=_LEGACY_STATES.get(fields.text("state").lower(), AlertStatus.UNKNOWN),
        labels=fields.pairs("tags"),
        links=[str(payload.get("ruleUrl", ""))],
        key=f"{org} {rule}" if rule else "",
        remarks=["This form of Grafana's does not say when it began, nor how severe it is."],
    )
