"""The inbox in a real browser: a group is pasted, looked at and investigated; an unknown form is mapped once."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server
from tests.inbox.given import fires, group

pytestmark = [pytest.mark.browser, pytest.mark.needs("chromium")]

GROUP = group(fires("HighErrors", "cart"), fires("HighLatency", "cart", severity="warning"))
TEMPLATE = """name: Queuewatch
matches:
  sys: queuewatch
fields:
  title: "{ev.what} on {ev.where}"
  component: ev.where
  severity: ev.loud
"""


def unknown(what: str) -> str:
    return json.dumps({"sys": "queuewatch", "ev": {"what": what, "where": "mailer", "loud": "critical"}})


def paste(page: Page, payload: str) -> None:
    page.get_by_role("tab", name="Give alerts").click()
    page.get_by_label("The alert, or several").fill(payload)
    page.get_by_label("The alert, or several").press("Control+Enter")


def test_a_group_becomes_rows_and_one_investigation(page: Page, scripted: Server) -> None:
    page.goto(f"{scripted.url}/inbox")
    paste(page, GROUP)
    expect(page.get_by_text("2 alerts, as understood")).to_be_visible()
    page.get_by_role("button", name="Keep in the inbox").click()
    expect(page.get_by_text("2 alerts taken in")).to_be_visible()
    page.get_by_role("tab", name="Alerts", exact=True).click()
    rows = page.locator(".st-key-rows-inbox")
    rows.get_by_text("Choose HighLatency").locator("xpath=ancestor::label").click()
    expect(page.get_by_text("1 alert chosen")).to_be_visible()
    other = page.context.new_page()
    other.goto(f"{scripted.url}/inbox")
    paste(other, group(fires("DiskFull", "orders")))
    other.get_by_role("button", name="Keep in the inbox").click()
    expect(other.get_by_text("1 alert taken in")).to_be_visible()
    other.close()
    expect(rows).to_contain_text("DiskFull")  # the list looks again by itself, and what is chosen stays chosen
    expect(page.get_by_text("1 alert chosen")).to_be_visible()
    expect(rows.get_by_role("checkbox", name="Choose HighLatency")).to_be_checked()
    rows.get_by_role("link", name="HighErrors").click()
    expect(page).to_have_url(re.compile(r"\?alert=\w+$"))
    detail = page.url
    expect(page.locator("[class*=st-key-rows-ties]")).to_contain_text(
        "the same component, cart, began at the same time"
    )
    page.get_by_role("link", name="Investigate as one").click()
    page.get_by_role("button", name="Investigate 2 as one").click()
    expect(page.get_by_test_id("card-alert")).to_contain_text("the inbox, together with 1 other")
    page.goto(detail)
    expect(page.locator(".st-key-inbox-standing")).to_contain_text("investigated")


def test_an_unknown_form_is_mapped_once_and_what_was_typed_outlives_a_reload(page: Page, scripted: Server) -> None:
    page.goto(f"{scripted.url}/inbox")
    paste(page, unknown("stuck"))
    page.get_by_role("button", name="Map its fields").click()
    template = page.get_by_role("textbox", name="Template")
    expect(template).to_have_value(re.compile("matches:"))
    template.fill(TEMPLATE)
    page.reload()
    page.get_by_role("tab", name="Give alerts").click()
    expect(page.get_by_label("The alert, or several")).to_have_value(unknown("stuck"))
    page.get_by_role("button", name="Map its fields").click()
    expect(template).to_have_value(TEMPLATE)
    expect(page.locator(".st-key-template-editor")).to_contain_text("stuck on mailer")
    page.get_by_role("button", name="Save the template").click()
    expect(page.get_by_text("read by your template as Queuewatch")).to_be_visible()
    paste(page, unknown("full"))
    expect(page.locator(".st-key-inbox-looked-0")).to_contain_text("full on mailer")
    expect(page.get_by_text("read by your template as Queuewatch")).to_be_visible()
