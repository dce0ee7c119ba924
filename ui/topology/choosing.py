"""Which part of a topology is looked at: a word, kinds and relations, a view; and what of it fits a map."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from sre_core.counting import counted
from sre_core.topology.graph import Topology
from sre_core.topology.views import MOST_SHOWN, View, around, groupings, groups, overview, part
from ui.listing import as_text
from ui.topology.address import AROUND, EVERYTHING, GROUP, OVERVIEW, VIEW

FIND, KINDS, RELATIONS, HOPS, BY = (f"topology-{name}" for name in ("find", "kinds", "relations", "hops", "by"))
MOST_LABELS = 200_000
"""Characters of labels that a word is looked for in, per component."""


@dataclass(frozen=True)
class Chosen:
    """What is on the map, and what is in the table."""

    drawn: Topology
    listed: Topology
    is_overview: bool
    note: str


def layers(whole: Topology) -> Topology:
    """What is left when only some kinds and relations are wanted; none chosen is all."""
    kinds = sorted({one.kind for one in whole.components.values()})
    relations = sorted({one.relation for one in whole.dependencies})
    wanted = set(st.session_state.get(KINDS) or ()), set(st.session_state.get(RELATIONS) or ())
    hidden = counted(sum(map(bool, wanted)), "layer choice") if any(wanted) else ""
    with st.popover(f"Layers: {hidden}" if hidden else "Layers", icon=":material/layers:"):
        st.caption("Nothing chosen is everything.")
        st.pills("Kinds", kinds, selection_mode="multi", key=KINDS, format_func=as_text)
        st.pills("Relations", relations, selection_mode="multi", key=RELATIONS, format_func=as_text)
    return only(whole, *wanted)


def only(whole: Topology, kinds: set[str], relations: set[str]) -> Topology:
    """Components of these kinds, and these relations between them; an empty set is all."""
    if not kinds and not relations:
        return whole
    kept = part(whole, (n for n, one in whole.components.items() if not kinds or one.kind in kinds))
    joined = tuple(one for one in kept.dependencies if not relations or one.relation in relations)
    return Topology(kept.components, joined)


def matching(topology: Topology, words: str) -> list[str]:
    """Components of which every word is in the id, the name, the kind or a label; whose id begins with it come first."""
    wanted = words.lower().split()
    if not wanted:
        return []
    said = {
        name: f"{name} {one.name or ''} {one.kind} {' '.join(f'{k}={v}' for k, v in one.labels.items())}".lower()
        for name, one in topology.components.items()
    }
    found = [name for name, text in said.items() if all(word in text[:MOST_LABELS] for word in wanted)]
    return sorted(found, key=lambda name: (not name.lower().startswith(wanted[0]), name))


def view_of(topology: Topology) -> str:
    """The view, as it is chosen; to begin with everything that fits, else the groups."""
    is_small = len(topology.components) <= MOST_SHOWN
    views = [EVERYTHING, AROUND, OVERVIEW] if is_small else [OVERVIEW, AROUND, EVERYTHING]
    if st.session_state.get(VIEW) not in views:
        st.session_state[VIEW] = views[0]
    return st.segmented_control("View", views, key=VIEW, required=True, label_visibility="collapsed") or views[0]


def chosen(topology: Topology, view: str, selected: str | None) -> Chosen:
    """What this view shows of it."""
    if view == OVERVIEW:
        return _overview(topology)
    if view == AROUND and selected and selected in topology:
        hops = _within()
        near = around(topology, [selected], hops)
        return Chosen(near.topology, near.topology, False, _left_out(near))
    if view == AROUND:
        note = "Pick a component on the map or in the table: then what is around it stands here."
        return Chosen(_small(topology), topology, False, note)
    return Chosen(topology, topology, False, "")


def _within() -> int:
    return (
        st.segmented_control(
            "Hops", [1, 2, 3], default=2, key=HOPS, required=True, format_func=_hops, label_visibility="collapsed"
        )
        or 2
    )


def _grouped_by(names: list[str]) -> str:
    return (
        st.segmented_control(
            "Groups",
            names,
            default=names[0],
            key=BY,
            required=True,
            format_func=lambda name: f"by {as_text(name)}",
            label_visibility="collapsed",
        )
        or names[0]
    )


def _hops(number: int) -> str:
    return counted(number, "hop")


def _small(topology: Topology) -> Topology:
    return topology if len(topology.components) <= MOST_SHOWN else Topology()


def _left_out(view: View) -> str:
    return f"{view.left_out:,} more are as near and found no room." if view.left_out else ""


def _overview(topology: Topology) -> Chosen:
    names = groupings(topology)
    by = _grouped_by(names)
    members = groups(topology, by)
    group = st.session_state.get(GROUP)
    if group not in members:
        return Chosen(overview(topology, by), topology, True, "Pick a group to see what is in it.")
    st.button(as_text(f"{by}: {group}"), key="topology-all-groups", icon=":material/close:", on_click=_all_groups)
    inside = part(topology, members[group])
    if len(inside.components) <= MOST_SHOWN:
        return Chosen(inside, inside, False, "")
    note = f"{len(inside.components):,} components are too many for this view; the table has all of them."
    return Chosen(overview(topology, by), inside, True, note)


def _all_groups() -> None:
    st.session_state.pop(GROUP, None)
