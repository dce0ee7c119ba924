"""All tools of others that one workbench is connected with. Connecting happens in a thread of its own, and holds up nobody."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sre_core.counting import counted
from sre_core.errors import RefusedInput
from sre_core.outside_tools.config import FILE, ToolsConfig, read_tools_file
from sre_core.outside_tools.foreign import OutsideTool
from sre_core.outside_tools.pins import FILE as PINS
from sre_core.outside_tools.pins import Pins
from sre_core.outside_tools.provider import Missing, Provider
from sre_core.outside_tools.thread import LoopThread

PATIENCE = 5.0
"""Seconds that an investigation waits, once, for tools that are still being connected."""
MARGIN = 2.0
_GLANCE = 0.05


def tools_of(given: Path | None, home: Path) -> ToolsConfig:
    """What tools.yaml says: the file that is set, else the one in the state folder. Raises ``RefusedInput``."""
    return read_tools_file(given.expanduser() if given else home / FILE, required=given is not None)


@dataclass(frozen=True)
class Standing:
    """How one origin of tools stands."""

    name: str
    tools: tuple[OutsideTool, ...]
    missing: tuple[Missing, ...]

    @property
    def fine(self) -> bool:
        """Whether it is to be had at all, and nothing of it waits to be confirmed."""
        return bool(self.tools or not self.missing) and not self.changed

    @property
    def changed(self) -> int:
        """How many of its tools no longer count as declared until somebody confirms them."""
        return sum(tool.offer.changed for tool in self.tools)

    def __str__(self) -> str:
        if not self.tools and self.missing:
            return f"{self.name}: {self.missing[0].because}"
        cannot = f", {len(self.missing)} cannot be used here" if self.missing else ""
        changed = f", {self.changed} to be confirmed (`tools --confirm {self.name}`)" if self.changed else ""
        return f"{self.name}: {counted(len(self.tools), 'tool')}{cannot}{changed}"


class OutsideTools:
    """Every origin of tools that is configured. Nothing is started before it is asked for. Thread-safe."""

    def __init__(self, config: ToolsConfig, home: Path, keep: bool = True, patience: float = PATIENCE) -> None:
        """``home``: the state folder, where it is kept what tools looked like; ``keep`` False: it is only read."""
        self._config = config
        self._patience = patience
        self._pins = Pins(home / PINS, keep)
        self._lock = threading.Lock()
        self._thread: LoopThread | None = None
        self._providers: tuple[Provider, ...] = ()
        self._began = 0.0

    @property
    def names(self) -> Sequence[str]:
        """What tools.yaml names, as it was read at the start."""
        return (*self._config.servers, *(one.file.name for one in self._config.toolsets))

    def begin(self) -> None:
        """Start connecting, once."""
        with self._lock:
            if self._thread is not None or not self.names:
                return
            self._thread = LoopThread("outside-tools")
            self._providers = tuple(_providers(self._config, self._pins, self._thread))
            self._began = time.monotonic()
            for provider in self._providers:
                self._thread.begin(provider.keep())

    def wait(self, seconds: float) -> None:
        """Until every origin has come as far as it will by itself, at most so long after the beginning."""
        self.begin()
        while not all(one.settled for one in self._providers) and time.monotonic() - self._began < seconds:
            time.sleep(_GLANCE)

    def wait_for_all(self) -> None:
        """As long as the slowest may take."""
        self.wait(max((one.start_seconds for one in self._config.servers.values()), default=PATIENCE) + MARGIN)

    def tools(self) -> Sequence[OutsideTool]:
        """Those that can be used now, each name once; waits a little while they are first being connected."""
        self.wait(self._patience)
        found: dict[str, OutsideTool] = {}
        for provider in self._providers:
            for tool in provider.tools():
                found.setdefault(tool.name, tool)
        return tuple(found.values())

    def missing(self) -> Sequence[Missing]:
        """What cannot be used, each with why."""
        return tuple(one for provider in self._providers for one in provider.missing())

    def why_not(self, name: str) -> str | None:
        """Why a tool of this name is not there, if that is known."""
        return next((one.because for one in self.missing() if one.name in (name, name.partition(".")[0])), None)

    def standings(self) -> Sequence[Standing]:
        """How each origin stands, once all have come as far as they will."""
        self.wait_for_all()
        return tuple(Standing(one.name, tuple(one.tools()), tuple(one.missing())) for one in self._providers)

    def confirm(self, name: str) -> Sequence[str]:
        """Agree to the tools of one origin as they look now; returns them. Raises ``RefusedInput``."""
        self.wait_for_all()
        chosen = next((provider for provider in self._providers if provider.name == name), None)
        if chosen is None:
            known = ", ".join(provider.name for provider in self._providers) or "none"
            raise RefusedInput(f"tools.yaml names nothing called {name!r}. There are: {known}.")
        return chosen.confirm()

    def close(self) -> None:
        """End every session and every program."""
        with self._lock:
            if self._thread is not None:
                self._thread.close()


def _providers(config: ToolsConfig, pins: Pins, thread: LoopThread) -> list[Provider]:
    from sre_core.mcp_client.server import McpServer
    from sre_core.toolsets.toolset import ToolsetFile

    servers = [McpServer(name, one, pins, thread) for name, one in config.servers.items()]
    return [*servers, *(ToolsetFile(one, pins, thread) for one in config.toolsets)]
