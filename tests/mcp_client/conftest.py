"""The bakery's server, in a thread over HTTP and as a program over stdio, with a client of ours connected."""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from sre_core.mcp_client.server import McpServer
from sre_core.outside_tools.config import ServerConfig
from sre_core.outside_tools.foreign import OutsideReading, OutsideTool
from sre_core.outside_tools.pins import Pins
from sre_core.outside_tools.thread import LoopThread
from sre_core.tools.base import ToolContext

PROGRAM = Path(__file__).parent / "example_server.py"
AT_MOST = 60.0


@contextmanager
def connected(config: ServerConfig, pins: Pins) -> Iterator[McpServer]:
    """A client of ours, once it has come as far as it will."""
    thread = LoopThread("a test")
    server = McpServer("bakery", config, pins, thread)
    thread.begin(server.keep())
    try:
        settle(server)
        yield server
    finally:
        thread.close()


def settle(server: McpServer, until: Callable[[McpServer], bool] = lambda server: server.settled) -> None:
    """Until it is so; a test that waits for ever says so."""
    ready = threading.Event()
    for _ in range(int(AT_MOST / 0.02)):
        if until(server):
            return
        ready.wait(0.02)
    raise AssertionError(f"it did not come to that: {server.missing()}")


def over_stdio(**said: Any) -> ServerConfig:
    """The program."""
    given = {"reads": ("read_*",), **said}
    return ServerConfig(command=sys.executable, args=(str(PROGRAM),), start_seconds=AT_MOST, **given)


def tool(server: McpServer, name: str) -> OutsideTool:
    """One of its tools."""
    return {one.name: one for one in server.tools()}[f"bakery.{name}"]


async def call(server: McpServer, name: str, **arguments: Any) -> OutsideReading:
    """Call one as the toolbox does."""
    chosen = tool(server, name)
    return await chosen.run(chosen.parse(arguments), ToolContext())


@contextmanager
def served_over_http(said: Callable[[], str]) -> Iterator[str]:
    """Its address, while it is served on loopback."""
    import uvicorn

    from tests.mcp_client.example_server import bakery

    listening = socket.create_server(("127.0.0.1", 0))
    app = bakery(said).streamable_http_app()
    running = uvicorn.Server(
        uvicorn.Config(app, log_level="error", lifespan="on", ws="none", timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/mcp"
    finally:
        running.should_exit = True
        thread.join(timeout=20)


class Description:
    """What ``read_flags`` says of itself now."""

    def __init__(self) -> None:
        self.text = ""

    def __call__(self) -> str:
        return self.text


@pytest.fixture
def description() -> Description:
    return Description()


@pytest.fixture
def address(description: Description) -> Iterator[str]:
    with served_over_http(description) as url:
        yield url


@pytest.fixture
def pins(tmp_path: Path) -> Pins:
    return Pins(tmp_path / "pins.json")


@pytest.fixture
def server(address: str, pins: Pins) -> Iterator[McpServer]:
    """Connected over HTTP, with ``read_*`` declared to only read."""
    config = ServerConfig(url=address, reads=("read_*",), disabled=("leave",), start_seconds=AT_MOST)
    with connected(config, pins) as client:
        yield client
