"""The one next look: the one that ends most doubt for its price.

Doubt is the entropy of the beliefs, in nats. By the chain rule, H = H(in or out) + P(in) H(within) + P(out) H(outside): a look
at some components can settle at most the first two. Its expected gain is taken to be its sharpness (a table, by kind of look)
times that much; an unnamed fault counts as doubt among several mechanisms. It is an approximation of the mutual information
that needs no model of each tool's errors.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sre_core.control import PersonsCheck
from sre_core.diagnosis.faults import GENERIC
from sre_core.diagnosis.roles import Role, role_of
from sre_core.diagnosis.showing import kinds_shown
from sre_core.domain import SOMETHING_ELSE, UNKNOWN_FAULT, Action, DeadEnd, Evidence, target_of
from sre_core.investigation import ActionRecord, Investigation, Status
from sre_core.reasoning import rules_web
from sre_core.reasoning.case import Case
from sre_core.reasoning.look import EVERYTHING, Look
from sre_core.reasoning.rules_asked import Wish, answered, wishes
from sre_core.reasoning.rules_dismiss import in_race, left_alone
from sre_core.reasoning.rules_looks import Offered
from sre_core.steered import PERSONS_WORD

UNNAMED = math.log(8)
"""Doubt that remains at a component when the fault has no name: about eight mechanisms come in question."""
NOT_WORTH_IT = 0.06
"""Nats per unit of price below which looking on is a waste of the reader's time."""
MOST_LOOKS = 20
SETTLED = 0.9
REPEAT = 0.25
"""What a second look of the same kind at the same place is still worth."""
ALWAYS_ASKED = ("changes", "documents", "symptom", "cluster")
"""Steps whose questions are asked even when the cause is settled: the answers are needed to act."""
ASKED = 0.3
"""Nats that a look is worth at least when a person asked for it; such looks come before all others."""
DEAD_END = 0.5
"""What a look is still worth that never brought anything for such alerts."""
READ_BY_PLACE = ("read_logs", "query_metrics", "list_changes")
"""Tools whose calls differ in their place, and otherwise ask the same."""
AGAIN = (Status.WITHDRAWN, Status.LET_GO)
"""What was let go of may be proposed again; anything else was answered, refused or rejected."""


@dataclass(frozen=True)
class Weighed:
    """A look that is left, with what it is worth now."""

    look: Look
    gain: float
    """Expected drop in entropy, in nats."""
    wanted: bool
    """The rules would take it now; otherwise it is left, and the cause is settled without it."""
    wishes: tuple[Wish, ...] = ()
    """What people said that asks for it."""

    @property
    def worth(self) -> float:
        """Nats per unit of price."""
        return self.gain / self.look.cost


def choose(case: Case, investigation: Investigation) -> Action | None:
    """The best look that is left; None when the cause is settled or nothing left is worth its price."""
    best = next(iter(weigh(case, investigation)), None)
    return _action(best, investigation) if best and best.wanted and best.worth >= NOT_WORTH_IT else None


def weigh(case: Case, investigation: Investigation) -> list[Weighed]:
    """Every look that is left: first what people asked for, then what is wanted, each by what it is worth; the best first."""
    alone = left_alone(case, investigation)
    every = [look for look in Offered(case, investigation).all() if not look.reach or not look.reach <= alone]
    said = wishes(case, investigation, every)
    waiting = {wish.seq for wish in said if not answered(wish, investigation)}
    still = _still_wanted(investigation)
    weighed, asked = list[Weighed](), set[int]()
    for look in every:
        if done(look, investigation, case):
            continue
        named = tuple(wish for wish in said if wish.wants(look))
        is_asked = any(wish.seq in waiting for wish in named)
        worth = max(gain(look, investigation, case), ASKED if is_asked else 0.0)
        wanted = is_asked or still is None or (look.floor >= 0.25 and look.step in still)
        asked |= {len(weighed)} if is_asked else set()
        weighed.append(Weighed(look, worth, wanted, named))
    order = sorted(
        range(len(weighed)), key=lambda i: (i not in asked, not weighed[i].wanted, -round(weighed[i].worth, 6), i)
    )
    return [weighed[i] for i in order]


def _still_wanted(investigation: Investigation) -> tuple[str, ...] | None:
    """The only steps whose questions are still asked, once the cause is settled or enough was looked at; None: all."""
    taken = sum(r.starts > 0 and not r.remedies for r in investigation.actions.values())
    if settled(investigation):
        return ALWAYS_ASKED
    return (*ALWAYS_ASKED, rules_web.STEP) if taken >= MOST_LOOKS else None


def _action(chosen: Weighed, investigation: Investigation) -> Action:
    look, guided = chosen.look, chosen.wishes
    steps = {step.id for step in investigation.plan.steps} if investigation.plan else set()
    step = f"guidance-{guided[-1].seq}" if guided else look.step
    return Action(
        id=investigation.next_id("A"),
        tool=look.tool,
        arguments=look.arguments,
        step_id=step if step in steps else None,
        why=" ".join(filter(None, (look.why, _warned(look, investigation)))),
        tests=told_apart(look, investigation)[:8],
        components=tuple(sorted(look.reach)),
        expected_gain=round(chosen.gain, 3),
        cost=look.cost,
    )


def told_apart(look: Look, investigation: Investigation) -> tuple[str, ...]:
    """Ids of the hypotheses that a look can speak to, the likeliest first; those that hardly anybody believes left out."""
    return tuple(h.id for h, chance in investigation.ranked if chance > 0.01 and _in(look, h.component, h.fault) > 0)


# -- what a look is worth ----------------------------------------------------------------------------------------------


def gain(look: Look, investigation: Investigation, case: Case) -> float:
    """Expected drop in entropy, in nats; at least the look's floor."""
    chances = investigation.chances
    inside = {id_: chances[id_] * _in(look, h.component, h.fault) for id_, h in investigation.hypotheses.items()}
    mass = min(1.0, math.fsum(inside.values()))
    unnamed = math.fsum(p for id_, p in inside.items() if investigation.hypotheses[id_].fault in GENERIC)
    within = entropy(inside) + (unnamed / mass if mass else 0.0) * UNNAMED
    doubt = _in_or_out(1.0 - chances[SOMETHING_ELSE] if look.reach == EVERYTHING else mass) + mass * within
    value = max(look.sharpness * doubt, look.floor)
    if any(_same_kind(look, record, case) for record in investigation.actions.values() if record.status not in AGAIN):
        value = REPEAT * look.sharpness * doubt
    return DEAD_END * value if dead_end(look, investigation) else value


def dead_end(look: Look, investigation: Investigation) -> DeadEnd | None:
    """What is remembered of this very look having been made for nothing for such alerts; None when it is worth trying."""
    target = target_of(look.arguments, look.reach)
    return next((d for d in investigation.dead_ends if d.minded and (d.tool, d.target) == (look.tool, target)), None)


def _warned(look: Look, investigation: Investigation) -> str:
    found = dead_end(look, investigation)
    return f"For such alerts it brought nothing {found.runs} times, so it counts for half." if found else ""


def _in(look: Look, component: str, fault: str) -> float:
    """How much of a hypothesis a look can speak to: all, a part when its fault has no name yet, or nothing."""
    if look.reach != EVERYTHING and component not in look.reach:
        return 0.0
    if not look.faults or fault in look.faults:
        return 1.0
    return 0.5 if fault == UNKNOWN_FAULT else 0.25 if fault in GENERIC else 0.0


def entropy(weights: Mapping[str, float]) -> float:
    """Entropy in nats of weights taken as shares of their sum."""
    total = math.fsum(weights.values())
    return -math.fsum(w / total * math.log(w / total) for w in weights.values() if w > 0) if total > 0 else 0.0


def _in_or_out(mass: float) -> float:
    return -math.fsum(p * math.log(p) for p in (mass, 1.0 - mass) if p > 0)


# -- what is settled, and what was done ----------------------------------------------------------------------------------


def settled(investigation: Investigation) -> bool:
    """The leader is far ahead, its mechanism was seen at work, and two looks agree."""
    leader, chance = next(iter(in_race(investigation)), (None, 0.0))
    if leader is None or chance < SETTLED:
        return False
    kinds = {e.id: e.finding for e in investigation.evidence.values()}
    shown = kinds_shown(investigation.weights, kinds).get(leader.id, frozenset())
    return any(role_of(kind) is Role.PROOF for kind in shown) and independent_looks(investigation, leader.id) >= 2


def supporting_actions(investigation: Investigation, hypothesis_id: str) -> set[str]:
    """The looks that clearly speak for a hypothesis."""
    return {piece.action_id for piece in _speaking_for(investigation, hypothesis_id) if piece.source != PERSONS_WORD}


def statements_for(investigation: Investigation, hypothesis_id: str) -> int:
    """How many facts that people stated clearly speak for a hypothesis. They weigh, and are no looks."""
    return sum(piece.source == PERSONS_WORD for piece in _speaking_for(investigation, hypothesis_id))


def independent_looks(investigation: Investigation, hypothesis_id: str) -> int:
    """How many looks speak for it that are not the same source read again; every command is a source of its own."""
    pieces = [piece for piece in _speaking_for(investigation, hypothesis_id) if piece.source != PERSONS_WORD]
    return len({piece.action_id if piece.source == "commands" else piece.source for piece in pieces})


def _speaking_for(investigation: Investigation, hypothesis_id: str) -> list[Evidence]:
    """Evidence for a hypothesis (log-odds of half a nat and more), each piece once."""
    ids = [w.evidence_id for w in investigation.weights if w.hypothesis_id == hypothesis_id and w.log_odds >= 0.5]
    return [investigation.evidence[id_] for id_ in dict.fromkeys(ids) if id_ in investigation.evidence]


def done(look: Look, investigation: Investigation, case: Case) -> bool:
    """Whether it was made, refused, rejected or edited into another: exactly, or in other words after a person said no."""
    if any(_unwanted(look, check, case) for check in investigation.control.dropped):
        return True
    for record in investigation.actions.values():
        if record.status in AGAIN:
            continue
        if any(_same(look, action) for action in (record.action, record.first) if action):
            return True
        if record.status is Status.REJECTED and _same_kind(look, record, case):
            return True
    return False


def _same(look: Look, action: Action) -> bool:
    return action.tool == look.tool and dict(action.arguments) == dict(look.arguments)


def _unwanted(look: Look, check: PersonsCheck, case: Case) -> bool:
    """A person does not want it: this very call, or the same place read by the same tool at another time."""
    if look.tool != check.tool:
        return False
    if look.tool == "run_diagnostic":
        return _kind_of(str(look.arguments["command"]), case) == _kind_of(str(check.arguments.get("command")), case)
    if look.tool in READ_BY_PLACE:
        return _place(look.arguments) == _place(check.arguments)
    return check.is_call(look.tool, look.arguments)


def _place(arguments: Mapping[str, Any]) -> tuple[object, ...]:
    return arguments.get("component"), tuple(arguments.get("components") or ())


def _same_kind(look: Look, record: ActionRecord, case: Case) -> bool:
    """The same question to the same place, in other words."""
    if record.action.tool != look.tool:
        return False
    if look.tool == "run_diagnostic":
        return _kind_of(str(record.action.arguments.get("command", "")), case) == _kind_of(
            str(look.arguments["command"]), case
        )
    if look.tool == "search_runbooks":
        return False
    return frozenset(record.action.components) == look.reach and look.tool in READ_BY_PLACE


def _kind_of(command: str, case: Case) -> tuple[str, ...]:
    kubectl = case.parsed.get(command)
    if kubectl is None or kubectl.kind in ("resourcequotas", "persistentvolumes", "persistentvolumeclaims"):
        return (command,)
    place = case.names.of_workload(kubectl.names[0]) or kubectl.names[0] if kubectl.names else ""
    return (kubectl.verb, kubectl.kind, place)
