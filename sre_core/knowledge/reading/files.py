"""Files -> documents: plain text at once, everything else in the sandbox, and for what cannot be read the reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sre_core.errors import RefusedInput
from sre_core.knowledge.reading.given import (
    FileGiven,
    ReadLimits,
    ReadOutcome,
    Refused,
    content_of,
    plain_name,
    shown_name,
)
from sre_core.knowledge.reading.readers import read_at_once
from sre_core.knowledge.reading.sandbox import Sandbox
from sre_core.knowledge.reading.sniffing import sniff

USUAL = ReadLimits()


def read_files(files: Iterable[FileGiven], limits: ReadLimits = USUAL) -> Iterator[ReadOutcome]:
    """In the order given, one outcome a file; for an archive one for each file in it, called 'archive.zip/inner/name.md'.

    A file is taken whole or not at all. Nothing is raised because of a file. Close the iterator when you stop early.
    """
    with Sandbox(limits) as sandbox:
        for file in files:
            yield from _read(file, limits, sandbox)


def _read(file: FileGiven, limits: ReadLimits, sandbox: Sandbox) -> Iterator[ReadOutcome]:
    name = plain_name(file.name)
    try:
        content = content_of(file, limits)
        at_once = read_at_once(name, content, sniff(name, content))
    except RefusedInput as error:
        yield Refused(name=shown_name(name), reason=str(error))
        return
    if at_once is not None:
        yield at_once
    else:
        yield from sandbox.read(name, content)
