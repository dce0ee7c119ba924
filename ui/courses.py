"""Two courses side by side, as a page shows them: a line for each step, with what differs said in a word and an icon."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import streamlit as st

from sre_core.comparison import Comparison, Side
from sre_core.course import Abreast, Likeness, Stop, StopKind
from sre_core.investigation import Investigation
from ui import cards, places, words
from ui.listing import as_text

MOST_SHOWN = 40
"""Lines until one has to ask for the rest."""

LONGEST_TEXT = 200

KINDS: dict[StopKind, tuple[str, str]] = {
    "plan": ("checklist", "Plan"),
    "action": ("search", "Action"),
    "finding": ("lightbulb", "Finding"),
    "person": ("person", "A person’s word"),
    "conclusion": ("flag", "Conclusion"),
    "trouble": ("error", "Trouble"),
}

STEP = {
    "answered": "answered",
    "dropped": "dropped",
    "doing": "doing now",
    "asking": "waits for a decision",
    "open": "to do",
}


def name(side: Side) -> str:
    """'The fork'."""
    return f"{side.called[0].upper()}{side.called[1:]}"


def likeness(how: Likeness, one: Side, other: Side) -> str:
    """A word with an icon, in markdown."""
    match how:
        case "same":
            return ":gray[:material/equal: same]"
        case "differs":
            return ":orange[:material/difference: came out differently]"
        case "only one":
            return f":blue[:material/arrow_circle_left: only in {one.called}]"
        case "only other":
            return f":blue[:material/arrow_circle_right: only in {other.called}]"


# -- courses -----------------------------------------------------------------------------------------------------------


def common(compared: Comparison) -> None:
    """What both share, folded into one line, with the way to where they part."""
    if not compared.shared:
        return
    one, other = compared.one, compared.other
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="compared-common"):
        events = "event is" if compared.shared == 1 else f"{compared.shared} events are"
        st.markdown(f":gray[:material/equal: The first {events} the same in both.]", width="content")
        for side in (one, other):
            label = f"Where they part, in {side.called}"
            _to_moment(side, compared.shared, label)


def courses(compared: Comparison) -> None:
    """Everything after they part; what is the same on both sides is folded."""
    if not compared.courses:
        return
    st.markdown("**Since they part**" if compared.shared else "**What each did**")
    shown = compared.courses
    if len(shown) > MOST_SHOWN and not st.toggle(f"Show all {len(shown)} steps", key="compared-all"):
        shown = shown[:MOST_SHOWN]
    for number, (is_same, lines) in enumerate(_grouped(shown)):
        if is_same:
            _folded(lines, compared, number)
        else:
            for line in lines:
                _abreast(line, compared)


def _grouped(lines: Sequence[Abreast]) -> Iterator[tuple[bool, list[Abreast]]]:
    """Runs of lines that are the same, and of lines that are not."""
    for is_same, run in groupby(lines, key=lambda line: line.likeness == "same"):
        yield is_same, list(run)


def _folded(lines: Sequence[Abreast], compared: Comparison, number: int) -> None:
    count = len(lines)
    title = f"{count} {'step is' if count == 1 else 'steps are'} the same in both"
    with st.expander(title, icon=":material/equal:", key=f"compared-same-{number}"):
        st.markdown("\n".join(f"- {_told(line.one)}" for line in lines if line.one))


def _abreast(line: Abreast, compared: Comparison) -> None:
    sides = ((compared.one, line.one), (compared.other, line.other))
    with st.container(border=True, gap="xsmall"):
        st.caption(likeness(line.likeness, compared.one, compared.other))
        for column, (side, stop) in zip(st.columns(2, gap="medium"), sides, strict=True):
            with column:
                _cell(side, stop)


def _cell(side: Side, stop: Stop | None) -> None:
    if stop is None:
        st.caption(f"{name(side)}: :gray[nothing like it]")
        return
    _to_moment(side, stop.seq, f"{name(side)} · event {stop.seq} · {stop.at:%H:%M:%S}")
    st.markdown(_told(stop))


def _told(stop: Stop) -> str:
    icon, kind = KINDS[stop.kind]
    title = words.tool(stop.tool) if stop.tool else kind
    outcome = f"  \n:gray[{as_text(words.cut(stop.outcome, LONGEST_TEXT))}]" if stop.outcome else ""
    return f":material/{icon}: **{as_text(title)}** {as_text(words.cut(stop.text, LONGEST_TEXT))}{outcome}"


def _to_moment(side: Side, seq: int, label: str) -> None:
    asked = {"inv": side.id, "at": str(seq)}
    st.page_link(places.investigate(), label=label, icon=":material/history:", query_params=asked, width="content")


# -- plans and ends ----------------------------------------------------------------------------------------------------


def ends(compared: Comparison) -> None:
    """Whether both come to the same."""
    one, other = compared.one, compared.other
    if one.verdict is None or other.verdict is None:
        open_ = [side.called for side in (one, other) if side.verdict is None]
        st.caption(
            f":material/hourglass_empty: {' and '.join(open_)} {'has' if len(open_) == 1 else 'have'} not concluded"
        )
    elif (one.verdict, _cause(one)) == (other.verdict, _cause(other)):
        st.caption(":material/equal: both come to the same end")
    else:
        st.caption(":orange[:material/difference: they end differently]")


def _cause(side: Side) -> tuple[str, str] | None:
    return (side.root_cause.component, side.root_cause.fault) if side.root_cause else None


def plans(compared: Comparison, one: Investigation, other: Investigation) -> None:
    """The plans in force, question by question; those that stand the same are folded."""
    standing = [_standing(state) for state in (one, other)]
    questions = list(dict.fromkeys([*standing[0], *standing[1]]))
    if not questions:
        return
    st.markdown("**Plans**")
    beside = [(question, standing[0].get(question), standing[1].get(question)) for question in questions]
    if apart := [each for each in beside if each[1] != each[2]]:
        st.markdown("\n".join(_question(*each, compared) for each in apart))
    if same := [f"- {as_text(question)} :gray[{mine}]" for question, mine, theirs in beside if mine == theirs]:
        title = f"{len(same)} {'question stands' if len(same) == 1 else 'questions stand'} the same in both"
        with st.expander(title, icon=":material/equal:", key="compared-same-questions"):
            st.markdown("\n".join(same))


def _standing(state: Investigation) -> dict[str, str]:
    """Question -> how far it is."""
    return {step["question"]: STEP[step["status"]] for step in cards.steps(state.plan, state)} if state.plan else {}


def _question(question: str, mine: str | None, theirs: str | None, compared: Comparison) -> str:
    one, other = compared.one, compared.other
    if mine is None or theirs is None:
        mark = likeness("only other" if mine is None else "only one", one, other)
        return f"- {mark}: {as_text(question)} :gray[{mine or theirs}]"
    told = f"{one.called}: {mine}, {other.called}: {theirs}"
    return f"- {likeness('differs', one, other)}: {as_text(question)} :gray[{told}]"
