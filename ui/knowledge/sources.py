"""The sources that documents come from again and again: how each stands, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from sre_core.bootstrap import Workbench
from sre_core.errors import WorkbenchError
from sre_core.knowledge.catalogue import TakenOut, in_all
from sre_core.knowledge.desk import SourceStanding
from sre_core.knowledge.feeds.records import Counts, FeedProgress, FeedRun, KnownFeed
from sre_core.knowledge.feeds.settings import GitSettings
from sre_core.people import Role
from sre_core.redaction import redact
from ui import person, places, tokens, toned
from ui.danger import irreversible_button
from ui.knowledge import source_form, wording
from ui.listing import as_text
from ui.turning import a_page, narrowed, turning

LOOK_AGAIN = 0.7
MOST_SHOWN = 100
"""Documents of a source that are listed because of the secrets that were in them."""
PHASES = {"listing": "looking what is there", "reading": "reading", "removing": "removing what is gone"}
EVERY = {None: "when somebody says so", 15: "every 15 min", 60: "every hour", 360: "every 6 h", 1440: "every day"}

_TROUBLE = "knowledge-trouble"


def sources(bench: Workbench) -> None:
    """Draw it."""
    standing = bench.desk.sources()
    if not standing:
        st.markdown(
            "**No sources yet.** A source is looked at again and again: what is new or changed there is taken in, and what is "
            "gone there goes here, too."
        )
    runs = any(one.progress for one in standing)
    st.fragment(_all, run_every=LOOK_AGAIN if runs else None)(bench, _at_work(standing))
    if person.role().covers(Role.ADMIN):
        source_form.draw(bench)
    else:
        st.caption("An admin can add and remove sources.")


def _at_work(standing: Sequence[SourceStanding]) -> dict[str, bool]:
    return {one.feed.id: one.progress is not None for one in standing}


def _all(bench: Workbench, drawn: dict[str, bool]) -> None:
    """``drawn``: which there were, and whether they were refreshed, when the whole page was drawn."""
    standing = bench.desk.sources()
    if _at_work(standing) != drawn:
        st.rerun()
    if trouble := st.session_state.pop(_TROUBLE, None):
        st.error(as_text(trouble), icon=":material/error:")
    taken_out = bench.library.taken_out()
    chosen = narrowed(standing, "sources", _words, ORDERS)
    for one in a_page(chosen, "sources"):
        with st.container(border=True, key=f"source-{one.feed.name}", gap="xsmall"):
            _head(bench, one)
            _last(one)
            _secrets([each for each in taken_out if each.source == one.feed.id], one.feed.id)
    turning(chosen, "sources", len(standing))


def _words(one: SourceStanding) -> str:
    return f"{one.feed.name} {one.feed.kind} {_where(one.feed)}"


def _where(feed: KnownFeed) -> str:
    return redact(feed.settings.url if isinstance(feed.settings, GitSettings) else feed.settings.path).text


def _refreshed(one: SourceStanding) -> float:
    """When it was looked at last, in seconds; never comes first."""
    return one.runs[0].started.timestamp() if one.runs else 0.0


ORDERS: dict[str, Callable[[SourceStanding], Any]] = {
    "By name": lambda one: one.feed.name.casefold(),
    "Refreshed last": lambda one: -_refreshed(one),
    "Longest not refreshed": _refreshed,
}


def _head(bench: Workbench, one: SourceStanding) -> None:
    feed = one.feed
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(as_text(feed.kind), color="blue")
        st.markdown(f"**{as_text(feed.name)}**  :gray[{as_text(_where(feed))}]", width="stretch")
        if person.may_act():
            _buttons(bench, one)


def _buttons(bench: Workbench, one: SourceStanding) -> None:
    feed = one.feed
    if one.progress:
        st.button("Cancel", key=f"cancel-{feed.id}", on_click=_do, args=(bench, "cancel", feed.id))
        return
    icon = ":material/refresh:"
    st.button("Refresh", key=f"refresh-{feed.id}", icon=icon, on_click=_do, args=(bench, "refresh", feed.id))
    if person.role().covers(Role.ADMIN):
        _remove(bench, feed)


def _remove(bench: Workbench, feed: KnownFeed) -> None:
    box = f"keep-{feed.id}"
    keeps = bool(st.session_state.get(box))
    if irreversible_button(
        "Remove …",
        _lost(bench, feed, keeps=keeps),
        stays="its documents as they are; they are refreshed no more." if keeps else "a tombstone of each document.",
        key=f"remove-{feed.id}",
        confirm="Remove the source",
        asks=lambda: st.checkbox("Keep its documents", key=box),
    ):
        _do(bench, "forget" if keeps else "remove", feed.id)
        st.rerun()


def _lost(bench: Workbench, feed: KnownFeed, *, keeps: bool) -> str:
    its_own = sum(one.source == feed.id for one in bench.library.catalogue())
    documents = (
        f"; its {wording.counted(its_own, 'document')} with all versions and vectors" if its_own and not keeps else ""
    )
    return f"what **{as_text(feed.name)}** was set to, and the record of its refreshes{documents}."


def _do(bench: Workbench, what: str, feed: str) -> None:
    """What a button says; what goes wrong is shown where the list is drawn next."""
    by = person.person()
    try:
        match what:
            case "refresh":
                bench.desk.begin_refresh(feed, by)
            case "cancel":
                bench.desk.cancel_refresh(feed, by)
            case _:
                bench.desk.remove_source(feed, by, keep_documents=what == "forget")
    except WorkbenchError as error:
        st.session_state[_TROUBLE] = str(error)


def _last(one: SourceStanding) -> None:
    if one.progress:
        _progress(one.progress)
        return
    every = EVERY.get(one.feed.settings.every_minutes, f"every {one.feed.settings.every_minutes} min")
    if not one.runs:
        st.caption(f"Not refreshed yet · {every}")
        return
    run = one.runs[0]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        toned.badge(run.status, tokens.REFRESH.get(run.status, "gray"))
        ended = wording.ago(run.ended or run.started)
        st.caption(f"{counts(run.counts)} · {ended} by {wording.who(run.by)} · {every}", width="stretch")
    if run.problem:
        st.error(as_text(run.problem), icon=":material/error:")
    _errors(run, one.feed.id)


def _secrets(taken_out: Sequence[TakenOut], feed: str) -> None:
    """How many of which kind were taken out of its documents, and of which ones."""
    if not taken_out:
        return
    label = f"{wording.secrets(in_all(taken_out))} · in {wording.counted(len(taken_out), 'document')}"
    with st.expander(as_text(label), key=f"secrets-{feed}", icon=":material/key_off:", type="compact"):
        for number, one in enumerate(taken_out[:MOST_SHOWN]):
            with st.container(
                horizontal=True, vertical_alignment="center", gap="small", key=f"outcome-secrets-{feed}-{number}"
            ):
                st.page_link(places.knowledge(), label=as_text(one.path), query_params={"doc": one.path})
                wording.secrets_badge(one.redacted)
        if len(taken_out) > MOST_SHOWN:
            st.caption(f"and {wording.counted(len(taken_out) - MOST_SHOWN, 'more document')}")


def _progress(progress: FeedProgress) -> None:
    share = progress.seen / progress.items if progress.items else 0.0
    of = f"{progress.seen} of {progress.items}" if progress.items is not None else ""
    said = " · ".join(part for part in (PHASES[progress.phase], of, as_text(progress.now)) if part)
    st.progress(min(1.0, share), text=said)
    st.caption(counts(progress.counts))


def _errors(run: FeedRun, feed: str) -> None:
    if not run.errors:
        return
    with st.expander(f"{wording.counted(run.counts.refused, 'problem')}", key=f"errors-{feed}"):
        for error in run.errors:
            st.markdown(f"- {as_text(error)}")
        if run.counts.refused > len(run.errors):
            st.caption(f"The first {len(run.errors)} are kept.")


def counts(those: Counts) -> str:
    """'3 added, 1 updated, 40 unchanged'."""
    told = [f"{number:,} {name}" for name, number in those.model_dump().items() if number]
    return ", ".join(told) or "nothing there"
