"""What the address says is what is shown: ``?source=`` which topology, ``?component=`` which component of it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from ui import places

SOURCE, COMPONENT = "source", "component"
VIEW, GROUP = "topology-view", "topology-group"
OVERVIEW, AROUND, EVERYTHING = "Overview", "Around one", "Everything"


def asked() -> tuple[str | None, str | None]:
    """The topology and the component that the address names."""
    return st.query_params.get(SOURCE), st.query_params.get(COMPONENT)


def say(source: str, component: str | None) -> None:
    """Write down what is shown, so that the address can be passed on."""
    said = {SOURCE: source, COMPONENT: component}
    wanted = {name: value for name, value in said.items() if value}
    if st.query_params.to_dict() != wanted:
        st.query_params.from_dict(wanted)


def open_component(id_: str | None) -> None:
    """Show this component, or none. In a callback."""
    if not id_:
        st.query_params.pop(COMPONENT, None)
        return
    st.query_params[COMPONENT] = id_
    if st.session_state.get(VIEW) == OVERVIEW:
        st.session_state[VIEW] = AROUND


def link(source: str, component: str) -> dict[str, Any]:
    """What ``st.page_link`` needs to lead to a component."""
    return {"page": places.topology(), "query_params": {SOURCE: source, COMPONENT: component}}
