"""What a person's word does to what is known: it redirects, adds facts, puts up and dismisses hypotheses, forks."""

from __future__ import annotations

from collections.abc import Iterable

from sre_core import beliefs
from sre_core.domain import (
    UNKNOWN_FAULT,
    Conclusion,
    Effect,
    Evidence,
    Hypothesis,
    Next,
    RuledOut,
    Verdict,
    Weight,
)
from sre_core.events import (
    Event,
    FactStated,
    HypothesisProposed,
    InvestigationForked,
)
from sre_core.known import Known
from sre_core.progress import Guidance, Status

PERSONS_WORD = "a person"
"""Source of evidence, and origin of a hypothesis, that a person put in."""


class Steered(Known):
    """What is known, and how people change it."""

    def _redirect(self, text: str, event: Event) -> None:
        self.guidance.append(Guidance(event.seq, text, event.actor))
        self._reopen()

    def _reopen(self) -> None:
        """A person's word: the plan is made again, with a fresh allowance; what was about to be done is let go of."""
        self._go_on_from_here()
        self.wants = Next.REPLAN
        self._let_go()

    def _go_on_from_here(self) -> None:
        self.closed, self.conclusion, self.limit = False, None, None
        self.denials_in_a_row = self.failures_in_a_row = 0
        self.started_before, self.worked_before = self.started, self.worked

    def _take_fact(self, fact: FactStated, event: Event) -> None:
        """A fact is evidence like any other; after a conclusion it opens the case again."""
        self._supersede(fact.corrects, event.seq)
        id_ = self.next_id("E")
        self.evidence[id_] = Evidence(
            id=id_,
            action_id=f"said-{event.seq}",
            source=PERSONS_WORD,
            component=fact.component,
            finding="fact",
            quote=fact.text,
            locator=f"{event.actor.removeprefix('person:')}, {event.at:%Y-%m-%d %H:%M} UTC",
        )
        for leaning in fact.leanings:
            weight = Weight(evidence_id=id_, hypothesis_id=leaning.hypothesis_id, log_odds=leaning.log_odds)
            self._weigh(weight)
        self._chances = None
        self._measure(event.seq)
        self._think_over("A person stated a fact; it is thought over again.")
        if self.wants is Next.CONCLUDE:
            self.wants = Next.CONTINUE

    def _look_further(self) -> None:
        """A person picked a check: what is under way goes on, and the check comes next."""
        self._think_over("A person wants to look further first.")
        self.closed = False

    def _think_over(self, because: str) -> None:
        """What was concluded stands no more, and what was proposed on it is withdrawn."""
        if self.conclusion or self.limit:
            self._withdraw(because)
            self._go_on_from_here()

    def _supersede(self, evidence_ids: Iterable[str], seq: int) -> None:
        """These pieces count no more; beliefs are added up without them, and what rested on them is asked about anew."""
        gone = {id_: piece for id_ in evidence_ids if (piece := self.evidence.pop(id_, None))}
        if not gone:
            return
        self.superseded.update(dict.fromkeys(gone, seq))
        self.superseded_evidence.update(gone)
        self.weights = [weight for weight in self.weights if weight.evidence_id not in gone]
        tally = beliefs.Tally(dismissed=self._tally.dismissed)
        for hypothesis in self.hypotheses.values():
            tally.enter(hypothesis)
        for weight in self.weights:
            tally.weigh(weight, self.evidence[weight.evidence_id])
        self._tally, self._chances = tally, None
        self.ruled_out = {id_: out for id_, out in self.ruled_out.items() if not set(out.because) & gone.keys()}
        asked = [r for r in self._open.values() if r.request and r.status in (Status.WAITING, Status.APPROVED)]
        self._rule_again(r for r in asked if r.request and set(r.request.rests_on) & gone.keys())

    def _put_up(self, proposed: HypothesisProposed) -> None:
        """A person's explanation enters the race even with "something else"; one that is there already stays as it is."""
        known = self.hypothesis_of(proposed.component, proposed.fault)
        if known:
            return self._bring_back(known)
        one = Hypothesis(
            id=self.next_id("H"),
            component=proposed.component,
            fault=proposed.fault,
            statement=proposed.statement,
            origin=PERSONS_WORD,
        )
        return self._add_hypotheses([one])

    def _dismiss(self, hypothesis: Hypothesis, reason: str, event: Event) -> None:
        """All that say the same go with it; with "it begins here, nobody knows how", all that blame this component."""
        by = event.actor.removeprefix("person:")
        for one in self._alike(hypothesis):
            self._tally.dismissed.add(one.id)
            self.ruled_out[one.id] = RuledOut(
                hypothesis_id=one.id, statement=one.statement, reason=f"{by} ruled it out: {reason}"
            )
        self.dismissed[(hypothesis.component, hypothesis.fault)] = self.ruled_out[hypothesis.id].reason
        self._chances = None
        self._measure(event.seq)

    def _bring_back(self, hypothesis: Hypothesis) -> None:
        """With it, all of its component that nobody ruled out by name."""
        for fault in (hypothesis.fault, UNKNOWN_FAULT):
            self.dismissed.pop((hypothesis.component, fault), None)
        for one in self.hypotheses.values():
            if one.id in self._tally.dismissed and self.why_dismissed(one) is None:
                self._tally.dismissed.discard(one.id)
                self.ruled_out.pop(one.id, None)
        self._chances = None

    def _alike(self, hypothesis: Hypothesis) -> list[Hypothesis]:
        return [
            one
            for one in self.hypotheses.values()
            if one.component == hypothesis.component and hypothesis.fault in (one.fault, UNKNOWN_FAULT)
        ]

    def _refute(self, reason: str, event: Event) -> None:
        if self.conclusion and (named := self._named_by(self.conclusion)):
            self._dismiss(named, reason or "it is not that", event)
        if reason:
            self.guidance.append(Guidance(event.seq, reason, event.actor))
        self._reopen()

    def _named_by(self, conclusion: Conclusion) -> Hypothesis | None:
        """What a conclusion says it is: its root cause, or that nothing is wrong, which is the leader then; else None."""
        if cause := conclusion.root_cause:
            return self.hypothesis_of(cause.component, cause.fault)
        best = next(iter(self.ranked), None)
        return best[0] if best and conclusion.verdict is Verdict.NO_INCIDENT else None

    def _fork(self, forked: InvestigationForked, seq: int) -> None:
        """Nobody has approved anything here, and nobody has stopped or closed it. Whether a write ran is not known."""
        self.closed = self.stopped = False
        self.origin = (forked.origin, forked.at)
        self.pace, self.paced_at, self.step_done = forked.pace, seq, False
        self.control.standing.clear()
        self.control.picked.clear()
        reads = [r for r in self._open.values() if r.status is Status.RUNNING and r.action.effect is Effect.READS]
        self._rule_again([*reads, *(r for r in self._open.values() if r.status in (Status.WAITING, Status.APPROVED))])

    def _let_go(self) -> None:
        """Withdraw what is undecided and let go of reads that run. A write that runs is seen to its end."""
        self._withdraw("")
        for record in self._open.values():
            if record.status is Status.RUNNING and record.action.effect is Effect.READS:
                record.status = Status.LET_GO

    def _let_go_of_writes(self) -> None:
        for record in self._open.values():
            if record.status is Status.RUNNING:
                record.status = Status.LET_GO
                record.reason = "The investigation was stopped while this ran: whether it took effect is not known."
