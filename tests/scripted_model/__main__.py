"""Run the scripted model by itself: ``python -m tests.scripted_model --port 8999 --script rules.json``."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from tests.scripted_model import Rule, ScriptedModel
from tests.scripted_model.script import rules_from


async def serve(port: int, rules: list[Rule]) -> None:
    """Until the process ends."""
    async with ScriptedModel(rules, port=port) as url:
        print(url, flush=True)  # noqa: T201 - whoever started it reads the address
        await asyncio.Event().wait()


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.scripted_model", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0: any free one; the address is printed")
    parser.add_argument("--script", type=Path, help="rules as JSON (see script.rules_from)")
    given = parser.parse_args()
    asyncio.run(serve(given.port, rules_from(given.script.read_text(encoding="utf-8")) if given.script else []))


if __name__ == "__main__":
    main()
