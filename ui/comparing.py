"""Two investigations side by side, usually a fork and what it was forked from: what differs, in a sentence and in detail."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import streamlit as st

from sre_core import comparison_document
from sre_core.beliefs import percent
from sre_core.bootstrap import Workbench
from sre_core.comparison import Comparison, HypothesisBeside, SaidByPerson, Side
from sre_core.counting import counted
from sre_core.course import difference
from sre_core.errors import UnknownInvestigation, WorkbenchError
from sre_core.summaries import InvestigationSummary
from ui import courses, listing, places, tokens, toned, words
from ui.listing import as_text

ONE, OTHER = "inv", "with"
"""Parameters of the address."""

WHAT, DIFFERS = "Hypothesis", "Differs"
LEAST_CHANCE = 0.005


def comparing(bench: Workbench, one: str | None, other: str | None) -> None:
    """Draw it; without two that can be compared, say so and let them be chosen."""
    st.subheader("Compare", anchor=False)
    if not (one and other):
        return _choose(bench, one, other)
    goes_on = any(each.status == "working" for each in bench.investigations() if each.id in (one, other))

    @st.fragment(run_every=listing.LOOK_AGAIN if goes_on else None)
    def beside() -> None:
        """Looks again by itself as long as one of them is at work."""
        _compared(bench, one, other)

    return beside()


def _compared(bench: Workbench, one: str, other: str) -> None:
    try:
        compared = bench.compare(one, other)
    except UnknownInvestigation as error:
        st.error(as_text(str(error)), icon=":material/link_off:")
        return _choose(bench, one, other)
    except WorkbenchError as error:
        st.error(as_text(str(error)), icon=":material/error:")
        return None
    return _draw(bench, compared, {each.id: each.title for each in bench.investigations()})


# -- choosing ----------------------------------------------------------------------------------------------------------


def _choose(bench: Workbench, one: str | None, other: str | None) -> None:
    summaries = {each.id: each for each in bench.investigations()}
    if len(summaries) < 2:
        st.caption("It takes two investigations. Fork one, from any event of it, and let the fork go another way.")
        return
    left, right = st.columns(2)
    with left:
        _pick("The one", ONE, one, summaries)
    with right:
        _pick("The other", OTHER, other, summaries)


def _pick(label: str, parameter: str, given: str | None, summaries: dict[str, InvestigationSummary]) -> None:
    ids = list(summaries)

    def picked() -> None:
        chosen = st.session_state[f"compare-{parameter}"]
        if chosen:
            st.query_params[parameter] = chosen

    def called(id_: str) -> str:
        return f"{summaries[id_].title} · {id_[:6]} · {listing.ago(summaries[id_].opened_at)}"

    index = ids.index(given) if given in summaries else None
    st.selectbox(label, ids, index=index, key=f"compare-{parameter}", format_func=called, on_change=picked)


# -- drawing -----------------------------------------------------------------------------------------------------------


def _draw(bench: Workbench, compared: Comparison, titles: dict[str, str]) -> None:
    sides = (compared.one, compared.other)
    st.markdown(as_text(compared.in_words))
    _beside(sides, lambda side: _head(side, titles.get(side.id, side.id)))
    courses.ends(compared)
    courses.common(compared)
    if any(side.said for side in sides):
        st.markdown("**What people said since**")
        _beside(sides, lambda side: _lines(side, map(_said, side.said), "nobody said anything"))
    _hypotheses(compared)
    courses.plans(compared, bench.state(compared.one.id), bench.state(compared.other.id))
    courses.courses(compared)
    st.download_button(
        "As a document",
        comparison_document.markdown(compared),
        file_name=f"compared-{compared.one.id}-{compared.other.id}.md",
        mime="text/markdown",
        icon=":material/download:",
        on_click="ignore",
    )


def _beside(sides: Sequence[Side], draw: Callable[[Side], None]) -> None:
    for column, side in zip(st.columns(2, gap="medium"), sides, strict=True):
        with column:
            draw(side)


def _head(side: Side, title: str) -> None:
    with st.container(border=True, gap="xsmall", key=f"compared-{side.id}"):
        with st.container(horizontal=True, gap="small"):
            st.caption(courses.name(side), width="content")
            if side.verdict:
                toned.badge(words.plain(side.verdict.value), tokens.VERDICT[side.verdict])
            else:
                st.badge("not concluded", color="gray")
        st.page_link(places.investigate(), label=f"**{as_text(title)}**", query_params={"inv": side.id})
        if side.headline:
            st.markdown(as_text(side.headline))
        if side.root_cause:
            chance = f" · {percent(side.chance)}" if side.chance is not None else ""
            st.markdown(f":gray[{as_text(words.cause(side.root_cause.component, side.root_cause.fault))}{chance}]")
        space = f"about {side.effective_candidates:.1f} components in question"
        st.caption(f"{side.events} events · {counted(side.actions, 'action')} · {side.seconds:.1f} s of work · {space}")


def _lines(side: Side, lines: Iterable[str], otherwise: str) -> None:
    """Under the side's name: on a phone the columns stand one below the other."""
    text = _bullets(lines)
    st.caption(courses.name(side) if text else f"{courses.name(side)}: {otherwise}")
    if text:
        st.markdown(text)


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _said(said: SaidByPerson) -> str:
    return f":violet[{as_text(said.by)}] {as_text(said.text)} :gray[event {said.seq}]"


def _hypotheses(compared: Comparison) -> None:
    listed = [each for each in compared.hypotheses if max(each.one or 0.0, each.other or 0.0) >= LEAST_CHANCE]
    if not listed:
        return
    st.markdown("**Hypotheses**")
    one, other = (courses.name(side) for side in (compared.one, compared.other))
    bar = st.column_config.ProgressColumn(width=80, format="percent", min_value=0, max_value=1)
    called = (compared.one.called, compared.other.called)
    rows = [_row(each, one, other, called) for each in listed]
    columns = {WHAT: st.column_config.TextColumn(width=170), DIFFERS: st.column_config.TextColumn(width=140)}
    st.dataframe(rows, column_config=columns | {one: bar, other: bar}, hide_index=True, key="hypotheses-beside")
    if left := len(compared.hypotheses) - len(listed):
        st.caption(f"{left} more are next to impossible in both.")


def _row(each: HypothesisBeside, one: str, other: str, called: tuple[str, str]) -> dict[str, Any]:
    """The sign is none that begins a formula: the table can be taken along as CSV."""
    name = words.hypothesis_name(each.component, each.fault)
    differs = difference(each.one, each.other, called)
    sign = "≡ " if differs == "same" else "◇ " if differs.startswith("only") else "↑ "
    return {WHAT: name, DIFFERS: sign + differs, one: each.one, other: each.other}
