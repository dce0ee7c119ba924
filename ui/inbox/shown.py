"""One alert as a person reads it: the fields that every sender's alerts have, what else it says, and what it goes with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import quote

import streamlit as st

from sre_core.counting import counted
from sre_core.domain import Alert, AlertKind, AlertStatus
from sre_core.foreign_text import block
from sre_core.inbox.before import Before
from sre_core.inbox.grouping import Tie
from sre_core.inbox.received import InboxAlert
from sre_core.intake.links import links_of
from ui import places, tokens, toned, words
from ui.links import WORDS
from ui.listing import ago, as_text

MOST_TIES = 12
LONGEST_SHOWN = 30_000
"""Characters of a payload that are shown."""
STATUS: dict[AlertStatus, tokens.Tone] = {
    AlertStatus.FIRING: "red",
    AlertStatus.RESOLVED: "green",
    AlertStatus.ACKNOWLEDGED: "blue",
    AlertStatus.UNKNOWN: "gray",
}


def badges(alert: Alert, recognised_as: str, template: str | None) -> None:
    """How loud it is, how it stands, who sent it."""
    with st.container(horizontal=True, gap="small"):
        toned.badge(f"severity {alert.severity.value}", tokens.SEVERITY[alert.severity])
        if alert.status is not AlertStatus.UNKNOWN:
            st.badge(alert.status.value, color=STATUS[alert.status])
        by = "by your template " if template else ""
        st.badge(f"read {by}as {as_text(words.sender(recognised_as))}", color="blue")


def fields(alert: Alert, fingerprint: str, key: str) -> None:
    """A line a field; what the alert does not say is said, too."""
    with st.container(key=f"inbox-fields-{key}", gap=None):
        for name, value in _fields(alert, fingerprint):
            with st.container(horizontal=True, gap="small"):
                st.caption(name, width=104)
                st.markdown(value, width="stretch")


def _fields(alert: Alert, fingerprint: str) -> Iterator[tuple[str, str]]:
    yield "Component", as_text(alert.component) if alert.component else ":gray[it names none]"
    yield "Began", _began(alert)
    if alert.kind is not AlertKind.UNKNOWN:
        yield "Kind", words.plain(alert.kind.value)
    if alert.description:
        yield "Description", as_text(words.cut(alert.description, 1_200))
    if alert.context:
        yield "Context", "  \n".join(as_text(line) for line in words.cut(alert.context, 1_200).splitlines())
    if links := links_of(alert):
        yield "Links", " · ".join(_link(link.address, f"{WORDS[link.kind][0]} ({link.host})") for link in links)
    yield "Fingerprint", f"`{fingerprint[:16]}`"


def _began(alert: Alert) -> str:
    if alert.starts_at is None:
        return ":gray[it does not say]"
    read = " :gray[read out of its text]" if "starts_at" in alert.from_words else ""
    since = ago(alert.starts_at)
    known = f" ({since})" if since.endswith("ago") else ""
    return f"{alert.starts_at:%Y-%m-%d %H\\:%M} UTC{known}{read}"


def _link(address: str, label: str) -> str:
    return f"[{as_text(label)}](<{quote(address, safe=':/?&=#%+,;@!$*~-._[]')}>)"


def labels(alert: Alert, key: str) -> None:
    """All labels; what no field has room for stands here under its path, so that nothing is lost."""
    if not alert.labels:
        return
    with st.expander(
        f"{counted(len(alert.labels), 'label')}, with all that no field above has room for",
        type="compact",
        key=f"inbox-labels-{key}",
    ):
        rows = "\n".join(f"| {as_text(name)} | {as_text(value)} |" for name, value in alert.labels.items())
        st.markdown(f"| label | value |\n|---|---|\n{rows}")


def raw(payload: str | None, key: str, title: str = "The payload as it came in, without secrets") -> None:
    """All of it, folded."""
    with st.expander(title, type="compact", key=f"inbox-raw-{key}"):
        if payload is None:
            st.caption("It had to make room for newer ones. What was read out of it is kept.")
            return
        json = payload.lstrip()[:1] in ("{", "[")
        st.code(block(payload[:LONGEST_SHOWN]), language="json" if json else None, wrap_lines=True)
        if len(payload) > LONGEST_SHOWN:
            st.caption(f"The first {LONGEST_SHOWN:,} of {len(payload):,} characters.")


def notes(said: Sequence[str]) -> None:
    """What a person should know about the reading."""
    for note in said:
        st.markdown(f":orange[{as_text(note)}]")


def happened_before(found: Before | None, key: str) -> None:
    """In one line: what memory would put first."""
    with st.container(key=f"inbox-before-{key}", horizontal=True, vertical_alignment="center", gap="small"):
        if found is None:
            st.caption("Nothing like it is remembered.")
            return
        incident = found.incident
        times = f"{found.times} times" if found.times > 1 else "once"
        last = f", last {ago(found.last)}" if found.last else ""
        told = f"It happened before, {times}{last}" if found.same_alert else f"Something like it happened{last}"
        st.markdown(f":violet[:material/history: {as_text(told)}:]", width="content")
        cause = words.cause(incident.component, incident.fault) or incident.title
        said = f"{cause}; {incident.resolution}" if incident.resolution else cause
        st.page_link(
            places.incidents(),
            label=as_text(words.cut(said, 160)),
            query_params={"memory": incident.id},
            width="stretch",
        )


def ties(found: Sequence[Tie], many: int, others: Sequence[InboxAlert], key: str) -> None:
    """What it goes with, each with the reason. ``many``: with how many it goes in all."""
    by_id = {one.id: one for one in others}
    shown = [tie for tie in found if tie.id in by_id][:MOST_TIES]
    with st.container(key=f"rows-ties-{key}", gap="xsmall"):
        for tie in shown:
            one = by_id[tie.id]
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                with st.container(width=84):
                    toned.badge(one.alert.severity.value, tokens.SEVERITY[one.alert.severity])
                label = f"**{as_text(one.alert.title)}**  :gray[{as_text(tie.words)}]"
                st.page_link(places.inbox(), label=label, query_params={"alert": one.id}, width="stretch")
        if many > len(shown):
            st.caption(f"and {many - len(shown):,} more")
