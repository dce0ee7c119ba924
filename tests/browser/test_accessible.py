"""Every page for everybody: axe-core finds nothing serious, dark and light; no wide screen and no mouse is needed."""

from __future__ import annotations

import string
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Page, expect

from sre_core.domain import Pace
from tests.browser.conftest import ROOT, Server
from tests.browser.steps import Scheme, opened, settled, status, until

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.needs("chromium")]

AXE = Path(AXE_FILE_PATH).read_text(encoding="utf-8")
PAGES = sorted(page.stem for page in (ROOT / "pages").glob("*.py"))
"""A page that is added is looked at from then on."""

COLOURS = ["color-contrast", "link-in-text-block"]
"""What can be wrong in one scheme and right in the other."""

SERIOUS = ("serious", "critical")
STREAMLITS_OWN: set[tuple[str, str]] = set()
"""(rule, selector) of what is wrong in Streamlit itself and out of our hands: nothing now."""

OPEN_ALL = """() => {
  const open = (root) => {
    for (const node of root.querySelectorAll("*")) {
      if (node.tagName === "DETAILS") node.open = true;
      if (node.shadowRoot) open(node.shadowRoot);
    }
  };
  open(document);
}"""
FOCUSED = """() => {
  let node = document.activeElement;
  while (node.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
  return node;
}"""
LOOKS = """(node) => {
  const look = getComputedStyle(node);
  return [look.outlineStyle, look.outlineWidth, look.boxShadow, look.borderColor, look.backgroundColor].join("|");
}"""
SEEN = "(node) => { const box = node.getBoundingClientRect(); return box.width > 0 && box.height > 0; }"
NARROW_ENOUGH = """() => [document.documentElement, document.querySelector('[data-testid="stMain"]')]
  .every((node) => node.scrollWidth <= node.clientWidth)"""


def serious(page: Page, rules: list[str] | None = None) -> list[str]:
    """What axe-core finds in the page as it stands, its shadow trees included; a sentence each."""
    options: dict[str, Any] = {"resultTypes": ["violations"], "preload": False}
    if rules:
        options["runOnly"] = {"type": "rule", "values": rules}
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(AXE)
    found = page.evaluate("(options) => axe.run(document, options)", options)["violations"]
    return [
        f"{one['id']}: {node['html'][:160]} at {node['target']}: {node['failureSummary']}"
        for one in found
        if one["impact"] in SERIOUS
        for node in one["nodes"]
        if (one["id"], str(node["target"][-1])) not in STREAMLITS_OWN
    ]


def change_to(page: Page, scheme: Scheme) -> None:
    page.emulate_media(color_scheme=scheme)
    until(page, f"getComputedStyle(document.querySelector('[data-testid=\"stApp\"]')).colorScheme === '{scheme}'")


def faults(page: Page, what: str) -> list[str]:
    """Everything in the dark, what colours can do in the light, and whether it fits into 320 pixels."""
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
    said = serious(page)
    change_to(page, "light")
    said += [f"light: {one}" for one in serious(page, COLOURS)]
    change_to(page, "dark")
    size = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 700})
    until(page, "innerWidth === 320")
    if not page.evaluate(NARROW_ENOUGH):
        said.append("it has to be scrolled sideways at 320 pixels")
    assert size
    page.set_viewport_size(size)
    return [f"{what}: {one}" for one in said]


@pytest.fixture
def tab(tab: Page) -> Page:
    """In the dark; it moves little, as somebody asked for who is made ill by movement."""
    tab.emulate_media(color_scheme="dark", reduced_motion="reduce")
    return tab


def approve(tab: Page, then: str | None) -> None:
    """Say yes; ``then``: what is asked next."""
    expect(tab.get_by_test_id("approve")).to_be_enabled()
    tab.get_by_test_id("approve").click()
    if then:
        expect(tab.get_by_test_id("approval")).to_contain_text(then)


def take_in(tab: Page, url: str) -> None:
    tab.goto(f"{url}/knowledge")
    tab.get_by_role("tab", name="Add").click()
    runbooks = ROOT / "data" / "sample_docs" / "runbooks"
    tab.locator("input[type=file]").first.set_input_files(runbooks / "connection-pool-exhausted.md")
    tab.get_by_role("button", name="Take in").click()
    expect(tab.get_by_text("1 added")).to_be_visible(timeout=60_000)


def test_no_page_has_a_serious_fault_dark_or_light_and_each_fits_a_narrow_screen(tab: Page, scripted: Server) -> None:
    take_in(tab, scripted.url)
    investigation = opened(tab, scripted, "checkout crashes", pace=Pace.FULL).partition("inv=")[2]
    expect(tab.get_by_test_id("approve")).to_be_enabled()
    tab.evaluate(OPEN_ALL)
    found = faults(tab, "an approval")
    approve(tab, "May this be done?")
    approve(tab, None)
    expect(status(tab)).to_have_text("Done")
    tab.evaluate(OPEN_ALL)
    found += faults(tab, "the end")
    one = f"inv={investigation}"
    visits = [
        *("" if name == "investigate" else name for name in PAGES),
        "incidents?show=memory",
        "knowledge?q=connections+of+the+pool+are+used+up",
        "knowledge?doc=connection-pool-exhausted.md",
        f"compare?{one}&with={investigation}",
        f"postmortem?{one}",
    ]
    for path in visits:
        tab.goto(f"{scripted.url}/{path}")
        settled(tab)
        expect(tab.get_by_role("button", name="Keyboard shortcuts")).to_be_visible()
        found += faults(tab, f"/{path}")
    assert found == []


def test_what_floats_above_the_page_is_as_dark_as_the_page(tab: Page, scripted: Server) -> None:
    tab.goto(scripted.url)
    expect(tab.get_by_role("button", name="Keyboard shortcuts")).to_be_visible()
    tab.get_by_role("button", name="Set your name").click()
    expect(tab.get_by_role("textbox", name="Your name", exact=True)).to_be_visible()
    assert serious(tab, COLOURS) == []


def test_every_control_of_an_investigation_is_reached_by_tab_and_seen_to_be(page: Page, scripted: Server) -> None:
    opened(page, scripted, "checkout crashes", pace=Pace.FULL)
    expect(page.get_by_test_id("approve")).to_be_enabled()
    live = page.get_by_test_id("live")
    live.evaluate("(live) => { live.toReach = new Set(); live.dark = []; }")
    wanted = live.evaluate(f"""(live) => {{
      const all = [...live.querySelectorAll('button, summary, a[href], input, textarea, select, [tabindex="0"]')];
      const stops = all.filter((node) => node.tabIndex >= 0 && !node.disabled && node.checkVisibility() && ({SEEN})(node));
      const groups = stops.filter((node) => !node.closest('[inert], [role="tablist"], [role="radiogroup"]'));
      groups.forEach((node) => live.toReach.add(node));
      return live.toReach.size;
    }}""")
    assert wanted > 25
    page.get_by_role("button", name="Set your name").focus()
    for _ in range(wanted * 2):
        page.keyboard.press("Tab")
        page.evaluate(f"""() => {{
          const node = ({FOCUSED})(), live = node.closest(".live");
          if (!live) return;
          const focused = ({LOOKS})(node);
          live.toReach.delete(node);
          if (focused.startsWith("none|") || focused.startsWith("auto|0px")) live.dark.push(node.outerHTML.slice(0, 120));
        }}""")
        if not live.evaluate("(live) => live.toReach.size"):
            break
    assert live.evaluate("(live) => [...live.toReach].map((node) => node.outerHTML.slice(0, 120))") == []
    assert live.evaluate("(live) => live.dark") == []


def test_keys_lead_to_every_part_are_listed_and_never_decide(page: Page, scripted: Server) -> None:
    opened(page, scripted, "checkout crashes", pace=Pace.FULL)
    expect(page.get_by_test_id("approve")).to_be_enabled()
    page.get_by_role("heading", name="checkout crashes", level=1).click()
    page.keyboard.press("?")
    listed = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(listed).to_contain_text("Go to what waits for your answer")
    expect(listed).to_contain_text("Knowledge")
    page.keyboard.press("Escape")
    expect(listed).to_be_hidden()
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.get_by_test_id("trace").locator("> li").nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(page.get_by_test_id("card-alert")).to_be_focused()
    page.keyboard.press("a")
    expect(page.get_by_test_id("approval")).to_be_focused()
    for key in string.ascii_letters.replace("p", "") + string.digits:
        page.keyboard.press(key if key not in "gG" else "Shift")
        page.evaluate("document.activeElement.shadowRoot?.activeElement?.blur()")
    expect(page.get_by_test_id("approval")).to_contain_text("May this run?")
    expect(page.get_by_test_id("card-action").last).not_to_contain_text("approved by")

    box = page.get_by_label("Redirect in words")
    box.fill("")
    box.press_sequentially("jak?")
    expect(box).to_have_value("jak?")
    box.fill("")
    page.get_by_role("heading", name="checkout crashes", level=1).click()
    page.get_by_role("button", name="Keyboard shortcuts").click()
    listed.get_by_label("Use these keys in this browser").uncheck()
    listed.get_by_role("button", name="Close").click()
    page.get_by_role("heading", name="checkout crashes", level=1).click()
    page.keyboard.press("?")
    page.keyboard.press("a")
    expect(listed).to_be_hidden()
    expect(page.get_by_test_id("approval")).not_to_be_focused()


def test_the_keys_lead_from_page_to_page(page: Page, scripted: Server) -> None:
    page.goto(scripted.url)
    expect(page.get_by_role("button", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("2")
    expect(page.get_by_test_id("stTopNavLink").nth(1)).to_have_attribute("aria-current", "page")
