"""Who sits there, in a real browser: a name asked once, a proxy's word, a login."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser import oidc
from tests.browser.conftest import ROOT, Server, StartServer, free_port, real_command, scripted_command
from tests.browser.steps import cards, paste, program, redirect, until

pytestmark = [pytest.mark.browser, pytest.mark.needs("chromium")]

SECRET = "only-the-proxy-knows"


def with_settings(**settings: str) -> Callable[[int], list[str]]:
    """The scripted server with these settings."""
    return lambda port: ["env", *(f"SRE_{name}={value}" for name, value in settings.items()), *scripted_command(port)]


def test_a_name_is_asked_for_once_in_this_browser(context: BrowserContext, page: Page, scripted: Server) -> None:
    page.goto(scripted.url)
    page.get_by_label("What is your name?").fill("Ada")
    page.get_by_label("What is your name?").press("Enter")
    expect(page.get_by_role("button", name="Ada")).to_be_visible()
    expect(page.get_by_label("What is your name?")).to_be_hidden()
    until(page, "document.cookie.includes('sre_name=Ada')")
    another = context.new_page()
    another.goto(scripted.url)
    expect(another.get_by_role("button", name="Ada")).to_be_visible()
    expect(another.get_by_label("What is your name?")).to_be_hidden()


def test_who_waves_it_away_is_not_asked_again(page: Page, scripted: Server) -> None:
    page.goto(scripted.url)
    page.get_by_role("button", name="Not now").click()
    expect(page.get_by_label("What is your name?")).to_be_hidden()
    until(page, "document.cookie.includes('sre_name=')")
    page.reload()
    expect(page.get_by_role("button", name="Set your name")).to_be_visible()
    expect(page.get_by_label("What is your name?")).to_be_hidden()


def came_through_the_proxy(chromium: Browser, name: str, secret: str = SECRET) -> Page:
    """Somebody whose every request, the websocket's too, the proxy has signed."""
    return chromium.new_context(
        extra_http_headers={"X-Workbench-Proxy": secret, "X-Forwarded-User": name},
        viewport={"width": 1440, "height": 900},
    ).new_page()


def test_the_proxys_word_signs_what_is_done_and_says_what_they_may(
    chromium: Browser, start_server: StartServer
) -> None:
    settings = {"IDENTITY": "proxy", "PROXY_SECRET": SECRET, "RESPONDERS": "ada@x.org, bo"}
    server = start_server(with_settings(**settings))
    ada = came_through_the_proxy(chromium, "Ada@x.org")
    address = paste(ada, server.url, "checkout crashes")
    redirect(ada, "look at the ingress")
    expect(cards(ada, "guidance")).to_contain_text("Ada@x.org")
    expect(ada.get_by_role("button", name="Ada@x.org")).to_be_visible()

    eve = came_through_the_proxy(chromium, "eve")
    eve.goto(server.url)
    expect(eve.get_by_role("button", name="Start investigating")).to_be_disabled()
    expect(eve.get_by_text("Here you are a viewer")).to_be_visible()
    eve.goto(address)
    expect(eve.get_by_test_id("card-alert")).to_contain_text("checkout crashes")

    with program(server) as script:
        opened = script.get("/api/investigations").json()
        assert [each["title"] for each in opened] == ["checkout crashes"]


HANDSHAKE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


def test_nobody_comes_past_the_proxy(start_server: StartServer) -> None:
    server = start_server(with_settings(IDENTITY="proxy", PROXY_SECRET=SECRET, ROLE="admin"))
    stream = f"{server.url}/_stcore/stream"
    signed = {"X-Workbench-Proxy": SECRET, "X-Forwarded-User": "eve"}
    for given in ({}, signed | {"X-Workbench-Proxy": "guessed"}, signed | {"X-Forwarded-User": ""}):
        assert httpx.get(server.url, headers=given).status_code == 403
        assert httpx.get(stream, headers=HANDSHAKE | given).status_code == 403
    assert httpx.get(stream, headers=HANDSHAKE | signed).status_code == 101


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"SRE_IDENTITY": "proxy"}, "needs SRE_PROXY_SECRET"),
        ({"SRE_IDENTITY": "login"}, "needs [auth]"),
        ({"SRE_ROLE": "king"}, "SRE_ROLE cannot be used"),
    ],
)
def test_it_does_not_start_where_nobody_could_be_known(settings: dict[str, str], says: str) -> None:
    command = real_command(free_port())
    environment = {**os.environ, **settings}
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=30, check=False)
    assert ended.returncode == 1
    assert says in ended.stderr
    assert "Traceback" not in ended.stderr + ended.stdout


def test_a_login_comes_before_everything_and_signs_what_is_done(
    tab: Page, start_server: StartServer, tmp_path: Path
) -> None:
    def with_login(port: int) -> list[str]:
        (tmp_path / ".streamlit").mkdir()
        (tmp_path / ".streamlit" / "secrets.toml").write_text(oidc.secrets(provider.url, port), encoding="utf-8")
        return ["env", f"HOME={tmp_path}", *with_settings(IDENTITY="login", RESPONDERS="ada@x.org")(port)[1:]]

    with oidc.provider(free_port()) as provider:
        server = start_server(with_login)
        page = tab
        page.goto(f"{server.url}/incidents")
        expect(page.get_by_role("button", name="Log in")).to_be_visible()
        expect(page.get_by_role("link", name="Incidents")).to_be_hidden()
        page.get_by_role("button", name="Log in").click()
        page.get_by_label("Who are you?").fill("Ada@x.org")
        page.get_by_role("button", name="Let me in").click()
        expect(page.get_by_role("button", name="Ada@x.org")).to_be_visible()
        paste(page, server.url, "checkout crashes")
        redirect(page, "look at the ingress")
        expect(cards(page, "guidance")).to_contain_text("Ada@x.org")
        page.get_by_role("button", name="Ada@x.org").click()
        expect(page.get_by_text("You may investigate, decide and approve.")).to_be_visible()
        page.get_by_role("button", name="Log out").click()
        expect(page.get_by_role("button", name="Log in")).to_be_visible()
