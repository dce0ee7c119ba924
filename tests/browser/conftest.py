"""A real server, a real browser. Nothing may leave the host, and the console stays free of errors."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Request,
    ViewportSize,
    expect,
    sync_playwright,
)

from scripts.need_chromium import launch_options
from tests.scripted_model.investigating import rules
from tests.scripted_model.on_a_thread import ModelOnAThread

ROOT = Path(__file__).parents[2]

DESK: ViewportSize = {"width": 1440, "height": 900}

expect.set_options(timeout=20_000)


class Server:
    """One process with a state folder of its own; it can be ended and started again."""

    def __init__(self, home: Path, command: list[str], port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.home = home
        self._command = command
        self.start()

    def start(self) -> None:
        """Start it and wait until it answers."""
        environment = {**os.environ, "SRE_HOME": str(self.home), "PYTHONPATH": str(ROOT)}
        self._log = (self.home.parent / "server.log").open("ab")
        self.process = subprocess.Popen(
            self._command, cwd=ROOT, env=environment, stdout=self._log, stderr=subprocess.STDOUT
        )
        with httpx.Client(transport=httpx.HTTPTransport(retries=8)) as client:
            assert client.get(f"{self.url}/api/health", timeout=30).json() == {"status": "ok"}

    def end(self, how: signal.Signals = signal.SIGTERM) -> float | int:
        """End it and return its exit status; raises ``TimeoutExpired`` when it does not end by itself."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        status = self.process.wait(timeout=10)
        self._log.close()
        return status


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def scripted_command(port: int) -> list[str]:
    """The server around the workbench that plays a story."""
    app = ["uvicorn", "tests.browser.scripted_app:app", "--port", str(port), "--log-level", "warning"]
    return [sys.executable, "-m", *app]


def real_command(port: int) -> list[str]:
    """The server as a person starts it."""
    return [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]


StartServer = Callable[[Callable[[int], list[str]]], Server]


@pytest.fixture
def start_server(tmp_path: Path) -> Iterator[StartServer]:
    """Start a server for one test."""
    servers: list[Server] = []

    def start(command: Callable[[int], list[str]]) -> Server:
        port = free_port()
        server = Server(tmp_path / "home", command(port), port)
        servers.append(server)
        return server

    yield start
    for server in servers:
        if server.process.poll() is None:
            server.end(signal.SIGKILL)


@pytest.fixture(scope="session")
def scripted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One scripted server for all tests that do not end it."""
    port = free_port()
    server = Server(tmp_path_factory.mktemp("scripted") / "home", scripted_command(port), port)
    yield server
    server.end(signal.SIGKILL)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The real workbench, one for all tests of a module."""
    port = free_port()
    server = Server(tmp_path_factory.mktemp("real") / "home", real_command(port), port)
    yield server
    server.end(signal.SIGKILL)


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelOnAThread]:
    """A model that plays an investigation; the servers that this test starts reason with it."""
    endpoint = ModelOnAThread(rules(seconds_between=0.01))
    with endpoint as url:
        monkeypatch.setenv("SRE_MODEL_URL", url)
        monkeypatch.setenv("SRE_MODEL", "scripted-1")
        yield endpoint


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def kept_context(chromium: Browser) -> Iterator[BrowserContext]:
    """One browser for all tests of a process: what it has fetched and compiled of Streamlit once, it has for the next one."""
    context = chromium.new_context(viewport=DESK)
    yield context
    context.close()


@pytest.fixture
def context(kept_context: BrowserContext) -> Iterator[BrowserContext]:
    """One person's browser, with nothing of anybody else in it. At the end: every request stayed on this host."""
    with stays_on_this_host(kept_context) as addresses:
        yield kept_context
        leave(kept_context)
    forget(kept_context, addresses)


@pytest.fixture
def own_context(chromium: Browser) -> Iterator[BrowserContext]:
    """A browser that no other test has had: nothing is in its cache, and what is done to it is done to no other test."""
    context = chromium.new_context(viewport=DESK)
    with stays_on_this_host(context):
        yield context
        context.close()


@contextmanager
def stays_on_this_host(context: BrowserContext) -> Iterator[set[str]]:
    """Yields the addresses of all servers that are asked for anything. At the end: all of them are this host."""
    context.set_default_timeout(20_000)
    addresses: set[str] = set()

    def hear(request: Request) -> None:
        addresses.add("{0.scheme}://{0.netloc}".format(urlsplit(request.url)))

    context.on("request", hear)
    yield addresses
    context.remove_listener("request", hear)
    hosts = {urlsplit(address).hostname for address in addresses}
    assert hosts <= {"127.0.0.1", None}, f"requests left the host: {hosts}"


def leave(context: BrowserContext) -> None:
    """Close all tabs but the first, and make that one as new as it can be."""
    first, *others = context.pages
    for other in others:
        other.close()
    first.unroute_all()
    first.goto("about:blank")
    first.mouse.move(0, 0)
    first.set_viewport_size(DESK)
    first.emulate_media(color_scheme="light", reduced_motion="no-preference")


def forget(context: BrowserContext, addresses: set[str]) -> None:
    """Everything that those servers' pages have kept in the browser, but for the cache."""
    context.clear_cookies()
    protocol = context.new_cdp_session(context.pages[0])
    for address in addresses:
        if address.startswith("http"):
            kept = {"origin": address, "storageTypes": "local_storage,indexeddb,cache_storage,service_workers"}
            protocol.send("Storage.clearDataForOrigin", kept)
    protocol.detach()


@pytest.fixture
def tab(context: BrowserContext) -> Page:
    """One tab, for tests in which a server ends: without a look at its console."""
    return context.pages[0] if context.pages else context.new_page()


@pytest.fixture
def page(tab: Page) -> Iterator[Page]:
    """One tab. At the end: no error in its console."""
    with without_errors(tab):
        yield tab


@contextmanager
def without_errors(page: Page) -> Iterator[None]:
    """Nothing goes wrong in this tab from now on. A decision that is refused (400, 401, 403, 409) is no error of ours."""
    errors: list[str] = []

    def hear(said: ConsoleMessage) -> None:
        refused = any(f"status of {status}" in said.text for status in (400, 401, 403, 409))
        if said.type == "error" and not refused and not _looks_for_its_server(said):
            errors.append(said.text)

    def fail(error: Error) -> None:
        errors.append(str(error))

    page.on("pageerror", fail)
    page.on("console", hear)
    try:
        yield
    finally:
        page.remove_listener("pageerror", fail)
        page.remove_listener("console", hear)
    assert errors == []


def _looks_for_its_server(said: ConsoleMessage) -> bool:
    """Streamlit's own doing: when a page is opened by its address, it first looks for its server below that page."""
    return bool(re.search(r"/\w+/_stcore/", str(said.location.get("url"))))
