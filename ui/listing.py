"""Investigations as a list of rows: who has to do something comes first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import streamlit as st

from sre_core.domain import Moment, Verdict
from sre_core.foreign_text import harmless
from sre_core.summaries import InvestigationSummary
from ui import places, tokens, toned, words

TITLE = "SRE workbench"
LOOK_AGAIN = 2.0
"""Seconds until a list looks again by itself."""
MARKDOWN = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_{}[]()<>#+-.!|$~:&"})


def as_text(text: str) -> str:
    """Somebody else's words, so that Streamlit's markdown shows them as they are."""
    return harmless(" ".join(text.split())).translate(MARKDOWN)


def rows(summaries: Sequence[InvestigationSummary], key: str) -> None:
    """One row each."""
    with st.container(key=f"rows-{key}", gap="xsmall"):
        for summary in summaries:
            row(summary)


def row(summary: InvestigationSummary) -> None:
    """Status, title as a link, what is wanted or what came out of it, when."""
    status = "waiting" if summary.waiting else summary.status
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(width=112):
            toned.badge(
                "waiting for you" if summary.waiting else words.plain(status), tokens.INVESTIGATION.get(status, "gray")
            )
        st.page_link(places.investigate(), label=label(summary), query_params={"inv": summary.id}, width="stretch")
        if summary.verdict:
            toned.badge(words.plain(summary.verdict), tokens.VERDICT[Verdict(summary.verdict)])
        st.caption(when(summary), width="content")


def label(summary: InvestigationSummary) -> str:
    """What is wanted comes first: on a phone the end of a long title is cut off."""
    wanted = f":{tokens.PERSON}[{as_text(summary.waiting_for)} ·] " if summary.waiting_for else ""
    return wanted + titled(summary.title, summary.headline)


def titled(title: str, outcome: str) -> str:
    """The label of a row: where there is no room for both, the title is cut off and never what came out of it."""
    return f"**{as_text(title)}**" + (f"  :gray[{as_text(outcome)}]" if outcome else "")


def when(summary: InvestigationSummary) -> str:
    """'2 h ago'; 'for 4 min' while somebody is waited for."""
    if summary.waiting_since is None:
        return ago(summary.last_at)
    waits = ago(summary.waiting_since)
    return f"for {waits.removesuffix(' ago')}" if waits.endswith(" ago") else waits


def count_in_title(summaries: Sequence[InvestigationSummary]) -> None:
    """How many wait for a person, where it is read while another tab is open."""
    waiting = sum(summary.waiting for summary in summaries)
    st.set_page_config(page_title=f"({waiting}) {TITLE}" if waiting else TITLE)


def ago(moment: Moment, now: datetime | None = None) -> str:
    """'4 min ago'; a date when it is longer ago."""
    seconds = ((now or datetime.now(UTC)) - moment).total_seconds()
    if seconds < 60:
        return "just now"
    if seconds < 3600:
        return f"{seconds // 60:.0f} min ago"
    return f"{seconds // 3600:.0f} h ago" if seconds < 86400 else f"{moment:%Y-%m-%d}"
