"""What is left to look at: what each check is expected to bring for its price, and at what risk. The best first.

The ranking is that of the rules (``reasoning/rules_choose.py``), whoever reasons: the first one that is ``wanted`` is what they
would do next. A model may choose otherwise; what a person picks or drops binds both.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from sre_core import policy
from sre_core.domain import Action, NotExamined
from sre_core.investigation import ActionRecord, Investigation
from sre_core.next_checks import NextCheck, NextChecks
from sre_core.policy_rules import Policy
from sre_core.reasoning.case import Case
from sre_core.reasoning.look import Look
from sre_core.reasoning.rules_choose import Weighed, told_apart, weigh
from sre_core.tools.base import AnyTool
from sre_core.tools.toolbox import reach_of

MOST = 8
"""Checks that are told; more of them nobody reads."""
HARDLY = 0.01
"""Nats below which a look is not worth a line."""


def next_checks(case: Case, investigation: Investigation, rules: Policy, most: int = MOST) -> NextChecks:
    """What is left to look at, the best first; nothing before there is a plan. What may not be run is left out."""
    if investigation.plan is None:
        return NextChecks()
    offered = list(_left(case, investigation, rules))
    told = tuple(_check(one, tool, asks, investigation) for one, tool, asks in offered[:most])
    served = {check.step for check in told}
    over = investigation.steps_answered | investigation.steps_pruned
    unserved = [step.question for step in investigation.plan.steps if step.id not in over | served]
    return NextChecks(checks=told, more=len(offered) - len(told), open_steps=tuple(unserved))


def _left(case: Case, investigation: Investigation, rules: Policy) -> Iterator[tuple[Weighed, AnyTool, str]]:
    """Each call once, with its tool and why a person would be asked first."""
    seen: list[tuple[str, Mapping[str, Any]]] = []
    for one in weigh(case, investigation):
        look, call = one.look, (one.look.tool, dict(one.look.arguments))
        worth_a_line = one.gain >= HARDLY or bool(one.wishes)
        if call in seen or not worth_a_line or look.step in investigation.steps_pruned:
            continue
        seen.append(call)
        tool = case.tools[look.tool]
        asks = _ruled(look, tool, investigation, rules)
        if asks is not None:
            yield one, tool, asks


def _ruled(look: Look, tool: AnyTool, investigation: Investigation, rules: Policy) -> str | None:
    """Why a person would be asked first, empty where it would simply run; None where it would not run at all."""
    components = tuple(sorted(look.reach))
    action = Action(id="", tool=look.tool, arguments=look.arguments, cost=tool.cost, components=components)
    reach = reach_of(tool, action)
    if policy.must_not_run(action, reach.effect, investigation) or rules.forbids(reach):
        return None
    asked = policy.must_ask(ActionRecord(action, remedies=False), reach, investigation, rules)
    return asked.reason if asked else ""


def _check(one: Weighed, tool: AnyTool, asks: str, investigation: Investigation) -> NextCheck:
    look, left = one.look, investigation.effective_candidates
    return NextCheck(
        tool=look.tool,
        arguments=look.arguments,
        components=tuple(sorted(look.reach)),
        step=_step(look, investigation),
        why=look.why,
        separates=told_apart(look, investigation),
        bits=round(max(one.gain, 0.0) / math.log(2), 3),
        fewer=round(max(0.0, left - max(1.0, left * math.exp(-one.gain))), 2),
        cost=look.cost,
        seconds=_seconds(look.tool, investigation),
        at_most=tool.timeout,
        effect=tool.effect,
        leaves=tool.outside or tool.source == "web",
        asks=asks,
        fills=_blind_spot(look, tool, investigation),
        wished=bool(one.wishes),
        wanted=one.wanted,
    )


def _step(look: Look, investigation: Investigation) -> str | None:
    """The open step that it serves: by the name that the rules give it, else the first one that names its tool."""
    over = investigation.steps_answered | investigation.steps_pruned
    steps = [step for step in investigation.plan.steps if step.id not in over] if investigation.plan else []
    by_name = next((step.id for step in steps if step.id == look.step), None)
    return by_name or next((step.id for step in steps if look.tool in step.tools), None)


def _seconds(tool: str, investigation: Investigation) -> float | None:
    """What it took here on average; None when it was not used."""
    took = [r.observation.seconds for r in investigation.actions.values() if r.observation and r.action.tool == tool]
    return round(sum(took) / len(took), 3) if took else None


def _blind_spot(look: Look, tool: AnyTool, investigation: Investigation) -> str:
    """What the report says was not examined, and this would."""
    gaps = investigation.conclusion.not_examined if investigation.conclusion else ()
    return next((_in_words(gap) for gap in gaps if gap.source == tool.source and _covers(look, gap)), "")


def _covers(look: Look, gap: NotExamined) -> bool:
    return gap.component in look.reach if gap.component else not look.reach


def _in_words(gap: NotExamined) -> str:
    return f"{gap.source}{f' of {gap.component}' if gap.component else ''}"
