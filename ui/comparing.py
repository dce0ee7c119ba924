"""Two investigations side by side, usually a fork and what it was forked from: what differs, in a sentence and in detail."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import streamlit as st

from sre_core import comparison_document
from sre_core.beliefs import percent
from sre_core.bootstrap import Workbench
from sre_core.comparison import ActionInBoth, ComparedAction, Comparison, HypothesisBeside, SaidByPerson, Side
from sre_core.errors import UnknownInvestigation, WorkbenchError
from sre_core.progress import Status
from sre_core.summaries import InvestigationSummary
from ui import listing, places, tokens, words
from ui.listing import as_text

ONE, OTHER = "inv", "with"
"""Parameters of the address."""

WHAT = "Hypothesis"
LEAST_CHANCE = 0.005
LONGEST_CALL = 140
LONGEST_OUTCOME = 300


def comparing(bench: Workbench, one: str | None, other: str | None) -> None:
    """Draw it; without two that can be compared, say so and let them be chosen."""
    st.subheader("Compare", anchor=False)
    if not (one and other):
        return _choose(bench, one, other)
    try:
        compared = bench.compare(one, other)
    except UnknownInvestigation as error:
        st.error(as_text(str(error)), icon=":material/link_off:")
        return _choose(bench, one, other)
    except WorkbenchError as error:
        st.error(as_text(str(error)), icon=":material/error:")
        return None
    return _draw(compared, {each.id: each.title for each in bench.investigations()})


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


def _draw(compared: Comparison, titles: dict[str, str]) -> None:
    sides = (compared.one, compared.other)
    st.markdown(as_text(compared.in_words))
    _beside(sides, lambda side: _head(side, titles.get(side.id, side.id)))
    if any(side.said for side in sides):
        st.markdown("**What people said since**")
        _beside(sides, lambda side: _lines(side, map(_said, side.said), "nobody said anything"))
    if any(side.actions_only_here for side in sides):
        st.markdown("**Only here**")
        _beside(
            sides, lambda side: _lines(side, map(_action, side.actions_only_here), "nothing that the other did not do")
        )
    _hypotheses(compared)
    if compared.actions_in_both:
        with st.expander(f"In both ({len(compared.actions_in_both)})"):
            st.markdown(_bullets(map(_in_both, compared.actions_in_both)))
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
            st.caption(_name(side), width="content")
            if side.verdict:
                st.badge(words.plain(side.verdict.value), color=tokens.VERDICT[side.verdict])
            else:
                st.badge("not concluded", color="gray")
        st.page_link(places.investigate(), label=f"**{as_text(title)}**", query_params={"inv": side.id})
        if side.headline:
            st.markdown(as_text(side.headline))
        if side.root_cause:
            chance = f" · {percent(side.chance)}" if side.chance is not None else ""
            st.markdown(f":gray[{as_text(words.cause(side.root_cause.component, side.root_cause.fault))}{chance}]")
        space = f"about {side.effective_candidates:.1f} components in question"
        st.caption(f"{side.events} events · {side.actions} actions · {side.seconds:.1f} s of work · {space}")


def _lines(side: Side, lines: Iterable[str], otherwise: str) -> None:
    """Under the side's name: on a phone the columns stand one below the other."""
    text = _bullets(lines)
    st.caption(_name(side) if text else f"{_name(side)}: {otherwise}")
    if text:
        st.markdown(text)


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _name(side: Side) -> str:
    return f"{side.called[0].upper()}{side.called[1:]}"


def _said(said: SaidByPerson) -> str:
    return f":violet[{as_text(said.by)}] {as_text(said.text)} :gray[event {said.seq}]"


def _action(done: ComparedAction) -> str:
    return f"{_call(done)} {_badge(done.status)} :gray[{as_text(words.cut(done.outcome, LONGEST_OUTCOME))}]"


def _in_both(pair: ActionInBoth) -> str:
    one, other = pair.one, pair.other
    if (one.status, one.outcome) == (other.status, other.outcome):
        return _action(one)
    return f"{_action(one)}; in the other {_badge(other.status)} :gray[{as_text(words.cut(other.outcome, LONGEST_OUTCOME))}]"


def _call(done: ComparedAction) -> str:
    given = ", ".join(_value(value) for value in done.arguments.values() if value not in (None, "", [], {}))
    return f"**{as_text(words.tool(done.tool))}** {as_text(words.cut(given, LONGEST_CALL))}"


def _value(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _badge(status: str) -> str:
    return f":{tokens.ACTION[Status(status)]}-badge[{words.STATUS[Status(status)]}]"


def _hypotheses(compared: Comparison) -> None:
    listed = [each for each in compared.hypotheses if max(each.one or 0.0, each.other or 0.0) >= LEAST_CHANCE]
    if not listed:
        return
    st.markdown("**Hypotheses**")
    one, other = (_name(side) for side in (compared.one, compared.other))
    columns = {
        name: st.column_config.ProgressColumn(name, width=80, format="percent", min_value=0, max_value=1)
        for name in (one, other)
    }
    rows = [_row(each, one, other) for each in listed]
    named = st.column_config.TextColumn(width=200)
    st.dataframe(rows, column_config={WHAT: named, **columns}, hide_index=True, key="hypotheses-beside")
    if left := len(compared.hypotheses) - len(listed):
        st.caption(f"{left} more are next to impossible in both.")


def _row(each: HypothesisBeside, one: str, other: str) -> dict[str, Any]:
    return {WHAT: words.hypothesis_name(each.component, each.fault), one: each.one, other: each.other}
