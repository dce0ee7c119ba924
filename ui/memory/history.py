"""What was believed of a memory, when and by whose word; and the way back to it."""

from __future__ import annotations

from functools import partial

import streamlit as st

from sre_core.bootstrap import Workbench
from sre_core.domain import Incident
from sre_core.memory.incident_rows import Revision
from ui import person
from ui.listing import ago, as_text
from ui.memory import said
from ui.memory.attempt import attempt
from ui.memory.correcting import begin_anew


def history(bench: Workbench, incident: Incident) -> None:
    """The latest first, of all that is told together. Any of them but the latest can be believed again."""
    of_each = {id_: bench.memory_desk.revisions(id_) for id_ in (incident.id, *incident.merged)}
    all_ = [(id_, revision, revisions) for id_, revisions in of_each.items() for revision in revisions]
    for id_, revision, revisions in sorted(all_, key=lambda each: each[1].at, reverse=True):
        with st.container(border=True, gap="xsmall"):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                why = f" · {as_text(revision.because)}" if revision.because else ""
                st.markdown(f"**{as_text(revision.by)}** · {ago(revision.at)}{why}", width="stretch")
                if person.may_act() and revision is not revisions[-1]:
                    _back(bench, id_, revision, revisions)
            st.caption(as_text(_was(revision)))


def _back(bench: Workbench, id_: str, revision: Revision, revisions: list[Revision]) -> None:
    now = revisions[-1].believed
    if revision.believed is None or (now and _told(revision.believed) == _told(now)):
        return
    name = "Undo what came after" if revision is revisions[-2] else "Believe this again"
    if st.button(name, key=f"back-{id_}-{revision.revision}", icon=":material/undo:"):
        back = partial(bench.memory_desk.restore, id_, revision.revision, person.person())
        attempt(back, "Believed again. What came after stays in the history.", then=partial(begin_anew, id_))


def _was(revision: Revision) -> str:
    one = revision.believed
    if one is None:
        return "From here on nothing was believed: it was investigated again."
    fix = f"Fix: {one.resolution}" if one.resolution else ""
    facts = (
        said.cause_or_none(one),
        said.sentence(one),
        fix,
        said.held(one) if one.fix_held is not None else "",
        one.note,
    )
    return " · ".join(fact for fact in facts if fact)


def _told(one: Incident) -> tuple[object, ...]:
    """What a person may have changed of it."""
    return one.component, one.fault, one.statement, one.resolution, one.fix_held, one.resolved_by, one.runbooks
