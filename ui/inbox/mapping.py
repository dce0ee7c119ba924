"""Saying which field is which: a template as text, and beside it what it makes of a payload. What is typed is never lost."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from sre_core.bootstrap import Workbench
from sre_core.counting import counted
from sre_core.errors import RefusedInput, WorkbenchError
from sre_core.foreign_text import code
from sre_core.inbox.desk import Inbox
from sre_core.intake.template_text import template_of, validate
from sre_core.intake.templates import AlertTemplate
from ui import person, words
from ui.inbox import shown
from ui.listing import as_text
from ui.memory.attempt import attempt

TEXT = "template-text"
_OPEN, _PAYLOAD = "template-open", "template-payload"
HEIGHT = 340
"""Pixels."""
EMPTY = """name: our-monitoring
matches:
  source: our-monitoring
fields:
  title: event.name
  severity: event.level
  component: event.service
  starts_at: event.time
"""
"""What stands there where no payload says more."""


def offer(bench: Workbench, payload: str, about: str, template: str | None) -> None:
    """A button below an alert of unknown form; pressed, the editor for its payload in its place.

    ``template``: the one that reads it already, which is changed where the templates are.
    """
    if is_open(about):
        editor(bench, payload, None)
        return
    if template:
        st.caption("Not as it should be? Change the template in the inbox, under *Templates*.")
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        opens = {"on_click": _open, "args": (bench, payload, about)}
        st.button(
            "Map its fields", key=f"map-{about}", icon=":material/edit_note:", disabled=not person.may_act(), **opens
        )
        st.caption("No form that is known by name. Say once which field is which, and the next one is read that way.")


def _open(bench: Workbench, payload: str, about: str) -> None:
    try:
        suggested = bench.inbox.forms.suggested(payload)
    except RefusedInput:
        suggested = EMPTY
    st.session_state[_OPEN] = about
    if not st.session_state.get(TEXT):  # a draft that a reload brought back is what somebody wrote
        st.session_state[TEXT] = suggested


def _table(paths: Sequence[tuple[str, str]]) -> str:
    rows = "\n".join(f"| `{code(path)}` | {as_text(words.cut(said, 120))} |" for path, said in paths)
    return f"| path | what stands there |\n|---|---|\n{rows}"


def edit(text: str, name: str) -> None:
    """Open the editor for a template that is there. In a callback."""
    st.session_state[_OPEN] = name
    st.session_state[TEXT] = text


def is_open(about: str) -> bool:
    """Whether the editor is open for this."""
    return st.session_state.get(_OPEN) == about


def beside(about: str) -> tuple[DeltaGenerator, DeltaGenerator]:
    """What is shown, and what can be chosen beside it; below it while the editor is open, which needs the room.

    ``about``: what the editor may be open for begins with this.
    """
    if str(st.session_state.get(_OPEN) or "").startswith(about):
        return st.container(), st.container()
    wide, narrow = st.columns([3, 2], gap="large")
    return wide, narrow


def close() -> None:
    """Put it away, with what was typed. In a callback, or before it is drawn."""
    for key in (_OPEN, TEXT):
        st.session_state.pop(key, None)


def editor(bench: Workbench, payload: str | None, replaces: str | None) -> None:
    """Draw it. ``payload`` None: it can be pasted beside; ``replaces``: the template that is edited."""
    with st.container(border=True, key="template-editor"):
        st.markdown("**Say which field is which**")
        written, told = st.columns(2, gap="medium")
        with written:
            text = st.text_area(
                "Template",
                key=TEXT,
                height=HEIGHT,
                persist_state="session",
                help="YAML. `matches` says which payloads it is for; a path is written `event.host` or `checks[0].name`, and a "
                "text with paths `{event.name} on {host}`. `severities` and `statuses` say what the sender's words mean.",
            )
            template = _checked(text)
            if paths := bench.inbox.forms.paths(payload or ""):
                with st.expander(
                    f"{counted(len(paths), 'path')} of this payload", type="compact", key="template-paths"
                ):
                    st.markdown(_table(paths))
        with told:
            st.caption("What it makes of the payload")
            if payload is None:
                payload = st.text_area("A payload to try it on", key=_PAYLOAD, height=120)
            if template and payload.strip():
                _preview(bench.inbox, template, payload)
        with st.container(horizontal=True, gap="small"):
            may = person.may_act() and template is not None
            pressed = st.button("Save the template", key="template-save", type="primary", disabled=not may)
            st.button("Close without saving", key="template-close", on_click=close)
    if pressed and template:
        attempt(
            lambda: bench.inbox.forms.save(text, person.person(), replaces),
            f"Saved. The next alert of this form is read by {template.name}.",
            then=close_after,
        )


def close_after() -> None:
    """Put it away after a button, when the box is drawn already."""
    st.session_state.pop(_OPEN, None)
    del st.session_state[TEXT]


def _checked(text: str) -> AlertTemplate | None:
    """The template; None when something must be put right, which is said by its line and field."""
    problems = validate(text)
    for problem in problems:
        st.error(as_text(str(problem)), icon=":material/error:")
    if problems:
        return None
    try:
        return template_of(text)
    except RefusedInput as error:
        st.error(as_text(str(error)), icon=":material/error:")
        return None


def _preview(inbox: Inbox, template: AlertTemplate, payload: str) -> None:
    try:
        tried = inbox.forms.tried(template, payload)
    except WorkbenchError as error:
        st.error(as_text(str(error)), icon=":material/error:")
        return
    if not inbox.forms.suits(template, payload):
        st.warning("This payload is not one that it is for: see what stands under matches.", icon=":material/warning:")
    alert = tried.alert
    shown.badges(alert, tried.recognised_as, template.name)
    st.markdown(f"**{as_text(alert.title)}**")
    shown.notes((*tried.notes, *tried.remarks))
    shown.fields(alert, alert.fingerprint, "template")
    shown.labels(alert, "template")
