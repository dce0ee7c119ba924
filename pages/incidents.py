"""All investigations, narrowed by the address; and what is remembered of them. ``?memory=ID`` opens one memory."""

import streamlit as st

from ui import person
from ui.incidents.page import investigations
from ui.memory.page import memory, one_memory
from ui.process import workbench

TAB = "incidents-tab"
INVESTIGATIONS, MEMORY = "Investigations", "Memory"


def tabs() -> None:
    """Both, with the one open that was asked for; the address says which."""
    if TAB not in st.session_state:
        st.session_state[TAB] = MEMORY if st.query_params.get("show") == "memory" else INVESTIGATIONS
    st.subheader("Incidents", anchor=False)
    there, remembered = st.tabs([INVESTIGATIONS, MEMORY], key=TAB, on_change="rerun")
    if there.open:
        st.query_params.pop("show", None)
        with there:
            investigations(workbench())
    if remembered.open:
        st.query_params["show"] = "memory"
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
