"""All tools of others together: nobody waits for one that does not come."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from sre_core.domain import Effect
from sre_core.errors import RefusedInput
from sre_core.outside_tools.access import OutsideTools, tools_of
from sre_core.outside_tools.config import ServerConfig, ToolsConfig, ToolsetConfig
from tests.outside_tools.processes import gone_soon

OVEN = "toolsets: {oven: {tools: [{name: look, command: 'printf {{ part }}'}]}}"


def test_nothing_is_started_where_nothing_is_configured(tmp_path: Path) -> None:
    before = threading.active_count()
    outside = OutsideTools(tools_of(None, tmp_path), tmp_path)
    assert (outside.tools(), outside.missing(), outside.standings()) == ((), (), ())
    assert threading.active_count() == before
    outside.close()


@pytest.mark.slow
def test_a_server_that_never_answers_holds_up_nobody_and_is_ended(tmp_path: Path) -> None:
    note, program, oven = tmp_path / "pid", tmp_path / "server", tmp_path / "oven.yaml"
    program.write_text(f"#!/bin/sh\necho $$ > {note}\nexec sleep 600\n")
    program.chmod(0o755)
    oven.write_text(OVEN)
    slow = ServerConfig(command=str(program), start_seconds=600)
    config = ToolsConfig(servers={"slow": slow}, toolsets=(ToolsetConfig(file=oven, reads=("look",)),))
    outside = OutsideTools(config, tmp_path, patience=3.0)
    try:
        assert [(tool.name, tool.effect) for tool in outside.tools()] == [("oven.look", Effect.READS)]
        assert outside.why_not("slow.anything") == "it is still being connected"
        assert outside.why_not("oven.look") is None
        assert outside.names == ("slow", "oven.yaml")
    finally:
        outside.close()
    assert gone_soon(int(note.read_text()))


def test_a_file_that_is_set_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(RefusedInput, match="cannot be read"):
        tools_of(tmp_path / "none.yaml", tmp_path)
