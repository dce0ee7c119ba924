"""All investigations, those that wait for a person first."""

import streamlit as st

from ui import listing
from ui.process import workbench

PER_PAGE = 40

summaries = workbench().investigations()
st.subheader("Incidents", anchor=False)
if not summaries:
    st.caption("Nothing has been investigated here yet. Start with an alert, or with a sample incident.")
    st.stop()
wanted = st.text_input(
    "Find", placeholder="a word of the title or of the outcome", label_visibility="collapsed"
).lower()
found = [each for each in summaries if wanted in f"{each.title} {each.headline} {each.id}".lower()]
pages = max(1, -(-len(found) // PER_PAGE))
page = st.pagination(pages) if pages > 1 else 1
listing.rows(found[(page - 1) * PER_PAGE : page * PER_PAGE], "all")
st.caption(f"{len(found)} of {len(summaries)}")
