"""What the list of investigations is narrowed by and ordered by: fields, chips, and the address that says the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import streamlit as st

from ui import words
from ui.incidents.narrowing import CHOSEN, FACETS, ORDERS, PER_PAGE, TODAY, Narrowing
from ui.listing import as_text

_KEY = "incidents"
_TOLD, _ROUND = f"{_KEY}-told", f"{_KEY}-round"
ADDRESS_KEEPS = ("show",)
"""Parameters of the page that are not about this list."""

ORDER = {
    "waiting": "Waiting first",
    "newest": "Newest first",
    "oldest": "Oldest first",
    "longest": "Longest first",
    "severity": "Most severe first",
}
TIMES = {"": "any time", TODAY: "today (UTC)", "7d": "the last 7 days", "30d": "the last 30 days", CHOSEN: "from … to"}
NAMES = {"status": "Status", "verdict": "Verdict", "component": "Component", "fault": "Fault", "person": "Person"}


def asked() -> Narrowing:
    """What the address says; the fields follow it when it was changed by a link."""
    narrowing = Narrowing.of({name: st.query_params.get_all(name) for name in st.query_params})
    if st.session_state.get(_TOLD) != narrowing or f"{_KEY}-q" not in st.session_state:
        _fill(narrowing)
    return narrowing


def go(narrowing: Narrowing) -> None:
    """Have the address say this, and the fields with it. In a callback only."""
    kept = {name: st.query_params.get_all(name) for name in ADDRESS_KEEPS if name in st.query_params}
    st.query_params.from_dict({**kept, **narrowing.address()})
    _fill(narrowing)


def bar(narrowing: Narrowing, there: Mapping[str, Counter[str]]) -> None:
    """Words, filters, order."""
    with st.container(key="incidents-bar", horizontal=True, vertical_alignment="bottom", gap="small"):
        st.text_input(
            "Find",
            key=f"{_KEY}-q",
            placeholder="a word of the title, the outcome, a component, a name",
            label_visibility="collapsed",
            on_change=_changed,
            max_chars=200,
        )
        label = f"Filter ({narrowing.many})" if narrowing.many else "Filter"
        with st.popover(label, icon=":material/filter_list:", key="incidents-filter"):
            _fields(narrowing, there)
        st.selectbox(
            "Order",
            list(ORDERS),
            key=f"{_KEY}-sort",
            width=170,
            label_visibility="collapsed",
            format_func=ORDER.__getitem__,
            on_change=_changed,
        )
    chips(narrowing)


def _fields(narrowing: Narrowing, there: Mapping[str, Counter[str]]) -> None:
    for name in FACETS:
        counts = there[name]
        wanted: tuple[str, ...] = getattr(narrowing, name)
        options = [each for each, _ in counts.most_common()] + [each for each in wanted if each not in counts]
        if not options:
            continue
        st.multiselect(
            NAMES[name],
            options,
            key=f"{_KEY}-{name}",
            placeholder="any",
            format_func=lambda each, name=name, counts=counts: f"{_named(name, each)} ({counts[each]})",
            on_change=_changed,
        )
    st.selectbox("Opened", list(TIMES), key=f"{_KEY}-time", format_func=TIMES.__getitem__, on_change=_changed)
    if narrowing.time == CHOSEN:
        st.date_input("From and to, both within (UTC)", key=f"{_KEY}-days", on_change=_changed)


def chips(narrowing: Narrowing) -> None:
    """Each thing that it is narrowed by, with a way to let it go."""
    told = _told(narrowing)
    if not told:
        return
    with st.container(key="incidents-chips", horizontal=True, gap="xsmall"):
        for label, name, value in told:
            st.button(
                as_text(label),
                key=f"{_KEY}-without-{name}-{value}",
                icon=":material/close:",
                help=f"Show also what is not {as_text(label)}",
                width="content",
                on_click=go,
                args=(narrowing.without(name, value),),
            )
        if len(told) > 1:
            clear("Clear all", "clear")


def clear(label: str, key: str) -> None:
    """A button that shows all of them again."""
    narrowing = Narrowing.of({name: st.query_params.get_all(name) for name in st.query_params})
    st.button(
        label, key=f"{_KEY}-{key}", type="tertiary", width="content", on_click=go, args=(narrowing.narrowed_by_nothing,)
    )


def _told(narrowing: Narrowing) -> list[tuple[str, str, str]]:
    found = [(f"“{narrowing.q}”", "q", "")] if narrowing.q else []
    found += [
        (f"{NAMES[name].lower()}: {_named(name, each)}", name, each)
        for name in FACETS
        for each in getattr(narrowing, name)
    ]
    if narrowing.time:
        found.append((f"opened: {_time(narrowing)}", "time", ""))
    return found


def _time(narrowing: Narrowing) -> str:
    if narrowing.time != CHOSEN:
        return TIMES[narrowing.time]
    begins, ends = (f"{day:%Y-%m-%d}" if day else "…" for day in (narrowing.begins, narrowing.ends))
    return f"{begins} to {ends}"


def _named(name: str, value: str) -> str:
    return words.plain(value) if name in ("status", "verdict", "fault") else value


def _fill(narrowing: Narrowing) -> None:
    """The fields say what the address says."""
    st.session_state[_TOLD] = narrowing
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    for name in ("q", "sort", "time", "per"):
        st.session_state[f"{_KEY}-{name}"] = getattr(narrowing, name)
    for name in FACETS:
        st.session_state[f"{_KEY}-{name}"] = list(getattr(narrowing, name))
    days = tuple(day for day in (narrowing.begins, narrowing.ends) if day)
    st.session_state[f"{_KEY}-days"] = days


def _changed() -> None:
    """Somebody has changed a field: from the first page on."""
    said = st.session_state
    begins, ends = _days(said.get(f"{_KEY}-days"))
    time = said.get(f"{_KEY}-time", "")
    by_days = time == CHOSEN
    go(
        Narrowing(
            q=said[f"{_KEY}-q"].strip(),
            **{name: tuple(said.get(f"{_KEY}-{name}") or ()) for name in FACETS},
            time=time,
            begins=begins if by_days else None,
            ends=ends if by_days else None,
            sort=said[f"{_KEY}-sort"],
            per=said.get(f"{_KEY}-per", PER_PAGE[0]),
        )
    )


def _days(chosen: object) -> tuple[date | None, date | None]:
    """One day alone is where it begins."""
    days = [day for day in chosen if isinstance(day, date)] if isinstance(chosen, tuple | list) else []
    return (days[0] if days else None), (days[1] if len(days) > 1 else None)


def page_key() -> str:
    """Of what turns pages: another one once the address says another page, for it takes no value from outside."""
    return f"{_KEY}-page-{st.session_state.get(_ROUND, 0)}"


def turned() -> None:
    """Another page of the list, which keeps the keyboard's place."""
    before: Narrowing = st.session_state[_TOLD]
    round_ = st.session_state[_ROUND]
    go(replace(before, page=st.session_state[page_key()]))
    st.session_state[_ROUND] = round_


def longer() -> None:
    """More or fewer on a page, from the first one on."""
    go(replace(st.session_state[_TOLD], per=st.session_state[PER], page=1))


PER = f"{_KEY}-per"
"""Key of what says how many are on a page."""
