"""One MCP server: a session that one task enters, keeps and leaves, and the tools that it lists."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import os
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sre_core.errors import RefusedInput, ToolError
from sre_core.mcp_client.http import over_http
from sre_core.mcp_client.listing import Listed, listed_by
from sre_core.mcp_client.stdio import LastWords, over_stdio
from sre_core.mcp_client.tool import McpTool
from sre_core.mcp_client.troubles import in_words, last
from sre_core.outside_tools.config import ServerConfig, filled_in
from sre_core.outside_tools.foreign import Offer, made, standing
from sre_core.outside_tools.pins import Pins
from sre_core.outside_tools.programs import environment_for
from sre_core.outside_tools.provider import Missing
from sre_core.outside_tools.schemas import Shape, UnusableSchema
from sre_core.outside_tools.thread import LoopThread

log = logging.getLogger(__name__)

KEY = "sre-workbench/idempotency-key"
"""Where a server finds what tells that a call is the same one again."""
LOOK_AGAIN = 60.0
"""Seconds after which the list is asked for again: it shows that the server is still there, and still the same."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0


class McpServer:
    """Implements ``Provider``, and is what its tools call."""

    def __init__(self, name: str, config: ServerConfig, pins: Pins, thread: LoopThread) -> None:
        self.name = name
        self._config = config
        self._pins = pins
        self._thread = thread
        self._client: Any = None
        self._news = asyncio.Event()
        self._lost = asyncio.Event()
        self._listed: tuple[Listed, ...] = ()
        self._tools: tuple[McpTool, ...] = ()
        self._missing: tuple[Missing, ...] = (Missing(name=name, because="it is still being connected"),)
        self._settled = False

    # -- from any thread -----------------------------------------------------------------------------------------------

    @property
    def origin(self) -> str:
        """In words."""
        return f"the MCP server {self.name!r}"

    @property
    def settled(self) -> bool:
        """Whether it was connected, or was not to be had."""
        return self._settled

    def tools(self) -> Sequence[McpTool]:
        """Those of a server that is connected."""
        return self._tools

    def missing(self) -> Sequence[Missing]:
        """The server itself, while it is not to be had; else the tools that cannot be used."""
        return self._missing

    def confirm(self) -> Sequence[str]:
        """Agree to its tools as they look now. Raises ``RefusedInput`` while it is not connected."""
        if self._client is None:
            raise RefusedInput(f"{self.origin} is not connected: {self._missing[0].because}. Nothing was confirmed.")
        self._pins.confirm(self.name, {one.name: one.digest for one in self._listed})
        self._show(self._listed)
        return [one.name for one in self._listed]

    async def call(self, tool: str, digest: str, arguments: Mapping[str, Any], key: str | None = None) -> Any:
        """Its answer (a ``CallToolResult``), from any loop. Raises ``ToolError``."""
        return await self._thread.call(self._call(tool, digest, arguments, key))

    # -- in the thread of the servers ------------------------------------------------------------------------------------

    async def keep(self) -> None:
        """Connect, and again when it is lost, until this is cancelled."""
        pause = FIRST_PAUSE
        while True:
            began = asyncio.get_running_loop().time()
            try:
                because = await self._session()
            except Exception as error:  # however the SDK, the way or the server failed
                log.debug("%s is not to be had", self.origin, exc_info=error)
                because = in_words(error)
            self._gone(because)
            if asyncio.get_running_loop().time() - began > LONGEST_PAUSE:
                pause = FIRST_PAUSE
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _session(self) -> str:
        """One session from beginning to end; returns why it ended."""
        import anyio
        from mcp import Client
        from mcp.types import Implementation

        said = LastWords()
        self._lost, self._news = asyncio.Event(), asyncio.Event()
        with anyio.move_on_after(self._config.start_seconds) as patience:
            try:
                async with Client(
                    self._way(said),
                    client_info=Implementation(name="sre-workbench", version="1"),
                    message_handler=self._hear,
                    cache=None,
                ) as client:
                    listed = await listed_by(client)
                    patience.deadline = math.inf
                    self._client = client
                    self._show(listed)
                    await self._stay(client)
                    return f"it ended{last(said)}"
            except Exception as error:
                raise ConnectionError(f"{in_words(error)}{last(said)}") from error
        return f"it did not answer within {self._config.start_seconds:g} s of its start{last(said)}"

    @asynccontextmanager
    async def _way(self, said: LastWords) -> AsyncIterator[Any]:
        config = self._config
        if config.url is not None:
            async with over_http(config.url, filled_in(config.headers, os.environ)) as streams:
                yield streams
            return
        environment = environment_for(os.environ, filled_in(config.env, os.environ))
        async with over_stdio([config.command or "", *config.args], environment, str(config.folder), said) as streams:
            yield streams

    async def _stay(self, client: Any) -> None:
        """Until it is lost; its list is looked at again when it says that it changed, and now and then."""
        while not self._lost.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_AGAIN):
                    await self._news.wait()
            self._news.clear()
            if not self._lost.is_set():
                async with asyncio.timeout(self._config.timeout_seconds):
                    self._show(await listed_by(client))

    async def _hear(self, message: Any) -> None:
        """What the server says unasked. Only that its list changed is of interest."""
        from mcp.types import ToolListChangedNotification

        if isinstance(message, ToolListChangedNotification):
            self._news.set()

    async def _call(self, tool: str, digest: str, arguments: Mapping[str, Any], key: str | None) -> Any:
        client = self._client
        if client is None:
            raise ToolError(
                f"{self.origin} is not available: {self._missing[0].because}. Use another tool, or try later."
            )
        seconds = self._config.timeout_seconds
        deadline = asyncio.timeout(seconds)
        try:
            async with deadline:
                await self._refuse_if_changed(client, tool, digest)
                return await client.call_tool(tool, dict(arguments), meta={KEY: key} if key else None)
        except TimeoutError as error:
            if not deadline.expired():
                raise
            self._let_go_of_a_program()
            raise ToolError(
                f"{self.origin} did not answer {tool} within {seconds:g} s. Ask for less, or try later."
            ) from error
        except ToolError:
            raise
        except Exception as error:  # as in ``keep``: whatever a server causes in the SDK
            self._look_whether_it_is_lost(error)
            raise ToolError(f"{self.origin} could not answer {tool}: {in_words(error)}.") from error

    async def _refuse_if_changed(self, client: Any, tool: str, digest: str) -> None:
        """What was agreed to, by declaration or by approval, is the tool as it looked then."""
        listed = await listed_by(client)
        if {one.name: one.digest for one in listed}.get(tool) != digest:
            self._show(listed)
            raise ToolError(
                f"{self.origin} has changed {tool} since it was looked at, so it was not called. "
                "See what it says of itself now, and propose it anew."
            )

    def _look_whether_it_is_lost(self, error: Exception) -> None:
        from mcp.types import CONNECTION_CLOSED

        if getattr(error, "code", None) == CONNECTION_CLOSED:
            self._gone("the connection was lost")
            self._lost.set()
        self._news.set()

    def _let_go_of_a_program(self) -> None:
        """One that hangs is ended and started again; somebody else's server is left alone."""
        if self._config.url is None:
            self._lost.set()
            self._news.set()

    def _gone(self, because: str) -> None:
        self._client = None
        self._tools = ()
        self._missing = (Missing(name=self.name, because=because),)
        self._settled = True

    def _show(self, listed: tuple[Listed, ...]) -> None:
        """Make tools of what is listed; what is not wanted, or cannot be used, is left out."""
        self._listed = listed
        unchanged = self._pins.unchanged(self.name, {one.name: one.digest for one in listed})
        missing: list[Missing] = []
        self._tools = tuple(self._usable(listed, unchanged, missing.append))
        self._missing = tuple(missing)
        self._settled = True

    def _usable(
        self, listed: Sequence[Listed], unchanged: frozenset[str], leave_out: Callable[[Missing], None]
    ) -> Iterator[McpTool]:
        for one in listed:
            if not self._config.wanted(one.name):
                continue
            offer = self._offer(one, one.name in unchanged)
            try:
                yield made(McpTool, offer, Shape(one.schema_given), self, one.name, one.digest)
            except UnusableSchema as error:
                leave_out(Missing(name=offer.name, because=str(error)))

    def _offer(self, one: Listed, unchanged: bool) -> Offer:
        declared = self._config.reads_only(one.name)
        effect, because = standing(one.name, self.name, declared=declared, unchanged=unchanged)
        return Offer(
            name=f"{self.name}.{one.name}",
            origin=self.origin,
            told=one.told,
            effect=effect,
            because=because,
            changed=declared and not unchanged,
            timeout=self._config.timeout_seconds,
            most_characters=self._config.most_characters,
        )
