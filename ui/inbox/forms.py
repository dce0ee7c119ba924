"""The templates that there are: who wrote them, edit them, delete them, and who changed what."""

from __future__ import annotations

import streamlit as st

from sre_core.bootstrap import Workbench
from sre_core.counting import counted
from sre_core.inbox.templates import KnownTemplate
from ui import person
from ui.danger import irreversible_button
from ui.inbox import mapping
from ui.listing import ago, as_text
from ui.memory.attempt import attempt

NEW = "\0new"
MOST_CHANGES = 20


def forms(bench: Workbench) -> None:
    """Draw them, or say what they are for."""
    known = bench.inbox.forms.all()
    st.caption(
        "A template says which field of a sender's JSON is the title, the component, the severity, and what makes two messages "
        "one alert. Senders that are known by name need none."
    )
    if not known:
        st.markdown(
            "**There is no template yet.** Paste an alert of a form that is not recognised under *Give alerts* and press *Map "
            "its fields*: it begins with a suggestion."
        )
    for one in known:
        _template(bench, one)
    if mapping.is_open(NEW):
        mapping.editor(bench, None, None)
    elif person.may_act():
        st.button(
            "Write one", key="template-new", icon=":material/add:", on_click=mapping.edit, args=(mapping.EMPTY, NEW)
        )
    _history(bench)


def _template(bench: Workbench, one: KnownTemplate) -> None:
    name = one.template.name
    with st.container(border=True, key=f"template-{name}", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{as_text(name)}**  :gray[by {as_text(one.by)}, {ago(one.at)}]", width="stretch")
            if person.may_act():
                st.button("Edit", key=f"template-edit-{name}", on_click=mapping.edit, args=(one.text, name))
                _delete(bench, name)
        when = " and ".join(
            f"{path} is {said}" if said else f"{path} is there" for path, said in one.template.matches.items()
        )
        st.caption(as_text(f"For payloads in which {when}. Maps {', '.join(one.template.fields)}."))
        if mapping.is_open(name):
            mapping.editor(bench, None, name)


def _delete(bench: Workbench, name: str) -> None:
    if irreversible_button(
        "Delete …",
        f"the template {as_text(name)}; its next alert is read as any other JSON.",
        key=f"template-delete-{name}",
        confirm="Delete it",
        stays="the alerts that it read, and its text in the history below.",
    ):
        attempt(lambda: bench.inbox.forms.delete(name, person.person()), "Deleted.")


def _history(bench: Workbench) -> None:
    changes = bench.inbox.forms.changes()
    if not changes:
        return
    with st.expander(f"History: {counted(len(changes), 'change')}", type="compact", key="template-history"):
        for number, one in enumerate(changes[:MOST_CHANGES]):
            did = "deleted" if one.text is None else "written" if one.number == 1 else "changed"
            st.caption(as_text(f"{one.name} {did} by {one.by}, {one.at:%Y-%m-%d %H:%M} UTC"))
            if one.text is not None and number < 5:
                st.code(one.text, language="yaml")
