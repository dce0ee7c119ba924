"""One investigation: the live element draws all of it; this only makes sure that there is one."""

from __future__ import annotations

import streamlit as st

from sre_core.bootstrap import Workbench
from sre_core.counting import counted
from sre_core.erasure.tombstones import Erased
from sre_core.errors import UnknownInvestigation, WorkbenchError
from ui import drafts, listing, person, places, process, words
from ui.live import live


def case(bench: Workbench, investigation_id: str) -> None:
    """Draw it, or say that there is none."""
    try:
        bench.state(investigation_id)
    except UnknownInvestigation:
        return _unknown(bench, investigation_id)
    except WorkbenchError as error:
        return _cannot_be_shown(str(error))
    st.query_params["inv"] = investigation_id  # a link on the same page changes what is drawn, and not the address
    drafts.forget_used()
    who = person.person()
    token = process.tokens().issue(investigation_id, who.name, who.role)
    live(investigation_id, token, name=who.name, role=who.role, suggest_only=bench.policy.suggest_only)
    return None


def _unknown(bench: Workbench, investigation_id: str) -> None:
    if erased := bench.erasures.record(investigation_id):
        _erased(erased)
        return
    st.subheader("There is no such investigation", anchor=False)
    st.markdown(
        f"Nothing is known here under **{listing.as_text(investigation_id[:80])}**. The link may be cut off, or it may "
        "belong to a workbench with another state folder."
    )
    _ways_out()


def _erased(one: Erased) -> None:
    """Also what somebody sees who had it open at that moment: the page asks again when its stream ends."""
    why = f": {listing.as_text(one.because)}" if one.because else "."
    st.subheader("This investigation was erased", anchor=False)
    st.markdown(
        f"**{listing.as_text(words.actor(one.by))}** had it erased for good, {listing.ago(one.at)} "
        f"({listing.as_text(f'{one.at:%Y-%m-%d %H:%M} UTC')}){why}"
    )
    st.caption(f"It had {counted(one.events, 'event')}. That it was erased is all that is kept of it.")
    _ways_out()


def _cannot_be_shown(why: str) -> None:
    st.subheader("This investigation cannot be shown", anchor=False)
    st.markdown(f"{listing.as_text(why)} The others are not affected.")
    _ways_out()


def _ways_out() -> None:
    st.page_link(places.incidents(), label="All investigations", icon=":material/list_alt:")
    st.page_link(places.investigate(), label="Start a new one", icon=":material/troubleshoot:")
