"""Secrets that stand apart from their name: on the line below, in a fence, in a list, or in the next cell of an HTML table.

Prose and names of things stand there as well, so only what looks random goes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sre_core.redaction.names import HINTS, NAME, kind_given_under
from sre_core.redaction.placeholders import looks_random, stands_for_another
from sre_core.redaction.shapes import Span

_NAMED = re.compile(
    rf"(?i){NAME}(?:\\?[\"'`]|[*_\])]){{0,4}}[ \t]{{0,20}}(?::[*_`]{{0,3}}[ \t]{{0,40}}|[:=][ \t]{{0,40}}(?=\[))"
    r"(?:(\[)|(?:#[^\n]{0,200}+)?+\r?\n)"
)
_BELOW = re.compile(
    r"(?:[ \t>]{0,80}+\r?\n){0,2}+(?:[ \t>]{0,80}+(?:```|~~~)\w{0,20}+[ \t]{0,8}+\r?\n)?+"
    r"[ \t>]{0,80}+[\"'`*]{0,3}+([^\s\"'`]{6,4096}+)[\"'`,]{0,3}+[ \t]{0,8}+\r?(?:\n|\Z)"
)
_ITEM = re.compile(
    r"[ \t>]{0,80}+-[ \t]{1,8}+[\"'`]{0,1}+([^\s\"'`]{1,4096}+)[\"'`]{0,1}+[ \t]{0,8}+(?:#[^\n]{0,200}+)?+\r?(?:\n|\Z)"
)
_LISTED = re.compile(r"\s{0,80}+(?:\"([^\"\n]{0,500}+)\"|'([^'\n]{0,500}+)'|([^\s,\[\]\"'{}]{1,500}+))\s{0,80}+(,|\])")
_CELLS = re.compile(
    r"(?i)<(?:td|th|dt)\b[^<>\n]{0,200}+>\s{0,40}+(?:<(?:b|strong|code|em|p)>)?+"
    r"([\w.\- ]{1,60}+):?\s{0,8}+(?:</(?:b|strong|code|em|p)>)?+"
    r"\s{0,40}+</(?:td|th|dt)>\s{0,40}+<(?:td|dd)\b[^<>\n]{0,200}+>\s{0,40}+(?:<(?:b|strong|code|em|p|pre)>)?+([^<>\s]{6,400}+)(?=\s{0,40}+<)"
)
_OBJECT = re.compile(r"[a-z0-9]+(?:[-.][a-z0-9]+)+")
"""As Kubernetes names a Secret."""


def near_their_names(text: str) -> Iterator[Span]:
    """Every value that looks random and stands below its name, in a list under it, or in the cell after it."""
    lower = text.lower()
    if not any(hint in lower for hint in HINTS):
        return
    read = 0
    for named in _NAMED.finditer(text):
        if named.end() < read or (kind := _kind(named.group(1))) is None:
            continue
        if named.group(2):
            places, read = _in_brackets(text, named.end())
        else:
            places, read = _in_items(text, named.end())
        if not places and not named.group(2) and (below := _BELOW.match(text, named.end())):
            places = [below.span(1)]
        yield from (Span(*place, kind) for place in places if _is_secret(text[slice(*place)], kind))
    for row in _CELLS.finditer(text) if "</" in text else ():
        if (kind := kind_given_under(row.group(1).strip())) and _is_secret(row.group(2), kind):
            yield Span(*row.span(2), kind)


def _kind(written: str) -> str | None:
    """``passwords`` are passwords too; ``tokens: 12000`` is no list and is never asked about."""
    return kind_given_under(written) or (kind_given_under(written[:-1]) if written.endswith("s") else None)


def _is_secret(value: str, kind: str) -> bool:
    if not looks_random(value) or stands_for_another(value) or "|" in value:
        return False
    return kind != "secret" or not _OBJECT.fullmatch(value)


def _in_brackets(text: str, start: int) -> tuple[list[tuple[int, int]], int]:
    """Where the items of ``["a", b]`` are, and where they end."""
    places = []
    while item := _LISTED.match(text, start):
        places.append(next(item.span(group) for group in (1, 2, 3) if item.group(group) is not None))
        start = item.end()
        if item.group(4) == "]":
            break
    return places, start


def _in_items(text: str, start: int) -> tuple[list[tuple[int, int]], int]:
    """Where the words of the lines that begin with a dash are, and where the last of these lines ends."""
    places = []
    while item := _ITEM.match(text, start):
        places.append(item.span(1))
        start = item.end()
    return places, start
