"""Giving documents: many files at once, what would become of them, and what became of each."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from sre_core.bootstrap import Workbench
from sre_core.errors import NotAllowed
from sre_core.knowledge.desk import Previewed
from sre_core.knowledge.documents import IngestOutcome
from sre_core.knowledge.reading.given import FileGiven, Refused, shown_name
from sre_core.knowledge.uploads import UploadStanding
from ui import person, places, tokens, toned
from ui.knowledge import lines, wording
from ui.listing import as_text

LARGEST_MB = 20
LOOK_AGAIN = 0.7
MOST_ROWS = 60
MOST_PREVIEWED = 20
MOST_PASSAGES = 40

_ROUND, _PREVIEWED = "knowledge-round", "knowledge-previewed"


def giving(bench: Workbench) -> None:
    """Draw it: the place to drop files, which stays where it is; below it what is under way, and what became of files."""
    if person.may_act():
        _box(bench)
    else:
        st.caption("Here you are a viewer: you may look at every document and ask, and give none. Ask an admin.")
    under_way(bench)


def _box(bench: Workbench) -> None:
    files = st.file_uploader(
        "Runbooks, postmortems, notes: Markdown, text, HTML, PDF, Word, notebooks, JSON, YAML, CSV, or zips of those",
        accept_multiple_files=True,
        key=f"knowledge-files-{_round()}",
        max_upload_size=LARGEST_MB,
    )
    if not files:
        st.caption(
            "The same file again changes nothing; a changed one becomes a new version. Keys, tokens and passwords are taken "
            "out before anything is stored."
        )
        return
    with st.container(horizontal=True, gap="small"):
        label = f"Take in {wording.counted(len(files), 'file')}"
        if st.button(label, key="take-in", type="primary", icon=":material/upload:"):
            _start(bench, files)
        if st.button("Preview the passages", key="preview", icon=":material/visibility:"):
            _preview(bench, files)
    _show_previewed(files)


def _round() -> int:
    """Counted up to begin with an empty box."""
    return int(st.session_state.get(_ROUND, 0))


def _given(files: Sequence[UploadedFile]) -> list[FileGiven]:
    return [FileGiven(name=file.name, content=file.getvalue()) for file in files]


def _start(bench: Workbench, files: Sequence[UploadedFile]) -> None:
    try:
        bench.desk.uploads.start(_given(files), person.person())
    except NotAllowed as refused:
        st.error(as_text(str(refused)), icon=":material/error:")
        return
    st.session_state[_ROUND] = _round() + 1
    st.session_state.pop(_PREVIEWED, None)
    st.rerun()


# -- what is under way and what became of it ---------------------------------------------------------------------------


def under_way(bench: Workbench) -> None:
    """This person's uploads. They go on by themselves; this looks again while one runs."""
    runs = any(one.status == "running" for one in bench.desk.uploads.of(person.person()))
    st.fragment(_uploads, run_every=LOOK_AGAIN if runs else None)(bench, runs)


def _uploads(bench: Workbench, ran: bool) -> None:
    standing = bench.desk.uploads.of(person.person())
    if ran and not any(one.status == "running" for one in standing):
        st.rerun()
    for one in standing:
        _upload(bench, one)


def _upload(bench: Workbench, one: UploadStanding) -> None:
    with st.container(border=True, key=f"upload-{one.id}", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(_headline(one), width="stretch")
            if one.status == "running":
                st.button("Cancel", key=f"cancel-{one.id}", on_click=bench.desk.uploads.cancel, args=_own(one))
            else:
                st.button("Dismiss", key=f"away-{one.id}", on_click=bench.desk.uploads.put_away, args=_own(one))
        if one.status == "running":
            st.progress(max(0, one.begun - 1) / max(1, len(one.files)))
        if one.problem:
            st.error(as_text(one.problem), icon=":material/error:")
        rows = _rows(one)
        for number, row in enumerate(rows[:MOST_ROWS]):
            with st.container(
                horizontal=True, vertical_alignment="center", gap="small", key=f"outcome-{one.id}-{number}"
            ):
                _row(*row)
        if len(rows) > MOST_ROWS:
            st.caption(f"and {len(rows) - MOST_ROWS} more")


def _own(one: UploadStanding) -> tuple[object, ...]:
    return one.id, person.person()


def _headline(one: UploadStanding) -> str:
    """'**5 files** · 3 added · 1 unchanged · 1 refused · 2 min ago'."""
    outcomes = [each.outcome if isinstance(each, IngestOutcome) else "refused" for each in one.outcomes]
    counts = [f"{outcomes.count(what)} {what}" for what in tokens.OUTCOME if what in outcomes]
    going = {"running": f"taking in {min(one.begun, len(one.files))} of {len(one.files)}", "cancelled": "cancelled"}
    parts = [f"**{wording.counted(len(one.files), 'file')}**", going.get(one.status, ""), *counts]
    return " · ".join(part for part in (*parts, f":gray[{wording.ago(one.began)}]") if part)


def _rows(one: UploadStanding) -> list[tuple[str, str, IngestOutcome | Refused | None]]:
    """(name, how it stands, what came of it): a row a file, in the order given; an archive has one for each file in it."""
    of_file: dict[str, list[tuple[str, str, IngestOutcome | Refused | None]]] = {shown_name(f): [] for f in one.files}
    for each in one.outcomes:
        name = each.document if isinstance(each, IngestOutcome) else each.name
        file = name if name in of_file else next((f for f in of_file if name.startswith(f"{f}/")), name)
        how = each.outcome if isinstance(each, IngestOutcome) else "refused"
        of_file.setdefault(file, []).append((name, how, each))
    for number, (file, rows) in enumerate(of_file.items(), start=1):
        if not rows:
            reads = number == one.begun and one.status == "running"
            rows.append((file, "reading" if reads else "waiting" if one.status == "running" else "left out", None))
    return [row for rows in of_file.values() for row in rows]


def _row(name: str, how: str, outcome: IngestOutcome | Refused | None) -> None:
    with st.container(width=96):
        toned.badge(how, tokens.OUTCOME.get(how, "gray"))
    if not isinstance(outcome, IngestOutcome):
        reason = f" · {as_text(outcome.reason)}" if outcome else ""
        st.markdown(f"{as_text(name)}:gray[{reason}]" if reason else as_text(name), width="stretch")
        return
    st.page_link(places.knowledge(), label=as_text(name), query_params={"doc": name})
    version = f"version {outcome.version} · " if outcome.outcome == "updated" else ""
    st.caption(f"{version}{wording.counted(outcome.chunks, 'passage')}", width="content")
    wording.secrets_badge(outcome.redacted)
    if outcome.notes:
        st.caption(as_text(" ".join(outcome.notes)))


# -- what would become of them -----------------------------------------------------------------------------------------


def _preview(bench: Workbench, files: Sequence[UploadedFile]) -> None:
    with st.spinner("Reading …"):
        read = list(bench.desk.preview(_given(files[:MOST_PREVIEWED]), person.person()))
    st.session_state[_PREVIEWED] = ([file.file_id for file in files], read)


def _show_previewed(files: Sequence[UploadedFile]) -> None:
    ids, read = st.session_state.get(_PREVIEWED, ([], []))
    if ids != [file.file_id for file in files]:
        return
    st.caption("Nothing is stored yet. This is how they would be taken apart to be found and cited:")
    first = next((number for number, each in enumerate(read) if isinstance(each, Previewed)), None)
    for number, each in enumerate(read):
        if isinstance(each, Previewed):
            _previewed(each, number, opened=number == first)
        else:
            with st.container(
                horizontal=True, vertical_alignment="center", gap="small", key=f"outcome-preview-{number}"
            ):
                _row(each.name, "refused", each)
    if len(files) > MOST_PREVIEWED:
        st.caption(f"The first {MOST_PREVIEWED} of {len(files)} files are shown.")


def _previewed(one: Previewed, number: int, *, opened: bool) -> None:
    chunks = one.parsed.chunks
    label = f"{as_text(one.document.path)} · {wording.counted(len(chunks), 'passage')}"
    with st.expander(label, expanded=opened, key=f"previewed-{number}"):
        with st.container(horizontal=True, gap="small"):
            st.badge(as_text(one.parsed.kind), color="blue")
            st.badge(as_text(one.parsed.component or "about no single component"), color="gray")
            wording.secrets_badge(one.document.redacted)
        for note in one.document.notes:
            st.caption(as_text(note))
        lines.draw(
            lines.of_passages(chunks[:MOST_PASSAGES]), f"lines-preview-{number}", f"Passages of {one.document.path}"
        )
        if len(chunks) > MOST_PASSAGES:
            st.caption(f"The first {MOST_PASSAGES} of {len(chunks)} passages are shown.")
