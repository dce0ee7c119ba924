"""Headings of reStructuredText (a line of signs below a title, and maybe above it) and of AsciiDoc (signs before it)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import PurePosixPath

from sre_core.knowledge.documents import Section

_ADORNMENT = re.compile(r"([!-/:-@\[-`{-~])\1{2,}\s*")
_ASCIIDOC = re.compile(r"(={1,6})[ \t]+(\S.*)")
_DELIMITER = re.compile(r"(-{4,}|\.{4,}|\+{4,}|/{4,}|```).*")
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Heading:
    """One heading, on the lines from ``first``, 0-based, to before ``after``."""

    first: int
    after: int
    level: int
    """1 is the outermost."""
    name: str


@dataclass(frozen=True, slots=True)
class Outlined:
    """A text by its headings; a heading's own lines are in its section."""

    title: str = ""
    sections: tuple[Section, ...] | None = None


def outlined(name: str, text: str) -> Outlined:
    """What the headings of a text say, if its name says that it has headings of a kind known here."""
    lines = text.split("\n")
    match PurePosixPath(name).suffix.lower():
        case ".rst":
            found = list(_underlined(lines))
        case ".adoc" | ".asciidoc":
            found = list(_marked(lines))
        case _:
            found = []
    if not found:
        return Outlined()
    alone = [one.level for one in found].count(found[0].level) == 1
    title = found[0].name if alone and found[0].level == min(one.level for one in found) else ""
    return Outlined(title, tuple(_sections(found, lines)))


def _sections(found: Sequence[Heading], lines: Sequence[str]) -> Iterator[Section]:
    """A heading with nothing below it but another heading stands at the head of that one's section."""
    trail: dict[int, str] = {}
    begins: int | None = None
    for one, end in zip_longest(found, found[1:]):
        trail = {level: name for level, name in trail.items() if level < one.level} | {one.level: one.name}
        begins = one.first if begins is None else begins
        last = end.first if end else len(lines)
        if end is None or any(line.strip() for line in lines[one.after : last]):
            yield Section(heading=tuple(trail.values()), first_line=begins + 1, last_line=last)
            begins = None


def _underlined(lines: Sequence[str]) -> Iterator[Heading]:
    ranks: list[tuple[str, bool]] = []
    above = 0  # the line after the heading before, right below which another one may stand
    for at, line in enumerate(lines[1:], start=1):
        name = lines[at - 1].strip()
        if not _ADORNMENT.fullmatch(line) or not name or _ADORNMENT.fullmatch(name) or len(name) > _LONGEST:
            continue
        over = at > 1 and lines[at - 2].rstrip() == line.rstrip()
        stands_alone = over or at - 1 == above or not lines[at - 2].strip()
        if not stands_alone or len(line.rstrip()) < len(name) or (not over and lines[at - 1][0].isspace()):
            continue
        rank = (line[0], over)
        if rank not in ranks:
            ranks.append(rank)
        above = at + 1
        yield Heading(at - 2 if over else at - 1, at + 1, ranks.index(rank) + 1, name)


def _marked(lines: Sequence[str]) -> Iterator[Heading]:
    within = ""
    for at, line in enumerate(lines):
        if delimiter := _DELIMITER.fullmatch(line.rstrip()):
            within = "" if within == delimiter[1] else within or delimiter[1]
        elif not within and (found := _ASCIIDOC.fullmatch(line.rstrip())):
            yield Heading(at, at + 1, len(found[1]), found[2].rstrip("= ")[:_LONGEST])
