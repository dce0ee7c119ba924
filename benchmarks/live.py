"""From an event written to the card on the screen, and from the click on Start to the first card."""

from __future__ import annotations

from playwright.sync_api import Page, sync_playwright

from benchmarks.serving import Serving, serving
from benchmarks.tables import percentile, table
from scripts.need_chromium import launch_options
from tests.browser.steps import until

EVENTS = 60
RATE = 5
CLICKS = 5

WATCH_CARDS = """(list) => {
  window.seen = [];
  const known = new Set(list.children);
  new MutationObserver(() => {
    const at = performance.timeOrigin + performance.now();
    for (const card of list.children) if (!known.has(card)) { known.add(card); window.seen.push(at); }
  }).observe(list, { childList: true });
}"""

WATCH_CLICK = """() => {
  const find = (root) => {
    for (const node of root.querySelectorAll("*")) {
      if (node.dataset?.testid === "trace") return node;
      const inside = node.shadowRoot && find(node.shadowRoot);
      if (inside) return inside;
    }
  };
  const look = () => {
    if (find(document)?.firstElementChild) window.shown = performance.now(); else setTimeout(look, 4);
  };
  document.addEventListener("click", () => { window.clicked = performance.now(); look(); }, { capture: true, once: true });
}"""


def to_the_screen(page: Page, server: Serving) -> list[float]:
    """Milliseconds from each event written to its card in the DOM."""
    opened = server.ask(open=True)
    page.goto(f"{server.url}/?inv={opened['id']}")
    page.get_by_test_id("held").wait_for()
    page.get_by_test_id("trace").evaluate(WATCH_CARDS)
    written = server.ask(beat=opened["id"], times=EVENTS, rate=RATE)
    until(page, f"window.seen.length >= {EVENTS}")
    return [seen - wrote for wrote, seen in zip(written, page.evaluate("window.seen"), strict=False)]


def click_to_first_card(page: Page, url: str) -> float:
    """Milliseconds from the click on a sample to the first card of its investigation."""
    page.goto(url)
    button = page.get_by_test_id("stMain").get_by_role("button", name="Investigate").first
    button.wait_for()
    page.wait_for_load_state("networkidle")
    page.evaluate(WATCH_CLICK)
    button.click()
    until(page, "window.shown")
    return float(page.evaluate("window.shown - window.clicked"))


def main() -> None:
    """Print the table."""
    with serving() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        shown = to_the_screen(page, server)
        clicks = [click_to_first_card(page, server.url) for _ in range(CLICKS)]
        browser.close()
    rows = [
        ("event written -> in the DOM", f"{percentile(shown, 0.5):.0f}", f"{percentile(shown, 0.95):.0f}", "<= 30"),
        ("click -> first card", f"{percentile(clicks, 0.5):.0f}", f"{max(clicks):.0f}", "<= 300"),
    ]
    table("On the screen, ms", ("what", "p50", "p95", "goal"), rows)


if __name__ == "__main__":
    main()
