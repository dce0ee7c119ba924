"""What the live page's map shows: every component that the investigation has named, in exactly one condition."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from sre_core.investigation import Investigation
from sre_core.topology.conditions import ComponentCondition, Condition, affected, conditions, towards

MOST_TOLD = 400
"""Components that are told one by one; clean ones without anything more to say are told by name alone."""


def topology_section(state: Investigation) -> dict[str, Any]:
    """From the fold alone. ``towards`` and ``affected`` are the ends of the affected path; its edges are the map's."""
    known = conditions(state)
    plain = {name: one for name, one in known.items() if _is_plain(one)}
    rest = sorted((name for name in known if name not in plain), key=lambda name: (-known[name].chance, name))
    clean = defaultdict[str, list[str]](list)
    for name, one in plain.items():
        clean[", ".join(sorted(one.looks))].append(name)
    return {
        "components": {name: _told(known[name], in_full=n < MOST_TOLD) for n, name in enumerate(rest)},
        "clean": clean,
        "affected": list(affected(state)),
        "towards": towards(state),
        "verdict": state.conclusion.verdict.value if state.conclusion else None,
        "counts": Counter(one.condition.value for one in known.values()),
    }


def _is_plain(one: ComponentCondition) -> bool:
    return one.condition is Condition.CLEAN and not one.evidence and not one.hypotheses


def _told(one: ComponentCondition, *, in_full: bool) -> dict[str, Any]:
    told: dict[str, Any] = {"is": one.condition.value, "p": round(one.chance, 4)}
    if in_full:
        told |= {
            "looks": {source: showed.value for source, showed in one.looks.items()},
            "evidence": list(one.evidence),
            "hypotheses": list(one.hypotheses),
        }
    return told
