"""The values of the knowledge base: what a reader makes of a file, what is stored of it, and what is left when it is deleted.

Lines are always 1-based, both ends included, and count in ``SourceDocument.text``: that is the text a citation opens.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from sre_core.domain import Moment, Value

UPLOADS = "upload"
"""The source of documents that a person gave; a feed's documents carry the feed's id."""

CHANGE_LIKE = ("change", "commit", "deploy", "thread")
"""Kinds of document that tell of one moment: the newer ones count more."""

Form = Literal["markdown", "text"]
"""How the text is taken apart when no sections are given: by Markdown headings, or by paragraphs and lines."""


class Section(Value):
    """A part of a document that its reader knows better than Markdown does: a page, a symbol, a row group."""

    heading: tuple[str, ...] = Field(description="From the top down.")
    first_line: int = Field(ge=1)
    last_line: int = Field(ge=1)


class SourceDocument(Value):
    """What a reader made of a file: text whose lines can be cited, and what the file says of itself. Secrets are out already."""

    path: str = Field(
        min_length=1, description="Its name in the knowledge base: the same path again is the same document."
    )
    text: str
    form: Form = "markdown"
    title: str = Field(default="", description="Empty: front matter, the first heading or the file's name says.")
    kind: str = Field(
        default="", description="runbook, postmortem, architecture, note, change, code ...; empty: from text and path."
    )
    component: str | None = Field(
        default=None, description="The component it is about; None: front matter says, or it is general."
    )
    faults: tuple[str, ...] = ()
    names: tuple[str, ...] = Field(
        default=(), description="What it is found by exactly: alert names, error codes, symbols, a commit's id."
    )
    links: tuple[str, ...] = Field(
        default=(), description="Addresses it is known under, such as an alert's runbook_url."
    )
    dated: Moment | None = Field(default=None, description="The moment it tells of; None is not known.")
    sections: tuple[Section, ...] | None = Field(
        default=None, description="Where given, these are the borders of passages."
    )
    media_type: str = "text/markdown"
    redacted: Mapping[str, int] = Field(default_factory=dict, description="Kind of secret -> how many were taken out.")
    notes: tuple[str, ...] = Field(default=(), description="What the reader left out, in sentences for a person.")


class IngestOutcome(Value):
    """What came of taking in one document."""

    document: str
    outcome: Literal["added", "unchanged", "updated"]
    chunks: int
    version: int = 1
    redacted: Mapping[str, int] = Field(default_factory=dict)
    notes: tuple[str, ...] = ()


class KnownDocument(Value):
    """A line of the list of documents."""

    path: str
    title: str
    kind: str
    component: str | None
    faults: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    source: str = UPLOADS
    media_type: str = "text/markdown"
    dated: Moment | None = None
    added_at: Moment
    added_by: str
    updated_at: Moment
    updated_by: str
    version: int
    chunks: int
    embedded: int = Field(description="How many of its passages have a vector of the model in use.")
    characters: int
    redacted: Mapping[str, int] = Field(default_factory=dict)
    notes: tuple[str, ...] = ()


class DocumentVersion(Value):
    """One state of a document's text."""

    version: int
    at: Moment
    by: str
    digest: str = Field(description="SHA-256 of the text.")
    characters: int
    current: bool


class Tombstone(Value):
    """What is left of a document that was deleted: enough for a citation to say so."""

    path: str
    title: str
    deleted_at: Moment
    deleted_by: str
    because: str = ""


class Scope(Value):
    """Which documents may answer. Empty means all."""

    component: str | None = Field(
        default=None, description="Prefer its own documents over general ones; with only_component, nothing else."
    )
    only_component: bool = False
    kinds: tuple[Annotated[str, StringConstraints(to_lower=True)], ...] = ()
    sources: tuple[str, ...] = Field(default=(), description="'upload', or ids of feeds.")
    newer_than: Moment | None = Field(default=None, description="Dated (or, when it has no date, taken in) after this.")


class IndexState(Value):
    """How the knowledge base stands, for a page and for ``doctor``."""

    documents: int
    chunks: int
    embedded: int
    model: str | None = Field(
        default=None, description="Id of the embedding model in use; None while it is loading, or off."
    )
    model_state: Literal["off", "later", "loading", "ready", "failed"] = "off"
    vectors: Literal["exact", "chroma"] = Field(
        default="exact", description="What answers nearest-neighbour queries now."
    )
    vectors_state: str = Field(
        default="", description="A sentence: rebuilding, in use by another process, server down ..."
    )
    problem: str | None = None
