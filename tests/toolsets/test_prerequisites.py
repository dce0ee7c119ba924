"""What a toolset needs is looked for; a command is run for it only where the operator says so."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sre_core.outside_tools.programs import environment_for
from sre_core.toolsets.holmes import HolmesPrerequisite
from sre_core.toolsets.prerequisites import unmet

ENVIRONMENT = environment_for(os.environ, {"TOKEN": "x"})


async def missing(run_them: bool = True, **need: object) -> str:
    return await unmet([HolmesPrerequisite.model_validate(need)], ENVIRONMENT, run_them=run_them)


@pytest.mark.parametrize(
    ("need", "because"),
    [
        ({"command": "printf ready", "expected_output": "ready"}, ""),
        ({"env": ["TOKEN"]}, ""),
        ({"env": ["TOKEN", "OTHER"]}, "it needs OTHER"),
        ({"enabled": False, "disabled_reason": "not yet"}, "switched off in its file (not yet)"),
        ({"command": "no-such-program version"}, "'no-such-program'"),
        ({"command": "false"}, "ended with status 1"),
        ({"command": "printf ready", "expected_output": "set"}, "did not print what it should"),
        ({"command": "printf a && printf b"}, "several commands in a row need a shell"),
    ],
)
async def test_what_is_missing_is_said(need: dict[str, object], because: str) -> None:
    assert because in await missing(**need)
    assert bool(because) == bool(await missing(**need))


async def test_nothing_is_run_unless_the_operator_says_so(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    assert await missing(run_them=False, command=f"touch {trace}") == ""
    assert not trace.exists()
    assert await missing(command=f"touch {trace}") == ""
    assert trace.exists()
