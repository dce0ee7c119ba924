"""A document taken apart into passages that can be found, quoted and cited: by heading, at block borders, with line numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from markdown_it import MarkdownIt
from markdown_it.token import Token
from pydantic import Field

from sre_core.domain import Value

LENGTH = 1200
"""Characters that a passage is filled up to. One block may be twice as long before it is split at a line."""

_KINDS = {
    "runbook": "runbook",
    "playbook": "runbook",
    "postmortem": "postmortem",
    "incident": "postmortem",
    "architecture": "architecture",
}
_FENCE = re.compile(r"^---\s*$")
_PAIR = re.compile(r"^([A-Za-z][\w-]*)\s*:\s*(.*)$")

Matter = Mapping[str, str | tuple[str, ...]]


class Chunk(Value):
    """One passage: exactly the document's lines from first to last, 1-based, both included."""

    heading: str = Field(description="Headings from the top down, joined by ' > '.")
    first_line: int
    last_line: int
    text: str


class ParsedDocument(Value):
    """What a document says of itself, and its passages."""

    title: str
    kind: str
    component: str | None = None
    faults: tuple[str, ...] = ()
    matter: Mapping[str, str | tuple[str, ...]] = Field(default_factory=dict, description="Its front matter.")
    chunks: tuple[Chunk, ...] = ()


def parse_document(path: str, text: str) -> ParsedDocument:
    """Markdown (or plain text, which it contains) -> passages. The path tells the kind where the front matter does not."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    matter, body_from = front_matter(lines)
    body = ["", *[""] * (body_from - 1), *lines[body_from:]] if body_from else lines
    sections = list(_sections(body))
    chunks = tuple(chunk for heading, blocks in sections for chunk in _chunks(heading, blocks, lines))
    headings = [heading for heading, _ in sections if heading]
    title = _text(matter, "title") or (headings[0][0] if headings else "") or PurePosixPath(path).stem
    return ParsedDocument(
        title=title,
        kind=_kind(path, matter),
        component=_component(_text(matter, "component") or _text(matter, "service")),
        faults=_texts(matter, "faults") or _texts(matter, "fault"),
        matter=matter,
        chunks=chunks,
    )


def _component(stated: str) -> str | None:
    """None for a document about everything."""
    return None if stated.lower() in ("", "*", "any", "all", "null", "none") else stated


def front_matter(lines: list[str]) -> tuple[dict[str, str | tuple[str, ...]], int]:
    """(what stands between the opening ``---`` lines, how many lines that takes). A flat part of YAML: texts and lists."""
    end = next((place for place, line in enumerate(lines[1:200], start=1) if _FENCE.match(line)), None)
    if end is None or not _FENCE.match(lines[0].lstrip("\ufeff")):
        return {}, 0
    found: dict[str, str | tuple[str, ...]] = {}
    name = ""
    for line in lines[1:end]:
        if pair := _PAIR.match(line):
            name = pair.group(1).lower().replace("-", "_")
            found[name] = _value(pair.group(2))
        elif name and line.strip().startswith("- "):
            known = found[name]
            found[name] = (*(known if isinstance(known, tuple) else ()), _unquoted(line.strip()[2:]))
    return found, end + 1


def _value(text: str) -> str | tuple[str, ...]:
    if text.startswith("[") and text.rstrip().endswith("]"):
        return tuple(_unquoted(item) for item in text.strip()[1:-1].split(",") if item.strip())
    return _unquoted(text)


def _unquoted(text: str) -> str:
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        return text[1:-1]
    return re.sub(r"\s+#.*$", "", text)


def _text(matter: Matter, name: str) -> str:
    value = matter.get(name, "")
    return value if isinstance(value, str) else ", ".join(value)


def _texts(matter: Matter, name: str) -> tuple[str, ...]:
    value = matter.get(name, ())
    return value if isinstance(value, tuple) else tuple(part.strip() for part in value.split(",") if part.strip())


def _kind(path: str, matter: Matter) -> str:
    stated = (_text(matter, "kind") or _text(matter, "type")).lower()
    if stated:
        return _KINDS.get(stated, stated)
    return next((kind for word, kind in _KINDS.items() if word in path.lower().replace("-", "")), "note")


Block = tuple[int, int]
"""First and last line, 0-based, the last one excluded."""


def _sections(lines: list[str]) -> Iterator[tuple[tuple[str, ...], list[Block]]]:
    """(headings from the top down, blocks) in the order they stand."""
    trail: dict[int, str] = {}
    blocks: list[Block] = []
    tokens = MarkdownIt("commonmark").enable("table").parse("\n".join(lines))
    for place, token in enumerate(tokens):
        if token.type == "heading_open" and token.level == 0:
            yield tuple(trail.values()), blocks
            level = int(token.tag[1:])
            trail = {depth: name for depth, name in trail.items() if depth < level} | {
                level: _heading(tokens[place + 1])
            }
            blocks = []
        elif token.map is not None and _is_block(token, tokens, place):
            blocks.append((token.map[0], token.map[1]))
    yield tuple(trail.values()), blocks


def _is_block(token: Token, tokens: list[Token], place: int) -> bool:
    """A block of its own at the top, or an item of a list that stands there."""
    if token.type in ("bullet_list_open", "ordered_list_open"):
        return False
    in_list_at_top = token.type == "list_item_open" and token.level == 1
    return token.level == 0 or in_list_at_top


def _heading(token: Token) -> str:
    return " ".join(re.sub(r"[*_`]+|\[([^\]]*)\]\([^)]*\)", r"\1", token.content).split())


def _chunks(headings: tuple[str, ...], blocks: list[Block], lines: list[str]) -> Iterator[Chunk]:
    for first, last in _filled(_trimmed(blocks, lines), lines):
        text = "\n".join(lines[first:last])
        yield Chunk(heading=" > ".join(headings), first_line=first + 1, last_line=last, text=text)


def _trimmed(blocks: Iterable[Block], lines: list[str]) -> Iterator[Block]:
    """Without blank lines at the ends, and none longer than two passages."""
    for first, last in blocks:
        while last > first and not lines[last - 1].strip():
            last -= 1
        while first < last and not lines[first].strip():
            first += 1
        if first < last:
            yield from _split(first, last, lines)


def _split(first: int, last: int, lines: list[str]) -> Iterator[Block]:
    if _length(first, last, lines) <= 2 * LENGTH:
        yield first, last
        return
    start = first
    for line in range(first + 1, last + 1):
        if line == last or _length(start, line + 1, lines) > LENGTH:
            yield start, line
            start = line


def _filled(blocks: Iterable[Block], lines: list[str]) -> Iterator[Block]:
    """Neighbouring blocks of a section put together as long as they fit."""
    current: Block | None = None
    for first, last in blocks:
        if current is not None and _length(current[0], last, lines) > LENGTH:
            yield current
            current = None
        current = (current[0] if current is not None else first, last)
    if current is not None:
        yield current


def _length(first: int, last: int, lines: list[str]) -> int:
    return sum(len(line) + 1 for line in lines[first:last])
