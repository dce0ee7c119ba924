"""When to ask the public web, and what it said: for an error that nothing at hand explains, late, once, and only as leads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from sre_core.diagnosis.detectors.web_pages import SAYS
from sre_core.diagnosis.roles import Role, role_of
from sre_core.domain import Evidence, Lead
from sre_core.investigation import ActionRecord, Investigation, Status
from sre_core.reasoning.case import Case
from sre_core.reasoning.look import Look
from sre_core.reasoning.rules_claims import quoted
from sre_core.reasoning.rules_words import faults_in
from sre_core.web.inquiries import codes_in, versions_in
from sre_core.web.masking import PRODUCTS

TOOL = "deep_research"
STEP = "web"
PRICE, WORTH = 5.0, 0.35
"""Taken when hardly any other look is worth its price any more: it costs a person's attention, and it leaves the machine."""
PAGES = 6
LONGEST = 600
"""Characters of the question."""
MOST_LEADS = 4

_TELLING = re.compile(r"\d|_|(?:Error|Exception|Failure|Fault)$|^E[A-Z]{4,}$")
"""What an error code has and a word written loudly has not."""
_EVERYBODYS = re.compile(
    r"[1-5]\d\d|(?:Null(?:Pointer|Reference)|Runtime|IllegalState|IllegalArgument|IndexOutOfBounds|ClassCast|IO|Timeout|Socket)?"
    r"Exception|(?:Key|Type|Value|Attribute|Index|Name|Runtime|Assertion|Timeout|Import|Reference|Syntax|OS|IO)?Error"
)
"""Status codes, and what every program of a language raises: pages about these explain nothing."""
_PLACE = re.compile(r"(?P<address>\S+)(?: \((?P<about>[^)]*)\))?(?: (?P<title>.*))?", re.DOTALL)
_MARKS = re.compile(r"^[-*>] |[`*]+")
_WORD = re.compile(r"[\w.+-]+")


def looks(case: Case, investigation: Investigation) -> Iterator[Look]:
    """One research, when an error is named that no document and no detector explains."""
    if asked(investigation) or not _documents_first(case, investigation):
        return
    if named := unexplained(investigation):
        why = f"Neither a document nor what was seen explains {named}: what does the public web say about it?"
        arguments = {"question": question(investigation), "pages": PAGES}
        yield Look(TOOL, arguments, STEP, why, 0.05, cost=PRICE, floor=WORTH)


def unexplained(investigation: Investigation) -> str:
    """The error code, or the product with its version, that is worth asking strangers about; empty without one."""
    text = investigation.alert.text
    written = " ".join(
        f"{e.locator} {e.quote}" for e in investigation.evidence.values() if e.finding == "runbook"
    ).casefold()
    codes = [
        code for code in dict.fromkeys(codes_in(text)) if _TELLING.search(code) and not _EVERYBODYS.fullmatch(code)
    ]
    unknown = [code for code in codes if code.casefold() not in written]
    if codes and len(unknown) < len(codes):
        return ""
    if unknown and not all(_explained(code, investigation) for code in unknown):
        return unknown[0]
    versions = list(versions_in(text))
    products = [word for word in _WORD.findall(text) if word.lower() in PRODUCTS]
    return f"{products[0]} {versions[0]}" if products and versions and products[0].casefold() not in written else ""


def _explained(code: str, investigation: Investigation) -> bool:
    """Whether a mechanism that was seen at work has this code's own words."""
    proven = (e for e in investigation.evidence.values() if role_of(e.finding) is Role.PROOF)
    return bool(faults_in(code)) and any(code.casefold() in e.quote.casefold() for e in proven)


def question(investigation: Investigation) -> str:
    """The alert in its own words. The tool masks what must not leave, and shows that first."""
    alert = investigation.alert
    parts = (alert.title, alert.context or alert.description)
    return "\n".join(part.strip() for part in parts if part.strip())[:LONGEST]


def asked(investigation: Investigation) -> list[ActionRecord]:
    """The researches that were made, rejected or are open."""
    let_go = (Status.WITHDRAWN, Status.LET_GO)
    return [r for r in investigation.actions.values() if r.action.tool == TOOL and r.status not in let_go]


def _documents_first(case: Case, investigation: Investigation) -> bool:
    tools = {r.action.tool for r in investigation.actions.values() if r.status not in (Status.PROPOSED, Status.WAITING)}
    return "search_runbooks" not in case.tools or "search_runbooks" in tools


# -- what it said ------------------------------------------------------------------------------------------------------


def web_leads(investigation: Investigation) -> list[Lead]:
    """What pages say, each with its quote and where it stands; the first few."""
    found = sorted((e for e in investigation.evidence.values() if e.finding == SAYS), key=lambda e: int(e.id[1:]))
    return [_lead(piece) for piece in found[:MOST_LEADS]]


def _lead(piece: Evidence) -> Lead:
    place = _PLACE.fullmatch(piece.locator)
    address = place["address"] if place else ""
    title = (place["title"] if place else "") or piece.locator
    about = f" about the {place['about']}" if place and place["about"] else ""
    said = quoted(_MARKS.sub("", piece.quote))
    text = (
        f"On the web, “{title}” ({urlsplit(address).hostname}) says{about}: {said}{'' if said.endswith('…') else '.'}"
    )
    return Lead(text=text, where=address, evidence=(piece.id,))


def is_external(lead: Lead) -> bool:
    """Whether it is a page of the web."""
    return lead.incident_id is None and lead.where.startswith(("http://", "https://"))


def what_the_web_said(investigation: Investigation) -> str:
    """A sentence on a research that came back; empty without one."""
    back = [r.observation for r in asked(investigation) if r.observation]
    if not back:
        return ""
    found = web_leads(investigation)
    return (
        "What the public web says about it is among the leads: check it on your own system before acting on it."
        if found
        else f"The public web was asked as well: {back[-1].summary}."
    )
