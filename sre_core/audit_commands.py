"""The commands ``audit export`` and ``audit verify``. They only read, also while a server works in the same state folder."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

from sqlalchemy import Engine

from sre_core import audit, audit_rows
from sre_core.audit import Audited
from sre_core.erasure import tombstones
from sre_core.errors import RefusedInput
from sre_core.foreign_text import harmless
from sre_core.home import StateFolder
from sre_core.settings import database_of, read_settings
from sre_core.store import open_for_reading

FINE, FOUND = 0, 1

MOST_FINDINGS = 20
"""How many findings are printed for one export or investigation."""

NOT_SEEN_IN_A_FILE = (
    "not looked at: the seal and the store (give --home DIR); "
    "without them, nobody is found who made the hashes and the last line anew"
)
NOT_SEEN_IN_A_STORE = (
    "A store alone cannot show events that were taken off the end, nor that all hashes were made anew: "
    "verify an export against it, or compare a last hash that was kept elsewhere (docs/audit.md)."
)


def export(options: argparse.Namespace) -> int:
    """Write an investigation's audit trail as JSON lines."""
    folder = folder_of(options.home)
    stored = audit_rows.rows(database_in(folder), options.investigation)
    if not stored:
        raise RefusedInput(f"There is no investigation {options.investigation!r} in {folder.path}.")
    lines = audit.export(stored, _secret(folder), options.investigation)
    _deliver("".join(f"{line}\n" for line in lines).encode(errors=audit.AS_BYTES), options.out)
    audited = audit_rows.verify(options.investigation, stored)
    if options.out or not audited.fine:
        _show(options.out or options.investigation, audited, sys.stdout if options.out else sys.stderr)
    return FINE if audited.fine else FOUND


def verify(options: argparse.Namespace) -> int:
    """Say what was altered, removed or inserted: in exports, else in everything that the store holds."""
    looked_at = list(_exports(options)) if options.files else list(_stored(folder_of(options.home)))
    for name, audited in looked_at:
        _show(name, audited, sys.stdout)
    altered = [] if options.files else _erasures(database_in(folder_of(options.home)))
    if not options.files:
        print(NOT_SEEN_IN_A_STORE if looked_at else "There are no investigations.")
    return FINE if not altered and all(audited.fine for _, audited in looked_at) else FOUND


def _erasures(database: Engine) -> Sequence[str]:
    """Name what was erased; returns what is wrong with the records of it."""
    for erased in tombstones.all_of(database):
        why = f": {erased.because}" if erased.because else ""
        said = f"{erased.investigation}: {erased.events} events, head {erased.head}, erased {erased.at:%Y-%m-%d %H:%M} UTC by "
        print("gone ", _one_line(f"{said}{erased.by.removeprefix('person:')}{why}"))
    found = tombstones.breaks(database)
    for words in found:
        print("FAIL ", _one_line(f"the records of erasures: {words}"))
    return found


def _exports(options: argparse.Namespace) -> Iterator[tuple[str, Audited]]:
    folder = folder_of(options.home) if options.home else None
    database = database_in(folder) if folder else None
    secret = folder.known_secret() if folder else None
    for file in options.files:
        yield file, _checked(audit.read(_lines(file)), secret, database)


def _checked(trail: audit.Trail, secret: bytes | None, database: Engine | None) -> Audited:
    audited = audit.verify(trail, secret)
    if database is None:
        return audited.adding(notes=[NOT_SEEN_IN_A_FILE])
    if secret is None:
        audited = audited.adding(
            notes=["not looked at: the seal, for there is no secret to be read in the state folder"]
        )
    return audit_rows.compare_or_erased(database, audited, trail)


def _stored(folder: StateFolder) -> Iterator[tuple[str, Audited]]:
    database = database_in(folder)
    for investigation in audit_rows.investigations(database):
        yield investigation, audit_rows.verify(investigation, audit_rows.rows(database, investigation))


def folder_of(home: str | None) -> StateFolder:
    """The one that is named, else that of SRE_HOME."""
    return StateFolder(Path(home) if home else read_settings().home)


def database_in(folder: StateFolder) -> Engine:
    """Its database, to be read. Raises ``RefusedInput``."""
    return open_for_reading(database_of(read_settings(), folder))


def _secret(folder: StateFolder) -> bytes:
    try:
        return folder.secret()
    except OSError as error:
        raise RefusedInput(
            f"There is no secret to seal with in {folder.path}, and none can be made: {error}"
        ) from error


def _lines(file: str) -> list[bytes]:
    try:
        return io.BytesIO(Path(file).read_bytes()).readlines()
    except OSError as error:
        raise RefusedInput(f"{file} cannot be read: {error}") from error


def _deliver(lines: bytes, out: str | None) -> None:
    """An earlier export is evidence, so it is never written over."""
    if out is None:
        sys.stdout.buffer.write(lines)
        return
    try:
        with Path(out).open("xb") as file:
            file.write(lines)
    except FileExistsError as error:
        raise RefusedInput(
            f"{out} is there already, and an export is never written over. Give another name."
        ) from error
    except OSError as error:
        raise RefusedInput(f"The export cannot be written to {out}: {error}") from error


def _show(name: str, audited: Audited, where: TextIO) -> None:
    of = f"investigation {audited.investigation}, " if audited.investigation not in (None, name) else ""
    said = f"{name}: {of}{audited.events} events, head {audited.head or 'none'}"
    hidden = len(audited.findings) - MOST_FINDINGS
    more = [f"and {hidden} more"] if hidden > 0 else []
    print("ok   " if audited.fine else "FAIL ", _one_line(said), file=where)
    for words in (*audited.findings[:MOST_FINDINGS], *more, *audited.notes):
        print("     ", _one_line(words), file=where)


def _one_line(text: str) -> str:
    """A name in a forged file must not look like a line of ours."""
    return harmless(text).replace("\n", "\\n")
