"""A topology as documents: one a component, saying what it is, what it needs and who needs it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sre_core.errors import RefusedInput
from sre_core.intake.foreign_json import read_json
from sre_core.knowledge.documents import SourceDocument
from sre_core.knowledge.feeds.base import FeedItem, ItemRead, Redact, Unlisted
from sre_core.knowledge.feeds.settings import TopologySettings
from sre_core.topology.graph import Component, Dependency, Topology

LARGEST = 50_000_000
"""Bytes."""


class TopologyFeed:
    """The components of a ``topology.json``. Implements ``Feed``."""

    def __init__(self, settings: TopologySettings, redact: Redact) -> None:
        self._file = Path(settings.path).expanduser()
        self._redact = redact
        self._documents: dict[str, SourceDocument] = {}

    def items(self) -> Iterator[FeedItem | Unlisted]:
        """A component each; the stamp is the digest of what there is to say about it."""
        topology, problems = read_topology(self._file)
        for problem in problems:
            yield Unlisted(f"\0{problem}", f"{self._file.name}: {problem}")
        for id_ in sorted(topology.components):
            document = self._documents[id_] = _document(topology, id_, self._redact)
            yield FeedItem(id_, hashlib.sha256(document.model_dump_json().encode()).hexdigest())

    def digest(self, item: FeedItem) -> str:
        """The stamp is one."""
        return item.stamp

    def read(self, items: Sequence[FeedItem]) -> Iterator[ItemRead]:
        """The document of each component."""
        for item in items:
            yield ItemRead(item, (self._documents[item.id],))


def read_topology(file: Path) -> tuple[Topology, list[str]]:
    """The graph in a file, and what in there could not be used. Raises ``RefusedInput`` when it is no topology at all."""
    try:
        if file.stat().st_size > LARGEST:
            raise RefusedInput(f"{file} is larger than {LARGEST // 1_000_000} MB. That is no topology.")
        parsed = read_json(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise RefusedInput(f"{file} cannot be read as a topology: {error}") from error
    if not isinstance(parsed, dict) or not isinstance(parsed.get("nodes"), list):
        raise RefusedInput(f'{file} is no topology: {{"nodes": [...], "edges": [...]}} is expected.')
    problems: list[str] = []
    nodes = [one for one in _all(parsed, "nodes", Component, problems) if one.id]
    edges = [one for one in _all(parsed, "edges", Dependency, problems) if one.source and one.target]
    return Topology.of(nodes, edges), problems


def _all(parsed: dict[str, Any], part: str, form: type[Any], problems: list[str]) -> list[Any]:
    found = []
    listed = parsed.get(part) or []
    for number, each in enumerate(listed if isinstance(listed, list) else [listed]):
        try:
            found.append(form.model_validate(_with_text_labels(each)))
        except ValidationError as error:
            wrong = error.errors(include_url=False, include_input=False)[0]
            problems.append(f"{part}[{number}]: {'.'.join(map(str, wrong['loc']))}: {wrong['msg']}")
    return found


def _with_text_labels(given: Any) -> Any:
    if isinstance(given, dict) and isinstance(given.get("labels"), dict):
        return {**given, "labels": {name: str(value) for name, value in given["labels"].items()}}
    return given


def _document(topology: Topology, id_: str, redact: Redact) -> SourceDocument:
    clean = redact("\n".join(_lines(topology, id_)) + "\n")
    component = topology.components[id_]
    return SourceDocument(
        path=f"{id_}.md",
        text=clean.text,
        title=component.name or id_,
        kind="architecture",
        component=id_,
        names=tuple(dict.fromkeys(name for name in (id_, component.name) if name)),
        redacted=clean.found,
    )


def _lines(topology: Topology, id_: str) -> Iterator[str]:
    component = topology.components[id_]
    relations = {(edge.source, edge.target): edge.relation for edge in topology.dependencies}
    called = f", called {component.name}" if component.name and component.name != id_ else ""
    yield f"# {component.name or id_}"
    yield ""
    yield f"`{id_}`{called} is a component of kind {component.kind}."
    yield from _part("Depends on", [(other, relations[id_, other]) for other in topology.depends_on(id_)], topology)
    yield from _part("Is depended on by", [(other, relations[other, id_]) for other in topology.used_by(id_)], topology)
    further = [other for other, hops in topology.upstream(id_).items() if hops > 1]
    if further:
        yield from ("", "## Is felt further away by", "", ", ".join(further[:100]))
    if component.labels:
        yield from ("", "## Labels", "")
        yield from (f"- {name}: {value}" for name, value in sorted(component.labels.items()))


def _part(heading: str, others: list[tuple[str, str]], topology: Topology) -> Iterator[str]:
    yield from ("", f"## {heading}", "")
    for other, relation in others:
        yield f"- {other} ({topology.components[other].kind}): {relation.replace('_', ' ')}"
    if not others:
        yield "Nothing that the topology knows."
