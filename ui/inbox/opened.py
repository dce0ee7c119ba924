"""One alert of the inbox: what it says, whether it has happened before, what it goes with, what was done about it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from sre_core.bootstrap import Workbench
from sre_core.counting import counted
from sre_core.inbox.desk import MOST_TOGETHER
from sre_core.inbox.received import Delivery, InboxAlert, may_be_mapped
from sre_core.people import Role
from ui import drafts, person, places, tokens, toned, words
from ui.danger import irreversible_button
from ui.inbox import mapping, shown
from ui.inbox.begin import begin
from ui.inbox.giving import BECAME
from ui.listing import LOOK_AGAIN, ago, as_text
from ui.memory.attempt import attempt


def opened(bench: Workbench, alert_id: str) -> None:
    """Draw it, or say that there is none under this id."""
    with st.container(key="back"):
        st.page_link(places.inbox(), label="Inbox", icon=":material/arrow_back:")
    one = bench.inbox.one(alert_id)
    if one is None:
        st.subheader("This alert is not here", anchor=False)
        st.markdown(
            f"There is no alert **{as_text(alert_id[:120])}** in the inbox. {as_text(bench.inbox.kept())} Investigations that "
            "were opened for it are under Incidents."
        )
        return
    drafts.keep(drafts.INBOX)
    st.subheader(as_text(one.alert.title), anchor=False)
    _standing(bench, alert_id)
    alert, choices = mapping.beside("one-")
    with alert:
        _alert(bench, one)
    with choices:
        _investigations(bench, one)
        with st.container(border=True, key="inbox-begin"):
            begin(bench, [one.id], one.workspace, "Investigate again" if one.is_investigated else "Investigate")
        _buttons(bench, one)


@st.fragment(run_every=LOOK_AGAIN)
def _standing(bench: Workbench, alert_id: str) -> None:
    """How it stands now. Looks again by itself."""
    one = bench.inbox.one(alert_id)
    if one is None:
        return
    alert = one.alert
    with st.container(key="inbox-standing", horizontal=True, vertical_alignment="center", gap="small"):
        toned.badge(one.standing, tokens.RECEIVED[one.standing])
        toned.badge(f"severity {alert.severity.value}", tokens.SEVERITY[alert.severity])
        by = "by your template " if one.template else ""
        st.badge(f"read {by}as {as_text(words.sender(one.recognised_as))}", color="blue")
        st.caption(_when(one), width="content")
    if one.dismissed:
        why = f": {as_text(one.dismissed.because)}" if one.dismissed.because else "."
        st.caption(f"Dismissed by {as_text(one.dismissed.by)}, {ago(one.dismissed.at)}{why}")


def _when(one: InboxAlert) -> str:
    if one.times == 1:
        return f"came in {ago(one.first_seen)}, by {as_text(one.by)}"
    over = f", resolved {ago(one.resolved_at)}" if one.resolved_at else ""
    return f"came in {counted(one.times, 'time')}, first {ago(one.first_seen)}, last {ago(one.last_seen)}{over}"


def _alert(bench: Workbench, one: InboxAlert) -> None:
    shown.notes(one.notes)
    shown.happened_before(bench.inbox.before(one.alert, one.workspace), "one")
    shown.fields(one.alert, one.fingerprint, "one")
    _goes_with(bench, one)
    shown.labels(one.alert, "one")
    payload = bench.inbox.payload(one.own)
    shown.raw(payload, "one")
    if payload and may_be_mapped(one.recognised_as, one.template, payload):
        _read_again(bench, one, payload)
        mapping.offer(bench, payload, f"one-{one.id}", one.template)
    _history(bench, one)


def _read_again(bench: Workbench, one: InboxAlert, payload: str) -> None:
    """Where a template suits that was written since."""
    suiting = (
        known.template.name for known in bench.inbox.forms.all() if bench.inbox.forms.suits(known.template, payload)
    )
    name = next(suiting, None)
    if name in (None, one.template) or not person.may_act():
        return
    label = f"Read it again by the template {as_text(name or '')}"
    if st.button(label, key="inbox-read-again", icon=":material/refresh:"):
        attempt(partial(bench.inbox.read_again, one.id, person.person()), "Read again.")


def _goes_with(bench: Workbench, one: InboxAlert) -> None:
    ties, many = bench.inbox.groups_with(one.id), bench.inbox.group_sizes([one])[one.id]
    if not ties:
        st.caption("It goes with no other alert of the inbox.")
        return
    storm = bench.inbox.storm_of(one.id)
    of = f" · one of {storm} that began within minutes: a storm" if storm else ""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**Goes with {counted(many, 'other')}**{of}", width="stretch")
        if person.may_act():
            ids = ",".join([one.id, *(tie.id for tie in ties)][:MOST_TOGETHER])
            st.page_link(places.inbox(), label="Investigate as one", query_params={"together": ids}, width="content")
    shown.ties(ties, many, bench.inbox.some([tie.id for tie in ties]), "one")


def _investigations(bench: Workbench, one: InboxAlert) -> None:
    if not one.investigations:
        return
    known = {each.id: each for each in bench.investigations()}
    st.markdown("**Investigations**")
    with st.container(key="rows-inbox-investigations", gap="xsmall"):
        for said in reversed(one.investigations):
            summary = known.get(said.investigation_id)
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                status = "waiting" if summary and summary.waiting else summary.status if summary else "gone"
                toned.badge(status, tokens.INVESTIGATION.get(status, "gray"))
                outcome = (summary.waiting_for or summary.headline) if summary else ""
                beside = "" if said.leads else " · it stood in the context of another"
                label = f"**by {as_text(said.by)}, {ago(said.at)}**{beside}  :gray[{as_text(outcome)}]"
                asked = {"inv": said.investigation_id}
                st.page_link(places.investigate(), label=label, query_params=asked, width="stretch")


def _buttons(bench: Workbench, one: InboxAlert) -> None:
    if not person.may_act():
        return
    with st.container(horizontal=True, gap="small", key="inbox-one-buttons"):
        if one.dismissed:
            if st.button("Bring back", key="inbox-restore-one", icon=":material/undo:"):
                attempt(lambda: bench.inbox.restore([one.id], person.person()), "Brought back.")
        else:
            _dismiss(bench, one)
        if person.role().covers(Role.ADMIN):
            _erase(bench, one)


def _dismiss(bench: Workbench, one: InboxAlert) -> None:
    with st.popover("Dismiss …", icon=":material/notifications_off:"):
        st.markdown("Nothing needs to be done about it. It stays under *dismissed*, and comes back when it fires anew.")
        because = st.text_input(
            "Why? (optional)", key="inbox-because-one", max_chars=400, placeholder="such as: a drill"
        )
        if st.button("Dismiss", key="inbox-dismiss-one", type="primary"):
            attempt(partial(bench.inbox.dismiss, [one.id], person.person(), because), "Dismissed.")


def _erase(bench: Workbench, one: InboxAlert) -> None:
    if irreversible_button(
        "Erase …",
        "this alert, how often it came, and every payload that only it came in with.",
        key="inbox-erase",
        confirm="Erase it for good",
        stays="investigations that were opened for it, each with the alert as it was then.",
    ):
        attempt(partial(bench.inbox.forget, [one.id], person.person()), "Erased for good.", st.query_params.clear)


def _history(bench: Workbench, one: InboxAlert) -> None:
    deliveries = bench.inbox.deliveries(one.id)
    label = f"History: it came in {'once' if one.times == 1 else counted(one.times, 'time')}"
    with st.expander(label, type="compact", key="inbox-history"):
        if len(deliveries) < one.times:
            st.caption(f"The first and the newest {len(deliveries) - 1} are kept with what they came in with.")
        _deliveries(deliveries)
        if payloads := list(dict.fromkeys(each.digest for each in deliveries)):
            chosen = st.selectbox(
                "A whole payload", payloads, None, key="inbox-payload-of", format_func=_named(deliveries)
            )
            if chosen:
                shown.raw(bench.inbox.payload(chosen), "history", "The whole payload, without secrets")


def _deliveries(deliveries: Sequence[Delivery]) -> None:
    rows = "\n".join(map(_delivery, deliveries))
    st.markdown(f"| | when (UTC) | what it did | given by | said with it |\n|---|---|---|---|---|\n{rows}")


def _delivery(one: Delivery) -> str:
    when = f"{one.at:%Y-%m-%d %H\\:%M\\:%S}"
    return f"| {one.number} | {when} | {BECAME[one.became]} | {as_text(one.by)} | {as_text(one.context)} |"


def _named(deliveries: Sequence[Delivery]) -> partial[str]:
    at = {each.digest: f"of {each.at:%Y-%m-%d %H:%M:%S} UTC" for each in reversed(deliveries)}
    return partial(_of, at)


def _of(at: dict[str, str], digest: str) -> str:
    return at[digest]
