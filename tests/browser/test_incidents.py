"""From the first visit to the last trace: a tour, a list that an address narrows, an export that checks out, an erasure."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from sre_core.export.checking import check
from tests.browser.conftest import Server
from tests.browser.steps import started

pytestmark = [pytest.mark.browser, pytest.mark.needs("chromium")]


def test_the_tour_is_read_once(page: Page, server: Server) -> None:
    page.goto(server.url)
    tour = page.locator(".st-key-tour")
    expect(tour.get_by_role("region", name="Tour, card 1 of 3")).to_be_visible()
    tour.get_by_role("button", name="Next").focus()
    page.keyboard.press("Enter")
    expect(tour.get_by_role("region", name="Tour, card 2 of 3")).to_be_visible()
    expect(tour.get_by_role("button", name="Next")).to_be_focused()
    tour.get_by_role("button", name="Skip the tour").click()
    expect(tour).to_have_count(0)
    expect(page.locator(".st-key-tour-read")).to_have_count(1)
    page.reload()
    expect(page.get_by_label("The alert")).to_be_visible()
    expect(tour).to_have_count(0)


def test_what_is_found_is_shared_exported_and_erased(
    page: Page, context: BrowserContext, server: Server, tmp_path: Path
) -> None:
    for alert in ("carts vanish since two", "orders answer late", "carts are empty again"):
        started(server, alert)
    page.goto(f"{server.url}/incidents?status=waiting")
    rows = page.locator(".st-key-rows-all")
    expect(rows.get_by_role("link")).to_have_count(3)
    page.get_by_label("Find").fill("carts")
    page.get_by_label("Find").press("Enter")
    expect(page.get_by_text("2 of 3")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/incidents\?(?=.*q=carts)(?=.*status=waiting)"))

    shared = context.new_page()
    shared.goto(page.url)
    expect(shared.locator(".st-key-rows-all").get_by_role("link")).to_have_count(2)
    expect(shared.get_by_label("Find")).to_have_value("carts")
    shared.get_by_role("button", name="status: waiting").click()
    expect(shared).not_to_have_url(re.compile("status="))
    shared.close()

    box = rows.get_by_role("checkbox", name="Choose carts vanish since two")
    box.press("Space")
    expect(page.get_by_text("1 chosen")).to_be_visible()
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as begun:
        page.get_by_role("link", name=re.compile("Download investigation-")).click()
    file = tmp_path / begun.value.suggested_filename
    begun.value.save_as(file)
    checked = check(file, (server.home / "secret").read_bytes())
    assert (checked.fine, checked.investigations, checked.notes) == (True, 1, ())
    with zipfile.ZipFile(file) as held:
        (id_,) = [one["id"] for one in json.loads(held.read("manifest.json"))["manifest"]["investigations"]]

    looks_on = context.new_page()
    looks_on.goto(f"{server.url}/?inv={id_}")
    expect(looks_on.get_by_test_id("status")).to_be_visible()

    page.bring_to_front()
    page.goto(f"{server.url}/settings#data")
    part = page.locator(".st-key-settings-part-data")
    part.get_by_role("combobox", name="Which").click()
    page.keyboard.type(id_)
    page.get_by_role("option", name=re.compile(id_)).click()
    expect(part).to_contain_text("1 investigation still open")
    part.get_by_text("Stop 1 investigation that is still open first").click()
    erase = part.get_by_role("button", name="Erase for good")
    expect(part).to_contain_text("Goes, for good: 1 investigation with every event")
    expect(erase).to_be_disabled()
    part.get_by_label("Type “erase 1” to go on").press_sequentially("erase 1")
    expect(erase).to_be_enabled()
    erase.click()
    expect(part).to_contain_text("Erased: 1 investigation with")
    expect(part).to_contain_text("Erased so far: 1")
    expect(looks_on.get_by_role("heading", name="This investigation was erased")).to_be_visible()
    looks_on.close()
    page.goto(f"{server.url}/incidents")
    expect(page.get_by_text("2 of 2")).to_be_visible()
    expect(rows.get_by_role("link", name="carts vanish")).to_have_count(0)
