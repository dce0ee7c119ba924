"""Tools of others: MCP servers and toolsets that an operator has connected, and what each of their tools may do."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from sre_core.bootstrap import Workbench
from sre_core.counting import counted
from sre_core.domain import Effect
from sre_core.outside_tools.access import tools_of
from sre_core.outside_tools.config import FILE
from sre_core.outside_tools.foreign import OutsideTool
from sre_core.redaction import redact
from ui.settings.parts import OFF, Standing, facts, how_to, sentences, table

EXAMPLE = (
    "servers:",
    "  github:",
    "    command: npx",
    '    args: [-y, "@modelcontextprotocol/server-github"]',
    '    env: {GITHUB_TOKEN: "${GITHUB_TOKEN}"}',
    "    reads: [get_*, list_*, search_*]",
)
"""A file that connects one server."""
MOST = 200
"""Tools that are listed."""


def standing(bench: Workbench) -> Standing:
    """Whether any are connected, and whether something is missing."""
    if not _named(bench):
        return OFF
    tools = bench.outside.tools()
    if bench.outside.missing():
        return Standing("some are missing", "yellow")
    return Standing(counted(len(tools), "tool"), "green") if tools else Standing("connecting", "blue")


def draw(bench: Workbench) -> None:
    """Draw it."""
    named = _named(bench)
    if not named:
        how_to(
            "Only the tools that are built in are used. Those of MCP servers and of HolmesGPT toolsets come beside them, once "
            f"`{bench.folder.path / FILE}` names them. Each waits for a yes until the file says it reads.",
            *EXAMPLE,
        )
        st.caption("In place of this server, one of yours. All that can be said: docs/outside-tools.md.")
        return
    facts({"Connected": ", ".join(named)})
    if missing := bench.outside.missing():
        sentences((f"{one.name}: {redact(one.because).text}" for one in missing), "yellow")
    tools = bench.outside.tools()
    if tools:
        table(("Tool", "From", "What it does", "Waits for a yes"), (_row(one) for one in tools[:MOST]))
    if len(tools) > MOST:
        st.caption(f"and {counted(len(tools) - MOST, 'more tool')}")


def _named(bench: Workbench) -> Sequence[str]:
    config = tools_of(bench.settings.tools_file, bench.folder.path)
    return (*config.servers, *(one.file.name for one in config.toolsets))


def _row(tool: OutsideTool) -> tuple[str, ...]:
    reads = tool.effect is Effect.READS
    return (
        tool.name,
        tool.offer.origin,
        "reads" if reads else "may change something",
        "as chosen" if reads else "always",
    )
