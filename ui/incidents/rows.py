"""One investigation as a row of the list, with what can be done with it."""

from __future__ import annotations

import streamlit as st

from sre_core.bootstrap import Workbench
from sre_core.domain import Severity, Verdict
from sre_core.summaries import InvestigationSummary
from ui import listing, person, places, tokens, toned, words
from ui.incidents import choosing, exporting, forking
from ui.incidents.narrowing import status_of

REPLAY, COMPARE, FORK, EXPORT = "Replay", "Compare", "Fork …", "Export"
ICONS = {REPLAY: "replay", COMPARE: "compare_arrows", FORK: "call_split", EXPORT: "archive"}
REPLAY_PACE = "5"
"""Times as fast as it was."""
LOUD = (Severity.CRITICAL, Severity.HIGH)


def row(bench: Workbench, one: InvestigationSummary, number: int) -> None:
    """A box, how it stands, title and outcome as a link, the verdict, when, and a menu."""
    status = status_of(one)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"incident-row-{number}"):
        with st.container(key=f"incident-box-{number}", width=24):
            choosing.box(one.id, one.title)
        with st.container(key=f"incident-status-{number}", width=104):
            tone = tokens.INVESTIGATION.get(status, "gray")
            toned.badge("waits for you" if one.waiting else words.plain(status), tone)
        st.page_link(places.investigate(), label=listing.label(one), query_params={"inv": one.id}, width="stretch")
        if one.severity in LOUD:
            toned.badge(one.severity.value, tokens.SEVERITY[one.severity])
        if one.verdict:
            tone = tokens.VERDICT[Verdict(one.verdict)]
            toned.badge(words.plain(one.verdict), tone)
        if one.origin:
            st.badge("fork", color="gray", icon=":material/call_split:")
        st.caption(listing.when(one), width="content")
        _menu(bench, one)


def _told(one: InvestigationSummary) -> str:
    """What a row has no room for."""
    parts = (
        one.title,
        f"opened {one.opened_at:%Y-%m-%d %H:%M} UTC" + (f" by {one.opened_by}" if one.opened_by else ""),
        f"also {words.listed(others)}" if (others := [each for each in one.people if each != one.opened_by]) else "",
        words.cause(one.component, one.fault),
        f"{one.events} events",
        f"id {one.id}",
    )
    return listing.as_text(" · ".join(part for part in parts if part))


def _menu(bench: Workbench, one: InvestigationSummary) -> None:
    can = [REPLAY, COMPARE, *([FORK] if person.may_act() else []), EXPORT]
    with st.container(key=f"incident-menu-{one.id}", width="content"):
        wanted = st.menu_button(
            "⋯",
            can,
            key=f"do-{one.id}",
            type="tertiary",
            help=_told(one),
            format_func=lambda each: f":material/{ICONS[each]}: {each}",
        )
    if wanted:
        act(bench, one, wanted)


def act(bench: Workbench, one: InvestigationSummary, wanted: str) -> None:
    """Do what was chosen of the menu. Nothing after this call is run."""
    match wanted:
        case "Replay":
            asked = {"inv": one.id, "at": "1", "play": REPLAY_PACE}
            st.switch_page(places.investigate(), query_params=asked)
        case "Compare":
            other = {"with": one.origin} if one.origin else {}
            st.switch_page(places.compare(), query_params={"inv": one.id, **other})
        case "Fork …":
            forking.ask(one.id)
        case _:
            exporting.begin(bench, (one.id,))
    st.rerun()
