"""The Inbox page as a whole: what waits first, then what can be given, then how unknown forms are read."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from sre_core.bootstrap import Workbench
from ui import drafts
from ui.inbox.forms import forms
from ui.inbox.giving import giving
from ui.inbox.listed import alerts
from ui.inbox.opened import opened
from ui.inbox.together import together
from ui.memory.attempt import last_done

STYLES = Path(__file__).with_name("inbox.css")
TAB = "inbox-tab"
ALERTS, GIVE, FORMS = "Alerts", "Give alerts", "Templates"


def inbox(bench: Workbench, alert_id: str | None, several: str | None) -> None:
    """Draw all of it, the one alert that is asked for, or what is to be investigated as one."""
    st.html(STYLES)
    last_done()
    if alert_id:
        st.query_params.from_dict({"alert": alert_id})
        opened(bench, alert_id)
    elif several:
        st.query_params.from_dict({"together": several})
        together(bench, [part for part in several.split(",") if part])
    else:
        st.query_params.clear()
        _tabs(bench)


def _tabs(bench: Workbench) -> None:
    """With nothing there yet, giving comes first."""
    if TAB not in st.session_state:
        st.session_state[TAB] = ALERTS if bench.inbox.page().total else GIVE
    drafts.keep(drafts.INBOX)
    st.subheader("Inbox", anchor=False)
    there, give, read = st.tabs([ALERTS, GIVE, FORMS], key=TAB, on_change="rerun")
    if there.open:
        with there:
            alerts(bench)
    if give.open:
        with give:
            giving(bench)
    if read.open:
        with read:
            forms(bench)
