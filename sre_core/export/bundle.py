"""Writes investigations into one zip on disk, one after the other: never more than one of them is held in memory."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Generator, Iterator, Sequence
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import Protocol

from sre_core import audit, audit_rows, report
from sre_core.chain import Link
from sre_core.domain import Value
from sre_core.errors import ContentGone, RefusedInput, UnknownInvestigation, UnreadableTimeline
from sre_core.events import SCHEMA_VERSION
from sre_core.export.manifest import (
    HOW_TO_READ,
    MANIFEST,
    OUTPUTS,
    POSTMORTEM,
    README,
    REPORT,
    REPORT_TEXT,
    TIMELINE,
    ExportedFile,
    ExportedInvestigation,
    Manifest,
    SealedManifest,
)
from sre_core.export.outputs import named_in
from sre_core.investigation import Investigation
from sre_core.investigator import utc_now

PACKAGE = "sre-workbench"


class Record(Protocol):
    """Where an investigation is read from."""

    def links(self, investigation_id: str) -> Sequence[audit_rows.Row]:
        """Its events exactly as they are stored; none when there is no such investigation."""

    def state(self, investigation_id: str) -> Investigation:
        """The fold of them."""

    def output_text(self, digest: str) -> str:
        """A stored output. Raises ``ContentGone``."""

    def postmortem_text(self, investigation_id: str) -> str | None:
        """The postmortem as it was saved last; None when there is none."""

    def secret(self) -> bytes:
        """What the state folder seals with."""


class Exporting(Value):
    """How far an export has come."""

    done: int
    of: int
    doing: str = ""


def export(
    ids: Sequence[str], record: Record, to: Path, *, by: str, now: Callable[[], datetime] = utc_now
) -> Generator[Exporting]:
    """Write them into a zip at ``to``, and say how far it has come; it appears whole, and when let go of, not at all.

    Raises ``RefusedInput`` when it cannot be written, ``UnknownInvestigation``.
    """
    part = to.with_name(f"{to.name}.part")
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as file:
            yield from _Bundle(file, record).write(list(dict.fromkeys(ids)), by, now())
        part.replace(to)
    except OSError as error:
        raise RefusedInput(f"The export cannot be written to {to}: {error}.") from error
    finally:
        part.unlink(missing_ok=True)


class _Bundle:
    def __init__(self, file: zipfile.ZipFile, record: Record) -> None:
        self._zip = file
        self._record = record
        self._files: dict[str, ExportedFile] = {}

    def write(self, ids: Sequence[str], by: str, at: datetime) -> Iterator[Exporting]:
        self._add(README, HOW_TO_READ)
        written = []
        for done, id_ in enumerate(ids):
            yield Exporting(done=done, of=len(ids), doing=id_)
            written.append(self._investigation(id_))
        manifest = Manifest(
            workbench=_version(),
            events_version=SCHEMA_VERSION,
            made_at=at,
            made_by=by,
            investigations=tuple(written),
            files=tuple(self._files.values()),
        )
        sealed = SealedManifest.of(manifest, self._record.secret())
        self._zip.writestr(MANIFEST, sealed.model_dump_json(indent=1))
        yield Exporting(done=len(ids), of=len(ids))

    def _investigation(self, id_: str) -> ExportedInvestigation:
        stored = self._record.links(id_)
        if not stored:
            raise UnknownInvestigation(f"There is no investigation {id_!r} in this state folder.")
        lines = audit.export(stored, self._record.secret(), id_)
        self._add(f"{id_}/{TIMELINE}", "".join(f"{line}\n" for line in lines))
        erased = tuple(digest for digest in _outputs(stored) if not self._output(digest))
        title, verdict = self._reports(id_)
        if postmortem := self._record.postmortem_text(id_):
            self._add(f"{id_}/{POSTMORTEM}", postmortem)
        return ExportedInvestigation(
            id=id_,
            title=title,
            events=len(stored),
            head=stored[-1].chain,
            verdict=verdict,
            postmortem=bool(postmortem),
            erased_outputs=erased,
        )

    def _reports(self, id_: str) -> tuple[str, str | None]:
        """Its title and verdict. What cannot be read any more is exported as it is, without a report."""
        try:
            state = self._record.state(id_)
        except UnreadableTimeline:
            return f"Investigation {id_}", None
        told = report.build(state)
        self._add(f"{id_}/{REPORT}", json.dumps(told, indent=2, ensure_ascii=False, default=str) + "\n")
        self._add(f"{id_}/{REPORT_TEXT}", report.markdown(told))
        return state.alert.title, state.conclusion.verdict.value if state.conclusion else None

    def _output(self, digest: str) -> bool:
        """Whether it is there; several investigations may name the same one."""
        name = f"{OUTPUTS}{digest}.txt"
        if name in self._files:
            return True
        try:
            self._add(name, self._record.output_text(digest))
        except ContentGone:
            return False
        return True

    def _add(self, name: str, text: str) -> None:
        raw = text.encode(errors=audit.AS_BYTES)
        self._zip.writestr(name, raw)
        self._files[name] = ExportedFile(name=name, size=len(raw), sha256=hashlib.sha256(raw).hexdigest())


def _outputs(stored: Sequence[Link]) -> Iterator[str]:
    return iter(dict.fromkeys(digest for link in stored for digest in named_in(link.body)))


def _version() -> str:
    try:
        return metadata.version(PACKAGE)
    except metadata.PackageNotFoundError:
        return "a checkout"
