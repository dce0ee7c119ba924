"""The payloads that are known by their shape, the most specific shape first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sre_core.intake import (
    alertmanager,
    azure_monitor,
    cloudwatch,
    datadog,
    google_cloud,
    grafana,
    new_relic,
    opsgenie,
    pagerduty,
    sentry,
    zabbix,
)
from sre_core.intake.reading import Reading


@dataclass(frozen=True)
class Form:
    """One product's payload."""

    name: str
    """As in ``Alert.source``."""
    looks_like_it: Callable[[Any], bool]
    read: Callable[[Any], list[Reading]]
    """At least one reading of whatever ``looks_like_it``; never raises."""


SPOKEN: Mapping[str, str] = {
    "alert_and_context": "alert and context",
    "alertmanager": "Alertmanager",
    "azure_monitor": "Azure Monitor",
    "cloudwatch": "CloudWatch",
    "datadog": "Datadog",
    "email": "e-mail",
    "google_cloud": "Google Cloud Monitoring",
    "grafana": "Grafana",
    "json": "JSON",
    "new_relic": "New Relic",
    "opsgenie": "Opsgenie",
    "pagerduty": "PagerDuty",
    "sentry": "Sentry",
    "sns": "Amazon SNS",
    "zabbix": "Zabbix",
}
"""What an ``Alert.source`` is called, where that is not the word itself."""

FORMS: Sequence[Form] = (
    Form("azure_monitor", azure_monitor.looks_like_it, azure_monitor.read_azure_monitor),
    Form("cloudwatch", cloudwatch.looks_like_it, cloudwatch.read_cloudwatch),
    Form("google_cloud", google_cloud.looks_like_it, google_cloud.read_google_cloud),
    Form("pagerduty", pagerduty.looks_like_it, pagerduty.read_pagerduty),
    Form("opsgenie", opsgenie.looks_like_it, opsgenie.read_opsgenie),
    Form("sentry", sentry.looks_like_it, sentry.read_sentry),
    Form("grafana", grafana.looks_like_it, grafana.read_grafana),
    Form("alertmanager", alertmanager.looks_like_it, alertmanager.read_alertmanager),
    Form("new_relic", new_relic.looks_like_it, new_relic.read_new_relic),
    Form("datadog", datadog.looks_like_it, datadog.read_datadog),
    Form("zabbix", zabbix.looks_like_it, zabbix.read_zabbix),
)
