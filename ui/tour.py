"""Three cards for who comes here for the first time: what to give, what to watch, what comes out. They cover nothing.

They lie at the head of the start page until they are read or waved away, which the browser remembers; About shows them again.
"""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import NamedTuple

import streamlit as st

from sre_core.bootstrap import Workbench

STYLES = Path(__file__).with_name("tour.css")
COOKIE, READ = "sre_tour", "read"
_CARD, _OVER = "tour-card", "tour-over"


class Card(NamedTuple):
    """One card."""

    title: str
    says: str
    shows: str
    """A selector of what it speaks of, which is marked; empty: that is not on this page."""


CARDS = (
    Card(
        "Give it an alert",
        "Paste an alert as it arrived, or take one of the sample incidents: they bring telemetry of their own. It looks by "
        "itself; what would change anything always waits for your yes.",
        ".st-key-payload, [class*='st-key-take-']",
    ),
    Card(
        "Watch and steer",
        "You see the plan, every check and how sure it is of each explanation, as it happens. Redirect it in words, add what you "
        "know, drop an explanation, go on step by step, or stop it. What waits for you is violet and says what it wants.",
        ".st-key-autonomy, .st-key-pace",
    ),
    Card(
        "What comes out",
        "A verdict whose every sentence cites its evidence, what was ruled out, what nobody looked at, and what to do. Rate it: "
        "the next alert of the kind begins with what was found. All of it stays under Incidents, to be replayed and exported.",
        "",
    ),
)

_REMEMBER = st.components.v2.component(
    "sre_tour_read",
    js="""
export default function ({ data }) {
  document.cookie = `${data.cookie}=${data.read}; path=/; max-age=31536000; SameSite=Lax`;
}
""",
)


def cards(bench: Workbench) -> None:
    """Draw the card that is due, if one is."""
    if st.session_state.get(_OVER):
        _REMEMBER(key="tour-read", data={"cookie": COOKIE, "read": READ}, height=1)
        return
    number = st.session_state.get(_CARD)
    if number is None and (st.context.cookies.get(COOKIE) == READ or bench.investigations()):
        return
    _draw(number or 0)


def again() -> None:
    """Have them shown once more, wherever the start page is drawn next."""
    st.session_state[_CARD] = 0
    st.session_state.pop(_OVER, None)


def _draw(number: int) -> None:
    card, last = CARDS[number], number == len(CARDS) - 1
    st.html(STYLES)
    if card.shows:
        st.html(
            f"<style>:is({card.shows}) {{ outline: 2px dashed var(--st-primary-color); outline-offset: 4px; }}</style>"
        )
    with st.container(key="tour", border=True, gap="small"):
        st.html(_steps(number))
        with st.container(horizontal=True, gap="small", vertical_alignment="center", key="tour-buttons"):
            st.button("Back", key="tour-back", disabled=number == 0, width="content", on_click=_go, args=(number - 1,))
            st.button(
                "Done" if last else "Next",
                key="tour-next",
                type="primary",
                width="content",
                on_click=_end if last else _go,
                args=() if last else (number + 1,),
            )
            if not last:
                st.button("Skip the tour", key="tour-skip", type="tertiary", width="content", on_click=_end)


def _steps(number: int) -> str:
    """All titles with the one that is read marked, and what it says."""
    steps = "".join(
        f"<li{' aria-current=step' if place == number else ''}><b>{place + 1}</b> {escape(card.title)}</li>"
        for place, card in enumerate(CARDS)
    )
    return (
        f'<section class="tour" aria-label="Tour, card {number + 1} of {len(CARDS)}"><ol>{steps}</ol>'
        f'<p aria-live="polite">{escape(CARDS[number].says)}</p></section>'
    )


def _go(number: int) -> None:
    st.session_state[_CARD] = number


def _end() -> None:
    st.session_state.pop(_CARD, None)
    st.session_state[_OVER] = True
