"""A command of a toolset as a tool: filled in, run without a shell, and read."""

from __future__ import annotations

import asyncio
import shlex

from sre_core.errors import ToolError
from sre_core.outside_tools.arguments import ForeignArguments
from sre_core.outside_tools.foreign import OutsideReading, OutsideTool, reading
from sre_core.outside_tools.programs import CannotStart, Ran, run
from sre_core.outside_tools.thread import LoopThread
from sre_core.tools.base import ToolContext
from sre_core.toolsets.templates import CommandTemplate

_BYTES_PER_CHARACTER = 4


class CommandTool(OutsideTool):
    """A command of a toolset."""

    def __init__(
        self, template: CommandTemplate, environment: dict[str, str], dashes: bool, thread: LoopThread
    ) -> None:
        """``dashes``: whether an argument may begin with '-'."""
        self._template = template
        self._environment = environment
        self._dashes = dashes
        self._thread = thread

    def command(self, query: ForeignArguments) -> str:
        """What it runs, as it would be typed; empty when it would not run."""
        try:
            return shlex.join(self._template.argv(query.given, dashes=self._dashes))
        except ToolError:
            return ""

    async def run(self, query: ForeignArguments, context: ToolContext) -> OutsideReading:
        """What it printed, however it ended: a command that fails has said something. Raises ``ToolError`` when it cannot run."""
        argv = self._template.argv(self.settled(query).given, dashes=self._dashes)
        most = self.offer.most_characters
        try:
            ran = await self._thread.call(
                run(argv, self._environment, seconds=self.offer.timeout, most_bytes=_BYTES_PER_CHARACTER * most)
            )
        except CannotStart as error:
            raise ToolError(f"{self.name} cannot run: {error}.") from error
        except TimeoutError as error:
            raise ToolError(
                f"{argv[0]} did not end within {self.offer.timeout:g} s, and was ended. Ask for less."
            ) from error
        return await asyncio.to_thread(_read, ran, most)


def _read(ran: Ran, most: int) -> OutsideReading:
    text = f"{ran.out}\n(standard error)\n{ran.err}" if ran.out and ran.err.strip() else ran.out or ran.err
    failed = "" if ran.status == 0 else f"ended with status {ran.status}"
    return reading(text, most, failed="it said more than is wanted, and was ended" if ran.status is None else failed)
