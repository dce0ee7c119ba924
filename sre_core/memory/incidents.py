"""What happened before: incidents that are remembered, corrected, merged, pinned, forgotten, and recalled by likeness."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from pydantic import Field
from sqlalchemy import Connection, Engine

from sre_core.domain import Alert, Incident, Recollection, Value
from sre_core.errors import RefusedInput
from sre_core.investigator import utc_now
from sre_core.knowledge.embedding import Embedders, NoEmbedders
from sre_core.memory import incident_rows as rows
from sre_core.memory.fingerprint import kind_of, machines_named
from sre_core.memory.groups import BY_ITSELF, Kept, together
from sre_core.memory.incident_rows import Revision
from sre_core.memory.likeness import Spoken, spoken_alert, spoken_text
from sre_core.memory.picture import Picture
from sre_core.memory.postmortems import earlier_ids, incident_from_postmortem, read_postmortem, states_fault
from sre_core.memory.recalling import Circumstances, recollections
from sre_core.memory.secrets import clean, without_secrets
from sre_core.memory.shelf import AT_ONCE, Leaves, Shelf
from sre_core.redaction import redact
from sre_core.store import reading, scrub
from sre_core.tools.recall_incidents import Recalled

__all__ = ["IncidentEdit", "IncidentStore", "Revision", "incident_from_postmortem"]

MORE_THAN_ASKED = 20
"""Candidates that are judged before the best are taken, because some of them turn out not to count any more."""


class IncidentEdit(Value):
    """What a person changes of a memory: the fields that are given, ``None`` and empty ones too."""

    title: str = Field(default="", min_length=1, max_length=300)
    component: str | None = None
    fault: str | None = None
    symptoms: str = Field(default="", max_length=8000)
    statement: str = Field(default="", max_length=4000)
    resolution: str = Field(default="", max_length=4000)
    runbooks: tuple[str, ...] = ()
    resolved_by: str | None = None
    fix_held: bool | None = None
    done: bool | None = None


class IncidentStore:
    """Remembered incidents. Implements ``IncidentMemory``. Thread-safe.

    Whatever changes a memory leaves a revision: who, when, why. Only forgetting leaves none.
    """

    def __init__(
        self, engine: Engine, embedders: Embedders | None = None, now: Callable[[], datetime] = utc_now
    ) -> None:
        self.engine = engine
        self._embedders: Embedders = embedders or NoEmbedders()
        self._now = now
        self._shelf = Shelf(engine, self._embedders)

    # -- remembering ---------------------------------------------------------------------------------------------------

    def remember(self, incident: Incident, *, by: str = BY_ITSELF, because: str = "") -> bool:
        """Keep it without secrets; one of the same id is replaced, its history kept. False when a person had it forgotten.

        What a person edited stays, but for what is told differently now: the latest word counts.
        """
        with rows.changing(self.engine) as connection:
            kept = self._remember(connection, incident, by, because)
        if kept:
            self._embed([incident.id])
        return kept

    def remember_all(self, incidents: Iterable[Incident], *, by: str = BY_ITSELF, because: str = "") -> int:
        """Many at once, in one transaction; returns how many were kept. Vectors come with ``catch_up``."""
        with rows.changing(self.engine) as connection:
            return sum(self._remember(connection, incident, by, because) for incident in incidents)

    def without_fingerprint(self) -> list[str]:
        """Ids of what an older version remembered of investigations: it lacks what their timelines tell."""
        with reading(self.engine) as connection:
            return rows.without_fingerprint(connection)

    def complete(self, incident: Incident, *, because: str) -> bool:
        """Keep what was derived anew of one that is remembered; what a person edited stays. False when it is not there."""
        with rows.changing(self.engine) as connection:
            if rows.one(connection, incident.id) is None:
                return False
            kept = self._remember(connection, incident, BY_ITSELF, because, keep_edits=True)
        self._embed([incident.id])
        return kept

    def import_postmortem(self, path: str, text: str, by: str) -> Incident:
        """Remember what a document tells; the same path again corrects it. One that was forgotten is remembered again.

        Raises ``RefusedInput`` when it tells of no incident.
        """
        incident = read_postmortem(path, redact(text).text)
        with rows.changing(self.engine) as connection:
            investigated = rows.one(connection, f"investigation:{incident.investigation_id}")
            for before in filter(None, (rows.one(connection, id_) for id_ in earlier_ids(incident))):
                if before.derived.source == path:
                    incident = incident.model_copy(update={"id": before.id})
            if investigated:
                incident = _of_its_investigation(incident, investigated.believed, states_fault(path, text))
            rows.allow_again(connection, incident.id)
            self._remember(connection, incident, by, f"Written in {path}.")
        self._embed([incident.id])
        return self._there(incident.id)

    def withdraw(self, incident_id: str, *, by: str, because: str) -> bool:
        """Believe it no more, because it is investigated again; its history is kept. False when there was none."""
        with rows.changing(self.engine) as connection:
            row = rows.one(connection, incident_id)
            if row is None:
                return False
            rows.add_revision(connection, incident_id, self._now(), by, because, None)
            rows.take_out(connection, incident_id)
            rows.regroup(connection, [row.derived.fingerprint])
            return True

    # -- what people do with memories ----------------------------------------------------------------------------------

    def edit(self, incident_id: str, change: IncidentEdit, *, by: str, because: str = "") -> Incident:
        """Change what is believed, without secrets. Raises ``RefusedInput`` when there is no such memory, or no change."""
        given = {name: clean(getattr(change, name)) for name in change.model_fields_set}
        if not given:
            raise RefusedInput("Nothing was changed: say at least one field.")
        with rows.changing(self.engine) as connection:
            row = self._row(connection, incident_id)
            if {
                name
                for name in ("component", "fault")
                if given.get(name, getattr(row.believed, name)) != getattr(row.believed, name)
            }:
                given["seconds_to_cause"] = None  # what it took was the time to another cause
            self._write_edits(connection, row, {**row.edits, **given}, by, because)
        self._embed([incident_id])
        return self._there(incident_id)

    def restore(self, incident_id: str, revision: int, *, by: str) -> Incident:
        """Believe again what was believed as of an earlier revision; what came since stays in its history.

        Raises ``RefusedInput`` when nothing was believed then.
        """
        with rows.changing(self.engine) as connection:
            row = self._row(connection, incident_id)
            earlier = next((r for r in rows.revisions(connection, incident_id) if r.revision == revision), None)
            if earlier is None or earlier.believed is None:
                raise RefusedInput(f"There is no revision {revision} of {incident_id} in which anything was believed.")
            names = (*IncidentEdit.model_fields, "seconds_to_cause")
            then, derived = earlier.believed.model_dump(mode="json"), row.derived.model_dump(mode="json")
            edits = {name: then[name] for name in names if then[name] != derived[name]}
            self._write_edits(connection, row, edits, by, f"Back to revision {revision}.")
        self._embed([incident_id])
        return self._there(incident_id)

    def pin(self, incident_id: str, pinned: bool, *, by: str) -> Incident:
        """Recommend it before all others that match, whatever its age; or no more. Raises ``RefusedInput``."""
        with rows.changing(self.engine) as connection:
            row = replace(self._row(connection, incident_id), pinned=pinned)
            why = "Pinned." if pinned else "Unpinned."
            number = rows.add_revision(connection, incident_id, self._now(), by, why, row.believed)
            rows.put(connection, replace(row, revision=number))
        return self._there(incident_id)

    def forget(self, incident_id: str, *, by: str = BY_ITSELF) -> bool:
        """Erase it for good, with its history, its vectors and all that is merged into it; False when there was none.

        It is not remembered again when its investigation is looked at again. Timelines that recalled it keep what they were told.
        """
        with rows.changing(self.engine) as connection:
            found = {row.id: row for row in rows.kept(connection)}
            group = next((m for m in together(found.values()) if m.id == incident_id), None)
            gone = (incident_id, *(group.merged if group else ()))
            count = rows.erase(connection, gone, self._now(), by)
            rows.regroup(connection, [found[id_].derived.fingerprint for id_ in gone if id_ in found])
        scrub(self.engine, *rows.TABLES)
        return count > 0

    def forget_these(self, incident_ids: Iterable[str], *, by: str) -> int:
        """Erase exactly these for good, and what was rated and looked at in their investigations; returns how many there were.

        What is told with them stays, and stands for itself. To scrub the database is the caller's.
        """
        those = list(incident_ids)
        with rows.changing(self.engine) as connection:
            found = [row for id_ in those if (row := rows.one(connection, id_))]
            count = rows.erase(connection, those, self._now(), by)
            rows.regroup(connection, [row.derived.fingerprint for row in found])
        return count

    def merge(self, into: str, others: Sequence[str], *, by: str) -> Incident:
        """Tell these with ``into``, as the same thing at other times. Raises ``RefusedInput``."""
        with rows.changing(self.engine) as connection:
            head = self._row(connection, into)
            rows.put(connection, replace(head, merged_into=None, merged_by=None))
            for id_ in others:
                row = self._row(connection, id_)
                if id_ == into:
                    raise RefusedInput("A memory cannot be merged into itself.")
                number = rows.add_revision(connection, id_, self._now(), by, f"Merged into {into}.", row.believed)
                rows.put(connection, replace(row, merged_into=into, merged_by=by, apart=False, revision=number))
            rows.regroup(connection, [head.derived.fingerprint])
        return self._there(into)

    def unmerge(self, incident_id: str, *, by: str) -> Incident:
        """Let one that was merged stand by itself again, also from now on. Raises ``RefusedInput``."""
        with rows.changing(self.engine) as connection:
            row = self._row(connection, incident_id)
            if row.merged_into is None:
                raise RefusedInput(
                    f"{incident_id} is not merged into another; take one of those that are merged into it."
                )
            number = rows.add_revision(connection, row.id, self._now(), by, "Taken apart.", row.believed)
            rows.put(connection, replace(row, merged_into=None, merged_by=None, apart=True, revision=number))
            rows.regroup(connection, [row.derived.fingerprint])
        return self._there(incident_id)

    # -- reading -------------------------------------------------------------------------------------------------------

    def incidents(self) -> list[Incident]:
        """All memories, each with what is merged into it, the latest first; those without a time at the end."""
        told = together(self._shelf.rows())
        return sorted(told, key=lambda one: (one.started_at is None, -_last(one), one.id))

    def get(self, incident_id: str) -> Incident | None:
        """The memory of this id, or the one that it is merged into; None when there is none."""
        return next((one for one in self.incidents() if incident_id in (one.id, *one.merged)), None)

    def single(self, incident_id: str) -> Incident | None:
        """One incident by itself, merged or not; None when there is none."""
        return next((row.believed for row in self._shelf.rows() if row.id == incident_id), None)

    def revisions(self, incident_id: str) -> list[Revision]:
        """What was believed of one incident, when and by whose word, the oldest first."""
        with reading(self.engine) as connection:
            return rows.revisions(connection, incident_id)

    # -- recalling -----------------------------------------------------------------------------------------------------

    async def recall(self, text: str, *, component: str | None, limit: int) -> Recalled:
        """Past incidents that resemble a text, those to be believed first."""
        return await asyncio.to_thread(self.recall_text, text, Picture.around([component] if component else ()), limit)

    def recall_text(
        self,
        text: str,
        picture: Picture,
        limit: int,
        beside: Sequence[Incident] = (),
        leaves_out: Leaves | None = None,
        now: Circumstances | None = None,
    ) -> Recalled:
        """The same where more is known: the topology, incidents that are not stored, what must not be recalled."""
        spoken = spoken_text(text, picture.hops, now.at if now else None)
        found, known, _ = self._compare(spoken, now or Circumstances(picture), limit, beside, leaves_out)
        return Recalled(recollections=tuple(found), known=known)

    def recall_alert(
        self,
        alert: Alert,
        picture: Picture | None = None,
        *,
        limit: int,
        beside: Sequence[Incident] = (),
        leaves_out: Leaves | None = None,
        now: Circumstances | None = None,
    ) -> list[Recollection]:
        """Past incidents that resemble an alert, those to be believed first."""
        return self.recall_counted(alert, picture, limit, beside, leaves_out, now)[0]

    def recall_counted(
        self,
        alert: Alert,
        picture: Picture | None,
        limit: int,
        beside: Sequence[Incident] = (),
        leaves_out: Leaves | None = None,
        now: Circumstances | None = None,
    ) -> tuple[list[Recollection], int, int]:
        """(the same, how many memories were compared, how many incidents were left out)"""
        picture = picture or Picture.of(alert)
        at = alert.starts_at or (now.at if now else None) or self._now()
        now = replace(now or Circumstances(), kind=kind_of(alert), machines=machines_named(alert))
        circumstances = replace(now, picture=picture, at=at)
        return self._compare(spoken_alert(alert, picture.hops, at), circumstances, limit, beside, leaves_out)

    @property
    def by_meaning(self) -> bool:
        """Whether meaning is compared now, or words alone."""
        return self._embedders.now() is not None

    def catch_up(self) -> int:
        """Make the vectors that are missing, where the model is there; returns how many. For a thread in the background."""
        return self._embed(None)

    # -- inside --------------------------------------------------------------------------------------------------------

    def _write_edits(self, connection: Connection, row: Kept, edits: Mapping[str, Any], by: str, because: str) -> None:
        """What a person makes of it, as its latest revision; with no edits it is what was derived again."""
        told = {"edited_by": by, "settled_at": self._now().isoformat()} if edits else {}
        edited = replace(row, edits={**edits, **told})
        number = rows.add_revision(connection, row.id, self._now(), by, redact(because).text, edited.believed)
        rows.put(connection, replace(edited, revision=number))
        rows.regroup(connection, [row.derived.fingerprint])

    def _compare(
        self, spoken: Spoken, now: Circumstances, limit: int, beside: Sequence[Incident], leaves_out: Leaves | None
    ) -> tuple[list[Recollection], int, int]:
        self._shelf.embed_beside(beside)
        corpus, memories, left_out = self._shelf.corpus(beside, leaves_out)
        found = corpus.alike(self._shelf.with_vector(spoken), limit + MORE_THAN_ASKED)
        marks = {one.told.incident.fingerprint for one in found} - {""}
        same = [one for one in memories if one.fingerprint in marks]
        return recollections(found, same, now, limit), len(memories), left_out

    def _remember(
        self, connection: Connection, incident: Incident, by: str, because: str, *, keep_edits: bool = False
    ) -> bool:
        if rows.is_forgotten(connection, incident.id):
            return False
        incident, because = without_secrets(incident), redact(because).text
        before = rows.one(connection, incident.id)
        told = {
            name
            for name in type(incident).model_fields
            if before and getattr(before.derived, name) != getattr(incident, name)
        }
        if before and not told:
            return True
        edits = (
            {name: value for name, value in before.edits.items() if keep_edits or name not in told} if before else {}
        )
        if not edits.keys() - {"edited_by", "settled_at"}:
            edits = {}
        row = replace(before, derived=incident, edits=edits) if before else Kept(incident)
        number = rows.add_revision(connection, incident.id, self._now(), by, because, row.believed)
        rows.put(connection, replace(row, revision=number))
        rows.regroup(connection, [incident.fingerprint, before.derived.fingerprint if before else ""])
        return True

    def _embed(self, only: Sequence[str] | None) -> int:
        embedder = self._embedders.now()
        if embedder is None:
            return 0
        self._shelf.embed_faults(embedder)
        missing = self._shelf.missing(embedder, only)
        for start in range(0, len(missing), AT_ONCE):
            some = missing[start : start + AT_ONCE]
            found = embedder.embed([words for _, _, words in some])
            made = {id_: (digest, vector) for (id_, digest, _), vector in zip(some, found, strict=True)}
            with rows.changing(self.engine) as connection:
                rows.put_vectors(connection, embedder.model, made)
        return len(missing)

    def _row(self, connection: Connection, incident_id: str) -> Kept:
        row = rows.one(connection, incident_id)
        if row is None:
            raise RefusedInput(f"Nothing is remembered under {incident_id!r}; it may have been forgotten meanwhile.")
        return row

    def _there(self, incident_id: str) -> Incident:
        found: Any = self.get(incident_id)
        if found is None:
            raise RefusedInput(f"Nothing is remembered under {incident_id!r}; it may have been forgotten meanwhile.")
        return found  # type: ignore[no-any-return]


def _of_its_investigation(written: Incident, found: Incident, states_fault: bool) -> Incident:
    """What a postmortem tells, tied to what is remembered of its investigation. A fault is not guessed from its words."""
    same = ("workspace", "capsule", "fingerprint", "occurrence", "alerting", "kind")
    update: dict[str, Any] = {name: getattr(found, name) for name in same}
    update["started_at"] = written.started_at or found.started_at
    if not states_fault and written.component in (None, found.component):
        update["fault"] = found.fault
    return written.model_copy(update=update)


def _last(incident: Incident) -> float:
    last = incident.occurred[-1] if incident.occurred else incident.started_at
    return last.timestamp() if last else 0.0
