"""A real server, a real browser. Nothing may leave the host, and the console stays free of errors."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from scripts.need_chromium import launch_options
from tests.scripted_model.investigating import rules
from tests.scripted_model.on_a_thread import ModelOnAThread

ROOT = Path(__file__).parents[2]

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


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """One person's browser. At the end: every request stayed on this host."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(20_000)
    hosts: set[str | None] = set()
    context.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
    yield context
    context.close()
    assert hosts <= {"127.0.0.1", None}, f"requests left the host: {hosts}"


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """One tab. At the end: no error in its console."""
    page = context.new_page()
    errors = listen_for_errors(page)
    yield page
    assert errors == []


def listen_for_errors(page: Page) -> list[str]:
    """What goes wrong in this tab from now on. A decision that is refused (400, 401, 403, 409) is no error of ours."""
    errors: list[str] = []

    def hear(said: ConsoleMessage) -> None:
        refused = any(f"status of {status}" in said.text for status in (400, 401, 403, 409))
        if said.type == "error" and not refused and not _looks_for_its_server(said):
            errors.append(said.text)

    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", hear)
    return errors


def _looks_for_its_server(said: ConsoleMessage) -> bool:
    """Streamlit's own doing: when a page is opened by its address, it first looks for its server below that page."""
    return bool(re.search(r"/\w+/_stcore/", str(said.location.get("url"))))
