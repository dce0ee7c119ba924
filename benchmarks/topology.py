"""Maps of 50, 500 and 5 000 components: what is sent, how long they take to lay out, to stand on the screen, to recolour.

``first``: the page as it opens, which is groups above 300 components; ``around``: a component and what is two hops from it;
``everything``: all of it at once. Seconds on the screen run from the navigation inside the page to the first drawn frame.
"""

from __future__ import annotations

import json
import random
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect, sync_playwright

from benchmarks.serving import serving
from benchmarks.tables import table
from scripts.need_chromium import launch_options
from sre_core.topology.drawing import draw
from sre_core.topology.graph import Component, Dependency, Topology

SIZES = (50, 500, 5_000)
HOST = """[...document.querySelectorAll("*")].map((one) => one.shadowRoot).filter(Boolean)
  .map((root) => root.querySelector(".map-host")).find((host) => host?.graph)"""
READY = f"""() => {{ const host = {HOST}; return Number(host?.dataset.drawn ?? 0) }}"""
RECOLOUR = f"""async () => {{
  const {{ graph }} = {HOST};
  const [one, other] = [...graph.models.keys()];
  const drawn = new Promise((done) => graph.network.once("afterDrawing", done));
  const began = performance.now();
  graph.paint(new Map([[one, {{ tone: "red", word: "cause" }}], [other, {{ tone: "orange", word: "suspected" }}]]));
  await drawn;
  return performance.now() - began;
}}"""
MODULES_READY = (
    """(path) => performance.getEntriesByType("resource").find((one) => one.name.includes("/graph/"))?.startTime ?? 0"""
)


def made(size: int, seed: int = 1) -> Topology:
    """Layers of services over stores, each called by one to three of those above it."""
    dice = random.Random(seed)
    kinds = ("service",) * 7 + ("database", "cache", "queue")
    names = [f"component-{number:05d}" for number in range(size)]
    nodes = [Component(id=n, kind=dice.choice(kinds), labels={"team": f"team-{i % 17}"}) for i, n in enumerate(names)]
    edges = {
        (names[dice.randrange(max(0, at - size // 10), at)], names[at])
        for at in range(1, size)
        for _ in range(dice.choice((1, 2, 3)))
    }
    return Topology.of(nodes, (Dependency(source=a, target=b, relation="calls") for a, b in sorted(edges)))


def written(topology: Topology, folder: Path) -> Path:
    """As a ``topology.json``."""
    file = folder / f"topology-{len(topology.components)}.json"
    nodes = [one.model_dump() for one in topology.components.values()]
    file.write_text(json.dumps({"nodes": nodes, "edges": [one.model_dump() for one in topology.dependencies]}))
    return file


def ready(page: Page, address: str, components: int = 1) -> float:
    """Seconds from asking for an address to a drawn map of at least so many components."""
    began = time.monotonic()
    page.goto(address)
    return _drawn(page, began, components)


def _drawn(page: Page, began: float, components: int) -> float:
    while page.evaluate(READY) < components:
        page.wait_for_timeout(10)
        if time.monotonic() - began > 60:
            raise TimeoutError("the map was never drawn")
    return time.monotonic() - began


def element(page: Page) -> float:
    """Seconds from the map's first module being asked for to its first drawn frame: what the element itself takes."""
    ready_at = page.evaluate(f"Number({HOST}.dataset.ready)")
    return float(ready_at - page.evaluate(MODULES_READY)) / 1000


def measured(page: Page, url: str, topology: Topology) -> tuple[Any, ...]:
    """One row."""
    size = len(topology.components)
    began = time.monotonic()
    drawing = draw(topology, "bench")
    laid_out = time.monotonic() - began
    address = f"{url}/topology?source=feed:bench-{size}"
    ready(page, address)  # the first look opens the file and loads what the process needs
    first = ready(page, address)
    alone = element(page)
    around = ready(page, f"{address}&component=component-00010")
    page.goto(address)
    page.get_by_text("Overview", exact=True).click()
    _drawn(page, time.monotonic(), 1)
    page.get_by_text("Everything", exact=True).click()
    everything = _drawn(page, time.monotonic(), size)
    recolour = page.evaluate(RECOLOUR)
    expect(page.get_by_test_id("map")).to_be_visible()
    bytes_sent = len(drawing.model_dump_json())
    figures = (first, alone, around, everything)
    return (
        f"{size:,}",
        f"{bytes_sent:,}",
        f"{laid_out * 1000:.0f}",
        *(f"{one:.2f}" for one in figures),
        f"{recolour:.0f}",
    )


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder, serving() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        draw(made(50), "warm")  # imports pyvis
        rows = []
        for size in SIZES:
            topology = made(size)
            server.ask(topology=str(written(topology, Path(folder))), name=f"bench-{size}")
            rows.append(measured(page, server.url, topology))
        browser.close()
    head = ("components", "bytes", "layout ms", "page s", "element s", "around s", "everything s", "recolour 2, ms")
    table("The map: drawn from opening its address (goal at 5 000: element ready <= 2 s)", head, rows)


if __name__ == "__main__":
    main()
