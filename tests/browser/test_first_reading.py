"""Plain words without telemetry in a real browser: how they were read, what matched, and that nothing was examined."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from sre_core.settings import shipped
from tests.browser.conftest import Server
from tests.browser.steps import paste

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.needs("chromium")]

POOL = "Requests time out: timed out waiting for a connection from the pool, for 20 minutes"


def take_in(page: Page, server: Server, name: str) -> None:
    page.goto(f"{server.url}/knowledge")
    page.locator("input[type=file]").first.set_input_files(shipped("data") / "sample_docs" / "runbooks" / name)
    page.get_by_role("button", name="Take in 1 file").click()
    expect(page.get_by_text("1 added")).to_be_visible(timeout=60_000)


def test_the_runbook_that_matches_is_named_as_a_lead_and_opens_at_its_lines(page: Page, server: Server) -> None:
    take_in(page, server, "connection-pool-exhausted.md")
    paste(page, server.url, POOL, pace="Full speed")
    expect(page.get_by_test_id("card-alert")).to_contain_text("(read out of its text)")
    expect(page.get_by_test_id("card-alert")).to_contain_text("it names none that is known here")
    report = page.get_by_test_id("report")
    expect(report).to_contain_text("no telemetry is connected. 1 document matches: to follow, not a cause.")
    lead = report.get_by_test_id("lead")
    expect(lead).to_contain_text("A service has run out of database connections")
    expect(lead.locator("a.citation")).to_contain_text("connection-pool-exhausted.md:")
    expect(report).not_to_contain_text("nothing was found")
    with page.context.expect_page() as opened:
        lead.locator("a.citation").click()
    expect(opened.value.get_by_text("The pool is in the").first).to_be_visible(timeout=60_000)
