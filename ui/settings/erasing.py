"""Erasing investigations, or everything: what goes and what stays is said before, and takes a word that is typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from sre_core.bootstrap import Workbench
from sre_core.counting import counted
from sre_core.erasure.desk import ErasureStanding
from sre_core.erasure.plan import WhatGoes, older_than, what_goes
from sre_core.erasure.tombstones import Erased
from sre_core.erasure.wanted import Wanted
from sre_core.errors import WorkbenchError
from sre_core.investigator import utc_now
from sre_core.people import Role
from ui import listing, person
from ui.listing import as_text
from ui.settings.parts import table
from ui.turning import a_page, narrowed, turning

SOME, OLDER, EVERYTHING = "Some investigations", "Older ones", "Everything"
LOOK_AGAIN = 0.5
ORDERS: dict[str, Callable[[Erased], float | str]] = {
    "Latest first": lambda one: -one.at.timestamp(),
    "By whom": lambda one: one.by.casefold(),
}
_BEGUN = "erasure-begun"
STAYS = "that it was erased, by whom, when and why, with the last hash, so that an earlier export can still be checked"


def draw(bench: Workbench) -> None:
    """What to erase, or how far it has come; and what was erased so far."""
    found = _found(bench)
    if found is not None:
        st.fragment(_standing, run_every=LOOK_AGAIN if found.status == "running" else None)(bench, found.status)
    if found is None or found.status != "running":
        _choose(bench)
    _records(bench)


# -- choosing ----------------------------------------------------------------------------------------------------------


def _choose(bench: Workbench) -> None:
    if not person.role().covers(Role.ADMIN):
        st.caption("Only an admin can erase.")
        return
    what = st.segmented_control(
        "What", (SOME, OLDER, EVERYTHING), key="erase-what", default=SOME, required=True, label_visibility="collapsed"
    )
    ids = _ids(bench, what or SOME)
    if not ids and what != EVERYTHING:
        return
    goes = _goes(bench, ids)
    memory, postmortems = (True, True) if what == EVERYTHING else _besides(goes)
    stop = goes.still_open > 0 and st.checkbox(
        f"Stop {counted(goes.still_open, 'investigation')} that {'is' if goes.still_open == 1 else 'are'} still open first",
        key="erase-stop",
        help="Otherwise they are left as they are.",
    )
    _say(bench, goes, what == EVERYTHING, memory, postmortems, stop)
    wanted = Wanted(
        investigations=tuple(ids),
        everything=what == EVERYTHING,
        memory=memory,
        postmortems=postmortems,
        stop_open=stop,
        because=st.text_input("Why? (optional, for the record that stays)", key="erase-because", max_chars=500),
    )
    _confirm(bench, wanted, "erase everything" if what == EVERYTHING else f"erase {len(ids)}")


def _ids(bench: Workbench, what: str) -> Sequence[str]:
    every = bench.investigations()
    if what == EVERYTHING:
        return [one.id for one in every]
    if what == OLDER:
        days = st.number_input(
            "Nothing has happened in them for so many days", 0, 36500, 90, key="erase-days", width=320
        )
        ids = older_than(days, every, utc_now())
        if not ids:
            st.caption(f"There is none. {counted(len(every), 'investigation')} in all.")
        return ids
    if not every:
        st.caption("There is no investigation to erase.")
        return []
    named = {one.id: f"{one.title} · {one.id} · {listing.ago(one.last_at)}" for one in every}
    chosen = st.session_state.get("erase-ids", [])
    st.session_state["erase-ids"] = [id_ for id_ in chosen if id_ in named]
    return st.multiselect(
        "Which", list(named), key="erase-ids", placeholder="choose some", format_func=lambda id_: named.get(id_, id_)
    )


def _goes(bench: Workbench, ids: Sequence[str]) -> WhatGoes:
    remembered = {id_ for one in bench.incidents.incidents() for id_ in (one.id, *one.merged)}
    return what_goes(ids, bench.investigations(), remembered, {one.path for one in bench.library.catalogue()})


def _besides(goes: WhatGoes) -> tuple[bool, bool]:
    memory = goes.memories > 0 and not st.checkbox(
        f"Keep what was remembered of them ({counted(goes.memories, 'memory', 'memories')}, with their ratings and facts)",
        key="erase-keep-memory",
    )
    postmortems = goes.postmortems > 0 and not st.checkbox(
        f"Keep {counted(goes.postmortems, 'saved postmortem')} among the documents", key="erase-keep-postmortems"
    )
    return memory or not goes.memories, postmortems or not goes.postmortems


def _say(bench: Workbench, goes: WhatGoes, everything: bool, memory: bool, postmortems: bool, stop: bool) -> None:
    gone = goes.investigations - (0 if stop else goes.still_open)
    parts = [f"{counted(gone, 'investigation')} with every event, and the outputs that nothing else names"]
    if everything:
        parts.append(
            "all that is remembered, all documents and sources, alerts, profiles, uploaded capsules, fetched pages"
        )
    else:
        parts += [counted(goes.memories, "memory", "memories")] if memory and goes.memories else []
        parts += [counted(goes.postmortems, "postmortem")] if postmortems and goes.postmortems else []
    parts.append("exports that lie here")
    st.markdown(f"**Goes, for good:** {'; '.join(parts)}.")
    stays = [STAYS]
    if everything:
        stays.append("settings, rules, templates and the secret of the state folder")
    if not stop and goes.still_open:
        stays.append(
            f"{counted(goes.still_open, 'investigation')} still open"
            + (", and then all else, too" if everything else "")
        )
    if goes.forks_left:
        stays.append(
            f"the events that {counted(len(goes.forks_left), 'fork')} of them share: {', '.join(goes.forks_left[:5])}"
        )
    if not everything:
        stays.append("alerts in the inbox, documents, what was learned elsewhere")
    st.markdown(f"**Stays:** {'; '.join(stays)}. The file of a database does not shrink: the room is used again.")


def _confirm(bench: Workbench, wanted: Wanted, word: str) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="irreversible-erase-yes"):
        typed = st.text_input(f"Type “{word}” to go on", key="erase-typed", live=True, width=260, autocomplete="off")
        st.button(
            "Erase for good",
            key="erase-now",
            type="primary",
            icon=":material/delete_forever:",
            width="content",
            disabled=typed.strip().casefold() != word,
            on_click=_begin,
            args=(bench, wanted),
        )


def _begin(bench: Workbench, wanted: Wanted) -> None:
    try:
        st.session_state[_BEGUN] = bench.erasures.begin(wanted, person.person())
    except WorkbenchError as error:
        st.toast(as_text(str(error)), icon=":material/error:")
        return
    for key in ("erase-typed", "erase-because"):
        st.session_state[key] = ""


# -- how far it has come -----------------------------------------------------------------------------------------------


def _found(bench: Workbench) -> ErasureStanding | None:
    id_ = st.session_state.get(_BEGUN)
    return bench.erasures.standing(id_, person.person()) if id_ else None


def _standing(bench: Workbench, drawn: str) -> None:
    """``drawn``: how it stood when the page was drawn; when that changes, all of the page is drawn anew."""
    found = _found(bench)
    if found is None or found.status != drawn:
        st.rerun()
        return
    with st.container(key="erasure-standing", border=True, gap="small"):
        if found.status == "running":
            step = found.steps[-1] if found.steps else None
            share = step.done / step.of if step and step.of else 0.0
            st.progress(
                min(share, 1.0), f"Erasing {step.done:,} of {step.of:,}: {as_text(step.doing)}" if step else "Erasing"
            )
            st.button("Cancel", key="erase-cancel", on_click=bench.erasures.cancel, args=(found.id, person.person()))
            return
        st.markdown("  \n".join(as_text(line) for line in _ended(found).splitlines()))
        st.button("Dismiss", key="erase-dismiss", type="tertiary", on_click=lambda: st.session_state.pop(_BEGUN, None))


def _ended(found: ErasureStanding) -> str:
    if found.outcome is not None:
        return found.outcome.in_words()
    if found.status == "cancelled":
        return "Cancelled. What was erased until then stays erased, and stands in the list below."
    return found.problem or ""


def _records(bench: Workbench) -> None:
    records = bench.erasures.records()
    if not records:
        return
    with st.expander(f"Erased so far: {len(records):,}", key="erased-so-far", type="compact"):
        chosen = narrowed(records, "erased", lambda one: f"{one.investigation} {one.by} {one.because}", ORDERS)
        table(
            ("Investigation", "When", "By", "Events", "Why"),
            (
                (
                    one.investigation,
                    f"{one.at:%Y-%m-%d %H:%M} UTC",
                    one.by.removeprefix("person:"),
                    f"{one.events:,}",
                    one.because,
                )
                for one in a_page(chosen, "erased")
            ),
        )
        turning(chosen, "erased", len(records))
