"""What research came to: statements with their quotes, where pages disagree, what to ask next, and what was read and sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

import streamlit as st

from sre_core.counting import counted
from sre_core.web.citing import plainly
from sre_core.web.dossier import Citation, Dossier, Statement
from ui.listing import as_text

STRANGERS = "Strangers wrote these pages. Check what they say on your own system before you act on it."

LONGEST_MARK = 4
"""Characters, such as '10. '."""

Numbers = dict[str, int]
"""Address of a page -> the number that it is cited by."""


def draw(found: Dossier, ask_next: Callable[[str], None]) -> None:
    """All of it. ``ask_next`` is called with the follow-up question that somebody clicks."""
    numbers = _numbers(found)
    with st.container(key="dossier", gap="small"):
        st.markdown(f"**{as_text(found.said)}** :gray[{as_text(f'{found.mode}, by {found.by}; {found.ended}')}]")
        if found.degraded:
            st.warning(as_text(f"Rules took over from the model. {found.degraded}"), icon=":material/rule:")
        for number, one in enumerate(found.statements):
            _statement(one, numbers, number)
        _contradictions(found, numbers)
        _left_out(found.left_out)
        _next(found.follow_ups, ask_next)
        _behind_it(found, numbers)


def _numbers(found: Dossier) -> Numbers:
    """Pages that are cited come first, in the order of what cites them."""
    cited = [c.address for one in (*found.statements, *found.contradictions) for c in one.citations]
    every = dict.fromkeys([*cited, *(page.address for page in found.pages)])
    return {address: number for number, address in enumerate(every, start=1)}


def _statement(one: Statement, numbers: Numbers, number: int) -> None:
    with st.container(key=f"statement-{number}", gap=None):
        about = f":blue-badge[{as_text(one.about)}] " if one.about else ""
        st.markdown(f"{about}{as_text(one.text)}")
        _citations(one.citations, numbers, said=one.text)


def _contradictions(found: Dossier, numbers: Numbers) -> None:
    for number, two in enumerate(found.contradictions):
        with st.container(key=f"contradiction-{number}", gap=None):
            st.markdown(f":orange-badge[pages disagree] {as_text(two.text)}")
            _citations(two.citations, numbers)


def _citations(citations: Sequence[Citation], numbers: Numbers, said: str = "") -> None:
    """Which page says so, on which host, and its words where they are not the statement itself."""
    for one in citations:
        quote = "" if _is_said(one.quote, said) else f"“{as_text(one.quote)}” · "
        st.caption(f"{quote}\\[{numbers[one.address]}\\] {as_text(one.title)} · {as_text(host_of(one.address))}")


def _is_said(quote: str, said: str) -> bool:
    """Whether a statement is its quote, but for the mark of a list before it."""
    words, quoted = plainly(said), plainly(quote)
    return bool(words) and quoted.endswith(words) and len(quoted) - len(words) <= LONGEST_MARK


def _left_out(texts: Sequence[str]) -> None:
    if texts:
        with st.expander(f"Left out, because no page backs it ({len(texts)})", key="dossier-left-out", type="compact"):
            for text in texts:
                st.caption(as_text(text))


def _next(questions: Sequence[str], ask_next: Callable[[str], None]) -> None:
    if not questions:
        return
    st.caption("To ask next, as it would leave:")
    with st.container(horizontal=True, gap="small", key="follow-ups"):
        for number, question in enumerate(questions):
            label, icon = as_text(question), ":material/travel_explore:"
            st.button(label, key=f"follow-up-{number}", icon=icon, on_click=ask_next, args=(question,))


def _behind_it(found: Dossier, numbers: Numbers) -> None:
    read = f"{counted(len(found.pages), 'page')} read, {counted(len(found.queries), 'query', 'queries')} sent"
    with st.expander(f"What it stands on: {read}", key="dossier-behind", icon=":material/fact_check:"):
        st.caption(STRANGERS)
        for page in sorted(found.pages, key=lambda one: numbers[one.address]):
            with st.container(
                horizontal=True, vertical_alignment="center", gap="small", key=f"page-{numbers[page.address]}"
            ):
                cited = "" if page.cited else " :gray[not cited]"
                st.markdown(f"\\[{numbers[page.address]}\\] {as_text(page.title)}{cited}", width="stretch")
                st.link_button(host_of(page.address), page.address, type="tertiary", icon=":material/open_in_new:")
        if found.not_read:
            st.caption("Not read:")
            st.text("\n".join(f"{missed.address}: {missed.reason}" for missed in found.not_read))
        st.caption("Queries that were sent:")
        st.code("\n".join(found.queries), language=None, wrap_lines=True)
        spent = f"{found.rounds} of its rounds, {found.text_bytes:,} bytes of text, {found.seconds:.0f} s"
        st.caption(f"{spent}, {found.tokens:,} tokens of a model" if found.tokens else f"{spent}, no model")


def host_of(address: str) -> str:
    """Where a link leads, for eyes."""
    parts = urlsplit(address)
    return parts.hostname or address if parts.port is None else f"{parts.hostname}:{parts.port}"
