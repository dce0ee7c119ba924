"""What is kept beside the timelines and goes with them: memories, facts, postmortems; with everything, all else too."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Engine as Database
from sqlalchemy import text

from sre_core.export.desk import ExportDesk
from sre_core.inbox.store import InboxStore
from sre_core.knowledge.desk import KnowledgeDesk
from sre_core.knowledge.documents import Tombstone
from sre_core.knowledge.library import KnowledgeBase
from sre_core.memory.conclusions import incident_id
from sre_core.memory.incident_rows import changing
from sre_core.memory.saved_postmortems import postmortem_path
from sre_core.memory.stores import Memories
from sre_core.people import Person
from sre_core.store import scrub, writing

OF_MEMORY = (
    *("wb_incidents", "wb_incident_revisions", "wb_incident_vectors", "wb_ratings", "wb_looks", "wb_dead_end_notes"),
    *("wb_component_facts", "wb_profiles", "wb_forgotten"),
)
COUNTED = ("wb_incidents", "wb_component_facts", "wb_profiles")


class KeptBeside:
    """Forgets it. Thread-safe."""

    def __init__(
        self,
        database: Database,
        memories: Memories,
        library: KnowledgeBase,
        knowledge: KnowledgeDesk,
        exports: ExportDesk,
        folders: Sequence[Path],
    ) -> None:
        """``folders``: what lies in them goes with everything; they can be made again, or were uploaded here."""
        self._database = database
        self._memories = memories
        self._library = library
        self._knowledge = knowledge
        self._exports = exports
        self._folders = folders

    def forget(self, investigation_id: str, by: Person, *, memory: bool, postmortem: bool) -> tuple[int, int, int]:
        """Forget what was learned from it; how many memories, facts and postmortems that were."""
        memories = facts = postmortems = 0
        if memory:
            memories = self._memories.incidents.forget_these([incident_id(investigation_id)], by=by.name)
            facts = self._memories.facts.erase_of(investigation_id)
        if postmortem:
            because = f"Investigation {investigation_id} was erased."
            postmortems = self._delete(postmortem_path(investigation_id), by, because)
            memories += self._memories.incidents.forget_these([f"postmortem:{investigation_id}"], by=by.name)
        return memories, facts, postmortems

    def forget_everything(self, by: Person) -> int:
        """All memories, documents, sources, alerts, capsules, pages; how many. Settings, rules and the secret stay."""
        gone = self._documents(by) + self._all_memories() + self._alerts()
        for folder in self._folders:
            lying = [*folder.iterdir()] if folder.is_dir() else []
            gone += len(lying)
            for one in lying:
                shutil.rmtree(one, ignore_errors=True) if one.is_dir() else one.unlink(missing_ok=True)
        return gone

    def discard_copies(self) -> None:
        """Exports that lie here, or are being made, hold what is erased."""
        self._exports.discard()

    def scrub(self) -> None:
        """Nothing that was forgotten is in a file of the database any more."""
        scrub(self._database, *OF_MEMORY)

    def _delete(self, path: str, by: Person, because: str) -> int:
        found = self._library.document(path)
        there = found is not None and not isinstance(found, Tombstone)
        return int(there and self._library.delete(path, by=by.actor, because=because))

    def _documents(self, by: Person) -> int:
        gone = 0
        for source in self._knowledge.sources():
            gone += self._knowledge.remove_source(source.feed.id, by)
        gone += sum(self._delete(known.path, by, "Everything was erased.") for known in self._library.documents())
        with writing(self._database) as connection:
            connection.execute(text("DELETE FROM wb_tombstones"))
        self._library.scrub_database()
        return gone

    def _alerts(self) -> int:
        inbox = InboxStore(self._database)
        return inbox.forget([one.id for one in inbox.all()[0]])

    def _all_memories(self) -> int:
        with changing(self._database) as connection:
            count = sum(connection.scalar(text(f"SELECT count(*) FROM {table}")) or 0 for table in COUNTED)  # noqa: S608
            for table in OF_MEMORY:
                connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608
        return count
