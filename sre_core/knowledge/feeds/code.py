"""A source file as a document whose passages are its symbols, found by the names that a stack frame has for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from sre_core.errors import RefusedInput
from sre_core.knowledge.documents import Section, SourceDocument
from sre_core.knowledge.feeds.base import Redact
from sre_core.knowledge.feeds.symbols import Symbol, language_of, symbols
from sre_core.knowledge.reading.given import shown_name

LARGEST = 1_000_000
"""Characters of one source file; what is longer was written by a program."""
LONGEST_LINE = 2_000
MOST_NAMES = 2_000
MOST_FOLDERS = 3
"""How many parts of a file's path a name has at most: a server rarely keeps a file where the repository has it."""


def source_document(path: str, content: bytes, component: str | None, redact: Redact) -> SourceDocument:
    """The document. Raises ``RefusedInput`` when the file is no source that a person reads."""
    clean = redact(_source(content))
    path, text = shown_name(path), clean.text
    language = language_of(path)
    package, found = symbols(language, text) if language else ("", [])
    return SourceDocument(
        path=path,
        text=text,
        form="text",
        title=path,
        kind="code",
        component=component,
        names=tuple(dict.fromkeys(_names(path, _package(path, package), found)))[:MOST_NAMES],
        sections=tuple(_sections(path, text.count("\n") + 1, found)),
        media_type="text/x-source",
        redacted=clean.found,
    )


def _source(content: bytes) -> str:
    text = content.decode("utf-8-sig", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise RefusedInput("it is empty.")
    if "\0" in text or text.count("\ufffd") > len(text) // 100:
        raise RefusedInput("it is not text.")
    if len(text) > LARGEST or max(map(len, text.split("\n"))) > LONGEST_LINE:
        raise RefusedInput("it is longer, or has longer lines, than what people write: it was made by a program.")
    return text


def _package(path: str, package: str) -> str:
    """Python and Ruby say it by where the file is."""
    if package or PurePosixPath(path).suffix not in (".py", ".pyi"):
        return package
    parts = [part for part in PurePosixPath(path).with_suffix("").parts if part not in ("src", "lib", "__init__")]
    return ".".join(parts)


def path_endings(path: str) -> list[str]:
    """'a/b/c/cart.py' -> 'b/c/cart.py', 'c/cart.py', 'cart.py': the most telling first."""
    parts = [part for part in PurePosixPath(path.replace("\\", "/")).parts if part not in ("/", ".", "..")]
    return ["/".join(parts[-length:]) for length in range(min(MOST_FOLDERS, len(parts)), 0, -1)]


def _names(path: str, package: str, found: Sequence[Symbol]) -> Iterator[str]:
    endings = path_endings(path)
    yield path
    yield from endings[:-1]
    for symbol in found:
        qualified = ".".join(symbol.name)
        if symbol.is_function:
            yield from (f"{ending}:{symbol.name[-1]}" for ending in endings)
            if len(symbol.name) > 1:
                yield f"{endings[-1]}:{'.'.join(symbol.name[-2:])}"
        if package:
            yield f"{package}.{qualified}"
            yield f"{package.rpartition('.')[2]}.{qualified}"
        if len(symbol.name) > 1:
            yield qualified


def _sections(path: str, lines: int, found: Sequence[Symbol]) -> Iterator[Section]:
    """Every line once: with the outermost function it is in, else with the innermost type, else with the file."""
    owner: list[tuple[str, ...]] = [()] * (lines + 2)
    for symbol in (one for one in found if not one.is_function):
        owner[symbol.first_line : symbol.last_line + 1] = [symbol.name] * (symbol.last_line + 1 - symbol.first_line)
    for symbol in (one for one in found if one.is_function and not one.within_function):
        owner[symbol.first_line : symbol.last_line + 1] = [symbol.name] * (symbol.last_line + 1 - symbol.first_line)
    first = 1
    for line in range(1, lines + 1):
        if line == lines or owner[line + 1] != owner[line]:
            heading = (path, ".".join(owner[first])) if owner[first] else (path,)
            yield Section(heading=heading, first_line=first, last_line=line)
            first = line + 1
