"""The map: beside the trace of an investigation, and on its own page."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server
from tests.browser.steps import until

pytestmark = [pytest.mark.browser, pytest.mark.needs("chromium")]

HOST = """[...document.querySelectorAll("*")].map((one) => one.shadowRoot).filter(Boolean)
  .map((root) => root.querySelector(".map-host")).find((host) => host?.graph)"""


def click(page: Page, component: str) -> None:
    """Where it stands on the canvas."""
    x, y = page.evaluate(
        f"""(id) => {{ const host = {HOST}; const box = host.getBoundingClientRect();
      const at = host.graph.place(id); return [box.x + at.x, box.y + at.y]; }}""",
        component,
    )
    page.mouse.click(x, y)


def ask(page: Page, expression: str) -> Any:
    """Of the graph that is drawn."""
    return page.evaluate(f"(() => {{ const host = {HOST}; return host && {expression}; }})()")


def test_the_map_is_coloured_while_it_runs_and_leads_to_the_topology_page(page: Page, server: Server) -> None:
    page.goto(server.url)
    page.get_by_role("radio", name="Full speed").click()
    sample = page.locator('[class*="st-key-sample-"]').filter(has_text="/api/v2/orders answers 503")
    sample.get_by_role("button", name="Investigate").click()
    trace, topology = page.get_by_role("tab", name="Trace"), page.get_by_role("tab", name="Topology")
    expect(topology.locator(".tab-count")).to_be_visible()
    trace.focus()
    page.keyboard.press("ArrowRight")
    expect(topology).to_have_attribute("aria-selected", "true")
    expect(topology.locator(".tab-count")).to_be_hidden()
    cause = page.locator('.map-legend [data-condition="cause"]')
    expect(cause).to_have_text(re.compile("Cause1$"), timeout=60_000)
    expect(page.get_by_test_id("map-path")).to_contain_text("→ inventory-service")
    until(page, f"{HOST}?.graph.marks.get('inventory-service')?.word === '◆ cause'")
    page.get_by_text("As a table").click()
    first = page.get_by_role("region", name="The map as a table").get_by_role("row").nth(1)
    expect(first).to_contain_text("inventory-service")
    expect(first).to_contain_text("◆ the cause")
    page.get_by_text("As a table").click()
    click(page, "inventory-service")
    card = page.get_by_test_id("map-card")
    expect(card).to_contain_text("the cause")
    link = card.get_by_role("link", name="Everything known about it").get_attribute("href")
    card.get_by_role("button", name=re.compile(r"^E\d+$")).first.click()
    page.get_by_test_id("beside").get_by_role("button", name="Show in the trace").click()
    expect(trace).to_have_attribute("aria-selected", "true")
    expect(page.locator(".trace .glow").first).to_be_visible()
    assert link
    page.goto(link)
    its_page(page)


def its_page(page: Page) -> None:
    """One instance over all reruns; the table says the same and picks as well."""
    card = page.locator(".st-key-topology-card")
    expect(card).to_contain_text("inventory-service v2.9.4")
    expect(card).to_contain_text("/api/v2/orders answers 503")
    until(page, f"{HOST}?.graph.models?.size === 21")
    ask(page, "(host.graph.network.mine = host.querySelector('canvas').dataset.mine = 'kept')")
    scale = ask(page, "host.graph.network.getScale()")
    click(page, "orders-service")
    expect(card.get_by_role("heading", name="orders-service")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("^orders-service"))).to_contain_text("selected")
    page.get_by_role("row", name=re.compile("^cart-redis")).get_by_role("button").click()
    expect(card.get_by_role("heading", name="cart-redis")).to_be_visible()
    until(page, f"{HOST}.graph.selected === 'cart-redis'")
    assert "component=cart-redis" in page.url
    assert ask(page, "host.graph.network.mine") == "kept"
    assert ask(page, "host.querySelector('canvas').dataset.mine") == "kept"
    assert ask(page, "host.graph.network.getScale()") == pytest.approx(scale)
