"""Documents in the database: the statements that add, replace, list and delete them, inside the caller's transaction."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, text

from sre_core.knowledge.chunks import CUTTER, ParsedDocument
from sre_core.knowledge.documents import DocumentVersion, KnownDocument, SourceDocument, Tombstone
from sre_core.knowledge.full_text import PassageWords, full_text_of, scope_words
from sre_core.knowledge.words import stems
from sre_core.store import upsert

CODE = "code"
TABLES = (
    *("wb_documents", "wb_document_versions", "wb_chunks", "wb_chunks_fts", "wb_names", "wb_vectors"),
    *("wb_chunks_vocabulary", "wb_feed_items", "wb_scrubs_due"),
)
"""Where something of a document may stand."""
LISTS = ("faults", "names", "links", "redacted", "notes")
_LISTED = """SELECT d.path, d.title, d.kind, d.component, d.faults, d.names, d.links, d.source, d.media_type, d.dated,
        d.added_at, d.added_by, d.updated_at, d.updated_by, d.version, d.redacted, d.notes, length(d.text) AS characters,
        (SELECT count(*) FROM wb_chunks c WHERE c.document_id = d.id) AS chunks,
        (SELECT count(*) FROM wb_chunks c JOIN wb_vectors v ON v.digest = c.embedded AND v.model = :model
            WHERE c.document_id = d.id) AS embedded
    FROM wb_documents d"""


def digest_of_text(content: str) -> str:
    """SHA-256 of a document's text, in hex."""
    return hashlib.sha256(content.encode()).hexdigest()


def given_of(document: SourceDocument) -> str:
    """All that a reader said beside the text, so that the document can be cut again; canonical JSON."""
    given = document.model_dump(mode="json", exclude={"path", "text", "redacted", "notes"}, exclude_defaults=True)
    return json.dumps(given, sort_keys=True)


def known_row(connection: Connection, path: str) -> RowMapping | None:
    """id, version, digest and given of a document; None when there is none of that path."""
    statement = text("SELECT id, version, digest, given, source, cut_by FROM wb_documents WHERE path = :path")
    return connection.execute(statement, {"path": path}).mappings().one_or_none()


def same_text(connection: Connection, path: str, digest: str) -> str | None:
    """Another document that has the same text."""
    statement = text("SELECT path FROM wb_documents WHERE digest = :digest AND path <> :path LIMIT 1")
    found = connection.execute(statement, {"digest": digest, "path": path}).scalar()
    return None if found is None else str(found)


def insert(
    connection: Connection, document: SourceDocument, parsed: ParsedDocument, by: str, at: str, source: str
) -> int:
    """A document that was not there; returns its id."""
    values = _columns(document, parsed, source) | {"path": document.path, "at": at, "by": by}
    names = [*_columns(document, parsed, source)]
    statement = f"""INSERT INTO wb_documents (path, added_at, added_by, updated_at, updated_by, version, {", ".join(names)})
        VALUES (:path, :at, :by, :at, :by, 1, {", ".join(f":{name}" for name in names)}) RETURNING id"""  # noqa: S608 - our names only
    connection.execute(text("DELETE FROM wb_tombstones WHERE path = :path"), {"path": document.path})
    return int(connection.execute(text(statement), values).scalar_one())


def replace(
    connection: Connection, id_: int, document: SourceDocument, parsed: ParsedDocument, by: str, at: str, source: str
) -> None:
    """A document that changed: what it said before becomes a version of its history."""
    kept = """INSERT INTO wb_document_versions (document_id, version, digest, at, by, text)
        SELECT id, version, digest, updated_at, updated_by, text FROM wb_documents WHERE id = :id AND digest <> :digest"""
    columns = _columns(document, parsed, source)
    changed = connection.execute(text(kept), {"id": id_, "digest": columns["digest"]}).rowcount
    setting = ", ".join(f"{name} = :{name}" for name in columns)
    statement = f"""UPDATE wb_documents SET updated_at = :at, updated_by = :by, version = version + :more, {setting}
        WHERE id = :id"""  # noqa: S608 - our names only
    connection.execute(text(statement), {**columns, "id": id_, "at": at, "by": by, "more": changed})


def cut_by_another(connection: Connection) -> list[int]:
    """Ids of the documents that another version of the cutter took apart."""
    found = connection.execute(text("SELECT id FROM wb_documents WHERE cut_by <> :cutter"), {"cutter": CUTTER})
    return [int(id_) for id_ in found.scalars()]


def row_to_cut(connection: Connection, id_: int) -> RowMapping | None:
    """What ``source_document`` needs, and the source; None when there is nothing to cut any more."""
    statement = """SELECT path, text, given, redacted, notes, source FROM wb_documents
        WHERE id = :id AND cut_by <> :cutter"""
    return connection.execute(text(statement), {"id": id_, "cutter": CUTTER}).mappings().one_or_none()


def recut(connection: Connection, id_: int, parsed: ParsedDocument) -> None:
    """What a newer cutter makes of the same text, in place of what an older one did."""
    columns = _said(parsed)
    setting = ", ".join(f"{name} = :{name}" for name in columns)
    connection.execute(text(f"UPDATE wb_documents SET {setting} WHERE id = :id"), {**columns, "id": id_})  # noqa: S608


def component_like(connection: Connection, name: str) -> str:
    """A component as documents spell it, whatever its case here; as given when none is about it."""
    statement = """SELECT component FROM wb_documents WHERE component = :name OR lower(component) = lower(:name)
        ORDER BY component = :name DESC LIMIT 1"""
    return str(connection.execute(text(statement), {"name": name}).scalar() or name)


def components(connection: Connection) -> frozenset[str]:
    """The components that documents are about."""
    found = connection.execute(text("SELECT DISTINCT component FROM wb_documents WHERE component IS NOT NULL"))
    return frozenset(str(name) for name in found.scalars())


def scrub_due(connection: Connection) -> int | None:
    """The number of the last deletion that the disk was not scrubbed of; None when there is none."""
    found = connection.execute(text("SELECT max(id) FROM wb_scrubs_due")).scalar()
    return None if found is None else int(found)


def scrubbed(connection: Connection, due: int) -> None:
    """The disk is scrubbed of what was deleted up to then."""
    connection.execute(text("DELETE FROM wb_scrubs_due WHERE id <= :due"), {"due": due})


def _said(parsed: ParsedDocument) -> dict[str, Any]:
    """What the cutter reads out of a text, as columns."""
    return {
        "title": parsed.title,
        "kind": parsed.kind,
        "component": parsed.component,
        "faults": json.dumps(parsed.faults),
        "names": json.dumps(parsed.names),
        "links": json.dumps(parsed.links),
        "dated": parsed.dated.isoformat() if parsed.dated else None,
        "cut_by": CUTTER,
    }


def _columns(document: SourceDocument, parsed: ParsedDocument, source: str) -> dict[str, Any]:
    return _said(parsed) | {
        "source": source,
        "form": document.form,
        "media_type": document.media_type,
        "digest": digest_of_text(document.text),
        "text": document.text,
        "redacted": json.dumps(dict(document.redacted)),
        "notes": json.dumps(document.notes),
        "given": given_of(document),
    }


def write_passages(connection: Connection, id_: int, parsed: ParsedDocument, source: str) -> list[int]:
    """The passages and exact names of a document in place of those it had; returns the new passages' ids."""
    remove_passages(connection, id_)
    names = () if parsed.kind == CODE else parsed.names  # hundreds of symbols, which stand in the headings anyway
    about = " ".join((parsed.title, parsed.component or "", *parsed.faults, *names))
    title, scope = stems(about), scope_words(parsed.kind, parsed.component, source)
    words = []
    for chunk in parsed.chunks:
        values = {"document": id_, **chunk.model_dump(), "embedded": digest_of_text(chunk.embedded)}
        number = int(connection.execute(_NEW_CHUNK, values).scalar_one())
        words.append(PassageWords(number, title, stems(chunk.heading), stems(chunk.text), scope))
    full_text_of(connection).write(connection, words)
    if parsed.exact:
        rows = [{"name": name, "tier": tier, "document": id_} for name, tier in parsed.exact.items()]
        connection.execute(_NEW_NAME, rows)
    return [one.chunk for one in words]


_NEW_CHUNK = text("""INSERT INTO wb_chunks (document_id, heading, first_line, last_line, text, embedded)
    VALUES (:document, :heading, :first_line, :last_line, :text, :embedded) RETURNING id""")
_NEW_NAME = text(
    "INSERT INTO wb_names (name, tier, document_id) VALUES (:name, :tier, :document) ON CONFLICT DO NOTHING"
)


def remove_passages(connection: Connection, id_: int) -> list[int]:
    """Passages, words and names of a document are gone; returns the ids that they had."""
    values = {"id": id_}
    found = connection.execute(text("SELECT id FROM wb_chunks WHERE document_id = :id"), values).scalars().all()
    ids = [int(number) for number in found]
    if ids:
        full_text_of(connection).remove(connection, id_)
    connection.execute(text("DELETE FROM wb_chunks WHERE document_id = :id"), values)
    connection.execute(text("DELETE FROM wb_names WHERE document_id = :id"), values)
    return ids


def delete(connection: Connection, path: str, by: str, because: str, at: str) -> list[int] | None:
    """A document with all its versions is gone but for a tombstone; returns its passages' ids, None when there is none."""
    found = connection.execute(
        text("SELECT id, title FROM wb_documents WHERE path = :path"), {"path": path}
    ).one_or_none()
    if found is None:
        return None
    connection.execute(text(_ITS_VECTORS), {"id": found.id})
    removed = remove_passages(connection, found.id)
    connection.execute(text("INSERT INTO wb_scrubs_due DEFAULT VALUES"))
    connection.execute(text("DELETE FROM wb_documents WHERE id = :id"), {"id": found.id})
    left = {"path": path, "title": found.title, "deleted_at": at, "deleted_by": by, "because": because}
    connection.execute(upsert("wb_tombstones", "path", "title, deleted_at, deleted_by, because"), left)
    return removed


_ITS_VECTORS = """DELETE FROM wb_vectors WHERE digest IN (SELECT embedded FROM wb_chunks WHERE document_id = :id
    EXCEPT SELECT c.embedded FROM wb_chunks o JOIN wb_chunks c ON c.embedded = o.embedded AND c.document_id <> :id
        WHERE o.document_id = :id)"""


def unused_vectors(connection: Connection) -> int:
    """Vectors that no passage stands on are gone; returns how many."""
    statement = "DELETE FROM wb_vectors WHERE digest NOT IN (SELECT embedded FROM wb_chunks)"
    return connection.execute(text(statement)).rowcount


def listed(connection: Connection, model: str, where: str = "", **values: object) -> list[KnownDocument]:
    """Documents by path. ``where`` is one of our own conditions."""
    rows = connection.execute(text(f"{_LISTED} {where} ORDER BY d.path"), {"model": model, **values})
    return [_known(row) for row in rows.mappings()]


def _known(row: RowMapping) -> KnownDocument:
    return KnownDocument(**{**row, **{name: json.loads(row[name]) for name in LISTS}})


def listed_of(connection: Connection, model: str, paths: Sequence[str]) -> list[KnownDocument]:
    """These of the documents, in the order of their paths here; those that are gone are left out."""
    rows = connection.execute(expanded(f"{_LISTED} WHERE d.path IN :paths", "paths", paths), {"model": model})
    found = {row["path"]: _known(row) for row in rows.mappings()}
    return [found[path] for path in paths if path in found]


def row_of(connection: Connection, path: str) -> RowMapping | None:
    """What ``source_document`` needs, and the source; None when there is no such document."""
    statement = "SELECT path, text, given, redacted, notes, source FROM wb_documents WHERE path = :path"
    return connection.execute(text(statement), {"path": path}).mappings().one_or_none()


def source_document(row: RowMapping) -> SourceDocument:
    """What the reader gave once, from a row with path, text, given, redacted and notes."""
    return SourceDocument(
        path=row["path"],
        text=row["text"],
        redacted=json.loads(row["redacted"]),
        notes=json.loads(row["notes"]),
        **json.loads(row["given"]),
    )


def versions(connection: Connection, path: str) -> list[DocumentVersion]:
    """All states of a document, the newest first."""
    statement = """SELECT version, updated_at AS at, updated_by AS by, digest, length(text) AS characters, 1 AS current
            FROM wb_documents WHERE path = :path
        UNION ALL SELECT v.version, v.at, v.by, v.digest, length(v.text), 0
            FROM wb_document_versions v JOIN wb_documents d ON d.id = v.document_id WHERE d.path = :path
        ORDER BY version DESC"""
    rows = connection.execute(text(statement), {"path": path}).mappings()
    return [DocumentVersion(**{**row, "current": bool(row["current"])}) for row in rows]


def text_of(connection: Connection, path: str, version: int | None) -> str | None:
    """A document's text, now or at a version; None when there is no such."""
    statement = """SELECT text FROM wb_documents WHERE path = :path AND version = coalesce(CAST(:version AS INTEGER), version)
        UNION ALL SELECT v.text FROM wb_document_versions v JOIN wb_documents d ON d.id = v.document_id
            WHERE d.path = :path AND v.version = CAST(:version AS INTEGER)"""
    found = connection.execute(text(statement), {"path": path, "version": version}).scalar()
    return None if found is None else str(found)


def tombstones(connection: Connection, path: str | None = None) -> list[Tombstone]:
    """What was deleted, the latest first."""
    statement = (
        "SELECT * FROM wb_tombstones WHERE path = coalesce(CAST(:path AS TEXT), path) ORDER BY deleted_at DESC, path"
    )
    return [Tombstone(**row) for row in connection.execute(text(statement), {"path": path}).mappings()]


def expanded(statement: str, name: str, values: Sequence[object]) -> Any:
    """A statement with ``IN :name`` filled by a list."""
    return text(statement).bindparams(bindparam(name, list(values), expanding=True))
