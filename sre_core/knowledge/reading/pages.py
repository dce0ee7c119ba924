"""PDF: the text of each page, with the bookmark it stands under."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from sre_core.errors import RefusedInput
from sre_core.knowledge.documents import Section
from sre_core.knowledge.reading.decoding import cleaned
from sre_core.knowledge.reading.draft import Draft
from sre_core.knowledge.reading.given import ReadLimits, megabytes

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

_END = b"%%EOF"
_AT_THE_END = 2048
"""Bytes in which the end mark is looked for: some programs write a little behind it."""
_PASSWORD_NEEDED = 4
_MOST_BOOKMARKS = 5_000
_LONGEST_TITLE = 120
_HYPHEN = re.compile("[\x02\ufffe]\n?")
_NOT_IN_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\uffff]")


def read_pdf(name: str, content: bytes, limits: ReadLimits) -> Draft:
    """A section a page. Raises ``RefusedInput`` for one that is cut off, protected, damaged, too long or without text."""
    if _END not in content[-_AT_THE_END:]:
        raise RefusedInput("The PDF is cut off: its end is missing. Fetch or export it again.")
    document = _opened(content)
    pages = len(document)
    if pages > limits.pages:
        raise RefusedInput(
            f"It has {pages:,} pages; at most {limits.pages:,} are read. Split it, or give the part that matters."
        )
    texts, broken, size = [], [], 0
    for number in range(pages):
        text = _page_text(document, number)
        if text is None:
            broken.append(number + 1)
        size += len(text or "")
        if size > limits.unpacked_bytes:
            raise RefusedInput(f"Its text is longer than {megabytes(limits.unpacked_bytes)}. Split it.")
        texts.append(text or "")
    if broken:
        raise RefusedInput(f"The PDF is damaged: {_numbers(broken)} cannot be read. Fetch or export it again.")
    return _draft(texts, _bookmarks(document), _title(document, texts))


def _title(document: PdfDocument, texts: list[str]) -> str:
    """What the PDF says of itself, else its first line, where that is no longer than a title."""
    said = " ".join(_NOT_IN_TEXT.sub(" ", document.get_metadata_value("Title")).split())
    first = next((line.strip() for text in texts for line in text.split("\n") if line.strip()), "")
    return said or (first if len(first) <= _LONGEST_TITLE else "")


def _opened(content: bytes) -> PdfDocument:
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        return PdfDocument(content)
    except PdfiumError as error:
        if getattr(error, "err_code", None) == _PASSWORD_NEEDED or "password" in str(error).lower():
            raise RefusedInput("The PDF is protected by a password. Save it without one.") from error
        raise RefusedInput("The PDF is damaged: it cannot be opened. Fetch or export it again.") from error


def _page_text(document: PdfDocument, number: int) -> str | None:
    """The lines of a page; None when it cannot be loaded."""
    from pypdfium2 import PdfiumError

    try:
        page = document[number]
        textpage = page.get_textpage()
    except PdfiumError:
        return None
    text = textpage.get_text_bounded()
    textpage.close()
    page.close()
    text = _HYPHEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return cleaned(_NOT_IN_TEXT.sub(" ", text)).strip("\n")


def _bookmarks(document: PdfDocument) -> dict[int, str]:
    """Page (from 0) -> the last bookmark that leads to it. A broken table of contents is as good as none."""
    from pypdfium2 import PdfiumError

    found: dict[int, str] = {}
    try:
        for bookmark in islice(document.get_toc(), _MOST_BOOKMARKS):
            target = bookmark.get_dest()
            page = target.get_index() if target else None
            if page is not None and (title := " ".join(_NOT_IN_TEXT.sub(" ", bookmark.get_title()).split())):
                found.setdefault(page, title)
    except (PdfiumError, UnicodeDecodeError, ValueError):
        return {}
    return found


def _draft(texts: list[str], bookmarks: dict[int, str], title: str) -> Draft:
    lines: list[str] = []
    sections, empty, heading = [], [], ""
    for number, text in enumerate(texts):
        heading = bookmarks.get(number, heading)
        if not text.strip():
            empty.append(number + 1)
            continue
        first = len(lines) + 1
        lines += text.split("\n")
        page = f"page {number + 1}"
        sections.append(
            Section(heading=(heading, page) if heading else (page,), first_line=first, last_line=len(lines))
        )
        lines.append("")
    notes = (f"No text on {_numbers(empty)}: pictures are not read.",) if empty and sections else ()
    text = "\n".join(lines)
    return Draft(text=text, title=title, media_type="application/pdf", sections=tuple(sections), notes=notes)


def _numbers(pages: list[int]) -> str:
    shown = ", ".join(str(page) for page in pages[:10])
    more = f" and {len(pages) - 10} more" if len(pages) > 10 else ""
    return f"page{'s' if len(pages) > 1 else ''} {shown}{more}"
