"""What a model is told of the case: our own words, and everything that came from outside behind a fence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sre_core.diagnosis.faults import FAULTS
from sre_core.domain import Effect, Evidence, Value
from sre_core.investigation import ActionRecord, Investigation
from sre_core.reasoning.briefing import BUDGET, brief
from sre_core.reasoning.case import Case
from sre_core.reasoning.model.choosing import on_offer
from sre_core.reasoning.model.prompts import fenced, mark_of, message, trusted
from sre_core.reasoning.rules_choose import done, gain
from sre_core.reasoning.rules_looks import Offered
from sre_core.tools.search_runbooks import Passages

MOST_COMPONENTS = 80
MOST_LOOKS = 8
LONGEST_PASSAGE = 900


@dataclass(frozen=True)
class Telling:
    """Puts together the messages about one investigation. ``budget``: characters of the case that are told."""

    case: Case
    state: Investigation
    budget: int = BUDGET

    @property
    def mark(self) -> str:
        """The mark of the fence."""
        return mark_of(self.state.id)

    def for_plan(self, passages: Passages | None) -> str:
        """The alert, memory, what is written down, the system, and what can be asked."""
        return self._message(
            trusted("Components", self._components()),
            trusted("Faults", (f"- {fault.term}: {fault.mechanism}" for fault in FAULTS.values())),
            trusted("Tools", self._tools()),
            self._outside_tools(),
            self.documents(passages),
        )

    def for_choice(self) -> str:
        """The case, and what the rules would look at next."""
        return self._message(self._outside_tools(), trusted("Ranked looks", self._looks()))

    def for_reflection(self, record: ActionRecord, output: Value, evidence: Sequence[Evidence]) -> str:
        """The case, one observation whole as far as it fits, and what our detectors found in it."""
        room = max(2000, self.budget // 2)
        text = output.model_dump_json(exclude_none=True)
        shown = text if len(text) <= room else f"{text[:room]} [... {len(text) - room} characters more]"
        found = "\n".join(
            f"{e.id} {e.component or '-'} {e.finding}: {' '.join(e.quote.split())[:300]}" for e in evidence
        )
        step = f"The action was for step {record.action.step_id}." if record.action.step_id else ""
        return self._message(
            trusted("Last action", [f"{record.action.id} {record.action.tool}. {step}"]),
            fenced("What it brought back", shown, self.mark),
            fenced("Evidence that our detectors found in it", found or "none", self.mark),
        )

    def for_conclusion(self) -> str:
        """The case."""
        ranked = (f"- {h.id} {h.component} {h.fault}: {chance:.0%}" for h, chance in self.state.ranked[:12])
        return self._message(trusted("Computed probabilities", ranked))

    def for_opinion(self) -> str:
        """The evidence and the explanations, without anything that was made of them."""
        case = brief(self.state, self.budget, judged=False)
        return message(self.mark, (fenced("The case so far", case, self.mark),))

    def for_answer(self, question: str, events: str) -> str:
        """The timeline as lines, and the question of a person."""
        return message(self.mark, (fenced("Timeline", events, self.mark), trusted("Question", [question])))

    def _message(self, *sections: str) -> str:
        return message(self.mark, (*sections, fenced("The case so far", brief(self.state, self.budget), self.mark)))

    def _components(self) -> Iterator[str]:
        """Those near the alert first, with what they depend on."""
        near = self.case.neighbourhood(self.state.alert)
        every = sorted(self.case.components, key=lambda name: (name not in near, name))
        for name in every[:MOST_COMPONENTS]:
            calls = self.case.topology.depends_on(name)
            yield f"- {name}" + (f" depends on {', '.join(calls)}" if calls else "")
        if len(every) > MOST_COMPONENTS:
            yield f"({len(every) - MOST_COMPONENTS} more, further away)"

    def _tools(self) -> Iterator[str]:
        for tool in on_offer(self.case.tools, self.state.attended):
            asks = "" if tool.effect is Effect.READS else " It waits until a person has approved it."
            about = f"{' '.join((tool.__doc__ or '').split())}{asks}"
            yield f"- {tool.name} ({tool.source}, cost {tool.cost:g}): {about}"

    def _outside_tools(self) -> str:
        """What tools of others say of themselves; empty when there are none."""
        offered = [tool for tool in on_offer(self.case.tools, self.state.attended) if tool.outside]
        room = self.budget // 4 // max(len(offered), 1)
        told = "\n\n".join(f"{tool.name}: {tool.told}"[:room] for tool in offered)
        return fenced("Tools of others, in their own words", told, self.mark) if told else ""

    def documents(self, passages: Passages | None) -> str:
        """What is written down that fits; empty when nothing does."""
        if passages is None or not passages.passages:
            return ""
        texts = (f"{one.citation} ({one.title})\n{one.text[:LONGEST_PASSAGE]}" for one in passages.passages)
        return fenced("Written down", "\n\n".join(texts), self.mark)

    def _looks(self) -> Iterator[str]:
        looks = [look for look in Offered(self.case, self.state).all() if not done(look, self.state, self.case)]
        worth = sorted(
            ((gain(look, self.state, self.case), look) for look in looks), key=lambda pair: -pair[0] / pair[1].cost
        )
        for value, look in worth[:MOST_LOOKS]:
            yield f"- {value:.2f} nats, cost {look.cost:g}: {look.tool} {dict(look.arguments)}. {look.why}"
