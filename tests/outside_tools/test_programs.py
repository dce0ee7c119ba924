"""Programs run without a shell, within bounds, and nothing of them is left."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

from sre_core.outside_tools.programs import CannotStart, environment_for, found, run
from tests.outside_tools.processes import gone_soon

ENVIRONMENT = environment_for(os.environ, {})


async def python(code: str, *, seconds: float = 30.0, most_bytes: int = 10_000) -> tuple[int | None, str, str]:
    ran = await run([sys.executable, "-c", code], ENVIRONMENT, seconds=seconds, most_bytes=most_bytes)
    return ran.status, ran.out, ran.err


async def test_what_it_prints_and_how_it_ends_is_told() -> None:
    code = "import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"
    assert await python(code) == (3, "out\n", "err\n")


async def test_arguments_reach_it_as_they_are() -> None:
    given = ["$HOME; rm -rf /", "`id`", "*", "a  b\n", ""]
    ran = await run(
        [sys.executable, "-c", "import sys; print(sys.argv[1:])", *given], ENVIRONMENT, seconds=30, most_bytes=10_000
    )
    assert ran.out == f"{given!r}\n"


async def test_only_what_is_named_is_in_its_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    ran = await run(["env"], environment_for(os.environ, {"NAMED": "x"}), seconds=30, most_bytes=10_000)
    assert "NAMED=x" in ran.out
    assert "OPENAI_API_KEY" not in ran.out


async def test_one_that_says_too_much_is_ended_with_what_it_said() -> None:
    status, out, _ = await python("while True: print('x' * 100)", most_bytes=1000)
    assert (status, len(out)) == (None, 1000)


@pytest.mark.slow
async def test_one_that_takes_too_long_is_ended_with_its_children(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    code = f"import subprocess; p = subprocess.Popen(['sleep', '600']); open({str(note)!r}, 'w').write(str(p.pid)); p.wait()"
    with pytest.raises(TimeoutError):
        await python(code, seconds=2.0)
    assert gone_soon(int(note.read_text()))


async def test_a_cancelled_run_is_ended_with_its_children(tmp_path: Path) -> None:
    ready, note = asyncio.Event(), tmp_path / "pid"
    os.mkfifo(note)
    asyncio.get_running_loop().add_reader(descriptor := os.open(note, os.O_RDONLY | os.O_NONBLOCK), ready.set)
    code = f"import subprocess; p = subprocess.Popen(['sleep', '600']); open({str(note)!r}, 'w').write(str(p.pid)); p.wait()"
    task = asyncio.ensure_future(python(code))
    await ready.wait()
    asyncio.get_running_loop().remove_reader(descriptor)
    child = int(os.read(descriptor, 20))
    os.close(descriptor)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert gone_soon(child)


async def test_a_program_that_is_not_there_or_is_meant_vaguely_is_not_started(tmp_path: Path) -> None:
    for name in ("no-such-program", "./program", "bin/program", str(tmp_path)):
        with pytest.raises(CannotStart, match="no program"):
            await run([name], ENVIRONMENT, seconds=5, most_bytes=10)
    with pytest.raises(CannotStart, match="cannot be started"):
        await run(["env", "a\0b"], ENVIRONMENT, seconds=5, most_bytes=10)


def test_the_path_that_counts_is_the_one_it_is_handed(tmp_path: Path) -> None:
    assert found("env", {"PATH": str(tmp_path)}) is None
    assert found("env", ENVIRONMENT) is not None
