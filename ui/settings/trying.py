"""The button that tests a connection: what is being asked meanwhile, a way to let go of it, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import streamlit as st

from sre_core.errors import NotAllowed
from sre_core.trials import Trial, TrialStanding
from ui import listing, person
from ui.listing import as_text
from ui.settings.parts import sentences, text
from ui.tokens import Tone

T = TypeVar("T")
LOOK_AGAIN = 0.5


def trying(trial: Trial[T], label: str, key: str, about: str) -> None:
    """Draw the button, or what goes on. ``about``: what a test sends, as our own Markdown."""
    again = LOOK_AGAIN if trial.is_running else None
    st.fragment(_trying, run_every=again)(trial, label, key, about, trial.is_running)


def _trying(trial: Trial[T], label: str, key: str, about: str, drawn_running: bool) -> None:
    """``drawn_running``: how it was when the page was drawn; when that changes, all of the page is drawn anew."""
    standing = trial.standing
    running = standing is not None and standing.ended is None
    if running != drawn_running:
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"trying-{key}"):
        if running and standing:
            st.button("Cancel", key=f"{key}-cancel", on_click=_stop, args=(trial,), disabled=not person.may_act())
            _progress(standing)
        else:
            may = person.may_act()
            icon = ":material/network_check:"
            st.button(label, key=key, icon=icon, on_click=_begin, args=(trial,), disabled=not may)
            st.caption(about if may else "A responder or an admin can test it.", width="stretch")


def _progress(standing: TrialStanding[T]) -> None:
    doing = standing.doing or "beginning"
    said = f"{doing[0].upper()}{doing[1:]} …"
    st.html(f'<div class="settings-busy" role="status"><i></i>{text(said)}</div>')


def problem(trial: Trial[T]) -> None:
    """Why the last test of this process brought nothing, if it did not."""
    standing = trial.standing
    if standing is None or standing.ended is None:
        return
    if standing.problem:
        told([standing.problem], "red", ended(trial))
    elif standing.stopped:
        st.caption("The test was cancelled; nothing has changed.")


def told(found: Iterable[str], tone: Tone, when: str) -> None:
    """What was found out, in sentences, and when."""
    with st.container(gap="xxsmall"):
        sentences(found, tone)
        st.caption(when)


def ended(trial: Trial[T]) -> str:
    """'Tested 4 min ago.'"""
    standing = trial.standing
    return f"Tested {listing.ago(standing.ended)}." if standing and standing.ended else ""


def _begin(trial: Trial[T]) -> None:
    _say(lambda: trial.begin(person.person()))


def _stop(trial: Trial[T]) -> None:
    _say(lambda: trial.stop(person.person()))


def _say(act: Callable[[], None]) -> None:
    """A role may have changed since the page was drawn."""
    try:
        act()
    except NotAllowed as refused:
        st.toast(as_text(str(refused)), icon=":material/block:")
