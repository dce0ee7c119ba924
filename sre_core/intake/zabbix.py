"""What Zabbix sends: a media type's webhook with the usual macros under their names, and the events of its real-time export.

A media type's script may name its parameters as it likes; by habit they are named after the macro: ``{EVENT.NSEVERITY}`` is
``event_nseverity``, ``EventNSeverity``, ``EVENT.NSEVERITY``, or ``event: {nseverity}``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sre_core.domain import AlertKind, AlertStatus, Severity
from sre_core.intake import clues, states
from sre_core.intake.clues import Unit
from sre_core.intake.fields import Fields, said_as_text
from sre_core.intake.foreign_json import read_json
from sre_core.intake.reading import Reading, compose

_SEVERITIES = {
    "5": Severity.CRITICAL,
    "4": Severity.HIGH,
    "3": Severity.WARNING,
    "2": Severity.WARNING,
    "1": Severity.INFO,
    "0": Severity.UNKNOWN,
    "disaster": Severity.CRITICAL,
    "high": Severity.HIGH,
    "average": Severity.WARNING,
    "warning": Severity.WARNING,
    "information": Severity.INFO,
    "not classified": Severity.UNKNOWN,
}
"""The number and the name of each severity."""
_VALUES = {
    "1": AlertStatus.FIRING,
    "problem": AlertStatus.FIRING,
    "0": AlertStatus.RESOLVED,
    "ok": AlertStatus.RESOLVED,
}
_STAMPS = {"eventtimestamp": Unit.SECONDS, "clock": Unit.SECONDS}
_IDS = clues.names("eventid triggerid")
_STATES = clues.names(
    "eventvalue triggervalue triggerstatus eventstatus eventnseverity eventseverity triggerseverity triggernseverity "
    "eventupdatestatus eventrecoveryvalue"
)
_ABOUT = clues.names(
    "eventname triggername alertsubject alertmessage hostname hosthost hostip itemname itemname1 eventdate "
    "eventtime zabbixurl eventtags"
)
_EXPORT = frozenset(("eventid", "clock", "ns", "value"))
_LOCAL = "Zabbix tells times in the zone of its server and does not say which; it was taken for UTC."
_CLOCK = re.compile(r"(\d{4})[.-](\d\d)[.-](\d\d)[T ](\d\d:\d\d(?::\d\d)?)")


def looks_like_it(payload: Any) -> bool:
    """Whether it is an exported event, or has an event's or a trigger's id, its state, and what it is about."""
    if not isinstance(payload, Mapping):
        return False
    if payload.keys() >= _EXPORT:
        return True
    names = Fields(payload).paths_by_name().keys()
    return bool(_IDS & names) and bool(_STATES & names) and bool(_ABOUT & names)


def read_zabbix(payload: Any) -> list[Reading]:
    """One reading. The trigger is its key: it belongs to its hosts."""
    fields = Fields(payload)
    where = fields.paths_by_name()

    def text(*names: str) -> str:
        said = (fields.text(where[name]) for name in names if name in where)
        return next((words for words in said if words and not _unfilled(words)), "")

    subject, message = text("alertsubject", "subject"), text("alertmessage", "message")
    name = text("eventname", "triggername") or (text("name") if "clock" in where else "")
    hosts = [said_as_text(host.get("name") or host.get("host")) for host in fields.objects("hosts")]
    host = text("hostname", "hosthost", "host") or next(filter(None, hosts), "")
    at, notes = _moment(fields, where, text)
    tags = _tags(fields, where)
    severity = text("eventnseverity", "eventseverity", "triggernseverity", "triggerseverity", "severity")
    trigger = text("triggerid")
    return [
        compose(
            fields,
            source="zabbix",
            title=[name, states.without_state(subject), message, _of_recovery(text("peventid"))],
            description=[message, text("triggerdescription"), text("eventopdata", "opdata")],
            severity=_SEVERITIES.get(severity.lower(), Severity.UNKNOWN),
            kind=states.kind_in(name, subject, otherwise=AlertKind.METRIC),
            status=_status(text, subject),
            starts_at=at,
            component=clues.component_of(tags),
            labels={**tags, "host": host, "alertname": name} if name else {**tags, "host": host},
            links=[text("triggerurl"), text("zabbixurl")],
            key=f"trigger {trigger}" if trigger else "" if host and name else text("peventid", "eventid"),
            notes=notes,
        )
    ]


def _unfilled(text: str) -> bool:
    """A macro that Zabbix could not fill."""
    return text == "*UNKNOWN*" or bool(re.fullmatch(r"\{[A-Z0-9.$]+\}", text))


def _of_recovery(problem: str) -> str:
    return f"Zabbix problem {problem} is over" if problem else ""


def _status(text: Any, subject: str) -> AlertStatus:
    """A recovery keeps the problem's value in some media types, and then a date of recovery tells it."""
    if text("eventrecoverydate", "eventrecoverytime") or text("eventrecoveryvalue", "peventid"):
        return AlertStatus.RESOLVED
    value = _VALUES.get(text("eventvalue", "triggervalue", "triggerstatus", "eventstatus", "value").lower())
    if value is AlertStatus.FIRING and text("eventackstatus").lower() == "yes":
        return AlertStatus.ACKNOWLEDGED
    return value or states.status_in(subject)


def _moment(fields: Fields, where: Mapping[str, Any], text: Any) -> tuple[datetime | None, list[str]]:
    """When it began, and what is unsure about that."""
    if stamped := fields.moment({where[name]: unit for name, unit in _STAMPS.items() if name in where}):
        return stamped, []
    date = text("eventdatetime") or f"{text('eventdate')} {text('eventtime')}"
    found = _CLOCK.search(date)
    if found is None:
        return None, []
    return clues.moment_of(f"{found[1]}-{found[2]}-{found[3]} {found[4]}"), [_LOCAL]


def _tags(fields: Fields, where: Mapping[str, Any]) -> dict[str, str]:
    """``service:cart, env:prod``, or objects with tag and value, as they are or as JSON in a text."""
    listed = fields.objects("tags") or fields.objects("event_tags")
    said = next(
        (fields.text(where[name]) for name in ("eventtagsjson", "eventtags", "triggertags") if name in where), ""
    )
    if said.startswith("["):
        try:
            read = read_json(said)
            listed = [one for one in read if isinstance(one, Mapping)] if isinstance(read, list) else listed
        except ValueError:
            pass
    elif said:
        listed = [dict(zip(("tag", "value"), part.strip().split(":", 1), strict=False)) for part in said.split(",")]
    fields.take("tags", "event_tags")
    pairs = {said_as_text(one.get("tag")): said_as_text(one.get("value")) or "true" for one in listed[:60]}
    return {name: value for name, value in pairs.items() if name}
