"""Secrets that fill several lines: private keys between their marks, and the values of a Kubernetes Secret."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass, field

from sre_core.redaction.placeholders import stands_for_another
from sre_core.redaction.shapes import Span

_MARK = re.compile(r"-----(BEGIN|END) ([A-Z0-9]+ ){0,4}PRIVATE KEY(?: BLOCK)?-----")
_KEY_RUN = re.compile(r"[A-Za-z0-9+/=]{32,}+")
_KEY_LINES = re.compile(
    r"(?:[ \t>|\"'\\nr,]*+(?:\r?\n|\\n)[ \t>|]*+[A-Za-z0-9+/=]{16,}+)++"
    r"(?:[ \t]*+(?:\r?\n|\\n)[ \t]*+[A-Za-z0-9+/=]{4,}+(?=\s|\"|$))?"
)

_ENCODED = re.compile(
    r"LS0tLS1CRUdJTi[A-Za-z0-9+/]{40,}+={0,2}+"
    r"(?:[ \t]{0,8}+\r?\n[ \t>]{0,80}+[A-Za-z0-9+/]{4,}+={0,2}+(?=[ \t\r\"']{0,8}+(?:\n|\Z)))*+"
)
"""What base64 makes of ``-----BEGIN`` and what follows, in one line or wrapped."""

_LINE = re.compile(
    r"^([ \t>]*+)((?:-[ \t]++)*+)(?:[\"']?([A-Za-z][\w.\-/]*+)[\"']?[ \t]*+:(?=[ \t\r]|$)[ \t]*+)?+([^\r\n]*+)",
    re.MULTILINE,
)
_JSON_DATA = re.compile(r"\"(?:data|stringData)\"\s{0,20}:\s{0,20}\{([^{}]*+)\}")
_JSON_KIND = re.compile(r"\"kind\"\s{0,20}:\s{0,20}\"(\w{1,60}+)\"")
_JSON_PAIR = re.compile(r"\"(?:[^\"\\]|\\.)*+\"\s{0,20}:\s{0,20}\"((?:[^\"\\]|\\.)*+)\"")

KIND = "Kubernetes secret"


def in_blocks(text: str) -> Iterator[Span]:
    """Every secret that is known by the block it stands in."""
    if "PRIVATE KEY" in text:
        yield from _private_keys(text)
    for run in _ENCODED.finditer(text):
        if b"PRIVATE KEY-----" in _decoded(run.group()):
            yield Span(*run.span(), "private key")
    if "kind" in text and "Secret" in text:
        yield from _in_yaml(text)
        yield from _in_json(text)


def _decoded(run: str) -> bytes:
    signs = re.sub(r"[^A-Za-z0-9+/]", "", run)
    return b64decode(signs[: len(signs) // 4 * 4])


def _private_keys(text: str) -> Iterator[Span]:
    """From BEGIN to END; or, where a key was cut off, to the last line that still looks like one."""
    marks = list(_MARK.finditer(text))
    for place, mark in enumerate(marks):
        if mark.group(1) == "END":
            continue
        following = marks[place + 1] if place + 1 < len(marks) else None
        border = following.start() if following else len(text)
        if following and following.group(1) == "END":
            run = _KEY_RUN.search(text, mark.end(), border)
            if run and len(set(run.group())) > 4:
                yield Span(mark.start(), following.end(), "private key")
        elif rest := _KEY_LINES.match(text, mark.end(), border):
            yield Span(mark.start(), rest.end(), "private key")


@dataclass
class _Mapping:
    """A YAML mapping that is being read: the lines of the same depth, and what they say."""

    depth: int
    is_secret: bool = False
    in_data: bool = False
    values: list[tuple[int, int]] = field(default_factory=list)


def _in_yaml(text: str) -> Iterator[Span]:
    """Values below ``data`` and ``stringData`` of a mapping that also says ``kind: Secret``, before or after."""
    open_: list[_Mapping] = []
    for line in _LINE.finditer(text):
        margin, dashes, key, rest = line.groups()
        if key is None and not (rest or dashes).strip():
            continue
        depth = len(margin) + len(dashes)
        ends = rest.startswith(("---", "```", "~~~")) and key is None
        while open_ and (ends or depth < open_[-1].depth or (dashes and len(margin) < open_[-1].depth)):
            yield from _secrets(text, open_.pop())
        _read_line(open_, depth, key, rest.strip().strip("\"'"), line)
    while open_:
        yield from _secrets(text, open_.pop())


def _read_line(open_: list[_Mapping], depth: int, key: str | None, value: str, line: re.Match[str]) -> None:
    outer = next((one for one in reversed(open_) if one.depth < depth), None) if open_ else None
    if outer is not None and outer.in_data:
        outer.values.append(line.span(4))
        return
    if key is None:
        return
    if not open_ or open_[-1].depth != depth:
        open_.append(_Mapping(depth))
    open_[-1].in_data = key in ("data", "stringData")
    open_[-1].is_secret |= key == "kind" and value == "Secret"


def _secrets(text: str, mapping: _Mapping) -> Iterator[Span]:
    for start, end in mapping.values if mapping.is_secret else ():
        value = text[start:end].strip()
        if value.rstrip("+-0123456789 ") not in ("|", ">") and not _stays(value.strip("\"'")):
            yield Span(start, start + len(text[start:end].rstrip()), KIND)


def _in_json(text: str) -> Iterator[Span]:
    kinds = [(match.start(), match.group(1)) for match in _JSON_KIND.finditer(text)]
    place = 0
    for data in _JSON_DATA.finditer(text) if kinds else ():
        while place < len(kinds) and kinds[place][0] < data.start():
            place += 1
        beside = {kinds[near][1] for near in (place - 1, place) if 0 <= near < len(kinds)}
        for pair in _JSON_PAIR.finditer(text, data.start(1), data.end(1)) if "Secret" in beside else ():
            if not _stays(pair.group(1)):
                yield Span(*pair.span(1), KIND)


def _stays(value: str) -> bool:
    return not value or value.startswith("#") or stands_for_another(value)
