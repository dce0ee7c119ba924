"""What the page shows of one investigation, folded event by event: cards for the trace, sections for everything beside it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sre_core import events as ev
from sre_core.domain import UNKNOWN_FAULT, Examined, Pace
from sre_core.investigation import ActionRecord, Investigation, Phase, Status
from ui import cards, tokens, words
from ui.cards import Before, Card, Times
from ui.conclusion import conclusion_section

OVER = (Phase.CLOSED, Phase.STOPPED)

LETS_GO = (ev.GuidanceGiven, ev.InvestigationStopped)
"""What changes actions that it does not name."""

JUDGES = (ev.PlanProposed, ev.ReflectionMade)
"""What changes hypotheses, search space and known changes; these sections are dear to build."""

MOST_CITED = 12

CHANGES = ("change_before_onset", "change_after_onset")
"""Findings whose onset is the time of a change."""


class Picture:
    """Taken further by ``take``; the engine's own state is never touched."""

    def __init__(self, investigation_id: str) -> None:
        self._state = Investigation(investigation_id)
        self._times: dict[str, Times] = {}
        self._shown: dict[str, Status] = {}
        self._plans: list[tuple[ev.Event, Before]] = []
        """The plan in force, and the one before it."""
        self._guidance: dict[int, ev.Event] = {}
        self._failure: tuple[ev.Event, ev.InvestigationFailed] | None = None
        self._judged_at = 0
        self._weighed_at = -1
        self._weighed: dict[str, Any] = {}

    def take(self, event: ev.Event) -> dict[str, Any]:
        """The cards that this event adds or changes, in the order in which they stand."""
        state = self._state
        before = Before(dict(state.chances) if isinstance(event.happening, ev.ReflectionMade) else {}, state.plan)
        state.apply(event)
        self._note(event, before)
        if isinstance(event.happening, JUDGES):
            self._judged_at = event.seq
        changed = [*self._changed_actions(event.happening), *self._changed_by(event, before)]
        own = cards.card_of(event, before, state)
        return {"cards": [*changed, own] if own else changed}

    def _note(self, event: ev.Event, before: Before) -> None:
        match event.happening:
            case ev.ActionProposed(action=action):
                self._times[action.id] = Times(event)
            case ev.ActionSucceeded(action_id=action_id) | ev.ActionFailed(action_id=action_id):
                self._times[action_id].ended_at = event.at
            case ev.PlanProposed():
                self._plans = [*self._plans[-1:], (event, before)]
            case ev.GuidanceGiven():
                self._guidance[event.seq] = event
            case ev.InvestigationFailed() as failure:
                self._failure = (event, failure)
            case _:
                pass

    def _changed_actions(self, happening: ev.Happening) -> list[Card]:
        """Cards of the actions whose status is not what was last shown."""
        records = [r for r in self._touched(happening) if self._shown.get(r.action.id) is not r.status]
        self._shown.update({record.action.id: record.status for record in records})
        return [cards.action_card(record, self._times[record.action.id]) for record in records]

    def _touched(self, happening: ev.Happening) -> Iterable[ActionRecord]:
        if isinstance(happening, LETS_GO):
            return self._state.actions.values()
        action_id = (
            happening.action.id if isinstance(happening, ev.ActionProposed) else getattr(happening, "action_id", "")
        )
        return [self._state.actions[action_id]] if action_id in self._state.actions else []

    def _changed_by(self, event: ev.Event, before: Before) -> list[Card]:
        """Earlier cards that this event changes: the plan's ticks, guidance taken in, a failure tried again."""
        state = self._state
        match event.happening:
            case ev.PlanProposed(plan=plan, applied_guidance=applied):
                changed = cards.plan_changes(before.plan, plan)
                taken = [guidance for guidance in state.guidance if guidance.seq in applied]
                said = [cards.guidance_card(self._guidance[g.seq], g, state, changed) for g in taken]
                return [*self._plan_cards(self._plans[:-1]), *said]
            case ev.RetryRequested() if self._failure:
                return [cards.failure_card(*self._failure, resolved=True)]
            case ev.ActionProposed() | ev.ReflectionMade() | ev.ActionRejected() | ev.InvestigationStopped():
                return self._plan_cards(self._plans[-1:])
            case _:
                return []

    def _plan_cards(self, plans: Iterable[tuple[ev.Event, Before]]) -> list[Card]:
        """The cards of these plans as they stand now."""
        made = ((event, event.happening, before) for event, before in plans)
        return [
            cards.plan_card(event, proposed, before, self._state)
            for event, proposed, before in made
            if isinstance(proposed, ev.PlanProposed)
        ]

    def sections(self) -> dict[str, Any]:
        """Everything beside the trace, small and whole."""
        state, phase = self._state, self._state.phase
        if self._judged_at != self._weighed_at:
            self._weighed = {
                "hypotheses": hypotheses_section(state),
                "space": space_section(state),
                "changes": changes_section(state),
            }
            self._weighed_at = self._judged_at
        return {
            "header": header_section(state, phase),
            "dock": dock_section(state, phase),
            "plan": plan_section(state),
            "conclusion": conclusion_section(state),
            **self._weighed,
        }


def header_section(state: Investigation, phase: Phase) -> dict[str, Any]:
    """The lines that never move."""
    status = status_of(phase)
    best = state.ranked[0] if state.ranked else None
    return {
        "id": state.id,
        "title": state.alert.title,
        "severity": state.alert.severity.value,
        "severity_tone": tokens.SEVERITY[state.alert.severity],
        "status": status,
        "status_tone": tokens.INVESTIGATION[status],
        "now": words.now(state, phase),
        "since": state.last_at.isoformat() if state.last_at else None,
        "opened": state.opened_at.isoformat() if state.opened_at else None,
        "ended": state.last_at.isoformat() if phase in OVER and state.last_at else None,
        "best": {"name": words.hypothesis(best[0]), "p": round(best[1], 4)} if best else None,
        "affected": affected(state),
        "verdict": _verdict(state),
    }


def _verdict(state: Investigation) -> dict[str, str] | None:
    if state.conclusion is None:
        return None
    verdict = state.conclusion.verdict
    return {"text": words.plain(verdict.value), "tone": tokens.VERDICT[verdict]}


def status_of(phase: Phase) -> str:
    """working, waiting, concluded, stopped or failed: what the header says."""
    match phase:
        case Phase.FAILED:
            return "failed"
        case Phase.STOPPED:
            return "stopped"
        case Phase.CLOSED:
            return "concluded"
        case Phase.APPROVAL | Phase.HELD:
            return "waiting"
        case _:
            return "working"


def affected(state: Investigation) -> list[str]:
    """Components that are in trouble as far as is known: the conclusion's word, else what looked bad so far."""
    if state.conclusion and state.conclusion.blast_radius:
        return list(state.conclusion.blast_radius)
    bad = [look.component for look in state.examined if look.showed is Examined.BAD]
    return list(dict.fromkeys(bad))


def hypotheses_section(state: Investigation) -> dict[str, Any]:
    """All of them, best first, with what speaks for and against each."""
    pro: dict[str, list[str]] = {}
    con: dict[str, list[str]] = {}
    for weight in state.weights:
        (pro if weight.log_odds > 0 else con).setdefault(weight.hypothesis_id, []).append(weight.evidence_id)
    rows = [
        {
            "id": one.id,
            "name": words.hypothesis(one),
            "statement": one.statement,
            "p": round(chance, 4),
            "origin": words.plain(one.origin),
            "predicts": one.predicts,
            "change": one.change_id,
            "named": one.fault != UNKNOWN_FAULT,
            "out": state.ruled_out[one.id].reason if one.id in state.ruled_out else None,
            "for": pro.get(one.id, [])[-MOST_CITED:],
            "against": con.get(one.id, [])[-MOST_CITED:],
        }
        for one, chance in state.ranked
    ]
    rest = 1.0 - sum(chance for _, chance in state.ranked)
    return {"rows": rows, "rest": round(max(0.0, rest), 4)}


def plan_section(state: Investigation) -> dict[str, Any] | None:
    """The plan that is in force."""
    return {"revision": state.plan.revision, "steps": cards.steps(state.plan, state)} if state.plan else None


def changes_section(state: Investigation) -> list[dict[str, Any]]:
    """The changes found so far, to be marked in the pictures of their component's metrics; ``at`` in milliseconds."""
    found = (piece for piece in state.evidence.values() if piece.finding in CHANGES and piece.onset and piece.component)
    return [{"component": p.component, "at": round(p.onset.timestamp() * 1000)} for p in found if p.onset]


def space_section(state: Investigation) -> dict[str, Any]:
    """How many candidates were effectively left, after each event that changed it."""
    points = [[point.seq, round(point.effective, 2)] for point in state.search_space]
    return {"start": state.components_at_start, "points": points}


def dock_section(state: Investigation, phase: Phase) -> dict[str, Any]:
    """What a person can say now."""
    waits_for = state.pending if phase is Phase.APPROVAL else None
    return {
        "phase": phase.value,
        "pace": state.pace.value,
        "over": phase in OVER,
        "redirectable": not state.stopped,
        "held": phase is Phase.HELD,
        "at_plan": state.pace is Pace.PLAN and not state.actions,
        "failed": state.failure.error_id if state.failure else None,
        "pending": pending(waits_for, state) if waits_for else None,
        "unheard": [guidance.text for guidance in state.unapplied_guidance],
    }


def pending(record: ActionRecord, state: Investigation) -> dict[str, Any]:
    """What waits for a yes or a no, with everything that a person needs to decide."""
    action, request = record.action, record.request
    tested = [words.hypothesis(state.hypotheses[id_]) for id_ in action.tests if id_ in state.hypotheses]
    return {
        "action": action.id,
        "digest": request.digest if request else action.digest,
        "title": words.tool(action.tool),
        "subject": words.subject(action),
        "tool": action.tool,
        "why": action.why,
        "arguments": cards.pretty(action.arguments),
        "effect": action.effect.value,
        "effect_tone": tokens.EFFECT[action.effect],
        "components": list(action.components),
        "affected": list(request.affected) if request else [],
        "reason": request.reason if request else "",
        "remedies": record.remedies,
        "tests": words.listed(tested, most=4),
        "reasons": list(words.REJECT_REASONS),
    }
