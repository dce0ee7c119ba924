"""The Knowledge page: asking, giving, looking, deleting, and the sources; clicked without a browser."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import TextInput

from sre_core import bootstrap
from sre_core.bootstrap import Workbench
from sre_core.domain import Alert, Pace
from sre_core.knowledge.documents import IngestOutcome, Tombstone
from sre_core.knowledge.library import OpenedDocument
from sre_core.knowledge.reading.given import FileGiven
from sre_core.settings import Settings
from tests.fakes import ADMIN, PERSON
from ui.knowledge import lines, wording
from ui.shell import SHELL

ETCD = """# Etcd has no leader

## Symptoms

Writes time out with `etcdserver: no leader`.

## What to do

1. List the members with etcdctl.
2. Restart the member that lags behind.
"""
REDIS = "# Redis evicts keys\n\nRaise maxmemory, or shorten how long keys live.\n"
SECRET = "hunter2-Very-Secret-99"

At = Callable[..., AppTest]


def give(bench: Workbench, name: str, text: str) -> None:
    (outcome,) = bench.desk.upload([FileGiven(name=name, content=text.encode())], ADMIN)
    assert isinstance(outcome, IngestOutcome)


def opened(**asked: str) -> AppTest:
    """The page at this address."""
    page = AppTest.from_file(str(SHELL), default_timeout=30).run()
    page.switch_page("../pages/knowledge.py")
    for name, value in asked.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    return page


def raw(page: AppTest) -> str:
    return "\n".join(text.value for text in (*page.markdown, *page.caption, *page.info, *page.error, *page.subheader))


def shown(page: AppTest) -> str:
    """As a person reads it: without the signs that keep words from being markup."""
    return raw(page).replace("\\", "")


def links(page: AppTest) -> list[str]:
    return [link.proto.label for link in page.get("page_link")]


def boxes(page: AppTest) -> list[list[list[Any]]]:
    """The rows of every box of lines, in order."""
    drawn = [json.loads(box.proto.json) for box in page.get("bidi_component") if "rows" in box.proto.json]
    return [one["rows"] for one in drawn]


def box(page: AppTest) -> TextInput:
    """Where the question is typed."""
    return next(one for one in page.text_input if one.label == "Ask the documents")


def ask(page: AppTest, question: str) -> AppTest:
    box(page).input(question)
    next(button for button in page.button if button.label == "Ask").click().run()
    assert not page.exception
    return page


def tab(page: AppTest, name: str, key: str = "knowledge-tab") -> AppTest:
    page.session_state[key] = name
    page.run()
    assert not page.exception
    return page


def finished(page: AppTest, bench: Workbench) -> AppTest:
    """Once the uploads and refreshes that run are done."""
    for one in bench.desk.uploads.of(ADMIN.model_copy(update={"name": "operator"})):
        assert bench.desk.uploads.wait(one.id, 30)
    for source in bench.desk.sources():
        assert bench.knowledge.refreshes.wait(source.feed.id, 30)
    page.run()
    assert not page.exception
    return page


# -- asking ------------------------------------------------------------------------------------------------------------


def test_an_empty_knowledge_base_offers_to_take_files_and_says_how_it_stands(bench: Workbench) -> None:
    page = opened()
    assert page.file_uploader
    assert "0 documents · 0 passages" in shown(page)
    assert "Nothing is written down here yet" in shown(tab(page, "Documents"))


def test_a_question_is_answered_by_the_lines_themselves_and_a_link_to_them(bench: Workbench) -> None:
    give(bench, "etcd.md", ETCD)
    give(bench, "redis.md", REDIS)
    page = ask(opened(), "etcd has no leader")
    assert "of 2 documents say" in shown(page)
    best = next(link.proto for link in page.get("page_link") if "etcd" in link.proto.label.lower())
    assert best.page == "knowledge" or "knowledge" in best.page
    assert "doc=etcd.md" in best.query_string
    first, last = (int(number) for number in best.query_string.split("lines=")[1].split("-"))
    numbered = [[number, text] for number, text, _ in boxes(page)[0]]
    assert numbered == [[at, ETCD.split("\n")[at - 1]] for at in range(first, last + 1)]
    assert page.query_params["q"] == "etcd has no leader"


def test_a_question_in_the_address_is_answered_at_once(bench: Workbench) -> None:
    give(bench, "etcd.md", ETCD)
    page = opened(q="etcd no leader")
    assert box(page).value == "etcd no leader"
    assert boxes(page)


def test_what_the_documents_do_not_answer_is_said_calmly(bench: Workbench) -> None:
    give(bench, "etcd.md", ETCD)
    page = ask(opened(), "how to bake sourdough bread")
    assert "**The documents do not answer this.**" in shown(page)
    assert "1 document searched" in shown(page)
    assert not page.error


def test_the_search_can_be_narrowed_to_a_kind(bench: Workbench) -> None:
    give(bench, "runbooks/etcd.md", ETCD)
    give(bench, "postmortems/etcd.md", ETCD.replace("no leader", "no leader in May"))
    page = opened()
    page.multiselect(key="ask-kinds").set_value(["postmortem"])
    ask(page, "etcd has no leader")
    cited = [link.proto.query_string for link in page.get("page_link") if "lines=" in link.proto.query_string]
    assert len(cited) == 1
    assert "postmortems" in cited[0]


# -- giving ------------------------------------------------------------------------------------------------------------


def test_many_files_are_taken_in_at_once_with_what_came_of_each(bench: Workbench) -> None:
    page = opened()
    files = [
        ("etcd.md", ETCD.encode(), "text/markdown"),
        ("shop.csv", b"service,owner\ncheckout,ada\n", "text/csv"),
        ("broken.pdf", b"%PDF-1.7 no", "application/pdf"),
    ]
    page.file_uploader(key="knowledge-files-0").set_value(files).run()
    page.button(key="take-in").click().run()
    finished(page, bench)
    text = shown(page)
    assert "**3 files** · 2 added · 1 refused" in text
    assert "broken.pdf" in text
    assert {one.path for one in bench.library.documents()} == {"etcd.md", "shop.csv"}
    assert {one.added_by for one in bench.library.documents()} == {"person:operator"}


def test_the_same_again_is_unchanged_and_a_changed_one_an_update(bench: Workbench) -> None:
    give(bench, "etcd.md", ETCD)
    give(bench, "redis.md", REDIS)
    page = opened()
    tab(page, "Add files")
    files = [("etcd.md", ETCD.encode(), ""), ("redis.md", REDIS.replace("Raise", "Lower").encode(), "")]
    page.file_uploader(key="knowledge-files-0").set_value(files).run()
    page.button(key="take-in").click().run()
    finished(page, bench)
    assert "**2 files** · 1 updated · 1 unchanged" in shown(page)
    assert "version 2 · " in shown(page)
    next(button for button in page.button if button.label == "Dismiss").click().run()
    assert "2 files" not in shown(page)


def test_secrets_are_counted_by_kind_and_shown_nowhere(bench: Workbench) -> None:
    page = opened()
    files = [("db.md", f"# Database\n\npassword: {SECRET}\n".encode(), "")]
    page.file_uploader(key="knowledge-files-0").set_value(files).run()
    page.button(key="preview").click().run()
    assert not page.exception
    assert "1 secret taken out: 1 password" in shown(page)
    assert SECRET not in json.dumps(boxes(page))
    page.button(key="take-in").click().run()
    finished(page, bench)
    assert "1 secret taken out: 1 password" in shown(page)
    page = opened(doc="db.md")
    assert "1 secret taken out: 1 password" in shown(page)
    assert SECRET not in json.dumps(boxes(page))


def test_a_preview_shows_the_passages_and_stores_nothing(bench: Workbench) -> None:
    page = opened()
    page.file_uploader(key="knowledge-files-0").set_value([("etcd.md", ETCD.encode(), "")]).run()
    page.button(key="preview").click().run()
    assert "Nothing is stored yet" in shown(page)
    rows = boxes(page)[0]
    assert [None, "Etcd has no leader > Symptoms  ·  line 5", "heading"] in rows
    assert [5, "Writes time out with `etcdserver: no leader`.", "plain"] in rows
    assert not bench.library.documents()


# -- looking -----------------------------------------------------------------------------------------------------------


def test_documents_are_found_by_a_word_narrowed_and_ordered(bench: Workbench) -> None:
    give(bench, "runbooks/etcd.md", ETCD)
    give(bench, "notes/redis.md", REDIS)
    page = opened()
    assert "2 of 2 documents" in shown(page)
    page.text_input(key="documents-find").input("REDIS").run()
    assert "1 of 2 documents" in shown(page)
    page.text_input(key="documents-find").input("").run()
    page.selectbox(key="documents-order").set_value("Title").run()
    assert [label.split("  ")[0] for label in links(page)] == ["Etcd has no leader", "Redis evicts keys"]
    page.selectbox(key="documents-kind").set_value("note").run()
    assert "1 of 2 documents" in shown(page)


def test_many_documents_come_a_page_at_a_time(bench: Workbench) -> None:
    for number in range(27):
        give(bench, f"n{number:02}.md", f"# Note {number:02}\n\nwords {number}\n")
    page = opened()
    assert len(links(page)) == 25
    page.session_state["documents-page"] = 2
    page.run()
    assert len(links(page)) == 2


def test_a_citation_opens_its_document_with_the_lines_marked(bench: Workbench) -> None:
    give(bench, "etcd.md", ETCD)
    page = opened(doc="etcd.md", lines="9-10")
    assert page.subheader[0].value == "Etcd has no leader"
    (rows,) = boxes(page)
    assert [number for number, _, look in rows if look == "cited"] == [9, 10]
    assert rows[4] == [5, "Writes time out with `etcdserver: no leader`.", "plain"]
    assert "Lines 9–10 cited" in shown(page)


def test_lines_that_are_no_lines_are_ignored_and_those_beyond_the_end_explained(bench: Workbench) -> None:
    give(bench, "etcd.md", ETCD)
    assert all(look == "plain" for _, _, look in boxes(opened(doc="etcd.md", lines="5-<script>"))[0])
    assert "it has 11 lines now" in shown(opened(doc="etcd.md", lines="400-420"))


def test_a_long_document_opens_at_the_page_that_is_cited(bench: Workbench) -> None:
    give(bench, "long.txt", "\n".join(f"line {number}" for number in range(1, 2501)))
    (rows,) = boxes(opened(doc="long.txt", lines="2400"))
    assert rows[0][:2] == [2001, "line 2001"]
    assert [number for number, _, look in rows if look == "cited"] == [2400]


def test_versions_are_compared(bench: Workbench) -> None:
    give(bench, "etcd.md", ETCD)
    give(bench, "etcd.md", ETCD.replace("Restart the member", "Snapshot, then restart the member"))
    page = tab(opened(doc="etcd.md"), "Versions", "document-tab")
    assert "1 line added, 1 line removed" in shown(page)
    looks = {look: text for _, text, look in boxes(page)[0] if look in ("added", "removed")}
    assert looks["added"] == "+ 2. Snapshot, then restart the member that lags behind."
    assert looks["removed"] == "− 2. Restart the member that lags behind."


def test_an_older_version_becomes_the_newest(bench: Workbench) -> None:
    give(bench, "etcd.md", ETCD)
    give(bench, "etcd.md", ETCD.replace("Restart the member", "Snapshot, then restart the member"))
    page = tab(opened(doc="etcd.md"), "Versions", "document-tab")
    page.button(key="version-restore").click().run()
    assert not page.exception
    assert "version 3 by operator" in shown(page)
    assert bench.library.text("etcd.md") == ETCD


def test_words_of_a_document_are_never_markup(bench: Workbench) -> None:
    give(bench, "x.md", "---\ntitle: '<b>bold</b> [link](x)'\n---\n# Loud\n\n<script>alert(1)</script> :red[loud]\n")
    page = opened(doc="x.md")
    assert page.subheader[0].value == r"\<b\>bold\</b\> \[link\]\(x\)"
    assert "<script>" not in raw(page)
    assert [6, "<script>alert(1)</script> :red[loud]", "plain"] in boxes(page)[0]
    assert r"\<b\>bold\</b\> \[link\]\(x\)" in links(opened())[0]


def test_a_document_that_nobody_knows_is_explained(bench: Workbench) -> None:
    page = opened(doc="no*such.md")
    assert page.subheader[0].value == "There is no such document"
    assert r"no\*such\.md" in raw(page)


def test_a_citation_of_a_samples_own_document_opens_it_from_the_sample(bench: Workbench) -> None:
    alert = Alert(title="orders answers 503")
    inv = bench.open(alert, by=PERSON, pace=Pace.PLAN, workspace="sample:orders-503")
    path = next(iter(bench.sources("sample:orders-503").documents))
    page = opened(doc=path, lines="1-2", inv=inv)
    assert "is not in the knowledge base" in shown(page)
    assert [number for number, _, look in boxes(page)[0] if look == "cited"] == [1, 2]


def test_a_document_that_changed_after_it_was_cited_says_so(bench: Workbench) -> None:
    give(bench, "etcd.md", ETCD)
    inv = bench.open(Alert(title="etcd"), by=PERSON, pace=Pace.PLAN)
    assert "lines may have moved" not in shown(opened(doc="etcd.md", lines="5", inv=inv))
    give(bench, "etcd.md", ETCD + "\nmore\n")
    assert "lines may have moved" in shown(opened(doc="etcd.md", lines="5", inv=inv))


# -- deleting ----------------------------------------------------------------------------------------------------------


def test_deleting_says_what_goes_and_leaves_a_tombstone(bench: Workbench) -> None:
    give(bench, "etcd.md", ETCD)
    page = opened(doc="etcd.md", lines="5-5")
    assert "**Goes, for good:** the text of **Etcd has no leader**; its 2 passages and vectors." in shown(page)
    assert "tombstone" in shown(page)
    page.text_input(key="delete-because").input("we left etcd")
    page.button(key="delete-for-good").click().run()
    assert not page.exception
    assert "was deleted by operator" in shown(page)
    assert "Why: we left etcd" in shown(page)
    assert isinstance(bench.library.document("etcd.md"), Tombstone)
    assert "was deleted by" in shown(opened(doc="etcd.md", lines="5-5"))


@pytest.fixture
def at(tmp_path: Path) -> Iterator[At]:
    """The page with these settings."""

    def drawn(asked: dict[str, str], **settings: Any) -> AppTest:
        bench = bootstrap.start_workbench(Settings(home=tmp_path / "home", **settings))
        give(bench, "etcd.md", ETCD)
        return opened(**asked)

    yield drawn
    bootstrap.stop_workbench()


def test_a_viewer_looks_and_asks_and_can_give_and_delete_nothing(at: At) -> None:
    page = at({"doc": "etcd.md"}, role="viewer")
    assert boxes(page)
    assert not [button for button in page.button if button.key == "delete-for-good"]
    page = ask(opened(), "etcd has no leader")
    assert boxes(page)
    tab(page, "Add files")
    assert not page.file_uploader
    assert "you are a viewer" in shown(page)
    tab(page, "Sources")
    assert "An admin can add and remove sources" in shown(page)


def test_a_responder_deletes_only_what_they_gave(at: At) -> None:
    page = at({"doc": "etcd.md"}, role="responder")
    assert not [button for button in page.button if button.key == "delete-for-good"]
    page.session_state["person"] = ADMIN.name
    page.run()
    assert page.button(key="delete-for-good")


# -- sources -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "runbooks"
    folder.mkdir()
    (folder / "etcd.md").write_text(ETCD, encoding="utf-8")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 no")
    return folder


def add_folder(page: AppTest, name: str, path: str, round_: int = 0) -> AppTest:
    page.text_input(key=f"source-folder-{round_}-name").input(name)
    page.text_input(key=f"source-folder-{round_}-path").input(path)
    next(button for button in page.button if button.label == "Add and refresh").click().run()
    assert not page.exception
    return page


def test_a_folder_is_added_refreshed_and_removed(bench: Workbench, folder: Path) -> None:
    page = finished(add_folder(tab(opened(), "Sources"), "wiki", str(folder)), bench)
    assert "1 added, 1 refused" in shown(page)
    assert "broken.pdf" in shown(page)
    (folder / "redis.md").write_text(REDIS, encoding="utf-8")
    next(button for button in page.button if button.label == "Refresh").click().run()
    finished(page, bench)
    assert "1 added, 1 unchanged, 1 refused" in shown(page)
    assert isinstance(bench.library.document("wiki/redis.md"), OpenedDocument)
    next(button for button in page.button if button.label == "Remove the source").click().run()
    assert "No sources yet" in shown(page)
    assert isinstance(bench.library.document("wiki/redis.md"), Tombstone)


def test_what_is_wrong_with_a_source_is_said_and_what_was_filled_in_stays(bench: Workbench, tmp_path: Path) -> None:
    page = add_folder(tab(opened(), "Sources"), "wiki", str(tmp_path / "nowhere"))
    assert "There is no" in page.error[0].value
    assert page.text_input(key="source-folder-0-name").value == "wiki"
    add_folder(page, "wiki", "")
    assert "Where it is: fill this in" in shown(page)
    add_folder(page, "Not A Name!", str(tmp_path))
    assert "cannot be called" in page.error[0].value
    assert not bench.desk.sources()


@pytest.mark.parametrize("kind", ["git", "slack", "prometheus", "topology"])
def test_every_kind_has_a_form_that_says_what_is_missing(bench: Workbench, kind: str) -> None:
    page = tab(opened(), "Sources")
    page.get_by_key("source-kind").set_value(kind).run()
    page.text_input(key=f"source-{kind}-0-name").input("mine")
    next(button for button in page.button if button.label == "Add and refresh").click().run()
    assert "fill this in" in page.error[0].value


def test_a_source_that_needs_no_admin_s_click_is_kept_with_its_settings(bench: Workbench, tmp_path: Path) -> None:
    file = tmp_path / "topology.json"
    nodes = [{"id": "cart", "kind": "service"}, {"id": "redis", "kind": "cache"}]
    file.write_text(json.dumps({"nodes": nodes, "edges": [{"source": "cart", "target": "redis"}]}), encoding="utf-8")
    page = tab(opened(), "Sources")
    page.get_by_key("source-kind").set_value("topology").run()
    page.text_input(key="source-topology-0-name").input("shop")
    page.text_input(key="source-topology-0-path").input(str(file))
    page.selectbox(key="source-topology-0-every").set_value("Every hour")
    next(button for button in page.button if button.label == "Add and refresh").click().run()
    finished(page, bench)
    assert "2 added" in shown(page)
    assert "every hour" in shown(page)


# -- words -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "means"),
    [("12-20", (12, 20)), ("7", (7, 7)), ("0-3", None), ("9-3", None), ("a-b", None), ("", None), (None, None)],
)
def test_lines_of_an_address(text: str | None, means: tuple[int, int] | None) -> None:
    assert wording.lines_asked(text) == means


def test_a_difference_numbers_what_went_as_it_was_and_the_rest_as_it_is() -> None:
    rows = lines.of_difference("a\nb\nc", "a\nx\ny\nc")
    assert [(row.number, row.text, row.look) for row in rows] == [
        (None, "…", "gap"),
        (1, "  a", "plain"),
        (2, "− b", "removed"),
        (2, "+ x", "added"),
        (3, "+ y", "added"),
        (4, "  c", "plain"),
    ]
    assert lines.of_difference("a", "a") == []
