"""From starting the process to first paint and to a heading on the screen, beside an ``st.App`` with one line in it."""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, sync_playwright

from benchmarks.serving import free_port, wait_until_up
from benchmarks.tables import table
from scripts.need_chromium import launch_options

TIMES = 5
EMPTY = 'import streamlit as st\napp = st.App("page.py")\n'
PAGE = 'import streamlit as st\nst.header("Hello")\n'


FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime / 1000"


class Shown(NamedTuple):
    """Seconds from the start of the process to the browser's first paint, and to a heading of the page itself."""

    painted: float
    heading: float


def shown(browser: Browser, folder: Path, app: Path, home: Path) -> Shown:
    """Start it once, look at it once."""
    port = free_port()
    started = time.monotonic()
    options = ["--server.port", str(port), "--server.address", "127.0.0.1", "--server.headless", "true"]
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", str(app), *options, "--browser.gatherUsageStats", "false"],
        cwd=folder,
        env={**os.environ, "SRE_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until_up(f"http://127.0.0.1:{port}/_stcore/health")
        page = browser.new_page()
        asked = time.monotonic() - started
        page.goto(f"http://127.0.0.1:{port}/")
        page.get_by_role("heading").first.wait_for()
        heading = time.monotonic() - started
        return Shown(asked + page.evaluate(FIRST_PAINT), heading)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)


def main() -> None:
    """Print the table."""
    here = Path(__file__).parent.parent
    ours, empty = [], []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        (Path(folder) / "app.py").write_text(EMPTY, encoding="utf-8")
        (Path(folder) / "page.py").write_text(PAGE, encoding="utf-8")
        browser = playwright.chromium.launch(**launch_options())
        for number in range(TIMES):
            empty.append(shown(browser, Path(folder), Path(folder) / "app.py", Path(folder) / "unused"))
            ours.append(shown(browser, here, here / "app.py", Path(folder) / f"home-{number}"))
        browser.close()
    rows = []
    for name in Shown._fields:
        a, b = (statistics.median(getattr(one, name) for one in runs) for runs in (empty, ours))
        rows.append((name, f"{a:.2f}", f"{b:.2f}", f"{b / a:.2f}"))
    head = ("process start to", "empty st.App s", "workbench s", "ratio")
    table(f"Start of the process to the screen, median of {TIMES} (goal: painted, ratio <= 1.5)", head, rows)


if __name__ == "__main__":
    main()
