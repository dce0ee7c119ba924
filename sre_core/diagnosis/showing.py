"""What evidence shows of a hypothesis, and how both are put in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sre_core.diagnosis.faults import label
from sre_core.diagnosis.findings import Finding
from sre_core.diagnosis.roles import KEEPS_PODS_DOWN, Role, role_of
from sre_core.domain import UNKNOWN_FAULT, Hypothesis, Weight

FALSE_ALARM = "monitoring_false_alarm"
REFUTED = {"clean_metrics": -1.3, "clean_hop": -0.9, "clean_logs": -0.5, "clean_node": -1.0, "has_endpoints": -0.2}
"""Looked at through one source, and healthy."""


def refutes(kind: str, fault: str) -> float:
    """What a healthy look does to one fault: a ready pod or node says much about starting and little about being slow."""
    if kind == "clean_node":
        return REFUTED[kind] if KEEPS_PODS_DOWN.search(fault) or fault == UNKNOWN_FAULT else -0.1
    if kind != "clean_pods":
        return REFUTED.get(kind, 0.0)
    return -1.2 if KEEPS_PODS_DOWN.search(fault) else -0.4 if fault == UNKNOWN_FAULT else -0.1


def statement(component: str, fault: str, change_id: str | None = None) -> str:
    """The hypothesis in one sentence."""
    by = f", brought by {change_id}" if change_id else ""
    if fault == UNKNOWN_FAULT:
        return f"It begins at {component}; what is wrong with it is not known yet."
    if fault == FALSE_ALARM:
        return f"The alert on {component} is a false alarm."
    return f"{component}: {label(fault)}{by}."


def reason(finding: Finding, fault: str) -> str:
    """Why a finding weighs on a fault, in a few words."""
    if finding.blames:
        return f"{finding.component or finding.source} points at {finding.blames}"
    if finding.kind == "change_before_onset":
        gap = finding.facts.get("gap")
        return f"changed {gap / 60:.0f} min before it began" if gap is not None else "changed recently"
    if fault == UNKNOWN_FAULT:
        return f"{finding.kind.replace('_', ' ')} at {finding.component}"
    return (
        f"{finding.kind.replace('_', ' ')} means {label(fault)}"
        if finding.suggests[fault] > 0
        else f"{finding.kind.replace('_', ' ')} speaks against {label(fault)}"
    )


def kinds_shown(weights: Iterable[Weight], kinds: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """Hypothesis id -> kinds of evidence that show or tell its mechanism. ``kinds`` maps evidence id to kind."""
    shown: dict[str, set[str]] = {}
    for weight in weights:
        kind = kinds.get(weight.evidence_id, "")
        if weight.log_odds >= 1.5 and role_of(kind) in (Role.PROOF, Role.TELLS):
            shown.setdefault(weight.hypothesis_id, set()).add(kind)
    return {id_: frozenset(found) for id_, found in shown.items()}


def explainers_in(
    weights: Iterable[Weight], hypotheses: Mapping[str, Hypothesis], seen: Mapping[str, tuple[str | None, str]]
) -> dict[str, frozenset[str]]:
    """Component -> hypotheses elsewhere that explain it. ``seen`` maps evidence id to its component and kind."""
    found: dict[str, set[str]] = {}
    for weight in weights:
        component, kind = seen.get(weight.evidence_id, (None, ""))
        hypothesis = hypotheses.get(weight.hypothesis_id)
        if (
            component
            and hypothesis
            and hypothesis.component != component
            and weight.log_odds >= 1.5
            and role_of(kind) in (Role.PROOF, Role.TELLS)
        ):
            found.setdefault(component, set()).add(hypothesis.id)
    return {component: frozenset(ids) for component, ids in found.items()}
