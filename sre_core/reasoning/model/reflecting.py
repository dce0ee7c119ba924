"""A model's judgement of one observation joined with what the detectors found in it.

The detectors' evidence stays. Where the model judges a pair of evidence and hypothesis, its word counts in place of the
table's; its notes become evidence when their words stand in the observation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sre_core.domain import STRENGTHS, Evidence, Hypothesis, Next, Reflection, Weight
from sre_core.investigation import ActionRecord, Investigation
from sre_core.reasoning.case import Case
from sre_core.reasoning.model.planning import complaints_about, hypothesis_of, numbered
from sre_core.reasoning.model.wire import Judged, ReflectionAnswer, Suspect

NOTED = "noted"
"""Kind of finding of what a model saw and no detector."""


@dataclass(frozen=True)
class Joining:
    """One reflection of the rules and what it is about."""

    case: Case
    state: Investigation
    record: ActionRecord
    rules: Reflection
    text: str
    """The observation as it was shown."""

    def complaints(self, answer: ReflectionAnswer) -> list[str]:
        """What a model has to mend: words that do not stand there, ids of nothing."""
        said = [
            f"These words do not stand in the observation: {n.quote!r}."
            for n in answer.notes
            if not self._stands(n.quote)
        ]
        said += [one for suspect in answer.new_suspects for one in complaints_about(suspect, self.case)]
        evidence, hypotheses = self._evidence_ids(answer), self._hypothesis_ids(answer)
        for judged in answer.judged:
            if judged.evidence not in evidence:
                said.append(
                    f"There is no evidence {judged.evidence!r} in this observation; there is {', '.join(evidence) or 'none'}."
                )
            if judged.hypothesis not in hypotheses:
                said.append(f"There is no hypothesis {judged.hypothesis!r}.")
        return said

    def reflection(self, answer: ReflectionAnswer) -> Reflection:
        """Both together."""
        notes, suspects = self._notes(answer), self._suspects(answer)
        weights = self._weights(answer)
        liked = {w.hypothesis_id for w in weights if w.log_odds > 0}
        step, known = (
            self.record.action.step_id,
            {step.id for step in self.state.plan.steps} if self.state.plan else set(),
        )
        answered = {*self.rules.steps_answered, *([step] if step and answer.step_answered else [])}
        return self.rules.model_copy(
            update={
                "thought": answer.thought,
                "evidence": (*self.rules.evidence, *notes),
                "weights": weights,
                "new_hypotheses": (*self.rules.new_hypotheses, *suspects),
                "ruled_out": tuple(out for out in self.rules.ruled_out if out.hypothesis_id not in liked),
                "steps_answered": tuple(sorted(answered)),
                "steps_pruned": tuple(sorted(known & {*self.rules.steps_pruned, *answer.pruned})),
                "next": Next(answer.next),
            }
        )

    def _stands(self, quote: str) -> bool:
        return bool(quote.strip()) and _plain(quote) in _plain(self.text)

    def _notes(self, answer: ReflectionAnswer) -> list[Evidence]:
        observation = self.record.observation
        ids = self._evidence_ids(answer)
        return [
            Evidence(
                id=ids[f"N{place}"],
                action_id=self.record.action.id,
                source=observation.source if observation else "",
                component=note.component if note.component in self.case.components else None,
                finding=NOTED,
                quote=note.quote,
                locator=note.shows,
            )
            for place, note in enumerate(answer.notes, start=1)
            if self._stands(note.quote)
        ]

    def _suspects(self, answer: ReflectionAnswer) -> list[Hypothesis]:
        """Those that are not in the race yet."""
        start = len(self.state.hypotheses) + len(self.rules.new_hypotheses) + 1
        return list(numbered((hypothesis_of(one) for one in self._new(answer)), start))

    def _new(self, answer: ReflectionAnswer) -> list[Suspect]:
        racing = [*self.state.hypotheses.values(), *self.rules.new_hypotheses]
        known = {(h.component, h.fault) for h in racing}
        return [one for one in answer.new_suspects if (one.component, one.fault) not in known]

    def _evidence_ids(self, answer: ReflectionAnswer) -> dict[str, str]:
        """What the model may call a piece of evidence -> its id. Notes come after what the detectors found."""
        first = int(self.state.next_id("E")[1:]) + len(self.rules.evidence)
        found = {piece.id: piece.id for piece in self.rules.evidence}
        return found | {f"N{place}": f"E{first + place - 1}" for place in range(1, len(answer.notes) + 1)}

    def _hypothesis_ids(self, answer: ReflectionAnswer) -> dict[str, str]:
        """What the model may call a hypothesis -> its id. A suspect that is in the race already is that one."""
        racing = [*self.state.hypotheses.values(), *self.rules.new_hypotheses, *self._suspects(answer)]
        by_place = {(h.component, h.fault): h.id for h in racing}
        suspects = {
            f"S{place}": by_place[one.component, one.fault] for place, one in enumerate(answer.new_suspects, start=1)
        }
        return {h.id: h.id for h in racing} | suspects

    def _weights(self, answer: ReflectionAnswer) -> tuple[Weight, ...]:
        evidence, hypotheses = self._evidence_ids(answer), self._hypothesis_ids(answer)
        said = {
            (evidence[j.evidence], hypotheses[j.hypothesis]): _weight(j, evidence, hypotheses) for j in answer.judged
        }
        kept = [w for w in self.rules.weights if (w.evidence_id, w.hypothesis_id) not in said]
        return (*kept, *said.values())


def _weight(judged: Judged, evidence: Mapping[str, str], hypotheses: Mapping[str, str]) -> Weight:
    strength = STRENGTHS[judged.strength]
    return Weight(
        evidence_id=evidence[judged.evidence],
        hypothesis_id=hypotheses[judged.hypothesis],
        log_odds=strength if judged.direction == "for" else -strength,
        because=f"{judged.because} (the model: {judged.strength})",
    )


def _plain(text: str) -> str:
    """Without what JSON and line breaks add, so that a quote is found as it was read."""
    return re.sub(r"\s+", " ", text.replace("\\n", " ").replace('\\"', '"')).casefold().strip()
