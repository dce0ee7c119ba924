"""Time travel: how long a moment of a short and of a long timeline takes, on the server and from the slider to the page."""

from __future__ import annotations

import random
import tempfile
import threading
import time
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from benchmarks.overhead import EVENTS_A_LOOK, Tireless
from benchmarks.serving import Serving, serving
from benchmarks.tables import percentile, table
from scripts.need_chromium import launch_options
from sre_core.api.moments import Moments
from sre_core.domain import Alert, Limits
from sre_core.engine import Engine
from sre_core.events import AlertReceived, Event, entry
from sre_core.store import open_database
from sre_core.timeline import Timeline
from tests.fakes import PERSON, FakeToolbox, equipped
from ui.picture import Picture

LENGTHS = (100, 1000)
ASKED = 400
DRAGGED = 60

DRAG = """(slider, seq) => new Promise((done) => {
  const side = slider.getRootNode().querySelector(".side");
  const began = performance.now();
  let cards = 0;
  const seen = new MutationObserver(() => {
    if (side.getAttribute("aria-busy")) return;
    seen.disconnect();
    requestAnimationFrame(() => done([cards, performance.now() - began]));
  });
  seen.observe(side, { attributes: true, attributeFilter: ["aria-busy"] });
  slider.value = seq;
  slider.dispatchEvent(new Event("input", { bubbles: true }));
  slider.getRootNode().querySelector(".trace").getBoundingClientRect();
  cards = performance.now() - began;
})"""


def timeline_of(length: int, folder: Path) -> tuple[Timeline, str]:
    """An investigation of about this many events, in a database."""
    timeline, done = Timeline(open_database(folder / f"{length}.db")), threading.Event()
    looks = length // EVENTS_A_LOOK
    engine = Engine(timeline, lambda state: equipped(Tireless(looks), FakeToolbox()))

    def hear(event: Event) -> None:
        if event.happening.type == "InvestigationClosed":
            done.set()

    timeline.subscribe(hear)
    engine.start()
    opened = AlertReceived(alert=Alert(title="cold"), limits=Limits(max_actions=looks + 1))
    timeline.append("inv", 1, entry(PERSON, opened))
    engine.wake("inv")
    done.wait(600)
    engine.stop()
    return timeline, "inv"


def on_the_server(length: int, folder: Path) -> tuple[object, ...]:
    """The first moment, which reads and pictures everything, and any other one."""
    timeline, id_ = timeline_of(length, folder)
    moments, last = Moments(Picture), len(timeline.read(id_))
    began = time.perf_counter()
    moments.at(id_, last, timeline.read)
    first = (time.perf_counter() - began) * 1000
    some, times = random.Random(1), list[float]()
    for _ in range(ASKED):
        began = time.perf_counter()
        moments.at(id_, some.randint(1, last), timeline.read)
        times.append((time.perf_counter() - began) * 1000)
    kept = moments.size / 1024
    p50, p95 = percentile(times, 0.5), percentile(times, 0.95)
    return f"{last} events", f"{first:.0f}", f"{p50:.2f}", f"{p95:.2f}", f"{kept:.0f}"


def dragged(page: Page, server: Serving, length: int) -> tuple[object, ...]:
    """From the slider to the cards, and to everything beside them."""
    told = server.ask(story=length)
    page.goto(f"{server.url}/?inv={told['id']}")
    page.get_by_test_id("timeline-open").click()
    slider = page.get_by_test_id("timeline")
    expect(slider).to_have_attribute("max", str(told["events"]), timeout=60_000)
    some = random.Random(2)
    times = [slider.evaluate(DRAG, some.randint(1, told["events"] - 1)) for _ in range(DRAGGED)]
    cards, whole = ([time[part] for time in times[1:]] for part in (0, 1))
    figures = (f"{percentile(part, share):.0f}" for part in (cards, whole) for share in (0.5, 0.95))
    return f"{told['events']} events", f"{times[0][1]:.0f}", *figures


def main() -> None:
    """Print both tables."""
    with tempfile.TemporaryDirectory() as folder:
        rows = [on_the_server(length, Path(folder)) for length in LENGTHS]
    table("A moment, from memory, ms", ("timeline", "the first", "p50", "p95", "kept, kB"), rows)
    with serving() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        rows = [dragged(page, server, length) for length in LENGTHS]
        browser.close()
    head = ("timeline", "the first", "cards p50", "p95", "everything p50", "p95")
    table("From the slider to the page, ms", head, rows)


if __name__ == "__main__":
    main()
