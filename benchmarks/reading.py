"""How fast files become documents: ``python -m benchmarks.reading [FOLDER]``, of Markdown or text; made up without one."""

from __future__ import annotations

import io
import random
import sys
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path

import docx

from benchmarks.tables import table
from sre_core.knowledge.documents import SourceDocument
from sre_core.knowledge.reading import FileGiven, read_files
from sre_core.redaction import redact

FILES = 500
WORDS = "the pod restart kubectl logs memory check node disk alert service password token then open page"


def runbooks(folder: Path | None) -> list[bytes]:
    """Texts of a usual length."""
    if folder is not None:
        return [path.read_bytes() for path in sorted(folder.rglob("*")) if path.suffix in (".md", ".txt")]
    chance = random.Random(4)
    words = WORDS.split()
    line = [" ".join(chance.choices(words, k=12)) for _ in range(500)]
    return [("# Page\n\n" + "\n".join(chance.choices(line, k=60)) + "\n").encode() for _ in range(FILES)]


def as_html(text: bytes) -> bytes:
    paragraphs = b"".join(b"<p>%s</p>" % line for line in text.split(b"\n"))
    return b"<html><body>%s</body></html>" % paragraphs


def as_word(text: bytes) -> bytes:
    made, saved = docx.Document(), io.BytesIO()
    for line in text.decode(errors="replace").split("\n"):
        made.add_paragraph("".join(c for c in line if c.isprintable()))
    made.save(saved)
    return saved.getvalue()


def as_zip(texts: Sequence[bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, text in enumerate(texts):
            archive.writestr(f"{number}.md", text)
    return packed.getvalue()


def measured(name: str, files: Sequence[FileGiven]) -> tuple[str, ...]:
    """A row: how many documents came of them, and how fast."""
    started = time.perf_counter()
    read = sum(isinstance(outcome, SourceDocument) for outcome in read_files(files))
    seconds = time.perf_counter() - started
    size = sum(len(file.content) for file in files if isinstance(file.content, bytes))
    return name, str(read), f"{size / 1e6:.1f}", f"{seconds:.2f}", f"{read / seconds:,.0f}"


def main(arguments: Sequence[str]) -> None:
    """Print the table."""
    texts = runbooks(Path(arguments[0]) if arguments else None)
    few = texts[:50]
    rows = [
        measured("Markdown", [FileGiven(name=f"{n}.md", content=text) for n, text in enumerate(texts)]),
        measured("one HTML page, with the start", [FileGiven(name="a.html", content=as_html(texts[0]))]),
        measured("HTML", [FileGiven(name=f"{n}.html", content=as_html(text)) for n, text in enumerate(texts)]),
        measured("Word", [FileGiven(name=f"{n}.docx", content=as_word(text)) for n, text in enumerate(few)]),
        measured("a ZIP of Markdown", [FileGiven(name="a.zip", content=as_zip(texts))]),
    ]
    table("Files to documents", ("what", "documents", "MB", "s", "documents/s"), rows)
    whole = b"\n".join(texts).decode(errors="replace")
    started = time.perf_counter()
    redact(whole)
    print(f"\nredaction alone: {len(whole) / 1e6 / (time.perf_counter() - started):.1f} million characters a second")


if __name__ == "__main__":
    main(sys.argv[1:])
