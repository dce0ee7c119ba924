"""Two alerts of the same rule about the same thing have the same fingerprint, whatever changes from one firing to the next.

Left out are: the order of labels, times, values, ids, pods and instances, addresses and links, how loud it is, and the words of
the description. What stays is the rule (or the title without its figures), the component and the labels that name things; where
no component is named, the machines or targets are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sre_core.domain import Alert, digest_of
from sre_core.memory.machines import machines_of
from sre_core.memory.unchanging import steady
from sre_core.redaction import redact

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

LONGEST_KIND = 120


def fingerprint(alert: Alert) -> str:
    """SHA-256, in hex, of what does not change between two firings of one alert."""
    where = steady(alert.component) if alert.component else " ".join(sorted(machines_named(alert)))
    return digest_of([kind_of(alert), where, sorted(_naming(alert))])


def machines_named(alert: Alert) -> frozenset[str]:
    """The machines, or targets of a probe, that an alert names by its labels, or else in its title."""
    return machines_of(alert.labels, steady(alert.title))


def kind_of(alert: Alert) -> str:
    """Which kind of alert: the name of its rule, or its title without figures and secrets, in lower case."""
    rule = next(
        (value for name, value in alert.labels.items() if name.lower() in ("alertname", "rule", "rulename")), ""
    )
    texts = (redact(said).text for said in (rule, alert.title, alert.description))
    return (next(filter(None, map(steady, texts)), "") or redact(alert.title).text.casefold())[:LONGEST_KIND]


def _naming(alert: Alert) -> Iterator[tuple[str, str]]:
    """The labels that name what the alert is about."""
    for name, value in alert.labels.items():
        plain = re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()).strip("_")
        kept = steady(value)
        if kept and not _VOLATILE_NAMES.match(plain) and plain not in ("alertname", "rule", "rulename"):
            yield plain, kept
