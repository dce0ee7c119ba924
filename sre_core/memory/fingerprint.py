"""Two alerts of the same rule about the same thing have the same fingerprint, whatever changes from one firing to the next.

Left out are: the order of labels, times, values, ids, pods and instances, addresses and links, how loud it is, and the words of
the description. What stays is the rule (or the title without its figures), the component and the labels that name things.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sre_core.domain import Alert, digest_of

_VOLATILE_NAMES = re.compile(
    r"""(?ix) ^(.*[_.])? (
        pod | pod_?name | pod_?ip | instance(_id)? | host_?ip | ip | address | container_?id | node_?ip | replica | replicaset |
        pod_template_hash | controller_revision_hash | uid | uuid | guid | id | ids | hash | sha | digest | commit | revision |
        build | version | image(_tag)? | tag | trace_?id | span_?id | request_?id | session | session_?id | correlation_?id |
        incident_?id | event_?id | alert_?id | ticket | dedup_?key | fingerprint | group_?key |
        timestamp | time | date | ts | at | starts_?at | ends_?at | started_?at | ended_?at | start_?time | end_?time | since |
        fired_?at | updated_?at | created_?at | last_\w+ | duration | age |
        value | values | current(_value)? | threshold | count | total | number | status | state | severity | priority | level |
        url | uri | link | href | \w*url | runbook | dashboard | summary | description | message | text | receiver | prometheus |
        prometheus_replica | silence\w* | monitor | exported_instance | le | quantile
    )$"""
)
"""Names of labels whose values change from one firing to the next, or say nothing of what is meant."""

_LINK = re.compile(r"https?://\S+", re.IGNORECASE)
_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?(?:\s?(?:Z|UTC|[+-]\d\d:?\d\d)\b)?|\b\d\d?:\d\d(?::\d\d)?\b"
)
_UUID = re.compile(r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b", re.IGNORECASE)
_HEX = re.compile(r"\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,}\b|\b0x[0-9a-f]+\b", re.IGNORECASE)
_ADDRESS = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b")
_POD = re.compile(
    r"(?<=[a-z0-9])-(?=[a-z0-9]*\d)[bcdfghjklmnpqrstvwxz2456789]{6,10}-[bcdfghjklmnpqrstvwxz2456789]{5}\b"
    r"|(?<=[a-z0-9])-[0-9a-f]{8,10}-[a-z0-9]{5}\b",
)
"""What a ReplicaSet appends to its workload's name."""
_CODE = re.compile(
    r"\b(code|error|errno|status|http|exit code|ora|port|answers|returns)([\s:#-]{1,2})(\d{2,6})\b(?!\s?[%.])",
    re.IGNORECASE,
)
_FIGURE = re.compile(
    r"(?<![\w#-])[<>=~±+-]*\d[\d.,]*\s?(?:%|‰|[kmgt]i?b?|ms|µs|us|s|sec\w*|min\w*|h|hours?|days?|d|x|rps|qps)?(?![\w#])",
    re.IGNORECASE,
)
_KEPT = "codeletters"
LONGEST_KIND = 120


def fingerprint(alert: Alert) -> str:
    """SHA-256, in hex, of what does not change between two firings of one alert."""
    return digest_of([kind_of(alert), (alert.component and steady(alert.component)) or "", sorted(_naming(alert))])


def kind_of(alert: Alert) -> str:
    """Which kind of alert: the name of its rule, or its title without figures, in lower case."""
    rule = next(
        (value for name, value in alert.labels.items() if name.lower() in ("alertname", "rule", "rulename")), ""
    )
    return (steady(rule) or steady(alert.title) or steady(alert.description) or alert.title.casefold())[:LONGEST_KIND]


def steady(text: str) -> str:
    """The text without what changes: times, ids, addresses, figures with their units. Error codes are kept."""
    for pattern in (_LINK, _UUID, _MOMENT, _ADDRESS):
        text = pattern.sub(" ", text)
    text = _POD.sub("", text)
    text = _HEX.sub(" ", text)
    text = _CODE.sub(lambda match: f"{match[1]} {_KEPT}{match[3]}", text)
    text = _FIGURE.sub(" ", text).replace(_KEPT, "")
    return " ".join(re.sub(r"[^\w/.-]+", " ", text.casefold()).split()).strip(" .-")


def _naming(alert: Alert) -> Iterator[tuple[str, str]]:
    """The labels that name what the alert is about."""
    for name, value in alert.labels.items():
        plain = re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()).strip("_")
        kept = steady(value)
        if kept and not _VOLATILE_NAMES.match(plain) and plain not in ("alertname", "rule", "rulename"):
            yield plain, kept
