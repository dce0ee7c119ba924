"""What people do with memories, each with their role checked here and nowhere else.

A viewer looks; a responder also corrects, pins, merges, takes apart, imports, writes facts and postmortems; an admin also
forgets.
Everybody has a profile of their own, and may erase it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

from pydantic import Field

from sre_core.domain import ComponentFact, DeadEnd, Incident, Standing, Value
from sre_core.errors import NotAllowed, RefusedInput
from sre_core.knowledge.desk import ReadFiles
from sre_core.knowledge.documents import SourceDocument
from sre_core.knowledge.feeds.records import KnownFeed
from sre_core.knowledge.reading.given import FileGiven, Refused
from sre_core.memory.calibration import Calibration
from sre_core.memory.conclusions import incident_id
from sre_core.memory.dead_ends import DeadEndEdit
from sre_core.memory.incident_rows import Revision
from sre_core.memory.incidents import IncidentEdit
from sre_core.memory.patterns import CitedRunbook, Pattern, StaleRunbook, cited_runbooks, patterns, stale_runbooks
from sre_core.memory.postmortems import postmortem_id
from sre_core.memory.profiles import Profile
from sre_core.memory.saved_postmortems import Documents, SavedPostmortem, SavedPostmortems, postmortem_path
from sre_core.memory.standing import judge
from sre_core.memory.stores import Memories
from sre_core.people import Person, Role
from sre_core.postmortem.written import Correction
from sre_core.redaction import redact

__all__ = ["KnownMemory", "MemoryDesk", "SavedPostmortem", "postmortem_path"]

TOPOLOGY = "topology"
"""The kind of source whose documents say which components there are."""
RUNBOOK = "runbook"


class Feeds(Protocol):
    """The sources of documents."""

    def list(self) -> Sequence[KnownFeed]: ...


class KnownMemory(Value):
    """A memory as it stands now."""

    incident: Incident
    standing: Standing
    trust: float = Field(ge=0, le=1)
    cautions: tuple[str, ...] = ()


class MemoryDesk:
    """Where people come to what is remembered: a page, the command line. Thread-safe."""

    def __init__(
        self,
        memories: Memories,
        documents: Documents,
        read_files: ReadFiles,
        feeds: Feeds,
        outdated_after: timedelta,
    ) -> None:
        self._memories = memories
        self._incidents = memories.incidents
        self._documents = documents
        self._read_files = read_files
        self._feeds = feeds
        self._outdated_after = outdated_after
        self._postmortems = SavedPostmortems(memories.incidents, documents)

    # -- looking: everybody may ----------------------------------------------------------------------------------------

    def memories(self) -> list[KnownMemory]:
        """All, the latest first."""
        all_, components, now = self._incidents.incidents(), self.components(), datetime.now(UTC)
        return [self._judged(one, all_, components, now) for one in all_]

    def memory(self, incident_id: str) -> KnownMemory | None:
        """The one of this id, or the one that it is told with; None when there is none."""
        return next((one for one in self.memories() if incident_id in (one.incident.id, *one.incident.merged)), None)

    def single(self, incident_id: str) -> Incident | None:
        """One incident by itself, also when it is told with another."""
        return self._incidents.single(incident_id)

    def revisions(self, incident_id: str) -> list[Revision]:
        """What was believed of one incident, the oldest first."""
        return self._incidents.revisions(incident_id)

    def components(self) -> frozenset[str]:
        """Every component that a connected topology names; empty while none is connected."""
        sources = [feed.id for feed in self._feeds.list() if feed.kind == TOPOLOGY]
        return frozenset(one.component for id_ in sources for one in self._documents.documents(id_) if one.component)

    def patterns(self) -> list[Pattern]:
        """Causes that came at least twice, the most frequent first."""
        return patterns(self._incidents.incidents())

    def cited_runbooks(self) -> list[CitedRunbook]:
        """Documents that incidents cite, the most cited first."""
        return cited_runbooks(self._incidents.incidents())

    def stale_runbooks(self) -> list[StaleRunbook]:
        """Runbooks about components that no connected topology names any more; none while none is connected."""
        named = {one.path: (one.component,) for one in self._documents.documents() if one.kind == RUNBOOK}
        return stale_runbooks(named, self.components(), self._incidents.incidents())

    def calibration(self) -> Calibration:
        """Stated confidence against ratings."""
        return self._memories.ratings.calibration()

    def dead_ends(self) -> list[DeadEnd]:
        """Checks that never helped, the latest first."""
        return self._memories.dead_ends.all()

    def facts(self) -> list[ComponentFact]:
        """What people said about components, the latest first."""
        return self._memories.facts.all()

    # -- what a responder does -----------------------------------------------------------------------------------------

    def edit(self, incident_id: str, change: IncidentEdit, by: Person, because: str = "") -> Incident:
        """Correct what is believed, of all that is told with it; the history is kept. Raises ``NotAllowed``, ``RefusedInput``."""
        _needs(by, Role.RESPONDER, "Nothing was changed.")
        members, because = self._told_with(incident_id), because.strip()
        edited = self._incidents.edit(incident_id, change, by=by.name, because=because)
        for member in members:
            self._incidents.edit(member, change, by=by.name, because=because)
        return self._incidents.get(incident_id) or edited

    def restore(self, incident_id: str, revision: int, by: Person) -> Incident:
        """Undo what was changed since a revision, of all that is told with it. Raises ``NotAllowed``, ``RefusedInput``."""
        _needs(by, Role.RESPONDER, "Nothing was changed.")
        members = self._told_with(incident_id)
        until = next((one.at for one in self.revisions(incident_id) if one.revision > revision), None)
        restored = self._incidents.restore(incident_id, revision, by=by.name)
        for member in members:
            all_ = self.revisions(member)
            earlier = [one.revision for one in all_ if until and one.at < until and one.believed]
            if earlier and earlier[-1] != all_[-1].revision:
                self._incidents.restore(member, earlier[-1], by=by.name)
        return self._incidents.get(incident_id) or restored

    def merge(self, incident_id: str, into: str, by: Person) -> Incident:
        """Tell one memory, with all told with it, as one with another; ``unmerge`` undoes it.

        Raises ``NotAllowed``, ``RefusedInput``.
        """
        _needs(by, Role.RESPONDER, "Nothing was merged.")
        return self._incidents.merge(into, [incident_id], by=by.name)

    def pin(self, incident_id: str, pinned: bool, by: Person) -> Incident:
        """Recommend it before all others that match, or no more. Raises ``NotAllowed``, ``RefusedInput``."""
        _needs(by, Role.RESPONDER, "Nothing was changed.")
        for member in self._told_with(incident_id):
            self._incidents.pin(member, pinned, by=by.name)
        return self._incidents.pin(incident_id, pinned, by=by.name)

    def unmerge(self, incident_id: str, by: Person) -> Incident:
        """Let one that was told with another stand by itself again. Raises ``NotAllowed``, ``RefusedInput``."""
        _needs(by, Role.RESPONDER, "Nothing was taken apart.")
        return self._incidents.unmerge(incident_id, by=by.name)

    def import_postmortems(self, files: Iterable[FileGiven], by: Person) -> list[Incident | Refused]:
        """Remember what postmortems tell, without secrets; what is wrong with a file is an outcome. Raises ``NotAllowed``."""
        _needs(by, Role.RESPONDER, "Nothing was imported.")
        return [self._imported(read, by) for read in self._read_files(files)]

    def _imported(self, read: SourceDocument | Refused, by: Person) -> Incident | Refused:
        if isinstance(read, Refused):
            return read
        try:
            return self._incidents.import_postmortem(read.path, read.text, by.name)
        except RefusedInput as error:
            return Refused(name=read.path, reason=str(error))

    def add_fact(self, component: str, words: str, by: Person) -> ComponentFact:
        """Write down what holds of a component. Raises ``NotAllowed``, ``RefusedInput``."""
        _needs(by, Role.RESPONDER, "Nothing was written down.")
        return self._memories.facts.add(component, redact(words).text, by=by.name)

    def edit_fact(self, fact_id: str, component: str, words: str, by: Person) -> ComponentFact:
        """Say it otherwise. Raises ``NotAllowed``, ``RefusedInput``."""
        _needs(by, Role.RESPONDER, "Nothing was changed.")
        return self._memories.facts.edit(fact_id, words=redact(words).text, component=component, by=by.name)

    def edit_dead_end(self, dead_end_id: str, change: DeadEndEdit, by: Person) -> DeadEnd:
        """Note something, or have it no more minded. Raises ``NotAllowed``, ``RefusedInput``."""
        _needs(by, Role.RESPONDER, "Nothing was changed.")
        return self._memories.dead_ends.edit(dead_end_id, change, by=by.name)

    # -- what an admin does --------------------------------------------------------------------------------------------

    def forget(self, incident_id: str, by: Person) -> bool:
        """Erase a memory for good; False when there was none. Raises ``NotAllowed``."""
        _needs(by, Role.ADMIN, "Nothing was forgotten.")
        return self._incidents.forget(incident_id, by=by.name)

    def erase_fact(self, fact_id: str, by: Person) -> bool:
        """Forget a fact for good; whoever wrote it may, too. False when there was none. Raises ``NotAllowed``."""
        found = self._memories.facts.get(fact_id)
        if found is None:
            return False
        if not self.may_erase(found, by):
            _needs(by, Role.ADMIN, "Nothing was erased.", "; whoever wrote a fact may erase it, too")
        return self._memories.facts.erase(fact_id, by=by.name)

    def may_erase(self, fact: ComponentFact, by: Person) -> bool:
        """Whether somebody may erase a fact: an admin any, a responder their own."""
        return by.role.covers(Role.RESPONDER if fact.by == by.name else Role.ADMIN)

    def erase_dead_end(self, dead_end_id: str, by: Person) -> bool:
        """Forget what was looked at; only later looks count. False when there was none. Raises ``NotAllowed``."""
        _needs(by, Role.ADMIN, "Nothing was erased.")
        return self._memories.dead_ends.erase(dead_end_id, by=by.name)

    # -- oneself -------------------------------------------------------------------------------------------------------

    def profile(self, by: Person) -> Profile | None:
        """One's own; None when nothing is remembered."""
        return self._memories.profiles.get(by.name)

    def save_profile(self, profile: Profile, by: Person) -> Profile:
        """Keep one's own. Raises ``NotAllowed`` when it is somebody else's."""
        if profile.name != by.name:
            raise NotAllowed(f"{by.name} may keep a profile of {by.name} alone. Nothing was changed.")
        return self._memories.profiles.save(profile)

    def erase_profile(self, by: Person) -> bool:
        """Forget one's own; False when there was none."""
        return self._memories.profiles.erase(by.name)

    # -- postmortems ---------------------------------------------------------------------------------------------------

    def postmortem(self, investigation_id: str) -> SavedPostmortem | None:
        """The one that was saved for an investigation; None when there is none, or it was deleted."""
        return self._postmortems.get(investigation_id)

    def correction(self, investigation_id: str) -> Correction | None:
        """What a person made of an investigation in memory, since it was learned; None where nobody corrected it."""
        believed = self.single(incident_id(investigation_id))
        if believed is None or believed.edited_by is None or believed.settled_at is None:
            return None
        last = self.revisions(believed.id)[-1].revision
        return Correction(believed=believed, revision=last, by=believed.edited_by, at=believed.settled_at)

    def remembered_as(self, investigation_id: str) -> str | None:
        """The id of the memory that tells of an investigation, or of its postmortem; None when it was forgotten."""
        ids = (incident_id(investigation_id), postmortem_id(postmortem_path(investigation_id)))
        return next((id_ for id_ in ids if self._incidents.get(id_)), None)

    def save_postmortem(self, investigation_id: str, text: str, by: Person) -> SavedPostmortem:
        """Keep it among the documents and as a memory. Raises ``NotAllowed``, ``RefusedInput``; then nothing is kept."""
        _needs(by, Role.RESPONDER, "Nothing was saved.")
        return self._postmortems.save(investigation_id, text, by)

    # -- inside --------------------------------------------------------------------------------------------------------

    def _told_with(self, incident_id: str) -> tuple[str, ...]:
        """Those that are merged into it; any of them may be the one that tells the story."""
        found = self._incidents.get(incident_id)
        return found.merged if found and found.id == incident_id else ()

    def _judged(
        self, incident: Incident, all_: Sequence[Incident], components: frozenset[str], now: datetime
    ) -> KnownMemory:
        judged = judge(incident, all_, components, now, self._outdated_after)
        return KnownMemory(
            incident=incident, standing=judged.standing, trust=min(judged.trust, 1.0), cautions=judged.cautions
        )


def _needs(by: Person, role: Role, instead: str, beside: str = "") -> None:
    if by.role.covers(role):
        return
    takes = f"{'an' if role is Role.ADMIN else 'a'} {role.value}"
    raise NotAllowed(f"{by.name} is {by.role.value}; this takes {takes}{beside}. {instead} Ask one of them.")
