"""A server that is a program: what it is given, and that nothing of it is left."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

from sre_core.errors import ToolError
from sre_core.mcp_client import stdio
from sre_core.outside_tools.config import ServerConfig
from sre_core.outside_tools.pins import Pins
from sre_core.outside_tools.programs import KEPT
from tests.mcp_client.conftest import call, connected, over_stdio, settle, tool
from tests.outside_tools.processes import gone, gone_soon

pytestmark = pytest.mark.slow


async def test_a_program_gets_only_what_is_named_and_ends_with_its_children(
    pins: Pins, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    monkeypatch.setenv("BAKERY_TOKEN", "t0ken")
    with connected(over_stdio(env={"TOKEN": SecretStr("${BAKERY_TOKEN}")}), pins) as server:
        names = set((await call(server, "surroundings")).text.split())
        child = int((await call(server, "have_a_child")).text)
        assert not gone(child)
    assert "TOKEN" in names
    assert names <= {*KEPT, "TOKEN", "LC_CTYPE"}
    assert gone_soon(child)


async def test_a_program_that_dies_is_said_with_its_last_words_and_started_again(pins: Pins) -> None:
    with connected(over_stdio(), pins) as server:
        with pytest.raises(ToolError, match="could not answer leave"):
            await call(server, "leave")
        settle(server, lambda one: any("the oven exploded" in missing.because for missing in one.missing()))
        settle(server, lambda one: bool(one.tools()))
        assert (await call(server, "read_flags", component="oven")).text.startswith("oven")


async def test_a_program_that_hangs_is_ended_and_started_again(pins: Pins) -> None:
    with connected(over_stdio(timeout_seconds=1.0), pins) as server:
        before = tool(server, "hang")
        with pytest.raises(ToolError, match="did not answer hang within 1 s"):
            await call(server, "hang")
        settle(
            server, lambda one: bool(one.tools()) and one.tools()[0] is not before and tool(one, "hang") is not before
        )
        assert (await call(server, "read_flags", component="oven")).text.startswith("oven")


async def test_a_line_that_never_ends_is_not_read_for_ever(pins: Pins) -> None:
    flood = "import os\nwhile True: os.write(1, b'x' * 1_000_000)"
    with connected(ServerConfig(command=sys.executable, args=("-c", flood), start_seconds=60.0), pins) as server:
        assert f"longer than {stdio.LONGEST_MESSAGE} bytes" in server.missing()[0].because


async def test_a_program_that_does_not_answer_at_its_start_is_ended(pins: Pins, tmp_path: Path) -> None:
    program, note = tmp_path / "server", tmp_path / "pid"
    program.write_text(f"#!/bin/sh\necho $$ > {note}\nexec sleep 600\n")
    program.chmod(0o755)
    with connected(ServerConfig(command=str(program), start_seconds=2.0), pins) as server:
        assert "did not answer within 2 s of its start" in server.missing()[0].because
        assert gone_soon(int(note.read_text()))


@pytest.mark.parametrize(
    ("config", "because"),
    [
        (ServerConfig(command="no-such-program"), "no program 'no-such-program' on the PATH"),
        (ServerConfig(command="./server"), "no program './server'"),
        (ServerConfig(command="true"), "it ended|Connection closed"),
        (ServerConfig(command="sleep", args=("600",), start_seconds=0.5), r"did not answer within 0\.5 s of its start"),
        (ServerConfig(command="true", env={"A": SecretStr("${NOT_SET_ANYWHERE}")}), "NOT_SET_ANYWHERE is not set"),
    ],
)
async def test_why_a_program_is_not_to_be_had_is_said(config: ServerConfig, because: str, pins: Pins) -> None:
    with connected(config, pins) as server:
        assert server.tools() == ()
        assert re.search(because, server.missing()[0].because)
        with pytest.raises(ToolError, match="is not available"):
            await server.call("anything", "", {})
