"""The story of the main job with a model: an endpoint on loopback plays it, everything else is real."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import StartServer, real_command
from tests.browser.steps import cards, press, status
from tests.scripted_model import Fault, Reply, Rule
from tests.scripted_model.investigating import rules
from tests.scripted_model.on_a_thread import ModelOnAThread

pytestmark = [pytest.mark.browser, pytest.mark.needs("chromium")]


def begin(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_role("radio", name="Full speed").click()
    page.get_by_role("button", name="Investigate").last.click()
    expect(page.get_by_test_id("live")).to_be_visible()


def test_a_model_is_seen_writing_and_each_of_its_calls_can_be_read(
    page: Page, endpoint: ModelOnAThread, start_server: StartServer
) -> None:
    plan, *others = rules()
    endpoint.model.rules = [replace(plan, reply=replace(plan.reply, seconds_between=0.05)), *others]
    begin(page, start_server(real_command).url)
    expect(page.get_by_test_id("writing")).to_be_visible()
    expect(cards(page, "plan")).to_contain_text("Where does it begin?")
    expect(status(page)).to_have_text("Done", timeout=60_000)
    expect(page.get_by_test_id("writing")).to_be_hidden()
    first = page.get_by_test_id("row").filter(has_text="Asked scripted-1 for the plan").first
    first.get_by_text("Prompt and answer").click()
    expect(first.get_by_label("Prompt and answer")).to_contain_text("Your task: the plan")
    expect(first.get_by_label("Prompt and answer")).to_contain_text("What came back".lower())


def test_a_model_that_fails_makes_way_for_the_rules_and_a_person_lets_it_reason_again(
    page: Page, endpoint: ModelOnAThread, start_server: StartServer
) -> None:
    good, endpoint.model.rules = endpoint.model.rules, [Rule(Reply(fault=Fault.UNAUTHORIZED))]
    begin(page, start_server(real_command).url)
    replaced = page.get_by_test_id("row").filter(has_text="The model gave no answer, so the rules go on")
    expect(replaced).to_be_visible(timeout=30_000)
    expect(page.get_by_test_id("took-over")).to_be_visible()
    expect(status(page)).to_have_text("Done", timeout=60_000)
    endpoint.model.rules = good
    page.get_by_test_id("steering").locator("summary").click()
    press(page, "Model")
    expect(page.get_by_role("button", name="Model", exact=True)).to_have_attribute("aria-pressed", "true")
    page.get_by_label("Redirect in words").fill("Look again")
    page.get_by_role("button", name="Send redirection").click()
    expect(page.get_by_test_id("row").filter(has_text="Asked scripted-1 for the plan").last).to_be_visible(
        timeout=30_000
    )
    expect(cards(page, "plan").last).to_contain_text("The alert names a symptom")
