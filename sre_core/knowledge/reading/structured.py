"""JSON and YAML as text lines, in sections by top-level key or item. Nothing is built from them: they are only walked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from sre_core.errors import RefusedInput
from sre_core.knowledge.documents import Section
from sre_core.knowledge.reading.decoding import decoded
from sre_core.knowledge.reading.draft import HEADING_CHARACTERS, Draft, grouped
from sre_core.knowledge.reading.given import ReadLimits

DEEPEST = 200
_LONG_LINE = 2000
_KEYS_TOGETHER = 10
_TOKEN = re.compile(r"\"(?:[^\"\\]|\\.)*+\"|[{}\[\]:,]|[^\s\"{}\[\]:,]++|\n")
_TOO_DEEP = f"It is nested more than {DEEPEST} levels deep. Give the part that matters."

Entry = tuple[str, int]
"""(top-level key, or empty for an item of a list; the line that it begins in)"""


def read_json(name: str, content: bytes, limits: ReadLimits) -> Draft:
    """One JSON value. Where it was set in one long line, it is set in many."""
    text, notes = decoded(content)
    try:
        json.loads(text, parse_int=str, parse_float=str, parse_constant=str, object_pairs_hook=_nothing)
    except RecursionError as error:
        raise RefusedInput(_TOO_DEEP) from error
    except json.JSONDecodeError as error:
        if "Extra data" in error.msg and _are_json_lines(text):
            return read_json_lines(name, content, limits)
        raise RefusedInput(
            f"It is no valid JSON: {error.msg.lower()} in line {error.lineno}. It may be cut off; fetch it again."
        ) from error
    if any(len(line) > _LONG_LINE for line in text.split("\n")):
        text = _set_in_lines(text)
        notes = (*notes, "It was set in lines, so its line numbers differ from the file's.")
    return Draft(
        text=text, media_type="application/json", sections=_sections(list(_json_entries(text)), text), notes=notes
    )


def read_json_lines(name: str, content: bytes, limits: ReadLimits) -> Draft:
    """A value a line: a log, or an export."""
    text, notes = decoded(content)
    if not _are_json_lines(text):
        notes = (*notes, "Some of its lines are no valid JSON; it was read as plain lines.")
    lines = text.split("\n")
    rows = [(number, number) for number, line in enumerate(lines, start=1) if line.strip()]
    sections = tuple(
        Section(heading=(_rows(a, b, "line"),), first_line=first, last_line=last)
        for a, b, first, last in grouped(rows, lines)
    )
    return Draft(text=text, media_type="application/jsonl", sections=sections or None, notes=notes)


def read_yaml(name: str, content: bytes, limits: ReadLimits) -> Draft:
    """One or more YAML documents. A template that is no YAML (yet) is read as plain text."""
    import yaml

    text, notes = decoded(content)
    try:
        entries = list(_yaml_entries(text))
    except RecursionError as error:
        raise RefusedInput(_TOO_DEEP) from error
    except yaml.YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        where = "" if line is None else f" (line {line + 1})"
        return Draft(
            text=text,
            media_type="application/yaml",
            notes=(*notes, f"It is no valid YAML{where}, so it was read as plain text."),
        )
    return Draft(text=text, media_type="application/yaml", sections=_sections(entries, text), notes=notes)


def _nothing(pairs: object) -> None:
    """An object is only looked at, never kept."""


def _are_json_lines(text: str) -> bool:
    try:
        for line in text.split("\n"):
            if line.strip():
                json.loads(line, object_pairs_hook=_nothing)
    except (ValueError, RecursionError):
        return False
    return True


def _json_entries(text: str) -> Iterator[Entry]:
    """Keys of the outermost object, or items of the outermost list."""
    depth, line, in_list, expected = 0, 1, False, False
    for match in _TOKEN.finditer(text):
        part = match.group()
        if part == "\n":
            line += 1
            continue
        if depth == 1 and expected and part not in "}]":
            yield ("" if in_list else part.strip('"')), line
        expected = (part in "{[" and depth == 0) or (part == "," and depth == 1)
        if part in ("{", "["):
            in_list = part == "[" if depth == 0 else in_list
            depth += 1
        elif part in ("}", "]"):
            depth -= 1


def _set_in_lines(text: str) -> str:
    """Two blanks a level, a line a member, as ``json.dumps`` would; numbers and doubled keys stay as they are."""
    parts: list[str] = []
    depth, opened = 0, False
    for match in _TOKEN.finditer(text):
        part = match.group()
        if part == "\n":
            continue
        closes = part in ("}", "]")
        depth -= closes
        if opened != closes and (opened or closes):
            parts.append("\n" + "  " * min(depth, DEEPEST))
        opened = part in ("{", "[")
        depth += opened
        parts.append(": " if part == ":" else part)
        if part == ",":
            parts.append("\n" + "  " * min(depth, DEEPEST))
    return "".join(parts)


def _yaml_entries(text: str) -> Iterator[Entry]:
    """By events, not by values: an alias stays a word, however much it stands for."""
    import yaml

    depth, is_key, in_list = 0, False, False
    for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        if isinstance(event, yaml.DocumentStartEvent):
            depth, is_key, in_list = 0, True, False
            continue
        if isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.NodeEvent):
            if depth == 1 and (in_list or is_key):
                yield (
                    ("" if in_list else str(getattr(event, "value", ""))),
                    (event.start_mark.line + 1 if event.start_mark else 1),
                )
            if isinstance(event, yaml.CollectionStartEvent):
                in_list = isinstance(event, yaml.SequenceStartEvent) if depth == 0 else in_list
                depth += 1
                if depth > DEEPEST:
                    raise RecursionError
                if depth == 1:
                    continue
        else:
            continue
        if depth == 1:
            is_key = not is_key


def _sections(entries: Sequence[Entry], text: str) -> tuple[Section, ...] | None:
    """From each entry's line to the next one's. Entries in one line are one section; items of a list go in groups."""
    lines = text.split("\n")
    starts = [entry for place, entry in enumerate(entries) if place == 0 or entry[1] > entries[place - 1][1]]
    if len(starts) < 2:
        return None
    starts[0] = (starts[0][0], 1)
    ends = [start - 1 for _, start in starts[1:]] + [len(lines)]
    borders = [(start, max(start, end)) for (_, start), end in zip(starts, ends, strict=True)]
    if any(key for key, _ in starts):
        return tuple(_by_key([key for key, _ in starts], borders))
    return tuple(
        Section(heading=(_rows(a, b, "item"),), first_line=first, last_line=last)
        for a, b, first, last in grouped(borders, lines)
    )


def _by_key(keys: Sequence[str], borders: Sequence[tuple[int, int]]) -> Iterator[Section]:
    """A section a key; neighbouring keys of one line each are put together."""
    together: list[str] = []
    for place, (key, (first, last)) in enumerate(zip(keys, borders, strict=True)):
        together.append(key or "item")
        following = borders[place + 1] if place + 1 < len(borders) else (0, 1)
        if first == last and following[0] == following[1] and len(together) < _KEYS_TOGETHER:
            continue
        start = borders[place - len(together) + 1][0]
        yield Section(heading=(", ".join(together)[:HEADING_CHARACTERS],), first_line=start, last_line=last)
        together = []


def _rows(first: int, last: int, word: str) -> str:
    return f"{word} {first}" if first == last else f"{word}s {first} to {last}"
