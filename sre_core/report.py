"""The end of an investigation as JSON (docs/capsule.md), Markdown, and a few lines for chat."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sized
from typing import Any

from sre_core.agreement import agreement_of, in_words
from sre_core.domain import Conclusion, Examined, Verdict
from sre_core.foreign_text import block, chat, code, inert
from sre_core.investigation import ActionRecord, Investigation, Phase, Turn

Report = dict[str, Any]

PHASE_STATUS = {
    Phase.APPROVAL: "waiting",
    Phase.HELD: "waiting",
    Phase.BUDGET: "waiting",
    Phase.FAILED: "failed",
    Phase.STOPPED: "stopped",
    Phase.CLOSED: "concluded",
    Phase.REMEDY: "concluded",
}


def build(state: Investigation, reasoner: str = "rules") -> Report:
    """The report of whatever is known so far; what is not known is null or empty, never guessed."""
    conclusion = state.conclusion or Conclusion(verdict=Verdict.INCONCLUSIVE, headline="No conclusion was reached.")
    cause = conclusion.root_cause
    return {
        "investigation_id": state.id,
        "status": status(state),
        "verdict": conclusion.verdict.value,
        "headline": conclusion.headline,
        "root_cause": cause.model_dump() if cause else None,
        "candidates": candidates(state),
        "first_failing_component": cause.component if cause else _first_failing(state),
        "blast_radius": list(conclusion.blast_radius),
        "evidence": _evidence(state),
        "claims": [claim.model_dump() for claim in conclusion.claims],
        "leads": [lead.model_dump() for lead in conclusion.leads],
        "ruled_out": _ruled_out(state, conclusion),
        "not_examined": [gap.model_dump() for gap in conclusion.not_examined],
        "remediation": [item.model_dump(mode="json") for item in conclusion.remediation],
        "would_settle": list(conclusion.would_settle),
        "why": conclusion.why,
        "search_space": {
            "candidates_at_start": state.components_at_start,
            "effective_candidates_at_end": round(state.effective_candidates, 3),
        },
        "pending": _pending(state),
        "rating": _rating(state),
        "second_opinions": _second_opinions(state),
        "forked_from": {"investigation_id": state.origin[0], "at": state.origin[1]} if state.origin else None,
        "actions": [_action(record) for record in state.actions.values()],
        "recalled": [recollection.model_dump(mode="json") for recollection in state.recollections or ()],
        "alert": state.alert.model_dump(mode="json"),
        "opened_at": state.opened_at.isoformat() if state.opened_at else None,
        "events": state.seq,
        "reasoner": reasoner,
        "usage": {"model_calls": 0, "tokens_in": 0, "tokens_out": 0, "cost_usd": None},
        "seconds": round(state.worked.total_seconds(), 3),
    }


def status(state: Investigation) -> str:
    """working, waiting, concluded, stopped or failed. A conclusion with a remediation still to be decided is concluded."""
    if state.conclusion and state.phase is not Phase.STOPPED:
        return "concluded"
    return "waiting" if state.waiting and state.turn is not Turn.NOBODY else PHASE_STATUS.get(state.phase, "working")


def candidates(state: Investigation) -> list[Report]:
    """Everything still in the running, best first, one entry per (component, fault)."""
    merged: dict[tuple[str, str], Report] = {}
    for hypothesis, chance in state.ranked:
        entry = merged.setdefault(
            (hypothesis.component, hypothesis.fault),
            {
                "component": hypothesis.component,
                "fault": hypothesis.fault,
                "change_id": hypothesis.change_id,
                "probability": 0.0,
            },
        )
        entry["probability"] += chance
    ordered = sorted(merged.values(), key=lambda entry: -entry["probability"])
    return [{**entry, "probability": round(entry["probability"], 6)} for entry in ordered]


def _first_failing(state: Investigation) -> str | None:
    onsets = [(piece.onset, piece.component) for piece in state.evidence.values() if piece.onset and piece.component]
    bad = {examination.component for examination in state.examined if examination.showed is Examined.BAD}
    return min((pair for pair in onsets if pair[1] in bad), default=(None, None))[1]


def _evidence(state: Investigation) -> list[Report]:
    supports, refutes = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    for weight in state.weights:
        if weight.log_odds:
            (supports if weight.log_odds > 0 else refutes)[weight.evidence_id].append(weight.hypothesis_id)
    return [
        {
            "id": piece.id,
            "source": piece.source,
            "component": piece.component,
            "finding": piece.finding,
            "quote": piece.quote,
            "locator": piece.locator,
            "onset": piece.onset.isoformat() if piece.onset else None,
            "action": piece.action_id,
            "supports": supports[piece.id],
            "refutes": refutes[piece.id],
        }
        for piece in state.evidence.values()
    ]


def _ruled_out(state: Investigation, conclusion: Conclusion) -> list[Report]:
    chosen = conclusion.ruled_out or tuple(state.ruled_out.values())
    return [{"statement": out.statement, "reason": out.reason, "because": list(out.because)} for out in chosen]


def _pending(state: Investigation) -> Report | None:
    record = state.pending
    if record is None or record.request is None:
        return None
    action = record.action
    return {
        "action_id": action.id,
        "tool": action.tool,
        "arguments": dict(action.arguments),
        "effect": action.effect.value,
        "digest": record.request.digest,
        "reason": record.request.reason,
        "affected": list(record.request.affected),
        "why": action.why,
        "request": record.asked_seq,
        "undo": record.request.undo,
        "expires_at": record.request.expires_at.isoformat() if record.request.expires_at else None,
    }


def _rating(state: Investigation) -> Report | None:
    rated = state.control.rating
    if rated is None:
        return None
    return {
        **rated.rated.model_dump(mode="json", exclude={"type"}),
        "by": rated.said.by,
        "at": rated.said.at.isoformat(),
    }


def _second_opinions(state: Investigation) -> list[Report]:
    """Those that were given, with how far both agree. They are beside the verdict, and never part of it."""
    return [
        {
            **given.model_dump(mode="json", include={"upto", "opinions", "trouble"}),
            "agreement": found.model_dump(mode="json") if found else None,
            "in_words": in_words(given, state.hypotheses),
            "asked_by": asked.said.by,
        }
        for asked in state.control.opinions.values()
        if (given := asked.given) is not None
        for found in [agreement_of(given, state.hypotheses)]
    ]


def _action(record: ActionRecord) -> Report:
    observation = record.observation
    return {
        "id": record.action.id,
        "tool": record.action.tool,
        "arguments": dict(record.action.arguments),
        "status": record.status.value,
        "decided_by": record.decided_by or None,
        "decided_at": record.decided.at.isoformat() if record.decided else None,
        "decided_via": record.decided.via or None if record.decided else None,
        "edited_by": record.edited.by if record.edited else None,
        "reason": record.reason or None,
        "outcome": observation.summary if observation else record.error,
    }


def chat_text(report: Mapping[str, Any]) -> str:
    """A few lines to paste into an incident channel."""
    lines = [f"*{report['verdict'].upper()}*: {report['headline']}", f"Alert: {report['alert']['title']}"]
    lines += [f"Lead: {lead['text']}{_at(lead['where'])}" for lead in report["leads"][:3]]
    for item in report["remediation"][:3]:
        lines.append(f"→ {item['action']}" + (f" `{item['command']}`" if item["command"] else ""))
    space = report["search_space"]
    counted = (
        f"{_counted(report['evidence'], 'piece')} of evidence, {_counted(report['ruled_out'], 'explanation')} ruled out"
    )
    narrowed = f", {space['candidates_at_start']} components → about {space['effective_candidates_at_end']:.1f} left in question"
    lines.append(counted + (narrowed if space["candidates_at_start"] else ""))
    return chat("\n".join(lines))


def markdown(report: Mapping[str, Any]) -> str:
    """The whole report as a document, in which what others wrote is text: it loads nothing and hides no link."""
    report = _words_only(report)
    parts = [f"# {report['headline']}", "", f"**Verdict:** {report['verdict']} · **Alert:** {report['alert']['title']}"]
    if cause := report["root_cause"]:
        parts += ["", f"**Root cause:** `{cause['component']}` / `{cause['fault']}`: {cause['statement']}"]
        if cause["change_id"]:
            parts.append(f"**Change:** `{cause['change_id']}`")
    sections = (
        ("What happened", [_claim_line(claim) for claim in report["claims"]]),
        (
            "Leads to follow, not causes",
            [f"- {d['text']}{_at(d['where'])}{_cites(d['evidence'])}" for d in report["leads"]],
        ),
        ("What to do", [_remediation_line(item) for item in report["remediation"]]),
        ("What would settle it", [f"- {text}" for text in report["would_settle"]]),
        ("Ruled out", [f"- {o['statement']}: {o['reason']}{_cites(o['because'])}" for o in report["ruled_out"]]),
        ("Not examined", [f"- {g['source']}{_of(g['component'])}: {g['reason']}" for g in report["not_examined"]]),
        ("Blast radius", [f"- `{component}`" for component in report["blast_radius"]]),
        ("Second opinion", [line for one in report["second_opinions"] for line in _opinion_lines(one)]),
        ("Evidence", [_evidence_line(piece) for piece in report["evidence"]]),
        (
            "What was run",
            [f"- {a['id']} `{a['tool']}` ({a['status']}): {a['outcome'] or ''}" for a in report["actions"]],
        ),
    )
    for heading, lines in sections:
        if lines:
            parts += ["", f"## {heading}", "", *lines]
    return "\n".join(parts) + "\n"


_IN_CODE = frozenset(("quote", "component", "fault", "change_id", "tool", "blast_radius"))
"""Parts that stand in a code span."""


def _words_only(part: Any, name: str = "") -> Any:
    match part:
        case str():
            return block(part) if name == "command" else code(part) if name in _IN_CODE else inert(part)
        case dict():
            return {key: _words_only(inner, key) for key, inner in part.items()}
        case list() | tuple():
            return [_words_only(inner, name) for inner in part]
        case _:
            return part


def _claim_line(claim: Mapping[str, Any]) -> str:
    return f"- {claim['text']}{_cites(claim['evidence'])}" + ("" if claim["verified"] else " *(unverified)*")


def _opinion_lines(one: Mapping[str, Any]) -> list[str]:
    concluded = [f"- {o['by']} ({o['conclusion']['verdict']}): {o['conclusion']['headline']}" for o in one["opinions"]]
    against = one["agreement"]["contradictions"] if one["agreement"] else ()
    return [f"- {one['in_words']}", *concluded, *(f"- Contradiction: {text}" for text in against)]


def _remediation_line(item: Mapping[str, Any]) -> str:
    line = f"- {'**First:** ' if item['first'] else ''}{item['action']} ({item['kind']}, risk {item['risk']})"
    command = (item["command"] or "").replace("\n", "\n  ")
    return line + _cites(item["evidence"]) + (f"\n\n  ```\n  {command}\n  ```" if command else "")


def _evidence_line(piece: Mapping[str, Any]) -> str:
    where = " · ".join(inert(part) for part in (piece["source"], piece["component"], piece["locator"]) if part)
    return f"- **{piece['id']}** ({where}): `{piece['quote']}`"


def _cites(ids: Any) -> str:
    return f" [{', '.join(ids)}]" if ids else ""


def _counted(items: Sized, what: str) -> str:
    return f"{len(items)} {what}{'' if len(items) == 1 else 's'}"


def _at(where: str) -> str:
    return f" ({where})" if where else ""


def _of(component: str | None) -> str:
    return f" of {component}" if component else ""
