"""The incident memory in a real browser: recalled first, corrected, forgotten; and a postmortem from its draft to an answer."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from sre_core.domain import Pace
from tests.browser.conftest import Server
from tests.browser.steps import cards, opened, settled
from ui.options import shipped_options

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.needs("chromium")]

LONG = 90_000
TITLE = "checkout-service pods in CrashLoopBackOff with OutOfMemoryError"


def investigate(page: Page, server: Server, sample: str = "checkout crashloop", own: bool = True) -> str:
    """Paste a sample's alert, let it look there, and wait for the conclusion; returns the id."""
    page.goto(server.url)
    page.get_by_role("radio", name="Full speed").click()
    page.get_by_role("radio", name="Changes only").click()
    page.get_by_text(sample, exact=True).click()
    expect(page.get_by_label("The alert")).not_to_have_value("")
    if own:
        page.get_by_text("Also recall what is remembered of this very recording").click()
    page.get_by_role("button", name="Start investigating").click()
    expect(page.get_by_test_id("card-alert").or_(page.get_by_text("Press Start again")).first).to_be_visible()
    if not page.get_by_test_id("card-alert").is_visible():
        page.get_by_role("button", name="Start investigating").click()
    expect(page.get_by_test_id("report")).to_be_visible(timeout=LONG)
    return parse_qs(urlsplit(page.url).query)["inv"][0]


def sample(page: Page, server: Server, title: str = "answers 503") -> str:
    """Let a sample be investigated as it is; returns the investigation's id."""
    page.goto(server.url)
    page.get_by_role("radio", name="Full speed").click()
    card = page.locator('[class*="st-key-sample-"]').filter(has_text=title)
    card.get_by_role("button", name="Investigate").click()
    expect(page.get_by_test_id("report")).to_be_visible(timeout=LONG)
    return parse_qs(urlsplit(page.url).query)["inv"][0]


def claimed(page: Page) -> Locator:
    """The memory that is claimed first."""
    return page.get_by_test_id("claimed-memory").first


def of(page: Page, investigation: str) -> Locator:
    """Links in the recall card to an investigation."""
    return cards(page, "memory").locator(f'a[href$="?inv={investigation}"]')


def tell(page: Page, component: str, what: str, fix: str = "", note: str = "") -> Locator:
    """Call the conclusion wrong and fill in what it really was; returns the form."""
    rating = page.get_by_test_id("rating")
    rating.get_by_role("button", name="Wrong").click()
    rating.get_by_label("Where it really was").fill(component)
    rating.get_by_label("What it really was").fill(what)
    rating.get_by_role("textbox", name="The fix").fill(fix)
    rating.get_by_label("Note").fill(note)
    return rating


def rate_wrong(page: Page, component: str, what: str, fix: str = "", note: str = "") -> None:
    tell(page, component, what, fix, note).get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_test_id("rated")).to_contain_text("the conclusion is wrong")


def test_it_is_recalled_corrected_and_forgotten(page: Page, server: Server) -> None:
    first = investigate(page, server)
    second = investigate(page, server)
    expect(cards(page, "memory").get_by_role("heading", name="This happened before")).to_be_visible()
    kinds = (
        page.get_by_test_id("trace")
        .locator(":scope > li[data-kind]")
        .evaluate_all("all => all.map(one => one.dataset.kind)")
    )
    assert kinds.index("memory") < kinds.index("plan")
    expect(claimed(page)).to_contain_text("the same alert")
    expect(page.get_by_test_id("recalled")).to_contain_text(TITLE)
    page.get_by_test_id("recalled").get_by_role("button").click()
    expect(claimed(page)).to_be_in_viewport()
    expect(claimed(page)).to_contain_text("checkout-service: memory exhaustion")
    expect(cards(page, "memory")).to_contain_text("A lead, not a verdict")
    expect(claimed(page).locator(f'a[href$="?inv={first}"]')).to_be_visible()

    rate_wrong(page, "payments-service", "lock contention", note="The bank held a lock.")
    third = investigate(page, server)
    expect(claimed(page)).to_contain_text("payments-service: lock contention")
    expect(claimed(page)).to_contain_text("The bank held a lock.")
    expect(claimed(page).locator(f'a[href$="?inv={second}"]')).to_be_visible()
    claimed(page).get_by_role("link", name="All that is remembered of it").click()
    expect(page.get_by_text("rated wrong by operator")).to_be_visible()
    page.locator(".st-key-back").get_by_role("link").click()
    rows = page.locator(".st-key-rows-memories")
    expect(rows.get_by_text("contradicted")).to_be_visible()
    rows.get_by_role("link", name="payments-service: lock contention").click()
    page.get_by_role("button", name="Forget …").click()
    page.get_by_role("button", name="Forget it for good").click()
    expect(page.get_by_text("Nothing is remembered here")).to_be_visible()
    fourth = investigate(page, server)
    assert len({first, second, third, fourth}) == 4
    expect(cards(page, "memory")).to_be_visible()
    expect(of(page, second)).to_have_count(0)
    expect(cards(page, "memory")).not_to_contain_text("payments-service: lock contention")


def test_what_is_told_in_one_s_own_words_survives_a_reload_and_stands_on_the_next_card(
    page: Page, server: Server
) -> None:
    first = investigate(page, server)
    rating = tell(page, "payments-service", "the bank changed its key", "took the new key", "ask Kim")
    rating.get_by_label("Did the fix hold?").select_option("it held")
    page.reload()
    expect(rating.get_by_label("What it really was")).to_have_value("the bank changed its key")
    expect(rating.get_by_label("Did the fix hold?")).to_have_value("yes")
    expect(rating.get_by_role("button", name="Wrong")).to_have_attribute("aria-pressed", "true")
    rating.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_test_id("rated")).to_contain_text(
        "payments-service: the bank changed its key. Fix: took the new key."
    )
    rating.get_by_role("button", name="Tell the cause, or the fix").click()
    expect(rating.get_by_label("Note")).to_have_value("ask Kim")
    investigate(page, server)
    card = page.get_by_test_id("claimed-memory").filter(has_text="The bank changed its key")
    for told in ("Told by", "operator", "took the new key", "It held.", "ask Kim"):
        expect(card).to_contain_text(told)
    expect(card).not_to_contain_text("Took")
    page.goto(f"{server.url}/postmortem?inv={first}")
    expect(page.get_by_label("Markdown")).to_have_value(re.compile('component: "payments-service"'))


@pytest.mark.parametrize(("what", "width"), [("Pods", 1440), ("Queues", 390)])
def test_a_long_title_cuts_off_no_outcome_in_the_lists(page: Page, server: Server, what: str, width: int) -> None:
    long = f"{what} of the payments gateway in the western region wait far longer than anybody here would ever have thought of, "
    long += "and nobody knows whether that is all of it or the beginning of something else"
    opened(page, server, long, Pace.FULL)
    expect(page.get_by_test_id("report")).to_be_visible(timeout=LONG)
    page.set_viewport_size({"width": width, "height": 844})
    for where, outcome in (("incidents?show=memory", "looked into, cause not found"), ("incidents", "Not settled")):
        page.goto(f"{server.url}/{where}")
        row = page.locator('[class*="st-key-rows-"] a').filter(has_text=f"{what} of the payments").first
        told = row.locator(".stMarkdownColoredText")
        expect(told).to_contain_text(outcome)
        fits = "one => { const box = one.getBoundingClientRect(), link = one.closest('a').getBoundingClientRect(); "
        fits += "return one.scrollWidth <= one.clientWidth + 1 && box.right <= link.right + 1 && box.bottom <= link.bottom + 1; }"
        assert told.evaluate(fits)
        assert row.locator("strong").evaluate("one => one.scrollWidth > one.clientWidth")


def test_what_cannot_be_undone_is_red_and_says_what_is_lost(page: Page, server: Server) -> None:
    opened(page, server, "the printers of the second floor are silent", Pace.FULL)
    expect(page.get_by_test_id("report")).to_be_visible(timeout=LONG)
    page.goto(f"{server.url}/incidents?show=memory")
    page.locator(".st-key-rows-memories a").first.click()
    opener = page.get_by_role("button", name="Forget …")
    red = ", ".join(
        str(part) for part in bytes.fromhex(shipped_options()["theme.light.redTextColor"].removeprefix("#"))
    )
    assert opener.evaluate("one => getComputedStyle(one).color") == f"rgb({red})"
    opener.click()
    expect(page.get_by_text("Goes, for good:")).to_be_visible()
    yes = page.get_by_role("button", name="Forget it for good")
    assert yes.evaluate("one => getComputedStyle(one).backgroundColor") == f"rgb({red})"


def test_what_is_left_out_of_a_recording_is_said_and_can_be_looked_at(page: Page, server: Server) -> None:
    before = sample(page, server)
    after = sample(page, server)
    expect(of(page, before)).to_have_count(0)
    left_out = page.get_by_test_id("left-out")
    expect(left_out).to_contain_text("of this very recording was left out")
    left_out.get_by_role("link").click()
    page.get_by_role("button", name="Investigate and recall").click()
    expect(cards(page, "memory")).to_be_visible(timeout=LONG)
    expect(page.get_by_test_id("left-out")).to_have_count(0)
    expect(of(page, before).or_(of(page, after)).first).to_be_visible()


def test_a_memory_is_corrected_pinned_and_found_again(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/incidents?show=memory")
    postmortem = (
        b"# Kafka lost its disks\n\n## Root cause\n\nThe disk of kafka-3 was full.\n\n## Resolution\n\nMore disks.\n"
    )
    page.get_by_text("Import postmortems").click()
    page.locator('input[type="file"]').set_input_files([{"name": "kafka.md", "mimeType": "", "buffer": postmortem}])  # type: ignore[list-item]
    page.get_by_role("button", name="Import", exact=True).click()
    page.locator(".st-key-imported-0").get_by_role("link", name="Kafka lost its disks").click()
    page.get_by_role("tab", name="Correct it").click()
    page.get_by_label("Component of the cause").fill("kafka-3")
    page.get_by_label("Note: why you change it").fill("asked the team")
    page.get_by_role("button", name="Save the correction").click()
    expect(page.get_by_text("Corrected.")).to_be_visible()
    page.get_by_role("button", name="Pin", exact=True).click()
    expect(page.get_by_role("button", name="Unpin")).to_be_visible()
    page.get_by_role("tab", name="History").click()
    expect(page.get_by_text("asked the team")).to_be_visible()
    page.locator(".st-key-back").get_by_role("link").click()
    page.get_by_placeholder("a word of the alert, the cause, the fix").press_sequentially("kafka-3")
    expect(page.get_by_text("1 of")).to_be_visible()
    expect(page.locator(".st-key-memory-row-0")).to_contain_text("pinned")


def test_a_postmortem_is_drafted_edited_saved_and_answers_a_question(page: Page, server: Server) -> None:
    investigation = investigate(page, server, "ext plugin replication", own=False)
    page.get_by_test_id("postmortem-link").click()
    box = page.get_by_label("Markdown", exact=True)
    expect(box).to_have_value(re.compile("## Root cause"))
    written = box.input_value()
    box.fill(written + "\n## Lessons\n\nAsk Quillmark for the xylophone certificate beforehand.\n")
    box.press("Control+Enter")
    page.get_by_role("tab", name="Preview").click()
    expect(page.get_by_role("heading", name="Lessons")).to_be_visible()
    page.get_by_role("tab", name="Edit").click()
    expect(box).to_have_value(re.compile("xylophone"))
    expect(page.locator(".st-key-postmortem-preview")).to_have_count(0)
    settled(page)
    with page.expect_download() as downloaded:
        page.get_by_role("button", name="PDF").click()
    assert downloaded.value.path().read_bytes().startswith(b"%PDF")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("saved by operator")).to_be_visible()
    page.goto(f"{server.url}/postmortem?inv={investigation}")
    expect(page.get_by_label("Markdown", exact=True)).to_have_value(re.compile("xylophone"))
    page.get_by_role("link", name="In memory").click()
    expect(page.get_by_role("button", name="Forget …")).to_be_visible()
    page.get_by_role("link", name="Knowledge").click()
    question = page.get_by_role("textbox", name="Ask the documents")
    question.fill("xylophone certificate Quillmark")
    question.press("Enter")
    best = page.locator(".st-key-quote-best-0")
    expect(best.get_by_role("link")).to_contain_text(f"postmortems/{investigation}.md:")
    expect(best).to_contain_text("xylophone certificate")


def test_on_a_phone_nothing_is_wider_than_the_screen(page: Page, server: Server) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    for where in ("incidents?show=memory", "postmortem?inv=nowhere"):
        page.goto(f"{server.url}/{where}")
        expect(page.locator("h3").first).to_be_visible()
        assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
