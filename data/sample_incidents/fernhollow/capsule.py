"""A capsule in the making: collects what each source knows and writes it as one zip, byte for byte the same each time."""

import hashlib
import io
import json
import random
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from .shop import Readings, topology


def at(text: str) -> datetime:
    """A moment, written as 2026-10-28 13:31:00, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def stamp(when: datetime) -> str:
    """RFC 3339, UTC, milliseconds only where there are any."""
    text = when.isoformat(timespec="milliseconds" if when.microsecond else "seconds")
    return text.replace("+00:00", "Z")


def lines(records: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


@dataclass(frozen=True)
class Span:
    """A call tree to draw a trace from. Children run one after the other; a span lasts `own_ms` plus its children."""

    component: str
    name: str
    own_ms: float
    children: tuple["Span", ...] = ()
    status: str = "ok"
    attributes: dict[str, Any] = field(default_factory=dict)

    @property
    def duration_ms(self) -> float:
        return self.own_ms + sum(child.duration_ms for child in self.children)


@dataclass
class Capsule:
    """Everything that was known about one incident. What stays empty is left out of the zip."""

    id: str
    title: str
    start: datetime
    end: datetime
    baseline_end: datetime
    alert: dict[str, Any]
    readings: Readings | None = None
    logs: list[dict[str, Any]] = field(default_factory=list)
    log_patterns: list[dict[str, Any]] = field(default_factory=list)
    signals: list[dict[str, Any]] = field(default_factory=list)
    spans: list[dict[str, Any]] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    commands: dict[str, str] = field(default_factory=dict)
    documents: dict[str, str] = field(default_factory=dict)
    remediations: list[dict[str, Any]] = field(default_factory=list)

    def log(self, when: datetime, component: str, severity: str | None, message: str, **attributes: Any) -> None:
        record: dict[str, Any] = {"time": stamp(when), "component": component}
        if severity:
            record["severity"] = severity
        record["message"] = message
        if attributes:
            record["attributes"] = attributes
        self.logs.append(record)

    def change(self, when: datetime, kind: str, id: str, title: str, **more: Any) -> None:
        self.changes.append({"id": id, "time": stamp(when), "kind": kind, "title": title, **more})

    def signal(self, when: datetime, component: str | None, name: str, detail: str) -> None:
        about = {"component": component} if component else {}
        self.signals.append({"time": stamp(when), **about, "name": name, "detail": detail})

    def trace(self, when: datetime, root: Span, rng: random.Random) -> None:
        trace_id = f"{rng.getrandbits(128):032x}"

        def add(span: Span, at: datetime, parent: str | None) -> None:
            span_id = f"{rng.getrandbits(64):016x}"
            record = {"trace_id": trace_id, "span_id": span_id}
            record |= {"parent_id": parent} if parent else {}
            record |= {"component": span.component, "name": span.name, "time": stamp(at)}
            record |= {"duration_ms": round(span.duration_ms, 1), "status": span.status}
            record |= {"attributes": span.attributes} if span.attributes else {}
            self.spans.append(record)
            at += timedelta(milliseconds=int(span.own_ms * 0.6))
            for child in span.children:
                add(child, at, span_id)
                at += timedelta(milliseconds=int(child.duration_ms))

        add(root, when, None)

    def remedy(
        self, kind: str, component: str, to: str | None, outcome: str, *after: tuple, recovered: bool = False
    ) -> None:
        """One answer of the simulated platform; `after` holds (component, metric, before, after, unit)."""
        readings = [dict(zip(("component", "metric", "before", "after", "unit"), row, strict=True)) for row in after]
        answer = {"kind": kind, "component": component, "to": to, "outcome": outcome}
        self.remediations.append({**answer, "recovered": recovered, "after": readings})

    def files(self) -> dict[str, str]:
        found = {
            "alert.json": json.dumps(self.alert, indent=2, ensure_ascii=False) + "\n",
            "topology.json": json.dumps(topology(), indent=1) + "\n",
            "metrics.csv": self._metrics(),
            "logs.ndjson": lines(sorted(self.logs, key=lambda record: record["time"].rstrip("Z"))),
            "log_patterns.ndjson": lines(self.log_patterns),
            "signals.ndjson": lines(sorted(self.signals, key=lambda record: record["time"].rstrip("Z"))),
            "traces.ndjson": lines(self.spans),
            "changes.ndjson": lines(sorted(self.changes, key=lambda record: record["time"].rstrip("Z"))),
            "commands.json": json.dumps(self.commands, indent=1, ensure_ascii=False) + "\n" if self.commands else "",
            "remediations.json": json.dumps({"remediations": self.remediations}, indent=1, ensure_ascii=False) + "\n",
        }
        found |= {f"documents/{name}": text for name, text in self.documents.items()}
        return {name: text for name, text in found.items() if text}

    def _metrics(self) -> str:
        if self.readings is None:
            return ""
        rows = [f"{stamp(t)},{c},{metric},{value:.10g},{unit}" for t, c, metric, value, unit in self.readings.rows]
        return "\n".join(["time,component,metric,value,unit", *rows]) + "\n"

    def manifest(self, files: dict[str, str]) -> str:
        about = {
            "format": "incident-capsule/1",
            "id": self.id,
            "title": self.title,
            "captured_at": stamp(self.end + timedelta(minutes=2)),
            "window": {"start": stamp(self.start), "end": stamp(self.end)},
            "baseline": {"start": stamp(self.start), "end": stamp(self.baseline_end)},
            "files": {name: "sha256:" + hashlib.sha256(text.encode()).hexdigest() for name, text in files.items()},
        }
        return json.dumps(about, indent=2, ensure_ascii=False) + "\n"

    def write(self, folder: Path) -> Path:
        files = self.files()
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            for name, text in {"capsule.json": self.manifest(files), **files}.items():
                entry = zipfile.ZipInfo(name, date_time=(2026, 12, 1, 0, 0, 0))
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, text.encode())
        path = folder / f"{self.id}.zip"
        path.write_bytes(packed.getvalue())
        return path
