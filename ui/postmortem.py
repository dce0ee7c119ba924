"""The postmortem of an investigation: drafted from its timeline, edited here, saved among the documents and the memories."""

from __future__ import annotations

import streamlit as st

from sre_core.bootstrap import Workbench
from sre_core.errors import UnknownInvestigation, WorkbenchError
from sre_core.foreign_text import quiet
from sre_core.memory.desk import SavedPostmortem
from sre_core.postmortem.draft import draft
from sre_core.postmortem.markdown import markdown
from sre_core.postmortem.pdf import pdf
from ui import person, places, words
from ui.listing import ago, as_text
from ui.memory.attempt import attempt, last_done
from ui.memory.said import counted

LONGEST = 400_000
HEIGHT = 560


def postmortem(bench: Workbench, investigation_id: str | None) -> None:
    """Draw what was saved, or a fresh draft; or say that there is no such investigation."""
    last_done()
    try:
        state = bench.state(investigation_id or "")
        correction = bench.memory_desk.correction(state.id)
        fresh = markdown(draft(state, bench.read(state.id), correction))
    except UnknownInvestigation:
        _unknown(investigation_id)
        return
    except WorkbenchError as error:
        st.error(as_text(str(error)), icon=":material/error:")
        return
    st.query_params["inv"] = state.id
    saved = bench.memory_desk.postmortem(state.id)
    st.subheader("Postmortem", anchor=False)
    st.caption(as_text(state.alert.title))
    _links(bench, state.id, saved)
    if saved and correction and correction.at > saved.at and saved.text != fresh:
        st.caption(
            ":orange[What is believed was corrected in memory after this was saved.] *Draft it anew* takes that in."
        )
    text = _text(saved.text if saved else fresh, fresh, state.id, saved)
    _buttons(bench, state.id, state.alert.title, text)


def _unknown(investigation_id: str | None) -> None:
    st.subheader("There is no such investigation", anchor=False)
    st.markdown(
        f"Nothing is known here under **{as_text((investigation_id or '')[:80])}**. A postmortem belongs to an "
        "investigation: open one, and take *Postmortem draft* in its report."
    )
    st.page_link(places.incidents(), label="All investigations", icon=":material/list_alt:")


def _links(bench: Workbench, investigation_id: str, saved: SavedPostmortem | None) -> None:
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="postmortem-links"):
        asked = {"inv": investigation_id}
        st.page_link(places.investigate(), label="Investigation", icon=":material/troubleshoot:", query_params=asked)
        if saved is None:
            st.caption(
                "A draft: every sentence names the evidence (E1) or the event (12) it rests on. Fill in what it asks for.",
                width="stretch",
            )
            return
        st.page_link(
            places.knowledge(), label="In knowledge", icon=":material/menu_book:", query_params={"doc": saved.path}
        )
        if remembered := bench.memory_desk.remembered_as(investigation_id):
            asked = {"memory": remembered}
            st.page_link(places.incidents(), label="In memory", icon=":material/history:", query_params=asked)
        else:
            st.badge("forgotten in memory", color="gray", icon=":material/history_toggle_off:")
        who = as_text(words.actor(saved.by))
        st.badge(f"saved by {who}, {ago(saved.at)} · version {saved.version}", color="green", icon=":material/check:")
        if saved.secrets:
            st.badge(f"{counted(saved.secrets, 'secret')} taken out", color="orange", icon=":material/key_off:")


def _text(text: str, fresh: str, investigation_id: str, saved: SavedPostmortem | None) -> str:
    """What is written now: edited on one tab, looked at on the other."""
    key = f"postmortem-{investigation_id}-{saved.version if saved else 0}"
    kept = f"{key}-kept"
    st.session_state.setdefault(kept, text)
    edit, preview = st.tabs(["Edit", "Preview"], key="postmortem-tab", on_change="rerun")
    with edit:  # also while the preview is open: what was typed just before stays
        st.session_state[kept] = st.text_area(
            "Markdown",
            st.session_state[kept],
            key=f"{key}-{st.session_state.get(f'{key}-round', 0)}",
            height=HEIGHT,
            max_chars=LONGEST,
            label_visibility="collapsed",
            disabled=not person.may_act(),
        )
    if preview.open:
        with preview, st.container(border=True, key="postmortem-preview"):
            st.markdown(_shown(st.session_state[kept]))
    if (
        saved
        and person.may_act()
        and fresh != st.session_state[kept]
        and st.button("Draft it anew", key="postmortem-anew")
    ):
        st.session_state[kept] = fresh
        st.session_state[f"{key}-round"] = st.session_state.get(f"{key}-round", 0) + 1
        st.rerun()
    return str(st.session_state[kept])


def _shown(text: str) -> str:
    """Without its front matter and without pictures: those would be fetched from elsewhere by looking. Links say their host."""
    if text.startswith("---\n") and "\n---\n" in text[4:]:
        text = text[4:].split("\n---\n", 1)[1]
    return quiet(text)


def _buttons(bench: Workbench, investigation_id: str, title: str, text: str) -> None:
    name = f"postmortem-{investigation_id}"
    with st.container(horizontal=True, gap="small", key="postmortem-buttons"):
        if person.may_act() and st.button("Save", key="postmortem-save", type="primary", icon=":material/save:"):
            attempt(
                lambda: bench.memory_desk.save_postmortem(investigation_id, text, person.person()),
                "Saved among the documents and the memories.",
            )
        st.download_button(
            "Markdown", text, f"{name}.md", "text/markdown", icon=":material/download:", on_click="ignore"
        )
        st.download_button(
            "PDF",
            lambda: pdf(text, title),
            f"{name}.pdf",
            "application/pdf",
            icon=":material/download:",
            on_click="ignore",
        )
