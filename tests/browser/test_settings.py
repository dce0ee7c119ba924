"""Settings, and a budget that is spent, in a real browser with an endpoint on loopback."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import StartServer, real_command
from tests.browser.steps import status
from tests.scripted_model import Fault, Reply, Rule
from tests.scripted_model.on_a_thread import ModelOnAThread

pytestmark = [pytest.mark.browser, pytest.mark.needs("chromium")]

KEY = "sk-Zq8vX2mN4pR7tY1wB5"


@pytest.fixture
def endpoint(endpoint: ModelOnAThread, monkeypatch: pytest.MonkeyPatch) -> ModelOnAThread:
    """It is asked with a key."""
    monkeypatch.setenv("SRE_MODEL_KEY", KEY)
    return endpoint


def test_a_connection_is_tested_let_go_tested_again_and_a_model_chosen(
    page: Page, endpoint: ModelOnAThread, start_server: StartServer
) -> None:
    endpoint.model.models = ["scripted-1", "larger:8b"]
    endpoint.model.rules = [Rule(Reply(fault=Fault.STALL))]
    page.goto(f"{start_server(real_command).url}/settings")
    part = page.locator(".st-key-settings-part-model")
    part.get_by_role("button", name="Test connection").click()
    expect(part.get_by_role("status")).to_contain_text("Asking for an answer by a JSON schema")
    part.get_by_role("button", name="Cancel").click()
    expect(part).to_contain_text("The test was cancelled; nothing has changed.")
    endpoint.model.rules = []
    part.get_by_role("button", name="Test connection").click()
    expect(part).to_contain_text("It answers by a JSON schema: the most reliable form.", timeout=60_000)
    expect(page.get_by_role("navigation", name="Parts of this page")).to_contain_text("Modelworks")
    part.get_by_role("combobox", name="Its 2 models").click()
    page.get_by_role("option", name="larger:8b").click()
    expect(part.get_by_test_id("stCode")).to_have_text("SRE_MODEL=larger:8b")
    page.get_by_role("link", name="Limits").click()
    expect(page.get_by_role("heading", name="Limits")).to_be_in_viewport()
    assert KEY not in page.content()


def test_a_spent_budget_is_raised_where_it_is_asked_about_and_the_model_goes_on(
    page: Page, endpoint: ModelOnAThread, start_server: StartServer
) -> None:
    page.goto(start_server(real_command).url)
    page.get_by_role("radio", name="Full speed").click()
    page.get_by_text("Stops after").click()
    page.get_by_label("Model requests").fill("1")
    page.get_by_label("Model tokens").fill("")
    page.get_by_label("Model tokens").press("Tab")
    expect(page.get_by_text("of a model: 1 request")).to_be_visible()
    page.get_by_role("button", name="Investigate").last.click()
    raises = page.get_by_role("form", name="Raise by")
    expect(raises).to_be_visible(timeout=60_000)
    expect(page.get_by_test_id("held")).to_contain_text("1 of 1 requests to a model")
    expect(raises.get_by_label("tokens")).to_have_count(0)
    page.get_by_test_id("steering").locator("summary").click()
    budget = page.get_by_test_id("budget")
    expect(budget).to_contain_text("Model requests1 of 1")
    expect(budget).to_contain_text("Model moneyprice not known, no limit")
    page.get_by_label("US dollars").fill("5")
    page.get_by_role("form", name="Limits").get_by_role("button", name="Apply").click()
    expect(budget).to_contain_text("Model moneyprice not known: the limit of $5.00 cannot be kept")
    raises.get_by_label("requests").fill("400")
    raises.get_by_role("button", name="Raise and go on").click()
    expect(status(page)).to_have_text("Done", timeout=60_000)
    expect(budget).to_contain_text("of 401")
    expect(page.get_by_test_id("row").filter(has_text="of a model: 401 requests, $5.00")).to_be_visible()
