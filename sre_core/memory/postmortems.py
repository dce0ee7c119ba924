"""A postmortem that was written down becomes an incident that is remembered."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import PurePosixPath

from sre_core.domain import Incident
from sre_core.intake import clues
from sre_core.knowledge.chunks import Chunk, ParsedDocument, parse_document

MOST_CHARACTERS = 1500
_SYMPTOMS = re.compile(r"(?i)symptom|summary|impact|what happened|detection|alert|overview|beginning")
_RESOLUTION = re.compile(
    r"(?i)resolution|remediation|mitigation|what (we|was) d(id|one)|fix|recovery|what ended it|how it ended"
)


def incident_from_postmortem(path: str, text: str) -> Incident | None:
    """The incident that a postmortem tells of; None when the document is of another kind, or has no front matter."""
    document = parse_document(path, text)
    if document.kind != "postmortem" or not document.matter:
        return None
    return Incident(
        id=_said(document, "id") or f"postmortem:{PurePosixPath(path).stem}",
        title=document.title,
        component=document.component,
        fault=document.faults[0] if document.faults else None,
        symptoms=_said(document, "symptoms") or _under(document.chunks, _SYMPTOMS) or _first(document.chunks),
        resolution=_said(document, "resolution") or _under(document.chunks, _RESOLUTION),
        started_at=_started_at(document),
        source=path,
    )


def _said(document: ParsedDocument, name: str) -> str:
    value = document.matter.get(name, "")
    return value if isinstance(value, str) else " ".join(value)


def _started_at(document: ParsedDocument) -> datetime | None:
    for name in ("started_at", "starts_at", "started", "date"):
        said = _said(document, name)
        moment = clues.moment_of(said) or clues.moment_of(f"{said}T00:00:00Z")
        if moment is not None:
            return moment
    return None


def _under(chunks: Iterable[Chunk], heading: re.Pattern[str]) -> str:
    """The text below the headings that match, the innermost one counting."""
    found = (chunk.text for chunk in chunks if heading.search(chunk.heading.rpartition(" > ")[2]))
    return "\n\n".join(found)[:MOST_CHARACTERS]


def _first(chunks: Iterable[Chunk]) -> str:
    return next((chunk.text for chunk in chunks), "")[:MOST_CHARACTERS]
