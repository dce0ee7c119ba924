"""The commands ``inbox give`` and ``inbox list``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import get_args

from sre_core.command_bench import opened, opened_if_there, person
from sre_core.command_input import text_of
from sre_core.counting import counted
from sre_core.foreign_text import harmless
from sre_core.inbox.narrowing import Order, State, Wanted
from sre_core.inbox.received import InboxAlert
from sre_core.settings import read_settings

DONE = 0
MOST = 200
"""Alerts that are printed."""


def give(options: argparse.Namespace) -> int:
    """Take in alerts, in any form that intake understands; several in one file are several alerts."""
    payload = text_of(options.file)
    with opened(_home(options)) as bench:
        workspace = bench.workspaces.name_of(Path(options.capsule)) if options.capsule else None
        given = bench.inbox.give(payload, person(), options.context, workspace)
    for one in given.outcomes:
        times = f" ({one.times} times)" if one.times > 1 else ""
        print(harmless(f"{one.became}: {one.title}{times}{f'  [{one.alert_id}]' if one.alert_id else ''}"))
    if given.let_go:
        print(f"{counted(given.let_go, 'alert')} had to make room, the longest unseen.")
    return DONE


def show(options: argparse.Namespace) -> int:
    """List the alerts of the inbox."""
    wanted = Wanted(state=options.state, order=options.order, words=options.find, per_page=MOST)
    with opened_if_there(_home(options)) as bench:
        found = bench.inbox.page(wanted)
    for one in found.alerts:
        print(harmless(_line(one)))
    if found.found > MOST:
        print(f"and {found.found - MOST} more")
    if not found.alerts:
        print("There is no such alert in the inbox: python -m sre_core inbox give FILE")
    return DONE


def _line(one: InboxAlert) -> str:
    alert = one.alert
    times = f", {one.times} times" if one.times > 1 else ""
    told = [one.id, f"{one.last_seen:%Y-%m-%d %H:%M} UTC", alert.severity.value, alert.component or "-", alert.title]
    return "  ".join(told) + f"  ({one.standing}{times})"


def add_arguments(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Make the commands known to the command line."""
    below = commands.add_parser("inbox", help="alerts that were given or received").add_subparsers(
        required=True, metavar="COMMAND"
    )
    one = _command(below, "give", give, "take in alerts, in any form that intake understands")
    one.add_argument("file", metavar="FILE", help="- reads standard input")
    one.add_argument("--context", default="", metavar="WORDS", help="what else is known of them")
    one.add_argument("--capsule", metavar="PATH", help="the telemetry that they are about")
    one = _command(below, "list", show, "list the alerts of the inbox")
    one.add_argument(
        "--state", choices=get_args(State), default="waiting", help="waiting: for somebody to look at them"
    )
    one.add_argument("--order", choices=get_args(Order), default="newest")
    one.add_argument("--find", default="", metavar="WORDS", help="all of them are in the alert")


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, run: object, help_: str
) -> argparse.ArgumentParser:
    added = commands.add_parser(name, help=help_, description=help_)
    added.set_defaults(run=run)
    added.add_argument("--home", metavar="DIR", help="state folder; without it the one that SRE_HOME names")
    return added


def _home(options: argparse.Namespace) -> str:
    return options.home or str(read_settings().home)
