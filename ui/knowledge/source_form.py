"""The form that adds a source of any kind."""

from __future__ import annotations

from typing import Any

import streamlit as st
from pydantic import ValidationError

from sre_core.bootstrap import Workbench
from sre_core.errors import WorkbenchError
from sre_core.knowledge.feeds.settings import FEED_SETTINGS, KINDS
from ui import person
from ui.listing import as_text

NAMES = {
    "folder": "Folder",
    "git": "Git repository",
    "slack": "Slack export",
    "prometheus": "Prometheus rules",
    "topology": "Topology",
}
MEANS = {
    "folder": "Every readable file below a folder of the machine that the workbench runs on.",
    "git": "One branch: its documents, its last commits as change records, its source code by symbol.",
    "slack": "A Slack export, as a zip or unpacked: each thread of a channel is a document. Direct messages are left alone.",
    "prometheus": "A file or folder of alerting rules: each alert with its expression, annotations and runbook link.",
    "topology": "A topology.json of nodes and edges: a document for each component.",
}
EVERY: dict[str, int | None] = {
    "When somebody says so": None,
    "Every 15 minutes": 15,
    "Every hour": 60,
    "Every 6 hours": 360,
    "Every day": 1440,
}
PLACES = {
    "folder": ("Folder", "/srv/runbooks"),
    "slack": ("Export", "/srv/exports/slack.zip"),
    "prometheus": ("Rules", "/etc/prometheus/rules"),
    "topology": ("File", "/srv/topology.json"),
}
LABELS = {"path": "Where it is", "url": "Repository", "since": "Commits since", "every_minutes": "Refresh"}

_ROUND = "source-round"
"""Counted up with each source that was added, to begin with an empty form."""


def draw(bench: Workbench) -> None:
    """Draw it, folded away until it is asked for, and again when a source was added."""
    round_ = int(st.session_state.get(_ROUND, 0))
    with st.expander("Add a source", icon=":material/add:", key=f"source-form-{round_}"):
        kind = st.segmented_control(
            "Kind", list(KINDS), key="source-kind", default="folder", required=True, format_func=NAMES.__getitem__
        )
        st.caption(MEANS[kind])
        with st.form(f"source-{kind}-{round_}", border=False):
            name, given = _fields(kind, f"source-{kind}-{round_}")
            if st.form_submit_button("Add and refresh", type="primary", icon=":material/add:"):
                _add(bench, name, {"kind": kind, **given})


def _fields(kind: str, key: str) -> tuple[str, dict[str, Any]]:
    """(name, what was filled in)"""
    one, other = st.columns(2, gap="medium")
    with one:
        name = st.text_input(
            "Name", key=f"{key}-name", placeholder="such as: runbooks", help="Paths of its documents begin with it."
        )
        given = _git(key) if kind == "git" else {"path": _place(kind, key)}
        every = st.selectbox("Refresh", list(EVERY), key=f"{key}-every")
    with other:
        given |= _narrowing(kind, key)
    return name.strip(), {**given, "every_minutes": EVERY[every]}


def _place(kind: str, key: str) -> str:
    label, example = PLACES[kind]
    return st.text_input(f"{label} on this machine", key=f"{key}-path", placeholder=f"such as: {example}")


def _git(key: str) -> dict[str, Any]:
    url = st.text_input(
        "Repository", key=f"{key}-url", placeholder="such as: https://git.example.org/shop.git or /srv/git/shop"
    )
    branch = st.text_input("Branch", key=f"{key}-branch", placeholder="the one it calls its own")
    return {"url": url, "branch": branch.strip()}


def _narrowing(kind: str, key: str) -> dict[str, Any]:
    """What of it is wanted."""
    given: dict[str, Any] = {}
    if kind == "git":
        wanted = st.pills(
            "What of it", ["documents", "commits", "code"], key=f"{key}-what", selection_mode="multi",
            default=["documents", "commits", "code"],
        )  # fmt: skip
        number = st.number_input("Last commits", 1, 100_000, 500, key=f"{key}-commits")
        given |= {"documents": "documents" in wanted, "code": "code" in wanted}
        given |= {"commits": int(number) if "commits" in wanted else 0}
    if kind == "slack":
        given["channels"] = _patterns("Only these channels", key, "channels", "incidents, ops-*")
        given["workspace_url"] = st.text_input(
            "Workspace address", key=f"{key}-workspace", placeholder="https://NAME.slack.com"
        ).strip()
    if kind in ("folder", "git", "prometheus"):
        given["include"] = _patterns("Only these files", key, "include", "*.md, docs/**")
        given["exclude"] = _patterns("Never these", key, "exclude", "drafts/, *.tmp")
    if kind in ("folder", "git"):
        about = st.text_input("All about one component", key=f"{key}-component", placeholder="such as: checkout")
        given["component"] = about.strip() or None
    return given


def _patterns(label: str, key: str, name: str, example: str) -> tuple[str, ...]:
    said = st.text_input(label, key=f"{key}-{name}", placeholder=f"such as: {example}")
    return tuple(part.strip() for part in said.split(",") if part.strip())


def _add(bench: Workbench, name: str, given: dict[str, Any]) -> None:
    """Keep it, and begin to read it."""
    by = person.person()
    try:
        feed = bench.desk.add_source(name, FEED_SETTINGS.validate_python(given), by)
        bench.desk.begin_refresh(feed.id, by)
    except ValidationError as error:
        st.error(as_text(problem(error)), icon=":material/error:")
    except WorkbenchError as error:
        st.error(as_text(str(error)), icon=":material/error:")
    else:
        st.session_state[_ROUND] = int(st.session_state.get(_ROUND, 0)) + 1
        st.rerun()


def problem(error: ValidationError) -> str:
    """The first thing that is wrong with what was filled in, in words."""
    wrong = error.errors(include_url=False, include_input=False)[0]
    field = str(wrong["loc"][-1]) if wrong["loc"] else ""
    label = LABELS.get(field, field.replace("_", " ").capitalize())
    if wrong["type"] in ("string_too_short", "too_short", "missing"):
        return f"{label}: fill this in. Nothing was added."
    return f"{label}: {wrong['msg'].removeprefix('Value error, ')}. Nothing was added."
