"""The knowledge base takes documents in, finds the passage that answers, and says when nothing does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine

from sre_core.errors import RefusedInput
from sre_core.knowledge.library import LooseDocuments, SqliteLibrary, create
from sre_core.knowledge.ranking import rank
from sre_core.tools.search_runbooks import Passage

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


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = create_engine(f"sqlite:///{tmp_path / 'knowledge.db'}")
    with engine.begin() as connection:
        create(connection)
        create(connection)
    yield engine
    engine.dispose()


@pytest.fixture
def library(engine: Engine) -> SqliteLibrary:
    library = SqliteLibrary(engine, now=lambda: NOON)
    for path, text in DOCUMENTS.items():
        library.ingest(path, text, "ada")
    return library


async def search(
    library: SqliteLibrary, text: str, component: str | None = None, kinds: tuple[str, ...] = ()
) -> list[Passage]:
    return list((await library.search(text, component=component, kinds=kinds, limit=4)).passages)


async def test_the_passage_that_answers_is_found_and_cited(library: SqliteLibrary) -> None:
    (best, *_) = await search(library, "TLS handshakes failing since the certificates expire")
    assert (best.document, best.heading) == ("certificate.md", "Internal certificate expired > Symptoms")
    assert (best.citation, best.text) == ("certificate.md:5-5", "Handshakes fail with x509.")
    assert set(best.matched) == {"handshakes", "failing", "certificates", "expire"}


async def test_one_passage_a_document(library: SqliteLibrary) -> None:
    found = await search(library, "certificate")
    assert [passage.document for passage in found] == ["certificate.md"]


async def test_the_document_of_the_component_comes_first(library: SqliteLibrary) -> None:
    for component, document in (("checkout", "memory.md"), ("cart", "cart-memory.md")):
        assert (await search(library, "pods out of memory", component=component))[0].document == document


async def test_a_document_whose_name_is_written_out_comes_first(library: SqliteLibrary) -> None:
    assert (await search(library, "KubeNodeNotReady kube-node-not-ready volume"))[0].document == "KubeNodeNotReady.md"


async def test_only_the_kinds_that_are_asked_for(library: SqliteLibrary) -> None:
    assert await search(library, "certificate expired", kinds=("runbook",)) == []


@pytest.mark.parametrize(
    "text", ["vacation policy for new employees", "!!!", "the of and", "printer in the meeting room", '" OR *']
)
async def test_nothing_relevant_is_an_empty_answer(library: SqliteLibrary, text: str) -> None:
    assert await search(library, text) == []


async def test_an_empty_knowledge_base_answers_nothing(engine: Engine) -> None:
    found = await SqliteLibrary(engine).search("memory", component=None, kinds=(), limit=3)
    assert (found.passages, found.searched) == ((), 0)


async def test_taking_in_the_same_text_changes_nothing_and_another_replaces_it(library: SqliteLibrary) -> None:
    assert library.ingest("disk.md", DOCUMENTS["disk.md"], "ada").outcome == "unchanged"
    assert library.ingest("disk.md", "# Disk full\n\nAsk the zebra.", "ada").outcome == "updated"
    assert (await search(library, "zebra"))[0].document == "disk.md"
    assert await search(library, "old snapshots") == []


async def test_a_document_that_was_removed_is_not_found(library: SqliteLibrary) -> None:
    assert library.remove("certificate.md")
    assert not library.remove("certificate.md")
    assert await search(library, "certificate expired") == []
    assert [document.path for document in library.documents()] == sorted(DOCUMENTS.keys() - {"certificate.md"})


def test_documents_are_listed_with_who_added_them_and_when(library: SqliteLibrary) -> None:
    known = next(document for document in library.documents() if document.path == "memory.md")
    assert (known.kind, known.component, known.added_by, known.added_at, known.chunks) == (
        "runbook",
        "checkout",
        "ada",
        NOON,
        1,
    )
    assert library.text("memory.md") == DOCUMENTS["memory.md"]
    assert library.text("nowhere.md") is None


async def test_documents_of_an_incident_are_searched_beside_and_never_stored(library: SqliteLibrary) -> None:
    beside = library.with_documents({"documents/campaign.md": "# Campaign calendar\n\nThe newsletter goes out at ten."})
    found = await beside.search("newsletter campaign", component=None, kinds=(), limit=3)
    assert [passage.document for passage in found.passages] == ["documents/campaign.md"]
    assert found.searched == len(DOCUMENTS) + 1
    assert (await beside.search("certificate expired", component=None, kinds=(), limit=3)).passages[
        0
    ].document == "certificate.md"
    assert len(library.documents()) == len(DOCUMENTS)


def test_a_folder_is_taken_in_by_paths_relative_to_it(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "docs" / "runbooks").mkdir(parents=True)
    (tmp_path / "docs" / "runbooks" / "a.md").write_text("# A\n\ntext")
    (tmp_path / "docs" / "picture.png").write_bytes(b"\x89PNG")
    outcomes = SqliteLibrary(engine).ingest_folder(tmp_path / "docs", "ada")
    assert [(outcome.document, outcome.outcome) for outcome in outcomes] == [("runbooks/a.md", "added")]
    with pytest.raises(RefusedInput, match="no folder"):
        SqliteLibrary(engine).ingest_folder(tmp_path / "nowhere", "ada")


@pytest.mark.parametrize(
    ("path", "text"), [("a.pdf", "x"), ("a.md", "  "), ("a.md", "x\x00y"), ("", "x"), ("a.md", "x" * 5_000_001)]
)
def test_what_is_no_document_is_refused(engine: Engine, path: str, text: str) -> None:
    with pytest.raises(RefusedInput):
        SqliteLibrary(engine).ingest(path, text, "ada")


@given(st.text(max_size=100))
def test_any_query_is_answered(query: str) -> None:
    for passage in rank([LooseDocuments(DOCUMENTS)], query, "cart", (), 3):
        assert passage.matched


@pytest.mark.parametrize("query", ['"', "NEAR(a b)", "a AND", "title:x", "*", "co-op's \u00fc\u4e2d\u6587 \U0001f600"])
async def test_query_syntax_of_the_database_has_no_meaning(library: SqliteLibrary, query: str) -> None:
    assert isinstance(await search(library, f"certificate {query}"), list)
