"""A postmortem that was written down becomes an incident that is remembered.

Understood are front matter, headings, and lines such as ``**Impact:** ...``, in the words of the templates that many teams use
(Google's SRE book, Atlassian, PagerDuty, GitLab).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from pathlib import PurePosixPath

from sre_core.diagnosis.wording import family_of
from sre_core.domain import Incident
from sre_core.errors import RefusedInput
from sre_core.intake import clues
from sre_core.knowledge.chunks import ParsedDocument, parse_text
from sre_core.memory.told import fault_named
from sre_core.memory.unchanging import steady

MOST_CHARACTERS = 1500
FOLDER = PurePosixPath("postmortems")
"""A document right in here is known by its name alone."""
FEWEST_SECTIONS = 2
"""A document without front matter counts as a postmortem when it has that many of the parts below."""

_PARTS = {
    "cause": r"root causes?|causes?|fault|contributing (factors?|conditions?)|trigger|five whys|5 whys|why did (it|this) happen"
    r"|what were the root causes?",
    "resolution": r"resolution|remediation|mitigation|recovery|response|how (did|was) .*(mitigat|resol|fix)|what ended it"
    r"|how it ended|what (we|was) d(id|one)|fix(es)?|incident response( analysis)?",
    "symptoms": r"symptoms?|what happened|overview|(incident |executive )?summary|leadup|background|description|beginning",
    "detection": r"detection|how was .*detected|alerts?",
    "impact": r"impact|customer impact|user impact|business impact|(who|what) was (affected|impacted)",
    "component": r"(affected )?(component|service|system)(s|\(s\))?( affected| impacted)?"
    r"|(affected|impacted) (component|service|system)s?",
    "who": r"resolved by|incident (commander|lead|manager|response lead)|ic|on-?call|responders?|owner|authors?",
    "date": r"date|(incident )?start(ed)?( time| at)?|incident date|occurred|began|when",
    "lasted": r"duration|time to (resolve|resolution|recover|mitigate)|minutes (of )?downtime.*|downtime|outage",
}
_HEADINGS = {part: re.compile(rf"\W*(?:\d+[.)]\s*)?(?:{words})\W*", re.IGNORECASE) for part, words in _PARTS.items()}
_ORDER = ("cause", "resolution", "detection", "impact", "symptoms", "lasted", "date", "component", "who")
_LINE = re.compile(r"^\s*(?:[-*] )?(?:\*\*|__)?([A-Z][\w ()'/-]{1,40}?)(?:\*\*|__)?\s*:(?:\*\*|__)?\s+(\S.*)$")
_HEADING = re.compile(r"^#{1,6}\s+.*$|^(=+|-{3,})\s*$")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_LASTED = re.compile(r"(\d+(?:\.\d+)?)\s*(h|hours?|m|min|minutes?|s|sec|seconds?|d|days?)\b", re.IGNORECASE)
_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0, "d": 86400.0}

_HELD = {"true": True, "yes": True, "held": True, "false": False, "no": False, "failed": False}
"""Whether the fix held, where front matter says so. That something was done does not say that it did."""

Parts = dict[str, str]


def postmortem_id(path: str) -> str:
    """The id of the incident that the document at this path tells of, where it gives itself none: another for each path."""
    where = PurePosixPath(path)
    return f"postmortem:{where.stem if where == FOLDER / f'{where.stem}.md' else where}"


def given_id(said: str) -> str:
    """The id of an incident whose document gives itself one: never that of what an investigation, or a path, is known by."""
    return f"postmortem-id:{said}"


def earlier_ids(incident: Incident) -> tuple[str, ...]:
    """The ids that it had when only the file's name counted, and when its own id was taken as it was."""
    if incident.id == postmortem_id(incident.source):
        return (f"postmortem:{PurePosixPath(incident.source).stem}",)
    said = incident.id.removeprefix(given_id(""))
    return () if ":" in said else (said,)


@lru_cache(maxsize=256)  # every run of the loop reads the same documents of its workspace again
def incident_from_postmortem(path: str, text: str) -> Incident | None:
    """The incident that a postmortem tells of; None when the document is of another kind, or says too little."""
    document = parse_text(path, text)
    parts = _parts(document)
    if document.kind != "postmortem" or not (document.matter or len(parts) >= FEWEST_SECTIONS):
        return None
    return _incident(path, text, document, parts)


def read_postmortem(path: str, text: str) -> Incident:
    """The same for a document that a person says is a postmortem. Raises ``RefusedInput`` when it tells of no incident."""
    document = parse_text(path, text)
    parts = _parts(document)
    if not document.matter and not parts:
        raise RefusedInput(
            f"{path} tells of no incident: it has neither front matter nor a part such as Summary, Impact, Root cause or "
            "Resolution. Add headings of those names."
        )
    return _incident(path, text, document, parts)


def states_fault(path: str, text: str) -> bool:
    """Whether its front matter says what kind of fault it was, so that nobody has to guess it from the words."""
    return bool(parse_text(path, text).faults)


def _incident(path: str, text: str, document: ParsedDocument, parts: Parts) -> Incident:
    symptoms = _said(document, "symptoms") or parts.get("symptoms") or parts.get("impact") or _first(document)
    resolution = _said(document, "resolution") or parts.get("resolution", "")
    statement = _said(document, "cause") or _said(document, "root_cause") or parts.get("cause", "")
    began = _started_at(document, parts, path)
    investigation = _said(document, "investigation") or None
    rule = _said(document, "alert") or _said(document, "alertname")
    return Incident(
        id=given_id(said) if (said := _said(document, "id").strip()) else postmortem_id(path),
        title=document.title,
        component=document.component or _component(parts.get("component", "")),
        fault=document.faults[0] if document.faults else _fault(f"{statement}\n{document.title}"),
        symptoms=symptoms[:MOST_CHARACTERS],
        resolution=resolution[:MOST_CHARACTERS],
        started_at=began,
        source=path,
        alert=" ".join(filter(None, (rule, parts.get("detection", ""))))[:MOST_CHARACTERS],
        kind=steady(rule),
        statement=statement[:MOST_CHARACTERS],
        change_id=_change(_said(document, "change_id")),
        done=True if resolution else None,
        fix_held=_HELD.get(_said(document, "fix_held").casefold()),
        resolved_by=_said(document, "resolved_by") or _said(document, "author") or _who(parts.get("who", "")),
        seconds_to_end=_lasted(_said(document, "duration") or parts.get("lasted", "")),
        investigation_id=investigation,
        occurrence=investigation or path,
        settled_at=began,
    )


def _parts(document: ParsedDocument) -> Parts:
    """The parts that templates have in common, each with what stands below it."""
    found: dict[str, list[str]] = {}
    for heading, words in _headed(document):
        part = next((name for name in _ORDER if _HEADINGS[name].fullmatch(heading)), None)
        if part and words.strip():
            found.setdefault(part, []).append(words.strip())
    return {part: "\n\n".join(texts)[:MOST_CHARACTERS] for part, texts in found.items()}


def _headed(document: ParsedDocument) -> Iterator[tuple[str, str]]:
    """(the innermost heading, the text below it), and the same for lines such as ``**Impact:** ...``."""
    for chunk in document.chunks:
        lines = [line for line in chunk.text.splitlines() if not _HEADING.match(line)]
        yield chunk.heading.rpartition(" > ")[2], "\n".join(lines)
        for line in lines:
            if match := _LINE.match(line):
                yield match[1], match[2].strip("* ")


def _said(document: ParsedDocument, name: str) -> str:
    value = document.matter.get(name, "")
    return value if isinstance(value, str) else " ".join(value)


def _started_at(document: ParsedDocument, parts: Parts, path: str) -> datetime | None:
    """As it says itself; else the date in its path or its title."""
    names = ("started_at", "starts_at", "started", "date")
    for said in (*(_said(document, name) for name in names), parts.get("date", ""), path, document.title):
        date = _DATE.search(said)
        moment = clues.moment_of(said) or (clues.moment_of(f"{date[0]}T00:00:00Z") if date else None)
        if moment is not None:
            return moment
    return None


def _component(said: str) -> str | None:
    """The first name that is said, when names are what is said: ``payments-api, web`` and not a sentence."""
    first = re.split(r"[,;\n]| and ", said.strip(" -*`"))[0].strip(" -*`.")
    return first if first and " " not in first else None


def _fault(words: str) -> str | None:
    family = family_of(words)
    return fault_named(words) or (family.fault if family else None)


def _who(said: str) -> str | None:
    return said.splitlines()[0].strip(" -*@")[:100] or None if said else None


def _change(said: str) -> str | None:
    return None if said.casefold() in ("", "null", "none", "-", "~") else said


def _lasted(said: str) -> float | None:
    found = _LASTED.findall(said)
    if not found and re.fullmatch(r"\s*\d+\s*", said.split("\n")[0]):
        return float(said.split("\n")[0]) * 60
    return sum(float(amount) * _SECONDS[unit[0].lower()] for amount, unit in found) or None


def _first(document: ParsedDocument) -> str:
    return next((chunk.text for chunk in document.chunks), "")[:MOST_CHARACTERS]
