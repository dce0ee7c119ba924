"""What a file is, by its first bytes; its name only says which kind of text a text is, and whether it is what it says."""

from __future__ import annotations

import re
from typing import Literal

from sre_core.errors import RefusedInput

Format = Literal["markdown", "text", "html", "pdf", "docx", "notebook", "json", "json lines", "yaml", "csv", "zip"]

_BY_ENDING: dict[str, Format] = {
    **dict.fromkeys(("md", "markdown", "mdx", "mkd"), "markdown"),
    **dict.fromkeys(("html", "htm", "xhtml"), "html"),
    **dict.fromkeys(("yaml", "yml"), "yaml"),
    **dict.fromkeys(("csv", "tsv"), "csv"),
    **dict.fromkeys(("jsonl", "ndjson"), "json lines"),
    "json": "json",
    "ipynb": "notebook",
    "pdf": "pdf",
    "docx": "docx",
    "zip": "zip",
}
_NAMES: dict[Format, str] = {
    "html": "an HTML page",
    "pdf": "a PDF",
    "docx": "a Word document (.docx)",
    "notebook": "a notebook",
    "zip": "a ZIP archive",
}
_GIVEN_INSTEAD = "Save it as text, Markdown, HTML, PDF or .docx."
_BINARIES: tuple[tuple[bytes, str, str], ...] = (
    (b"\x89PNG", "a PNG picture", "Text in pictures is not read: write it down."),
    (b"\xff\xd8\xff", "a JPEG picture", "Text in pictures is not read: write it down."),
    (b"GIF8", "a GIF picture", "Text in pictures is not read: write it down."),
    (b"\x1f\x8b", "a gzip file", "Unpack it, or give a .zip."),
    (b"BZh", "a bzip2 file", "Unpack it, or give a .zip."),
    (b"\xfd7zXZ", "an xz file", "Unpack it, or give a .zip."),
    (b"\x28\xb5\x2f\xfd", "a zstd file", "Unpack it, or give a .zip."),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "Unpack it, or give a .zip."),
    (b"Rar!\x1a\x07", "a RAR archive", "Unpack it, or give a .zip."),
    (b"\x7fELF", "a Linux program", _GIVEN_INSTEAD),
    (b"MZ\x90", "a Windows program", _GIVEN_INSTEAD),
    (b"\xca\xfe\xba\xbe", "a compiled program", _GIVEN_INSTEAD),
    (b"\x00asm", "a compiled program", _GIVEN_INSTEAD),
    (b"SQLite format 3\x00", "an SQLite database", "Export the tables as .csv."),
    (b"PAR1", "a Parquet file", "Export it as .csv."),
    (b"{\\rtf", "an RTF document", "Save it as .docx."),
    (b"%!PS", "a PostScript file", "Save it as PDF."),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PROTECTED = "EncryptedPackage".encode("utf-16-le")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_CONTROL = bytes(sorted(set(range(32)) - {7, 8, 9, 10, 12, 13, 27}))
_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s{0,100}(?:<\?xml[^>]{0,200}>\s{0,100})?<(?:!doctype\s+html|html)[\s>]", re.IGNORECASE
)
FEW_CONTROL_CHARACTERS = 0.003
"""Share of a text's bytes: a log with a torn line has some, a binary has thirty times as many."""


def sniff(name: str, content: bytes) -> Format:
    """What to read it as. Raises ``RefusedInput`` for what is not text, or is something else than its name says."""
    said = _BY_ENDING.get(ending(name))
    found = _found(content)
    if found in ("pdf", "zip"):
        if said == "docx" and found == "zip":
            return "docx"  # its insides are looked at where it is unpacked
        if said is not None and said != found:
            raise _is_another(said, found)
        return found
    if said in ("pdf", "docx", "zip"):
        raise _is_another(said, found)
    if said is None and found == "html":
        return "html"
    return said or "text"


def ending(name: str) -> str:
    """'md' of 'a/b.MD'; empty when there is none."""
    return name.rpartition("/")[2].rpartition(".")[2].lower() if "." in name.rpartition("/")[2] else ""


def looks_like_text(content: bytes) -> bool:
    """No NUL (but for UTF-16 that says so), and hardly any other control character."""
    if content.startswith(_UTF_16):
        return True
    few = len(content) * FEW_CONTROL_CHARACTERS + 1
    return b"\x00" not in content and len(content) - len(content.translate(None, _CONTROL)) <= few


def _found(content: bytes) -> Format:
    for magic, what, advice in _BINARIES:
        if content.startswith(magic):
            raise RefusedInput(f"It looks like {what}. {advice}")
    if content.startswith(_OLE):
        raise _old_or_protected(content)
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return "zip"
    if content[257:262] == b"ustar":
        raise RefusedInput("It looks like a tar archive. Unpack it, or give a .zip.")
    if b"%PDF-" in content[:1024] and looks_like_pdf(content):
        return "pdf"
    if not looks_like_text(content):
        raise RefusedInput(
            f"It is not text: it has bytes that no text has. {_GIVEN_INSTEAD} If it is text, save it as UTF-8."
        )
    return "html" if _HTML.match(content) else "text"


def looks_like_pdf(content: bytes) -> bool:
    """Its mark stands at the start, or behind a few stray bytes; a text that speaks of it is none."""
    return content.lstrip(b"\xef\xbb\xbf \t\r\n\x00").startswith(b"%PDF-") or b"\x00" in content[:4096]


def _old_or_protected(content: bytes) -> RefusedInput:
    if _PROTECTED in content:
        return RefusedInput("It is an Office file protected by a password. Save it without one.")
    return RefusedInput("It looks like an old Office file (.doc, .xls, .ppt). Save it as .docx, PDF or .csv.")


def _is_another(said: Format, found: Format) -> RefusedInput:
    looks = _NAMES.get(found, "plain text")
    return RefusedInput(
        f"Its name says {_NAMES.get(said, said)}, but it looks like {looks}. Give it its right ending, or export it again."
    )
