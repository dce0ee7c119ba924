"""The page as it stood at any moment, and words found in its trace: one investigation of a sample, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import Server, without_errors
from tests.browser.steps import cards, press, status, to_trace, until

pytestmark = [pytest.mark.browser, pytest.mark.needs("chromium")]

CLOCKS = re.compile(r"\d\d:\d\d:\d\d( · [^\n]*)?")
"""Times of cards: how long ago is another matter at every look."""


def at_its_plan(page: Page, url: str) -> None:
    """Begin the sample that ends with a change that is asked about, and stop at its plan."""
    page.goto(url)
    page.get_by_test_id("stMain").get_by_role("button", name="Investigate").nth(1).click()
    expect(page.get_by_test_id("held")).to_contain_text("The plan is ready")


def shown(page: Page) -> list[str]:
    """What can be read in the trace and beside it, once both are of the same moment."""
    expect(page.get_by_label("Findings", exact=True)).not_to_have_attribute("aria-busy", "true")
    parts = [
        page.get_by_test_id(part).inner_text() for part in ("trace", "hypotheses", "plan", "space", "best", "held")
    ]
    return [CLOCKS.sub("", part) for part in parts]


def moment(page: Page) -> Locator:
    return page.get_by_test_id("moment")


def test_time_is_travelled_and_the_trace_is_searched(page: Page, server: Server, chromium: Browser) -> None:
    at_its_plan(page, server.url)
    then = shown(page)
    press(page, "Go")
    expect(page.get_by_test_id("approval")).to_contain_text("May this be done?")

    page.get_by_test_id("timeline-open").click()
    slider = page.get_by_test_id("timeline")
    slider.fill("3")
    expect(moment(page)).to_contain_text("You look at event 3 of ")
    expect(page.get_by_test_id("held")).to_contain_text("The plan is ready")
    assert shown(page) == then, "everything shows that moment"
    expect(page.get_by_test_id("report")).to_be_hidden()
    for name in ("Go", "One step", "Stop", "Send redirection"):
        button = page.get_by_test_id("live").get_by_role("button", name=name, exact=True, include_hidden=True)
        expect(button.locator("xpath=ancestor-or-self::*[@inert]").first).to_be_attached()
    until(page, "location.search.endsWith('&at=3')")

    other = chromium.new_context(viewport={"width": 1440, "height": 900}).new_page()
    with without_errors(other):
        other.goto(page.url.replace("&at=3", ""))
        expect(other.get_by_test_id("approve")).to_be_enabled()
        other.get_by_test_id("approve").click()
        expect(status(other)).to_have_text("Done")
    other.context.close()
    expect(page.get_by_test_id("moment-news")).to_contain_text("new events since · now it is done")
    assert shown(page) == then, "news change nothing of the past"

    slider.press("ArrowRight")
    expect(moment(page)).to_contain_text("event 4 of ")
    until(page, "location.search.endsWith('&at=4')")
    page.reload()
    expect(moment(page)).to_contain_text("event 4 of ")
    expect(cards(page, "conclusion")).to_have_count(0)
    page.get_by_test_id("back-to-now").click()
    expect(page.get_by_test_id("past")).to_be_hidden()
    expect(status(page)).to_have_text("Done")
    expect(cards(page, "conclusion")).to_be_visible()
    until(page, "!location.search.includes('at=')")

    page.goto(f"{page.url}&at=1&play=10")
    expect(moment(page)).to_be_visible()
    expect(page.get_by_test_id("past")).to_be_hidden()
    expect(status(page)).to_have_text("Done")

    searched(page)


def searched(page: Page) -> None:
    """Words, kinds, and a link to what is filtered out."""
    page.get_by_test_id("card-alert").click()
    page.keyboard.press("/")
    box = page.get_by_test_id("trace-search")
    expect(box).to_be_focused()
    box.fill("java heap")
    found = page.get_by_test_id("trace-found")
    expect(found).to_have_text(re.compile(r"^\d+ cards?$"))
    box.press("Enter")
    expect(found).to_have_text(re.compile(r"^1 of \d+$"))
    expect(page.locator("[data-found]")).to_be_in_viewport()
    box.fill("no such words anywhere")
    expect(page.get_by_test_id("filter-note")).to_contain_text("Nothing matches.")
    page.get_by_role("button", name="Show everything").click()
    expect(box).to_have_value("")

    page.get_by_role("group", name="Kinds of cards to show").get_by_role("button", name="Plan").click()
    expect(cards(page, "plan")).to_be_visible()
    expect(cards(page, "reflection").first).to_be_hidden()
    page.get_by_test_id("report").get_by_role("button", name="E14").first.click()
    to_trace(page)
    expect(page.get_by_test_id("evidence-E14")).to_be_focused()
    expect(page.get_by_test_id("filter-note")).to_contain_text("Shown though it is filtered out")
