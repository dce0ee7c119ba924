"""A file of toolsets, opened: which of its tools can run here, and why the others cannot."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator, Sequence
from fnmatch import fnmatchcase
from typing import Any

from sre_core.domain import digest_of
from sre_core.errors import RefusedInput
from sre_core.outside_tools.config import MissingVariable, ToolsetConfig, filled_in
from sre_core.outside_tools.foreign import Offer, OutsideTool, made, standing
from sre_core.outside_tools.pins import Pins
from sre_core.outside_tools.programs import environment_for, found
from sre_core.outside_tools.provider import Missing
from sre_core.outside_tools.schemas import Shape, UnusableSchema
from sre_core.outside_tools.thread import LoopThread
from sre_core.toolsets.command_tool import CommandTool
from sre_core.toolsets.holmes import HolmesTool, HolmesToolset, read_toolsets
from sre_core.toolsets.prerequisites import unmet
from sre_core.toolsets.templates import CannotRun, CommandTemplate

_TYPES = frozenset({"string", "integer", "number", "boolean"})


class ToolsetFile:
    """Implements ``Provider``."""

    def __init__(self, config: ToolsetConfig, pins: Pins, thread: LoopThread) -> None:
        self.name = config.file.name
        self._config = config
        self._pins = pins
        self._thread = thread
        self._environment: dict[str, str] = {}
        self._digests: dict[str, str] = {}
        self._unchanged: frozenset[str] = frozenset()
        self._tools: tuple[OutsideTool, ...] = ()
        self._missing: tuple[Missing, ...] = (Missing(name=self.name, because="it is still being read"),)
        self._settled = False

    @property
    def settled(self) -> bool:
        """Whether it was read."""
        return self._settled

    def tools(self) -> Sequence[OutsideTool]:
        """Those that can run."""
        return self._tools

    def missing(self) -> Sequence[Missing]:
        """The toolsets and tools that cannot, each with why."""
        return self._missing

    def confirm(self) -> Sequence[str]:
        """Agree to the tools as the file has them now. Raises ``RefusedInput`` when it has none."""
        if not self._digests:
            because = self._missing[0].because if self._missing else "it has no tools"
            raise RefusedInput(f"{self.name}: {because}. Nothing was confirmed.")
        self._pins.confirm(self.name, self._digests)
        return list(self._digests)

    async def keep(self) -> None:
        """Read it, once: a change of the file counts from the next start."""
        missing: list[Missing] = []
        tools: list[OutsideTool] = []
        try:
            self._environment = environment_for(os.environ, filled_in(self._config.env, os.environ))
            toolsets = read_toolsets(self._config.file)
            self._digests = {_name(one, tool): _digest(one, tool) for one in toolsets for tool in one.tools}
            self._unchanged = self._pins.unchanged(self.name, self._digests)
            async for one in self._opened(toolsets):
                (tools if isinstance(one, OutsideTool) else missing).append(one)  # type: ignore[arg-type]
        except (RefusedInput, MissingVariable) as error:
            tools, missing = [], [Missing(name=self.name, because=str(error).rstrip("."))]
        self._tools, self._missing = tuple(tools), tuple(missing)
        self._settled = True

    async def _opened(self, toolsets: Sequence[HolmesToolset]) -> AsyncIterator[OutsideTool | Missing]:
        for toolset in toolsets:
            because = _switched_off(toolset, self._config.toolsets) or await unmet(
                toolset.prerequisites, self._environment, run_them=self._config.run_prerequisites
            )
            if because:
                yield Missing(name=f"{self.name}: {toolset.name}", because=because)
                continue
            for tool in toolset.tools:
                if self._config.wanted(tool.name):
                    yield self._usable(toolset, tool)

    def _usable(self, toolset: HolmesToolset, tool: HolmesTool) -> OutsideTool | Missing:
        name = _name(toolset, tool)
        try:
            template = _template(toolset, tool)
            shape = Shape(_parameters(tool, template))
        except (CannotRun, UnusableSchema) as error:
            return Missing(name=name, because=str(error))
        program = template.text.split()[0]
        if found(program, self._environment) is None:
            return Missing(name=name, because=f"there is no program {program!r} on the PATH")
        dashes = any(fnmatchcase(tool.name, glob) for glob in self._config.dashes)
        return made(CommandTool, self._offer(name, tool), shape, template, self._environment, dashes, self._thread)

    def _offer(self, name: str, tool: HolmesTool) -> Offer:
        declared, unchanged = self._config.reads_only(tool.name), name in self._unchanged
        effect, because = standing(tool.name, self.name, declared=declared, unchanged=unchanged)
        return Offer(
            name=name,
            origin=f"the toolset file {self.name!r}",
            told=f"{tool.description}\nIt runs: {tool.command}",
            effect=effect,
            because=because,
            changed=declared and not unchanged,
            timeout=self._config.timeout_seconds,
            most_characters=self._config.most_characters,
        )


def _template(toolset: HolmesToolset, tool: HolmesTool) -> CommandTemplate:
    if tool.command is None:
        raise CannotRun("a script needs a shell" if tool.script else "it has no command")
    if tool.additional_instructions or toolset.additional_instructions:
        raise CannotRun("its output is handed to a second command, and pipes need a shell")
    return CommandTemplate(tool.command, toolset.settings)


def _parameters(tool: HolmesTool, template: CommandTemplate) -> dict[str, Any]:
    """A JSON schema of the arguments: what the file says of them, and what the command shows of the others."""
    properties: dict[str, Any] = {}
    required: list[str] = []
    for name in template.placeholders.names:
        said = tool.parameters.get(name)
        if said is not None and said.type not in _TYPES:
            raise CannotRun(f"its parameter {name} is no text and no number")
        properties[name] = {"type": said.type if said else "string"}
        if said is not None and said.description:
            properties[name]["description"] = said.description
        if said.required if said else name not in template.placeholders.optional:
            required.append(name)
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _switched_off(toolset: HolmesToolset, wanted: Sequence[str]) -> str:
    if wanted and not any(fnmatchcase(toolset.name, glob) for glob in wanted):
        return "it is not among the toolsets that tools.yaml names"
    if not wanted and toolset.enabled is False:
        return "it is switched off in its file; name it under 'toolsets' in tools.yaml"
    return "an MCP server belongs under 'servers' in tools.yaml" if toolset.url else ""


def _name(toolset: HolmesToolset, tool: HolmesTool) -> str:
    """``kubernetes/core`` and ``kubectl_describe`` become ``kubernetes_core.kubectl_describe``."""
    return f"{_letters(toolset.name)[:40]}.{_letters(tool.name)[:64]}"


def _letters(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "_", name)


def _digest(toolset: HolmesToolset, tool: HolmesTool) -> str:
    return digest_of([tool.model_dump(mode="json"), dict(toolset.settings), toolset.additional_instructions])
