"""What a toolset says it needs. Programs are looked for; nothing is run for it unless the operator says so."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from sre_core.outside_tools.programs import CannotStart, found, run
from sre_core.toolsets.holmes import HolmesPrerequisite
from sre_core.toolsets.simple_command import NeedsShell, words_of

SECONDS = 20.0
_MOST_BYTES = 200_000


async def unmet(needs: Sequence[HolmesPrerequisite], environment: Mapping[str, str], *, run_them: bool) -> str:
    """What is missing first, as half a sentence; empty when all that can be known is there."""
    for need in needs:
        if because := _missing(need, environment) or (await _failing(need, environment) if run_them else ""):
            return because
    return ""


def _missing(need: HolmesPrerequisite, environment: Mapping[str, str]) -> str:
    if not need.enabled:
        return f"it is switched off in its file ({' '.join(need.disabled_reason.split())[:200] or 'no reason given'})"
    if lacking := [name for name in need.env if name not in environment]:
        return f"it needs {', '.join(lacking)}: name what it may have under 'env' of this file in tools.yaml"
    for command in re.split(r"&&|\|\||;|\|", need.command or ""):
        program = next(iter(command.split()), None)
        if program is not None and found(program, environment) is None:
            return f"it needs {program!r}, which is not on the PATH"
    return ""


async def _failing(need: HolmesPrerequisite, environment: Mapping[str, str]) -> str:
    if need.command is None:
        return ""
    shown = " ".join(need.command.split())[:80]
    try:
        argv = [word.text for word in words_of(need.command)]
        ran = await run(argv, environment, seconds=SECONDS, most_bytes=_MOST_BYTES)
    except (NeedsShell, CannotStart) as error:
        return f"its prerequisite `{shown}` cannot be run: {error}"
    except TimeoutError:
        return f"its prerequisite `{shown}` did not end within {SECONDS:g} s"
    if ran.status != 0:
        return f"its prerequisite `{shown}` ended with status {ran.status}"
    if need.expected_output and need.expected_output not in ran.out:
        return f"its prerequisite `{shown}` did not print what it should"
    return ""
