"""The Settings page as a whole: what there is at a glance beside it, then part by part."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from sre_core.bootstrap import Workbench
from sre_core.errors import WorkbenchError
from ui.listing import as_text
from ui.settings import about, data, database, knowledge, limits, memory, model, people, policy, tools, web
from ui.settings.parts import Part, Standing, env_file, text, title

STYLES = Path(__file__).with_name("settings.css")

PARTS = (
    Part("model", "Model", model.standing, model.draw),
    Part("web-search", "Web search", web.standing, web.draw),
    Part("tools-of-others", "Tools of others", tools.standing, tools.draw),
    Part("knowledge", "Knowledge", knowledge.standing, knowledge.draw),
    Part("memory", "Memory", memory.standing, memory.draw),
    Part("database-and-disk", "Database and disk", database.standing, database.draw),
    Part("data", "Data", data.standing, data.draw),
    Part("policy-and-autonomy", "Policy and autonomy", policy.standing, policy.draw),
    Part("limits", "Limits", limits.standing, limits.draw),
    Part("people", "People", people.standing, people.draw),
    Part("about", "About", about.standing, about.draw),
)


def settings(bench: Workbench) -> None:
    """Draw all of it."""
    st.html(STYLES)
    standings = {part.anchor: part.standing(bench) for part in PARTS}
    _head()
    glance, body = st.columns([1, 4], gap="large")
    with glance, st.container(key="settings-glance"):
        _glance(standings)
    with body, st.container(key="settings-body", gap="medium"):
        for part in PARTS:
            _draw(part, standings[part.anchor], bench)


def _glance(standings: dict[str, Standing | None]) -> None:
    """Every part as a link, with how it stands."""
    links = "".join(_link(part, standings[part.anchor]) for part in PARTS)
    st.html(f'<nav class="settings-nav" aria-label="Parts of this page">{links}</nav>')


def _link(part: Part, standing: Standing | None) -> str:
    said = f'<span data-tone="{standing.tone}"><i></i>{text(standing.said)}</span>' if standing else "<span></span>"
    return f'<a href="#{part.anchor}"><b>{text(part.title)}</b>{said}</a>'


def _head() -> None:
    with st.container(gap="xxsmall"):
        st.subheader("Settings", anchor=False)
        st.caption(
            f"They are read at the start, from the environment and from `{env_file()}`. To change one, put its line there and "
            "restart the workbench. Keys, passwords and secrets are never shown here."
        )


def _draw(part: Part, standing: Standing | None, bench: Workbench) -> None:
    """What goes wrong in one part is said there, and harms no other."""
    with st.container(key=f"settings-part-{part.anchor}", border=True, gap="small"):
        title(part, standing)
        try:
            part.draw(bench)
        except WorkbenchError as error:
            st.error(as_text(str(error)), icon=":material/error:")
