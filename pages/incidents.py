"""All investigations, those that wait for a person first."""

import streamlit as st

from ui import listing, person, places
from ui.process import workbench

PER_PAGE = 40


@st.fragment(run_every=listing.LOOK_AGAIN)
def the_list(wanted: str) -> None:
    """Looks again by itself."""
    summaries = workbench().investigations()
    listing.count_in_title(summaries)
    found = [each for each in summaries if wanted in f"{each.title} {each.headline} {each.id}".lower()]
    pages = max(1, -(-len(found) // PER_PAGE))
    page = st.pagination(pages) if pages > 1 else 1
    listing.rows(found[(page - 1) * PER_PAGE : page * PER_PAGE], "all")
    st.caption(f"{len(found)} of {len(summaries)}")


person.require()
st.subheader("Incidents", anchor=False)
if not workbench().investigations():
    st.caption("Nothing has been investigated here yet. Start with an alert, or with a sample incident.")
    st.stop()
with st.container(horizontal=True, vertical_alignment="center"):
    words = st.text_input("Find", placeholder="a word of the title or of the outcome", label_visibility="collapsed")
    st.page_link(places.compare(), label="Compare two", icon=":material/compare_arrows:")
the_list(words.lower())
