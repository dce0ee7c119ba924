"""Run a read-only diagnostic command."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from pydantic import Field

from sre_core.domain import Value
from sre_core.sources.base import CommandSource
from sre_core.tools.base import Tool, ToolContext


class DiagnosticQuery(Value):
    """Which command to run, exactly as it would be typed."""

    command: str = Field(min_length=1, max_length=2000)


class DiagnosticOutput(Value):
    """What it printed. ``recorded`` False: this command was not recorded, which is evidence of nothing."""

    command: str
    recorded: bool
    output: str = ""
    lines: int = 0
    similar: tuple[str, ...] = Field(default=(), description="Recorded commands that resemble it.")


class RunDiagnostic(Tool[DiagnosticQuery, DiagnosticOutput]):
    """Run a read-only command such as ``kubectl describe``, exactly as it would be typed. Recorded commands are replayed, never
    run; one that was not recorded comes back with ``recorded`` false and the recorded ones that resemble it."""

    name = "run_diagnostic"
    source = "commands"

    def __init__(self, commands: CommandSource) -> None:
        self._commands = commands

    async def run(self, query: DiagnosticQuery, context: ToolContext) -> DiagnosticOutput:
        """That a command was not recorded is an answer, not an error."""
        command = " ".join(query.command.split())
        output = await self._commands.run(command)
        if output is None:
            return DiagnosticOutput(
                command=command, recorded=False, similar=_similar(command, self._commands.commands())
            )
        return DiagnosticOutput(command=command, recorded=True, output=output, lines=len(output.splitlines()))

    def summarise(self, output: DiagnosticOutput) -> str:
        """How much it printed, and how that begins."""
        if not output.recorded:
            return f"{output.command}: not recorded"
        first = next((line.strip() for line in output.output.splitlines() if line.strip()), "nothing")
        return f"{output.command}: {output.lines} lines, {first[:100]}"


def _similar(command: str, known: Sequence[str]) -> tuple[str, ...]:
    """Those that share the most, looked for among the ones of the same program."""
    program = command.partition(" ")[0]
    same = [other for other in known if other.partition(" ")[0] == program]
    return tuple(get_close_matches(command, same or list(known), n=5, cutoff=0.5))
