"""Investigations as a list of rows: who has to do something comes first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import streamlit as st

from sre_core.bootstrap import InvestigationSummary
from sre_core.domain import Moment, Verdict
from ui import places, tokens, words

MARKDOWN = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_{}[]()<>#+-.!|$~:"})


def as_text(text: str) -> str:
    """Somebody else's words, so that Streamlit's markdown shows them as they are."""
    return " ".join(text.split()).translate(MARKDOWN)


def rows(summaries: Sequence[InvestigationSummary], key: str) -> None:
    """One row each."""
    with st.container(key=f"rows-{key}", gap="xsmall"):
        for summary in summaries:
            row(summary)


def row(summary: InvestigationSummary) -> None:
    """Status, title as a link, what came out of it, when."""
    status = "waiting" if summary.waiting else summary.status
    status_words = "waiting for you" if summary.waiting else words.plain(status)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(width=96):
            st.badge(status_words, color=tokens.INVESTIGATION.get(status, "gray"))
        target, label = places.investigate(), as_text(summary.title)
        if summary.headline:
            label += f"  :gray[{as_text(summary.headline)}]"
        st.page_link(target, label=label, query_params={"inv": summary.id}, width="stretch")
        if summary.verdict:
            st.badge(words.plain(summary.verdict), color=tokens.VERDICT[Verdict(summary.verdict)])
        st.caption(ago(summary.last_at), width="content")


def ago(moment: Moment, now: datetime | None = None) -> str:
    """'4 min ago'; a date when it is longer ago."""
    seconds = ((now or datetime.now(UTC)) - moment).total_seconds()
    if seconds < 60:
        return "just now"
    if seconds < 3600:
        return f"{seconds // 60:.0f} min ago"
    return f"{seconds // 3600:.0f} h ago" if seconds < 86400 else f"{moment:%Y-%m-%d}"
