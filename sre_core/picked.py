"""A check that a person picked, as an action of its own: policy rules on it like on any other."""

from __future__ import annotations

from sre_core.control import PersonsCheck
from sre_core.domain import Action
from sre_core.investigation import Investigation
from sre_core.investigator import Toolbox


def action_of(check: PersonsCheck, state: Investigation, tools: Toolbox) -> Action:
    """Its tool says where it looks; it serves the first open step of the plan that names its tool."""
    steps = state.plan.steps if state.plan else ()
    step = next((s.id for s in steps if check.tool in s.tools and s.id not in state.steps_answered), None)
    why = f"{check.said.by.removeprefix('person:')} picked it."
    action = Action(id=state.next_id("A"), tool=check.tool, arguments=check.arguments, step_id=step, why=why)
    return action.model_copy(update={"components": tools.reach(action).components or ()})
