"""What can be asked of an index of passages: the database answers it, and so do a few documents held in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from numpy import float32
from numpy.typing import NDArray

from sre_core.knowledge.documents import Scope

TITLE, HEADING, BODY = 3.0, 1.0, 1.0
"""What a word counts in a passage's title, headings and text (BM25)."""

Scored = tuple[int, float]
"""(id of a passage, how well it fits: higher is better)"""


@dataclass(frozen=True)
class Candidate:
    """A passage that may answer, with what is known of its document."""

    chunk: int
    document: str
    """Its path."""
    title: str
    kind: str
    component: str | None
    faults: tuple[str, ...]
    source: str
    dated: datetime | None
    """The moment the document tells of."""
    taken_in: datetime
    heading: str
    first_line: int
    last_line: int
    text: str


class SearchIndex(Protocol):
    """Passages that can be looked for in four ways. Passage ids are of this index alone; all calls are thread-safe."""

    def sizes(self) -> tuple[int, int]:
        """(documents, passages) in all."""

    def frequencies(self, stems: Sequence[str]) -> Mapping[str, int]:
        """Stem -> how many passages have it; those that none has may be left out."""

    def exact(self, names: Sequence[str], scope: Scope) -> Mapping[str, Sequence[tuple[str, str]]]:
        """Normalised name (``words.exact_name``) -> (path of the document, tier) of those that are called that.

        Tiers: link, name, title, code; see ``chunks.ParsedDocument.exact``.
        """

    def lexical(self, stems: Sequence[str], scope: Scope, limit: int) -> Sequence[Scored]:
        """Passages that have any of the stems, by BM25, best first."""

    def dense(self, vector: NDArray[float32], scope: Scope, limit: int) -> Sequence[Scored]:
        """Passages by the cosine of their vector, best first; those without a vector are not among them."""

    def cosines(self, vector: NDArray[float32], chunks: Sequence[int]) -> Mapping[int, float]:
        """The cosine of exactly these passages; those without a vector are left out."""

    def passages(self, chunks: Sequence[int]) -> Sequence[Candidate]:
        """The passages of these ids, in any order; ids that are gone meanwhile are left out."""

    def of_documents(self, paths: Sequence[str]) -> Sequence[int]:
        """Ids of all passages of these documents, in the order they stand."""
