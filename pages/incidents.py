"""All investigations, those that wait for a person first; and what is remembered of them. ``?memory=ID`` opens one memory."""

import streamlit as st

from ui import listing, person, places
from ui.memory.page import memory, one_memory
from ui.process import workbench

PER_PAGE = 40
TAB = "incidents-tab"
INVESTIGATIONS, MEMORY = "Investigations", "Memory"


@st.fragment(run_every=listing.LOOK_AGAIN)
def the_list(wanted: str) -> None:
    """Looks again by itself."""
    summaries = workbench().investigations()
    listing.count_in_title(summaries)
    found = [each for each in summaries if wanted in f"{each.title} {each.headline} {each.id}".lower()]
    pages = max(1, -(-len(found) // PER_PAGE))
    page = st.pagination(pages) if pages > 1 else 1
    listing.rows(found[(page - 1) * PER_PAGE : page * PER_PAGE], "all")
    st.caption(f"{len(found)} of {len(summaries)}")


def investigations() -> None:
    """The list with its search, or what to do when there is none."""
    if not workbench().investigations():
        st.caption("Nothing has been investigated here yet. Start with an alert, or with a sample incident.")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        words = st.text_input("Find", placeholder="a word of the title or of the outcome", label_visibility="collapsed")
        st.page_link(places.compare(), label="Compare two", icon=":material/compare_arrows:")
    the_list(words.lower())


def tabs() -> None:
    """Both, with the one open that was asked for."""
    if TAB not in st.session_state:
        st.session_state[TAB] = MEMORY if st.query_params.get("show") == "memory" else INVESTIGATIONS
    st.query_params.clear()
    st.subheader("Incidents", anchor=False)
    there, remembered = st.tabs([INVESTIGATIONS, MEMORY], key=TAB, on_change="rerun")
    if there.open:
        with there:
            investigations()
    if remembered.open:
        with remembered:
            memory(workbench())


person.require()
asked = st.query_params.get("memory")
if asked:
    recalled_by = st.query_params.get("inv")
    said = {"memory": asked, "inv": recalled_by}
    st.query_params.from_dict({name: value for name, value in said.items() if value})  # a link here does not change it
    one_memory(workbench(), asked, recalled_by)
else:
    tabs()
