"""One document: its text with line numbers, its passages, its versions, and how to delete it. Or what is left of it."""

from __future__ import annotations

from urllib.parse import urlsplit

import streamlit as st

from sre_core.bootstrap import Workbench
from sre_core.errors import WorkbenchError
from sre_core.knowledge.chunks import lines_of
from sre_core.knowledge.desk import described
from sre_core.knowledge.documents import UPLOADS, DocumentVersion, KnownDocument, Tombstone
from sre_core.knowledge.library import OpenedDocument
from ui import person, places
from ui.danger import irreversible_button
from ui.knowledge import lines, wording
from ui.listing import as_text

LINES_A_PAGE = 1000
PASSAGES_A_PAGE = 40
MOST_LINKS = 6

_TROUBLE, _BECAUSE = "document-trouble", "delete-because"

Cited = tuple[int, int] | None


def document(bench: Workbench, path: str, cited: Cited, investigation: str | None = None) -> None:
    """Draw it. ``investigation``: the one that cites it; its sample or capsule may hold documents of its own."""
    with st.container(key="back"):
        st.page_link(places.knowledge(), label="Knowledge", icon=":material/arrow_back:")
    match bench.library.document(path):
        case OpenedDocument() as opened:
            _opened(bench, opened, cited, investigation)
        case Tombstone() as tombstone:
            _deleted(tombstone)
        case _:
            _not_kept(bench, path, cited, investigation)


# -- there it is -------------------------------------------------------------------------------------------------------


def _opened(bench: Workbench, opened: OpenedDocument, cited: Cited, investigation: str | None) -> None:
    known = opened.known
    st.subheader(as_text(known.title), anchor=False)
    _about(bench, known)
    if cited and _changed_since(bench, known, investigation):
        st.caption(":orange[Changed since the investigation that cites it: lines may have moved. See its versions.]")
    text, passages, versions = st.tabs(["Text", "Passages", "Versions"], key="document-tab", on_change="rerun")
    if text.open:
        with text:
            _text(opened.text, cited, known.path)
    if passages.open:
        with passages:
            _passages(opened, embeds=bench.library.state().model_state == "ready")
    if versions.open:
        with versions:
            _versions(bench, opened)
    if bench.desk.may_delete(known, person.person()):
        _delete(bench, opened)


def _changed_since(bench: Workbench, known: KnownDocument, investigation: str | None) -> bool:
    try:
        opened_at = bench.state(investigation).opened_at if investigation else None
    except WorkbenchError:
        return False
    return opened_at is not None and known.updated_at > opened_at


def _about(bench: Workbench, known: KnownDocument) -> None:
    names = described(bench.desk.sources())
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="document-about"):
        st.badge(as_text(known.kind), color="blue")
        if known.component:
            st.badge(as_text(known.component), color="gray", icon=":material/deployed_code:")
        for fault in known.faults:
            st.badge(as_text(fault.replace("_", " ")), color="gray")
        wording.secrets_badge(known.redacted)
    came = (
        "given"
        if known.source == UPLOADS
        else f"from the source {as_text(names.get(known.source, 'that was removed'))}"
    )
    facts = [as_text(known.path), f"{came} by {wording.who(known.added_by)} {wording.ago(known.added_at)}"]
    if known.version > 1:
        facts.append(f"version {known.version} by {wording.who(known.updated_by)} {wording.ago(known.updated_at)}")
    if known.dated:
        facts.append(f"tells of {known.dated:%Y-%m-%d}")
    st.caption(" · ".join(facts))
    for note in known.notes:
        st.caption(f":material/info: {as_text(note)}")
    _names(known)


def _names(known: KnownDocument) -> None:
    """What it is found by exactly."""
    if known.names:
        st.caption(f"Also found as {', '.join(as_text(name) for name in known.names[:12])}")
    links = [link for link in known.links if urlsplit(link).scheme in ("http", "https")][:MOST_LINKS]
    if links:
        with st.container(horizontal=True, gap="small"):
            for number, link in enumerate(links):
                st.link_button(as_text(link), link, icon=":material/link:", key=f"document-link-{number}")


def _text(text: str, cited: Cited, path: str) -> None:
    """A page of its lines: the one that is cited, else the first."""
    total = len(lines_of(text))
    begins = 1
    if cited:
        where = lines.said(*cited).capitalize()
        is_there = cited[0] <= total
        st.caption(f"{where} cited." if is_there else f"{where} cited; it has {wording.counted(total, 'line')} now.")
        begins = (min(cited[0], total) - 1) // LINES_A_PAGE + 1
    pages = max(1, -(-total // LINES_A_PAGE))
    page = st.pagination(pages, default=begins, key=f"document-page-{path}-{begins}") if pages > 1 else 1
    first = (page - 1) * LINES_A_PAGE + 1
    rows = lines.of_text(text, first, min(total, first + LINES_A_PAGE - 1), cited)
    lines.draw(rows, f"lines-text-{page}", f"Text of {path}")


def _passages(opened: OpenedDocument, *, embeds: bool) -> None:
    st.caption(f"{_embedded(opened.known, embeds=embeds)} Each is found and cited by itself.")
    pages = max(1, -(-len(opened.chunks) // PASSAGES_A_PAGE))
    page = st.pagination(pages, key=f"document-passages-{opened.known.path}") if pages > 1 else 1
    shown = opened.chunks[(page - 1) * PASSAGES_A_PAGE : page * PASSAGES_A_PAGE]
    lines.draw(lines.of_passages(shown), f"lines-passages-{page}", f"Passages of {opened.known.path}")


def _embedded(known: KnownDocument, *, embeds: bool) -> str:
    """'12 passages, 9 with a vector.'"""
    return wording.counted(known.chunks, "passage") + (f", {known.embedded} with a vector." if embeds else ".")


# -- versions ----------------------------------------------------------------------------------------------------------


def _versions(bench: Workbench, opened: OpenedDocument) -> None:
    if trouble := st.session_state.pop(_TROUBLE, None):
        st.error(as_text(trouble), icon=":material/error:")
    versions = {one.version: one for one in opened.versions}
    if len(versions) < 2:
        one = opened.versions[0]
        st.caption(f"There is one version: {_said_of(one)}. A changed file of the same name becomes the next one.")
        return
    numbers = sorted(versions, reverse=True)
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        older = st.selectbox("From", numbers[1:], key="version-from", format_func=lambda n: _said_of(versions[n]))
        newer = st.selectbox("To", numbers, key="version-to", format_func=lambda n: _said_of(versions[n]))
        if bench.desk.may_restore(opened.known, person.person()):
            args = (bench, opened.known.path, older)
            st.button(
                f"Restore version {older}",
                key="version-restore",
                icon=":material/history:",
                help=f"Its text becomes version {numbers[0] + 1}, with your name and the time. All versions stay.",
                on_click=_restore,
                args=args,
            )
    _difference(bench, opened, older, newer)


def _restore(bench: Workbench, path: str, version: int) -> None:
    """What is compared next is the version that was current with the one that takes its place."""
    try:
        newest = bench.desk.restore(path, version, person.person()).version
    except WorkbenchError as error:
        st.session_state[_TROUBLE] = str(error)
        return
    st.session_state["version-from"], st.session_state["version-to"] = newest - 1, newest


def _difference(bench: Workbench, opened: OpenedDocument, older: int, newer: int) -> None:
    before, after = (bench.library.text(opened.known.path, number) or "" for number in (older, newer))
    rows = lines.of_difference(before, after)
    if not rows:
        st.caption("They do not differ.")
        return
    added, removed = (sum(row.look == look for row in rows) for look in ("added", "removed"))
    st.caption(f"{wording.counted(added, 'line')} added, {wording.counted(removed, 'line')} removed")
    lines.draw(rows, f"lines-difference-{older}-{newer}", f"What changed from version {older} to {newer}")


def _said_of(one: DocumentVersion) -> str:
    who = one.by.removeprefix("person:")
    return f"v{one.version}{' (current)' if one.current else ''} · {who} · {one.at:%Y-%m-%d %H:%M} UTC"


# -- delete ------------------------------------------------------------------------------------------------------------


def _delete(bench: Workbench, opened: OpenedDocument) -> None:
    known = opened.known
    st.space("small")
    if not irreversible_button(
        "Delete …",
        _lost(opened),
        stays="a tombstone with its path and title, who deleted it, when and why; and what investigations quoted of it, in "
        "their timelines.",
        key="delete-for-good",
        confirm="Delete it for good",
        asks=lambda: st.text_input("Why?", key=_BECAUSE, placeholder="such as: describes the old cluster"),
    ):
        return
    try:
        bench.desk.delete(known.path, person.person(), st.session_state.get(_BECAUSE, ""))
    except WorkbenchError as error:
        st.error(as_text(str(error)), icon=":material/error:")
        return
    st.rerun()


def _lost(opened: OpenedDocument) -> str:
    """'the text; its 3 older versions, which cannot be restored any more; its 12 passages and their vectors ...'."""
    known, older = opened.known, len(opened.versions) - 1
    kept = f"its {wording.counted(older, 'older version')}, which nobody can restore any more; " if older else ""
    passages = "its passage and the vector of it" if known.chunks == 1 else f"its {known.chunks:,} passages and vectors"
    gone = f"the text of **{as_text(known.title)}**; {kept}{passages}. From the database, the index and the disk."
    if known.source == UPLOADS:
        return f"{gone} Only somebody who has the file can give it again."
    return (
        f"{gone}\n\n:orange[It comes from a source: it is taken in again when it changes there. Remove it there, too.]"
    )


# -- it is not there ---------------------------------------------------------------------------------------------------


def _deleted(tombstone: Tombstone) -> None:
    st.subheader(as_text(tombstone.title), anchor=False)
    because = f" Why: {as_text(tombstone.because)}." if tombstone.because else ""
    st.info(
        f"This document was deleted by {wording.who(tombstone.deleted_by)} on {tombstone.deleted_at:%Y-%m-%d} at "
        f"{tombstone.deleted_at:%H:%M} UTC.{because} Its text is gone; what investigations quoted of it stands in them.",
        icon=":material/delete:",
    )
    st.caption(as_text(tombstone.path))


def _not_kept(bench: Workbench, path: str, cited: Cited, investigation: str | None) -> None:
    text = _of_workspace(bench, path, investigation)
    if text is None:
        st.subheader("There is no such document", anchor=False)
        st.markdown(
            f"Nothing is known here under **{as_text(path[:300])}**. The link may be cut off, or the document belongs to a "
            "capsule or to a workbench with another state folder."
        )
        return
    st.subheader(as_text(path.rpartition("/")[2]), anchor=False)
    st.caption(
        f"{as_text(path)} · came with what this investigation looked at, and is searched there only; it is not in the "
        "knowledge base."
    )
    _text(text, cited, path)


def _of_workspace(bench: Workbench, path: str, investigation: str | None) -> str | None:
    if not investigation:
        return None
    try:
        return bench.sources(bench.state(investigation).workspace).documents.get(path)
    except WorkbenchError:
        return None
