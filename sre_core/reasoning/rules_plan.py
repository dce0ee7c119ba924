"""What could it be, and what to find out first: hypotheses from the alert, the topology and memory; questions an SRE asks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sre_core.diagnosis.faults import FAULTS
from sre_core.diagnosis.showing import FALSE_ALARM, statement
from sre_core.domain import UNKNOWN_FAULT, Hypothesis, Plan, Step
from sre_core.investigation import Investigation
from sre_core.investigator import Proposal
from sre_core.reasoning.case import Case
from sre_core.reasoning.rules_dismiss import beginning, set_aside
from sre_core.reasoning.rules_words import faults_in, tools_named

NAMED = -0.3
"""Log-odds, before any look, that it begins at the component which alerts: often it only suffers."""
PER_HOP = -0.25
"""What every hop down the dependencies takes off."""
ELSEWHERE = -2.0
NOBODY_NAMED = -1.2
PLACES = -2.5
"""Nodes and namespaces: seldom, but known to happen."""
IN_THE_ALERT = 0.8
"""A mechanism that the alert itself names is ahead of the others."""
PASS_THROUGH = -0.4
"""Load balancers and proxies show what is behind them more often than they break."""
PASSES_ON = re.compile(r"(?<![a-z])([ean]?lb|load-?balancer|proxy|ingress|envoy)(?![a-z])", re.IGNORECASE)
FALSE_ALARM_PRIOR = -1.2
HAPPENED_BEFORE = (-1.0, 1.0)
"""What memory itself gives the cause of what happened before, by its trust (docs/memory.md)."""
MEMORY_AT_MOST = -0.21
"""What the surest memory starts with: 44.8 % with nothing else in the race, less than what may be called likely."""
ASKED_FOR = 0.3
MANY = 60
"""Above this many components, only those near the alert are put up at once."""

QUESTIONS = (
    (
        "symptom",
        "Is it real: does telemetry show what the alert says, and since when?",
        ("query_metrics", "read_signals", "calculate"),
    ),
    ("origin", "Where does it begin in the chain?", ("read_traces", "query_metrics")),
    ("cluster", "Is everything placed, started, ready and reachable?", ("run_diagnostic",)),
    ("logs", "What do the logs of the suspects say?", ("read_logs",)),
    ("changes", "What was changed before it began?", ("list_changes",)),
    ("mechanism", "Which mechanism explains it?", ("run_diagnostic", "read_logs", "query_metrics")),
    ("documents", "What do we have written down about it?", ("search_runbooks", "recall_incidents")),
    ("web", "What does the public web say, where nothing here explains it?", ("deep_research",)),
)


def propose(case: Case, investigation: Investigation) -> Proposal:
    """The first plan, or a new revision of it with what a person said taken in."""
    first = investigation.plan is None
    new = list(_first_hypotheses(case, investigation)) if first else []
    new += list(_asked_for(case, investigation, new))
    steps = (*_guided_steps(case, investigation), *_steps(case))
    revision = 1 if investigation.plan is None else investigation.plan.revision + 1
    plan = Plan(revision=revision, steps=steps, why=_why(case, investigation))
    start = len(investigation.hypotheses) + 1
    numbered = tuple(h.model_copy(update={"id": f"H{start + i}"}) for i, h in enumerate(new))
    alerting = case.alerting(investigation.alert)
    return Proposal(plan=plan, hypotheses=numbered, components_known=len(case.components), alerting=alerting)


def _hypothesis(component: str, fault: str, prior: float, origin: str) -> Hypothesis:
    predicts = FAULTS[fault].observables if fault in FAULTS else ""
    return Hypothesis(
        id="H0",
        component=component,
        fault=fault,
        statement=statement(component, fault),
        prior=round(prior, 3),
        origin=origin,
        predicts=predicts,
    )


def _first_hypotheses(case: Case, investigation: Investigation) -> Iterator[Hypothesis]:
    alert = investigation.alert
    alerting = case.alerting(alert)
    places = _priors(case, alerting)
    for component, prior in places.items():
        yield _hypothesis(component, UNKNOWN_FAULT, prior, "topology" if component not in alerting else "symptom")
    remembered = _remembered(case, investigation)
    for component in alerting[:2] if case.components else ():
        for fault in faults_in(alert.text)[:3]:
            told = _hypothesis(component, fault, places.get(component, NAMED) - 0.5 + IN_THE_ALERT, "symptom")
            before = remembered.pop((component, fault), told)
            yield before.model_copy(update={"prior": max(told.prior, before.prior)})
    yield from remembered.values()
    if not case.components:
        return
    yield _hypothesis(_judged(case, alerting), FALSE_ALARM, FALSE_ALARM_PRIOR, "symptom")


def _judged(case: Case, alerting: tuple[str, ...]) -> str:
    """The component by whose health a false alarm is judged."""
    roots = [c for c in case.topology.components if not case.topology.used_by(c)]
    return alerting[0] if alerting else min(roots, default="monitoring")


def _priors(case: Case, alerting: tuple[str, ...]) -> dict[str, float]:
    hops: dict[str, int] = {}
    for component in alerting:
        for name, distance in {component: 0, **case.topology.downstream(component)}.items():
            hops[name] = min(hops.get(name, 99), distance)
    priors = {}
    for component in case.components:
        if component in hops:
            priors[component] = NAMED + max(PER_HOP * hops[component], -1.5)
        elif component.startswith(("node/", "namespace/")):
            priors[component] = PLACES
        elif not alerting:
            priors[component] = NOBODY_NAMED
        elif len(case.components) <= MANY:
            priors[component] = ELSEWHERE
        if component in priors and PASSES_ON.search(component):
            priors[component] += PASS_THROUGH
    return priors


def _remembered(case: Case, investigation: Investigation) -> dict[tuple[str, str], Hypothesis]:
    """What past incidents that resemble this one turned out to be, each cause once, at the best prior that memory gives it."""
    found: dict[tuple[str, str], Hypothesis] = {}
    for recollection in investigation.recollections or ():
        cause, prior = recollection.incident.cause, recollection.prior
        if cause is None or prior is None or cause[1] not in FAULTS:
            continue
        known = not case.components or cause[0] in case.components
        if known and (cause not in found or found[cause].prior < by_memory_alone(prior)):
            found[cause] = _hypothesis(
                *cause, prior=by_memory_alone(prior), origin=f"memory: {recollection.incident.id}"
            )
    return found


def by_memory_alone(prior: float) -> float:
    """The log-odds that memory gives a cause, brought below what may be called likely; their order stays."""
    least, most = HAPPENED_BEFORE
    share = min(max(prior - least, 0.0) / (most - least), 1.0)
    return round(min(prior, least) + share * (MEMORY_AT_MOST - least), 3)


def _asked_for(case: Case, investigation: Investigation, new: list[Hypothesis]) -> Iterator[Hypothesis]:
    """What a person named and nobody had put up yet."""
    known = {(h.component, h.fault) for h in (*investigation.hypotheses.values(), *new)}
    for guidance in investigation.unapplied_guidance:
        asked = set_aside(case, guidance.text)[1]
        faults = faults_in(asked)
        for component in mentioned(case, asked):
            for fault in faults or [UNKNOWN_FAULT]:
                if (component, fault) not in known:
                    known.add((component, fault))
                    yield _hypothesis(component, fault, ASKED_FOR, "a person")


def mentioned(case: Case, text: str) -> tuple[str, ...]:
    """Components that a person names, nodes and loose names ('inventory' for 'inventory-service') included."""
    named = case.names.in_text(text)
    nodes = tuple(f"node/{node}" for node in case.nodes if re.search(rf"\b{re.escape(node)}\b", text))
    words = {word for word in re.findall(r"[a-z][a-z0-9-]{3,}", text.casefold()) if word not in COMMON}
    loose = tuple(
        c
        for c in case.components
        if c not in named and any(part in words for part in re.split(r"[-_/.]", c.casefold()) if len(part) > 3)
    )
    return (*named, *nodes, *(loose if len(loose) <= 3 else ()))


COMMON = frozenset(
    {
        "service",
        "node",
        "namespace",
        "look",
        "check",
        "deploy",
        "logs",
        "database",
        "please",
        "again",
        "worker",
        "gateway",
        "proxy",
        "host",
        "remote",
        "client",
    }
)


def _guided_steps(case: Case, investigation: Investigation) -> Iterator[Step]:
    for guidance in investigation.guidance:
        aside, asked = set_aside(case, guidance.text)
        if aside and not mentioned(case, asked):
            continue
        places = ", ".join(mentioned(case, asked)) or "what was asked"
        tools = tuple(tool for tool in case.tools if tool in tools_named(beginning(guidance.text))) or tuple(
            tool for tool in ("read_logs", "query_metrics", "run_diagnostic", "list_changes") if tool in case.tools
        )
        yield Step(
            id=f"guidance-{guidance.seq}",
            question=f"As {guidance.by.removeprefix('person:')} asked: “{guidance.text[:120]}”",
            why=f"Looks at {places} first.",
            tools=tools,
        )


def _steps(case: Case) -> Iterator[Step]:
    for id_, question, tools in QUESTIONS:
        there = tuple(tool for tool in tools if tool in case.tools)
        if there and (there != ("run_diagnostic",) or case.commands) and there != ("calculate",):
            yield Step(id=id_, question=question, tools=there)


def _why(case: Case, investigation: Investigation) -> str:
    alerting = case.alerting(investigation.alert)
    if new := investigation.unapplied_guidance:
        said = "; ".join(f"{g.by.removeprefix('person:')} said “{g.text[:160]}”" for g in new)
        aside = sorted({name for g in new for name in set_aside(case, g.text)[0]})
        places = list(dict.fromkeys(name for g in new for name in mentioned(case, set_aside(case, g.text)[1])))
        refused = [f"{r.action.id} ({r.action.tool})" for r in investigation.rejections]
        kept = f" What was rejected ({', '.join(refused)}) is not proposed again." if refused else ""
        looks = (
            f"Looks at {', '.join(places)} next."
            if places
            else f"Sets {', '.join(aside)} aside: no look goes there alone, and nothing is proposed to be done to it."
            if aside
            else "No component in it is known here; the order of questions follows its words."
        )
        return f"Changed because {said}. {looks}{kept}"
    if investigation.dismissed and investigation.plan:
        (component, fault), reason = list(investigation.dismissed.items())[-1]
        return f"Goes on without “{statement(component, fault)}” {reason}. What was found so far still counts."
    return " ".join((_where_first(case, alerting), *_from_memory(investigation)))


def _from_memory(investigation: Investigation) -> Iterator[str]:
    """What memory does to the plan: a claimed cause is put up and must show itself; what never helped comes later."""
    for claimed in [one for one in investigation.recollections or () if one.claimed][:1]:
        incident = claimed.incident
        cause = statement(incident.component or "", incident.fault or UNKNOWN_FAULT).rstrip(".")
        yield f"This happened before: “{incident.title}”. Then it was: {cause}; it is put up, and has to show itself again."
    dead_ends = [f"{one.tool} of {one.target} ({one.runs} times)" for one in investigation.dead_ends if one.minded]
    if dead_ends:
        yield f"For such alerts these never brought anything, and count for half: {', '.join(dead_ends[:3])}."


def _where_first(case: Case, alerting: tuple[str, ...]) -> str:
    if not case.components:
        heard = f" The alert names {', '.join(alerting[:3])}, of which they tell." if alerting else ""
        return f"Nothing is connected that could be looked at: only memory and the documents can be asked.{heard}"
    if alerting:
        below = sum(1 for c in case.topology.downstream(alerting[0]))
        return (
            f"The alert names {', '.join(alerting[:3])}; it depends on {below} others, and where it hurts is "
            f"seldom where it begins. Broad and cheap looks first."
        )
    return f"The alert names no component, so all {len(case.components)} are candidates. Broad and cheap looks first."
