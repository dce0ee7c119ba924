"""A second opinion on the page: asked for with a click, both sides beside each other, and in words how far they agree."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import StartServer, real_command
from tests.browser.steps import status
from tests.browser.test_model import begin
from tests.scripted_model.on_a_thread import ModelOnAThread

pytestmark = [pytest.mark.browser, pytest.mark.needs("chromium")]


def test_the_rules_and_a_model_stand_beside_each_other_with_how_far_they_agree(
    page: Page, endpoint: ModelOnAThread, start_server: StartServer
) -> None:
    begin(page, start_server(real_command).url)
    expect(status(page)).to_have_text("Done", timeout=60_000)
    verdict = page.get_by_test_id("report").locator(".badge.big").text_content()
    panel = page.get_by_test_id("opinion")
    panel.get_by_role("button", name="Second opinion").click()
    expect(panel.get_by_test_id("agreement")).to_contain_text("Both", timeout=30_000)
    sides = panel.get_by_test_id("one-opinion")
    expect(sides).to_have_count(2)
    expect(sides.first).to_contain_text("The model (scripted-1)")
    expect(sides.last).to_contain_text("The rules")
    expect(page.get_by_test_id("row").filter(has_text="Second opinion: Both")).to_be_visible()
    expect(page.get_by_test_id("report").locator(".badge.big")).to_have_text(verdict or "")
