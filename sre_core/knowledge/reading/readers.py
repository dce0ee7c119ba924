"""Which reader reads which format, and what becomes of a file that none can read."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sre_core.errors import RefusedInput
from sre_core.knowledge.reading.decoding import decoded, utf8
from sre_core.knowledge.reading.draft import Draft, finished
from sre_core.knowledge.reading.given import ReadLimits, ReadOutcome, Refused, shown_name
from sre_core.knowledge.reading.headings import outlined
from sre_core.knowledge.reading.notebooks import read_notebook
from sre_core.knowledge.reading.pages import read_pdf
from sre_core.knowledge.reading.sniffing import Format
from sre_core.knowledge.reading.structured import read_json, read_json_lines, read_yaml
from sre_core.knowledge.reading.tables import read_csv
from sre_core.knowledge.reading.web import read_html
from sre_core.knowledge.reading.word import read_docx

PLAIN_BYTES = 2_000_000
"""Plain text up to here is read at once, without a process of its own: nothing in it is parsed."""

Reader = Callable[[str, bytes, ReadLimits], Draft]


def read_markdown(name: str, content: bytes, limits: ReadLimits) -> Draft:
    """The file's own lines; its front matter stays, for it is read when the text is cut into passages."""
    text, notes = decoded(content)
    return Draft(text=text, form="markdown", media_type="text/markdown", notes=notes)


def read_text(name: str, content: bytes, limits: ReadLimits) -> Draft:
    """The file's own lines; of reStructuredText and AsciiDoc by their headings."""
    text, notes = decoded(content)
    return _plain(name, text, notes)


def _plain(name: str, text: str, notes: tuple[str, ...] = ()) -> Draft:
    headed = outlined(name, text)
    return Draft(text=text, title=headed.title, sections=headed.sections, notes=notes)


_READERS: Mapping[Format, Reader] = {
    "markdown": read_markdown,
    "text": read_text,
    "html": read_html,
    "pdf": read_pdf,
    "docx": read_docx,
    "notebook": read_notebook,
    "json": read_json,
    "json lines": read_json_lines,
    "yaml": read_yaml,
    "csv": read_csv,
}


def read_at_once(name: str, content: bytes, format_: Format) -> ReadOutcome | None:
    """A plain text in UTF-8 that is not too long; None for everything that has to be parsed or guessed."""
    if format_ not in ("markdown", "text") or len(content) > PLAIN_BYTES or (text := utf8(content)) is None:
        return None
    if format_ == "markdown":
        return finished(name, Draft(text=text, form="markdown", media_type="text/markdown"))
    return finished(name, _plain(name, text))


def read_foreign(name: str, content: bytes, format_: Format, limits: ReadLimits) -> ReadOutcome:
    """In the sandbox only. Whatever a file does to its reader ends in a reason, except for want of memory."""
    try:
        return finished(name, _READERS[format_](name, content, limits))
    except RefusedInput as error:
        return Refused(name=shown_name(name), reason=str(error))
    except RecursionError:
        return Refused(name=shown_name(name), reason="It is nested too deeply. Save it as text or PDF.")
    except MemoryError:
        raise
    except Exception:  # somebody else's parser on somebody's file: there is no list of what it may raise
        return Refused(
            name=shown_name(name),
            reason="It is damaged, or made in a way that is not known here. Save it again, or as text.",
        )
