"""From the first token that an endpoint writes to its text standing in the live page, in a real browser."""

from __future__ import annotations

import json
import os
import signal
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect, sync_playwright

from benchmarks.tables import percentile, table
from scripts.need_chromium import launch_options
from tests.browser.conftest import Server, free_port, real_command
from tests.browser.steps import status
from tests.scripted_model import Reply, Request, Rule, investigating
from tests.scripted_model.on_a_thread import ModelOnAThread

GOAL_MS = 150.0
PIECE = 48
"""Characters a chunk: the first one holds readable text, behind the JSON that comes before it."""
BETWEEN = 0.05
"""Seconds between two chunks, so that what is written can be told from what follows."""
RUNS = 2

WATCH = """(live) => {
  window.begun = {};
  const look = () => {
    const call = /call-(\\d+)/.exec(live.querySelector('[data-testid="writing"] pre')?.textContent ?? "")?.[1];
    if (call !== undefined) window.begun[call] ??= performance.timeOrigin + performance.now();
  };
  new MutationObserver(look).observe(live, { childList: true, characterData: true, subtree: true });
}"""


class Numbered:
    """Rules of an honest model whose every answer begins with the number of its call."""

    def __init__(self) -> None:
        self.requests: dict[int, int] = {}
        """id of a request -> the number of its answer."""

    def rules(self) -> list[Rule]:
        """One for each question."""
        every = investigating.rules()
        return [Rule(self._reply(rule.reply), contains=rule.contains, when=rule.when) for rule in every]

    def _reply(self, reply: Reply) -> Reply:
        return Reply(self._numbered(reply.words), piece=PIECE, seconds_between=BETWEEN)

    def _numbered(self, words: Callable[[Request], str]) -> Callable[[Request], str]:
        def say(request: Request) -> str:
            number = self.requests.setdefault(id(request), len(self.requests))
            answer: dict[str, Any] = json.loads(words(request))
            first = next(iter(answer))
            if first in ("thinking", "thought"):
                answer[first] = f"call-{number} {answer[first]}"
            return json.dumps(answer)

        return say


def delays(page: Page, url: str, endpoint: ModelOnAThread, numbered: Numbered) -> list[float]:
    """Milliseconds for each call of one investigation that was seen writing."""
    page.goto(url)
    page.get_by_role("radio", name="Full speed").click()
    page.get_by_role("button", name="Investigate").last.click()
    live = page.get_by_test_id("live")
    expect(live).to_be_visible()
    live.evaluate(WATCH)
    expect(status(page)).to_have_text("Done", timeout=120_000)
    begun = {int(number): at for number, at in page.evaluate("window.begun").items()}
    wrote = {numbered.requests.get(id(seen.request)): seen.first_at for seen in endpoint.model.asked}
    return [at - 1000 * first for number, at in begun.items() if (first := wrote.get(number))]


def measured() -> list[float]:
    """All of them, over a few investigations."""
    numbered = Numbered()
    endpoint = ModelOnAThread(numbered.rules())
    with endpoint, tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        os.environ |= {"SRE_MODEL_URL": endpoint.url, "SRE_MODEL": "scripted-1"}
        port = free_port()
        server = Server(Path(folder) / "home", real_command(port), port)
        try:
            browser = playwright.chromium.launch(**launch_options())
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.set_default_timeout(60_000)
            taken = [ms for _ in range(RUNS) for ms in delays(page, server.url, endpoint, numbered)]
            browser.close()
        finally:
            server.end(signal.SIGKILL)
    return taken


def main() -> None:
    """Print the row."""
    taken = measured()
    row = ("first token -> in the DOM", len(taken), *(f"{percentile(taken, share):.0f}" for share in (0.5, 0.95)))
    table(
        "A model's first token on the screen, ms",
        ("what", "calls", "p50", "p95", "goal"),
        [(*row, f"<= {GOAL_MS:.0f}")],
    )


if __name__ == "__main__":
    main()
