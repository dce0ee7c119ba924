"""What the page shows of one investigation, folded event by event: cards for the trace, sections for everything beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sre_core import events as ev
from sre_core.control import Rated
from sre_core.domain import UNKNOWN_FAULT, Examined, Pace
from sre_core.grounds import grounds
from sre_core.investigation import ActionRecord, Investigation, Phase, Status
from sre_core.next_checks import NextChecks
from ui import cards, said, tokens, words
from ui.action_card import action_card
from ui.asks import asks_section
from ui.at_hand import AtHand
from ui.budget import over_budget_section
from ui.card import Before, Card, Times
from ui.checks import checks_section
from ui.conclusion import conclusion_section
from ui.links import links_section
from ui.marks import mark
from ui.model_calls import call_rows
from ui.opinions import opinion_section
from ui.steering import rating_section, steering_section
from ui.topology.section import topology_section

OVER = (Phase.CLOSED, Phase.STOPPED)

JUDGES = (
    ev.PlanProposed,
    ev.ReflectionMade,
    ev.FactStated,
    ev.HypothesisProposed,
    ev.HypothesisPicked,
    ev.HypothesisDismissed,
    ev.ConclusionReached,
    ev.ConclusionRefuted,
    ev.InvestigationForked,
)
"""What changes hypotheses, search space, known changes and the map; these sections are dear to build."""

RANKS = (
    *JUDGES,
    ev.CheckPicked,
    ev.CheckDropped,
    ev.GuidanceGiven,
    ev.AutonomySet,
    ev.StandingApprovalGiven,
    ev.StandingApprovalRevoked,
    ev.BreakpointSet,
    ev.BreakpointCleared,
)
"""What changes the order of the checks that are left, or whether somebody would be asked about them."""

TOUCHES_OTHERS = (
    ev.GuidanceGiven,
    ev.FactStated,
    ev.HypothesisProposed,
    ev.HypothesisPicked,
    ev.HypothesisDismissed,
    ev.ConclusionReached,
    ev.ConclusionRefuted,
    ev.AutonomySet,
    ev.StandingApprovalGiven,
    ev.InvestigationForked,
    ev.InvestigationStopped,
)
"""What changes actions that it does not name."""

TICKS = (
    ev.ActionProposed,
    ev.ApprovalRequested,
    ev.ActionApproved,
    ev.ActionRejected,
    ev.ActionStarted,
    ev.ReflectionMade,
    ev.InvestigationStopped,
)
"""What changes the marks on the plan in force."""

COMPARED = (ev.ReflectionMade, ev.FactStated)
"""Whose cards show how the hypotheses moved."""

MOST_CITED = 12
MOST_COMPONENTS = 200

CHANGES = ("change_before_onset", "change_after_onset")
"""Findings whose onset is the time of a change."""


@dataclass(frozen=True)
class Planned:
    """A plan as its card needs it."""

    event: ev.Event
    proposed: ev.PlanProposed
    changed: list[str]
    """Empty when a person's word made it anew: then that card says what changed."""


class Picture:
    """Taken further by ``take``; the engine's own state is never touched."""

    def __init__(self, investigation_id: str, at_hand: AtHand | None = None) -> None:
        """``at_hand``: what the timeline does not tell; None: nothing."""
        self._state = Investigation(investigation_id)
        self._at_hand = at_hand or AtHand()
        self._times: dict[str, Times] = {}
        self._shown: dict[str, Status] = {}
        self._opened: tuple[ev.Event, ev.AlertReceived] | None = None
        self._plans: list[Planned] = []
        """The plan in force, and the one before it."""
        self._steered: dict[int, Card] = {}
        """What people said that no plan has taken in yet."""
        self._standing: dict[int, ev.Event] = {}
        self._questions: dict[int, ev.Event] = {}
        self._failure: tuple[ev.Event, ev.InvestigationFailed] | None = None
        self._judged_at = 0
        self._weighed_at: tuple[int, bool] | None = None
        self._weighed: dict[str, Any] = {}
        self._ranked_at = self._checked_at = 0
        self._checks: NextChecks | None = None
        self._links: list[dict[str, Any]] = []

    def take(self, event: ev.Event) -> dict[str, Any]:
        """Its mark on the timeline, and the cards that it adds or changes, in the order in which they stand."""
        state = self._state
        chances = dict(state.chances) if isinstance(event.happening, COMPARED) else {}
        before = Before(chances, state.plan, state.conclusion.headline if state.conclusion else "")
        state.apply(event)
        self._note(event)
        if isinstance(event.happening, JUDGES):
            self._judged_at = event.seq
        if isinstance(event.happening, RANKS):
            self._ranked_at = event.seq
        changed = [*self._changed_actions(event.happening), *self._changed_by(event, before)]
        own = self._own_card(event, before)
        calls = call_rows(event)
        return mark(event) | {"cards": [*calls, *changed, own] if own else [*calls, *changed]}

    def _note(self, event: ev.Event) -> None:
        self._note_action(event)
        match event.happening:
            case ev.AlertReceived() as opened:
                self._opened = event, opened
                self._links = links_section(opened.alert, self._at_hand.runbooks)
            case ev.StandingApprovalGiven():
                self._standing[event.seq] = event
            case ev.QuestionAsked():
                self._questions[event.seq] = event
            case ev.InvestigationFailed() as failure:
                self._failure = (event, failure)
            case _:
                pass

    def _note_action(self, event: ev.Event) -> None:
        happening = event.happening
        times = self._times.get(getattr(happening, "action_id", ""))
        if times:
            times.last_seq = event.seq
        match happening:
            case ev.ActionProposed(action=action):
                self._times.setdefault(action.id, Times(event, event.seq)).last_seq = event.seq
            case ev.ActionStarted(standing=standing) if times and standing:
                times.standing = self._standing.get(standing)
            case ev.ActionSucceeded() | ev.ActionFailed() if times:
                times.ended_at = event.at
            case _:
                pass

    def _own_card(self, event: ev.Event, before: Before) -> Card | None:
        """The card of this event, kept when a later event will change it."""
        if isinstance(event.happening, ev.PlanProposed):
            return next(self._plan_cards(self._plans[-1:]))
        own = cards.card_of(event, before, self._state)
        if own and isinstance(event.happening, said.Steering):
            self._steered[event.seq] = own
        return own

    def _changed_actions(self, happening: ev.Happening) -> list[Card]:
        """Cards of the actions whose status is not what was last shown."""
        records = [r for r in self._touched(happening) if self._shown.get(r.action.id) is not r.status]
        self._shown.update({record.action.id: record.status for record in records})
        return [action_card(record, self._times[record.action.id]) for record in records]

    def _touched(self, happening: ev.Happening) -> Iterable[ActionRecord]:
        if isinstance(happening, TOUCHES_OTHERS):
            return self._state.actions.values()
        action_id = (
            happening.action.id if isinstance(happening, ev.ActionProposed) else getattr(happening, "action_id", "")
        )
        return [self._state.actions[action_id]] if action_id in self._state.actions else []

    def _changed_by(self, event: ev.Event, before: Before) -> Iterable[Card]:
        """Earlier cards that this event changes: the plan's ticks, words taken in, a failure tried again, an answer."""
        match event.happening:
            case ev.PlanProposed() as proposed:
                return self._planned(event, proposed, before)
            case ev.RetryRequested() if self._failure:
                return [cards.failure_card(*self._failure, resolved=True)]
            case ev.QuestionAnswered(question=seq):
                return [said.question_card(self._questions[seq], self._state.control.questions[seq])]
            case happening if isinstance(happening, TICKS):
                return self._plan_cards(self._plans[-1:])
            case _:
                return []

    def _planned(self, event: ev.Event, proposed: ev.PlanProposed, before: Before) -> list[Card]:
        """A plan takes the place of another, and takes in what people said since."""
        changed = cards.plan_changes(before.plan, proposed.plan)
        unheard = {guidance.seq for guidance in self._state.unapplied_guidance}
        heard = [self._steered.pop(seq) for seq in list(self._steered) if seq not in unheard]
        self._plans = [*self._plans[-1:], Planned(event, proposed, [] if heard else changed)]
        taken = [said.taken_in(card, changed, proposed.plan.revision) for card in heard]
        read = [cards.alert_card(*self._opened, self._state)] if self._opened and before.plan is None else []
        return [*read, *self._plan_cards(self._plans[:-1]), *taken]

    def _plan_cards(self, plans: Iterable[Planned]) -> Iterator[Card]:
        """The cards of these plans as they stand now."""
        return (cards.plan_card(one.event, one.proposed, one.changed, self._state) for one in plans)

    def sections(self) -> dict[str, Any]:
        """Everything beside the trace, small and whole."""
        state, phase = self._state, self._state.phase
        judged = (self._judged_at, state.conclusion is None)  # a person's word may reopen it
        if judged != self._weighed_at:
            self._weighed = {
                "hypotheses": hypotheses_section(state),
                "space": space_section(state),
                "changes": changes_section(state),
                "components": components_section(state),
                "topology": topology_section(state),
            }
            self._weighed_at = judged
        if self._ranked_at != self._checked_at:
            self._checks, self._checked_at = self._at_hand.next_checks(state), self._ranked_at
        return {
            "header": header_section(state, phase),
            "dock": dock_section(state, phase),
            "plan": plan_section(state),
            "checks": checks_section(self._checks, state),
            "links": self._links,
            "steering": steering_section(state),
            "conclusion": conclusion_section(state),
            "opinion": opinion_section(state, self._at_hand.has_model()),
            "rating": rating_section(self._rating),
            **self._weighed,
        }

    @property
    def _rating(self) -> Rated | None:
        """What was said of the conclusion that stands, not of one before it."""
        rating = self._state.control.rating
        return rating if self._state.conclusion else None


def header_section(state: Investigation, phase: Phase) -> dict[str, Any]:
    """The lines that never move."""
    status = status_of(state, phase)
    return {
        "id": state.id,
        "title": state.alert.title,
        "origin": list(state.origin) if state.origin else None,
        "severity": state.alert.severity.value,
        "severity_tone": tokens.SEVERITY[state.alert.severity],
        "status": status,
        "status_tone": tokens.INVESTIGATION[status],
        "now": words.now(state, phase),
        "meanwhile": words.meanwhile(state, phase),
        "took_over": state.replaced.because if state.replaced else "",
        "since": state.last_at.isoformat() if state.last_at else None,
        "opened": state.opened_at.isoformat() if state.opened_at else None,
        "ended": state.ended_at.isoformat() if phase in OVER and state.ended_at else None,
        "best": _best(state),
        "affected": affected(state),
        "verdict": _verdict(state),
    }


def _best(state: Investigation) -> dict[str, Any] | None:
    """The leading explanation, and whether anything that was looked at speaks for or against it."""
    if not state.ranked:
        return None
    one, chance = state.ranked[0]
    examined = any(weight.hypothesis_id == one.id and weight.log_odds for weight in state.weights)
    return {"name": words.hypothesis(one), "p": round(chance, 4), "examined": examined}


def _verdict(state: Investigation) -> dict[str, str] | None:
    if state.conclusion is None:
        return None
    verdict = state.conclusion.verdict
    return {"text": words.plain(verdict.value), "tone": tokens.VERDICT[verdict]}


def status_of(state: Investigation, phase: Phase) -> str:
    """working, waiting, concluded, stopped or failed: what the header says. Who is asked is waited for, whatever goes on."""
    match phase:
        case Phase.FAILED:
            return "failed"
        case Phase.STOPPED:
            return "stopped"
        case Phase.CLOSED:
            return "concluded"
        case Phase.APPROVAL | Phase.HELD | Phase.BUDGET:
            return "waiting"
        case _:
            return "waiting" if state.waiting else "working"


def affected(state: Investigation) -> list[str]:
    """Components that are in trouble as far as is known: the conclusion's word, else what looked bad so far."""
    if state.conclusion and state.conclusion.blast_radius:
        return list(state.conclusion.blast_radius)
    bad = [look.component for look in state.examined if look.showed is Examined.BAD]
    return list(dict.fromkeys(bad))


def hypotheses_section(state: Investigation) -> dict[str, Any]:
    """All of them, best first, with what speaks for and against each, and what their likelihood stands on."""
    stands_on = grounds(state)
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
            "grounds": stands_on[one.id].said,
            "examined": stands_on[one.id].examined,
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


def components_section(state: Investigation) -> list[str]:
    """Names to choose from where a person says where something is."""
    named = {one.component for one in state.hypotheses.values()}
    named |= {piece.component for piece in state.evidence.values() if piece.component}
    named |= {look.component for look in state.examined}
    return sorted(named)[:MOST_COMPONENTS]


def dock_section(state: Investigation, phase: Phase) -> dict[str, Any]:
    """What a person can say now."""
    return {
        "phase": phase.value,
        "pace": state.pace.value,
        "over": phase in OVER,
        "redirectable": not state.stopped,
        "held": phase is Phase.HELD,
        "at_plan": state.pace is Pace.PLAN and not state.actions,
        "over_budget": over_budget_section(state),
        "failed": state.failure.error_id if state.failure else None,
        "asks": [] if phase in words.ENDED else asks_section(state),
    }
