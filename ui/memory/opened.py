"""One memory: everything it holds, where it comes from, and what can be done with it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import streamlit as st

from sre_core.bootstrap import Workbench
from sre_core.domain import Incident, Proof
from sre_core.errors import WorkbenchError
from sre_core.memory.desk import KnownMemory
from sre_core.people import Role
from ui import person, places, tokens, toned, words
from ui.danger import irreversible_button
from ui.listing import as_text
from ui.memory import said
from ui.memory.attempt import attempt
from ui.memory.correcting import correcting
from ui.memory.history import history

Row = tuple[str, str]


def opened(bench: Workbench, incident_id: str, investigation: str | None = None) -> None:
    """Draw it, or say that nothing is remembered under this id. ``investigation``: the one that recalled it."""
    with st.container(key="back"):
        st.page_link(places.incidents(), label="Memory", icon=":material/arrow_back:", query_params={"show": "memory"})
    known = bench.memory_desk.memory(incident_id)
    if known is None:
        _not_kept(bench, incident_id, investigation)
        return
    st.subheader(as_text(known.incident.title), anchor=False)
    _badges(known)
    for caution in known.cautions:
        st.caption(f":orange[{as_text(caution)}]")
    _buttons(bench, known)
    _links(bench, known.incident)
    believed, correct, past = st.tabs(
        ["What is believed", "Correct it", "History"], key="memory-tab", on_change="rerun"
    )
    if believed.open:
        with believed:
            _believed(bench, known.incident)
    with correct:  # also while another tab is open: what was typed into it stays
        correcting(bench, known.incident)
    if past.open:
        with past:
            history(bench, known.incident)


def _not_kept(bench: Workbench, incident_id: str, investigation: str | None) -> None:
    """Forgotten, or told by a document of the recording that was investigated: such are compared and not stored."""
    if path := _told_by(bench, incident_id, investigation):
        st.subheader("A document tells of this", anchor=False)
        st.markdown(
            "It belongs to the recording that was investigated, and is compared without being stored in memory."
        )
        asked = {"doc": path, "inv": investigation or ""}
        st.page_link(places.knowledge(), label=as_text(path), icon=":material/menu_book:", query_params=asked)
        return
    st.subheader("Nothing is remembered here", anchor=False)
    st.markdown(
        f"There is no memory **{as_text(incident_id[:120])}**. It may have been forgotten, or its investigation goes on "
        "again. Timelines that recalled it keep what they were told."
    )


def _told_by(bench: Workbench, incident_id: str, investigation: str | None) -> str | None:
    try:
        state = bench.state(investigation) if investigation else None
        documents = bench.sources(state.workspace).documents if state else {}
    except WorkbenchError:
        return None
    told = (one.incident for one in (state.recollections or () if state else ()) if one.incident.id == incident_id)
    return next((one.source for one in told if one.source in documents), None)


def _badges(known: KnownMemory) -> None:
    incident = known.incident
    called, tone = said.STANDING[known.standing]
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="memory-badges"):
        toned.badge(called, tone)
        if incident.pinned:
            st.badge("pinned", color="violet", icon=":material/keep:")
        if incident.merged:
            st.badge(f"merged ×{len(incident.merged) + 1}", color="gray")
        if incident.rating:
            st.badge(
                f"rated {words.RATING[incident.rating]} by {as_text(incident.rated_by or 'somebody')}",
                color=tokens.PERSON,
            )
        if trust := said.trust(known.trust, incident):
            st.caption(trust, width="content")


def _buttons(bench: Workbench, known: KnownMemory) -> None:
    incident = known.incident
    if not person.may_act():
        st.caption("You look on: a responder can correct and pin this, an admin can have it forgotten.")
        return
    with st.container(horizontal=True, gap="small", key="memory-buttons"):
        name, icon = ("Unpin", ":material/keep_off:") if incident.pinned else ("Pin", ":material/keep:")
        if st.button(name, key="memory-pin", icon=icon, help="A pinned memory comes before all others that match."):
            attempt(lambda: bench.memory_desk.pin(incident.id, not incident.pinned, person.person()))
        _merge(bench, incident)
        if person.role().covers(Role.ADMIN):
            _forget(bench, incident)


def _forget(bench: Workbench, incident: Incident) -> None:
    more = said.counted(len(incident.merged), "memory", "memories")
    with_it = f" with what is merged into it ({more})" if incident.merged else ""
    if irreversible_button(
        "Forget …",
        f"this memory{with_it}, its history, its vectors and its rating. It does not come back when its investigation is "
        "read again.",
        key="memory-forget",
        confirm="Forget it for good",
        stays="the investigation itself, its postmortem among the documents, and what timelines were told when they recalled it.",
    ):
        attempt(lambda: bench.memory_desk.forget(incident.id, person.person()), "Forgotten for good.")


def _merge(bench: Workbench, incident: Incident) -> None:
    """Choose another memory to tell this one with."""
    others = {one.incident.id: one.incident for one in bench.memory_desk.memories() if one.incident.id != incident.id}
    if not others:
        return
    with st.popover("Merge …", icon=":material/merge:"):
        st.markdown(
            "**Both are told as one:** one row, all their times, all counts of fixes that held or failed. The one whose fix "
            "held, else the one that a person stands for, tells the story. Each can be taken out again at any time, below "
            "*Told together*."
        )
        into = st.selectbox(
            "Merge it into",
            list(others),
            None,
            key="memory-merge-into",
            placeholder="the other memory",
            format_func=lambda id_: said.named(others[id_]),
        )
        if st.button("Merge", key="memory-merge", disabled=into is None, type="primary") and into:

            def merge() -> None:
                bench.memory_desk.merge(incident.id, into, person.person())
                st.query_params["memory"] = into

            attempt(merge, "Merged. Take it out again below “Told together”.")


def _links(bench: Workbench, incident: Incident) -> None:
    """Where it comes from, and what it cites."""
    with st.container(horizontal=True, gap="small", key="memory-links"):
        if incident.investigation_id:
            asked = {"inv": incident.investigation_id}
            st.page_link(
                places.investigate(), label="Investigation", icon=":material/troubleshoot:", query_params=asked
            )
            st.page_link(places.postmortem(), label="Postmortem", icon=":material/article:", query_params=asked)
        elif bench.library.document(incident.source) is not None:
            st.page_link(places.knowledge(), label=as_text(incident.source), query_params={"doc": incident.source})
        for path in incident.runbooks:
            asked = {"doc": path} | ({"inv": incident.investigation_id} if incident.investigation_id else {})
            st.page_link(places.knowledge(), label=as_text(path), icon=":material/menu_book:", query_params=asked)


# -- what is believed --------------------------------------------------------------------------------------------------


def _believed(bench: Workbench, incident: Incident) -> None:
    with st.container(key="memory-facts", gap="xsmall"):
        for name, value in _rows(incident):
            if value:
                with st.container(horizontal=True, gap="small"):
                    st.caption(name, width=104)
                    st.markdown(as_text(value), width="stretch")
    _evidence(bench, incident)
    _merged(bench, incident)


def _rows(incident: Incident) -> Iterator[Row]:
    yield "Cause", said.cause_or_none(incident)
    yield "In a sentence", said.sentence(incident)
    yield "Told by", said.told(incident)
    yield "Called wrong", incident.refuted
    yield "Change", incident.change_id or ""
    yield said.fix(incident), incident.resolution
    yield "Did it hold?", said.held(incident) if incident.resolution or incident.fix_held is not None else ""
    yield "Note", incident.note
    yield "Resolved by", incident.resolved_by or ""
    yield "Took", said.took(incident)
    yield "Happened", ", ".join(f"{moment:%Y-%m-%d %H:%M} UTC" for moment in incident.occurred)
    yield "Verdict", _verdict(incident)
    yield "Alert", words.cut(incident.alert, 600)
    yield "Raised at", ", ".join(incident.alerting)
    yield "Also suffered", ", ".join(incident.affected)
    yield "Symptoms", words.cut(incident.symptoms, 800)
    yield "Looked at", "; ".join(incident.examined)
    yield "Not it", "; ".join(incident.ruled_out)
    yield "Comes from", incident.source


def _verdict(incident: Incident) -> str:
    if incident.verdict is None:
        return ""
    sure = f", stated at {incident.confidence:.0%}".replace("%", " %") if incident.confidence is not None else ""
    return f"{words.plain(incident.verdict.value)}{sure}"


def _evidence(bench: Workbench, incident: Incident) -> None:
    alone = (bench.memory_desk.single(id_) for id_ in (incident.id, *incident.merged))
    proofs = incident.evidence or next((one.evidence for one in alone if one and one.evidence), ())
    if not proofs:
        return
    st.markdown("**Evidence**")
    with st.container(key="memory-evidence", gap="xsmall"):
        for proof in proofs:
            where = " · ".join(part for part in _place(proof) if part)
            st.markdown(f"`{words.cut(proof.text, 300).replace('`', chr(39))}`  :gray[{as_text(where)}]")


def _place(proof: Proof) -> tuple[str, ...]:
    return (proof.evidence_id or "", proof.source, proof.component or "", f"event {proof.seq}" if proof.seq else "")


def _merged(bench: Workbench, incident: Incident) -> None:
    """The same thing at other times; each can be taken out again."""
    if not incident.merged:
        return
    st.markdown("**Told together**")
    for id_ in (incident.id, *incident.merged):
        one = bench.memory_desk.single(id_)
        if one is None:
            continue
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"member-{id_}"):
            told = f"{one.started_at:%Y-%m-%d %H:%M} UTC" if one.started_at else "no time is known"
            st.markdown(f"{as_text(told)}  :gray[{as_text(one.source)}]", width="stretch")
            if one.investigation_id:
                asked = {"inv": one.investigation_id}
                st.page_link(places.investigate(), label="Investigation", query_params=asked)
            if id_ != incident.id and person.may_act() and st.button("Take it out", key=f"unmerge-{id_}"):
                attempt(partial(bench.memory_desk.unmerge, id_, person.person()), "It stands by itself from now on.")
