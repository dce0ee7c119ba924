"""The start page in a real browser: what is typed outlives a reload, and what waits comes by itself."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Server
from tests.browser.steps import paste, status, until

pytestmark = [pytest.mark.browser, pytest.mark.needs("chromium")]


def test_what_was_typed_is_there_after_a_reload_and_gone_when_it_was_started(page: Page, scripted: Server) -> None:
    page.goto(scripted.url)
    page.get_by_label("The alert").press_sequentially("checkout crashes since noon")
    page.get_by_label("What else do you know?").press_sequentially("deployed at 11:50")
    page.reload()
    expect(page.get_by_label("The alert")).to_have_value("checkout crashes since noon")
    expect(page.get_by_label("What else do you know?")).to_have_value("deployed at 11:50")
    page.get_by_role("button", name="Start investigating").click()
    expect(page.get_by_test_id("card-alert")).to_contain_text("checkout crashes since noon")
    until(page, "localStorage.getItem('sre-draft') === null")
    page.goto(scripted.url)
    expect(page.get_by_role("button", name="Start investigating")).to_be_visible()
    page.wait_for_timeout(1_000)
    expect(page.get_by_label("The alert")).to_have_value("")


def test_a_slow_click_starts_it_though_what_was_understood_moves_the_button(page: Page, scripted: Server) -> None:
    page.goto(scripted.url)
    page.get_by_label("The alert").fill("carts vanish since two")
    start = page.get_by_role("button", name="Start investigating")
    start.hover()
    page.mouse.down()
    page.wait_for_timeout(1_000)  # long enough for the script to draw what the box says, had it been left
    page.mouse.up()
    expect(page.get_by_test_id("card-alert")).to_contain_text("carts vanish since two")


def test_what_waits_appears_by_itself_with_what_it_waits_for(chromium: Browser, page: Page, scripted: Server) -> None:
    page.goto(scripted.url)
    expect(page.get_by_label("The alert")).to_be_visible()
    page.get_by_label("The alert").press_sequentially("half a sent")
    other = chromium.new_context().new_page()
    paste(other, scripted.url, "a title nobody else uses", pace="Full speed")
    expect(status(other)).to_have_text("Waiting for YOU")
    row = page.locator(".st-key-rows-open").get_by_role("link", name="a title nobody else uses")
    expect(row).to_contain_text("approve: read traces")
    until(page, "/^\\(\\d+\\) SRE workbench$/.test(document.title)")
    expect(page.get_by_label("The alert")).to_have_value("half a sent")
    row.click()
    expect(page.get_by_test_id("card-alert")).to_contain_text("a title nobody else uses")
    other.context.close()
