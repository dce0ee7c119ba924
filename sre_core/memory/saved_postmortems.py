"""The postmortem of an investigation, kept as a document and as a memory: one text, two places that agree."""

from __future__ import annotations

from typing import Protocol

from pydantic import Field

from sre_core.domain import Incident, Moment, Value
from sre_core.errors import RefusedInput
from sre_core.knowledge.documents import IngestOutcome, KnownDocument, SourceDocument, Tombstone
from sre_core.knowledge.library import OpenedDocument
from sre_core.memory.conclusions import incident_id
from sre_core.memory.incidents import IncidentStore
from sre_core.memory.postmortems import read_postmortem
from sre_core.people import Person
from sre_core.redaction import redact

FROM_ITS_INVESTIGATION = (
    "component", "fault", "statement", "resolution", "change_id", "done", "fix_held", "runbooks", "resolved_by", "alert",
    "affected", "seen", "evidence", "verdict", "confidence", "seconds_to_cause",
)  # fmt: skip
"""What a postmortem that does not say it leaves as its investigation found it."""


class Documents(Protocol):
    """The knowledge base, as far as memory needs it. See ``library.KnowledgeBase``."""

    def take_in(self, document: SourceDocument, *, by: str) -> IngestOutcome: ...
    def document(self, path: str) -> OpenedDocument | Tombstone | None: ...
    def documents(self, source: str | None = None) -> list[KnownDocument]: ...


class SavedPostmortem(Value):
    """The postmortem of an investigation, as somebody saved it last."""

    path: str
    text: str
    by: str
    at: Moment
    version: int
    secrets: int = Field(default=0, description="How many were taken out of it.")


def postmortem_path(investigation_id: str) -> str:
    """Where the postmortem of an investigation is kept among the documents."""
    return f"postmortems/{investigation_id}.md"


class SavedPostmortems:
    """Saves them and finds them again. Thread-safe; whether somebody may is asked elsewhere."""

    def __init__(self, incidents: IncidentStore, documents: Documents) -> None:
        self._incidents = incidents
        self._documents = documents

    def get(self, investigation_id: str) -> SavedPostmortem | None:
        """The one of an investigation; None when there is none, or it was deleted."""
        path = postmortem_path(investigation_id)
        found = self._documents.document(path)
        if not isinstance(found, OpenedDocument):
            return None
        known, secrets = found.known, sum(found.known.redacted.values())
        by, at = known.updated_by, known.updated_at
        return SavedPostmortem(path=path, text=found.text, by=by, at=at, version=known.version, secrets=secrets)

    def save(self, investigation_id: str, text: str, by: Person) -> SavedPostmortem:
        """Keep it; what it does not say of the incident stays as the investigation found it. Raises ``RefusedInput``."""
        path, clean = postmortem_path(investigation_id), redact(text)
        written = _tied(path, clean.text, investigation_id)
        document = SourceDocument(path=path, text=written, kind="postmortem", redacted=clean.found)
        self._documents.take_in(document, by=by.actor)
        self._incidents.import_postmortem(path, written, by.name)
        self._complete(read_postmortem(path, written).id, investigation_id, by)
        saved = self.get(investigation_id)
        if saved is None:
            raise RefusedInput("It was deleted at the very moment it was saved. Save it again.")
        return saved

    def _complete(self, id_: str, investigation_id: str, by: Person) -> None:
        written, found = self._incidents.single(id_), self._incidents.single(incident_id(investigation_id))
        if written is None or found is None or written.id == found.id:
            return
        missing = {name: getattr(found, name) for name in FROM_ITS_INVESTIGATION if _absent(written, name)}
        if any(not _absent(found, name) for name in missing):
            why = f"What it does not say is taken from investigation {investigation_id}."
            self._incidents.remember(written.model_copy(update=missing), by=by.name, because=why)


def _tied(path: str, text: str, investigation_id: str) -> str:
    """The text, whose front matter says which investigation it is about. Raises ``RefusedInput`` when it says another one."""
    if read_postmortem(path, text).investigation_id is None:
        begins, rest = ("---\n", text[4:]) if text.startswith("---\n") else ("---\nkind: postmortem\n", f"---\n{text}")
        text = f'{begins}investigation: "{investigation_id}"\n{rest}'
    told = read_postmortem(path, text)
    if (told.investigation_id, told.id) != (investigation_id, f"postmortem:{investigation_id}"):
        raise RefusedInput(
            f"Its front matter must say “investigation: {investigation_id}”, and no id of its own; it says that it is about "
            f"{told.investigation_id or 'none'}. Change that. Nothing was saved."
        )
    return text


def _absent(incident: Incident, name: str) -> bool:
    return getattr(incident, name) in (None, "", ())
