"""The command ``replay``: repeats an investigation from its record and says where it comes out differently. It only reads."""

from __future__ import annotations

import argparse
import asyncio
import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from sre_core import audit
from sre_core.command_bench import opened, opened_to_read
from sre_core.counting import counted
from sre_core.errors import RefusedInput, UnknownInvestigation
from sre_core.events import EVENT, Event
from sre_core.foreign_text import harmless

if TYPE_CHECKING:
    from sre_core.bootstrap import Workbench
    from sre_core.replay import Replayed

SAME, DIFFERENT = 0, 1


def replay(options: argparse.Namespace) -> int:
    """Repeat it, and print how that went."""
    file = Path(options.investigation)
    exported = _exported(file) if file.is_file() else None
    with opened(None) if exported and not options.home else opened_to_read(options.home) as bench:
        replayed = asyncio.run(bench.replay(exported or _recorded(bench, options.investigation)))
    print(replayed.model_dump_json(indent=2) if options.json else harmless(in_words(replayed)))
    return SAME if replayed.same else DIFFERENT


def in_words(replayed: Replayed) -> str:
    """What a person is told."""
    steps = f"{counted(replayed.repeated, 'step')} taken again, {counted(replayed.given, 'event')} given as recorded."
    lines = [f"Investigation {replayed.investigation}, {counted(replayed.events, 'event')}: {steps}"]
    if (parting := replayed.parting) is None:
        return "\n".join([*lines, "The same decisions, the same evidence, the same end.", f"  {replayed.ending}"])
    differs = f"They part at event {parting.seq}, in {parting.what}."
    stands = f"It cannot be repeated beyond event {parting.seq}: the record does not hold what is needed."
    return "\n".join(
        [*lines, stands if parting.lacking else differs, f"  then: {parting.then}", f"  now:  {parting.now}"]
    )


def add_arguments(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Make the command known to the command line."""
    help_ = "repeat an investigation from its record, without network, and say where it comes out differently"
    one = commands.add_parser("replay", help=help_, description=help_)
    one.set_defaults(run=replay)
    one.add_argument("investigation", metavar="INVESTIGATION", help="its id, or a file that 'audit export' wrote")
    one.add_argument(
        "--home",
        metavar="DIR",
        help="state folder with its outputs and model calls; without it the one that SRE_HOME names, with a file none",
    )
    one.add_argument("--json", action="store_true", help="print how it went as JSON")


def _recorded(bench: Workbench, investigation_id: str) -> Sequence[Event]:
    if not (events := bench.read(investigation_id)):
        raise UnknownInvestigation(f"There is no investigation {investigation_id!r} in {bench.folder.path}.")
    return events


def _exported(file: Path) -> Sequence[Event]:
    """Raises ``RefusedInput`` when it is no export, or was altered: its repetition would prove nothing."""
    trail = audit.read(io.BytesIO(file.read_bytes()).readlines())
    if findings := audit.verify(trail).findings:
        raise RefusedInput(f"{file} cannot be repeated: {findings[0]}.")
    try:
        return [EVENT.validate_json(link.body) for link in trail.links]
    except ValidationError as error:
        raise RefusedInput(f"{file} holds events that this workbench does not know; use a newer one.") from error
