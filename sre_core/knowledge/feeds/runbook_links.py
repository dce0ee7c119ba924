"""From an alert rule to its runbook: which documents an annotation's address means."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath

from sre_core.knowledge.documents import KnownDocument
from sre_core.knowledge.words import exact_name, exact_names_of_link


def linked_runbooks(links: Iterable[str], documents: Iterable[KnownDocument]) -> tuple[str, ...]:
    """Paths of the documents that the links mean: those known under one, else those called like its last part."""
    wanted = [exact_names_of_link(link) for link in links]
    whole = {names[0] for names in wanted if names}
    short = {name for names in wanted for name in names[1:]}
    candidates = [document for document in documents if document.kind != "alert_rule"]
    known = [
        one.path for one in candidates if whole & {name for link in one.links for name in exact_names_of_link(link)}
    ]
    return tuple(known or (one.path for one in candidates if short & _called(one)))


def _called(document: KnownDocument) -> set[str]:
    return {exact_name(name) for name in (PurePosixPath(document.path).stem, document.title, *document.names)} - {""}
