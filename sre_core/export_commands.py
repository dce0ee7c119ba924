"""The command ``export``: investigations as one zip, and whether such a zip is as it was written. It only reads the store."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path

from sqlalchemy import Engine

from sre_core import audit, audit_commands, audit_rows
from sre_core.command_bench import opened_to_read, person
from sre_core.counting import counted
from sre_core.errors import RefusedInput
from sre_core.export.bundle import export as bundled
from sre_core.export.checking import Checked, check
from sre_core.foreign_text import harmless

FINE, FOUND = 0, 1


def export(options: argparse.Namespace) -> int:
    """Write the zip, or check one."""
    if options.check:
        return _check(options)
    if bool(options.investigations) == options.all or not options.to:
        raise RefusedInput("Say which investigations, or --all; and --to FILE that is not there yet. Or --check FILE.")
    to = Path(options.to)
    if to.exists():
        raise RefusedInput(f"{to} is there already, and an export is never written over. Give another name.")
    with opened_to_read(options.home) as bench:
        ids = list(bench.every()) if options.all else options.investigations
        if not ids:
            raise RefusedInput(f"There are no investigations in {bench.folder.path}.")
        for step in bundled(ids, bench.recorded, to, by=person().actor):
            if step.doing:
                print(f"{step.done + 1} of {step.of}: {harmless(step.doing)}", file=sys.stderr)
    print(f"{to}: {counted(len(dict.fromkeys(ids)), 'investigation')}, {to.stat().st_size:,} bytes")
    return FINE


def _check(options: argparse.Namespace) -> int:
    file = Path(options.check)
    if options.home is None:
        return _said(file, check(file))
    folder = audit_commands.folder_of(options.home)
    beside = partial(_beside, audit_commands.database_in(folder))
    return _said(file, check(file, folder.known_secret(), beside))


def _beside(database: Engine, audited: audit.Audited, trail: audit.Trail) -> audit.Audited:
    return audit_rows.compare_or_erased(database, audited, trail)


def _said(file: Path, checked: Checked) -> int:
    held = {"investigation": checked.investigations, "event": checked.events, "file": checked.files}
    said = ", ".join(counted(number, thing) for thing, number in held.items())
    print("ok   " if checked.fine else "FAIL ", f"{file}: {said}")
    for words in (*checked.findings, *checked.notes):
        print("     ", harmless(words).replace("\n", "\\n"))
    return FINE if checked.fine else FOUND


def add_arguments(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Make the command known to the command line."""
    help_ = "write investigations into one zip (timeline, outputs, report, postmortem), or check such a zip"
    one = commands.add_parser("export", help=help_, description=help_)
    one.set_defaults(run=export)
    one.add_argument("investigations", nargs="*", metavar="INVESTIGATION", help="ids")
    one.add_argument("--all", action="store_true", help="every investigation of the state folder")
    one.add_argument("--to", metavar="FILE.zip", help="a file that is not there yet")
    one.add_argument("--check", metavar="FILE.zip", help="say what was altered, removed or added in an export")
    one.add_argument(
        "--home",
        metavar="DIR",
        help="state folder, without it the one that SRE_HOME names; with --check, also the seals, and what it holds itself",
    )
