"""What a person does, in their words."""

from __future__ import annotations

from time import monotonic
from typing import Literal

import httpx
from playwright.sync_api import Locator, Page, expect

from sre_core.api.guard import EVERY, Tokens
from sre_core.api.token_command import signing_key
from sre_core.domain import Pace
from sre_core.home import StateFolder
from sre_core.people import Role
from tests.browser.conftest import Server

Scheme = Literal["dark", "light"]
_STANDS = '[data-testid="stApp"][data-test-script-state="notRunning"]'


def paste(page: Page, url: str, alert: str, pace: str = "Plan first") -> str:
    """Start an investigation from pasted words; returns its address."""
    page.goto(url)
    page.get_by_role("radio", name=pace).click()
    page.get_by_label("The alert").fill(alert)
    page.get_by_role("button", name="Start investigating").click()
    expect(page.get_by_test_id("live")).to_be_visible()
    expect(page.get_by_test_id("card-alert")).to_contain_text(alert)
    return page.url


def program(server: Server) -> httpx.Client:
    """Somebody's script, with a token."""
    token = Tokens(signing_key(StateFolder(server.home))).issue(EVERY, "script", Role.RESPONDER)
    return httpx.Client(base_url=server.url, headers={"Authorization": f"Bearer {token}"})


def started(server: Server, alert: str, pace: Pace = Pace.PLAN) -> str:
    """Start an investigation as a program does, where the start page is not what is looked at; returns its address."""
    with program(server) as script:
        answer = script.post("/api/investigations", json={"alert": alert, "pace": pace})
    return f"{server.url}/?inv={answer.raise_for_status().json()['investigation_id']}"


def opened(page: Page, server: Server, alert: str, pace: Pace = Pace.PLAN) -> str:
    """Start it likewise and open it; returns its address."""
    address = started(server, alert, pace)
    page.goto(address)
    expect(page.get_by_test_id("card-alert")).to_contain_text(alert)
    return address


def on_a_phone(page: Page, scheme: Scheme) -> None:
    """As small, dark or light, as somebody holds it who was woken by it."""
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme=scheme)


def settled(page: Page) -> None:
    """Wait until Streamlit has answered what was done last: a file that is made when it is asked for belongs to one run."""
    expect(page.locator(_STANDS)).to_be_attached()


def to_trace(page: Page) -> None:
    """From evidence that is open beside its source to its place in the trace."""
    page.get_by_test_id("beside").get_by_role("button", name="Show in the trace").click()
    expect(page.get_by_test_id("beside")).to_be_hidden()


def status(page: Page) -> Locator:
    return page.get_by_test_id("status")


def press(page: Page, name: str) -> None:
    page.get_by_test_id("live").get_by_role("button", name=name, exact=True).click()


def redirect(page: Page, words: str) -> None:
    page.get_by_label("Redirect in words").fill(words)
    page.get_by_role("button", name="Send redirection").click()


def cards(page: Page, kind: str) -> Locator:
    return page.get_by_test_id(f"card-{kind}")


def until(page: Page, expression: str, seconds: float = 20.0) -> None:
    """Wait until this JavaScript holds. Asked from outside: what Playwright would ask inside, the page's policy forbids."""
    give_up = monotonic() + seconds
    while not page.evaluate(expression):
        assert monotonic() < give_up, f"it never came to {expression}"
        page.wait_for_timeout(50)
