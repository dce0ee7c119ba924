"""A short film of an investigation, from screenshots of the running product: alert, plan, looks, approval, root cause."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect

SIZE = (1280, 800)
SHOWN = (1024, 640)
MOST_BYTES = 3_000_000
MOST_SECONDS = 20


class Film:
    """Pictures and how long each is seen."""

    def __init__(self) -> None:
        self.frames: list[tuple[Image.Image, int]] = []

    def shot(self, page: Page, milliseconds: int) -> None:
        picture = Image.open(io.BytesIO(page.screenshot()))
        self.frames.append((picture.convert("RGB").resize(SHOWN, Image.Resampling.LANCZOS), milliseconds))

    def save(self, path: Path) -> None:
        """As an animated WebP. Raises ``AssertionError`` when it has become too long or too large to be read along with."""
        first, *others = [picture for picture, _ in self.frames]
        durations = [milliseconds for _, milliseconds in self.frames]
        assert sum(durations) <= MOST_SECONDS * 1000, f"{sum(durations) / 1000} s"
        first.save(path, save_all=True, append_images=others, duration=durations, loop=0, quality=72, method=6)
        assert path.stat().st_size <= MOST_BYTES, f"{path.stat().st_size} bytes"


def film(page: Page, url: str, path: Path) -> None:
    """Play a sample and keep what is worth seeing of it."""
    made = Film()
    page.goto(url)
    sample = page.locator('[class*="st-key-sample-"]').filter(has_text="503")
    expect(sample.get_by_role("button", name="Investigate")).to_be_visible()
    page.get_by_role("radio", name="Plan first").click()
    page.wait_for_load_state("networkidle")
    page.get_by_test_id("stMain").evaluate("(main) => (main.scrollTop = 0)")
    made.shot(page, 1600)
    sample.get_by_role("button", name="Investigate").click()
    expect(page.get_by_test_id("card-plan")).to_be_visible()
    made.shot(page, 2200)
    page.get_by_test_id("held").get_by_role("button", name="Slow").click()
    for look in range(5):
        expect(page.get_by_test_id("card-action").nth(look)).to_be_visible(timeout=60_000)
        made.shot(page, 600)
        expect(page.get_by_test_id("card-reflection").nth(look)).to_be_visible(timeout=60_000)
        made.shot(page, 900)
    page.get_by_role("button", name="Full speed").click()
    expect(page.get_by_test_id("approve")).to_be_enabled(timeout=60_000)
    made.shot(page, 2800)
    page.get_by_test_id("approve").click()
    expect(page.get_by_test_id("status")).to_have_text("Done", timeout=60_000)
    made.shot(page, 3400)
    made.save(path)
