"""A model's plan made into ours: its explanations join those of the rules, its questions become the steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sre_core.diagnosis.faults import FAULTS
from sre_core.diagnosis.showing import FALSE_ALARM
from sre_core.domain import UNKNOWN_FAULT, Hypothesis, Plan, Step
from sre_core.investigation import Investigation
from sre_core.investigator import Proposal
from sre_core.reasoning.case import Case
from sre_core.reasoning.model.wire import PRIORS, PlanAnswer, Suspect

ORIGIN = "model"


def complaints(answer: PlanAnswer, case: Case) -> list[str]:
    """What a model has to mend in its plan: names of things that there are not."""
    unknown = [said for suspect in answer.hypotheses for said in complaints_about(suspect, case)]
    tools = {tool for step in answer.steps for tool in step.tools} - case.tools.keys()
    return unknown + [
        f"There is no tool {tool!r}; the tools are {', '.join(sorted(case.tools))}." for tool in sorted(tools)
    ]


def complaints_about(suspect: Suspect, case: Case) -> Iterator[str]:
    """What is wrong with one explanation."""
    if case.components and suspect.component not in case.components:
        yield f"There is no component {suspect.component!r}; use an id of the list."
    if suspect.fault not in FAULTS and suspect.fault != UNKNOWN_FAULT:
        yield f"There is no fault {suspect.fault!r}; use a term of the list or {UNKNOWN_FAULT!r}."


def proposal_of(answer: PlanAnswer, rules: Proposal, state: Investigation) -> Proposal:
    """The plan. ``rules``: what the rules propose; every component stays in the race, and what people asked for comes first."""
    suspects = {(one.component, one.fault): one for one in answer.hypotheses}
    known = {(h.component, h.fault) for h in state.hypotheses.values()}
    kept = [_raised(h, suspects.pop((h.component, h.fault), None)) for h in rules.hypotheses]
    new = [hypothesis_of(one) for place, one in suspects.items() if place not in known]
    start = len(state.hypotheses) + 1
    guided = [step for step in rules.plan.steps if step.id.startswith("guidance-")]
    plan = Plan(
        revision=rules.plan.revision, steps=(*guided, *_steps(answer, rules.plan.revision)), why=answer.thinking
    )
    return rules.model_copy(update={"plan": plan, "hypotheses": tuple(numbered([*kept, *new], start))})


def numbered(hypotheses: Iterable[Hypothesis], start: int) -> Iterator[Hypothesis]:
    """With ids from ``start`` on."""
    return (h.model_copy(update={"id": f"H{start + place}"}) for place, h in enumerate(hypotheses))


def hypothesis_of(suspect: Suspect) -> Hypothesis:
    """An explanation, without its number yet."""
    return Hypothesis(
        id="H0",
        component=suspect.component,
        fault=suspect.fault,
        statement=suspect.statement,
        prior=PRIORS[suspect.prior],
        origin=ORIGIN,
        predicts=suspect.predicts,
    )


def _raised(hypothesis: Hypothesis, suspect: Suspect | None) -> Hypothesis:
    """What the rules put up too is as probable as the model says, and keeps where it comes from; a false alarm is the rules'."""
    if suspect is None or hypothesis.fault == FALSE_ALARM:
        return hypothesis
    told = {"prior": PRIORS[suspect.prior], "statement": suspect.statement, "predicts": suspect.predicts}
    return hypothesis.model_copy(update={name: value for name, value in told.items() if value != ""})


def _steps(answer: PlanAnswer, revision: int) -> Iterator[Step]:
    """Steps of a later revision have ids of their own: what was answered was another question."""
    for place, step in enumerate(answer.steps, start=1):
        yield Step(id=f"q{revision}.{place}", question=step.question, why=step.why, tools=tuple(step.tools))
