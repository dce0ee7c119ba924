"""Jupyter notebooks as Markdown: prose, code in fences, and what it printed, up to a length."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from sre_core.errors import RefusedInput
from sre_core.knowledge.reading.decoding import cleaned, decoded
from sre_core.knowledge.reading.draft import Draft
from sre_core.knowledge.reading.given import ReadLimits

OUTPUT_CHARACTERS = 2_000
_COLOURS = re.compile(r"\x1b\[[0-9;?]{0,20}[A-Za-z]")
_NO_NOTEBOOK = "It is no notebook: it has no cells. If it is other JSON, give it the ending .json."


def read_notebook(name: str, content: bytes, limits: ReadLimits) -> Draft:
    """Raises ``RefusedInput`` when it is no notebook, or damaged."""
    text, notes = decoded(content)
    try:
        notebook = json.loads(text, parse_int=str, parse_float=str)
    except RecursionError as error:
        raise RefusedInput("The notebook is nested too deeply.") from error
    except json.JSONDecodeError as error:
        raise RefusedInput(f"The notebook is damaged or cut off in line {error.lineno}. Save it again.") from error
    language = _language(notebook)
    cells, left_out = [], 0
    for cell in _cells(notebook):
        parts, cut = _cell(cell, language)
        cells += parts
        left_out += cut
    if left_out:
        notes = (*notes, f"{left_out} long or pictured outputs were cut or left out.")
    body = cleaned(re.sub("[\x00-\x08\x0b-\x1f]", "", "\n\n".join(part for part in cells if part.strip())))
    return Draft(text=body, form="markdown", media_type="application/x-ipynb+json", notes=notes)


def _cells(notebook: Any) -> Iterator[Mapping[str, Any]]:
    """Of the format in use, and of the one before, which had worksheets."""
    sheets = notebook.get("worksheets") if isinstance(notebook, dict) else None
    holders = [notebook, *(sheets if isinstance(sheets, list) else [])]
    lists = [
        holder["cells"] for holder in holders if isinstance(holder, dict) and isinstance(holder.get("cells"), list)
    ]
    if not lists:
        raise RefusedInput(_NO_NOTEBOOK)
    for cells in lists:
        yield from (cell for cell in cells if isinstance(cell, dict))


def _language(notebook: Any) -> str:
    metadata = notebook.get("metadata") if isinstance(notebook, dict) else None
    info = metadata.get("language_info") if isinstance(metadata, dict) else None
    named = info.get("name") if isinstance(info, dict) else None
    return named if isinstance(named, str) and re.fullmatch(r"[\w+-]{1,20}", named) else "python"


def _cell(cell: Mapping[str, Any], language: str) -> tuple[list[str], int]:
    """(its parts, how many outputs were cut or left out)"""
    source = _text(cell.get("source", cell.get("input", "")))
    if cell.get("cell_type") == "heading":
        level = str(cell.get("level", "1"))
        return [f"{'#' * (int(level) if level in set('123456') else 1)} {source}"], 0
    if cell.get("cell_type") != "code":
        return [source], 0
    outputs = cell.get("outputs")
    parts, cut = [_fenced(source, language)], 0
    for output in outputs if isinstance(outputs, list) else ():
        text = _output(output)
        cut += text is None or len(text) > OUTPUT_CHARACTERS
        if text and text.strip():
            parts.append(
                _fenced(text if len(text) <= OUTPUT_CHARACTERS else f"{text[:OUTPUT_CHARACTERS]}\n[cut]", "text")
            )
    return parts, cut


def _output(output: Any) -> str | None:
    """What it printed; None when that is a picture or something else that is no text."""
    if not isinstance(output, dict):
        return None
    shown = output.get("data")
    data: Mapping[str, Any] = shown if isinstance(shown, dict) else {}
    if "traceback" in output:
        text = _text(output["traceback"], "\n")
    elif "text" in output:
        text = _text(output["text"])
    elif "text/markdown" in data or "text/plain" in data:
        text = _text(data.get("text/markdown", data.get("text/plain")))
    else:
        return None
    return _COLOURS.sub("", text)


def _text(value: Any, between: str = "") -> str:
    if isinstance(value, list):
        return between.join(part for part in value if isinstance(part, str))
    return value if isinstance(value, str) else ""


def _fenced(text: str, language: str) -> str:
    """In a fence that is longer than any in it."""
    if not text.strip():
        return ""
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{text.strip(chr(10))}\n{fence}"
