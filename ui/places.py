"""The pages and how to link to them. A new page is one line here, in ``every``."""

from __future__ import annotations

from typing import Any

import streamlit as st

from sre_core.settings import shipped


def investigate() -> Any:
    """Start an investigation, or watch the one in ``?inv=``."""
    return st.Page(_file("investigate"), title="Investigate", icon=":material/troubleshoot:", default=True)


def inbox() -> Any:
    """Alerts that wait; with ``?alert=`` one of them, with ``?together=A,B`` several to be investigated as one."""
    return st.Page(_file("inbox"), title="Inbox", icon=":material/inbox:")


def incidents() -> Any:
    """All investigations."""
    return st.Page(_file("incidents"), title="Incidents", icon=":material/list_alt:")


def topology() -> Any:
    """What depends on what; with ``?source=`` one topology, with ``&component=`` one component of it."""
    return st.Page(_file("topology"), title="Topology", icon=":material/account_tree:")


def knowledge() -> Any:
    """Ask the documents, give and look at them; with ``?doc=`` one of them, with ``&lines=12-20`` at these lines."""
    return st.Page(_file("knowledge"), title="Knowledge", icon=":material/menu_book:")


def compare() -> Any:
    """Two investigations side by side. Not in the menu: one comes here from a fork, or from the list."""
    return st.Page(_file("compare"), title="Compare", icon=":material/compare_arrows:", visibility="hidden")


def postmortem() -> Any:
    """The postmortem of the investigation in ``?inv=``. Not in the menu: one comes here from its report, or from a memory."""
    return st.Page(_file("postmortem"), title="Postmortem", icon=":material/article:", visibility="hidden")


def settings() -> Any:
    """What is set up, what is not and how to; connections are tested here."""
    return st.Page(_file("settings"), title="Settings", icon=":material/settings:")


def every() -> list[Any]:
    """All pages, in the order of the menu."""
    return [investigate(), inbox(), incidents(), topology(), knowledge(), settings(), compare(), postmortem()]


def _file(name: str) -> str:
    return str(shipped("pages") / f"{name}.py")


def go_to_investigation(investigation_id: str) -> None:
    """Go there from another page. Nothing after this call is run."""
    st.switch_page(investigate(), query_params={"inv": investigation_id})
