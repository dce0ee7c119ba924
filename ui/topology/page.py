"""The Topology page as a whole: which topology, which part of it, the map, the selected component, and all of it as a table."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from sre_core.bootstrap import Workbench
from sre_core.counting import counted
from sre_core.errors import WorkbenchError
from sre_core.topology.graph import Topology
from sre_core.topology.maps import Known
from sre_core.topology.views import part
from ui import places
from ui.listing import as_text
from ui.topology import address, choosing
from ui.topology.card import card
from ui.topology.choosing import Chosen
from ui.topology.drawn import drawn
from ui.topology.marks import LEGEND_OF_MARKS, LEGEND_OF_SHAPES, Mark, marks, marks_as_json, trail
from ui.topology.table import table

CHOICE = "topology-source"
FORMAT = """{"nodes": [{"id": "cart", "kind": "service"}, {"id": "cart-db", "kind": "database"}],
 "edges": [{"source": "cart", "target": "cart-db", "relation": "reads"}]}"""


def topology(bench: Workbench) -> None:
    """Draw all of it."""
    wanted, component = address.asked()
    known = bench.maps.known(one.workspace for one in bench.investigations())
    source = _source(known, wanted)
    try:
        with st.spinner("Opening the topology …"):
            whole, problems = bench.maps.topology(source), bench.maps.problems(source)
    except WorkbenchError as error:
        st.error(f"This topology cannot be shown. {as_text(str(error))}", icon=":material/error:")
        return
    address.say(source, component if component in whole else None)
    if not whole.components:
        _empty()
        return
    with st.container():
        _said(problems, component if component not in whole else None, wanted if wanted != source else None)
    _map(bench, source, whole, component if component in whole else None)


def _said(problems: Sequence[str], missing: str | None, unknown: str | None) -> None:
    if unknown:
        st.info(
            f"There is no topology **{as_text(unknown[:80])}** here; another one is shown.",
            icon=":material/search_off:",
        )
    if problems:
        st.warning(f"Left out of the file: {as_text('; '.join(problems[:3]))}", icon=":material/warning:")
    if missing:
        st.info(f"There is no component **{as_text(missing[:80])}** in this topology.", icon=":material/search_off:")


def _source(known: list[Known], asked: str | None) -> str:
    """The topology that is chosen. An address opens none that is not in the list: it might name any folder of the server."""
    titles = {one.source: one.title for one in known}
    if asked in titles:
        st.session_state[CHOICE] = asked
    if st.session_state.get(CHOICE) not in titles:
        st.session_state[CHOICE] = next(iter(titles))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader("Topology", anchor=False, width="content")
        st.selectbox(
            "Which topology",
            list(titles),
            key=CHOICE,
            format_func=lambda one: titles.get(one, one),
            on_change=_changed,
            label_visibility="collapsed",
        )
    return str(st.session_state[CHOICE])


def _changed() -> None:
    st.query_params.from_dict({address.SOURCE: st.session_state[CHOICE]})
    for key in (address.GROUP, choosing.KINDS, choosing.RELATIONS):
        st.session_state.pop(key, None)


def _map(bench: Workbench, source: str, whole: Topology, component: str | None) -> None:
    """What stands where never depends on what is chosen: the map would be made anew, and jump."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        wanted = _find()
        layered = choosing.layers(whole)
        shown = choosing.chosen(layered, choosing.view_of(layered), component)
        size = f"{counted(len(whole.components), 'component')}, {len(whole.dependencies):,} dependencies"
        st.caption(size, width="content")
    found = choosing.matching(layered, wanted) if wanted else None
    with st.container():
        _matches(found)
    dossier = bench.dossiers.of(source, whole, component, bench.incidents.incidents()) if component else None
    told = marks(dossier) if dossier else {}
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _draw(bench, shown, component, told, trail(dossier, shown.drawn) if dossier else [])
    with right:
        card(dossier, source) if dossier else _nothing_selected()
    table(whole, shown.listed if found is None else part(layered, found), told, component)


def _find() -> str:
    wanted = st.text_input(
        "Find a component",
        placeholder="Find a name, a kind, a label",
        key=choosing.FIND,
        label_visibility="collapsed",
        width=240,
    )
    return wanted.strip()


def _nothing_selected() -> None:
    with st.container(border=True, key="topology-card", gap="small"):
        st.markdown("**No component is selected**")
        st.caption(
            "Pick one on the map, in the table or by its name: whom it touches, who feels it when it breaks, what was changed, "
            "what investigations found at it, and past incidents stand here."
        )


def _draw(bench: Workbench, shown: Chosen, component: str | None, found: dict[str, Mark], way: list[str]) -> None:
    if shown.is_overview:
        told = {
            one.id: {"word": counted(int(one.labels["components"]), "component")}
            for one in shown.drawn.components.values()
        }
        legend = [["box", "", "gray", "a group; a line says that one depends on the other"]]
    else:
        told = marks_as_json(found, shown.drawn)
        legend = [*LEGEND_OF_SHAPES, *(LEGEND_OF_MARKS if found else [])]
    drawing = bench.maps.drawings.of(shown.drawn)
    drawn(drawing, told, way, legend, selected=component, note=shown.note, on_group=shown.is_overview)


def _matches(found: list[str] | None) -> None:
    """The best ones at once; all of them are in the table. None: nothing is looked for."""
    if found is None:
        return
    if not found:
        st.caption("Nothing matches. A name, a kind or a label is looked for, every word of it.")
        return
    with st.container(horizontal=True, gap="small", key="topology-matches"):
        for name in found[:6]:
            st.button(as_text(name), key=f"topology-match-{name}", on_click=address.open_component, args=(name,))
        if len(found) > 6:
            st.caption(f"and {len(found) - 6:,} more in the table", width="content")


def _empty() -> None:
    """What to do about a workspace that has none."""
    st.markdown(
        "**This has no topology.** Without one, nobody can say what depends on what: investigations go on, and suspect every "
        "component alike. There are two ways to get one:"
    )
    st.markdown(
        "1. **For all investigations**: add a source of the kind *topology* under Knowledge, with a `topology.json`:"
    )
    st.code(FORMAT, language="json")
    st.page_link(places.knowledge(), label="Add a source", icon=":material/menu_book:")
    st.markdown("2. **For one capsule**: put the same file into it, beside its metrics and logs.")
