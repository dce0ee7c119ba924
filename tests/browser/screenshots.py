"""Take the pictures in ``docs/screenshots`` from the real application: ``python -m tests.browser.screenshots [SCENE ...]``.

A scene is a function and one entry below: in ``SCENES`` when it is content with the workbench as it comes, otherwise in
``SET_UP``, with what stands beside the workbench.
"""

from __future__ import annotations

import os
import re
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from scripts.need_chromium import launch_options
from tests.browser import animation
from tests.browser.conftest import ROOT, Server, free_port, real_command
from tests.inbox.given import fires, group
from tests.scripted_model.investigating import rules
from tests.scripted_model.on_a_thread import ModelOnAThread
from tests.web.plugin_web import plugin_web
from ui import tour

FOLDER = ROOT / "docs" / "screenshots"
DESK, PHONE = (1440, 900), (390, 844)


def tab(browser: Browser, scheme: str, size: tuple[int, int]) -> Page:
    """Of somebody who has been here before."""
    viewport = {"width": size[0], "height": size[1]}
    context = browser.new_context(viewport=viewport, color_scheme=scheme)  # type: ignore[arg-type]
    context.add_cookies([{"name": tour.COOKIE, "value": tour.READ, "domain": "127.0.0.1", "path": "/"}])
    return context.new_page()


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
    page.get_by_test_id("approve").click()
    expect(page.get_by_test_id("status")).to_have_text("Done", timeout=60_000)
    shoot(page, "report-dark")
    closer(page)
    mapped(browser, address)


def closer(page: Page) -> None:
    """A claim beside its raw output; and the page as it stood in the middle."""
    page.get_by_test_id("report").locator(".claims button.id").first.click()
    expect(page.get_by_test_id("source-lines").locator("mark").first).to_be_visible()
    shoot(page, "evidence-dark")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Timeline").click()
    page.get_by_test_id("timeline").fill("9")
    expect(page.get_by_test_id("past")).to_be_visible()
    expect(page.locator("[data-filling]")).to_have_count(0)
    shoot(page, "moment-dark")
    page.context.close()


def mapped(browser: Browser, address: str) -> None:
    """The map of an ended investigation."""
    for scheme, size, name in (("dark", DESK, "map-dark"), ("light", PHONE, "map-phone")):
        page = tab(browser, scheme, size)
        page.goto(address)
        page.get_by_role("tab", name="Topology").click()
        expect(page.get_by_test_id("live").locator("canvas")).to_be_visible()
        shoot(page, name)
        page.context.close()


def lists(browser: Browser, url: str) -> None:
    """The inbox with what came together, all incidents, and the system itself."""
    page = tab(browser, "dark", DESK)
    page.goto(f"{url}/inbox")
    page.get_by_role("tab", name="Give alerts").click()
    box = page.get_by_label("The alert, or several")
    alerts = [fires("HighErrors", "checkout-service"), fires("HighLatency", "checkout-service", severity="warning")]
    box.fill(group(*alerts, fires("DiskWillFill", "orders-db", severity="warning")))
    box.press("Control+Enter")
    page.get_by_role("button", name="Keep in the inbox").click()
    expect(page.get_by_text("3 alerts taken in")).to_be_visible()
    sample(page, url, "503", "Full speed")
    expect(page.get_by_test_id("report")).to_be_visible(timeout=60_000)
    shown = (("inbox?state=waiting", "inbox", "HighErrors"), ("incidents", "incidents", "503"))
    for where, name, word in (*shown, ("topology?component=orders-service", "topology", "orders-service")):
        for scheme, size in (("dark", DESK), ("light", PHONE)):
            other = tab(browser, scheme, size)
            other.goto(f"{url}/{where}")
            expect(other.get_by_text(word).locator("visible=true").first).to_be_visible()
            expect(other.locator("canvas")).to_have_count(1 if name == "topology" else 0)
            shoot(other, f"{name}-{'dark' if size == DESK else 'phone'}")
            other.context.close()
    page.context.close()


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


def moving(browser: Browser, url: str) -> None:
    """The film of the README."""
    page = tab(browser, "dark", animation.SIZE)
    animation.film(page, url, FOLDER / "investigation.webp")
    page.context.close()


def settings(browser: Browser, url: str) -> None:
    """With a model set up."""
    page = tab(browser, "dark", DESK)
    page.goto(f"{url}/settings")
    part = page.locator(".st-key-settings-part-model")
    part.get_by_role("button", name="Test connection").click()
    expect(part).to_contain_text("It answers by a JSON schema", timeout=60_000)
    shoot(page, "settings-dark")
    page.context.close()


def model(browser: Browser, url: str) -> None:
    """A model has reasoned; what one of its calls held."""
    page = tab(browser, "dark", DESK)
    sample(page, url, "503", "Full speed")
    expect(page.get_by_test_id("report")).to_be_visible(timeout=60_000)
    call = page.get_by_test_id("row").filter(has_text="Asked scripted-1 for the plan").first
    call.get_by_text("Prompt and answer").click()
    expect(call.get_by_label("Prompt and answer")).to_contain_text("Your task")
    call.scroll_into_view_if_needed()
    shoot(page, "model-dark")
    page.context.close()


def research(browser: Browser, url: str) -> None:
    """What leaves the house is seen first; what came of it, sentence by sentence with its page."""
    page = tab(browser, "dark", DESK)
    page.goto(f"{url}/knowledge")
    page.get_by_role("textbox", name="Ask the documents").fill("ExtPluginReplicationError 7749")
    page.get_by_role("button", name="Look on the web").click()
    page.get_by_role("button", name="Search the web").click()
    expect(page.get_by_text("two instances of the plugin use one replication slot")).to_be_visible(timeout=60_000)
    shoot(page, "research-dark")
    page.context.close()


@contextmanager
def alone() -> Iterator[dict[str, str]]:
    """Nothing beside the workbench."""
    yield {}


@contextmanager
def with_a_model() -> Iterator[dict[str, str]]:
    with ModelOnAThread(rules(seconds_between=0.01)) as url:
        yield {"SRE_MODEL_URL": url, "SRE_MODEL": "scripted-1"}


@contextmanager
def with_the_web() -> Iterator[dict[str, str]]:
    with plugin_web() as web:
        yield {"SRE_SEARXNG_URL": web.engine.url, "SRE_WEB_ALLOWED_HOSTS": web.pages.host}


Scene = Callable[[Browser, str], None]

SCENES: tuple[Scene, ...] = (start, running, ended, memory, lists, knowledge, moving)

SET_UP: tuple[tuple[Callable[[], AbstractContextManager[dict[str, str]]], tuple[Scene, ...]], ...] = (
    (alone, SCENES),
    (with_a_model, (settings, model)),
    (with_the_web, (research,)),
)
"""What stands beside a workbench, and the scenes that it plays, one after the other."""


def play(browser: Browser, scenes: tuple[Scene, ...]) -> None:
    """On a workbench of their own."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder) / "home", real_command(port), port)
        try:
            for scene in scenes:
                scene(browser, server.url)
        finally:
            server.end(signal.SIGKILL)


def main(wanted: list[str]) -> None:
    """Those that are named, or all."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        for set_up, all_of_it in SET_UP:
            scenes = tuple(scene for scene in all_of_it if not wanted or scene.__name__ in wanted)
            if scenes:
                with set_up() as environment:
                    os.environ.update(environment)
                    play(browser, scenes)
                    for name in environment:
                        del os.environ[name]
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
