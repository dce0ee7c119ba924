"""A document taken apart into passages that can be found, quoted and cited: by heading, at block borders, with line numbers.

Every line of a document that is not blank, no heading and no front matter stands in exactly one passage; and each passage is
exactly the lines that it cites. Only a line that is longer than a passage stands in several, a part of it in each. A document of
headings alone has one passage, its headings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pydantic import Field

from sre_core.domain import Moment, Value
from sre_core.knowledge import about, words
from sre_core.knowledge.documents import Section, SourceDocument
from sre_core.knowledge.embedding import CountTokens
from sre_core.knowledge.matter import Matter, front_matter
from sre_core.knowledge.outline import Part, by_given_sections, by_headings, by_paragraphs, title_among

CUTTER = 1
"""Raised whenever documents are cut otherwise than before, so that those in the database are cut anew."""

MOST_TOKENS = 220
"""Of a passage together with its prefix. The default model reads 256, special tokens among them."""
_LONGEST_TOKEN = 16
"""Characters; what is looked at of a long line to find where a passage ends."""
_PREFIX_TOKENS = 80
"""What title and headings may take of that."""


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
    title = document.title or about.title(document.path, matter) or title_among(parts) or about.stem(document.path)
    names = tuple(dict.fromkeys((*document.names, *about.names(document.path, title, matter, headings))))
    links = tuple(dict.fromkeys((*document.links, *about.links(matter))))
    kind = document.kind or about.kind(document.path, matter)
    cutter = _Cutter(title, lines, count_tokens or estimated_tokens)
    return ParsedDocument(
        title=title,
        kind=kind,
        component=document.component or about.component(matter),
        faults=document.faults or matter.texts("faults") or matter.texts("fault"),
        matter=matter.said,
        names=names,
        links=links,
        dated=document.dated or about.dated(matter),
        chunks=tuple(cutter.chunks(_with_description(parts, matter))),
        exact=about.exact(document.path, title, kind, names, links),
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
                for text in self._texts(first, last, room):
                    whole = _fitted(f"{prefix}\n{text}", MOST_TOKENS, self._count)
                    heading = " > ".join(part.headings)
                    yield Chunk(heading=heading, first_line=first + 1, last_line=last, text=text, embedded=whole)

    def _texts(self, first: int, last: int, room: int) -> Iterator[str]:
        """The lines; of one line that is longer than a passage, its parts, cut between words."""
        text = "\n".join(self._lines[first:last])
        if last - first > 1 or self._line(first) <= room:
            yield text
            return
        rest = text
        while rest:
            piece = _fitted(rest[: room * _LONGEST_TOKEN], room, self._count) or rest  # one endless word stays whole
            yield piece
            rest = rest[len(piece) :].lstrip()

    def _trimmed(self, block: tuple[int, int]) -> tuple[int, int]:
        first, last = block
        while last > first and not self._lines[last - 1].strip():
            last -= 1
        while first < last and not self._lines[first].strip():
            first += 1
        return first, last

    def _split(self, block: tuple[int, int], room: int) -> Iterator[tuple[int, int]]:
        """A block that is too long, at its lines."""
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
