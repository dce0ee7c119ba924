"""The list of documents: found by a word, narrowed, ordered, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from sre_core.bootstrap import Workbench
from sre_core.knowledge.catalogue import CatalogueEntry
from sre_core.knowledge.desk import described
from sre_core.knowledge.documents import KnownDocument
from ui import places
from ui.knowledge import wording
from ui.listing import as_text

PER_PAGE = 25
ALL = "all"

CHANGED_LAST = "Changed last"
ORDERS = (CHANGED_LAST, "Title", "Path", "Most passages")


def listed(bench: Workbench) -> None:
    """Draw it, or say what to do when there is none."""
    documents = bench.library.catalogue()
    if not documents:
        st.markdown(
            "**Nothing is written down here yet.** Give your runbooks, postmortems and notes under *Add files*, or connect a "
            "folder, a repository or an export under *Sources*. Investigations then cite them to the line."
        )
        return
    names = described(bench.desk.sources())
    embeds = bench.library.state().model_state == "ready"
    found = _ordered(bench, _narrowed(documents, names))
    pages = max(1, -(-len(found) // PER_PAGE))
    with st.container(key="rows-documents", gap="xsmall"):
        page = st.session_state.get("documents-page", 1)
        page = min(page, pages)
        shown = [one.path for one in found[(page - 1) * PER_PAGE : page * PER_PAGE]]
        for number, one in enumerate(bench.library.listed(shown)):
            with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"kept-{number}"):
                _row(one, names, embeds)
    with st.container(horizontal=True, vertical_alignment="center"):
        if pages > 1:
            st.pagination(pages, key="documents-page")
        st.caption(f"{len(found)} of {wording.counted(len(documents), 'document')}")


def _narrowed(documents: Sequence[CatalogueEntry], names: Mapping[str, str]) -> list[CatalogueEntry]:
    with st.container(key="documents-narrow", horizontal=True, vertical_alignment="bottom", gap="small"):
        words = st.text_input(
            "Find",
            key="documents-find",
            placeholder="a word of the title, path, alert or link",
            live=True,
            label_visibility="collapsed",
        )
        kind = _choice("Kind", "documents-kind", {one.kind for one in documents})
        component = _choice("Component", "documents-component", {one.component for one in documents if one.component})
        source = _choice("Source", "documents-source", {one.source for one in documents}, names)
        st.selectbox("Order", ORDERS, key="documents-order", width=140, label_visibility="collapsed")
    wanted = words.casefold().split()
    return [
        one
        for one in documents
        if all(word in one.words for word in wanted)
        and (kind in (ALL, one.kind) and component in (ALL, one.component) and source in (ALL, one.source))
    ]


def _choice(label: str, key: str, options: set[str], names: Mapping[str, str] | None = None) -> str:
    """One of them, or all; not drawn where there is nothing to choose."""
    if len(options) < 2 and st.session_state.get(key, ALL) == ALL:
        return ALL
    named = {ALL: f"any {label.lower()}"} | (dict(names) if names else {})
    chosen = st.selectbox(
        label,
        [ALL, *sorted(options, key=lambda one: named.get(one, one))],
        key=key,
        format_func=lambda one: named.get(one, one),
        width=150,
        label_visibility="collapsed",
    )
    return str(chosen)


def _ordered(bench: Workbench, documents: Sequence[CatalogueEntry]) -> list[CatalogueEntry]:
    match st.session_state.get("documents-order", CHANGED_LAST):
        case "Title":
            return sorted(documents, key=lambda one: (one.title.casefold(), one.path))
        case "Path":
            return list(documents)
        case "Most passages":
            passages = bench.library.passages_each()
            return sorted(documents, key=lambda one: -passages.get(one.path, 0))
        case _:
            return sorted(documents, key=lambda one: one.updated_at, reverse=True)


def _row(one: KnownDocument, names: Mapping[str, str], embeds: bool) -> None:
    with st.container(width=96):
        st.badge(as_text(one.kind), color="blue")
    shown = f"{as_text(one.title)}  :gray[{as_text(one.path)}]"
    st.page_link(places.knowledge(), label=shown, query_params={"doc": one.path}, width="stretch")
    wording.secrets_count(one.redacted)
    if one.component:
        st.badge(as_text(one.component), color="gray")
    st.caption(" · ".join(_facts(one, names, embeds)), width="content")


def _facts(one: KnownDocument, names: Mapping[str, str], embeds: bool) -> list[str]:
    """'v3 · 12 passages · 4 vectors to come · Ada · 2 h ago'."""
    pending = one.chunks - one.embedded if embeds else 0
    by = wording.who(one.updated_by) if one.source == "upload" else as_text(names.get(one.source, "a removed source"))
    facts = [
        f"v{one.version}" if one.version > 1 else "",
        wording.counted(one.chunks, "passage"),
        f"{wording.counted(pending, 'vector')} to come" if pending else "",
        by,
        wording.ago(one.updated_at),
    ]
    return [fact for fact in facts if fact]
