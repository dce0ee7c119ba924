"""Documents are found by name, then by words and by meaning together; and what is about something else is not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_core.knowledge.documents import Scope, SourceDocument
from sre_core.knowledge.embedding import Vectors
from sre_core.knowledge.loose import MOST_EMBEDDED, LooseDocuments
from sre_core.knowledge.query import MOST_WORDS, Query, opening_of
from sre_core.knowledge.relevance import is_relevant
from sre_core.knowledge.scale import ALIKE, UNRELATED, Scale, scale_of
from sre_core.knowledge.search import Searcher
from sre_core.knowledge.words import stems
from sre_core.tools.base import ToolContext
from sre_core.tools.search_runbooks import Passage, RunbookQuery, SearchRunbooks

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DOCUMENTS = {
    "runbooks/KubePodCrashLooping.md": "# KubePodCrashLooping\n\n## Meaning\n\nA pod restarts again and again.",
    "runbooks/disk.md": "# Disk full\n\n## Meaning\n\nThe volume is at 100 %.\n\n## Fix\n\nDelete old snapshots.",
    "runbooks/certificate.md": (
        "---\nrunbook_url: https://wiki.example/ops/tls\n---\n# Certificate expired\n\nHandshakes fail with x509."
    ),
    "runbooks/ora.md": "# Oracle errors\n\n## ORA-01555\n\nSnapshot too old: enlarge the undo tablespace.",
    "notes/canteen.md": "# Canteen\n\nThe soup of the week is lentil.",
}


class Meanings:
    """An embedder for which the words of one line mean the same, and every other word something else."""

    model = "meanings"
    dimension = 64
    lines = (
        "crash restart again pod loop",
        "disk volume full storage space exhausted",
        "certificate tls handshake expire x509",
        "soup lunch canteen",
    )

    def __init__(self) -> None:
        self.embedded: list[str] = []
        self._direction = {stem: place for place, line in enumerate(self.lines) for stem in stems(line)}

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.embedded += texts
        rows = np.full((len(texts), self.dimension), 1e-3, dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for stem in stems(text):
                row[self._direction.get(stem, 4 + sum(stem.encode()) % 60)] += 1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


class Ready:
    """A model that is there."""

    state = "ready"
    problem = None

    def __init__(self) -> None:
        self.embedder = Meanings()

    def now(self) -> Meanings:
        return self.embedder

    def wait(self, seconds: float | None = None) -> Meanings:
        return self.embedder


def searcher(documents: Mapping[str, str | SourceDocument], meaning: bool = False) -> Searcher:
    embedders = Ready() if meaning else None
    return Searcher([LooseDocuments(documents, embedders=embedders, now=lambda: NOON)], embedders, now=lambda: NOON)


def paths(passages: Sequence[Passage]) -> list[str]:
    return [passage.document for passage in passages]


@pytest.mark.parametrize(
    ("query", "document", "tier"),
    [
        ("firing: see https://wiki.example/ops/tls for the disk volume", "runbooks/certificate.md", "link"),
        (
            "https://else.where/runbooks/kubepodcrashlooping/ disk volume full",
            "runbooks/KubePodCrashLooping.md",
            "name",
        ),
        ("KubePodCrashLooping\ndisk volume is full", "runbooks/KubePodCrashLooping.md", "name"),
        ("kube-pod-crash-looping: disk volume is full", "runbooks/KubePodCrashLooping.md", "name"),
        ("the log of the disk volume says ORA-01555", "runbooks/ora.md", "code"),
        ("disk full", "runbooks/disk.md", "title"),
    ],
)
@pytest.mark.parametrize("meaning", [False, True])
def test_what_is_called_by_name_comes_first(query: str, document: str, tier: str, meaning: bool) -> None:
    best = searcher(DOCUMENTS, meaning).find(query).passages[0]
    assert (best.document, best.tier) == (document, tier)
    assert "is in the query" in best.why


def test_a_name_that_many_documents_have_is_no_answer() -> None:
    many = {f"{n}/overview.md": f"# Part {n}\n\nThe zebra of part {n}." for n in range(5)}
    found = searcher({**many, **DOCUMENTS}).find("overview\nthe pod restarts again and again")
    assert paths(found.passages)[0] == "runbooks/KubePodCrashLooping.md"


def test_other_words_for_the_same_are_found_by_meaning_and_not_by_words() -> None:
    query = "storage space exhausted"
    assert searcher(DOCUMENTS).find(query).passages == ()
    found = searcher(DOCUMENTS, meaning=True).find(query)
    assert (paths(found.passages), found.by, found.passages[0].matched) == (
        ["runbooks/disk.md"],
        "words and meaning",
        (),
    )


def test_one_passage_a_document_with_its_scores_and_why() -> None:
    found = searcher(DOCUMENTS, meaning=True).find("delete snapshots of the full volume")
    best = found.passages[0]
    assert paths(found.passages).count("runbooks/disk.md") == 1
    assert (best.citation, best.heading) == ("runbooks/disk.md:9-9", "Disk full > Fix")
    assert 0 < best.score <= 1
    assert best.cosine is not None
    assert "snapshots" in best.why
    assert set(best.matched) == {"delete", "snapshots", "full"}


@pytest.mark.parametrize("meaning", [False, True])
@pytest.mark.parametrize(
    "query", ["vacation policy for new employees", "!!!", "", "the of and", "printer in the meeting room"]
)
def test_nothing_relevant_is_an_empty_answer(query: str, meaning: bool) -> None:
    found = searcher(DOCUMENTS, meaning).find(query)
    assert (found.passages, found.searched) == ((), len(DOCUMENTS))


def test_what_came_closest_is_offered_when_nothing_is_relevant() -> None:
    found = searcher(DOCUMENTS).find("the volume of the orchestra in the concert hall tonight")
    assert found.passages == ()
    assert paths(found.near_misses) == ["runbooks/disk.md"]
    assert searcher(DOCUMENTS).find("the pod restarts again").near_misses == ()


@pytest.mark.parametrize("meaning", [False, True])
def test_a_services_own_document_beats_a_general_one_and_that_of_another(meaning: bool) -> None:
    text = "---\ncomponent: {0}\n---\n# Memory exhausted\n\nPods are killed for memory."
    documents = {f"{name}.md": text.format(name) for name in ("a-cart", "b-checkout", "any")}
    for component, expected in (
        ("a-cart", ["a-cart.md", "any.md", "b-checkout.md"]),
        ("B-Checkout", ["b-checkout.md", "any.md", "a-cart.md"]),
    ):
        found = searcher(documents, meaning).find("pods killed: no memory", Scope(component=component))
        assert paths(found.passages) == expected


def test_a_scope_narrows() -> None:
    documents = {
        "old.md": SourceDocument(
            path="old.md",
            text="# Disk full\n\nvolume",
            kind="postmortem",
            component="db",
            dated=NOON - timedelta(days=9),
        ),
        "new.md": SourceDocument(path="new.md", text="# Disk full\n\nvolume", kind="runbook"),
    }
    asked = searcher(documents)
    for scope, expected in (
        (Scope(kinds=("runbook",)), ["new.md"]),
        (Scope(component="db", only_component=True), ["old.md"]),
        (Scope(newer_than=NOON - timedelta(days=1)), ["new.md"]),
        (Scope(sources=("upload",)), []),
        (Scope(sources=("incident",)), ["new.md", "old.md"]),
    ):
        assert sorted(paths(asked.find("disk full volume", scope).passages)) == expected


def test_newer_changes_count_more_and_runbooks_do_not_age() -> None:
    def at(days: int, kind: str) -> SourceDocument:
        path = f"{kind}-{days:03}.md"
        return SourceDocument(
            path=path, text="# Raise the pool size\n\nconnections", kind=kind, dated=NOON - timedelta(days=days)
        )

    changes = {one.path: one for one in (at(300, "change"), at(2, "change"), at(30, "change"))}
    found = searcher(changes).find("pool of connections raised").passages
    assert paths(found) == ["change-002.md", "change-030.md", "change-300.md"]
    assert found[1].score == pytest.approx(0.75, abs=0.01)
    runbooks = searcher({one.path: one for one in (at(300, "runbook"), at(2, "runbook"))}).find(
        "pool of connections raised"
    )
    assert runbooks.passages[0].score == runbooks.passages[1].score


def test_several_indexes_answer_as_one() -> None:
    two = Searcher(
        [LooseDocuments(DOCUMENTS), LooseDocuments({"campaign.md": "# Campaign\n\nThe newsletter goes out at ten."})]
    )
    assert paths(two.find("newsletter campaign").passages) == ["campaign.md"]
    assert paths(two.find("pod restarts again").passages) == ["runbooks/KubePodCrashLooping.md"]
    assert two.find("newsletter campaign").searched == len(DOCUMENTS) + 1


def test_the_best_of_a_poor_index_is_not_as_good_as_the_best_of_a_rich_one() -> None:
    poor = {"poor.md": "# Whales\n\nWhales of a pod crash into boats."}
    two = Searcher([LooseDocuments(poor), LooseDocuments(DOCUMENTS)])
    found = two.find("pod restarts again, crash looping").passages
    assert found[0].document == "runbooks/KubePodCrashLooping.md"
    assert found[1].document.startswith("poor")
    assert found[1].score < 0.9


@pytest.mark.parametrize(("cosine", "relevant"), [(0.61, True), (0.55, False)])
def test_meaning_alone_must_be_clear(cosine: float, relevant: bool) -> None:
    query = Query.of("storage space exhausted", [LooseDocuments(DOCUMENTS)], Ready().embedder)
    query = replace(query, scale=Scale())
    assert is_relevant(query, set(), cosine) is relevant
    assert is_relevant(query, set(query.spoken), cosine)


def test_documents_of_an_incident_are_not_embedded_when_they_are_many() -> None:
    embedders = Ready()
    many = LooseDocuments({f"{n}.md": f"# T{n}\n\ntext {n}" for n in range(MOST_EMBEDDED + 1)}, embedders=embedders)
    assert Searcher([many], embedders).find("text 7 zebra").by == "words and meaning"
    assert not any(text.startswith("T7") for text in embedders.embedder.embedded)


def test_a_query_is_looked_for_by_its_rarest_words() -> None:
    documents = {f"{n}.md": f"# Page {n}\n\ncommon word{n} " + "filler " * n for n in range(40)}
    query = Query.of("common filler " + " ".join(f"word{n}" for n in range(40)), [LooseDocuments(documents)], None)
    assert len(query.looked_for) == MOST_WORDS
    assert "common" not in query.looked_for


def test_what_a_template_left_is_no_part_of_a_query() -> None:
    query = Query.of("Pod {{ $labels.pod }} on ${node} … restarts", [LooseDocuments(DOCUMENTS)], None)
    assert list(query.spoken.values()) == ["pod", "restarts"]


@pytest.mark.parametrize(
    ("text", "opening"),
    [
        ("CartDown\nThe cart does not answer. Call Ada.", "The cart does not answer."),
        ("The disk is full\nDelete snapshots", "The disk is full"),
        ("disk full", "disk full"),
        ("", ""),
    ],
)
def test_the_opening_is_the_first_thing_said_in_three_words(text: str, opening: str) -> None:
    assert opening_of(text) == opening


class Alike(Meanings):
    """A model that calls everything alike, and what is alike a little more so."""

    model = "alike"

    def embed(self, texts: Sequence[str]) -> Vectors:
        pair = {text: place // 2 for place, text in enumerate(texts)}
        rows = np.array(
            [[3.0, *(float(pair[text] == n) for n in range(len(texts)))] for text in texts], dtype=np.float32
        )
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_another_models_cosines_are_read_on_the_default_scale() -> None:
    scale = scale_of(Alike())
    assert (round(scale.unrelated, 3), round(scale.alike, 3)) == (0.9, 1.0)
    assert scale.in_default(0.9) == pytest.approx(UNRELATED, abs=1e-3)
    assert scale.in_default(1.0) == pytest.approx(ALIKE, abs=1e-3)
    assert Scale().in_default(0.5) == pytest.approx(0.5)


@given(
    st.text(max_size=100)
    | st.lists(st.sampled_from(["disk", "KubePodCrashLooping", "{", '"', "https://", "-", ":", "\n"]), max_size=9).map(
        " ".join
    )
)
def test_any_query_is_answered(query: str) -> None:
    found = SEARCHER.find(query, Scope(component="cart"), 3)
    assert len({passage.document for passage in found.passages}) == len(found.passages) <= 3
    assert all(0 <= passage.score <= 1 and passage.text for passage in (*found.passages, *found.near_misses))
    assert not (found.passages and found.near_misses)


SEARCHER = searcher(DOCUMENTS, meaning=True)


async def test_the_tool_hands_on_what_is_asked() -> None:
    tool = SearchRunbooks(searcher(DOCUMENTS))
    found = await tool.run(RunbookQuery(text="disk full", newer_than=NOON - timedelta(days=1)), ToolContext())
    assert tool.summarise(found).startswith("1 passage; best: Disk full (runbooks/disk.md:")
    later = await tool.run(RunbookQuery(text="disk full", newer_than=NOON + timedelta(days=1)), ToolContext())
    assert tool.summarise(later) == "nothing relevant in 5 documents"
