"""Word documents (.docx) as Markdown: headings, paragraphs, lists, links and tables in their order."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING
from zipfile import BadZipFile

from sre_core.errors import RefusedInput
from sre_core.knowledge.reading.decoding import cleaned
from sre_core.knowledge.reading.draft import Draft
from sre_core.knowledge.reading.given import ReadLimits
from sre_core.knowledge.reading.unpacking import check_sizes, opened

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table, _Cell
    from docx.text.paragraph import Paragraph

_DAMAGED = "The Word document is damaged or cut off. Open it in Word and save it again."
_TITLE = "\ue000"
"""Marks a title until it is known what stands below it: a character that no text has."""
_HEADING = re.compile(r"heading (\d)", re.IGNORECASE)
_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")


def read_docx(name: str, content: bytes, limits: ReadLimits) -> Draft:
    """Raises ``RefusedInput`` for one that is damaged, no Word document, or made to fill the memory."""
    archive = opened(content)
    check_sizes(archive.infolist(), len(content), limits, limits.unpacked_bytes)
    names = set(archive.namelist())
    if "word/document.xml" not in names:
        raise RefusedInput(
            f"Its name says a Word document (.docx), but it looks like {_what(names)}. "
            "Give it its right ending, or export it again."
        )
    document = _document(content)
    blocks = _below_its_title([text for text in _blocks(document) if text.strip()])
    pictures = sum(name.startswith("word/media/") for name in names)
    notes = (
        (f"{pictures} pictures were left out.",) if pictures > 1 else ("A picture was left out.",) if pictures else ()
    )
    text = cleaned(_CONTROL.sub(" ", _joined(blocks)))
    return Draft(text=text, form="markdown", media_type=_MEDIA_TYPE, notes=notes)


def is_docx(names: set[str]) -> bool:
    """By the files in the archive."""
    return "[Content_Types].xml" in names and "word/document.xml" in names


def office_kind(names: set[str]) -> str | None:
    """What other office or program file an archive is; None when it is only an archive."""
    if any(name.startswith("xl/") for name in names) and "[Content_Types].xml" in names:
        return "an Excel workbook. Save its sheets as .csv."
    if any(name.startswith("ppt/") for name in names) and "[Content_Types].xml" in names:
        return "a PowerPoint file. Save it as PDF."
    if "mimetype" in names and "content.xml" in names:
        return "an OpenDocument file. Save it as .docx or PDF."
    if "META-INF/container.xml" in names:
        return "an e-book. Save it as PDF or HTML."
    if "META-INF/MANIFEST.MF" in names or "AndroidManifest.xml" in names:
        return "a packed program. Give its documents."
    return None


def _what(names: set[str]) -> str:
    return (office_kind(names) or "a ZIP archive.").partition(".")[0]


def _document(content: bytes) -> Document:
    import docx
    from docx.opc.exceptions import OpcError
    from lxml.etree import LxmlError

    try:
        return docx.Document(io.BytesIO(content))
    except (OpcError, LxmlError, BadZipFile, zlib.error, EOFError, LookupError, ValueError, OSError) as error:
        raise RefusedInput(_DAMAGED) from error


def _blocks(document: Document) -> Iterator[str]:
    from docx.table import Table

    styles = {style.style_id: style.name or "" for style in document.styles}  # asking each paragraph takes far longer
    for block in document.iter_inner_content():
        yield _table(block) if isinstance(block, Table) else _paragraph(block, styles.get(block._p.style or "", ""))


def _below_its_title(blocks: list[str]) -> list[str]:
    """A document that has a title has its headings one level further down."""
    if not any(block.startswith(_TITLE) for block in blocks):
        return blocks
    lowered = (f"#{block}" if re.match("#{1,5} ", block) else block for block in blocks)
    return [f"# {block[len(_TITLE) :]}" if block.startswith(_TITLE) else block for block in lowered]


def _joined(blocks: Sequence[str]) -> str:
    """Blank lines between blocks, but not between the points of one list."""
    parts: list[str] = []
    for before, block in zip(["", *blocks], blocks, strict=False):
        in_list = before.lstrip().startswith("- ") and block.lstrip().startswith("- ")
        parts.append(("" if not parts else "\n" if in_list else "\n\n") + block)
    return "".join(parts)


def _paragraph(paragraph: Paragraph, style: str) -> str:
    text = _inline(paragraph).strip()
    if not text:
        return ""
    if style == "Title":
        return f"{_TITLE}{_in_one_line(text)}"
    if heading := _HEADING.match(style):
        return f"{'#' * min(6, int(heading.group(1)))} {_in_one_line(text)}"
    if style.startswith("List") or _is_numbered(paragraph):
        return f"- {text}"
    return re.sub(r"(?m)^([ \t]*)(#{1,6} |[-+*] |\d+\. |```)", r"\1\\\2", text)


def _inline(paragraph: Paragraph) -> str:
    from docx.text.hyperlink import Hyperlink

    parts = []
    for part in paragraph.iter_inner_content():
        is_link = isinstance(part, Hyperlink) and part.address.startswith(("http://", "https://", "mailto:"))
        parts.append(f"[{part.text}]({part.url})" if is_link and isinstance(part, Hyperlink) else part.text)
    return "".join(parts)


def _is_numbered(paragraph: Paragraph) -> bool:
    properties = paragraph._p.pPr
    return properties is not None and properties.numPr is not None


def _in_one_line(text: str) -> str:
    return " ".join(text.split())


def _table(table: Table) -> str:
    rows = [[_cell(cell) for cell in row.cells] for row in table.rows]
    width = max((len(row) for row in rows), default=0)
    if width == 0:
        return ""
    lines = ["| " + " | ".join(row + [""] * (width - len(row))) + " |" for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])


def _cell(cell: _Cell) -> str:
    from docx.table import Table

    parts = []
    for block in cell.iter_inner_content():
        if isinstance(block, Table):
            parts += [_cell(inner) for row in block.rows for inner in row.cells]
        else:
            parts.append(_inline(block))
    return _in_one_line(" ".join(part for part in parts if part.strip())).replace("|", "\\|")
