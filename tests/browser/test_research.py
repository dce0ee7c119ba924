"""The web in the browser: what leaves is seen first, steps are seen while they happen, and what was found leads on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import StartServer, real_command
from tests.web.plugin_web import Web, plugin_web

pytestmark = [pytest.mark.browser, pytest.mark.needs("chromium")]


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    with plugin_web() as web:
        monkeypatch.setenv("SRE_SEARXNG_URL", web.engine.url)
        monkeypatch.setenv("SRE_WEB_ALLOWED_HOSTS", web.pages.host)
        yield web


def test_research_is_seen_before_it_leaves_and_while_it_goes_on(
    page: Page, web: Web, start_server: StartServer
) -> None:
    url = start_server(real_command).url
    page.goto(f"{url}/knowledge")
    page.get_by_role("textbox", name="Ask the documents").fill("ExtPluginReplicationError 7749 on web-1.corp.internal")
    page.get_by_role("button", name="Look on the web").click()
    expect(page.get_by_text("ExtPluginReplicationError 7749 cause fix")).to_be_visible()
    assert web.queries == []
    web.may_answer.clear()
    page.get_by_role("button", name="Search the web").click()
    expect(page.get_by_text("searching: ExtPluginReplicationError 7749").last).to_be_visible()
    web.may_answer.set()
    expect(page.get_by_text("two instances of the plugin use one replication slot")).to_be_visible()
    page.get_by_role("button", name="What changed in version 2.5.0?").click()
    expect(page.get_by_text("Looked on the web for “What changed in version 2.5.0?”")).to_be_visible()
    assert not any("corp.internal" in query for query in web.queries)

    page.goto(url)
    page.get_by_role("radio", name="Full speed").click()
    card = page.locator('[class*="st-key-sample-"]').filter(has_text="7749")
    card.get_by_role("button", name="Investigate").first.click()
    web.may_answer.clear()
    page.get_by_role("button", name="Approve", exact=True).click(timeout=60_000)
    expect(page.get_by_test_id("steps").last).to_contain_text("searching: ExtPluginReplicationError 7749")
    web.may_answer.set()
    expect(page.get_by_test_id("lead").first).to_contain_text("On the web, “")
    expect(page.get_by_test_id("steps").last).to_be_hidden()
