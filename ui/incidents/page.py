"""Every investigation, narrowed and ordered by the address: chosen, opened, replayed, compared, forked, exported."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from sre_core.bootstrap import Workbench
from sre_core.investigator import utc_now
from sre_core.summaries import InvestigationSummary
from ui import listing, places
from ui.incidents import bar, choosing, exporting, forking
from ui.incidents.narrowing import PER_PAGE, Narrowing, facets
from ui.incidents.rows import row

STYLES = Path(__file__).with_name("incidents.css")


def investigations(bench: Workbench) -> None:
    """Draw the list, or what to do when there is none."""
    st.html(STYLES)
    every = bench.investigations()
    listing.count_in_title(every)
    _watch(bench, every)
    if not every:
        st.markdown(
            "**Nothing has been investigated here yet.** Start with an alert of yours, or watch it work on a sample incident."
        )
        st.page_link(places.investigate(), label="To the start", icon=":material/play_arrow:")
        return
    narrowing = bar.asked()
    found = narrowing.chosen(every, utc_now())
    bar.bar(narrowing, facets(every))
    choosing.forget_gone({one.id for one in every})
    exporting.standing(bench)
    forking.form(bench)
    choosing.bar(bench, [one.id for one in found], len(every))
    _page(bench, narrowing, found)


@st.fragment(run_every=listing.LOOK_AGAIN)
def _watch(bench: Workbench, drawn: Sequence[InvestigationSummary]) -> None:
    """Draws nothing: where something has changed, the page is drawn again, and what was chosen and typed stays."""
    if bench.investigations() is not drawn:
        st.rerun()


def _page(bench: Workbench, narrowing: Narrowing, found: Sequence[InvestigationSummary]) -> None:
    if not found:
        st.markdown("**None of them fits.** Take a filter away, or look at all of them.")
        bar.clear("Show all of them", "show-all")
        return
    pages = -(-len(found) // narrowing.per)
    page = min(narrowing.page, pages)
    with st.container(key="rows-all", gap="xsmall"):
        for number, one in enumerate(found[(page - 1) * narrowing.per : page * narrowing.per]):
            row(bench, one, number)
    _turning(page, pages, len(found))


def _turning(page: int, pages: int, many: int) -> None:
    if many <= PER_PAGE[0]:
        return
    with st.container(key="incidents-turning", horizontal=True, vertical_alignment="center", gap="small"):
        if pages > 1:
            st.pagination(pages, default=page, key=bar.page_key(), on_change=bar.turned)
        st.segmented_control(
            "A page",
            PER_PAGE,
            key=bar.PER,
            required=True,
            label_visibility="collapsed",
            on_change=bar.longer,
            format_func=lambda each: f"{each} a page",
        )
