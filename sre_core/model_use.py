"""What a step of the loop asked of a model is accounted for, and when a model gave no answer, it goes on without."""

from __future__ import annotations

from collections.abc import Awaitable

from sre_core.events import Entry, JudgementDropped, ModelBudgetReached, ReasonerReplaced, entry
from sre_core.gateway.asking import ModelCall
from sre_core.gateway.faults import FaultKind, ModelFault
from sre_core.investigation import Investigation
from sre_core.investigator import Investigator


async def accounted(step: Awaitable[Entry], state: Investigation, at_hand: Investigator) -> Entry:
    """The step's entry with its model calls; when it took a model that cannot, an entry that says so."""
    try:
        done = await step
    except ModelFault as fault:
        done = entry("engine", without_model(fault, state))
    return done.model_copy(update={"calls": at_hand.calls()})


def in_vain(calls: tuple[ModelCall, ...]) -> Entry | None:
    """The account of what was asked of a model for a judgement that was let go of; None when nothing was."""
    return entry("engine", JudgementDropped()).model_copy(update={"calls": calls}) if calls else None


def without_model(fault: ModelFault, state: Investigation) -> ReasonerReplaced | ModelBudgetReached:
    """How it goes on: with the rules, or, when only the budget is used up and somebody can be asked, as a person says."""
    if fault.kind is FaultKind.BUDGET_REACHED and state.attended:
        return ModelBudgetReached(detail=fault.what_happened)
    return ReasonerReplaced(
        kind=fault.kind.value,
        because=str(fault),
        doing=state.phase.value,
        person_may_retry=fault.person_may_retry,
    )
