"""What a reasoner is told: the whole case in plain text, in a fixed order. No box is black that can be read."""

from __future__ import annotations

from collections.abc import Iterable

from sre_core.investigation import ActionRecord, Investigation, Status

LONGEST_TEXT = 1500
MOST_HYPOTHESES = 12


def brief(state: Investigation) -> str:
    """Alert, memory, what a person said, plan, hypotheses, evidence and actions so far."""
    sections = (
        ("Alert", _cut(state.alert.text)),
        (
            "Happened before",
            _lines(
                f"{r.incident.title} ({r.similarity:.0%} alike): {r.incident.resolution}"
                for r in state.recollections or ()
            ),
        ),
        ("A person said", _lines(_guidance(state))),
        (
            "Rejected by a person",
            _lines(f"{r.action.tool} {dict(r.action.arguments)}: {r.reason}" for r in state.rejections),
        ),
        ("Plan", _lines(_steps(state))),
        ("Hypotheses", _lines(f"{chance:5.1%} {h.id} {h.statement}" for h, chance in state.ranked[:MOST_HYPOTHESES])),
        ("Ruled out", _lines(f"{out.statement}: {out.reason}" for out in state.ruled_out.values())),
        (
            "Evidence",
            _lines(f"{e.id} [{e.source}] {e.component or '-'}: {_cut(e.quote, 300)}" for e in state.evidence.values()),
        ),
        ("Done so far", _lines(_action(record) for record in state.actions.values())),
    )
    return "\n\n".join(f"## {heading}\n{body}" for heading, body in sections if body)


def _guidance(state: Investigation) -> Iterable[str]:
    for said in state.guidance:
        taken = f"taken into the plan at event {said.applied_at}" if said.applied_at else "not yet in the plan"
        yield f"{said.by.removeprefix('person:')}: {said.text} ({taken})"


def _steps(state: Investigation) -> Iterable[str]:
    for step in state.plan.steps if state.plan else ():
        mark = "x" if step.id in state.steps_answered else "-" if step.id in state.steps_pruned else " "
        yield f"[{mark}] {step.id} {step.question}"


def _action(record: ActionRecord) -> str:
    outcome = record.observation.summary if record.observation else record.error or record.reason
    status = "waiting for a person" if record.status is Status.WAITING else record.status.value
    return (
        f"{record.action.id} {record.action.tool} {dict(record.action.arguments)}: {status}. {_cut(outcome or '', 300)}"
    )


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(lines)


def _cut(text: str, longest: int = LONGEST_TEXT) -> str:
    return text if len(text) <= longest else f"{text[:longest]} [... {len(text) - longest} characters more]"
