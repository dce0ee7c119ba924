"""What a Datadog monitor posts: the default payload, and whatever its ``$VARIABLES`` were put into."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sre_core.domain import AlertKind, AlertStatus, Severity
from sre_core.intake import clues, states
from sre_core.intake.clues import Unit
from sre_core.intake.fields import Fields
from sre_core.intake.reading import Reading, compose

_DEFAULT = clues.names("title body event_type last_updated org")
_VARIABLES = clues.names(
    "aggregkey alertcyclekey alertid alertmetric alertpriority alertquery alertscope alertstatus alerttitle alerttransition "
    "alerttype eventmsg eventtitle eventtype hostname lastupdated logssample orgid orgname snapshot tags textonlymsg"
)
_ONLY_ITS_OWN = clues.names(
    "aggregkey alertcyclekey alertmetric alertquery alertscope alerttransition eventmsg textonlymsg"
)

_SEVERITIES = {
    "P1": Severity.CRITICAL,
    "P2": Severity.HIGH,
    "P3": Severity.WARNING,
    "P4": Severity.INFO,
    "P5": Severity.INFO,
    "error": Severity.HIGH,
    "warning": Severity.WARNING,
    "info": Severity.INFO,
}
"""A monitor's priority; where it has none, the type of its alert (``success`` is a recovery, and says nothing)."""
_TIMES = {"date": Unit.MILLISECONDS, "lastupdated": Unit.MILLISECONDS}
_KINDS = {
    "synthetic": AlertKind.SYNTHETIC,
    "security": AlertKind.SECURITY,
    "signal": AlertKind.SECURITY,
    "log": AlertKind.LOG,
    "error_tracking": AlertKind.ERROR,
    "error-tracking": AlertKind.ERROR,
    "ci_": AlertKind.DEPLOYMENT,
    "service_check": AlertKind.AVAILABILITY,
    "metric": AlertKind.METRIC,
    "query": AlertKind.METRIC,
}
"""A part of ``$EVENT_TYPE``."""
_UNFILLED = re.compile(r"\$[A-Z][A-Z_0-9]*")
_MONITOR = re.compile(r"/monitors(?:/|#)(\d+)")
_SCOPE = re.compile(r"\bon (\{[^{}]{1,200}\})")


def looks_like_it(payload: Any) -> bool:
    """Whether it is the default payload, or has fields named like three variables, one of which nobody else has."""
    if not isinstance(payload, Mapping):
        return False
    if len(_DEFAULT & payload.keys()) >= 4 and "event_type" in payload:
        return True
    names = Fields(payload).paths_by_name().keys()
    return bool(_ONLY_ITS_OWN & names) and len(_VARIABLES & names) >= 3


def read_datadog(payload: Any) -> list[Reading]:
    """One reading: a monitor posts each alert by itself. A variable that Datadog did not fill counts as missing."""
    fields = Fields(payload)
    where = fields.paths_by_name()

    def text(*names: str) -> str:
        said = (fields.text(where[name]) for name in names if name in where)
        return next((words for words in said if words and not _UNFILLED.fullmatch(words)), "")

    title = text("eventtitle", "alerttitle", "title")
    transition, type_ = text("alerttransition", "transition"), text("alerttype")
    message = text("textonlymsg", "eventmsg", "body", "message")
    scope = text("alertscope", "scope") or next(iter(_SCOPE.findall(title)), "").strip("{}")
    monitor = text("alertid") or next(iter(_MONITOR.findall(" ".join(fields.texts()))), "")
    tags = _tags(fields, where, "tags") | _tagged(scope.split(","))
    host = text("hostname")
    return [
        compose(
            fields,
            source="datadog",
            title=[states.without_state(title).removesuffix(f"{{{scope}}}")],
            description=[message.replace("%%%", ""), text("alertstatus", "status"), text("alertquery", "query")],
            severity=_severity(text("alertpriority", "priority"), title, type_),
            kind=_kind(text("eventtype"), text("alertmetric", "metric")),
            status=_status(transition, type_, title),
            starts_at=fields.moment({where[name]: unit for name, unit in _TIMES.items() if name in where}),
            labels={**tags, "host": host} if host and "host" not in tags else tags,
            key=" ".join([monitor, *sorted(part.strip() for part in scope.split(",") if part.strip())])
            if monitor
            else "",
        )
    ]


def _severity(priority: str, title: str, type_: str) -> Severity:
    told = re.match(r"\W*(P[1-5])\b", title)
    words = (priority.upper(), told.group(1) if told else "", type_.lower())
    return next((_SEVERITIES[word] for word in words if word in _SEVERITIES), Severity.UNKNOWN)


def _status(transition: str, type_: str, title: str) -> AlertStatus:
    said = (states.status_of(re.sub(r"^re-", "", transition.lower())), states.status_in(title), states.status_of(type_))
    return next((status for status in said if status is not AlertStatus.UNKNOWN), AlertStatus.UNKNOWN)


def _kind(type_: str, metric: str) -> AlertKind:
    known = (kind for part, kind in _KINDS.items() if part in type_.lower())
    return next(known, AlertKind.METRIC if metric else AlertKind.UNKNOWN)


def _tags(fields: Fields, where: Mapping[str, tuple[str, ...]], name: str) -> dict[str, str]:
    if name in where:
        return _tagged(fields.text(where[name]).split(","))
    return _tagged(fields.listed("tags") or fields.listed("alert.tags"))


def _tagged(tags: list[str]) -> dict[str, str]:
    """``service:cart`` is the label service; a tag without a value is its own."""
    pairs = (tag.strip().partition(":") for tag in tags if tag.strip() and not _UNFILLED.fullmatch(tag.strip()))
    return {name.strip(): value.strip() or "true" for name, _, value in pairs if name.strip()}
