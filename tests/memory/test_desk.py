"""What people may do with memories, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from sre_core.domain import Incident, Standing
from sre_core.errors import NotAllowed, RefusedInput
from sre_core.knowledge.documents import SourceDocument
from sre_core.knowledge.feeds.records import KnownFeed
from sre_core.knowledge.feeds.settings import TopologySettings
from sre_core.knowledge.library import KnowledgeBase
from sre_core.knowledge.reading.given import FileGiven, Refused
from sre_core.memory.desk import MemoryDesk, postmortem_path
from sre_core.memory.incidents import IncidentEdit
from sre_core.memory.profiles import Profile
from sre_core.memory.stores import Memories
from sre_core.redaction import redact
from tests.fakes import ADMIN, PERSON, VIEWER
from tests.memory.told import MAY, incident

LOCK = """---
kind: postmortem
investigation: "1"
component: orders-db
faults: [lock_contention]
---
# Orders were blocked

## Root cause

The nightly migration held a lock, as the team found out later.
"""


class NoFeeds:
    """No source is connected."""

    def list(self) -> list[KnownFeed]:
        return []


def read(files: Iterable[FileGiven]) -> Iterator[SourceDocument | Refused]:
    """A reader of plain text."""
    for file in files:
        assert isinstance(file.content, bytes)
        yield SourceDocument(path=file.name, text=redact(file.content.decode()).text)


@pytest.fixture
def memories(database: Engine) -> Memories:
    return Memories(database)


@pytest.fixture
def documents(database: Engine) -> KnowledgeBase:
    return KnowledgeBase(database)


@pytest.fixture
def desk(memories: Memories, documents: KnowledgeBase) -> MemoryDesk:
    return MemoryDesk(memories, documents, read, NoFeeds(), timedelta(days=365))


FACT = "fails over by itself at 3 a.m."
SAYS = IncidentEdit(statement="It was the bank.")

BY_ROLE: dict[str, tuple[Callable[[MemoryDesk, object], object], bool]] = {
    "edit": (lambda desk, by: desk.edit("investigation:1", SAYS, by), True),  # type: ignore[arg-type]
    "pin": (lambda desk, by: desk.pin("investigation:1", True, by), True),  # type: ignore[arg-type]
    "merge": (lambda desk, by: desk.merge("investigation:2", "investigation:1", by), True),  # type: ignore[arg-type]
    "restore": (lambda desk, by: desk.restore("investigation:1", 1, by), True),  # type: ignore[arg-type]
    "unmerge": (lambda desk, by: desk.unmerge("investigation:2", by), True),  # type: ignore[arg-type]
    "import": (lambda desk, by: desk.import_postmortems([], by), True),  # type: ignore[arg-type]
    "fact": (lambda desk, by: desk.add_fact("orders-db", FACT, by), True),  # type: ignore[arg-type]
    "postmortem": (lambda desk, by: desk.save_postmortem("1", LOCK, by), True),  # type: ignore[arg-type]
    "forget": (lambda desk, by: desk.forget("investigation:1", by), False),  # type: ignore[arg-type]
}
"""What is done, and whether a responder may."""


@pytest.mark.parametrize("what", BY_ROLE)
def test_each_role_may_what_it_covers_and_no_more(desk: MemoryDesk, memories: Memories, what: str) -> None:
    memories.incidents.remember_all([incident(), incident(n=2)])
    act, responder_may = BY_ROLE[what]
    before = desk.memories()
    with pytest.raises(NotAllowed, match="Nothing was"):
        act(desk, VIEWER)
    if not responder_may:
        with pytest.raises(NotAllowed, match="takes an admin"):
            act(desk, PERSON)
    assert desk.memories() == before
    act(desk, PERSON if responder_may else ADMIN)


def test_a_correction_holds_for_all_that_is_told_together(desk: MemoryDesk, memories: Memories) -> None:
    memories.incidents.remember_all([incident(), incident(n=2, fix_held=True, done=True)])
    (known,) = desk.memories()
    desk.edit(known.incident.id, IncidentEdit(component="payments", fault="memory_leak"), PERSON, "I was there.")
    (known,) = desk.memories()
    assert known.incident.cause == ("payments", "memory_leak")
    assert known.incident.edited_by == "ada"
    assert desk.revisions(known.incident.id)[-1].because == "I was there."


def test_one_that_is_contradicted_later_is_shown_as_such(desk: MemoryDesk, memories: Memories) -> None:
    memories.incidents.remember_all([incident(), incident(n=9, component="payments", fault="memory_leak")])
    standing = {one.incident.id: one.standing for one in desk.memories()}
    assert standing == {"investigation:1": Standing.CONTRADICTED, "investigation:9": Standing.BELIEVED}


def test_what_is_forgotten_is_gone_with_its_history(desk: MemoryDesk, memories: Memories) -> None:
    memories.incidents.remember(incident())
    assert desk.forget("investigation:1", ADMIN)
    assert desk.memory("investigation:1") is None
    assert desk.revisions("investigation:1") == []
    assert not memories.incidents.remember(incident())


def test_imports_are_remembered_and_what_tells_of_nothing_is_refused(desk: MemoryDesk) -> None:
    told, refused = desk.import_postmortems(
        [FileGiven(name="lock.md", content=LOCK.encode()), FileGiven(name="menu.md", content=b"Soup of the day.\n")],
        PERSON,
    )
    assert isinstance(told, Incident)
    assert told.cause == ("orders-db", "lock_contention")
    assert isinstance(refused, Refused)
    assert "no incident" in refused.reason


def test_a_saved_postmortem_is_a_document_and_leaves_what_its_investigation_found(
    desk: MemoryDesk, memories: Memories, documents: KnowledgeBase
) -> None:
    memories.incidents.remember(incident(runbooks=("locks.md",), resolved_by="bo"))
    saved = desk.save_postmortem("1", LOCK + "\npassword: hunter2-Very-Secret-99\n", PERSON)
    assert (saved.by, saved.version, saved.secrets) == ("person:ada", 1, 1)
    assert documents.document(postmortem_path("1")) is not None
    assert "hunter2" not in saved.text
    (known,) = desk.memories()
    assert "as the team found out later" in known.incident.statement
    assert known.incident.resolution == "migration cancelled"
    assert (known.incident.runbooks, known.incident.resolved_by) == (("locks.md",), "bo")
    assert len(known.incident.occurred) == 1


@pytest.mark.parametrize("matter", ["", "---\ncomponent: orders-db\nfault: lock_contention\n---\n"])
def test_without_a_word_of_it_a_saved_postmortem_is_tied_to_its_investigation(
    desk: MemoryDesk, memories: Memories, matter: str
) -> None:
    memories.incidents.remember(incident())
    desk.save_postmortem("1", matter + "# Orders\n\n## Root cause\n\nThe bank.\n", PERSON)
    (known,) = desk.memories()
    assert known.incident.cause == ("orders-db", "lock_contention")
    assert "The bank." in known.incident.statement


def test_a_postmortem_does_not_take_the_place_of_another_memory(desk: MemoryDesk, memories: Memories) -> None:
    memories.incidents.remember(incident(n=2))
    with pytest.raises(RefusedInput, match="no id of its own"):
        desk.save_postmortem("1", LOCK.replace("kind: postmortem", "id: investigation:2"), PERSON)
    assert desk.single("investigation:2") == incident(n=2)


def test_an_imported_id_takes_no_other_memory_s_place_and_imported_again_corrects_its_own(
    desk: MemoryDesk, memories: Memories
) -> None:
    memories.incidents.remember(incident(n=2))
    text = LOCK.replace('investigation: "1"', 'id: "investigation:2"')
    for words in (text, text.replace("nightly", "weekly")):
        desk.import_postmortems([FileGiven(name="lock.md", content=words.encode())], PERSON)
    assert desk.single("investigation:2") == incident(n=2)
    (imported,) = (one.incident for one in desk.memories() if one.incident.source == "lock.md")
    assert imported.id == "postmortem-id:investigation:2"
    assert "weekly" in imported.statement


def test_what_an_older_version_imported_under_its_own_id_is_corrected_by_the_same_file(
    desk: MemoryDesk, memories: Memories
) -> None:
    memories.incidents.remember(incident(id="INC-7", source="lock.md"))
    text = LOCK.replace('investigation: "1"', "id: INC-7").encode()
    desk.import_postmortems([FileGiven(name="lock.md", content=text)], PERSON)
    assert [one.incident.id for one in desk.memories()] == ["INC-7"]


def test_a_correction_of_what_is_told_together_is_undone_for_all_of_it(desk: MemoryDesk, memories: Memories) -> None:
    memories.incidents.remember_all([incident(), incident(n=2, fix_held=True, done=True)])
    (before,) = desk.memories()
    desk.edit(before.incident.id, IncidentEdit(component="payments", fault="memory_leak"), PERSON)
    desk.restore(before.incident.id, 1, PERSON)
    assert desk.memories() == [before]


def test_a_saved_postmortem_takes_no_fault_from_its_words_where_its_investigation_has_none(
    desk: MemoryDesk, memories: Memories
) -> None:
    told = incident(component="payments", fault=None, statement="The bank changed its key", told_by="ada")
    memories.incidents.remember(told)
    text = LOCK.replace("faults: [lock_contention]\n", "").replace("orders-db", "payments")
    desk.save_postmortem("1", text.replace("held a lock", "had no memory leak"), PERSON)
    (known,) = desk.memories()
    assert (known.incident.cause, known.incident.fault, known.standing) == (None, None, Standing.BELIEVED)


def test_saved_once_more_it_is_the_next_version(desk: MemoryDesk) -> None:
    desk.save_postmortem("1", LOCK, PERSON)
    saved = desk.save_postmortem("1", LOCK.replace("nightly", "weekly"), ADMIN)
    assert (saved.version, saved.by) == (2, "person:grace")
    assert desk.postmortem("1") == saved


@pytest.mark.parametrize(
    ("text", "why"),
    [("Soup of the day.", "tells of no incident"), (LOCK.replace('"1"', '"2"'), "about 2")],
)
def test_a_text_that_is_no_postmortem_of_it_is_refused_and_nothing_is_kept(
    desk: MemoryDesk, text: str, why: str
) -> None:
    with pytest.raises(RefusedInput, match=why):
        desk.save_postmortem("1", text, PERSON)
    assert desk.postmortem("1") is None
    assert desk.memories() == []


def test_whoever_wrote_a_fact_may_erase_it_and_an_admin_any(desk: MemoryDesk) -> None:
    own, other = desk.add_fact("orders-db", FACT, PERSON), desk.add_fact("orders-db", FACT, ADMIN)
    with pytest.raises(NotAllowed, match="whoever wrote"):
        desk.erase_fact(other.id, PERSON)
    assert desk.erase_fact(own.id, PERSON)
    assert desk.erase_fact(other.id, ADMIN)
    assert desk.facts() == []


def test_a_profile_is_ones_own(desk: MemoryDesk) -> None:
    desk.save_profile(Profile(name="vera", team="core"), VIEWER)
    with pytest.raises(NotAllowed):
        desk.save_profile(Profile(name="vera", team="gone"), PERSON)
    assert (found := desk.profile(VIEWER)) is not None
    assert found.team == "core"
    assert desk.erase_profile(VIEWER)


def test_without_a_topology_no_runbook_is_stale(desk: MemoryDesk, documents: KnowledgeBase) -> None:
    documents.take_in(SourceDocument(path="old.md", text="# Old\n", kind="runbook", component="gone"), by="person:ada")
    assert desk.stale_runbooks() == []


def test_a_runbook_about_what_no_topology_names_is_stale(memories: Memories, documents: KnowledgeBase) -> None:
    class Connected:
        def list(self) -> list[KnownFeed]:
            return [
                KnownFeed(id="t1", name="map", settings=TopologySettings(path="/map.json"), added_at=MAY, added_by="x")
            ]

    documents.take_in(SourceDocument(path="map/db.md", text="# db\n", component="orders-db"), by="x", source="t1")
    documents.take_in(SourceDocument(path="old.md", text="# Old\n", kind="runbook", component="gone"), by="person:ada")
    memories.incidents.remember(incident(runbooks=("old.md",)))
    desk = MemoryDesk(memories, documents, read, Connected(), timedelta(days=365))
    assert [(one.path, one.missing, one.cited) for one in desk.stale_runbooks()] == [("old.md", ("gone",), 1)]
