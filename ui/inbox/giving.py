"""Giving alerts: pasted or as files, shown at once as they were understood, then kept, or kept and investigated."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from sre_core.bootstrap import Workbench
from sre_core.counting import counted
from sre_core.domain import AlertStatus
from sre_core.errors import RefusedInput, WorkbenchError
from sre_core.inbox.desk import MOST_TOGETHER
from sre_core.inbox.received import Given, Looked
from sre_core.intake.clues import LOUDEST_FIRST
from ui import drafts, person, places, running
from ui.inbox import mapping, shown
from ui.listing import as_text
from ui.memory import beginning

LARGEST_MB = 1
MOST_SHOWN = 20
TEXT, CONTEXT = "inbox-payload", "inbox-context"
_ROUND, _GO, _SAID, _WRONG, _LOOKED = "inbox-round", "inbox-go", "inbox-became", "inbox-wrong", "inbox-looked"

BECAME = {
    "opened": "new",
    "repeated": "counted as a repeat",
    "fired again": "fires again",
    "resolved": "resolved",
    "still resolved": "was resolved already",
    "nothing open": "says it is over, and no such alert is here: nothing was opened",
}


def giving(bench: Workbench) -> None:
    """Draw it."""
    if not person.may_act():
        st.caption("Here you are a viewer: you may look at every alert, and give none. Ask an admin.")
        return
    if go := st.session_state.pop(_GO, None):
        places.go_to_investigation(go)
    _what_became()
    alerts, choices = mapping.beside("given-")
    with choices, st.container(border=True, key="inbox-begin"):
        st.markdown("**When it is investigated**")
        telemetry, upload = running.telemetry_box(about="-inbox")
        running.how_it_runs_box(bench)
        beginning.own_box()
    with alerts:
        files = _boxes()
        payloads, wrong = _payloads(files)
        for sentence in (*wrong, *st.session_state.pop(_WRONG, ())):
            st.error(as_text(sentence), icon=":material/error:")
        if not payloads:
            return
        _preview(bench, payloads, telemetry, upload)


def _place(telemetry: str) -> str | None:
    """The workspace that a choice names; None for none, and for a capsule that was not uploaded yet."""
    return None if telemetry in (running.NOTHING, running.UPLOAD) else telemetry


def _boxes() -> Sequence[UploadedFile]:
    st.text_area(
        "The alert, or several",
        key=TEXT,
        height=150,
        placeholder="Paste it as it arrived: a webhook of any monitoring, a list or lines of JSON, a mail, plain words.",
        persist_state="session",
    )
    files = st.file_uploader(
        "Or files",
        accept_multiple_files=True,
        key=f"inbox-files-{st.session_state.get(_ROUND, 0)}",
        max_upload_size=LARGEST_MB,
    )
    st.text_input(
        "What else do you know? (optional)",
        key=CONTEXT,
        placeholder="such as: the deploy of cart went out at 14:00",
        persist_state="session",
    )
    return files


def _payloads(files: Sequence[UploadedFile]) -> tuple[list[tuple[str, str]], list[str]]:
    """((where it is from, the payload) of each, what cannot be read)"""
    typed = st.session_state.get(TEXT) or ""
    found, wrong = ([("", typed)] if typed.strip() else []), []
    for file in files:
        try:
            found.append((file.name, file.getvalue().decode("utf-8-sig")))
        except UnicodeDecodeError:
            wrong.append(f"{file.name} is no text in UTF-8. Nothing was taken from it.")
    return found, wrong


# -- what it was understood as -----------------------------------------------------------------------------------------


def _preview(
    bench: Workbench,
    payloads: Sequence[tuple[str, str]],
    telemetry: str,
    upload: UploadedFile | None,
) -> None:
    workspace = _place(telemetry)
    try:
        looked = _looked(bench, payloads, workspace)
    except RefusedInput as error:
        st.error(as_text(str(error)), icon=":material/error:")
        return
    buttons = st.container(key="inbox-give-buttons", horizontal=True, gap="small")
    together = " What comes in one payload is grouped." if len(looked) > len(payloads) else ""
    st.caption(f"{counted(len(looked), 'alert')}, as understood. Nothing is kept yet.{together}")
    give = partial(_give, bench, payloads, telemetry, upload)
    with buttons:
        many, fire = len(looked), sum(one.alert.status is not AlertStatus.RESOLVED for one in looked)
        st.button(
            f"Keep and investigate {min(fire, MOST_TOGETHER)} as one" if fire > 1 else "Keep and investigate",
            key="inbox-investigate",
            type="primary",
            icon=":material/play_arrow:",
            disabled=not fire,
            help=None if fire else "It is over already, as it says: there is nothing to investigate from here.",
            on_click=give,
            args=(True,),
        )
        st.button("Keep in the inbox", key="inbox-keep", icon=":material/inbox:", on_click=give, args=(False,))
    for number, one in enumerate(looked[:MOST_SHOWN]):
        _card(bench, one, number, workspace, opened=many <= 2)
    if many > MOST_SHOWN:
        st.caption(f"and {many - MOST_SHOWN} more, which are kept as well")


def _looked(bench: Workbench, payloads: Sequence[tuple[str, str]], workspace: str | None) -> Sequence[Looked]:
    """As they were understood; not anew in every run, because hundreds of them take seconds. Raises ``RefusedInput``."""
    context = st.session_state.get(CONTEXT) or ""
    asked = (tuple(payloads), context, workspace, bench.inbox.stamp())
    known = st.session_state.get(_LOOKED)
    if known is None or known[0] != asked:
        looked: list[Looked] = []
        for name, payload in payloads:
            try:
                looked += bench.inbox.look(payload, context, workspace)
            except RefusedInput as error:
                raise RefusedInput(f"{name}: {error}" if name else str(error)) from error
        known = st.session_state[_LOOKED] = (asked, looked)
    found: Sequence[Looked] = known[1]
    return found


def _card(bench: Workbench, one: Looked, number: int, workspace: str | None, *, opened: bool) -> None:
    alert = one.alert
    with st.container(border=True, key=f"inbox-looked-{number}", gap="xsmall"):
        shown.badges(alert, one.recognised_as, one.template)
        st.markdown(f"**{as_text(alert.title)}**")
        shown.notes(one.notes)
        if one.there:
            with st.container(horizontal=True, gap="small", vertical_alignment="center"):
                often = "once" if one.there.times == 1 else counted(one.there.times, "time")
                st.caption(f"It is in the inbox already, {one.there.standing}, and came {often}.")
                st.page_link(places.inbox(), label="See it there", query_params={"alert": one.there.id})
        if opened:
            shown.happened_before(bench.inbox.before(alert, workspace), f"{number}")
        _folds(bench, one, number, opened=opened)
        if one.is_unknown_form:
            mapping.offer(bench, alert.raw, f"given-{number}", one.template)


def _folds(bench: Workbench, one: Looked, number: int, *, opened: bool) -> None:
    if opened:
        shown.fields(one.alert, one.fingerprint, f"{number}")
        if one.ties:
            st.markdown(f"**Goes with {counted(len(one.ties), 'other')}**")
            shown.ties(one.ties, len(one.ties), bench.inbox.some([tie.id for tie in one.ties]), f"looked-{number}")
        shown.labels(one.alert, f"{number}")
        shown.raw(one.alert.raw, f"{number}")
        return
    ties = f" · goes with {counted(len(one.ties), 'other')}" if one.ties else ""
    with st.expander(
        f"{as_text(one.alert.component or 'no component')}{ties}", type="compact", key=f"inbox-more-{number}"
    ):
        shown.fields(one.alert, one.fingerprint, f"{number}")
        shown.labels(one.alert, f"{number}")


# -- taking them in ----------------------------------------------------------------------------------------------------


def _give(
    bench: Workbench,
    payloads: Sequence[tuple[str, str]],
    telemetry: str,
    upload: UploadedFile | None,
    investigate: bool,
) -> None:
    """What was typed stays where anything is refused."""
    context = st.session_state.get(CONTEXT) or ""
    try:
        needed = investigate or upload is not None
        workspace = running.workspace_of(bench, telemetry, upload) if needed else _place(telemetry)
        how = running.chosen(bench, workspace)  # what may be refused comes before anything is kept
        given = [bench.inbox.give(payload, person.person(), context, workspace) for _, payload in payloads]
        if investigate and (ids := _urgent(bench, given)):
            st.session_state[_GO] = bench.inbox.investigate(ids, how, person.person())
    except WorkbenchError as error:
        st.session_state[_WRONG] = (str(error),)
        return
    drafts.empty(drafts.INBOX)
    mapping.close()
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    st.session_state[_SAID] = given


def _urgent(bench: Workbench, given: Sequence[Given]) -> list[str]:
    """Those that fire, the loudest first, as many as are investigated as one."""
    rows = bench.inbox.some([id_ for one in given for id_ in one.ids])
    fire = [one for one in rows if one.resolved_at is None]
    fire.sort(key=lambda one: (LOUDEST_FIRST.index(one.alert.severity), one.began, one.id))
    return [one.id for one in fire[:MOST_TOGETHER]]


def _what_became() -> None:
    """Of what was given last, until something else is typed."""
    given: Sequence[Given] = st.session_state.get(_SAID) or ()
    if not given:
        return
    if st.session_state.get(TEXT):
        del st.session_state[_SAID]
        return
    with st.container(border=True, key="rows-inbox-became", gap="xsmall"):
        outcomes = [outcome for one in given for outcome in one.outcomes]
        st.markdown(f"**{counted(len(outcomes), 'alert')} taken in**", width="stretch")
        for one in outcomes[:MOST_SHOWN]:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                if one.alert_id:
                    asked = {"alert": one.alert_id}
                    st.page_link(places.inbox(), label=f"**{as_text(one.title)}**", query_params=asked, width="stretch")
                else:
                    st.markdown(as_text(one.title), width="stretch")
                st.caption(BECAME[one.became], width="content")
        if len(outcomes) > MOST_SHOWN:
            st.caption(f"and {len(outcomes) - MOST_SHOWN} more")
        if gone := sum(one.let_go for one in given):
            st.caption(f"{counted(gone, 'alert')} had to make room, the longest unseen.")
