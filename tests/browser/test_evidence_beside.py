"""Evidence beside its source, the next best checks overruled, and the links of the alert: one investigation of a sample."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Server
from tests.browser.steps import cards, press, to_trace

pytestmark = [pytest.mark.browser, pytest.mark.needs("chromium")]

ALERT = {
    "status": "firing",
    "labels": {"alertname": "OrdersErrorRate", "severity": "critical"},
    "annotations": {
        "summary": "/api/v2/orders answers 503 for 5 % of requests",
        "runbook_url": "https://runbooks.fernhollow.example/orders/error-rate",
        "dashboardURL": "https://grafana.fernhollow.example/d/abc123/orders",
        "silenceURL": "https://grafana.fernhollow.example/alerting/silence/new",
    },
    "startsAt": "2026-10-28T13:38:00Z",
    "generatorURL": "https://prometheus.fernhollow.example/graph?g0.expr=up",
}
LINKS = [
    "Runbookrunbooks.fernhollow.example",
    "Dashboardgrafana.fernhollow.example",
    "Source of the alertprometheus.fernhollow.example",
    "Silencegrafana.fernhollow.example",
]


def begin(page: Page, url: str) -> None:
    """Step by step, with the telemetry of the sample in which an endpoint is slow."""
    page.goto(url)
    page.get_by_role("radio", name="Step by step").click()
    page.get_by_label("The alert").fill(
        json.dumps({"version": "4", "receiver": "x", "status": "firing", "alerts": [ALERT]})
    )
    page.get_by_role("combobox").first.click()
    page.get_by_role("option").filter(has_text="answers 503").click()
    expect(page.get_by_role("combobox").first).to_have_value(re.compile("503"))
    page.get_by_role("button", name="Start investigating").click()
    expect(cards(page, "reflection")).to_have_count(1)


def checks(page: Page) -> Locator:
    return page.get_by_test_id("checks").get_by_test_id("check")


def current(page: Page) -> Locator:
    """The line that is cited, where the reader is."""
    return page.get_by_test_id("source-lines").first.locator(".source-line[data-current]").first


def test_a_claim_leads_to_its_line_a_check_is_overruled_and_links_are_at_hand(page: Page, server: Server) -> None:
    begin(page, server.url)
    links = page.get_by_test_id("alert-links").get_by_role("link")
    expect(links).to_have_text(LINKS)
    expect(links.first).to_have_attribute("rel", "noreferrer noopener")
    expect(links.first).to_have_attribute("target", "_blank")

    # Not this: it leaves the list, and the trace says who wants that and why.
    expect(checks(page).first).to_contain_text("Expected gain")
    unwanted = checks(page).first
    name = str(unwanted.locator(".name").inner_text())
    unwanted.get_by_role("button", name="Not this …").click()
    unwanted.get_by_label("Why not this one?").fill("they are archived")
    unwanted.get_by_role("button", name="Not this", exact=True).click()
    expect(page.get_by_test_id("row").filter(has_text="they are archived")).to_contain_text(f"not this: {name}")
    expect(checks(page).locator(".name").get_by_text(name, exact=True)).to_have_count(0)

    # Do this next: exactly that is proposed, run under the policy, and it says who picked it.
    wanted = str(checks(page).first.locator(".name").inner_text())
    checks(page).first.get_by_role("button", name="Do this next").click()
    expect(page.get_by_test_id("row").filter(has_text="do next")).to_contain_text(wanted)
    expect(cards(page, "action")).to_have_count(2)
    expect(cards(page, "action").last).to_contain_text("picked by")
    expect(cards(page, "action").last).to_contain_text(wanted.split(" · ")[0])

    press(page, "Go")
    report = page.get_by_test_id("report")
    expect(report).to_contain_text("What happened")
    claim = report.locator(".claims > li").first
    claim.locator("button.id").first.click()
    beside = page.get_by_test_id("beside")
    expect(beside.locator(".beside-text")).to_have_text(claim.locator("span").first.inner_text().strip())
    expect(current(page)).to_be_in_viewport()
    expect(current(page).locator("mark.cited")).not_to_have_count(0)

    find = beside.get_by_label("Find in the source")
    find.fill("inventory-service")
    find.press("Enter")
    expect(beside.get_by_text(re.compile(r"^1 of \d+$")).last).to_be_visible()
    beside.get_by_label("Compare with other evidence").select_option(index=1)
    expect(beside.get_by_test_id("source-lines").last.locator("[data-current]").first).to_be_in_viewport()
    to_trace(page)
