"""What a person said and what became of it: redirections, facts, questions, and the thin lines of everything that holds on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from sre_core import events as ev
from sre_core.control import Question
from sre_core.domain import Quotation
from sre_core.investigation import Investigation
from ui import findings, tokens, words
from ui.card import Before, Card, base
from ui.words import cut

Steering = (
    ev.GuidanceGiven | ev.HypothesisProposed | ev.HypothesisPicked | ev.HypothesisDismissed | ev.ConclusionRefuted
)
"""What makes the plan anew."""

Settings = (
    ev.PaceSet
    | ev.StandingApprovalGiven
    | ev.StandingApprovalRevoked
    | ev.AutonomySet
    | ev.ReasonerSet
    | ev.LimitsSet
    | ev.BreakpointSet
    | ev.BreakpointCleared
    | ev.CheckPicked
    | ev.CheckDropped
    | ev.ConclusionRated
)
"""What is worth one line: it holds until somebody says otherwise."""

LONGEST_QUOTE = 400


def steering_card(event: ev.Event, said: Steering, before: Before, state: Investigation) -> Card:
    """Received; ``taken_in`` makes it applied."""
    title, text = _steered(said, before, state)
    body: Card = {"text": cut(text), "tone": tokens.PERSON, "status": "received", "changed": [], "revision": None}
    return base(event, "guidance", title) | body


def taken_in(card: Card, changed: list[str], revision: int) -> Card:
    """A plan has taken it in, and this is what that changed."""
    return card | {"status": "applied", "changed": changed, "revision": revision}


def _steered(said: Steering, before: Before, state: Investigation) -> tuple[str, str]:
    match said:
        case ev.GuidanceGiven(text=text):
            return "Redirected", text
        case ev.HypothesisProposed(component=component, fault=fault, statement=statement):
            named = words.hypothesis_name(component, fault)
            return "Proposed an explanation", f"{named}: {statement}"
        case ev.HypothesisPicked(hypothesis_id=id_):
            return "To be examined first", words.hypothesis(state.hypotheses[id_])
        case ev.HypothesisDismissed(hypothesis_id=id_, reason=reason):
            return "Ruled out", f"{words.hypothesis(state.hypotheses[id_])}: {reason}"
        case ev.ConclusionRefuted(reason=reason):
            return "Keep looking", f"It is not this: {before.headline}{f' — {reason}' if reason else ''}"
        case _ as never:
            assert_never(never)


def fact_card(event: ev.Event, fact: ev.FactStated, before: Before, state: Investigation) -> Card:
    """Evidence with its author, and what it did to the hypotheses."""
    its_own = [piece for piece in state.evidence.values() if piece.action_id == f"said-{event.seq}"]
    return base(event, "fact", "Fact stated") | {
        "tone": tokens.PERSON,
        "evidence": [findings.evidence(piece, tuple(state.weights), state) for piece in its_own],
        "deltas": findings.deltas(before.chances, state),
        "corrects": list(fact.corrects),
    }


def question_card(event: ev.Event, question: Question) -> Card:
    """A question with its answer, once there is one."""
    answer = question.answer
    return base(event, "question", "Asked") | {
        "text": cut(question.text),
        "answer": cut(answer.text) if answer else None,
        "quotations": [_quotation(one) for one in answer.quotations] if answer else [],
        "looks": [cut(look) for look in answer.looks] if answer else [],
    }


def _quotation(one: Quotation) -> Mapping[str, object]:
    where = one.evidence_id or one.action_id or f"event {one.seq}"
    return {
        "text": cut(one.text, LONGEST_QUOTE),
        "seq": one.seq,
        "evidence": one.evidence_id,
        "action": one.action_id,
        "where": where,
    }


def rated(said: ev.ConclusionRated) -> str:
    """'the conclusion is wrong; it was cart: memory leak. Fix: a larger heap. The fix held. They paged us twice.'"""
    cause = ": ".join(filter(None, (words.cause(said.component, said.fault), said.cause.strip().rstrip("."))))
    really = f"; it was {cause}" if cause else ""
    fix = f"Fix: {said.fix.strip().rstrip('.')}." if said.fix.strip() else ""
    sentences = (f"the conclusion is {words.RATING[said.rating]}{really}.", fix, words.HELD[said.fix_held], said.note)
    return " ".join(filter(None, sentences))


def rest_of_row(said: Settings) -> tuple[str, str]:
    """Icon and words of a thin line, after the name of who said it."""
    match said:
        case ev.PaceSet(pace=pace):
            return "pace", words.PACE_SAID[pace]
        case ev.StandingApprovalGiven(tool=tool, component=component):
            return "standing", f"{words.scope(tool, component)} may run unasked"
        case ev.StandingApprovalRevoked(given=given):
            return "standing", f"the standing approval of event {given} holds no more"
        case ev.CheckPicked(tool=tool, arguments=arguments):
            return "check", f"do next: {words.call(tool, arguments)}"
        case ev.CheckDropped(tool=tool, arguments=arguments, reason=reason):
            return "cross", f"not this: {words.call(tool, arguments)} — {cut(reason, LONGEST_QUOTE)}"
        case ev.ReasonerSet(reasoner=reasoner):
            return "autonomy", f"let the {reasoner} reason"
        case ev.AutonomySet(autonomy=autonomy):
            return "autonomy", f"ask about {words.AUTONOMY[autonomy].lower()}"
        case ev.LimitsSet(limits=limits):
            return "limit", f"at most {words.limits(limits)}; of a model: {words.model_limits(limits)}"
        case ev.BreakpointSet(tool=tool):
            return "breakpoint", f"ask before every “{words.tool(tool).lower()}”"
        case ev.BreakpointCleared(tool=tool):
            return "breakpoint", f"“{words.tool(tool).lower()}” needs no stop of its own any more"
        case ev.ConclusionRated() as rating:
            return "rated", rated(rating)
        case _ as never:
            assert_never(never)
