"""What a reasoner is told: the whole case in plain text, in a fixed order. No box is black that can be read."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from sre_core.domain import Evidence, RuledOut
from sre_core.investigation import ActionRecord, Investigation, Status

BUDGET = 24_000
"""Characters: about 6 000 tokens, so that a model of 8 000 has room to answer."""
SMALLEST_BUDGET = 2000
"""Below this not even alert, plan and a few ids fit."""
MOST_HYPOTHESES = 12


@dataclass(frozen=True)
class Detail:
    """How many characters of each thing are told. What is not told can be read by its id (``full_text``)."""

    alert: int
    output: int
    """Of what an action brought back, beyond its summary."""
    outcome: int
    """Of the summary."""
    quote: int
    aside: int
    """Of memory, guidance, rejections and what was ruled out."""


DETAILS = (
    Detail(alert=4000, output=3000, outcome=300, quote=300, aside=1500),
    Detail(alert=4000, output=0, outcome=300, quote=300, aside=1500),
    Detail(alert=2000, output=0, outcome=120, quote=160, aside=400),
    Detail(alert=1000, output=0, outcome=0, quote=70, aside=120),
    Detail(alert=600, output=0, outcome=0, quote=0, aside=0),
)
"""From all to little. Raw output goes first; the alert, the plan and a line for each piece of evidence stay to the end."""


def brief(state: Investigation, budget: int = BUDGET, *, judged: bool = True) -> str:
    """The whole case in at most ``budget`` characters (at least ``SMALLEST_BUDGET``): as much detail as fits.

    ``judged``: whether it is told what was made of the evidence so far, likelihoods among it.
    """
    budget = max(budget, SMALLEST_BUDGET)
    told = next((text for detail in DETAILS if len(text := _told(state, detail, judged)) <= budget), None)
    if told is None:
        text = _told(state, DETAILS[-1], judged)
        note = f"\n[... {len(text) - budget} characters more; ask for an id to read it]"
        return text[: budget - len(note)] + note
    return told


def full_text(state: Investigation, id_: str) -> str | None:
    """All that is known of one piece of evidence or one action by its id; None when there is no such id.

    A bulky output stands beside the timeline; its digest is named.
    """
    if piece := {**state.superseded_evidence, **state.evidence}.get(id_):
        return piece.model_dump_json(exclude={"series"}, exclude_none=True)
    if record := state.actions.get(id_):
        return "\n".join([_action(record, 10_000), _output(record, 10_000_000)]).strip()
    return None


def _told(state: Investigation, detail: Detail, judged: bool) -> str:
    """Alert, memory, what a person said, plan, hypotheses, evidence and actions so far. What counts most stands first."""
    aside = detail.aside
    sections = (
        ("Alert", _cut(state.alert.text, detail.alert)),
        ("A person said", _lines(_cut(said, aside) for said in _guidance(state)) if aside else ""),
        ("Plan", _lines(_steps(state))),
        ("Hypotheses", _lines(_ranked(state) if judged else _unranked(state))),
        ("Evidence", _lines(_evidence(piece, detail.quote) for piece in state.evidence.values())),
        ("Happened before", _lines(_cut(text, aside) for text in _recalled(state)) if aside else ""),
        ("Rejected by a person", _lines(_cut(text, aside) for text in _rejected(state)) if aside else ""),
        (
            "Ruled out",
            _lines(_cut(f"{out.statement}: {out.reason}", aside or 60) for out in _ruled_out(state, judged)),
        ),
        ("Done so far", _lines(_action(record, detail.outcome, judged) for record in state.actions.values())),
        ("What came back", _lines(_outputs(state, detail.output))),
    )
    return "\n\n".join(f"## {heading}\n{body}" for heading, body in sections if body)


def _ranked(state: Investigation) -> Iterable[str]:
    return (f"{chance:5.1%} {h.id} {h.statement}" for h, chance in state.ranked[:MOST_HYPOTHESES])


def _unranked(state: Investigation) -> Iterable[str]:
    """All of them, in the order in which they came up."""
    return (f"{h.id} {h.component} {h.fault}: {h.statement}" for h in state.hypotheses.values())


def _ruled_out(state: Investigation, judged: bool) -> Iterable[RuledOut]:
    """By the evidence, or, where no judgement is to be told, by a person alone."""
    return (out for id_, out in state.ruled_out.items() if judged or id_ in state.dismissed_ids)


def _recalled(state: Investigation) -> Iterable[str]:
    for one in state.recollections or ():
        claim = "happened before" if one.claimed else "merely alike"
        doubts = "".join(f"; {doubt}" for doubt in one.cautions)
        yield f"{one.incident.title} ({one.similarity:.0%}, {claim}{doubts}): {one.incident.resolution}"
    for fact in state.facts:
        yield f"Of {fact.component}, {fact.by} said: {fact.text}"


def _rejected(state: Investigation) -> Iterable[str]:
    yield from (f"{r.action.tool} {dict(r.action.arguments)}: {r.reason}" for r in state.rejections)
    yield from (f"{check.tool} {dict(check.arguments)}: {check.reason}" for check in state.control.dropped)


def _evidence(piece: Evidence, longest: int) -> str:
    quote = f": {_cut(' '.join(piece.quote.split()), longest)}" if longest else ""
    return f"{piece.id} [{piece.source}] {piece.component or '-'} {piece.finding}{quote}"


def _outputs(state: Investigation, longest: int) -> Iterable[str]:
    for record in state.actions.values():
        if longest and (text := _output(record, longest)):
            yield f"{record.action.id}: {text}"


def _output(record: ActionRecord, longest: int) -> str:
    observation = record.observation
    if observation is None:
        return ""
    if observation.content is not None:
        return _cut(f"{observation.excerpt} [whole: {observation.content.digest}]", longest)
    return _cut(json.dumps(observation.data, ensure_ascii=False, default=str), longest)


def _guidance(state: Investigation) -> Iterable[str]:
    for said in state.guidance:
        taken = f"taken into the plan at event {said.applied_at}" if said.applied_at else "not yet in the plan"
        yield f"{said.by.removeprefix('person:')}: {said.text} ({taken})"


def _steps(state: Investigation) -> Iterable[str]:
    for step in state.plan.steps if state.plan else ():
        mark = "x" if step.id in state.steps_answered else "-" if step.id in state.steps_pruned else " "
        yield f"[{mark}] {step.id} {step.question}"


def _action(record: ActionRecord, longest: int, judged: bool = True) -> str:
    outcome = record.observation.summary if record.observation else record.error or record.reason
    status = "waiting for a person" if record.status is Status.WAITING else record.status.value
    told = f": {_cut(outcome, longest)}" if outcome and longest else ""
    thought = record.reflection.thought if record.reflection and judged else ""
    thinking = f" Then: {_cut(thought, longest)}" if thought and longest else ""
    return f"{record.action.id} {record.action.tool} {_cut(str(dict(record.action.arguments)), 300)} {status}{told}{thinking}"


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(lines)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[:longest]} [... {len(text) - longest} characters more]"
