"""How components look on the Topology page's map, and what that means in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sre_core.counting import counted
from sre_core.topology.dossier import Dossier
from sre_core.topology.graph import Topology
from ui.tokens import Tone


class Mark(NamedTuple):
    """Of one component: a sign and words, which the outline repeats."""

    sign: str
    words: str
    tone: Tone
    weight: int

    def as_json(self) -> dict[str, Any]:
        """As the map takes it."""
        return {"tone": self.tone, "word": f"{self.sign} {self.words}", "weight": self.weight}


SELECTED = Mark("●", "selected", "blue", 3)
DIM = {"dim": True}

LEGEND_OF_SHAPES = [
    ["box", "", "gray", "service, or any other kind"],
    ["drum", "", "gray", "keeps data"],
    ["pill", "", "gray", "queue, broker"],
    ["ellipse", "", "gray", "third party"],
]
LEGEND_OF_MARKS = [
    ["box", "●", "blue", "selected"],
    ["box", "↑", "orange", "feels it when it breaks"],
    ["box", "↓", "gray", "needed by it"],
    ["dim", "", "gray", "has nothing to do with it"],
]
"""Outline, sign, tone, words."""


def marks(dossier: Dossier) -> dict[str, Mark]:
    """Component -> its mark: the one that is selected, who feels it, what it needs. Who is both feels it."""
    needed = {name: Mark("↓", f"needed, {counted(n, 'hop')}", "gray", 2) for name, n in dossier.downstream.items()}
    feels = {name: Mark("↑", f"feels it, {counted(n, 'hop')}", "orange", 2) for name, n in dossier.upstream.items()}
    return {**needed, **feels, dossier.component.id: SELECTED}


def marks_as_json(found: Mapping[str, Mark], shown: Topology) -> dict[str, Any]:
    """For every component on the map; what has nothing to do with the selected one steps back."""
    return {name: found[name].as_json() if name in found else DIM for name in shown.components} if found else {}


def trail(dossier: Dossier, shown: Topology) -> list[str]:
    """The edges by which it is felt: each leads one hop nearer to the selected component."""
    hops = {dossier.component.id: 0, **dossier.upstream}
    return [
        f"{one.source}\n{one.target}"
        for one in shown.dependencies
        if one.source in hops and one.target in hops and hops[one.source] == hops[one.target] + 1
    ]
