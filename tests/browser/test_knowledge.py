"""The Knowledge page in a real browser: five formats uploaded and cited to the line, deleted, refreshed, and cited by others."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.conftest import Server
from tests.knowledge.reading.made import pdf_of_pages, word

pytestmark = [pytest.mark.browser, pytest.mark.needs("chromium")]

RUNBOOK = """# Etcd has no leader

## Symptoms

Writes time out with `etcdserver: no leader`.

## What to do

Restart the etcd member that lags behind.
"""
FORMATS: dict[str, bytes] = {
    "etcd.md": RUNBOOK.encode(),
    "dns.html": b"<html><body><h1>CoreDNS loops</h1><p>Remove the forwarding loop from resolv.conf.</p></body></html>",
    "kafka.pdf": pdf_of_pages([["Kafka partitions are offline", "Elect a preferred broker for the partition."]]),
    "nfs.docx": word(
        lambda it: it.add_heading("NFS mount hangs", 1),
        lambda it: it.add_paragraph("Unmount the stale filehandle lazily, then remount the export."),
    ),
    "owners.csv": b"service,owner,pager\ncheckout,ada,555-0101\nsearchindexer,bo,555-0202\n",
}
QUESTIONS = {
    "etcd.md": ("etcd member lags behind", "Restart the etcd member that lags behind."),
    "dns.html": ("CoreDNS forwarding loop", "Remove the forwarding loop from resolv.conf."),
    "kafka.pdf": ("Kafka partitions offline preferred broker", "Elect a preferred broker for the partition."),
    "nfs.docx": ("NFS stale filehandle", "Unmount the stale filehandle lazily, then remount the export."),
    "owners.csv": ("who owns searchindexer", "searchindexer"),
}
"""File -> (what is asked, what the cited lines must say)."""


@pytest.fixture
def knowledge(page: Page, server: Server) -> Page:
    """The Knowledge page, reached as a person reaches it."""
    page.goto(server.url)
    page.get_by_role("link", name="Knowledge").click()
    expect(question(page)).to_be_visible()
    return page


def question(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Ask the documents")


def tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).click()
    expect(page.get_by_role("tab", name=name)).to_have_attribute("aria-selected", "true")


def upload(page: Page, files: dict[str, bytes]) -> Locator:
    """Give files; returns the place that says what became of them."""
    tab(page, "Add files")
    chosen = [{"name": name, "mimeType": "", "buffer": content} for name, content in files.items()]
    page.locator('input[type="file"]').set_input_files(chosen)  # type: ignore[arg-type]
    take_in = page.get_by_role("button", name=f"Take in {len(files)} file")
    take_in.click()
    expect(take_in).to_have_count(0)  # it has begun; the row of an earlier upload says nothing of this one
    newest = page.locator('[class*="st-key-upload-"]').first
    expect(newest.get_by_role("button", name="Dismiss")).to_be_visible(timeout=60_000)
    return newest


def add_folder(page: Page, name: str, folder: Path) -> None:
    tab(page, "Sources")
    page.get_by_text("Add a source").click()
    page.get_by_role("textbox", name="Name").fill(name)
    page.get_by_label("Folder on this machine").fill(str(folder))
    page.get_by_role("button", name="Add and refresh").click()


def ask(page: Page, words: str) -> None:
    question(page).fill(words)
    question(page).press("Enter")


def back(page: Page) -> None:
    """From a document to the whole page, by its own link."""
    page.get_by_role("main").get_by_role("link", name="Knowledge").click()


def cited(page: Page) -> Locator:
    """The lines that are marked in the document that is open."""
    return page.locator(".lines mark")


def drawn_passage(page: Page, says: str) -> list[list[str | int]]:
    """What the live page makes of a passage: each node's tag, class, text, and how many elements are in it."""
    drawn: list[list[str | int]] = page.evaluate(
        """async (says) => {
            const modules = performance.getEntriesByType("resource").map((one) => one.name);
            const { passage } = await import(modules.find((name) => name.endsWith("/passage.js")));
            return passage(says).map((node) => [node.tagName, node.className, node.textContent, node.children.length]);
        }""",
        says,
    )
    return drawn


def test_five_formats_are_taken_in_at_once_and_each_is_cited_with_its_line(knowledge: Page) -> None:
    page = knowledge
    taken = upload(page, FORMATS)
    for name in FORMATS:
        expect(taken.get_by_role("link", name=name)).to_be_visible()
    expect(taken).to_contain_text("5 added")
    for name, (asked, says) in QUESTIONS.items():
        ask(page, asked)
        best = page.locator(".st-key-quote-best-0")
        expect(best.get_by_role("link")).to_contain_text(f"{name}:")
        expect(best.locator(".lines")).to_contain_text(says)
        address = parse_qs(urlsplit(best.get_by_role("link").get_attribute("href") or "").query)
        best.get_by_role("link").click()
        first, last = (int(number) for number in address["lines"][0].split("-"))
        expect(cited(page)).to_have_count(last - first + 1)
        expect(cited(page).first).to_have_attribute("data-number", str(first))
        expect(cited(page).first).to_be_in_viewport()
        expect(cited(page).filter(has_text=says).first).to_be_visible()
        page.wait_for_url(lambda url, name=name: parse_qs(urlsplit(url).query).get("doc") == [name])
        back(page)
        expect(question(page)).to_be_visible()


def test_a_document_from_its_first_version_to_its_tombstone(knowledge: Page, server: Server) -> None:
    page = knowledge
    one = {"minio.md": b"# Minio is read only\n\nA drive failed.\nHeal it.\n"}
    two = {"minio.md": b"# Minio is read only\n\nA drive failed.\nReplace it, then heal.\n"}
    expect(upload(page, one)).to_contain_text("1 added")
    expect(upload(page, one)).to_contain_text("1 unchanged")
    taken = upload(page, two)
    expect(taken).to_contain_text("1 updated")
    taken.get_by_role("link", name="minio.md").click()
    expect(page.get_by_role("heading", name="Minio is read only")).to_be_visible()
    page.get_by_role("tab", name="Versions").click()
    expect(page.locator(".lines ins")).to_have_text(["+ Replace it, then heal."])
    expect(page.locator(".lines del")).to_have_text(["− Heal it."])
    page.get_by_role("button", name="Restore version 1").click()
    expect(page.locator(".lines ins")).to_have_text(["+ Heal it."])
    expect(page.get_by_text("version 3 by operator")).to_be_visible()
    expect(page.get_by_role("button", name="Restore version 2")).to_be_visible()
    page.get_by_role("button", name="Delete …").click()
    expect(page.get_by_text("its 2 older versions, which nobody can restore any more")).to_be_visible()
    expect(page.get_by_text("Stays:")).to_be_visible()
    page.get_by_label("Why?").fill("we have no minio")
    page.get_by_label("Why?").press("Enter")
    page.get_by_role("button", name="Delete it for good").click()
    expect(page.get_by_text("This document was deleted by")).to_be_visible()
    expect(page.get_by_text("Why: we have no minio")).to_be_visible()
    page.reload()
    expect(page.get_by_text("This document was deleted by")).to_be_visible()
    back(page)
    ask(page, "minio read only drive")
    expect(page.get_by_text("The documents do not answer this.")).to_be_visible()


def test_an_answer_shows_nothing_of_the_answer_before(knowledge: Page) -> None:
    kafka, printer = b"# Kafka\n\nRotate the kafka certificates.", b"# Printer\n\nFill the printer with paper."
    upload(knowledge, {"kafka.md": kafka, "printer.md": printer})
    ask(knowledge, "rotate kafka certificates")
    expect(knowledge.locator(".lines").filter(has_text="Rotate the kafka")).to_be_visible()
    ask(knowledge, "fill the printer with paper")
    expect(knowledge.locator(".lines").filter(has_text="Fill the printer")).to_be_visible()
    expect(knowledge.locator(".lines").filter(has_text="Rotate the kafka")).to_have_count(0)


def test_what_is_not_written_down_is_said_so_and_a_link_to_the_question_shows_the_same(knowledge: Page) -> None:
    page = knowledge
    upload(page, {"ceph.md": b"# Ceph is degraded\n\nWait for the recovery.\n"})
    ask(page, "best sourdough recipe")
    expect(page.get_by_text("The documents do not answer this.")).to_be_visible()
    page.reload()
    expect(question(page)).to_have_value("best sourdough recipe")
    expect(page.get_by_text("The documents do not answer this.")).to_be_visible()


def test_what_cannot_be_read_is_refused_with_its_reason_beside_what_is_taken(knowledge: Page) -> None:
    files = {"good.md": b"# Vault is sealed\n\npassword: hunter2-Very-Secret-99\n", "cut.pdf": b"%PDF-1.7 no"}
    taken = upload(knowledge, files)
    expect(taken).to_contain_text("1 added · 1 refused")
    expect(taken).to_contain_text("cut.pdf · The PDF is cut off")
    expect(taken).to_contain_text("1 secret taken out: 1 password")
    taken.get_by_role("link", name="good.md").click()
    expect(knowledge.locator(".lines")).to_contain_text("Vault is sealed")
    expect(knowledge.locator("body")).not_to_contain_text("hunter2")


def test_the_menu_leads_out_of_a_document_an_answer_and_a_memory(knowledge: Page, server: Server) -> None:
    page = knowledge
    menu = page.get_by_test_id("stHeader")
    upload(page, {"way-out.md": b"# The way out\n\nTurn the zither clockwise.\n"})
    ask(page, "turn the zither")
    page.locator(".st-key-quote-best-0").get_by_role("link").click()
    expect(cited(page)).to_have_count(1)
    expect(page).to_have_url(re.compile(r"[?&]doc="))
    menu.get_by_role("link", name="Knowledge").click()
    expect(question(page)).to_have_value("")
    expect(page).to_have_url(f"{server.url}/knowledge")
    ask(page, "turn the zither")
    expect(page.locator(".st-key-quote-best-0")).to_be_visible()
    expect(page).to_have_url(re.compile(r"[?&]q="))
    menu.get_by_role("link", name="Knowledge").click()
    expect(page.locator(".st-key-quote-best-0")).to_have_count(0)
    expect(question(page)).to_have_value("")
    page.go_back()
    expect(page.locator(".st-key-quote-best-0")).to_be_visible()
    page.goto(f"{server.url}/incidents?memory=nothing-of-that-name")
    expect(page.get_by_text("Nothing is remembered here")).to_be_visible()
    menu.get_by_role("link", name="Incidents").click()
    expect(page.get_by_text("Nothing is remembered here")).to_have_count(0)
    expect(page).to_have_url(f"{server.url}/incidents")


def test_an_upload_is_still_there_after_a_reload(knowledge: Page, server: Server) -> None:
    upload(knowledge, {"reloaded.md": b"# Reloaded\n\nwords\n"})
    knowledge.reload()
    tab(knowledge, "Add files")
    expect(knowledge.get_by_role("link", name="reloaded.md")).to_be_visible()


def test_the_box_for_files_stays_where_it_is(knowledge: Page) -> None:
    tab(knowledge, "Add files")
    box = knowledge.get_by_test_id("stFileUploader")
    before = box.bounding_box()
    upload(knowledge, {"stays.md": b"# Stays\n\nwhere it is\n"})
    expect(knowledge.get_by_text("1 passage", exact=True).first).to_be_visible()
    assert box.bounding_box() == before


def test_an_answer_is_marked_among_the_lines_around_it(knowledge: Page) -> None:
    upload(knowledge, {"harp.md": b"# Harp\n\nIt is old.\nTune the strings of the harp at noon.\nThen rest.\n"})
    ask(knowledge, "when are the strings tuned")
    lines = knowledge.locator(".st-key-quote-best-0 .lines")
    expect(lines.locator("mark")).to_have_text(["Tune the strings of the harp at noon."])
    expect(lines.locator("div")).to_have_text(["It is old.", "Then rest."])


def test_a_folder_is_added_and_refreshed_and_what_is_gone_there_goes_here(knowledge: Page, tmp_path: Path) -> None:
    page = knowledge
    (tmp_path / "haproxy.md").write_text("# Haproxy drops sessions\n\nRaise maxconn.\n", encoding="utf-8")
    add_folder(page, "team-wiki", tmp_path)
    source = page.locator(".st-key-source-team-wiki")
    expect(source).to_contain_text("1 added")
    expect(page.get_by_role("button", name="Add and refresh")).to_be_hidden()
    (tmp_path / "haproxy.md").unlink()
    (tmp_path / "varnish.md").write_text("# Varnish evicts\n\nGive it more storage.\n", encoding="utf-8")
    source.get_by_role("button", name="Refresh").click()
    expect(source).to_contain_text("1 added, 1 removed")
    ask(page, "varnish evicts")
    expect(page.locator(".st-key-quote-best-0").get_by_role("link")).to_contain_text("team-wiki/varnish.md:")


def test_what_was_taken_out_of_a_source_is_counted_for_it_and_for_each_document(
    knowledge: Page, tmp_path: Path
) -> None:
    page = knowledge
    (tmp_path / "vault.md").write_text("# Vault\n\npassword: hunter2-Very-Secret-99\n", encoding="utf-8")
    (tmp_path / "open.md").write_text("# Open\n\nNothing to hide.\n", encoding="utf-8")
    add_folder(page, "secretive", tmp_path)
    source = page.locator(".st-key-source-secretive")
    expect(source).to_contain_text("1 secret taken out: 1 password · in 1 document")
    source.get_by_text("in 1 document").click()
    expect(source.get_by_role("link", name="secretive/vault.md")).to_be_visible()
    expect(source.get_by_role("link", name="secretive/open.md")).to_have_count(0)
    tab(page, "Documents")
    expect(page.locator('[class*="st-key-kept-"]').filter(has_text="vault.md")).to_contain_text("1 secret")
    expect(page.locator("body")).not_to_contain_text("hunter2")


def test_an_investigation_leads_to_the_lines_that_it_cites(context: BrowserContext, page: Page, server: Server) -> None:
    page.goto(server.url)
    page.get_by_role("radio", name="Full speed").click()
    sample = page.locator('[class*="st-key-sample-"]').filter(has_text="OutOfMemoryError")
    sample.get_by_role("button", name="Investigate").click()
    link = page.get_by_test_id("citations").get_by_role("link").first
    expect(link).to_be_visible(timeout=90_000)
    quote = page.locator("blockquote.passage").first
    expect(quote.locator(":scope > *").nth(1)).to_be_attached(timeout=90_000)
    assert drawn_passage(page, "Do this:\n\n1. <img src=//example.invalid/x.png>\n```\n<b>df -h</b>") == [
        ["P", "", "Do this:", 0],
        ["P", "blank", "", 0],
        ["P", "item", "1. <img src=//example.invalid/x.png>", 0],
        ["PRE", "", "<b>df -h</b>", 0],
    ]
    place = link.locator(".place").inner_text()
    with context.expect_page() as opened:
        link.click()
    document = opened.value
    first, last = (int(number) for number in place.rpartition(":")[2].split("-"))
    expect(cited(document)).to_have_count(last - first + 1)
    expect(cited(document).first).to_have_attribute("data-number", str(first))
    expect(document.get_by_text("is not in the knowledge base")).to_be_visible()


def test_on_a_phone_nothing_is_wider_than_the_screen(page: Page, server: Server) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{server.url}/knowledge")
    expect(question(page)).to_be_visible()
    upload(page, {"phone.md": b"# On the phone\n\n" + b"a-very-long-word-" * 40 + b"\n"})
    page.get_by_role("link", name="phone.md").first.click()
    expect(page.locator(".lines")).to_contain_text("a-very-long-word")
    wide = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
    assert wide <= 390
