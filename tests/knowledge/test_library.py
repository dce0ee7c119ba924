"""The knowledge base takes documents in, keeps their history, finds the passage that answers, and forgets what is deleted."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import Engine, inspect, text

from sre_core.errors import RefusedInput
from sre_core.knowledge.catalogue import in_all
from sre_core.knowledge.documents import Scope, Section, SourceDocument, Tombstone
from sre_core.knowledge.embedding import Vectors
from sre_core.knowledge.library import KnowledgeBase, OpenedDocument
from sre_core.knowledge.vectors import VectorIndex
from sre_core.store import is_postgres, open_database
from sre_core.tools.search_runbooks import Passage
from tests.tries import tried

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
OWN = "---\ncomponent: {0}\nkind: runbook\n---\n# {0} runs out of memory\n\nPods are OOMKilled, exit code 137."
DOCUMENTS = {
    "memory.md": OWN.format("checkout"),
    "cart-memory.md": OWN.format("cart"),
    "certificate.md": (
        "# Internal certificate expired\n\n## Symptoms\n\nHandshakes fail with x509.\n\n## Fix\n\nRenew the certificate."
    ),
    "disk.md": "# Disk full\n\nThe volume of the database is at 100 %. Delete old snapshots.",
    "KubeNodeNotReady.md": "# KubeNodeNotReady\n\nThe kubelet stopped posting status. Look at the machine.",
}


class FakeEmbedder:
    """Vectors that have one number a letter: texts of the same letters are alike."""

    model = "letters-1"
    dimension = 26

    def embed(self, texts: Sequence[str]) -> Vectors:
        rows = np.array([[text.lower().count(chr(97 + n)) for n in range(26)] for text in texts], dtype=np.float32)
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


class FakeEmbedders:
    """There at once."""

    state = "ready"
    problem = None

    def now(self) -> FakeEmbedder:
        return FakeEmbedder()

    def wait(self, seconds: float | None = None) -> FakeEmbedder:
        return FakeEmbedder()


def document(path: str, content: str) -> SourceDocument:
    return SourceDocument(path=path, text=content)


@pytest.fixture
def database(each_database: Engine) -> Engine:
    """Everything here holds on both kinds of database."""
    return each_database


@pytest.fixture
def library(database: Engine) -> KnowledgeBase:
    library = KnowledgeBase(database, now=lambda: NOON)
    for path, content in DOCUMENTS.items():
        library.take_in(document(path, content), by="ada")
    return library


@pytest.fixture
def with_vectors(database: Engine) -> KnowledgeBase:
    embedders = FakeEmbedders()
    return KnowledgeBase(database, VectorIndex(database, embedders), embedders, now=lambda: NOON)


async def search(
    library: KnowledgeBase, query: str, component: str | None = None, kinds: tuple[str, ...] = ()
) -> list[Passage]:
    return list((await library.search(query, component=component, kinds=kinds, limit=4)).passages)


async def test_the_passage_that_answers_is_found_and_cited(library: KnowledgeBase) -> None:
    (best, *_) = await search(library, "TLS handshakes failing with x509 since the certificates expire")
    assert best.document == "certificate.md"
    assert best.text in DOCUMENTS["certificate.md"]
    lines = DOCUMENTS["certificate.md"].split("\n")[best.first_line - 1 : best.last_line]
    assert "\n".join(lines) == best.text


async def test_one_passage_a_document(library: KnowledgeBase) -> None:
    found = [passage.document for passage in await search(library, "certificate expired handshakes renew")]
    assert len(found) == len(set(found))


async def test_the_document_of_the_component_comes_first(library: KnowledgeBase) -> None:
    assert (await search(library, "runs out of memory OOMKilled", component="cart"))[0].document == "cart-memory.md"
    assert (await search(library, "runs out of memory OOMKilled", component="checkout"))[0].document == "memory.md"


async def test_only_the_kinds_that_are_asked_for(library: KnowledgeBase) -> None:
    found = await search(library, "certificate expired memory OOMKilled", kinds=("runbook",))
    assert {passage.document for passage in found} <= {"memory.md", "cart-memory.md"}
    assert found


async def test_a_scope_leaves_out_what_is_older_than_asked(library: KnowledgeBase) -> None:
    later = Scope(newer_than=datetime(2026, 4, 1, tzinfo=UTC))
    found = await library.search("certificate expired", component=None, kinds=(), limit=4, scope=later)
    assert found.passages == ()


@pytest.mark.parametrize("query", ["quarterly holiday calendar of the legal department", "!!!", ""])
async def test_nothing_relevant_is_an_empty_answer(library: KnowledgeBase, query: str) -> None:
    assert await search(library, query) == []


async def test_an_empty_knowledge_base_answers_nothing(database: Engine) -> None:
    assert await search(KnowledgeBase(database), "memory") == []


async def test_the_same_text_changes_nothing_and_another_is_an_update_with_history(library: KnowledgeBase) -> None:
    same = library.take_in(document("disk.md", DOCUMENTS["disk.md"]), by="bo")
    assert (same.outcome, same.version) == ("unchanged", 1)
    changed = library.take_in(document("disk.md", "# Disk full\n\nAsk the zebra."), by="bo")
    assert (changed.outcome, changed.version) == ("updated", 2)
    opened = library.document("disk.md")
    assert isinstance(opened, OpenedDocument)
    assert [(one.version, one.by, one.current) for one in opened.versions] == [(2, "bo", True), (1, "ada", False)]
    assert library.text("disk.md", 1) == DOCUMENTS["disk.md"]
    assert [passage.document for passage in await search(library, "zebra")] == ["disk.md"]
    assert await search(library, "old snapshots") == []


def test_an_older_version_is_brought_back_as_the_newest_with_who_and_when(library: KnowledgeBase) -> None:
    library.take_in(document("disk.md", "# Disk full\n\nBuy another disk."), by="bo")
    outcome = library.restore("disk.md", 1, by="cleo")
    assert (outcome.outcome, outcome.version) == ("updated", 3)
    opened = library.document("disk.md")
    assert isinstance(opened, OpenedDocument)
    assert opened.text == DOCUMENTS["disk.md"]
    assert opened.known.notes == ("The text of version 1 again.",)
    assert [(one.version, one.by) for one in opened.versions] == [(3, "cleo"), (2, "bo"), (1, "ada")]
    assert [chunk.text for chunk in opened.chunks] == ["The volume of the database is at 100 %. Delete old snapshots."]


def test_what_was_taken_out_of_a_version_is_counted_again_and_its_sections_are_its_own(library: KnowledgeBase) -> None:
    first = "pw: [redacted: password]\n\nRotate [redacted: GitHub token] and [redacted: password]."
    sections = (Section(heading=("page 1",), first_line=1, last_line=1),)
    told = SourceDocument(path="pw.md", text=first, redacted={"password": 2, "GitHub token": 1}, sections=sections)
    library.take_in(told, by="ada")
    library.take_in(told.model_copy(update={"text": "Nothing secret.", "redacted": {}}), by="ada")
    assert library.restore("pw.md", 1, by="ada").redacted == {"GitHub token": 1, "password": 2}
    opened = library.document("pw.md")
    assert isinstance(opened, OpenedDocument)
    assert {chunk.heading for chunk in opened.chunks} == {""}


def test_restoring_what_is_current_changes_nothing_and_what_is_gone_is_refused(library: KnowledgeBase) -> None:
    assert library.restore("disk.md", 1, by="bo").outcome == "unchanged"
    with pytest.raises(RefusedInput, match=r"no version 7 of disk\.md"):
        library.restore("disk.md", 7, by="bo")
    library.delete("disk.md", by="ada")
    with pytest.raises(RefusedInput):
        library.restore("disk.md", 1, by="bo")


def test_the_catalogue_says_what_a_list_is_narrowed_by_and_the_rest_is_read_of_what_is_shown(
    library: KnowledgeBase,
) -> None:
    entries = {one.path: one for one in library.catalogue()}
    assert list(entries) == sorted(DOCUMENTS)
    cart = entries["cart-memory.md"]
    assert (cart.component, cart.kind, cart.source) == ("cart", "runbook", "upload")
    assert "cart runs out of memory" in cart.words
    library.take_in(SourceDocument(path="ä.md", text="x", names=("ÄrgerAlarm",), faults=("disk_full",)), by="ada")
    known = next(one for one in library.catalogue() if one.path == "ä.md")
    assert {"ärgeralarm", "disk_full"} <= set(known.words.split())
    everything = {one.path: one for one in library.documents()}
    assert library.listed(["ä.md", "gone.md", "disk.md"]) == [everything["ä.md"], everything["disk.md"]]
    assert library.passages_each() == {path: one.chunks for path, one in everything.items()}


def test_what_secrets_were_taken_out_is_known_by_source_and_document(library: KnowledgeBase) -> None:
    library.take_in(SourceDocument(path="a.md", text="a", redacted={"password": 2}), by="ada", source="wiki")
    library.take_in(
        SourceDocument(path="b.md", text="b", redacted={"password": 1, "API key": 1}), by="ada", source="wiki"
    )
    taken = [one for one in library.taken_out() if one.source == "wiki"]
    assert [(one.path, one.redacted) for one in taken] == [
        ("a.md", {"password": 2}),
        ("b.md", {"API key": 1, "password": 1}),
    ]
    assert in_all(taken) == {"API key": 1, "password": 3}


async def test_what_its_reader_says_anew_is_an_update_without_a_new_version(library: KnowledgeBase) -> None:
    told = SourceDocument(path="disk.md", text=DOCUMENTS["disk.md"], component="db")
    assert (library.take_in(told, by="bo").outcome, library.documents()[3].version) == ("updated", 1)
    assert next(known for known in library.documents() if known.path == "disk.md").component == "db"


async def test_a_deleted_document_leaves_a_tombstone_and_nothing_else(library: KnowledgeBase, database: Engine) -> None:
    library.take_in(document("disk.md", "# Disk full\n\nAsk the zebra."), by="bo")
    assert library.delete("disk.md", by="grace", because="out of date")
    assert not library.delete("disk.md", by="grace")
    left = library.document("disk.md")
    assert isinstance(left, Tombstone)
    assert (left.deleted_by, left.because, left.title) == ("grace", "out of date", "Disk full")
    assert await search(library, "zebra") == []
    library.scrub()
    with database.connect() as connection:
        tables = inspect(database).get_table_names()
        everything = [str(row) for table in tables for row in connection.execute(text(f'SELECT * FROM "{table}"'))]
    assert not [row for row in everything if "zebra" in row or "snapshots" in row]


def test_what_is_deleted_is_not_left_in_the_files_either(tmp_path: Path) -> None:
    database = open_database(tmp_path / "workbench.db")
    library = KnowledgeBase(database)
    library.take_in(document("a.md", "# A\n\n" + "The vault opens with Kwyjibo. " * 50), by="ada")
    library.take_in(document("a.md", "# A\n\nNothing. Kwyjibo is out of use."), by="ada")
    library.delete("a.md", by="ada")
    library.stop()
    assert not [file for file in tmp_path.iterdir() if b"wyjibo" in file.read_bytes()]
    database.dispose()


def test_a_document_that_comes_back_has_no_tombstone(library: KnowledgeBase) -> None:
    library.delete("disk.md", by="grace")
    library.take_in(document("disk.md", "# Disk full again"), by="ada")
    assert isinstance(library.document("disk.md"), OpenedDocument)
    assert library.tombstones() == []


def test_documents_are_listed_with_who_added_them_and_when(library: KnowledgeBase) -> None:
    known = next(known for known in library.documents() if known.path == "memory.md")
    seen = (known.kind, known.component, known.added_by, known.added_at, known.chunks, known.embedded)
    assert seen == ("runbook", "checkout", "ada", NOON, 1, 0)
    assert library.text("memory.md") == DOCUMENTS["memory.md"]
    assert library.text("nowhere.md") is None
    assert library.document("nowhere.md") is None


def test_the_same_text_under_another_name_is_noted(library: KnowledgeBase) -> None:
    taken = library.take_in(document("copy.md", DOCUMENTS["disk.md"]), by="ada")
    assert taken.notes == ("The same text is there as disk.md.",)


async def test_documents_of_an_incident_are_searched_beside_and_never_stored(library: KnowledgeBase) -> None:
    beside = library.with_documents({"documents/campaign.md": "# Campaign calendar\n\nThe newsletter goes out at ten."})
    found = await beside.search("newsletter campaign", component=None, kinds=(), limit=3)
    assert [passage.document for passage in found.passages] == ["documents/campaign.md"]
    assert found.searched == len(DOCUMENTS) + 1
    again = await beside.search("certificate expired", component=None, kinds=(), limit=3)
    assert again.passages[0].document == "certificate.md"
    assert len(library.documents()) == len(DOCUMENTS)


@pytest.mark.parametrize("content", ["  ", "x\x00y", ""])
def test_what_is_no_text_is_refused_and_nothing_is_stored(database: Engine, content: str) -> None:
    library = KnowledgeBase(database)
    with pytest.raises(RefusedInput):
        library.take_in(document("a.md", content), by="ada")
    assert library.documents() == []


@pytest.mark.parametrize("query", ['"', "NEAR(a b)", "a AND", "title:x", "*", "co-op's \u00fc\u4e2d\u6587 \U0001f600"])
async def test_query_syntax_of_the_database_has_no_meaning(library: KnowledgeBase, query: str) -> None:
    assert isinstance(await search(library, f"certificate {query}"), list)


def test_documents_that_an_older_cutter_took_apart_are_cut_again(library: KnowledgeBase, database: Engine) -> None:
    with database.begin() as connection:
        connection.execute(text("DELETE FROM wb_chunks"))
        connection.execute(text("UPDATE wb_documents SET cut_by = 0"))
    assert library.cut_again() == len(DOCUMENTS)
    assert all(known.chunks for known in library.documents())
    assert library.cut_again() == 0


def test_a_document_that_changes_while_others_are_cut_again_keeps_its_change(
    library: KnowledgeBase, database: Engine
) -> None:
    with database.begin() as connection:
        connection.execute(text("UPDATE wb_documents SET cut_by = 0"))
    library.take_in(document("disk.md", "# Disk full\n\nAsk the zebra."), by="bo")
    library.delete("memory.md", by="grace")
    library.cut_again()
    assert library.text("disk.md") == "# Disk full\n\nAsk the zebra."
    assert all(known.chunks for known in library.documents())


def test_text_that_an_older_cutter_left_without_passages_is_not_unchanged(
    library: KnowledgeBase, database: Engine
) -> None:
    with database.begin() as connection:
        connection.execute(text("DELETE FROM wb_chunks"))
        connection.execute(text("UPDATE wb_documents SET cut_by = 0"))
    assert library.take_in(document("disk.md", DOCUMENTS["disk.md"]), by="bo").outcome == "updated"
    assert next(known for known in library.documents() if known.path == "disk.md").chunks == 1


def test_a_deletion_that_was_not_scrubbed_off_the_disk_is_at_the_next_end(tmp_path: Path) -> None:
    database = open_database(tmp_path / "workbench.db")
    library = KnowledgeBase(database)
    library.take_in(document("a.md", "# A\n\nThe vault opens with Kwyjibo."), by="ada")
    library.delete("a.md", by="ada")  # and the process dies
    later = KnowledgeBase(database)
    assert later.must_scrub()
    later.stop()
    assert not later.must_scrub()
    assert not [file for file in tmp_path.iterdir() if b"wyjibo" in file.read_bytes()]
    database.dispose()


async def test_a_scope_is_understood_whatever_its_case(library: KnowledgeBase) -> None:
    scope = Scope(component="Checkout", only_component=True, kinds=("Runbook",))
    found = await library.search("runs out of memory OOMKilled", component=None, kinds=(), limit=4, scope=scope)
    assert [passage.document for passage in found.passages] == ["memory.md"]


@pytest.mark.parametrize("query", ["caf\udce9 disk", "\ud800 certificate"])
async def test_half_characters_in_a_query_do_no_harm(library: KnowledgeBase, query: str) -> None:
    assert isinstance(await search(library, query), list)


async def test_vectors_follow_the_documents(with_vectors: KnowledgeBase) -> None:
    for path, content in DOCUMENTS.items():
        with_vectors.take_in(document(path, content), by="ada")
    assert with_vectors.state().embedded == 0
    assert with_vectors.embed_pending() == with_vectors.state().chunks
    assert with_vectors.embed_pending() == 0
    assert with_vectors.state().embedded == with_vectors.state().chunks
    (best, *_) = await search(with_vectors, "certificate expired handshakes")
    assert best.cosine is not None


class Shelf(RuleBasedStateMachine):
    """Whatever is taken in, changed and deleted: what is listed, cut and searched is what a plain mapping holds."""

    opened: Callable[[], Engine]

    def __init__(self) -> None:
        super().__init__()
        self.database = self.opened()
        self.id = "id" if is_postgres(self.database) else "rowid"
        embedders = FakeEmbedders()
        self.library = KnowledgeBase(self.database, VectorIndex(self.database, embedders), embedders)
        self.held: dict[str, str] = {}

    paths = st.sampled_from(["a.md", "b.md", "c.txt"])
    texts = st.sampled_from(["# A\n\nalpha", "# A\n\nalpha\n\n## B\n\nbeta", "gamma", "# A\n\ndelta " * 40])

    @rule(path=paths, content=texts)
    def take_in(self, path: str, content: str) -> None:
        expected = "added" if path not in self.held else "unchanged" if self.held[path] == content else "updated"
        assert self.library.take_in(document(path, content), by="ada").outcome == expected
        self.held[path] = content

    @rule(path=paths)
    def delete(self, path: str) -> None:
        assert self.library.delete(path, by="ada") == (self.held.pop(path, None) is not None)

    @rule()
    def embed(self) -> None:
        self.library.embed_pending()
        assert self.library.state().embedded == self.library.state().chunks

    @invariant()
    def holds_what_was_taken_in(self) -> None:
        assert {known.path: self.library.text(known.path) for known in self.library.documents()} == self.held
        counts = {
            "orphaned words": f"SELECT count(*) FROM wb_chunks_fts WHERE {self.id} NOT IN (SELECT id FROM wb_chunks)",
            "passages without words": f"SELECT count(*) FROM wb_chunks WHERE id NOT IN (SELECT {self.id} FROM wb_chunks_fts)",
            "orphaned passages": "SELECT count(*) FROM wb_chunks WHERE document_id NOT IN (SELECT id FROM wb_documents)",
            "orphaned names": "SELECT count(*) FROM wb_names WHERE document_id NOT IN (SELECT id FROM wb_documents)",
            "documents without passages": "SELECT count(*) FROM wb_documents WHERE id NOT IN (SELECT document_id FROM wb_chunks)",
        }
        with self.database.connect() as connection:
            assert {what: connection.execute(text(sql)).scalar() for what, sql in counts.items()} == dict.fromkeys(
                counts, 0
            )

    def teardown(self) -> None:
        self.database.dispose()


def test_the_shelf_holds_what_was_taken_in(each_new_database: Callable[[], Engine]) -> None:
    class EachShelf(Shelf):
        opened = staticmethod(each_new_database)

    run_state_machine_as_test(EachShelf, settings=settings(tried(15), stateful_step_count=15))


KILLED = """
import sys
from pathlib import Path
from sre_core.knowledge.documents import SourceDocument
from sre_core.knowledge.library import KnowledgeBase
from sre_core.store import open_database
library = KnowledgeBase(open_database(Path(sys.argv[1])))
for number in range(100000):
    library.take_in(SourceDocument(path=f"{number}.md", text=f"# Number {number}\\n\\n" + "words " * 200), by="ada")
    print(number, flush=True)
"""


@pytest.mark.slow
@given(st.integers(1, 60))
@tried(5)
def test_a_process_that_is_killed_loses_no_acknowledged_document_and_leaves_no_orphan(after: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "workbench.db"
        open_database(path).dispose()
        writer = subprocess.Popen([sys.executable, "-c", KILLED, str(path)], stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        acknowledged = [int(writer.stdout.readline()) for _ in range(after)]
        os.kill(writer.pid, signal.SIGKILL)
        acknowledged += [int(line) for line in writer.communicate()[0].splitlines() if line.strip().isdigit()]
        database = open_database(path)
        known = {one.path for one in KnowledgeBase(database).documents()}
        assert {f"{number}.md" for number in acknowledged[:-1]} <= known
        with database.connect() as connection:
            chunks = connection.execute(text("SELECT count(*) FROM wb_chunks")).scalar()
            words = connection.execute(text("SELECT count(*) FROM wb_chunks_fts")).scalar()
            bare = "SELECT count(*) FROM wb_documents WHERE id NOT IN (SELECT document_id FROM wb_chunks)"
            assert (chunks, connection.execute(text(bare)).scalar()) == (words, 0)
        database.dispose()


async def test_the_name_of_an_alerting_rule_leads_to_its_runbook(library: KnowledgeBase) -> None:
    rule = SourceDocument(
        path="rules/DiskFillsUp.md",
        text="# DiskFillsUp\n\nfor: 5m\nexpr: disk_free < 0.1",
        kind="alert_rule",
        names=("DiskFillsUp",),
        links=("https://wiki.example/runbooks/disk",),
    )
    library.take_in(rule, by="ada")
    found = await search(library, "DiskFillsUp on host 7")
    assert [(passage.document, passage.tier) for passage in found[:2]] == [
        ("disk.md", "link"),
        ("rules/DiskFillsUp.md", "name"),
    ]


async def test_a_stack_frame_finds_its_code(library: KnowledgeBase) -> None:
    code = SourceDocument(
        path="shop/app/cart.py",
        text="def add_item(cart, item):\n    cart.rows.append(item)\n\n\ndef total(cart):\n    return sum(cart.rows)",
        form="text",
        kind="code",
        names=("cart.py:add_item", "cart.py:total"),
        sections=(
            Section(heading=("cart.py", "add_item"), first_line=1, last_line=2),
            Section(heading=("cart.py", "total"), first_line=5, last_line=6),
        ),
    )
    library.take_in(code, by="ada")
    (best, *_) = await search(library, 'File "/srv/app/cart.py", line 2, in add_item\nTypeError: unhashable type')
    assert (best.citation, best.tier) == ("shop/app/cart.py:1-2", "name")
    assert [p.document for p in await search(library, "the cart is broken")] != ["shop/app/cart.py"]
