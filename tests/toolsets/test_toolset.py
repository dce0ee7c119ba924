"""A file in HolmesGPT's format becomes tools, or reasons."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from sre_core.domain import Effect
from sre_core.errors import RefusedInput, ToolError
from sre_core.outside_tools.config import ToolsetConfig
from sre_core.outside_tools.foreign import OutsideTool
from sre_core.outside_tools.pins import Pins
from sre_core.outside_tools.thread import LoopThread
from sre_core.tools.base import ToolContext
from sre_core.toolsets.toolset import ToolsetFile
from tests.outside_tools.processes import gone_soon

OVEN = """
toolsets:
  oven/core:
    description: "Looks at the oven"
    docs_url: "https://ovens.example/docs"
    icon_url: "https://ovens.example/icon.png"
    tags: [core]
    prerequisites:
      - command: "printf --version"
    tools:
      - name: "oven_describe"
        description: "Describe a part of the oven"
        user_description: "describe {{ part }}"
        command: "printf %s,%s {{ part }} {{ shelf | default('all') }}{% if hot %} {{ hot }}{% endif %}"
        parameters:
          part: {type: string, description: "Which part.", required: true}
      - name: "oven_grep"
        description: "Search the log of the oven"
        command: "cat oven.log | grep {{ term }}"
      - name: "oven_script"
        description: "Count"
        script: |
          wc -l {{ file }}
      - name: "oven_query"
        description: "Query"
        command: "printf \\"[?name=='{{ part }}']\\""
      - name: "oven_list"
        description: "A list"
        command: "printf {{ parts }}"
        parameters: {parts: {type: array}}
      - name: "oven_far"
        description: "Not here"
        command: "no-such-program {{ part }}"
      - name: "oven_wait"
        description: "Wait"
        command: |
          sleep {{ seconds }}
        transformer_configs: [{llm_summarize: {input_threshold: 10}}]
      - name: "oven_fail"
        description: "Fail"
        command: "cat /no/such/file"
      - name: "oven_secret"
        description: "Print"
        command: "printf password=hunter2hunter2"
  oven/off:
    description: "Off"
    enabled: false
    tools: [{name: off_look, description: "Look", command: "printf off"}]
  oven/lacking:
    description: "Needs what is not there"
    prerequisites: [{command: "printf x && no-such-program --version"}]
    tools: [{name: lacking_look, description: "Look", command: "printf x"}]
  oven/token:
    description: "Needs a token"
    prerequisites: [{env: [OVEN_TOKEN]}]
    tools: [{name: token_look, description: "Look", command: "env"}]
  oven/piped:
    description: "Its output is piped"
    additional_instructions: "jq ."
    tools: [{name: piped_look, description: "Look", command: "printf x"}]
"""


class Kitchen:
    """Opens toolset files in a folder."""

    def __init__(self, folder: Path, thread: LoopThread) -> None:
        self.file = folder / "oven.yaml"
        self.file.write_text(OVEN, encoding="utf-8")
        self.pins = Pins(folder / "pins.json")
        self._thread = thread

    def opened(self, **said: Any) -> ToolsetFile:
        toolset = ToolsetFile(ToolsetConfig(file=self.file, **said), self.pins, self._thread)
        self._thread.begin(toolset.keep()).result(timeout=60)
        return toolset


@pytest.fixture
def kitchen(tmp_path: Path) -> Iterator[Kitchen]:
    thread = LoopThread("a test")
    yield Kitchen(tmp_path, thread)
    thread.close()


def tool(toolset: ToolsetFile, name: str) -> OutsideTool:
    return {one.name: one for one in toolset.tools()}[name]


async def run(toolset: ToolsetFile, name: str, **arguments: Any) -> str:
    chosen = tool(toolset, name)
    return (await chosen.run(chosen.parse(arguments), ToolContext())).text


def test_what_can_run_is_a_tool_and_all_else_has_a_reason(kitchen: Kitchen) -> None:
    toolset = kitchen.opened()
    assert {one.name for one in toolset.tools()} == {
        *("oven_core.oven_describe", "oven_core.oven_wait", "oven_core.oven_fail", "oven_core.oven_secret")
    }
    assert {one.name: one.because for one in toolset.missing()} == {
        "oven_core.oven_grep": "pipes need a shell",
        "oven_core.oven_script": "a script needs a shell",
        "oven_core.oven_query": "a placeholder inside quoted text would become part of an expression",
        "oven_core.oven_list": "its parameter parts is no text and no number",
        "oven_core.oven_far": "there is no program 'no-such-program' on the PATH",
        "oven.yaml: oven/off": "it is switched off in its file; name it under 'toolsets' in tools.yaml",
        "oven.yaml: oven/lacking": "it needs 'no-such-program', which is not on the PATH",
        "oven.yaml: oven/token": "it needs OVEN_TOKEN: name what it may have under 'env' of this file in tools.yaml",
        "oven_piped.piped_look": "its output is handed to a second command, and pipes need a shell",
    }


async def test_its_parameters_are_those_that_it_declares_and_those_that_its_command_shows(kitchen: Kitchen) -> None:
    toolset = kitchen.opened()
    shape = tool(toolset, "oven_core.oven_describe").schema()["input"]
    assert shape["properties"]["part"] == {"type": "string", "description": "Which part."}
    assert set(shape["properties"]) == {"part", "shelf", "hot"}
    assert shape["required"] == ["part"]
    assert await run(toolset, "oven_core.oven_describe", part="door; rm -rf /") == "door; rm -rf /,all"
    with pytest.raises(ToolError, match="Additional properties"):
        await run(toolset, "oven_core.oven_describe", part="door", force="yes")


def test_it_writes_until_the_operator_declares_that_it_reads(kitchen: Kitchen) -> None:
    assert tool(kitchen.opened(), "oven_core.oven_describe").effect is Effect.WRITES
    assert tool(kitchen.opened(reads=("*_describe",)), "oven_core.oven_describe").effect is Effect.READS


def test_a_command_that_was_changed_no_longer_counts_as_declared_until_confirmed(kitchen: Kitchen) -> None:
    kitchen.opened(reads=("*",))
    kitchen.file.write_text(OVEN.replace("printf %s,%s", "rm -rf"), encoding="utf-8")
    changed = kitchen.opened(reads=("*",))
    assert tool(changed, "oven_core.oven_describe").effect is Effect.WRITES
    assert "was confirmed" in tool(changed, "oven_core.oven_describe").undo(None)
    assert tool(changed, "oven_core.oven_wait").effect is Effect.READS
    changed.confirm()
    assert tool(kitchen.opened(reads=("*",)), "oven_core.oven_describe").effect is Effect.READS


async def test_what_it_says_as_it_fails_is_an_answer(kitchen: Kitchen) -> None:
    chosen = tool(kitchen.opened(), "oven_core.oven_fail")
    output = await chosen.run(chosen.parse({}), ToolContext())
    assert output.failed == "ended with status 1"
    assert "/no/such/file" in output.text
    assert "ended with status 1" in chosen.summarise(output)


async def test_secrets_are_taken_out_of_what_it_prints(kitchen: Kitchen) -> None:
    assert "hunter2" not in await run(kitchen.opened(), "oven_core.oven_secret")


async def test_one_that_does_not_end_is_ended(kitchen: Kitchen) -> None:
    with pytest.raises(ToolError, match=r"sleep did not end within 0\.2 s"):
        await run(kitchen.opened(timeout_seconds=0.2), "oven_core.oven_wait", seconds="600")


async def test_one_that_is_cancelled_is_ended(kitchen: Kitchen, tmp_path: Path) -> None:
    note = tmp_path / "pid"
    script = tmp_path / "oven"
    script.write_text(f"#!/bin/sh\necho $$ > {note}.part\nmv {note}.part {note}\nexec sleep 600\n")
    script.chmod(0o755)
    kitchen.file.write_text(f"toolsets: {{a: {{tools: [{{name: bake, command: '{script}'}}]}}}}", encoding="utf-8")
    task = asyncio.ensure_future(run(kitchen.opened(), "a.bake"))
    while not note.exists():
        await asyncio.to_thread(threading.Event().wait, 0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert gone_soon(int(note.read_text()))


async def test_a_named_toolset_is_switched_on_with_the_environment_that_it_is_handed(
    kitchen: Kitchen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    toolset = kitchen.opened(toolsets=("oven/off", "oven/token"), env={"OVEN_TOKEN": SecretStr("warm")})
    assert await run(toolset, "oven_off.off_look") == "off"
    printed = await run(toolset, "oven_token.token_look")
    assert "OVEN_TOKEN=" in printed
    assert "OPENAI_API_KEY" not in printed


def test_what_it_would_type_is_shown(kitchen: Kitchen) -> None:
    chosen = tool(kitchen.opened(), "oven_core.oven_describe")
    assert chosen.command(chosen.parse({"part": "the door"})) == "printf %s,%s 'the door' all"
    assert chosen.command(chosen.parse({"part": "--help"})) == ""


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("holmes: {}", "has no 'toolsets'"),
        ("toolsets: {a: {tools: [{command: x}]}}", r"toolset a: tools\.0\.name"),
        ("toolsets: [", "is not YAML"),
    ],
)
def test_a_file_that_is_none_says_so(kitchen: Kitchen, text: str, because: str) -> None:
    kitchen.file.write_text(text, encoding="utf-8")
    toolset = kitchen.opened()
    assert toolset.tools() == ()
    with pytest.raises(RefusedInput, match=because):
        toolset.confirm()


def test_the_older_form_with_a_list_is_read_too(kitchen: Kitchen) -> None:
    kitchen.file.write_text("toolsets: [{name: a/b, tools: [{name: look, command: env}]}]", encoding="utf-8")
    assert [one.name for one in kitchen.opened().tools()] == ["a_b.look"]
