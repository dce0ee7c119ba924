"""A finished investigation opened by its address: seconds until its last card and its report are painted, and what that costs."""

from __future__ import annotations

import statistics
from typing import NamedTuple

from playwright.sync_api import Browser, sync_playwright

from benchmarks.serving import Serving, serving
from benchmarks.tables import table
from scripts.need_chromium import launch_options
from tests.browser.steps import until

LENGTHS = (50, 1000)
TIMES = 3

WATCH = """
  const find = (root) => {
    for (const node of root.querySelectorAll("*")) {
      if (node.dataset?.testid === "live") return node;
      const inside = node.shadowRoot && find(node.shadowRoot);
      if (inside) return inside;
    }
  };
  let live = null;
  const look = () => {
    live ??= find(document);
    const there = live?.querySelector(`#card-e${window.wanted}`) && live.querySelector("#report:not([hidden])");
    if (there) requestAnimationFrame(() => setTimeout(() => (window.painted = performance.now())));
    else requestAnimationFrame(look);
  };
  addEventListener("DOMContentLoaded", look);
"""


class Opened(NamedTuple):
    """What one opening took."""

    seconds: float
    server: float
    """Seconds of the server's processor."""
    browser: float
    """The same of the browser's processes that draw pages."""


def opened(browser: Browser, server: Serving, length: int) -> Opened:
    """Open one that nobody has opened before."""
    told = server.ask(story=length)
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(server.url)
    page.get_by_role("button", name="Investigate", exact=True).first.wait_for()
    page.add_init_script(f"window.wanted = {told['events']};{WATCH}")
    before, drawn_before = server.cpu_seconds(), drawing_seconds(browser)
    page.goto(f"{server.url}/?inv={told['id']}")
    until(page, "window.painted", seconds=60)
    took = Opened(
        float(page.evaluate("window.painted")) / 1000,
        server.cpu_seconds() - before,
        drawing_seconds(browser) - drawn_before,
    )
    context.close()
    return took


def drawing_seconds(browser: Browser) -> float:
    """Processor time that the browser has used so far to run and draw pages."""
    session = browser.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    return sum(float(one["cpuTime"]) for one in processes if one["type"] == "renderer")


def main() -> None:
    """Print the table."""
    with serving() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        opened(browser, server, LENGTHS[0])  # the first page of a fresh server costs more than any other
        measured = {length: [opened(browser, server, length) for _ in range(TIMES)] for length in LENGTHS}
        browser.close()
    rows = []
    for length, all_of_it in measured.items():
        seconds, of_server, of_browser = (statistics.median(column) for column in zip(*all_of_it, strict=True))
        a_card = f"{of_server / length * 1000:.2f}", f"{of_browser / length * 1000:.2f}"
        rows.append((length, f"{seconds:.2f}", f"{of_server:.2f}", f"{of_browser:.2f}", *a_card))
    title = "Opening a finished investigation (goal: <= 2 s at 1 000 events, an event no dearer than among 50)"
    head = ("events", "until painted s", "server CPU s", "browser CPU s", "server ms/event", "browser ms/event")
    table(title, head, rows)


if __name__ == "__main__":
    main()
