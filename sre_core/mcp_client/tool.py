"""A tool of an MCP server."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Protocol

from sre_core.errors import ToolError
from sre_core.mcp_client.content import left_out, text_of
from sre_core.outside_tools.arguments import ForeignArguments
from sre_core.outside_tools.foreign import OutsideReading, OutsideTool, reading
from sre_core.tools.base import ToolContext


class Server(Protocol):
    """Whoever answers it."""

    @property
    def origin(self) -> str:
        """In words."""

    async def call(self, tool: str, digest: str, arguments: Mapping[str, Any], key: str | None = None) -> Any:
        """Its answer (a ``CallToolResult``). ``key``: of a call that changes something. Raises ``ToolError``."""


class McpTool(OutsideTool):
    """A tool of an MCP server."""

    def __init__(self, server: Server, tool: str, digest: str) -> None:
        """``tool``: what the server calls it; ``digest``: of how it looked when this was made."""
        self._server = server
        self._tool = tool
        self._digest = digest

    async def run(self, query: ForeignArguments, context: ToolContext) -> OutsideReading:
        """Raises ``ToolError``, also when the server says that it failed."""
        answer = await self._server.call(self._tool, self._digest, self.settled(query).given, context.key)
        most = self.offer.most_characters
        output = await asyncio.to_thread(reading, text_of(answer), most, left_out(answer))
        if answer.is_error:
            raise ToolError(f"{self._server.origin} says that {self._tool} failed: {output.text[:500] or 'not why'}")
        return output
