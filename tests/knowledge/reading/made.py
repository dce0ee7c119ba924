"""Files made for the tests of reading: whole ones, broken ones and hostile ones."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from sre_core.knowledge.documents import SourceDocument
from sre_core.knowledge.reading import FileGiven, ReadLimits, ReadOutcome, Refused, read_files

WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def outcomes(name: str, content: bytes, limits: ReadLimits | None = None) -> list[ReadOutcome]:
    return list(read_files([FileGiven(name=name, content=content)], limits or ReadLimits()))


def document(name: str, content: bytes, limits: ReadLimits | None = None) -> SourceDocument:
    (outcome,) = outcomes(name, content, limits)
    assert isinstance(outcome, SourceDocument), outcome
    return outcome


def refusal(name: str, content: bytes, limits: ReadLimits | None = None) -> str:
    (outcome,) = outcomes(name, content, limits)
    assert isinstance(outcome, Refused), outcome
    assert outcome.name == name
    return outcome.reason


def lines_of(document: SourceDocument, heading: Sequence[str]) -> str:
    """The text of the section with this heading."""
    (section,) = [one for one in document.sections or () if one.heading == tuple(heading)]
    return "\n".join(document.text.split("\n")[section.first_line - 1 : section.last_line])


def zipped(files: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def protected_zip(files: Mapping[str, bytes]) -> bytes:
    """Its entries say that they are encrypted."""
    packed = bytearray(zipped(files))
    packed[packed.index(b"PK\x03\x04") + 6] |= 1
    packed[packed.index(b"PK\x01\x02") + 8] |= 1
    return bytes(packed)


def bomb(megabytes: int, name: str = "a.txt") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive, archive.open(name, "w") as file:
        for _ in range(megabytes):
            file.write(b"0" * 1_000_000)
    return packed.getvalue()


def pdf(objects: Sequence[bytes]) -> bytes:
    """A PDF of these objects, the first one its catalogue."""
    made, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(made))
        made += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    tail = b"trailer\n<</Size %d /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(made))
    return made + head + table + tail


def stream(content: bytes) -> bytes:
    return b"<</Length %d>>stream\n" % len(content) + content + b"\nendstream"


def pdf_of_pages(pages: Sequence[Sequence[str]], bookmarks: Mapping[int, str] | None = None) -> bytes:
    """A page for each, with these lines on it."""
    fonts = b"<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"
    first = 4
    kids = b" ".join(b"%d 0 R" % (first + 2 * place) for place in range(len(pages)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/Outlines 3 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(pages), kids),
        b"",
    ]
    for place, lines in enumerate(pages):
        drawn = b"".join(b"(%s) Tj 0 -20 Td " % line.encode() for line in lines)
        page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources %s/Contents %d 0 R>>"
        objects += [page % (fonts, first + 2 * place + 1), stream(b"BT /F1 12 Tf 50 700 Td " + drawn + b"ET")]
    objects[2], marks = _outline(bookmarks or {}, first, len(objects) + 1)
    return pdf([*objects, *marks])


def _outline(bookmarks: Mapping[int, str], first_page: int, number: int) -> tuple[bytes, list[bytes]]:
    if not bookmarks:
        return b"<</Type/Outlines/Count 0>>", []
    last = number + len(bookmarks) - 1
    marks = []
    for place, (page, title) in enumerate(bookmarks.items(), start=number):
        following = b"/Next %d 0 R" % (place + 1) if place < last else b""
        marks.append(
            b"<</Title(%s)/Parent 3 0 R/Dest[%d 0 R/Fit]%s>>" % (title.encode(), first_page + 2 * page, following)
        )
    return b"<</Type/Outlines/First %d 0 R/Last %d 0 R/Count %d>>" % (number, last, len(bookmarks)), marks


def word(*steps: Callable[[docx.document.Document], object]) -> bytes:
    made = docx.Document()
    for step in steps:
        step(made)
    saved = io.BytesIO()
    made.save(saved)
    return saved.getvalue()


def word_with_body(body: str) -> bytes:
    """A Word document whose main part says this."""
    whole = zipfile.ZipFile(io.BytesIO(word()))
    parts = {name: whole.read(name) for name in whole.namelist()}
    return zipped({**parts, "word/document.xml": body.encode()})


def add_link(paragraph: Paragraph, text: str, address: str) -> None:
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run = OxmlElement("w:r")
    run.text = text
    link.append(run)
    paragraph._p.append(link)


def notebook(*cells: object) -> bytes:
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()
