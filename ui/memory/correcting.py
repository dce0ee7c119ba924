"""What a person changes of a memory: only the fields that they touched."""

from __future__ import annotations

from typing import Any

import streamlit as st

from sre_core.bootstrap import Workbench
from sre_core.diagnosis.faults import FAULTS, label
from sre_core.domain import Incident
from sre_core.memory.incidents import IncidentEdit
from ui import person, words
from ui.memory.attempt import attempt

HELD = {"not known": None, "it held": True, "it did not hold": False}
SAME, NO_FAULT = "", "not known"


def correcting(bench: Workbench, incident: Incident) -> None:
    """Draw the form."""
    if not person.may_act():
        st.caption("A responder can correct what is believed here. You look on.")
        return
    st.caption(
        "What you write replaces what was believed, from the next alert on. What was believed before stays in its history."
    )
    with st.form("correct-memory", border=False):
        given, because = _fields(incident)
        pressed = st.form_submit_button("Save the correction", type="primary", key="correct-save")
    if not pressed:
        return
    changed = {name: value for name, value in given.items() if value != getattr(incident, name)}
    if "fix_held" in changed and changed["fix_held"] is not None:
        changed["done"] = True
    change = IncidentEdit.model_validate(changed)
    attempt(
        lambda: bench.memory_desk.edit(incident.id, change, person.person(), because),
        "Corrected. Undo it in the history.",
        then=lambda: begin_anew(incident.id),
    )


def begin_anew(incident_id: str) -> None:
    """From the next drawing on the form holds what is believed then, and nothing of what was typed."""
    st.session_state[_round(incident_id)] = st.session_state.get(_round(incident_id), 0) + 1


def _round(incident_id: str) -> str:
    return f"correcting-round-{incident_id}"


def _fields(incident: Incident) -> tuple[dict[str, Any], str]:
    number = st.session_state.get(_round(incident.id), 0)
    id_ = f"{incident.id}-{number}" if number else incident.id
    with st.container(horizontal=True, gap="small"):
        component = st.text_input(
            "Component of the cause", incident.component or "", key=f"c-component-{id_}", max_chars=200
        )
        faults = [NO_FAULT, *FAULTS, *([incident.fault] if incident.fault and incident.fault not in FAULTS else [])]
        fault = st.selectbox(
            "Fault",
            faults,
            index=faults.index(incident.fault) if incident.fault else 0,
            key=f"c-fault-{id_}",
            accept_new_options=True,
            help="One of the list, or your own words: they become the cause in a sentence.",
            format_func=lambda one: one if one == NO_FAULT else label(one) if one in FAULTS else words.plain(one),
        )
    statement = st.text_area(
        "The cause in a sentence", incident.statement, key=f"c-statement-{id_}", max_chars=4000, height=80
    )
    resolution = st.text_area("The fix", incident.resolution, key=f"c-resolution-{id_}", max_chars=4000, height=80)
    with st.container(horizontal=True, gap="small"):
        names = list(HELD)
        held = st.selectbox("Did it hold?", names, list(HELD.values()).index(incident.fix_held), key=f"c-held-{id_}")
        by = st.text_input("Resolved by", incident.resolved_by or "", key=f"c-by-{id_}", max_chars=200)
        runbooks = st.text_input(
            "Runbooks",
            ", ".join(incident.runbooks),
            key=f"c-runbooks-{id_}",
            help="Paths of documents, separated by commas.",
        )
    because = st.text_input(
        "Note: why you change it", key=f"c-note-{id_}", max_chars=1000, placeholder="kept in its history"
    )
    kept = fault is not None and fault == incident.fault
    term, sentence = (fault, statement) if kept else in_words(fault or NO_FAULT, statement.strip(), incident.statement)
    given = {
        "component": component.strip() or None,
        "fault": term,
        "statement": sentence.strip(),
        "resolution": resolution.strip(),
        "fix_held": HELD[held],
        "resolved_by": by.strip() or None,
        "runbooks": tuple(path.strip() for path in runbooks.split(",") if path.strip()),
    }
    return given, because


def in_words(said: str, statement: str, before: str) -> tuple[str | None, str]:
    """(the fault, the cause in a sentence): what is said in place of a fault and is none of the list goes into the sentence."""
    if said == NO_FAULT:
        return None, statement
    if term := next((term for term in FAULTS if said.casefold() in (term.casefold(), label(term).casefold())), None):
        return term, statement
    own = said.strip()
    if own.casefold() in statement.casefold():
        return None, statement
    return None, own if statement in ("", before) else f"{own}: {statement}"
