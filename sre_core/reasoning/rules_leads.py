"""What matched without settling anything: passages and past incidents, named so that a person can follow them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sre_core.beliefs import percent
from sre_core.counting import counted
from sre_core.diagnosis.detectors.web_pages import DISAGREES, SAYS
from sre_core.diagnosis.faults import label
from sre_core.domain import UNKNOWN_FAULT, Evidence, Incident, Lead, Recollection, Standing
from sre_core.investigation import Investigation
from sre_core.reasoning.rules_claims import quoted
from sre_core.reasoning.rules_documents import not_set_aside
from sre_core.reasoning.rules_web import is_external, web_leads

MOST_DOCUMENTS, MOST_INCIDENTS = 4, 3
ALIKE = 0.4
"""Likeness from which a past incident that was not claimed is worth following."""
PLACE = re.compile(r"(?P<document>.+?):(?P<lines>\d+-\d+)(?: (?P<title>.*))?", re.DOTALL)
MARKS = re.compile(r"\|(?:\s*:?-{2,}:?\s*\|)+|(?:^|(?<=[.:;)] ))[-*] |#{1,6} |`+")
NOTES = frozenset({"runbook", "past_incident", "calculation", SAYS, DISAGREES})
"""Findings that say nothing of the system itself."""


def leads(investigation: Investigation) -> Iterator[Lead]:
    """Past incidents with a cause first, then documents, each once, then pages of the web; then where nobody found the cause."""
    incidents = worth_following(investigation)
    yield from (_incident(one) for one in incidents if one.recommended)
    seen: set[str] = set()
    for piece in sorted((e for e in investigation.evidence.values() if e.finding == "runbook"), key=_number):
        document = piece.locator.split(":", 1)[0]
        if document not in seen and len(seen) < MOST_DOCUMENTS and not_set_aside(piece, investigation):
            seen.add(document)
            yield _document(piece)
    yield from web_leads(investigation)
    yield from (_incident(one) for one in incidents if not one.recommended)


def worth_following(investigation: Investigation) -> list[Recollection]:
    """Past incidents that still count and are alike enough; of those without a cause, the very same alert alone."""
    told = investigation.recollections or ()
    found = [r for r in told if r.recommended and (r.claimed or r.similarity >= ALIKE)]
    found += [r for r in told if r.standing is Standing.UNSOLVED and r.same_alert]
    return [r for r in found if r.incident.cause not in investigation.dismissed][:MOST_INCIDENTS]


def telling(investigation: Investigation) -> list[Evidence]:
    """Evidence of the system itself: not what is written down somewhere, and not arithmetic."""
    return [piece for piece in investigation.evidence.values() if piece.finding not in NOTES]


def counted_leads(found: list[Lead]) -> str:
    """'1 past incident and 2 documents match'; empty without any."""
    incidents, pages = sum(lead.incident_id is not None for lead in found), sum(map(is_external, found))
    kinds = [(incidents, "past incident", ""), (len(found) - incidents - pages, "document", "")]
    kinds.append((pages, "quote from the web", "quotes from the web"))
    said = [counted(number, one, several) for number, one, several in kinds if number]
    listed = " and ".join(filter(None, (", ".join(said[:-1]), *said[-1:])))
    return f"{listed} {'matches' if len(found) == 1 else 'match'}" if said else ""


def _incident(recollection: Recollection) -> Lead:
    incident = recollection.incident
    how_alike = (
        "The same alert came before" if recollection.same_alert else f"Alike by {percent(recollection.similarity)}"
    )
    began = "This happened before" if recollection.claimed else how_alike
    on = f" ({incident.started_at:%Y-%m-%d})" if incident.started_at else ""
    text = " ".join([f"{began}: “{incident.title}”{on}.", _what_it_was(incident), *_what_ended_it(incident)])
    return Lead(text=text, where=incident.source, incident_id=incident.id, investigation_id=incident.investigation_id)


def _what_it_was(incident: Incident) -> str:
    if not incident.has_cause:
        return "No cause was found then."
    if not incident.component:
        return f"Then: {incident.statement.rstrip('.')}."
    fault = label(incident.fault) if incident.fault not in (None, UNKNOWN_FAULT) else "something not named"
    return f"Then it was {fault} at {incident.component}."


def _what_ended_it(incident: Incident) -> Iterator[str]:
    if not incident.resolution or not incident.has_cause:
        return
    held = {True: " That held.", False: " That did not hold.", None: ""}[incident.fix_held]
    yield f"{'What was proposed' if incident.done is False else 'What ended it'}: {incident.resolution.rstrip('.')}.{held}"


def _document(piece: Evidence) -> Lead:
    found = PLACE.fullmatch(piece.locator)
    title = (found["title"] if found else "") or piece.locator
    where = f"{found['document']}:{found['lines']}" if found else piece.locator
    said = quoted(_unmarked(piece.quote))
    return Lead(text=f"“{title}” says: {said}{'' if said.endswith('…') else '.'}", where=where, evidence=(piece.id,))


def _unmarked(text: str) -> str:
    """Markdown on one line, as words: no table rules, bullets, headings or back-ticks."""
    return re.sub(r"(?:\s*\|)+\s*", "; ", MARKS.sub("", " ".join(text.split())).strip(" |"))


def _number(piece: Evidence) -> int:
    return int(piece.id[1:])
