"""Full text by PostgreSQL's tsvector and a GIN index, with the BM25 that FTS5 computes.

A passage's title has the weight A, its headings B, its text C, the words of its scope D. ``ts_rank_cd`` of a single word is the
sum of the weights of the places where it stands, which is all that BM25 wants to know of a passage beside its length.
"""

from __future__ import annotations

import hashlib
import math
import unicodedata
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

from sqlalchemy import Connection, text

from sre_core.knowledge.documents import Scope
from sre_core.knowledge.full_text import PassageWords, newer, words_in_scope
from sre_core.knowledge.index import BODY, HEADING, TITLE, Scored

LONGEST = 500
"""Characters of a word; PostgreSQL takes 2 046 bytes. A longer one is known by its SHA-256."""
LAST_PLACE = 16_383
"""Places after that are all the same to PostgreSQL."""
_WHOLE = 4.0
"""PostgreSQL takes weights up to 1; divided by a power of two they stay exact."""
_K1, _B, _SCOPE = 1.2, 0.75, ":"
"""BM25's, as FTS5 has them; and what no stem begins with."""

_PASSAGES, _WORDS = "#passages", "#words"
"""Among the terms of the vocabulary: how many passages there are, and words in all."""

_WRITE = text("INSERT INTO wb_chunks_fts (id, words, length) VALUES (:id, CAST(:words AS tsvector), :length)")
_OF_DOCUMENT = "wb_chunks_fts f WHERE f.id IN (SELECT id FROM wb_chunks WHERE document_id = :id)"
_REMOVE = text(f"DELETE FROM {_OF_DOCUMENT}")  # noqa: S608 - our own words
_COUNTED = """SELECT w.lexeme AS term, count(*) AS doc FROM {passages} CROSS JOIN LATERAL unnest(f.words) AS w GROUP BY 1
    UNION ALL SELECT '#passages', count(*) FROM {passages}
    UNION ALL SELECT '#words', coalesce(sum(f.length), 0) FROM {passages}"""
_MORE = text(f"""WITH f AS MATERIALIZED (SELECT * FROM wb_chunks_fts WHERE id = ANY (CAST(:ids AS bigint[])))
    INSERT INTO wb_chunks_vocabulary (term, doc) {_COUNTED.format(passages="f")}
    ON CONFLICT (term) DO UPDATE SET doc = wb_chunks_vocabulary.doc + excluded.doc""")  # noqa: S608 - our own words
_FEWER = text(f"""WITH f AS MATERIALIZED (SELECT f.* FROM {_OF_DOCUMENT})
    UPDATE wb_chunks_vocabulary v SET doc = v.doc - gone.doc FROM ({_COUNTED.format(passages="f")}) AS gone
    WHERE v.term = gone.term""")  # noqa: S608 - our own words
_UNUSED = text("DELETE FROM wb_chunks_vocabulary WHERE doc = 0")
_FREQUENCIES = text("SELECT term, doc FROM wb_chunks_vocabulary WHERE term = ANY (CAST(:terms AS text[]))")
_OFTEN = f"{_WHOLE} * ts_rank_cd(CAST(:weights AS real[]), f.words, CAST(:word{{0}} AS tsquery)) AS often{{0}}"
_PART = f"CAST(:rarity{{0}} AS double precision) * (often{{0}} * ({_K1} + 1.0) / (often{{0}} + longer))"
_SEARCH = f"""SELECT id, {{parts}} AS score FROM (
        SELECT f.id, {_K1} * (1 - {_B} + {_B} * f.length / CAST(:usual AS double precision)) AS longer, {{often}}
        FROM wb_chunks_fts f {{joined}} WHERE f.words @@ CAST(:match AS tsquery) {{dated}} OFFSET 0) AS found
    ORDER BY score DESC, id LIMIT :limit"""  # noqa: S608 - our own words
_DOCUMENTS = "JOIN wb_chunks p ON p.id = f.id JOIN wb_documents d ON d.id = p.document_id"
_WEIGHTS = [0.0, BODY / _WHOLE, HEADING / _WHOLE, TITLE / _WHOLE]


class TsVector:
    """Implements ``FullText``. How many passages have a word is counted as they are written, as FTS5 does it."""

    def __init__(self, enough: int = 2000) -> None:
        """``enough``: passages with a question's rarest words are scored first; the others only where they could be better."""
        self._enough = enough

    def write(self, connection: Connection, passages: Sequence[PassageWords]) -> None:
        """Passages that are new."""
        rows = [{"id": one.chunk, "words": _vector(one), "length": _length(one)} for one in passages]
        if rows:
            connection.execute(_WRITE, rows)
            connection.execute(_MORE, {"ids": [one.chunk for one in passages]})

    def remove(self, connection: Connection, document: int) -> None:
        """What is kept of a document's passages."""
        connection.execute(_FEWER, {"id": document})
        connection.execute(_REMOVE, {"id": document})

    def tidy(self, connection: Connection) -> None:
        """Words that no passage has any more; the index is written anew together with its table."""
        connection.execute(_UNUSED)

    def frequencies(self, connection: Connection, stems: Sequence[str]) -> Mapping[str, int]:
        """Stem -> how many passages have it."""
        terms = {stem: _term(stem) for stem in stems}
        found = self._counts(connection, list(terms.values()))
        return {stem: found[term] for stem, term in terms.items() if found.get(term)}

    def search(self, connection: Connection, stems: Sequence[str], scope: Scope, limit: int) -> list[Scored]:
        """Passages that have any of the stems, by BM25, best first."""
        terms = [_term(stem) for stem in stems]
        counts = self._counts(connection, [*terms, _PASSAGES, _WORDS])
        wanted = [
            _Wanted(term, counts[term], _rarity(counts[term], counts[_PASSAGES])) for term in terms if counts.get(term)
        ]
        if not wanted:
            return []
        usual = counts[_WORDS] / counts[_PASSAGES]
        first, rest = _rarest(wanted, self._enough)
        found = self._found(connection, wanted, first, usual, scope, limit)
        best_of_rest = sum(one.rarity for one in rest) * (_K1 + 1)
        if rest and not (len(found) == limit and found[-1][1] > best_of_rest):
            return self._found(connection, wanted, wanted, usual, scope, limit)
        return found

    def _counts(self, connection: Connection, terms: Sequence[str]) -> dict[str, int]:
        return {term: int(doc) for term, doc in connection.execute(_FREQUENCIES, {"terms": terms}).all()}

    def _found(
        self,
        connection: Connection,
        wanted: Sequence[_Wanted],
        having: Sequence[_Wanted],
        usual: float,
        scope: Scope,
        limit: int,
    ) -> list[Scored]:
        """Passages that have any of some words, scored by all that are wanted."""
        dated, values = newer(scope)
        match = [
            [f"'{one.term}'" for one in having],
            *([f"'{_SCOPE}{word}'" for word in words] for words in words_in_scope(scope)),
        ]
        statement = _SEARCH.format(
            parts=" + ".join(map(_PART.format, range(len(wanted)))),
            often=", ".join(map(_OFTEN.format, range(len(wanted)))),
            joined=_DOCUMENTS if dated else "",
            dated=dated,
        )
        values |= {"match": " & ".join(f"({' | '.join(words)})" for words in match)}
        values |= {"weights": _WEIGHTS, "usual": usual, "limit": limit}
        values |= {f"word{place}": f"'{one.term}'" for place, one in enumerate(wanted)}
        values |= {f"rarity{place}": one.rarity for place, one in enumerate(wanted)}
        return [(int(id_), float(score)) for id_, score in connection.execute(text(statement), values).all()]


class _Wanted(NamedTuple):
    """A word of a question."""

    term: str
    passages: int
    rarity: float


def _rarity(having: int, passages: int) -> float:
    return max(1e-6, math.log((passages - having + 0.5) / (having + 0.5)))


def _rarest(wanted: Sequence[_Wanted], enough: int) -> tuple[list[_Wanted], list[_Wanted]]:
    """The rarest words that enough passages have, and the others."""
    ordered = sorted(wanted, key=lambda one: one.passages)
    together = accumulate(one.passages for one in ordered)
    first = 1 + next((place for place, passages in enumerate(together) if passages >= enough), len(ordered))
    return ordered[:first], ordered[first:]


def _length(one: PassageWords) -> int:
    return len(one.title) + len(one.heading) + len(one.body) + len(one.scope)


def _vector(one: PassageWords) -> str:
    """As PostgreSQL writes a tsvector: each word with its place and weight."""
    fields = (("A", one.title), ("B", one.heading), ("C", one.body))
    placed = [(_term(stem), weight) for weight, stems in fields for stem in stems]
    placed += [(f"{_SCOPE}{word}", "D") for word in one.scope]
    return " ".join(
        f"'{term}':{min(place, LAST_PLACE)}{weight}" for place, (term, weight) in enumerate(placed, start=1)
    )


def _term(stem: str) -> str:
    """A stem as the index holds it. It has letters and digits only, so that nothing has to be escaped."""
    word = stem if stem.isascii() else _without_accents(stem)
    return word if len(word) <= LONGEST else hashlib.sha256(word.encode()).hexdigest()


def _without_accents(stem: str) -> str:
    """As FTS5's tokenizer does it: é is e."""
    return "".join(letter for letter in unicodedata.normalize("NFD", stem) if not unicodedata.combining(letter))
