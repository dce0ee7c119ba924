"""Tools of others on the command line: listed with why not, run, confirmed, and looked at by the doctor."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sre_core.__main__ import DONE, FAILED, REFUSED, main
from sre_core.reasoning.model.choosing import MOST_OUTSIDE

TOOLS = """
servers:
  gone: {command: no-such-program}
toolsets:
  - {file: oven.yaml, reads: ["*"]}
"""
OVEN = """
toolsets:
  oven/core:
    tools:
      - {name: look, description: "Look", command: "printf %s {{ part }}"}
      - {name: search, description: "Search", command: "cat log | grep {{ term }}"}
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "tools.yaml").write_text(TOOLS, encoding="utf-8")
    (tmp_path / "oven.yaml").write_text(OVEN, encoding="utf-8")
    return tmp_path


def listed(home: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, Any]]:
    assert main(["tools", "--home", str(home)]) == DONE
    return {one["name"]: one for one in json.loads(capsys.readouterr().out)}


def test_they_are_listed_with_their_effect_or_with_why_they_cannot_be_used(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tools = listed(home, capsys)
    assert (tools["oven_core.look"]["effect"], tools["oven_core.look"]["available"]) == ("reads", True)
    assert tools["oven_core.search"] == {
        "name": "oven_core.search",
        "because": "pipes need a shell",
        "available": False,
    }
    assert "no program 'no-such-program'" in tools["gone"]["because"]
    assert "calculate" in tools


def test_one_is_run_alone_and_one_that_cannot_be_used_says_why(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = ["tool", "--home", str(home), "--input"]
    assert main([*run, '{"part": "the door"}', "oven_core.look"]) == DONE
    assert json.loads(capsys.readouterr().out)["text"] == "the door"
    assert main([*run, '{"term": "x"}', "oven_core.search"]) == REFUSED
    assert "pipes need a shell" in capsys.readouterr().err


def test_a_change_is_confirmed_beside_a_running_workbench(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    listed(home, capsys)
    (home / "oven.yaml").write_text(OVEN.replace("printf %s", "printf %s,"), encoding="utf-8")
    assert listed(home, capsys)["oven_core.look"]["effect"] == "writes"
    assert main(["tools", "--home", str(home), "--confirm", "oven.yaml"]) == DONE
    assert "oven_core.look" in capsys.readouterr().out
    assert listed(home, capsys)["oven_core.look"]["effect"] == "reads"
    assert main(["tools", "--home", str(home), "--confirm", "dairy"]) == REFUSED
    assert "There are: gone, oven.yaml" in capsys.readouterr().err


def test_the_doctor_tries_them_and_agrees_to_nothing(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--home", str(home)]) == FAILED
    said = next(line for line in capsys.readouterr().out.splitlines() if "tools of others" in line)
    assert "gone: there is no program 'no-such-program'" in said
    assert "oven.yaml: 1 tool, 1 cannot be used here" in said
    assert not (home / "tool-digests.json").exists()


def test_a_tools_file_that_cannot_be_used_is_said_at_the_start(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "tools.yaml").write_text("servers: {a: {}}", encoding="utf-8")
    assert main(["tools", "--home", str(home)]) == REFUSED
    assert "give either a command or a url" in capsys.readouterr().err


def test_the_doctor_says_that_a_model_is_not_offered_them_all(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    looks = "\n".join(f'      - {{name: look{n}, command: "printf {n}"}}' for n in range(MOST_OUTSIDE))
    (home / "oven.yaml").write_text(OVEN + looks, encoding="utf-8")
    main(["doctor", "--home", str(home)])
    assert f"a model is offered {MOST_OUTSIDE} of all {MOST_OUTSIDE + 1}" in capsys.readouterr().out
