"""What an Amazon CloudWatch alarm says: to SNS (whose envelope is already off), or as an event of EventBridge."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sre_core.domain import AlertKind, AlertStatus
from sre_core.intake import clues
from sre_core.intake.clues import Unit
from sre_core.intake.fields import Fields
from sre_core.intake.reading import Reading, compose

_STATUSES = {"ALARM": AlertStatus.FIRING, "OK": AlertStatus.RESOLVED, "INSUFFICIENT_DATA": AlertStatus.UNKNOWN}
_KINDS = {
    "AWS/CloudWatchSynthetics": AlertKind.SYNTHETIC,
    "CloudWatchSynthetics": AlertKind.SYNTHETIC,
    "AWS/Route53": AlertKind.AVAILABILITY,
    "AWS/Logs": AlertKind.LOG,
    "AWS/GuardDuty": AlertKind.SECURITY,
    "AWS/WAFV2": AlertKind.SECURITY,
    "AWS/CodeBuild": AlertKind.DEPLOYMENT,
}
"""By the metric's namespace; any other is a metric."""
_COMPONENT_DIMENSIONS = [
    "ServiceName",
    "FunctionName",
    "DBInstanceIdentifier",
    "DBClusterIdentifier",
    "CacheClusterId",
    "QueueName",
    "TableName",
    "ClusterName",
    "ApiName",
    "LoadBalancer",
    "TargetGroup",
    "AutoScalingGroupName",
    "StreamName",
    "TopicName",
    "InstanceId",
]
"""What of the dimensions names a component, the best first."""
_SEVERITY_UNSAID = "A CloudWatch alarm does not say how severe it is."
_NO_DATA = "CloudWatch has too little data to tell whether the condition holds (INSUFFICIENT_DATA)."


def looks_like_it(payload: Any) -> bool:
    """Whether it is an alarm's message, or an event about a change of an alarm's state."""
    if not isinstance(payload, Mapping):
        return False
    return ("AlarmName" in payload and "NewStateValue" in payload) or _is_event(payload)


def read_cloudwatch(payload: Any) -> list[Reading]:
    """One reading. The alarm's ARN is its key."""
    return [_read_event(payload) if _is_event(payload) else _read_message(payload)]


def _is_event(payload: Mapping[str, Any]) -> bool:
    detail = payload.get("detail")
    return payload.get("source") == "aws.cloudwatch" and isinstance(detail, Mapping) and "alarmName" in detail


def _read_message(payload: Mapping[str, Any]) -> Reading:
    fields = Fields(payload)
    state, arn, name = fields.text("NewStateValue"), fields.text("AlarmArn"), fields.text("AlarmName")
    namespace = fields.text("Trigger.Namespace", "Trigger.Metrics.0.MetricStat.Metric.Namespace")
    metric = fields.text("Trigger.MetricName", "Trigger.Metrics.0.MetricStat.Metric.MetricName")
    listed = fields.objects("Trigger.Dimensions") + fields.objects("Trigger.Metrics.0.MetricStat.Metric.Dimensions")
    fields.take("Trigger.Dimensions", "Trigger.Metrics.0.MetricStat.Metric.Dimensions", "OldStateValue")
    dimensions = {
        str(one.get("name", one.get("Name", ""))): str(one.get("value", one.get("Value", ""))) for one in listed
    }
    return _reading(
        fields,
        name,
        [fields.text("AlarmDescription"), fields.text("NewStateReason"), fields.text("AlarmRule")],
        state,
        {"StateChangeTime": Unit.ISO},
        namespace,
        {"metric": metric, "account": fields.text("AWSAccountId"), "region": fields.text("Region")} | dimensions,
        arn or f"{fields.text('AWSAccountId')} {fields.text('Region')} {name}",
    )


def _read_event(payload: Mapping[str, Any]) -> Reading:
    fields = Fields(payload)
    first = "detail.configuration.metrics.0.metricStat.metric"
    said = [fields.text("detail.configuration.description"), fields.text("detail.state.reason")]
    region, account, name = fields.text("region"), fields.text("account"), fields.text("detail.alarmName")
    namespace, metric = fields.text(f"{first}.namespace"), fields.text(f"{first}.name")
    fields.take("detail.previousState", "detail.state.reasonData")
    return _reading(
        fields,
        name,
        said,
        fields.text("detail.state.value"),
        {"detail.state.timestamp": Unit.ISO, "time": Unit.ISO},
        namespace,
        {"metric": metric, "account": account, "region": region} | fields.pairs(f"{first}.dimensions"),
        fields.text("resources.0") or f"{account} {region} {name}",
    )


def _reading(
    fields: Fields,
    name: str,
    description: list[str],
    state: str,
    times: Mapping[str, Unit],
    namespace: str,
    labels: Mapping[str, str],
    key: str,
) -> Reading:
    named = next((labels[dimension] for dimension in _COMPONENT_DIMENSIONS if labels.get(dimension)), None)
    plain = {label: value for label, value in labels.items() if label and value}
    return compose(
        fields,
        source="cloudwatch",
        title=[name],
        description=description,
        kind=_KINDS.get(namespace, AlertKind.METRIC),
        status=_STATUSES.get(state, AlertStatus.UNKNOWN),
        starts_at=fields.moment(times),
        component=clues.component_of(plain) or named,
        labels={"namespace_of_metric": namespace, **plain},
        key=key.strip(),
        notes=[_NO_DATA] if state == "INSUFFICIENT_DATA" else [],
        remarks=[_SEVERITY_UNSAID],
    )
