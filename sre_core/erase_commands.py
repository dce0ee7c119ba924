"""The command ``erase``: investigations go for good, and a record that they were erased stays."""

from __future__ import annotations

import argparse
import asyncio
import sys

from sre_core.bootstrap import Workbench
from sre_core.command_bench import opened_if_there, person
from sre_core.counting import counted
from sre_core.erasure.plan import older_than
from sre_core.erasure.wanted import Progress, Wanted
from sre_core.errors import RefusedInput
from sre_core.foreign_text import harmless
from sre_core.investigator import utc_now

DONE, LEFT = 0, 1
ERASE = "erase"


def erase(options: argparse.Namespace) -> int:
    """Say what would go, ask, and erase."""
    chosen = sum((bool(options.investigations), options.older_than is not None, options.everything))
    if chosen != 1:
        raise RefusedInput("Say which investigations, or --older-than DAYS, or --everything.")
    with opened_if_there(options.home) as bench:
        ids = _ids(bench, options)
        if not ids and not options.everything:
            print("There is nothing to erase.")
            return DONE
        _ask(bench, ids, options)
        wanted = Wanted(
            investigations=tuple(ids),
            everything=options.everything,
            memory=not options.keep_memory,
            postmortems=not options.keep_postmortems,
            stop_open=options.stop_open,
            because=options.because,
        )
        outcome = asyncio.run(bench.erasures.erase(wanted, person(), _tell))
    print(harmless(outcome.in_words()))
    return LEFT if outcome.many_left else DONE


def _ids(bench: Workbench, options: argparse.Namespace) -> list[str]:
    if options.older_than is not None:
        return older_than(options.older_than, bench.investigations(), utc_now())
    for id_ in options.investigations:
        bench.state(id_)
    return list(options.investigations) or list(bench.every())


def _ask(bench: Workbench, ids: list[str], options: argparse.Namespace) -> None:
    what = "Everything: " if options.everything else ""
    print(
        f"{what}{counted(len(ids), 'investigation')} in {bench.folder.path} will be erased for good.", file=sys.stderr
    )
    if options.yes:
        return
    print(f"Type {ERASE!r} to go on: ", end="", file=sys.stderr, flush=True)
    if _line().strip() != ERASE:
        raise RefusedInput("Nothing was erased.")


def _line() -> str:
    """What is typed; nothing where nobody can type."""
    try:
        return input()
    except (EOFError, RuntimeError):
        return ""


def _tell(step: Progress) -> None:
    if step.doing:
        print(f"{min(step.done + 1, step.of)} of {step.of}: {harmless(step.doing)}", file=sys.stderr)


def add_arguments(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Make the command known to the command line."""
    help_ = "erase investigations for good; a record of who did it, and when, stays"
    one = commands.add_parser("erase", help=help_, description=help_)
    one.set_defaults(run=erase)
    one.add_argument("investigations", nargs="*", metavar="INVESTIGATION", help="ids")
    one.add_argument("--older-than", type=float, metavar="DAYS", help="those in which nothing has happened for so long")
    one.add_argument("--everything", action="store_true", help="also all memories, documents, alerts, capsules, pages")
    one.add_argument("--keep-memory", action="store_true", help="what was remembered of them stays")
    one.add_argument("--keep-postmortems", action="store_true", help="their saved postmortems stay")
    one.add_argument("--stop-open", action="store_true", help="stop those that are still open, rather than leave them")
    one.add_argument("--because", default="", metavar="WORDS", help="why, for the record that stays")
    one.add_argument("--yes", action="store_true", help="do not ask")
    one.add_argument("--home", metavar="DIR", required=True, help="state folder that holds them")
