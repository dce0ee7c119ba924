"""What a person does, in their words."""

from __future__ import annotations

from time import monotonic

from playwright.sync_api import Locator, Page, expect

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
