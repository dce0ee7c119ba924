"""Take the pictures in ``docs/screenshots`` from the real application: ``python -m tests.browser.screenshots``."""

from __future__ import annotations

import re
import signal
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from scripts.need_chromium import launch_options
from tests.browser.conftest import ROOT, Server, free_port, real_command

FOLDER = ROOT / "docs" / "screenshots"
DESK, PHONE = (1440, 900), (390, 844)


def tab(browser: Browser, scheme: str, size: tuple[int, int]) -> Page:
    viewport = {"width": size[0], "height": size[1]}
    return browser.new_context(viewport=viewport, color_scheme=scheme).new_page()  # type: ignore[arg-type]


def shoot(page: Page, name: str) -> None:
    """Wait until everything is there and nothing moves, then save it."""
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
    page.evaluate(
        "Promise.all(document.getAnimations().map(one => one.effect.getTiming().iterations < 9 && one.finished))"
    )
    page.screenshot(path=FOLDER / f"{name}.png")


def sample(page: Page, url: str, title: str, pace: str) -> str:
    page.goto(url)
    page.get_by_role("radio", name=pace).click()
    card = page.locator('[class*="st-key-sample-"]').filter(has_text=title)
    card.get_by_role("button", name="Investigate").click()
    expect(page.get_by_test_id("card-plan")).to_be_visible()
    return page.url


def start(browser: Browser, url: str) -> None:
    for scheme, size, name in (
        ("dark", DESK, "start-dark"),
        ("light", DESK, "start-light"),
        ("dark", PHONE, "start-phone"),
    ):
        page = tab(browser, scheme, size)
        page.goto(url)
        expect(page.get_by_role("button", name="Investigate", exact=True).first).to_be_visible()
        expect(page.get_by_role("button", name="Set your name")).to_be_visible()
        shoot(page, name)
        page.context.close()


def running(browser: Browser, url: str) -> None:
    """In the middle of a slow run, at its metrics."""
    for scheme, size, name in (
        ("dark", DESK, "running-dark"),
        ("light", DESK, "running-light"),
        ("light", PHONE, "running-phone"),
    ):
        page = tab(browser, scheme, size)
        sample(page, url, "OutOfMemoryError", "Plan first")
        if size == DESK:
            shoot(page, f"plan-{scheme}")
        page.get_by_test_id("held").get_by_role("button", name="Slow").click()
        expect(page.get_by_test_id("card-reflection").nth(1)).to_be_visible(timeout=30_000)
        shoot(page, name)
        page.context.close()


def ended(browser: Browser, url: str) -> None:
    """The question after the conclusion, beside the report; then the end of it."""
    page = tab(browser, "dark", DESK)
    address = sample(page, url, "503", "Full speed")
    expect(page.get_by_test_id("approve")).to_be_enabled(timeout=60_000)
    shoot(page, "approval-dark")
    for scheme, size, name in (("light", DESK, "approval-light"), ("dark", PHONE, "approval-phone")):
        other = tab(browser, scheme, size)
        other.goto(address)
        expect(other.get_by_test_id("approve")).to_be_enabled()
        shoot(other, name)
        other.context.close()
    chip = page.get_by_test_id("report").locator(".claims button.id").first
    page.get_by_test_id("approve").click()
    expect(page.get_by_test_id("status")).to_have_text("Done", timeout=60_000)
    chip.click()
    shoot(page, "report-dark")


def knowledge(browser: Browser, url: str) -> None:
    """A question to the sample shop's runbooks, and the cited lines."""
    page = tab(browser, "dark", DESK)
    page.goto(f"{url}/knowledge")
    page.get_by_role("tab", name="Add").click()
    page.locator("input[type=file]").set_input_files(sorted((ROOT / "data" / "sample_docs" / "runbooks").glob("*.md")))
    page.get_by_role("button", name="Take in").click()
    expect(page.get_by_text("added").first).to_be_visible(timeout=60_000)
    for scheme, size, name in (
        ("dark", DESK, "knowledge-dark"),
        ("light", DESK, "knowledge-light"),
        ("light", PHONE, "knowledge-phone"),
    ):
        other = tab(browser, scheme, size)
        other.goto(f"{url}/knowledge?q=orders+are+stuck%2C+connection+pool+timed+out")
        answered = other.get_by_text(re.compile("says? something to this")).first
        expect(answered).to_be_visible(timeout=60_000)
        while other.get_by_text(re.compile(r"\d+ of \d+ vectors")).count():
            other.reload()
            expect(answered).to_be_visible(timeout=60_000)
        shoot(other, name)
        other.context.close()
    page.context.close()


def memory(browser: Browser, url: str) -> None:
    """The same incident once more: what is remembered of it comes first; and what there is to see of the memory."""
    page = tab(browser, "dark", DESK)
    address = sample(page, url, "503", "Full speed")
    expect(page.get_by_test_id("report")).to_be_visible(timeout=60_000)
    page.goto(f"{url}/?again={address.rpartition('inv=')[2]}")
    page.get_by_role("radio", name="Plan first").click()
    page.get_by_role("button", name="Investigate and recall").click()
    expect(page.get_by_test_id("claimed-memory").first).to_be_visible(timeout=60_000)
    expect(page.get_by_test_id("card-plan")).to_be_visible()
    shoot(page, "recall-dark")
    page.goto(f"{url}/incidents?show=memory")
    expect(page.get_by_text("Patterns").first).to_be_visible(timeout=60_000)
    shoot(page, "memory-dark")
    page.context.close()


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    port = free_port()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder) / "home", real_command(port), port)
        browser = playwright.chromium.launch(**launch_options())
        try:
            for scene in (start, running, ended, memory, knowledge):
                scene(browser, server.url)
        finally:
            browser.close()
            server.end(signal.SIGKILL)


if __name__ == "__main__":
    main()
