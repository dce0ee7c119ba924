"""Incidents in the database: rows, revisions, vectors, and what was forgotten for good."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np
from pydantic import Field
from sqlalchemy import Connection, Engine, RowMapping, String, bindparam, text

from sre_core.domain import Incident, Moment, Value
from sre_core.memory.groups import BY_ITSELF, Kept, grouped
from sre_core.memory.likeness import Vector
from sre_core.store import upsert, writing

_KEEP = text(
    """INSERT INTO wb_incidents (id, fingerprint, derived, edits, pinned, merged_into, merged_by, apart, revision, changed)
    VALUES (:id, :fingerprint, :derived, :edits, :pinned, :merged_into, :merged_by, :apart, :revision, :changed)
    ON CONFLICT (id) DO UPDATE SET fingerprint = :fingerprint, derived = :derived, edits = :edits, pinned = :pinned,
        merged_into = :merged_into, merged_by = :merged_by, apart = :apart, revision = :revision, changed = :changed"""
)
FORGOTTEN = upsert("wb_forgotten", "id", "at, by")
TABLES = ("wb_incidents", "wb_incident_revisions", "wb_incident_vectors", "wb_ratings", "wb_looks")
"""Where something of an incident may stand."""


class Revision(Value):
    """One state of what was believed of an incident."""

    revision: int = Field(ge=1)
    at: Moment
    by: str
    because: str
    believed: Incident | None = Field(description="None: from here on nothing was believed; it was investigated again.")


@contextmanager
def changing(engine: Engine) -> Iterator[Connection]:
    """A transaction that counts as a change."""
    with writing(engine) as connection:
        connection.execute(text("UPDATE wb_memory_changes SET changes = changes + 1"))
        yield connection


def changes(connection: Connection) -> int:
    """How often anything was changed."""
    return int(connection.scalar(text("SELECT changes FROM wb_memory_changes")) or 0)


def kept(connection: Connection, since: int = 0) -> list[Kept]:
    """Rows that changed after that count."""
    rows = connection.execute(text("SELECT * FROM wb_incidents WHERE changed > :since"), {"since": since})
    return [_kept(row) for row in rows.mappings()]


def ids(connection: Connection) -> set[str]:
    """All that are there."""
    return set(connection.scalars(text("SELECT id FROM wb_incidents")))


def without_fingerprint(connection: Connection) -> list[str]:
    """Those of investigations that have none."""
    query = text("SELECT id FROM wb_incidents WHERE fingerprint = '' AND id LIKE 'investigation:%' ORDER BY id")
    return list(connection.scalars(query))


def one(connection: Connection, incident_id: str) -> Kept | None:
    """The row; None when there is none."""
    row = connection.execute(text("SELECT * FROM wb_incidents WHERE id = :id"), {"id": incident_id}).mappings().first()
    return _kept(row) if row else None


def _kept(row: RowMapping) -> Kept:
    return Kept(
        derived=Incident.model_validate_json(row["derived"]),
        edits=json.loads(row["edits"]),
        pinned=bool(row["pinned"]),
        merged_into=row["merged_into"],
        merged_by=row["merged_by"],
        apart=bool(row["apart"]),
        revision=row["revision"],
    )


def put(connection: Connection, row: Kept) -> None:
    """Write it, in place of the one of the same id."""
    values = {
        "id": row.id,
        "fingerprint": row.derived.fingerprint,
        "derived": row.derived.model_dump_json(),
        "edits": json.dumps(dict(row.edits), default=str),
        "pinned": int(row.pinned),
        "merged_into": row.merged_into,
        "merged_by": row.merged_by,
        "apart": int(row.apart),
        "revision": row.revision,
        "changed": changes(connection),
    }
    connection.execute(_KEEP, values)


def take_out(connection: Connection, incident_id: str) -> None:
    """The row and its vectors; its history stays."""
    for query in ("DELETE FROM wb_incidents WHERE id = :id", "DELETE FROM wb_incident_vectors WHERE incident_id = :id"):
        connection.execute(text(query), {"id": incident_id})


def regroup(connection: Connection, fingerprints: Iterable[str]) -> None:
    """Put together what is the same by alert and cause, and apart what is not any more."""
    for mark in {mark for mark in fingerprints if mark}:
        found = connection.execute(text("SELECT * FROM wb_incidents WHERE fingerprint = :mark"), {"mark": mark})
        rows = [_kept(row) for row in found.mappings()]
        for row, head in ((row, grouped(rows)[row.id]) for row in rows):
            if row.merged_into != head:
                put(connection, replace(row, merged_into=head, merged_by=BY_ITSELF if head else None))


# -- history -----------------------------------------------------------------------------------------------------------


def last_revision(connection: Connection, incident_id: str) -> int:
    """The number of the latest; 0 when there is none."""
    query = text("SELECT max(revision) FROM wb_incident_revisions WHERE incident_id = :id")
    return int(connection.scalar(query, {"id": incident_id}) or 0)


def add_revision(
    connection: Connection, incident_id: str, at: datetime, by: str, because: str, believed: Incident | None
) -> int:
    """Write down what is believed from here on; returns its number."""
    number = last_revision(connection, incident_id) + 1
    values: Mapping[str, Any] = {
        "id": incident_id,
        "revision": number,
        "at": at.isoformat(),
        "by": by,
        "because": because,
        "believed": believed.model_dump_json() if believed else None,
    }
    connection.execute(
        text("INSERT INTO wb_incident_revisions VALUES (:id, :revision, :at, :by, :because, :believed)"), values
    )
    return number


def revisions(connection: Connection, incident_id: str) -> list[Revision]:
    """All, the oldest first."""
    query = text("SELECT * FROM wb_incident_revisions WHERE incident_id = :id ORDER BY revision")
    return [
        Revision(
            revision=row["revision"],
            at=row["at"],
            by=row["by"],
            because=row["because"],
            believed=Incident.model_validate_json(row["believed"]) if row["believed"] else None,
        )
        for row in connection.execute(query, {"id": incident_id}).mappings()
    ]


# -- forgetting --------------------------------------------------------------------------------------------------------


def erase(connection: Connection, incident_ids: Iterable[str], at: datetime, by: str) -> int:
    """Take out rows, history, vectors, ratings and looks; returns how many incidents there were.

    What is left is that they are not to be remembered again.
    """
    gone = 0
    for id_ in incident_ids:
        values = {"id": id_, "at": at.isoformat(), "by": by, "investigation": id_.removeprefix("investigation:")}
        for table in ("wb_incident_revisions", "wb_incident_vectors"):
            connection.execute(text(f"DELETE FROM {table} WHERE incident_id = :id"), values)  # noqa: S608
        for table in ("wb_ratings", "wb_looks"):
            connection.execute(text(f"DELETE FROM {table} WHERE investigation_id = :investigation"), values)  # noqa: S608
        gone += connection.execute(text("DELETE FROM wb_incidents WHERE id = :id"), values).rowcount
        connection.execute(FORGOTTEN, {"id": id_, "at": values["at"], "by": by})
    return gone


def forgotten(connection: Connection) -> frozenset[str]:
    """Ids that are not to be remembered again."""
    return frozenset(connection.scalars(text("SELECT id FROM wb_forgotten")))


def is_forgotten(connection: Connection, id_: str) -> bool:
    """Whether it is among them."""
    return connection.scalar(text("SELECT 1 FROM wb_forgotten WHERE id = :id"), {"id": id_}) is not None


def allow_again(connection: Connection, id_: str) -> None:
    """A person brings it back by their own hand."""
    connection.execute(text("DELETE FROM wb_forgotten WHERE id = :id"), {"id": id_})


# -- vectors -----------------------------------------------------------------------------------------------------------


def vectors(
    connection: Connection, model: str, incident_ids: Iterable[str] | None = None
) -> dict[str, tuple[str, Vector]]:
    """Id -> (digest of the text, its vector), of this model."""
    query = "SELECT incident_id, digest, vector FROM wb_incident_vectors WHERE model = :model"
    values: dict[str, Any] = {"model": model}
    statement = text(query)
    if incident_ids is not None:
        statement = text(f"{query} AND incident_id IN :ids").bindparams(bindparam("ids", expanding=True, type_=String))
        values["ids"] = list(incident_ids)
    rows = connection.execute(statement, values).all()
    return {id_: (digest, np.frombuffer(vector, np.float32)) for id_, digest, vector in rows}


def put_vectors(connection: Connection, model: str, found: Mapping[str, tuple[str, Vector]]) -> None:
    """Keep them; of incidents that are gone meanwhile, none."""
    statement = text(
        """INSERT INTO wb_incident_vectors (incident_id, model, digest, vector)
        SELECT id, :model, :digest, :vector FROM wb_incidents WHERE id = :id
        ON CONFLICT (incident_id, model) DO UPDATE SET digest = excluded.digest, vector = excluded.vector"""
    )
    for id_, (digest, vector) in found.items():
        raw = np.asarray(vector, np.float32).tobytes()
        connection.execute(statement, {"model": model, "digest": digest, "vector": raw, "id": id_})
