"""From starting the process to something on the screen, beside an ``st.App`` with one line in it."""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from benchmarks.serving import free_port, wait_until_up
from benchmarks.tables import table
from scripts.need_chromium import launch_options

TIMES = 3
EMPTY = 'import streamlit as st\napp = st.App("page.py")\n'
PAGE = 'import streamlit as st\nst.header("Hello")\n'


def first_paint(browser: Browser, folder: Path, app: Path, home: Path) -> float:
    """Seconds from the start of the process to a heading in the browser."""
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
        page.goto(f"http://127.0.0.1:{port}/")
        page.get_by_role("heading").first.wait_for()
        return time.monotonic() - started
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
            empty.append(first_paint(browser, Path(folder), Path(folder) / "app.py", Path(folder) / "unused"))
            ours.append(first_paint(browser, here, here / "app.py", Path(folder) / f"home-{number}"))
        browser.close()
    a, b = statistics.median(empty), statistics.median(ours)
    rows = [("empty st.App", f"{a:.2f}", "1.00"), ("workbench", f"{b:.2f}", f"{b / a:.2f}")]
    table("Start of the process to first paint (goal: ratio <= 1.5)", ("app", "median s", "ratio"), rows)


if __name__ == "__main__":
    main()
