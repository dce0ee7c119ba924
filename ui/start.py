"""The start view: paste an alert, pick one of the inbox or take a sample, say how it may run, and see what is open already."""

from __future__ import annotations

from functools import partial

import streamlit as st

from sre_core.bootstrap import Workbench
from sre_core.domain import Alert
from sre_core.errors import RefusedInput
from sre_core.inbox.received import may_be_mapped
from sre_core.summaries import InvestigationSummary
from sre_core.workspaces import SampleIncident, sample_alerts, sample_incidents
from ui import drafts, listing, opening, person, places, running, tokens, toned, tour, words
from ui.inbox.listed import short_list
from ui.memory import beginning

MOST_RECENT, MOST_RECEIVED = 8, 4


def start(bench: Workbench) -> None:
    """Draw it."""
    person.ask_once()
    tour.cards(bench)
    drafts.keep()
    usual = running.chosen(bench, None)
    beginning.once_more(bench, usual.autonomy, usual.pace)
    _open_now(bench)
    st.subheader("Investigate an alert", anchor=False)
    if not person.may_act():
        st.caption(
            "Here you are a viewer: you may look at every investigation, and start or decide nothing. Ask an admin."
        )
    own, samples = st.columns([3, 2], gap="large")
    with own:
        _own_alert(bench)
    with samples:
        _samples(bench)
    over = [each for each in bench.investigations() if not _is_open(each)]
    if over:
        st.subheader("Recent", anchor=False)
        listing.rows(over[:MOST_RECENT], "recent")


@st.fragment(run_every=listing.LOOK_AGAIN)
def _open_now(bench: Workbench) -> None:
    """What is going on, those that wait for a person first; then alerts that nobody has looked at. Looks again by itself."""
    open_ones = [each for each in bench.investigations() if _is_open(each)]
    listing.count_in_title(open_ones)
    if open_ones:
        st.subheader("Open now", anchor=False)
        listing.rows(open_ones[:MOST_RECENT], "open")
        if len(open_ones) > MOST_RECENT:
            st.page_link(places.incidents(), label=f"and {len(open_ones) - MOST_RECENT} more")
    short_list(bench, MOST_RECEIVED)


def _is_open(one: InvestigationSummary) -> bool:
    return one.waiting or one.status == "working"


def _own_alert(bench: Workbench) -> None:
    payload = st.text_area(
        "The alert",
        key="payload",
        height=130,
        placeholder="Paste it as it arrived: an Alertmanager webhook, any other JSON, or plain words.",
    )
    said = st.container()
    _sample_alert_picker()
    context = st.text_input(
        "What else do you know? (optional)", key="context", placeholder="such as: the deploy of cart went out at 14:00"
    )
    running.telemetry_box()
    running.how_it_runs_box(bench)
    beginning.own_box()
    st.button(
        "Start investigating",
        type="primary",
        key="start",
        icon=":material/play_arrow:",
        disabled=not person.may_act(),
        on_click=opening.pressed("start", lambda: _own(bench)),
    )
    with said:
        if not opening.trouble("start") and payload.strip():
            _say_what_was_understood(bench, payload, context)


def _own(bench: Workbench) -> str | None:
    """Open what was pasted; None: something is odd about it, and it was not on the page yet when Start was pressed."""
    understood = bench.understand(st.session_state["payload"], st.session_state["context"])
    raw = understood.alert.raw
    if understood.notes and st.session_state.get("seen") != raw:
        st.session_state["shown_first"] = raw
        return None
    workspace = running.workspace_of(bench, st.session_state["telemetry"], st.session_state.get("capsule"))
    opened = _open(bench, understood.alert, workspace)
    drafts.use()
    return opened


def _sample_alert_picker() -> None:
    samples = {sample.name: sample.payload for sample in sample_alerts()}
    if not samples:
        return

    def fill() -> None:
        chosen = st.session_state["sample_alert"]
        if chosen:
            st.session_state["payload"] = samples[chosen]
            st.session_state["telemetry"] = _telemetry_for(chosen)

    st.pills("Or try one of these", list(samples), key="sample_alert", on_change=fill, format_func=words.plain)


def _telemetry_for(sample_alert: str) -> str:
    """The sample incident that a sample alert belongs to, where their names agree."""
    id_ = sample_alert.replace("_", "-")
    return next((each.workspace for each in sample_incidents() if each.id == id_), running.NOTHING)


def _say_what_was_understood(bench: Workbench, payload: str, context: str) -> None:
    try:
        understood = bench.understand(payload, context)
    except RefusedInput as refused:
        st.error(listing.as_text(str(refused)), icon=":material/error:")
        return
    alert = understood.alert
    st.session_state["seen"] = alert.raw
    with st.container(border=True, key="understood", gap="xsmall"):
        with st.container(horizontal=True, gap="small"):
            st.badge(f"read as {listing.as_text(words.sender(understood.recognised_as))}", color="blue")
            toned.badge(f"severity {alert.severity.value}", tokens.SEVERITY[alert.severity])
            st.badge(listing.as_text(alert.component or "no component given"), color="gray")
            if alert.starts_at and "starts_at" in alert.from_words:
                st.badge(f"began {alert.starts_at:%Y-%m-%d %H:%M} UTC, read out of its text", color="gray")
        st.markdown(f"**{listing.as_text(alert.title)}**")
        for note in understood.notes:
            st.markdown(f":orange[{listing.as_text(note)}]")
        for remark in understood.remarks:
            st.caption(listing.as_text(remark))
        if may_be_mapped(understood.recognised_as, None, alert.raw):
            st.page_link(places.inbox(), label="Say in the inbox, under *Give alerts*, which of its fields is which")
        if st.session_state.pop("shown_first", None) == alert.raw:
            st.info("This is what was understood. Press Start again to go on with it.", icon=":material/visibility:")


def _samples(bench: Workbench) -> None:
    st.markdown("**Or watch it work on a sample incident**")
    for sample in sample_incidents():
        with st.container(border=True, key=f"sample-{sample.id}", horizontal=True, vertical_alignment="center"):
            with st.container(gap=None):
                st.markdown(f"**{listing.as_text(sample.title)}**")
                st.caption(listing.as_text(sample.teaches))
            st.button(
                "Investigate",
                key=f"take-{sample.id}",
                width="content",
                disabled=not person.may_act(),
                on_click=opening.pressed(sample.id, partial(_take, bench, sample)),
            )
            opening.trouble(sample.id)


def _take(bench: Workbench, sample: SampleIncident) -> str:
    return _open(bench, sample.alert(), sample.workspace)


def _open(bench: Workbench, alert: Alert, workspace: str | None) -> str:
    return bench.open(alert, by=person.person(), **dict(running.chosen(bench, workspace)))
