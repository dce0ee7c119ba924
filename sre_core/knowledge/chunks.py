"""A document taken apart into passages that can be found, quoted and cited: by heading, at block borders, with line numbers.

Every line of a document that is not blank, no heading and no front matter stands in exactly one passage; and each passage is
exactly the lines that it cites. A document of headings alone has one passage, its headings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from pydantic import Field

from sre_core.domain import Moment, Value
from sre_core.intake import clues
from sre_core.knowledge import words
from sre_core.knowledge.documents import Section, SourceDocument
from sre_core.knowledge.embedding import CountTokens
from sre_core.knowledge.matter import Matter, front_matter
from sre_core.knowledge.outline import Part, by_given_sections, by_headings, by_paragraphs, title_among

CUTTER = 1
"""Raised whenever documents are cut otherwise than before, so that those in the database are cut anew."""

MOST_TOKENS = 220
"""Of a passage together with its prefix. The default model reads 256, special tokens among them."""
_PREFIX_TOKENS = 80
"""What title and headings may take of that."""

_KINDS = {
    "runbook": "runbook",
    "playbook": "runbook",
    "skill.md": "runbook",
    "postmortem": "postmortem",
    "incident": "postmortem",
    "architecture": "architecture",
}
_NAMES = (
    "alert",
    "alerts",
    "alertname",
    "alert_name",
    "alertnames",
    "names",
    "aliases",
    "error_code",
    "error_codes",
    "codes",
)
_LINKS = ("runbook_url", "runbook", "url", "urls", "link", "links", "permalink", "source_url", "page_url")
_DATES = ("date", "dated", "started_at", "starts_at", "started", "occurred_at", "incident_date")
_CODE = re.compile(r"\b[A-Z]{1,8}[-_]?\d{3,6}\b|\b0x[0-9A-Fa-f]{4,8}\b|\b[A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+\b")


class Chunk(Value):
    """One passage: exactly the document's lines from first to last, 1-based, both included."""

    heading: str = Field(description="Headings from the top down, joined by ' > '.")
    first_line: int
    last_line: int
    text: str
    embedded: str = Field(
        default="", description="What its vector is made of: title, headings and text; at most 220 tokens."
    )


class ParsedDocument(Value):
    """What a document says of itself, and its passages."""

    title: str
    kind: str
    component: str | None = None
    faults: tuple[str, ...] = ()
    matter: Mapping[str, str | tuple[str, ...]] = Field(default_factory=dict, description="Its front matter.")
    names: tuple[str, ...] = Field(default=(), description="Alerts it is about, error codes, symbols, as written.")
    links: tuple[str, ...] = ()
    dated: Moment | None = None
    chunks: tuple[Chunk, ...] = ()
    exact: Mapping[str, str] = Field(
        default_factory=dict,
        description="What it is found by exactly, normalised by words.exact_name -> link, name, title or code.",
    )


def parse_document(document: SourceDocument, count_tokens: CountTokens | None = None) -> ParsedDocument:
    """What a document says of itself, and its passages. ``count_tokens``: of the embedding model; an estimate when left out."""
    lines = lines_of(document.text)
    matter, body_from = front_matter(lines) if document.form == "markdown" else (Matter(), 0)
    parts = list(_parts(document, lines, body_from))
    headings = [part.headings for part in parts if part.headings]
    title = document.title or _title(document.path, matter) or title_among(parts) or _stem(document.path)
    names = tuple(dict.fromkeys((*document.names, *_names(document.path, title, matter, headings))))
    links = tuple(
        dict.fromkeys((*document.links, *(link for key in _LINKS for link in matter.texts(key) if "/" in link)))
    )
    cutter = _Cutter(title, lines, count_tokens or estimated_tokens)
    return ParsedDocument(
        title=title,
        kind=document.kind or _kind(document.path, matter),
        component=document.component or _component(matter.text("component") or matter.text("service")),
        faults=document.faults or matter.texts("faults") or matter.texts("fault"),
        matter=matter.said,
        names=names,
        links=links,
        dated=document.dated or _dated(matter),
        chunks=tuple(cutter.chunks(_with_description(parts, matter))),
        exact=_exact(document.path, title, names, links),
    )


def parse_text(path: str, text: str) -> ParsedDocument:
    """The same of Markdown, or of plain text, that nobody has read for us."""
    return parse_document(SourceDocument(path=path, text=text))


def lines_of(text: str) -> list[str]:
    """The lines that citations count: as an editor shows them."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def estimated_tokens(text: str) -> int:
    """About as many tokens as a WordPiece tokenizer makes, and rarely fewer."""
    return sum(1 + len(word) // 6 for word in re.findall(r"[^\W_]+|[^\w\s]|_", text))


def _parts(document: SourceDocument, lines: Sequence[str], body_from: int) -> Iterable[Part]:
    if document.sections is not None:
        return by_given_sections([_within(section, len(lines)) for section in document.sections], lines, body_from)
    return by_paragraphs(lines) if document.form == "text" else by_headings(lines, body_from)


def _within(section: Section, lines: int) -> Section:
    return section.model_copy(update={"last_line": min(section.last_line, lines)})


def _with_description(parts: list[Part], matter: Matter) -> list[Part]:
    """A description in the front matter says best what a document is for: it is a passage too."""
    if matter.description is None:
        return parts
    return [Part((), (matter.description,)), *parts]


def _stem(path: str) -> str:
    return PurePosixPath(path).stem or path


def _is_skill(path: str) -> bool:
    return PurePosixPath(path).name.upper() == "SKILL.MD"


def _title(path: str, matter: Matter) -> str:
    return matter.text("title") or (matter.text("name") if _is_skill(path) else "")


def _component(stated: str) -> str | None:
    """None for a document about everything."""
    return None if stated.lower() in ("", "*", "any", "all", "null", "none", "~") else stated


def _kind(path: str, matter: Matter) -> str:
    stated = (matter.text("kind") or matter.text("type")).lower()
    if stated:
        return _KINDS.get(stated, stated)
    return next((kind for word, kind in _KINDS.items() if word in path.lower().replace("-", "")), "note")


def _dated(matter: Matter) -> Moment | None:
    said = (matter.text(key) for key in _DATES)
    moments = (clues.moment_of(text) or clues.moment_of(f"{text}T00:00:00Z") for text in said if text)
    return next((moment for moment in moments if moment is not None), None)


def _names(path: str, title: str, matter: Matter, headings: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """Alerts and codes a document is about: as its front matter says, and headings that are nothing but a name."""
    for key in _NAMES:
        yield from matter.texts(key)
    if _is_skill(path):
        yield from matter.texts("name")
    for heading in dict.fromkeys(heading for trail in headings for heading in trail):
        if " " not in heading and words.is_a_name(heading):
            yield heading
        yield from _CODE.findall(heading)
    yield from _CODE.findall(title)


def _exact(path: str, title: str, names: Iterable[str], links: Iterable[str]) -> dict[str, str]:
    """The surest tier of every name."""
    found: dict[str, str] = {}
    for link in links:
        whole, *short = (*words.exact_names_of_link(link), "")
        found |= {whole: "link"} | {name: found.get(name, "name") for name in short}
    for name in names:
        found.setdefault(words.exact_name(name), "code" if _CODE.fullmatch(name) else "name")
    for name in (title, _stem(path)):
        found.setdefault(words.exact_name(name), "title")
    return {name: tier for name, tier in found.items() if words.may_be_a_name(name)}


class _Cutter:
    """Fills passages with neighbouring blocks of a part, as many as the tokens allow."""

    def __init__(self, title: str, lines: Sequence[str], count_tokens: CountTokens) -> None:
        self._title = title
        self._lines = lines
        self._count = count_tokens
        self._tokens: dict[int, int] = {}

    def chunks(self, parts: Iterable[Part]) -> Iterator[Chunk]:
        for part in parts:
            prefix = _fitted(prefix_of(self._title, part.headings), _PREFIX_TOKENS, self._count)
            room = MOST_TOKENS - self._count(prefix)
            blocks = (piece for block in part.blocks for piece in self._split(self._trimmed(block), room))
            for first, last in self._filled(blocks, room):
                text = "\n".join(self._lines[first:last])
                whole = _fitted(f"{prefix}\n{text}", MOST_TOKENS, self._count)
                yield Chunk(
                    heading=" > ".join(part.headings), first_line=first + 1, last_line=last, text=text, embedded=whole
                )

    def _trimmed(self, block: tuple[int, int]) -> tuple[int, int]:
        first, last = block
        while last > first and not self._lines[last - 1].strip():
            last -= 1
        while first < last and not self._lines[first].strip():
            first += 1
        return first, last

    def _split(self, block: tuple[int, int], room: int) -> Iterator[tuple[int, int]]:
        """A block that is too long, at its lines. One line is never split: of a longer one, the beginning is embedded."""
        first, last = block
        start, taken = first, 0
        for line in range(first, last):
            tokens = self._line(line)
            if start < line and taken + tokens > room:
                yield self._trimmed((start, line))
                start, taken = line, 0
            taken += tokens
        yield self._trimmed((start, last))

    def _filled(self, blocks: Iterable[tuple[int, int]], room: int) -> Iterator[tuple[int, int]]:
        current: tuple[int, int] | None = None
        for first, last in blocks:
            if first == last:
                continue
            if current is not None and sum(map(self._line, range(current[0], last))) > room:
                yield current
                current = None
            current = (current[0] if current is not None else first, last)
        if current is not None:
            yield current

    def _line(self, line: int) -> int:
        if line not in self._tokens:
            self._tokens[line] = self._count(self._lines[line])
        return self._tokens[line]


def prefix_of(title: str, headings: tuple[str, ...]) -> str:
    """What a passage is embedded after: its title, taken apart and raw, and the headings it stands under."""
    apart = words.spelled_out(title)
    named = title if apart == title else f"{apart} ({title})"
    below = [heading for heading in headings if heading != title]
    return " > ".join((named, *below))


def _fitted(text: str, most: int, count_tokens: CountTokens) -> str:
    """Its beginning, to the word, that takes at most so many tokens."""
    if count_tokens(text) <= most:
        return text
    ends = [0, *(found.end() for found in re.finditer(r"\S+", text))]
    low, high = 0, len(ends) - 1
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if count_tokens(text[: ends[middle]]) <= most else (low, middle - 1)
    return text[: ends[low]]
