"""An incident frozen on disk, opened as ``Sources``: the alert, and what telemetry, cluster and change log said then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd
from pydantic import Field

from sre_core.domain import Alert, NotExamined, Value
from sre_core.errors import RefusedInput, ToolError
from sre_core.intake.alerts import understand
from sre_core.intake.foreign_json import read_json, whole_characters
from sre_core.sources import capsule_lines as lines
from sre_core.sources import recorded
from sre_core.sources.base import Change, CountedPattern, LogRecord, RemediationAnswer, Signal, Sources, Span
from sre_core.sources.capsule_files import CapsuleFiles, files_of
from sre_core.sources.capsule_manifest import Manifest, check_digests, manifest_of, read_manifest
from sre_core.sources.capsule_metrics import missing_columns, parse_metrics
from sre_core.topology.graph import Component, Dependency, Topology

__all__ = ["CapsuleReport", "Manifest", "load_report", "open_capsule", "read_manifest"]

DOCUMENT_TYPES = (".md", ".markdown", ".txt")
_CHANGE_KINDS = frozenset(("deploy", "commit", "flag", "config", "scale", "migration", "other"))
_HEAD = 4096


class CapsuleReport(Value):
    """What ``capsule check`` says: entries per file, and what was skipped."""

    id: str
    title: str
    counts: Mapping[str, int]
    problems: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()


def open_capsule(path: Path) -> Sources:
    """Everything one investigation may look at. Metrics are parsed when they are first read.

    Raises ``RefusedInput`` when it is no capsule, a broken one, one that does not match its digests, or an unsafe one.
    """
    return _Opened.at(path).sources()


def load_report(path: Path) -> CapsuleReport:
    """Read every file to the end, and say how much is in each and what was skipped. Raises ``RefusedInput``."""
    opened = _Opened.at(path)
    sources = opened.sources()
    if isinstance(sources.metrics, recorded.RecordedMetrics):
        try:
            opened.counts["metrics.csv"] = len(sources.metrics.frame())
        except ToolError as error:
            raise RefusedInput(str(error)) from error
    return CapsuleReport(
        id=opened.manifest.id,
        title=opened.manifest.title,
        counts=dict(sorted(opened.counts.items())),
        problems=opened.problems(),
        absent=tuple(absence.source for absence in sources.absent),
    )


Record = TypeVar("Record", bound=Value)


@dataclass
class _Opened:
    """A capsule being read, file by file."""

    path: Path
    files: CapsuleFiles
    manifest: Manifest
    counts: dict[str, int] = field(default_factory=dict)
    _skipped: list[lines.Problems] = field(default_factory=list)
    _absent: list[NotExamined] = field(default_factory=list)

    @classmethod
    def at(cls, path: Path) -> _Opened:
        """Check that it is one, and whole."""
        files = files_of(path)
        manifest = manifest_of(files, path)
        check_digests(files, manifest.files)
        return cls(path, files, manifest)

    def problems(self) -> tuple[str, ...]:
        """What was skipped so far."""
        return tuple(problem for skipped in self._skipped for problem in skipped.named())

    def sources(self) -> Sources:
        """Everything in it behind the Protocols."""
        alert, topology, metrics, logs = self._alert(), self._topology(), self._metrics(), self._logs()
        changes = self._records("changes", "changes.ndjson", Change, _as_change)
        signals = self._records("signals", "signals.ndjson", Signal)
        spans = self._records("traces", "traces.ndjson", Span)
        commands, remediations = self._commands(), self._remediations()
        return Sources(
            name=self.manifest.id,
            alert=alert,
            topology=topology,
            metrics=metrics,
            logs=logs,
            changes=None if changes is None else recorded.RecordedChanges(lines.in_time_order(changes)),
            signals=None if signals is None else recorded.RecordedSignals(lines.in_time_order(signals)),
            traces=None if spans is None else recorded.RecordedTraces(lines.in_time_order(spans)),
            commands=commands,
            remediations=remediations,
            documents=self._documents(),
            window=self.manifest.window,
            baseline=self.manifest.baseline,
            captured_at=self.manifest.captured_at,
            absent=tuple(self._absent),
            problems=self.problems(),
        )

    def _alert(self) -> Alert:
        by_title = Alert(
            title=" ".join(self.manifest.title.split()) or self.manifest.id, source="manifest", raw=self.manifest.title
        )
        if "alert.json" not in self.files.sizes:
            return by_title
        skipped = self._skip("alert.json")
        try:
            understood = understand(lines.text_of(self.files.read("alert.json")))
        except RefusedInput as error:
            skipped.add(1, str(error))
            return by_title
        self.counts["alert.json"] = 1
        return understood.alert

    def _topology(self) -> Topology:
        parsed, skipped = self._json("topology", "topology.json")
        if not isinstance(parsed, Mapping):
            return Topology()
        nodes = lines.listed(parsed.get("nodes", []), Component, skipped, "nodes", _with_text_labels)
        edges = lines.listed(parsed.get("edges", []), Dependency, skipped, "edges")
        nodes, edges = [node for node in nodes if node.id], [edge for edge in edges if edge.source and edge.target]
        self.counts["topology.json"] = len(nodes) + len(edges)
        return Topology.of(nodes, edges)

    def _metrics(self) -> recorded.RecordedMetrics | None:
        if self._lacks("metrics", "metrics.csv"):
            return None
        skipped = self._skip("metrics.csv")
        if missing := missing_columns(self.files.head("metrics.csv", _HEAD)):
            skipped.add(1, f"the header lacks {', '.join(missing)}")
            self._note_absent("metrics", "metrics.csv has no usable header")
            return None

        def load() -> pd.DataFrame:
            try:
                return parse_metrics(self.files.read("metrics.csv"), skipped)
            except RefusedInput as error:
                raise ToolError(f"The capsule's metrics can no longer be read: {error}") from error

        return recorded.RecordedMetrics(load)

    def _logs(self) -> recorded.RecordedLogs | None:
        records = self._records(None, "logs.ndjson", LogRecord)
        patterns = self._records(None, "log_patterns.ndjson", CountedPattern)
        if records is None and patterns is None:
            self._note_absent("logs")
            return None
        return recorded.RecordedLogs(lines.in_time_order(records or ()), patterns or ())

    def _commands(self) -> recorded.RecordedCommands | None:
        parsed, skipped = self._json("commands", "commands.json")
        if not isinstance(parsed, Mapping):
            return None
        outputs = {command: output for command, output in parsed.items() if isinstance(output, str) and command.strip()}
        for command in parsed.keys() - outputs.keys():
            skipped.add(command[:80] or "''", "its output is not a text")
        self.counts["commands.json"] = len(outputs)
        return recorded.RecordedCommands(outputs)

    def _remediations(self) -> recorded.RecordedRemediations | None:
        if "remediations.json" not in self.files.sizes:
            return None
        parsed, skipped = self._json("remediations", "remediations.json")
        if not isinstance(parsed, Mapping):
            return None
        offered = lines.listed(parsed.get("remediations", []), _Remediation, skipped, "remediations")
        self.counts["remediations.json"] = len(offered)
        return recorded.RecordedRemediations({(one.kind, one.component, one.to): one.answer for one in offered})

    def _documents(self) -> dict[str, str]:
        names = [
            name for name in self.files.sizes if name.startswith("documents/") and name.lower().endswith(DOCUMENT_TYPES)
        ]
        documents = {name: whole_characters(lines.text_of(self.files.read(name))) for name in names}
        if documents:
            self.counts["documents/"] = len(documents)
        return documents

    def _records(
        self, source: str | None, file: str, model: type[Record], fit: Callable[[lines.Fields], lines.Fields] = dict
    ) -> list[Record] | None:
        """The records of a file; None when there is no such file, noted under ``source`` where one is given."""
        if file not in self.files.sizes:
            if source is not None:
                self._note_absent(source)
            return None
        found = lines.records(self.files.read(file), model, self._skip(file), fit)
        self.counts[file] = len(found)
        return found

    def _json(self, source: str, file: str) -> tuple[Any, lines.Problems]:
        """The parsed object of a file; None, noted, when it is absent or not an object."""
        skipped = self._skip(file)
        if self._lacks(source, file):
            return None, skipped
        try:
            parsed = read_json(lines.text_of(self.files.read(file)))
        except ValueError as error:
            parsed, problem = None, str(error)
        else:
            problem = "not an object"
        if not isinstance(parsed, Mapping):
            skipped.add(1, problem)
            self._note_absent(source, f"{file} could not be read")
            return None, skipped
        return parsed, skipped

    def _lacks(self, source: str, file: str) -> bool:
        if file in self.files.sizes:
            return False
        self._note_absent(source)
        return True

    def _note_absent(self, source: str, reason: str = "absent from the capsule") -> None:
        self._absent.append(NotExamined(source=source, reason=reason))

    def _skip(self, file: str) -> lines.Problems:
        self._skipped.append(lines.Problems(file))
        return self._skipped[-1]


class _Remediation(RemediationAnswer):
    kind: str = Field(min_length=1)
    component: str = Field(min_length=1)
    to: str | None = None

    @property
    def answer(self) -> RemediationAnswer:
        return RemediationAnswer(outcome=self.outcome, recovered=self.recovered, after=self.after)


def _as_change(fields: lines.Fields) -> lines.Fields:
    """A kind that we have no word for is ``other``."""
    return fields if fields.get("kind") in _CHANGE_KINDS else {**fields, "kind": "other"}


def _with_text_labels(fields: lines.Fields) -> lines.Fields:
    labels = fields.get("labels")
    if not isinstance(labels, Mapping):
        return fields
    return {**fields, "labels": {name: str(value) for name, value in labels.items() if value is not None}}
