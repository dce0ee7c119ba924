"""The report as the page shows it: what happened, how sure, what to do, what was not looked at."""

from __future__ import annotations

from typing import Any

from sre_core.diagnosis.faults import label
from sre_core.domain import Claim, Lead, Remediation, Risk
from sre_core.investigation import Investigation
from ui import citations, tokens, words

RISK: dict[Risk, tokens.Tone] = {Risk.LOW: "green", Risk.MEDIUM: "yellow", Risk.HIGH: "red"}


def conclusion_section(state: Investigation) -> dict[str, Any] | None:
    """None until there is one, and again when a person reopens the case."""
    conclusion = state.conclusion
    if conclusion is None:
        return None
    cause = conclusion.root_cause
    out = conclusion.ruled_out or tuple(state.ruled_out.values())
    return {
        "verdict": words.plain(conclusion.verdict.value),
        "tone": tokens.VERDICT[conclusion.verdict],
        "headline": conclusion.headline,
        "why": conclusion.why,
        "where": cause.component if cause else None,
        "fault": label(cause.fault) if cause else None,
        "what": cause.statement if cause else None,
        "change": cause.change_id if cause else None,
        "claims": [_claim(claim) for claim in conclusion.claims],
        "leads": [_lead(lead, state) for lead in conclusion.leads],
        "first": [_remediation(item) for item in conclusion.remediation if item.first],
        "then": [_remediation(item) for item in conclusion.remediation if not item.first],
        "ruled_out": [{"statement": o.statement, "reason": o.reason, "because": list(o.because)} for o in out],
        "not_examined": [
            {"source": gap.source, "component": gap.component, "reason": gap.reason} for gap in conclusion.not_examined
        ],
        "blast_radius": list(conclusion.blast_radius),
        "would_settle": list(conclusion.would_settle),
        "space": [state.components_at_start, round(state.effective_candidates, 1)],
    }


def _claim(claim: Claim) -> dict[str, Any]:
    return {"text": claim.text, "evidence": list(claim.evidence), "verified": claim.verified}


def _lead(lead: Lead, state: Investigation) -> dict[str, Any]:
    """A document with the passage to open, or a past incident with its investigation, where it was one."""
    piece = state.evidence.get(lead.evidence[0]) if lead.evidence else None
    cites = citations.of_evidence(piece) if piece else None
    return {
        "text": lead.text,
        "evidence": list(lead.evidence),
        "cites": cites and cites | {"title": ""},
        "incident": lead.incident_id,
        "investigation": lead.investigation_id,
        "where": lead.where,
    }


def _remediation(item: Remediation) -> dict[str, Any]:
    return {
        "action": item.action,
        "kind": words.plain(item.kind.value),
        "command": item.command,
        "risk": item.risk.value,
        "risk_tone": RISK[item.risk],
        "evidence": list(item.evidence),
    }
