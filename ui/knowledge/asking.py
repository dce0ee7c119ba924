"""The question at the head of the Knowledge page: what the documents say to it, and, where that is not enough, the web."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import streamlit as st

from sre_core.bootstrap import Workbench
from sre_core.errors import WorkbenchError
from sre_core.knowledge.ask import Answered, Quote
from sre_core.knowledge.desk import described
from sre_core.knowledge.documents import Scope
from ui import places
from ui.knowledge import lines
from ui.knowledge.composed import composed
from ui.knowledge.researching import propose, researching
from ui.listing import as_text

QUESTION = "q"
"""What an address says was asked, so that an answer can be sent to somebody."""
LONGEST = 2000
AGES: dict[str, timedelta | None] = {
    "of any age": None,
    "of the last week": timedelta(days=7),
    "of the last 30 days": timedelta(days=30),
    "of the last year": timedelta(days=365),
}
ANY = "about anything"

_SHOWN, _LINKED = "ask-shown", "ask-linked"


def asking(bench: Workbench) -> None:
    """Draw it."""
    asked = _of_address()
    with st.form("ask", border=False), st.container(key="ask-row", horizontal=True, gap="small"):
        question = st.text_input(
            "Ask the documents",
            key=_box(),
            placeholder="Ask the documents: how do I …, what does ERROR_CODE mean, or paste an alert's name",
            label_visibility="collapsed",
        )
        pressed = st.form_submit_button("Ask", type="primary", icon=":material/search:")
        on_the_web = st.form_submit_button("Look on the web", icon=":material/travel_explore:")
    scope = _scope(bench)
    if on_the_web:
        propose(question.strip()[:LONGEST])
        if asked != question.strip():  # what the documents say to another question would stand below it
            asked = ""
            _keep(asked)
    researching(bench)
    if pressed:
        asked = question.strip()[:LONGEST]
        _keep(asked)
    if asked:
        _answer(bench, asked, scope)


def _of_address() -> str:
    """What the address asks; the box says the same when the address has changed by a link."""
    asked = st.query_params.get(QUESTION, "")
    if st.session_state.get(_SHOWN) != asked:
        st.session_state[_SHOWN] = asked
        st.session_state[_LINKED] = st.session_state.get(_LINKED, 0) + 1
        st.session_state[_box()] = asked
    return asked


def _box() -> str:
    """The key of the box: another one after a link, for the browser may yet send what the box before it said."""
    return f"ask-question-{st.session_state.get(_LINKED, 0)}"


def _keep(question: str) -> None:
    st.session_state[_SHOWN] = question
    if question:
        st.query_params[QUESTION] = question
    else:
        st.query_params.pop(QUESTION, None)


def _scope(bench: Workbench) -> Scope:
    """Which documents may answer: folded away, because mostly all may."""
    with st.expander("Narrow the search", key="ask-scope", icon=":material/tune:", type="compact"):
        documents = bench.library.catalogue()
        names = described(bench.desk.sources())
        kinds, sources = sorted({one.kind for one in documents}), sorted({one.source for one in documents})
        with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
            components = sorted({one.component for one in documents if one.component})
            component = st.selectbox("Component", [ANY, *components], key="ask-component", width=200)
            age = st.selectbox("Dated", list(AGES), key="ask-age", width=180)
            kind = st.multiselect("Kinds", kinds, key="ask-kinds", placeholder="all", width=220)
            source = st.multiselect(
                "Sources",
                sources,
                key="ask-sources",
                placeholder="all",
                width=220,
                format_func=lambda one: as_text(names.get(one) or str(one)),
            )
        own = st.checkbox("Only this component's own documents", key="ask-own", disabled=component == ANY)
    since = AGES[age]
    return Scope(
        component=None if component == ANY else component,
        only_component=own and component != ANY,
        kinds=tuple(kind),
        sources=tuple(source),
        newer_than=datetime.now(UTC) - since if since else None,
    )


def _answer(bench: Workbench, question: str, scope: Scope) -> None:
    try:
        with st.spinner("Looking …", show_time=False):
            answered = bench.desk.ask(question, scope)
    except WorkbenchError as error:
        st.error(as_text(str(error)), icon=":material/error:")
        return
    with st.container(key="answer", gap="small"):
        if not answered.answered:
            _nothing(answered)
            return
        composed(bench, answered)
        st.caption(as_text(answered.said))
        for number, quote in enumerate(answered.quotes):
            _quote(quote, "best", number)


def _nothing(answered: Answered) -> None:
    """No answer is an answer: what was searched, and what came nearest to it."""
    head, _, rest = answered.said.partition(". ")
    st.markdown(f"**{as_text(head)}.**" + (f" :gray[{as_text(rest)}]" if rest else ""))
    if not answered.near_misses:
        return
    with st.expander(f"What came nearest, and is no answer ({len(answered.near_misses)})", key="near-misses"):
        for number, quote in enumerate(answered.near_misses):
            _quote(quote, "near", number)


def _quote(quote: Quote, group: str, number: int) -> None:
    """Where it stands, as a link; the lines themselves, marked among those around them; why it is here."""
    with st.container(border=True, key=f"quote-{group}-{number}", gap="xsmall"):
        where = {"doc": quote.document, "lines": f"{quote.first_line}-{quote.last_line}"}
        place = f"\\[{number + 1}\\] " if group == "best" else ""
        title = f"{place}**{as_text(quote.title)}**  :gray[{as_text(quote.citation)}]"
        st.page_link(places.knowledge(), label=title, query_params=where, width="stretch")
        lines.draw(lines.of_quote(quote), f"lines-quote-{group}-{number}", quote.citation)
        about = (quote.heading, quote.why, f"score {quote.score:.2f}")
        st.caption(" · ".join(as_text(part) for part in about if part))
