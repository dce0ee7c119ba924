"""The parts of a document: which lines stand under which headings, and where they may be cut."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sre_core.knowledge.documents import Section

Block = tuple[int, int]
"""First line, 0-based, and the one after the last: not cut unless it is too long by itself."""


@dataclass(frozen=True)
class Part:
    """What stands under one heading."""

    headings: tuple[str, ...]
    """From the top down."""
    blocks: tuple[Block, ...]
    level: int = 0
    """Of the innermost heading, 1 to 6; 0 when it stands under none, or levels are not known."""


def by_headings(lines: Sequence[str], body_from: int) -> Iterator[Part]:
    """Markdown. A heading's own lines are in no part, unless the document is nothing but headings."""
    from markdown_it import MarkdownIt

    text = "\n".join(("",) * body_from + tuple(lines[body_from:]))
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    trail: dict[int, str] = {}
    starts, begins, parts = set[int](), body_from, list[Part]()
    for place, token in enumerate(tokens):
        if token.map is None:
            continue
        if token.type == "heading_open" and token.level == 0:
            parts.append(_part(trail, begins, token.map[0], starts))
            level = int(token.tag[1:])
            trail = {depth: name for depth, name in trail.items() if depth < level}
            trail[level] = heading_text(tokens[place + 1].content)
            begins = token.map[1]
        elif token.level == 0 or (token.type == "list_item_open" and token.level == 1):
            starts.add(token.map[0])
    parts.append(_part(trail, begins, len(lines), starts))
    if any(line.strip() for part in parts for first, last in part.blocks for line in lines[first:last]):
        return iter(parts)
    headed = next((part.headings for part in parts if part.headings), ())
    return iter([Part(headed, ((body_from, len(lines)),))])


def _part(trail: dict[int, str], first: int, last: int, starts: Iterable[int]) -> Part:
    """Every line between two headings is in a block: what the parser gives no block follows the one before."""
    cuts = sorted({first, last, *(start for start in starts if first <= start < last)})
    return Part(tuple(name for name in trail.values() if name), tuple(pairwise(cuts)), max(trail, default=0))


def title_among(parts: Sequence[Part]) -> str:
    """The heading that names the whole document: the first one, unless it is one of several of the same lower rank."""
    headed = [part for part in parts if part.headings]
    if not headed:
        return ""
    first = headed[0]
    rivals = (part for part in headed[1:] if part.level <= first.level)
    return first.headings[0] if first.level == 1 or not any(rivals) else ""


def heading_text(content: str) -> str:
    """A heading without its marks: emphasis, code, links, anchors."""
    plain = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", content)
    return " ".join(re.sub(r"[*`]+|\{#[^}]*\}|(?<!\w)_+|_+(?!\w)|<[^>]+>", "", plain).split())


def by_paragraphs(lines: Sequence[str]) -> Iterator[Part]:
    """Plain text: cut at blank lines."""
    yield Part((), tuple(_paragraphs(lines, 0, len(lines))))


def by_given_sections(sections: Iterable[Section], lines: Sequence[str], body_from: int = 0) -> Iterator[Part]:
    """The parts that a reader found, and what stands between them. A line is in the first section that claims it."""
    done = body_from
    for section in sorted(sections, key=lambda section: (section.first_line, section.last_line)):
        first = max(section.first_line - 1, done)
        if first > done:
            yield Part((), tuple(_paragraphs(lines, done, first)))
        if section.last_line > first:
            yield Part(section.heading, tuple(_paragraphs(lines, first, section.last_line)))
        done = max(done, section.last_line)
    yield Part((), tuple(_paragraphs(lines, done, len(lines))))


def _paragraphs(lines: Sequence[str], first: int, last: int) -> Iterator[Block]:
    starts = [line for line in range(first + 1, last) if not lines[line - 1].strip() and lines[line].strip()]
    return pairwise(dict.fromkeys((first, *starts, last)))
