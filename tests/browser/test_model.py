"""The story of the main job with a model: an endpoint on loopback plays it, everything else is real."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import StartServer, real_command
from tests.browser.steps import cards, press, status
from tests.scripted_model import Fault, Reply, Rule, ScriptedModel
from tests.scripted_model.investigating import rules

pytestmark = [pytest.mark.browser, pytest.mark.needs("chromium")]


class Endpoint:
    """A scripted model on a thread of its own. ``model.rules`` may be changed while it runs."""

    def __init__(self) -> None:
        self.model = ScriptedModel(rules(seconds_between=0.01))
        self.url = ""
        self._loop = asyncio.new_event_loop()
        self._up = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Endpoint:
        self._thread.start()
        assert self._up.wait(20)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(20)

    def _run(self) -> None:
        self._loop.run_until_complete(self._serve())

    async def _serve(self) -> None:
        self._ended = asyncio.Event()
        async with self.model as self.url:
            self._up.set()
            await self._ended.wait()


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    with Endpoint() as endpoint:
        monkeypatch.setenv("SRE_MODEL_URL", endpoint.url)
        monkeypatch.setenv("SRE_MODEL", "scripted-1")
        yield endpoint


def begin(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_role("radio", name="Full speed").click()
    page.get_by_role("button", name="Investigate").last.click()
    expect(page.get_by_test_id("live")).to_be_visible()


def test_a_model_is_seen_writing_and_each_of_its_calls_can_be_read(
    page: Page, endpoint: Endpoint, start_server: StartServer
) -> None:
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
    page: Page, endpoint: Endpoint, start_server: StartServer
) -> None:
    good, endpoint.model.rules = endpoint.model.rules, [Rule(Reply(fault=Fault.UNAUTHORIZED))]
    begin(page, start_server(real_command).url)
    replaced = page.get_by_test_id("row").filter(has_text="The model gave no answer, so the rules go on")
    expect(replaced).to_be_visible(timeout=30_000)
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
