"""Where each component stands on the map: by depth of dependency, entry points on top; the same input, the same places."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import networkx as nx

from sre_core.topology.graph import Topology

ACROSS, DOWN, BETWEEN = 190, 64, 26
"""Pixels between two in a row, between two rows of one layer, and what comes on top of that between two layers."""
FEWEST_IN_A_ROW = 6
SWEEPS = 4

Place = tuple[int, int]


def layers(topology: Topology) -> dict[str, int]:
    """Component -> its layer, 0 on top: one more than the deepest that depends on it. Who depend on each other share one."""
    whole = nx.condensation(topology.graph)
    depth: dict[int, int] = {}
    for knot in nx.topological_sort(whole):
        depth[knot] = max((depth[above] + 1 for above in whole.predecessors(knot)), default=0)
    return {name: depth[whole.graph["mapping"][name]] for name in sorted(topology.components)}


def places(topology: Topology) -> dict[str, Place]:
    """Component -> x and y in pixels, whole numbers, no two the same. What touches nothing stands below all others."""
    if not topology.components:
        return {}
    alone = sorted(name for name in topology.components if not topology.graph.degree(name))
    rows = _ordered(topology, layers(topology), set(alone))
    return _placed([*rows, *([alone] if alone else [])], _widest(len(topology.components)))


def _ordered(topology: Topology, depth: Mapping[str, int], alone: set[str]) -> list[list[str]]:
    """The layers, each in an order in which few lines cross: everyone near the middle of whom they touch."""
    rows: list[list[str]] = [[] for _ in range(max(depth.values()) + 1)]
    for name in sorted(depth):
        if name not in alone:
            rows[depth[name]].append(name)
    rows = [row for row in rows if row]
    touched = {name: sorted({*topology.graph.successors(name), *topology.graph.predecessors(name)}) for name in depth}
    for _ in range(SWEEPS):
        for order in (range(len(rows)), range(len(rows) - 1, -1, -1)):
            at = _shares(rows)
            for number in order:
                rows[number].sort(key=lambda name: (_middle([at[one] for one in touched[name]], at[name]), name))
                at.update(_shares([rows[number]]))
    return rows


def _shares(rows: Sequence[Sequence[str]]) -> dict[str, float]:
    """How far along its row each one stands, -0.5 to 0.5."""
    return {name: (index + 0.5) / len(row) - 0.5 for row in rows for index, name in enumerate(row)}


def _middle(shares: Sequence[float], alone: float) -> float:
    return sum(shares) / len(shares) if shares else alone


def _widest(components: int) -> int:
    """How many may stand in a row, so that the whole is about as broad as a screen."""
    return max(FEWEST_IN_A_ROW, math.ceil(math.sqrt(components * 1.6 * DOWN / ACROSS)))


def _placed(rows: Sequence[Sequence[str]], widest: int) -> dict[str, Place]:
    found: dict[str, Place] = {}
    top = 0
    for row in rows:
        lines = math.ceil(len(row) / widest)
        each = math.ceil(len(row) / lines)
        for index, name in enumerate(row):
            line, column = divmod(index, each)
            here = min(each, len(row) - line * each)
            found[name] = (round((column - (here - 1) / 2) * ACROSS), top + line * DOWN)
        top += lines * DOWN + BETWEEN
    return found
