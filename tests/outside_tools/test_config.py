"""``tools.yaml``: what may be written in it, and what is said when it cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from sre_core.errors import RefusedInput
from sre_core.outside_tools.config import MissingVariable, ToolsConfig, filled_in, read_tools_file

WHOLE = """
servers:
  github:
    command: npx
    args: [-y, server-github]
    env: {GITHUB_TOKEN: "${GITHUB_TOKEN}", MODE: "a-secret-mode"}
    reads: [get_*, list_issues]
    disabled: [get_secret]
  metrics:
    url: https://metrics.example/mcp
    headers: {Authorization: "Bearer ${TOKEN}"}
toolsets:
  - file: toolsets/kubernetes.yaml
    reads: ["kubectl_*"]
"""


def read(folder: Path, text: str) -> ToolsConfig:
    file = folder / "tools.yaml"
    file.write_text(text, encoding="utf-8")
    return read_tools_file(file)


def test_servers_and_toolsets_are_read_and_no_secret_is_shown(tmp_path: Path) -> None:
    config = read(tmp_path, WHOLE)
    github = config.servers["github"]
    assert [github.reads_only(name) for name in ("get_file", "list_issues", "list_pulls")] == [True, True, False]
    assert [github.wanted(name) for name in ("get_file", "get_secret")] == [True, False]
    assert config.toolsets[0].file == tmp_path / "toolsets" / "kubernetes.yaml"
    assert "a-secret-mode" not in repr(config)


def test_without_a_file_there_is_nothing_unless_it_was_asked_for(tmp_path: Path) -> None:
    assert read_tools_file(tmp_path / "tools.yaml") == ToolsConfig()
    with pytest.raises(RefusedInput, match="cannot be read"):
        read_tools_file(tmp_path / "tools.yaml", required=True)


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("servers: {a: {}}", "give either a command or a url"),
        ("servers: {a: {command: x, url: 'http://x/mcp'}}", "give either a command or a url"),
        ("servers: {a: {url: 'http://user:pass@x/mcp'}}", "servers.a.url"),
        ("servers: {a: {command: x, raeds: [y]}}", "servers.a.raeds"),
        ("servers: {'A b': {command: x}}", "servers"),
        ("toolsets: [{file: a/k.yaml}, {file: b/k.yaml}]", "two files of toolsets are called k.yaml"),
        ("servers: [", "is not YAML"),
        ("- a", "cannot be used"),
        ("a: !!python/object/apply:os.system ['true']", "is not YAML"),
        ("a: &a [x]\nb: [" + "*a," * 60 + "]", "aliases"),
    ],
)
def test_a_file_that_cannot_be_used_says_where(tmp_path: Path, text: str, because: str) -> None:
    with pytest.raises(RefusedInput, match=because):
        read(tmp_path, text)


def test_a_variable_is_taken_from_the_environment_or_missed() -> None:
    values = {"A": SecretStr("Bearer ${TOKEN}"), "B": SecretStr("$TOKEN {x}")}
    assert filled_in(values, {"TOKEN": "t"}) == {"A": "Bearer t", "B": "$TOKEN {x}"}
    with pytest.raises(MissingVariable, match="TOKEN is not set"):
        filled_in(values, {})
