"""What is erased is gone from the database, what others need stays, and a record says that it was done."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Iterable

import pytest
from sqlalchemy import Engine as Database
from sqlalchemy import text

from sre_core import audit, audit_rows
from sre_core import events as ev
from sre_core.domain import Alert
from sre_core.erasure import tombstones
from sre_core.erasure.desk import ErasureDesk
from sre_core.erasure.wanted import Outcome, Progress, Wanted
from sre_core.errors import ContentGone, NotAllowed, RefusedInput, StoreUnavailable, UnknownInvestigation
from sre_core.events import Entry, Event, entry
from sre_core.people import Person
from tests.export.conftest import LONG, Folder, folder
from tests.fakes import ADMIN, OPENED, PERSON, VIEWER

__all__ = ["folder"]


@pytest.fixture
def database(each_database: Database) -> Database:
    return each_database


class Workbench:
    """The part of a workbench that erasing needs; ``busy`` ones are at work for so many looks."""

    def __init__(self, folder: Folder, busy: dict[str, int] | None = None) -> None:
        self.folder = folder
        self.busy = busy or {}
        self.gone: list[str] = []
        self.beside: list[tuple[str, bool, bool]] = []
        self.tidied: list[str] = []
        self.cannot_forget = False

    def record(self, investigation_id: str, said: Entry) -> Event:
        return self.folder.timeline.record(investigation_id, said)

    def is_at_work(self, investigation_id: str) -> bool:
        left = self.busy.get(investigation_id, 0)
        self.busy[investigation_id] = left - 1
        return left > 0

    def forgotten(self, investigation_id: str) -> None:
        self.gone.append(investigation_id)

    def every(self) -> Iterable[str]:
        return [id_ for id_, _, _ in self.folder.timeline.last_events()]

    def forget(self, investigation_id: str, by: Person, *, memory: bool, postmortem: bool) -> tuple[int, int, int]:
        if self.cannot_forget:
            raise StoreUnavailable("The disk is full.")
        self.beside.append((investigation_id, memory, postmortem))
        return int(memory), 0, int(postmortem)

    def forget_everything(self, by: Person) -> int:
        return 7

    def discard_copies(self) -> None:
        self.tidied.append("copies")

    def scrub(self) -> None:
        self.tidied.append("files")


Erase = Callable[..., Outcome]


@pytest.fixture
def bench(folder: Folder) -> Workbench:
    return Workbench(folder)


@pytest.fixture
def desk(folder: Folder, bench: Workbench) -> ErasureDesk:
    return ErasureDesk(folder.database, folder.timeline, bench, bench)


def erase(desk: ErasureDesk, *ids: str, by: Person = ADMIN, **wanted: object) -> Outcome:
    return asyncio.run(desk.erase(Wanted(investigations=ids, **wanted), by, lambda _: None))


def holds(database: Database, words: str) -> bool:
    """Whether any row of any table of ours has these words."""
    with database.connect() as connection:
        bodies = [
            *connection.scalars(text("SELECT body FROM wb_events")),
            *connection.scalars(text("SELECT body FROM wb_erasures")),
        ]
    return any(words in body for body in bodies)


def test_its_events_and_outputs_are_gone_and_a_record_of_it_stays(
    folder: Folder, bench: Workbench, desk: ErasureDesk
) -> None:
    digest = folder.investigated("one")
    head = audit_rows.rows(folder.database, "one")[-1].chain
    outcome = erase(desk, "one", because=" asked for by legal ")
    assert (outcome.investigations, outcome.events, outcome.outputs, outcome.left) == (1, 9, 1, ())
    assert not holds(folder.database, "The kiln is too cold")
    with pytest.raises(UnknownInvestigation):
        folder.timeline.state("one")
    with pytest.raises(ContentGone):
        folder.contents.read_now(digest)
    (record,) = desk.records()
    assert (record.investigation, record.head, record.events, record.by) == ("one", head, 9, "person:grace")
    assert record.because == "asked for by legal"
    assert bench.gone == ["one"]


def test_an_output_that_another_one_names_stays(folder: Folder, desk: ErasureDesk) -> None:
    digest = folder.investigated("one")
    fork = folder.forked("one")
    assert erase(desk, "one").outputs == 0
    assert folder.contents.read_now(digest) == LONG
    assert folder.timeline.state(fork).origin == ("one", 6)
    assert erase(desk, fork, stop_open=True).outputs == 1


def test_what_was_erased_can_be_kept_again(folder: Folder, desk: ErasureDesk) -> None:
    folder.investigated("one")
    erase(desk, "one")
    digest = folder.investigated("two")
    assert folder.contents.read_now(digest) == LONG


def test_one_that_is_open_is_left_with_the_reason_or_stopped_first(folder: Folder, desk: ErasureDesk) -> None:
    folder.timeline.append("open", 1, OPENED)
    outcome = erase(desk, "open")
    assert (outcome.investigations, outcome.many_left) == (0, 1)
    assert "still open: stop it first" in outcome.left[0]
    assert folder.timeline.state("open").seq == 1
    assert erase(desk, "open", stop_open=True).events == 2


def test_what_is_at_work_ends_first(folder: Folder) -> None:
    folder.investigated("one")
    bench = Workbench(folder, busy={"one": 3})
    desk = ErasureDesk(folder.database, folder.timeline, bench, bench)
    assert erase(desk, "one").investigations == 1
    assert bench.busy["one"] < 0


def test_a_damaged_one_can_be_erased_too(folder: Folder, desk: ErasureDesk) -> None:
    folder.investigated("one")
    with folder.database.begin() as connection:
        connection.exec_driver_sql("UPDATE wb_events SET body = 'damaged' WHERE seq = 3")
    assert erase(desk, "one").investigations == 1


def test_one_that_is_not_there_is_left_and_the_others_go(folder: Folder, desk: ErasureDesk) -> None:
    folder.investigated("one")
    outcome = erase(desk, "nobody", "one")
    assert (outcome.investigations, outcome.many_left) == (1, 1)
    assert "no investigation" in outcome.left[0]


def test_what_was_learned_goes_as_it_is_wished(folder: Folder, bench: Workbench, desk: ErasureDesk) -> None:
    folder.investigated("one")
    folder.investigated("two")
    erase(desk, "one", memory=False)
    erase(desk, "two", postmortems=False)
    assert bench.beside == [("one", False, True), ("two", True, False)]
    assert [(one.memory, one.postmortem) for one in desk.records()] == [(True, False), (False, True)]


def test_everything_goes_and_only_when_nothing_is_left_open_all_else_too(folder: Folder, desk: ErasureDesk) -> None:
    folder.investigated("one")
    folder.timeline.append("open", 1, OPENED)
    outcome = erase(desk, everything=True)
    assert (outcome.others, len(desk.records())) == (0, 1)
    assert outcome.in_words().endswith("So memories, documents, alerts and files are still there, too.")
    outcome = erase(desk, everything=True, stop_open=True)
    assert (outcome.others, outcome.left, len(desk.records())) == (7, (), 2)


def test_what_cannot_be_forgotten_is_said_and_the_others_go(
    folder: Folder, bench: Workbench, desk: ErasureDesk
) -> None:
    folder.investigated("one")
    bench.cannot_forget = True
    outcome = erase(desk, "one")
    assert (outcome.investigations, outcome.memories) == (1, 0)
    assert outcome.left == ("one itself is erased, and what was learned from it is not: The disk is full",)


def test_one_that_is_cancelled_leaves_no_trace_of_what_was_erased_until_then(
    folder: Folder, bench: Workbench, desk: ErasureDesk
) -> None:
    digest = folder.investigated("one")
    folder.investigated("two")

    async def cancelled() -> None:
        def tell(step: Progress) -> None:
            if step.done == 1 and task is not None:
                task.cancel()

        task = asyncio.current_task()
        await desk.erase(Wanted(investigations=("one", "two")), ADMIN, tell)

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(cancelled())
    assert (bench.gone, folder.timeline.state("two").seq) == (["one"], 9)
    assert bench.tidied == ["copies", "copies", "files"]
    assert folder.contents.read_now(digest) == LONG  # the other one names it, too


def test_a_secret_in_the_reason_is_not_kept(folder: Folder, desk: ErasureDesk) -> None:
    folder.investigated("one")
    erase(desk, "one", because="it held AKIAIOSFODNN7EXAMPLE")
    assert "AKIA" not in desk.records()[0].because


def test_who_erased_one_and_when_can_be_asked_for(folder: Folder, desk: ErasureDesk) -> None:
    folder.investigated("one")
    assert desk.record("one") is None
    erase(desk, "one")
    assert desk.record("one") == desk.records()[0]


@pytest.mark.parametrize("by", [VIEWER, PERSON])
def test_only_an_admin_may(folder: Folder, desk: ErasureDesk, by: Person) -> None:
    folder.investigated("one")
    with pytest.raises(NotAllowed, match="takes an admin"):
        desk.begin(Wanted(investigations=("one",)), by)
    with pytest.raises(NotAllowed):
        erase(desk, "one", by=by)
    assert folder.timeline.state("one").seq == 9


def test_nothing_chosen_is_refused(desk: ErasureDesk) -> None:
    with pytest.raises(RefusedInput, match="Choose one"):
        desk.begin(Wanted(), ADMIN)


def test_it_runs_in_the_background_and_says_how_far_it_has_come(folder: Folder, desk: ErasureDesk) -> None:
    folder.investigated("one")
    id_ = desk.begin(Wanted(investigations=("one",)), ADMIN)
    assert desk.wait(id_, 30)
    standing = desk.standing(id_, ADMIN)
    assert standing is not None
    assert standing.outcome is not None
    assert standing.outcome.in_words() == "Erased: 1 investigation with 9 events, 1 output, 1 memory, 1 postmortem."
    assert standing.steps[-1].of == 1


def test_a_late_word_about_an_erased_one_is_refused_and_writes_nothing(folder: Folder, desk: ErasureDesk) -> None:
    folder.investigated("one")
    erase(desk, "one")
    with pytest.raises(UnknownInvestigation):
        folder.timeline.record("one", entry(PERSON, ev.GuidanceGiven(text="look again")))
    with pytest.raises(ValueError, match="cannot follow"):
        folder.timeline.append("one", 10, entry("engine", ev.InvestigationClosed()))
    assert not folder.timeline.last_events()


# -- the record --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("UPDATE wb_erasures SET body = replace(body, 'grace', 'nobody') WHERE number = 2", "erasure 2 was altered"),
        ("DELETE FROM wb_erasures WHERE number = 1", "erasure 1 is missing"),
        (
            "UPDATE wb_erasures SET investigation_id = 'x' WHERE number = 3",
            "erasure 3 names another investigation than its row",
        ),
    ],
)
def test_records_that_were_altered_are_found(folder: Folder, desk: ErasureDesk, change: str, found: str) -> None:
    for id_ in ("one", "two", "three"):
        folder.investigated(id_)
    erase(desk, "one", "two", "three")
    assert tombstones.breaks(folder.database) == []
    with folder.database.begin() as connection:
        connection.exec_driver_sql(change)
    assert found in tombstones.breaks(folder.database)


def test_an_earlier_export_still_checks_out_against_the_record(folder: Folder, desk: ErasureDesk) -> None:
    folder.investigated("one")
    stored = audit_rows.rows(folder.database, "one")
    lines = "".join(f"{line}\n" for line in audit.export(stored, folder.secret, "one")).encode()
    erase(desk, "one")
    trail = audit.read(io.BytesIO(lines).readlines())
    told = audit_rows.compare_or_erased(folder.database, audit.verify(trail), trail)
    assert told.fine
    assert "erased in the store by grace" in told.notes[0]
    assert "its last hash there was the same" in told.notes[0]


def test_an_export_with_other_events_does_not(folder: Folder, desk: ErasureDesk) -> None:
    folder.investigated("one")
    erase(desk, "one")
    folder.timeline.append("two", 1, entry(PERSON, ev.AlertReceived(alert=Alert(title="made up"))))
    for seq in range(2, 10):
        folder.timeline.append("two", seq, entry("engine", ev.InvestigationClosed()))
    stored = audit_rows.rows(folder.database, "two")
    lines = "".join(f"{line}\n" for line in audit.export(stored, folder.secret, "one")).encode()
    trail = audit.read(io.BytesIO(lines).readlines())
    told = audit_rows.compare_or_erased(folder.database, audit.verify(trail), trail)
    assert "its last hash there was another one" in " ".join(told.findings)
