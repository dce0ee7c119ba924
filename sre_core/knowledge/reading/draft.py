"""What a reader of one format makes of a file, before secrets are taken out and it gets its name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from pydantic import Field

from sre_core.domain import Value
from sre_core.errors import RefusedInput
from sre_core.intake.foreign_json import whole_characters
from sre_core.knowledge.documents import Form, Section, SourceDocument
from sre_core.knowledge.reading.given import name_without_secrets, shown_name
from sre_core.redaction import redact

HEADING_CHARACTERS = 300
SECTION_CHARACTERS = 1000
"""Rows or items of a table or list are put together up to about this many."""


class Draft(Value):
    """Text and what is known of it. Fields as in ``SourceDocument``."""

    text: str
    form: Form = "text"
    media_type: str = "text/plain"
    title: str = ""
    links: tuple[str, ...] = ()
    sections: tuple[Section, ...] | None = None
    notes: tuple[str, ...] = ()
    redacted: Mapping[str, int] = Field(default_factory=dict, description="Taken out by its reader already.")


def finished(name: str, draft: Draft) -> SourceDocument:
    """The document, without its secrets. Raises ``RefusedInput`` when it says nothing."""
    if not draft.text.strip():
        raise RefusedInput(
            "There is no text in it. If it is a picture of a text, have the text recognised first (OCR)."
        )
    redacted = redact(draft.text)
    found = Counter(draft.redacted) + Counter(redacted.found) + Counter(name_without_secrets(name).found)
    return SourceDocument(
        path=shown_name(name),
        text=redacted.text,
        form=draft.form,
        title=redact(draft.title[:HEADING_CHARACTERS]).text,
        links=tuple(redact(link).text for link in draft.links),
        sections=None if draft.sections is None else tuple(_without_secrets(section) for section in draft.sections),
        media_type=draft.media_type,
        redacted=dict(sorted(found.items())),
        notes=draft.notes,
    )


def _without_secrets(section: Section) -> Section:
    heading = tuple(redact(whole_characters(part)[:HEADING_CHARACTERS]).text for part in section.heading)
    return section if heading == section.heading else section.model_copy(update={"heading": heading})


def grouped(borders: Iterable[tuple[int, int]], lines: Sequence[str]) -> list[tuple[int, int, int, int]]:
    """Neighbouring rows put together: (first row, last row, first line, last line), all 1-based, of rows given by their lines."""
    groups: list[tuple[int, int, int, int]] = []
    size = SECTION_CHARACTERS
    for row, (first, last) in enumerate(borders, start=1):
        length = sum(len(line) + 1 for line in lines[first - 1 : last])
        if groups and size + length <= SECTION_CHARACTERS:
            groups[-1] = (groups[-1][0], row, groups[-1][2], last)
            size += length
        else:
            groups.append((row, row, first, last))
            size = length
    return groups
