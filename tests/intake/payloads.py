"""Payloads to the shape that each product documents, firing; ``changed`` makes another of one."""

from __future__ import annotations

import copy
import json
from typing import Any


def changed(payload: dict[str, Any], **values: Any) -> dict[str, Any]:
    """A copy with these values, by path: ``event__data__status="resolved"``."""
    other = copy.deepcopy(payload)
    for path, value in values.items():
        *above, last = path.split("__")
        inside: Any = other
        for name in above:
            inside = inside[int(name)] if isinstance(inside, list) else inside[name]
        inside[last] = value
    return other


def without(payload: dict[str, Any], *names: str) -> dict[str, Any]:
    """A copy without these keys of the top."""
    return {name: copy.deepcopy(value) for name, value in payload.items() if name not in names}


ALERTMANAGER: dict[str, Any] = {
    "version": "4",
    "groupKey": '{}:{alertname="CartSlow"}',
    "truncatedAlerts": 0,
    "status": "firing",
    "receiver": "workbench",
    "groupLabels": {"alertname": "CartSlow"},
    "commonLabels": {"alertname": "CartSlow", "cluster": "eu"},
    "commonAnnotations": {"runbook_url": "https://runbooks.example/cart"},
    "externalURL": "https://alertmanager.example",
    "alerts": [
        {
            "status": "firing",
            "labels": {"alertname": "CartSlow", "severity": "critical", "service": "cart", "cluster": "eu"},
            "annotations": {"summary": "cart is slow", "description": "p99 is 3 s"},
            "startsAt": "2026-03-01T12:00:00Z",
            "endsAt": "0001-01-01T00:00:00Z",
            "generatorURL": "https://prometheus.example/graph?g0.expr=1",
            "fingerprint": "2a6f1b0c9d8e7f60",
        }
    ],
}

GRAFANA: dict[str, Any] = {
    "receiver": "workbench",
    "status": "firing",
    "orgId": 1,
    "groupKey": "{alertname='Pool full'}",
    "groupLabels": {},
    "commonLabels": {"grafana_folder": "shop"},
    "commonAnnotations": {},
    "externalURL": "https://grafana.example/",
    "version": "1",
    "truncatedAlerts": 0,
    "title": "[FIRING:1] Pool full",
    "state": "alerting",
    "message": "**Firing** ...",
    "alerts": [
        {
            "status": "firing",
            "labels": {"alertname": "Pool full", "service": "orders", "severity": "warning"},
            "annotations": {"summary": "No connection left", "runbook_url": "https://runbooks.example/pool"},
            "startsAt": "2026-03-01T13:00:00+01:00",
            "endsAt": "0001-01-01T00:00:00Z",
            "generatorURL": "https://grafana.example/alerting/x/edit",
            "fingerprint": "c0ffee0123456789",
            "silenceURL": "https://grafana.example/alerting/silence/new?matcher=1",
            "dashboardURL": "https://grafana.example/d/shop",
            "panelURL": "https://grafana.example/d/shop?viewPanel=4",
            "values": {"A": 50, "C": 1},
        }
    ],
}

GRAFANA_LEGACY: dict[str, Any] = {
    "title": "[Alerting] Queue is long",
    "ruleId": 7,
    "ruleName": "Queue is long",
    "ruleUrl": "https://grafana.example/d/queue?tab=alert",
    "state": "alerting",
    "evalMatches": [{"value": 812.5, "metric": "mail queue", "tags": {"host": "mail-1"}}],
    "message": "Mails wait for more than a quarter of an hour",
    "orgId": 3,
    "dashboardId": 21,
    "panelId": 4,
    "tags": {"service": "mailer"},
}

DATADOG: dict[str, Any] = {
    "id": "5485379890863845239",
    "event_type": "query_alert_monitor",
    "title": "[P2] [Triggered on {service:cart}] Errors of {{service.name}}",
    "body": "%%%\nToo many errors\n[Monitor](https://app.datadoghq.com/monitors/186929?group=service%3Acart)\n%%%",
    "date": "1772366400000",
    "last_updated": "1772366460000",
    "org": {"id": "4156", "name": "Shop"},
}

DATADOG_CUSTOM: dict[str, Any] = {
    "alert_id": "186929",
    "alert_title": "Errors of cart",
    "alert_transition": "Triggered",
    "alert_type": "error",
    "alert_priority": "P1",
    "alert_metric": "trace.http.errors",
    "alert_query": "sum(last_5m):sum:trace.http.errors{service:cart} > 40",
    "alert_scope": "service:cart,env:prod",
    "event_msg": "Too many errors",
    "aggreg_key": "9bd4ac313a4d1e8fae2482df7b77628",
    "date": 1772366400000,
    "hostname": "web-3",
    "tags": "env:prod,service:cart,team:shop",
    "link": "https://app.datadoghq.com/event/event?id=1",
    "snapshot": "$SNAPSHOT",
}

PAGERDUTY: dict[str, Any] = {
    "event": {
        "id": "01DEN5XKQO3B2TZR8V2E3DJF0P",
        "event_type": "incident.triggered",
        "resource_type": "incident",
        "occurred_at": "2026-03-01T12:00:05.169Z",
        "agent": {
            "html_url": "https://shop.pagerduty.com/users/P1",
            "id": "P1",
            "summary": "Ada",
            "type": "user_reference",
        },
        "client": {"name": "PagerDuty"},
        "data": {
            "id": "Q1ABC",
            "type": "incident",
            "self": "https://api.pagerduty.com/incidents/Q1ABC",
            "html_url": "https://shop.pagerduty.com/incidents/Q1ABC",
            "number": 71,
            "status": "triggered",
            "incident_key": "orders-db/disk",
            "created_at": "2026-03-01T12:00:00Z",
            "title": "Disk of orders-db is full",
            "service": {"html_url": "https://shop.pagerduty.com/services/S1", "id": "S1", "summary": "orders-db"},
            "assignees": [{"id": "P1", "summary": "Ada", "type": "user_reference"}],
            "escalation_policy": {"id": "E1", "summary": "Databases"},
            "teams": [{"id": "T1", "summary": "Storage"}],
            "priority": {"id": "PR1", "summary": "P1"},
            "urgency": "high",
            "conference_bridge": {"conference_number": "+1 555", "conference_url": "https://meet.example/1"},
            "resolve_reason": None,
        },
    }
}

PAGERDUTY_EVENT: dict[str, Any] = {
    "routing_key": "R0UT1NGK3YR0UT1NGK3YR0UT1NGK3Y00",
    "event_action": "trigger",
    "dedup_key": "orders-db/disk",
    "payload": {
        "summary": "Disk of orders-db is full",
        "source": "db-7.prod",
        "severity": "error",
        "timestamp": "2026-03-01T12:00:00.000+0000",
        "component": "orders-db",
        "group": "storage",
        "class": "disk",
        "custom_details": {"free": "0.4 %", "mount": "/var/lib"},
    },
    "links": [{"href": "https://runbooks.example/disk", "text": "Runbook"}],
    "client": "cron",
    "client_url": "https://cron.example",
}

OPSGENIE: dict[str, Any] = {
    "action": "Create",
    "integrationId": "37c8f316-17c6-49d7-899b-9c7e540c048d",
    "integrationName": "Workbench",
    "source": {"name": "web", "type": "API"},
    "alert": {
        "alertId": "052652ac-5d1c-464a-812a-7dd18bbfba8c",
        "message": "Payments are refused",
        "description": "The bank answers 503. https://runbooks.example/bank",
        "tags": ["team:pay", "urgent"],
        "tinyId": "23",
        "alias": "payments/refused",
        "entity": "payments",
        "createdAt": 1772366400000,
        "updatedAt": 1772366460000000000,
        "username": "ada@shop.example",
        "userId": "daed1180",
        "priority": "P2",
        "details": {"region": "eu"},
    },
}

CLOUDWATCH: dict[str, Any] = {
    "AlarmName": "orders-5xx",
    "AlarmDescription": "Orders answers with errors",
    "AWSAccountId": "123456789012",
    "AlarmConfigurationUpdatedTimestamp": "2026-01-01T00:00:00.000+0000",
    "NewStateValue": "ALARM",
    "NewStateReason": "Threshold Crossed: 3 datapoints were greater than the threshold (5.0).",
    "StateChangeTime": "2026-03-01T12:00:00.000+0000",
    "Region": "EU (Frankfurt)",
    "AlarmArn": "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:orders-5xx",
    "OldStateValue": "OK",
    "OKActions": [],
    "AlarmActions": ["arn:aws:sns:eu-central-1:123456789012:oncall"],
    "InsufficientDataActions": [],
    "Trigger": {
        "MetricName": "HTTPCode_Target_5XX_Count",
        "Namespace": "AWS/ApplicationELB",
        "StatisticType": "Statistic",
        "Statistic": "SUM",
        "Unit": None,
        "Dimensions": [
            {"value": "app/orders/50dc6c495c0c9188", "name": "LoadBalancer"},
            {"value": "orders", "name": "ServiceName"},
        ],
        "Period": 60,
        "EvaluationPeriods": 3,
        "ComparisonOperator": "GreaterThanThreshold",
        "Threshold": 5.0,
        "TreatMissingData": "missing",
    },
}

CLOUDWATCH_EVENT: dict[str, Any] = {
    "version": "0",
    "id": "c4c1c1c9-6542-e61b-6ef0-8c4d36933a92",
    "detail-type": "CloudWatch Alarm State Change",
    "source": "aws.cloudwatch",
    "account": "123456789012",
    "time": "2026-03-01T12:00:01Z",
    "region": "eu-central-1",
    "resources": ["arn:aws:cloudwatch:eu-central-1:123456789012:alarm:orders-5xx"],
    "detail": {
        "alarmName": "orders-5xx",
        "configuration": {
            "description": "Orders answers with errors",
            "metrics": [
                {
                    "id": "m1",
                    "metricStat": {
                        "metric": {"namespace": "AWS/ECS", "name": "Errors", "dimensions": {"ServiceName": "orders"}},
                        "period": 60,
                        "stat": "Sum",
                    },
                    "returnData": True,
                }
            ],
        },
        "previousState": {"value": "OK", "reason": "fine", "timestamp": "2026-03-01T11:00:00.000+0000"},
        "state": {"value": "ALARM", "reason": "Threshold Crossed", "timestamp": "2026-03-01T12:00:00.000+0000"},
    },
}


def sns(message: Any, **more: Any) -> dict[str, Any]:
    """An envelope around a message."""
    return {
        "Type": "Notification",
        "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
        "TopicArn": "arn:aws:sns:eu-central-1:123456789012:oncall",
        "Subject": 'ALARM: "orders-5xx" in EU (Frankfurt)',
        "Message": message if isinstance(message, str) else json.dumps(message),
        "Timestamp": "2026-03-01T12:00:02.000Z",
        "SignatureVersion": "1",
        "Signature": "EXAMPLEw6JRN...",
        "SigningCertURL": "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService.pem",
        "UnsubscribeURL": "https://sns.eu-central-1.amazonaws.com/?Action=Unsubscribe",
        **more,
    }


SENTRY_EVENT: dict[str, Any] = {
    "action": "triggered",
    "installation": {"uuid": "a8e5d37a-696c-4c54-adb5-b3f28d64c7de"},
    "actor": {"id": "sentry", "name": "Sentry", "type": "application"},
    "data": {
        "triggered_rule": "Errors in checkout",
        "event": {
            "event_id": "e4874d664c3540c1a32eab185f12c5ab",
            "title": "KeyError: 'sku'",
            "message": "",
            "culprit": "cart.views in add",
            "level": "error",
            "platform": "python",
            "datetime": "2026-03-01T12:00:00.000000Z",
            "timestamp": 1772366400.0,
            "environment": "prod",
            "release": "cart@4.2.0",
            "project": 1,
            "issue_id": "1117540176",
            "issue_url": "https://sentry.io/api/0/issues/1117540176/",
            "web_url": "https://sentry.io/organizations/shop/issues/1117540176/events/e487/",
            "url": "https://sentry.io/api/0/projects/shop/cart/events/e487/",
            "tags": [["service", "cart"], ["level", "error"]],
            "metadata": {"type": "KeyError", "value": "'sku'", "filename": "views.py"},
            "exception": {"values": [{"type": "KeyError", "value": "'sku'"}]},
        },
    },
}

SENTRY_ISSUE: dict[str, Any] = {
    "action": "created",
    "actor": {"id": "sentry", "name": "Sentry", "type": "application"},
    "data": {
        "issue": {
            "id": "1117540176",
            "shortId": "CART-1A",
            "title": "KeyError: 'sku'",
            "culprit": "cart.views in add",
            "permalink": "https://shop.sentry.io/issues/1117540176/",
            "level": "fatal",
            "status": "unresolved",
            "substatus": "new",
            "project": {"id": "1", "name": "cart", "slug": "cart", "platform": "python"},
            "metadata": {"type": "KeyError", "value": "'sku'"},
            "firstSeen": "2026-03-01T12:00:00Z",
            "lastSeen": "2026-03-01T12:05:00Z",
            "count": "12",
            "userCount": 7,
            "issueCategory": "error",
            "issueType": "error",
        }
    },
}

SENTRY_METRIC: dict[str, Any] = {
    "action": "critical",
    "actor": {"id": "sentry", "name": "Sentry", "type": "application"},
    "data": {
        "description_text": "1000 events in the last 10 minutes",
        "description_title": "Critical: Too many errors",
        "web_url": "https://sentry.io/organizations/shop/alerts/rules/details/7/",
        "metric_alert": {
            "id": "6",
            "identifier": "6",
            "title": "Too many errors",
            "projects": ["cart"],
            "date_started": "2026-03-01T12:00:00Z",
            "date_detected": "2026-03-01T12:01:00Z",
            "date_closed": None,
            "status": 20,
            "alert_rule": {
                "id": "7",
                "name": "Too many errors",
                "aggregate": "count()",
                "query": "level:error",
                "environment": None,
                "triggers": [{"label": "critical", "alert_threshold": 1000}],
            },
        },
    },
}

AZURE: dict[str, Any] = {
    "schemaId": "azureMonitorCommonAlertSchema",
    "data": {
        "essentials": {
            "alertId": "/subscriptions/s1/providers/Microsoft.AlertsManagement/alerts/aaaa0a0a",
            "alertRule": "High CPU",
            "severity": "Sev1",
            "signalType": "Metric",
            "monitorCondition": "Fired",
            "monitoringService": "Platform",
            "alertTargetIDs": [
                "/subscriptions/s1/resourcegroups/shop/providers/microsoft.compute/virtualmachines/orders-vm"
            ],
            "configurationItems": ["orders-vm"],
            "originAlertId": "s1_shop_microsoft.insights_metricAlerts_High CPU_-117781227",
            "firedDateTime": "2026-03-01T12:00:00.3713213Z",
            "description": "The machine is busy",
            "essentialsVersion": "1.0",
            "alertContextVersion": "1.0",
            "investigationLink": "https://portal.azure.com/#view/alert",
        },
        "alertContext": {
            "properties": None,
            "conditionType": "SingleResourceMultipleMetricCriteria",
            "condition": {
                "windowSize": "PT5M",
                "allOf": [
                    {
                        "metricName": "Percentage CPU",
                        "metricNamespace": "Microsoft.Compute/virtualMachines",
                        "operator": "GreaterThan",
                        "threshold": "80",
                        "timeAggregation": "Average",
                        "dimensions": [{"name": "node", "value": "a"}],
                        "metricValue": 93.5,
                    }
                ],
            },
        },
        "customProperties": {"team": "shop"},
    },
}

AZURE_OLDER: dict[str, Any] = {
    "schemaId": "AzureMonitorMetricAlert",
    "data": {
        "version": "2.0",
        "status": "Activated",
        "context": {
            "timestamp": "2026-03-01T12:00:00.1234567Z",
            "id": "/subscriptions/s1/resourceGroups/shop/providers/microsoft.insights/metricAlerts/Queue",
            "name": "Queue",
            "description": "Messages wait",
            "conditionType": "SingleResourceMultipleMetricCriteria",
            "severity": "2",
            "condition": {"windowSize": "PT5M", "allOf": []},
            "resourceName": "mailer",
            "resourceId": "/subscriptions/s1/resourceGroups/shop/providers/Microsoft.ServiceBus/namespaces/mailer",
            "portalLink": "https://portal.azure.com/#resource/mailer",
        },
        "properties": {},
    },
}

GOOGLE_CLOUD: dict[str, Any] = {
    "version": "1.2",
    "incident": {
        "incident_id": "0.opqiw61fsv7p",
        "scoping_project_id": "shop-1",
        "scoping_project_number": 12345,
        "url": "https://console.cloud.google.com/monitoring/alerting/incidents/0.opqiw61fsv7p?project=shop-1",
        "started_at": 1772366400,
        "ended_at": None,
        "state": "open",
        "severity": "Error",
        "summary": "CPU usage for cart-vm is above the threshold of 0.9 with a value of 0.99.",
        "observed_value": "0.99",
        "threshold_value": "0.9",
        "policy_name": "Busy machines",
        "policy_user_labels": {"team": "shop"},
        "condition_name": "CPU above 90 %",
        "condition": {
            "name": "projects/shop-1/alertPolicies/441/conditions/442",
            "displayName": "CPU above 90 %",
            "conditionThreshold": {"comparison": "COMPARISON_GT", "thresholdValue": 0.9, "duration": "60s"},
        },
        "metric": {
            "type": "compute.googleapis.com/instance/cpu/utilization",
            "displayName": "CPU",
            "labels": {"device": "a"},
        },
        "resource": {
            "type": "gce_instance",
            "labels": {"instance_id": "11223344", "project_id": "shop-1", "zone": "eu-1"},
        },
        "resource_name": "shop-1 cart-vm",
        "resource_display_name": "cart-vm",
        "resource_type_display_name": "VM Instance",
        "metadata": {"system_labels": {}, "user_labels": {"service": "cart"}},
        "documentation": {
            "content": "See https://runbooks.example/cpu",
            "mime_type": "text/markdown",
            "links": [{"displayName": "Runbook", "url": "https://runbooks.example/cpu#first"}],
        },
    },
}

NEW_RELIC: dict[str, Any] = {
    "id": "d1b1f3fd-995a-4066-88ab-8ce4f6960654",
    "issueUrl": "https://radar-api.service.newrelic.com/accounts/1/issues/d1b1f3fd",
    "title": "Memory Used % > 90 for at least 2 minutes on 'checkout'",
    "priority": "CRITICAL",
    "impactedEntities": ["checkout"],
    "totalIncidents": 1,
    "state": "ACTIVATED",
    "trigger": "STATE_CHANGE",
    "isCorrelated": False,
    "createdAt": 1772366400000,
    "updatedAt": 1772366460000,
    "sources": ["newrelic"],
    "alertPolicyNames": ["Shop"],
    "alertConditionNames": ["Memory high"],
    "workflowName": "To the workbench",
}

NEW_RELIC_OLDER: dict[str, Any] = {
    "account_id": 1,
    "account_name": "Shop",
    "condition_id": 4711,
    "condition_name": "Apdex (Low)",
    "current_state": "open",
    "details": "Apdex < 0.7 for at least 5 minutes on 'checkout'",
    "event_type": "INCIDENT",
    "incident_id": 98765,
    "incident_url": "https://alerts.newrelic.com/accounts/1/incidents/98765",
    "incident_acknowledge_url": "https://alerts.newrelic.com/accounts/1/incidents/98765/acknowledge",
    "open_violations_count_critical": 1,
    "open_violations_count_warning": 0,
    "closed_violations_count_critical": 0,
    "policy_name": "Shop",
    "policy_url": "https://alerts.newrelic.com/accounts/1/policies/5",
    "runbook_url": "https://runbooks.example/apdex",
    "severity": "CRITICAL",
    "targets": [
        {
            "id": "54",
            "name": "checkout",
            "link": "https://rpm.newrelic.com/54",
            "labels": {"team": "shop"},
            "product": "APM",
            "type": "Application",
        }
    ],
    "timestamp": 1772366400000,
}

ZABBIX: dict[str, Any] = {
    "alert_subject": "Problem: Free space is low on /var",
    "alert_message": "2 % are left. https://runbooks.example/disk",
    "event_id": "42",
    "event_name": "Free space is low on /var",
    "event_nseverity": "4",
    "event_severity": "High",
    "event_source": "0",
    "event_value": "1",
    "event_update_status": "0",
    "event_date": "2026.03.01",
    "event_time": "12:00:00",
    "event_recovery_date": "{EVENT.RECOVERY.DATE}",
    "event_tags": "service:orders, scope:capacity",
    "host_name": "db-7",
    "host_ip": "10.0.0.7",
    "trigger_id": "17001",
    "zabbix_url": "https://zabbix.example",
}

ZABBIX_EXPORT: dict[str, Any] = {
    "clock": 1772366400,
    "ns": 519,
    "value": 1,
    "eventid": 42,
    "name": "Free space is low on /var",
    "severity": 4,
    "hosts": [{"host": "db-7", "name": "Database 7"}],
    "groups": ["Databases"],
    "tags": [{"tag": "service", "value": "orders"}],
}
