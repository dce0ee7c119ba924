"""Which passages fit what is believed, and what an outcome or a figure is worth as evidence."""

from __future__ import annotations

import re

from sre_core.diagnosis.faults import label
from sre_core.diagnosis.findings import Finding
from sre_core.diagnosis.speech import cut
from sre_core.domain import UNKNOWN_FAULT, Evidence, Hypothesis, Value
from sre_core.investigation import Investigation
from sre_core.reasoning.case import Case
from sre_core.reasoning.rules_words import faults_in
from sre_core.tools.apply_remediation import RemediationOutcome
from sre_core.tools.calculate import Calculated
from sre_core.tools.recall_incidents import Recalled
from sre_core.tools.search_runbooks import Passage, Passages

MOST_PASSAGES = 3
ENOUGH_WORDS = 2
OWN_WORDS = 0.5
"""Share of the alert's words, rare ones counting more, that a passage without front matter must answer."""
CODE = re.compile(r"\b(?:[A-Z][a-z]+){2,}(?:Error|Exception)\b|\bcode:? ?\d{3,}\b", re.IGNORECASE)
"""A name or number that only a document about this very error would hold."""


def finding_of_document(output: Value, investigation: Investigation, case: Case) -> list[Finding]:
    """Passages that fit, an arithmetic result, a remediation's outcome: notes for the report, which weigh nothing."""
    match output:
        case Passages(passages=passages):
            return [_passage(p, investigation) for p in passages if fits(p, investigation, case)][:MOST_PASSAGES]
        case Recalled(recollections=recollections):
            found = [r for r in recollections if r.similarity >= 0.3 and r.recommended]
            return [
                Finding(
                    kind="past_incident",
                    component=r.incident.component,
                    source="memory",
                    quote=cut(f"{r.incident.title}: {r.incident.resolution}"),
                    locator=r.incident.id,
                )
                for r in found
            ]
        case Calculated(text=text):
            return [Finding(kind="calculation", component=None, source="calculation", quote=text)]
        case RemediationOutcome() as outcome:
            how = {True: "recovered", False: "not recovered", None: "recovery not known"}[outcome.recovered]
            return [
                Finding(
                    kind="outcome",
                    component=outcome.component,
                    source="remediation",
                    quote=cut(outcome.outcome),
                    locator=f"{outcome.kind} {how}",
                )
            ]
        case _:
            return []


def fits(passage: Passage, investigation: Investigation, case: Case) -> bool:
    """Whether a passage is about the leading fault, its component, or what the alert itself tells of."""
    codes = {match.casefold() for match in CODE.findall(investigation.alert.text)}
    text = f"{passage.title} {passage.heading} {passage.text}".casefold()
    if codes and any(code in text for code in codes):
        return True
    weighed = {weight.hypothesis_id for weight in investigation.weights}
    ahead = [h for h, chance in investigation.ranked[:3] if chance >= 0.15 and h.fault != UNKNOWN_FAULT]
    leading = [h for h in ahead if h.id in weighed]
    for hypothesis in leading:
        if passage.component not in (None, "*", hypothesis.component):
            continue
        if hypothesis.fault in passage.faults:
            return True
        if not passage.faults and _in_words(hypothesis.fault, text):
            return True
    if leading:
        return False
    return passage.component in case.alerting(investigation.alert) or answers(passage, investigation.alert.text)


def answers(passage: Passage, alert: str) -> bool:
    """Whether a passage is about what an alert says, where nothing else is known: found by its name, about a fault that the
    words speak of, about a component that they name, or in the alert's own words for the better part."""
    if passage.tier != "search" or (passage.component and mentions(alert, passage.component)):
        return True
    faults = faults_in(alert)
    if passage.faults:
        return any(fault in passage.faults for fault in faults)
    text = f"{passage.title} {passage.heading} {passage.text}".casefold()
    own_words = passage.lexical >= OWN_WORDS and len(passage.matched) > ENOUGH_WORDS
    return own_words or any(_in_words(fault, text) for fault in faults)


def mentions(text: str, component: str) -> bool:
    """Whether a text names a component that no topology knows, whole."""
    return len(component) > 2 and bool(re.search(rf"(?<![\w-]){re.escape(component)}(?![\w-])", text, re.IGNORECASE))


def _in_words(fault: str, text: str) -> bool:
    """Whether a text, in lower case, has the words of a fault's name."""
    words = [word for word in label(fault).split() if len(word) > 3]
    return bool(words) and sum(word in text for word in words) >= min(ENOUGH_WORDS, len(words))


def _passage(passage: Passage, investigation: Investigation) -> Finding:
    return Finding(
        kind="runbook",
        component=passage.component,
        source="documents",
        quote=cut(passage.text, 400),
        locator=f"{passage.citation} {passage.title}",
        facts={"faults": list(passage.faults)},
    )


def runbooks(investigation: Investigation, leader: Hypothesis | None) -> list[Evidence]:
    """Passages that fit the leader, or any that were found to fit when there is none; those about its fault first."""
    found = sorted((e for e in investigation.evidence.values() if e.finding == "runbook"), key=lambda e: e.id)
    if leader is None:
        return found
    fitting = [piece for piece in found if _fits_still(piece, investigation, leader)]
    return sorted(fitting, key=lambda e: (not about(e, leader.fault, leader.component), e.id))


def _fits_still(piece: Evidence, investigation: Investigation, leader: Hypothesis) -> bool:
    """It was found to fit what led then: it names the leader's fault, its component or the alert's very error, and nothing
    that a person ruled out."""
    if _names(piece, leader.fault, investigation):
        return piece.component in (None, "*", leader.component)
    if not not_set_aside(piece, investigation):
        return False
    codes = {match.casefold() for match in CODE.findall(investigation.alert.text)}
    text = f"{piece.locator} {piece.quote}".casefold()
    return piece.component == leader.component or any(code in text for code in codes)


def not_set_aside(piece: Evidence, investigation: Investigation) -> bool:
    """False for a passage about nothing but what a person ruled out."""
    for component, fault in investigation.dismissed:
        same_place = piece.component == component or (piece.component in (None, "*") and fault != UNKNOWN_FAULT)
        if same_place and (fault == UNKNOWN_FAULT or _names(piece, fault, investigation)):
            return False
    return True


def _names(piece: Evidence, fault: str, investigation: Investigation) -> bool:
    """Whether a passage is about a fault: by its words, or by what is said of it where its answer is at hand."""
    if about(piece, fault, ""):
        return True
    seen = investigation.observation(piece.action_id)
    listed = seen.data.get("passages", ()) if seen and isinstance(seen.data, dict) else ()
    found = [p for p in listed if isinstance(p, dict) and fault in p.get("faults", ())]
    places = (f"{p.get('document')}:{p.get('first_line')}-{p.get('last_line')} " for p in found)
    return any(piece.locator.startswith(place) for place in places)


def about(piece: Evidence, fault: str, component: str) -> bool:
    """Whether a passage names the fault or the component."""
    return piece.component == component or _in_words(fault, f"{piece.locator} {piece.quote}".casefold())


def searched(investigation: Investigation) -> bool:
    """Whether documents were looked at at all."""
    return any(r.action.tool == "search_runbooks" and r.observation for r in investigation.actions.values())
