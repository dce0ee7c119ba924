"""An alert in words: a chat message, a line typed in a hurry."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from sre_core.domain import Alert, Severity
from sre_core.intake import clues
from sre_core.intake.times import began

_FIELD = re.compile(r"^[ \t>*•-]*([A-Za-z][\w ./-]{0,30}?)[ \t*]*[:=][ \t*]*(\S.*)$", re.MULTILINE)
_CODED_SEVERITY = re.compile(r"\b(SEV-?[0-5]|P[0-4])\b", re.IGNORECASE)
_SHOUTED_SEVERITY = re.compile(r"^\W*(CRITICAL|FATAL|EMERGENCY|ERROR|MAJOR|WARNING|WARN|INFO)\b|\[(\w{4,9})\]")
_TIME_FIELDS = (
    "starts at",
    "startsat",
    "started at",
    "started",
    "starts",
    "start",
    "since",
    "onset",
    "begin",
    "began",
    "time",
    "date",
)
_SEVERITY_FIELDS = ("severity", "sev", "priority", "level", "urgency")


def read_text(text: str, now: datetime | None = None) -> Alert:
    """The first line is the title; lines such as 'Service: cart' are believed.

    When no line says when it began, a sentence may (``times.began``); ``now`` is when it was said.
    """
    body = text.strip()
    title = clues.title_from([*(line.lstrip("#>* \t") for line in body.splitlines()), text])
    fields = {_plain(name): value.strip(" \t*") for name, value in _FIELD.findall(body)}
    given = _first_moment(fields)
    told = None if given else began(text, now)
    return Alert(
        title=title or "(no words)",
        description=_without_title(body, title or ""),
        severity=_severity(fields, title or ""),
        starts_at=given or (told.at if told else None),
        from_words=("starts_at",) if told else (),
        component=clues.component_of(_single_words(fields)),
        links=clues.links_in(text),
        source="text",
    )


def _single_words(fields: Mapping[str, str]) -> dict[str, str]:
    """A name is one word; what is more is a sentence."""
    return {name: value.strip(",;.`'\"") for name, value in fields.items() if len(value.split()) == 1}


def _plain(name: str) -> str:
    return " ".join(name.lower().replace("_", " ").split())


def _without_title(body: str, title: str) -> str:
    first, _, rest = body.strip().partition("\n")
    return rest.strip() if " ".join(first.lstrip("#>* \t").split()) == title else body.strip()


def _severity(fields: Mapping[str, str], title: str) -> Severity:
    words = [fields[name].split()[0] for name in _SEVERITY_FIELDS if fields.get(name, "").split()]
    words += [found.group(1) for found in _CODED_SEVERITY.finditer(title)]
    words += [found.group(1) or found.group(2) for found in _SHOUTED_SEVERITY.finditer(title)]
    known = (clues.severity_of(word) for word in words)
    return next((severity for severity in known if severity is not Severity.UNKNOWN), Severity.UNKNOWN)


def _first_moment(fields: Mapping[str, str]) -> datetime | None:
    moments = (clues.moment_of(fields[name]) for name in _TIME_FIELDS if name in fields)
    return next((moment for moment in moments if moment is not None), None)
