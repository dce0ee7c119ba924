"""The command ``research``: a question, or an alert, taken to the public web."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path

from sre_core.command_bench import opened
from sre_core.command_input import text_of
from sre_core.counting import counted
from sre_core.domain import Alert
from sre_core.errors import RefusedInput
from sre_core.foreign_text import harmless
from sre_core.intake.alerts import understand
from sre_core.investigator import utc_now
from sre_core.web.citing import plainly
from sre_core.web.dossier import Budget, Dossier, Mode, Step

DONE, NOTHING_FOUND = 0, 1
LONGEST_QUESTION = 2000
LONGEST_SECONDS = 900.0
MODES = [mode.value for mode in Mode]


def research(options: argparse.Namespace) -> int:
    """Search, read, and say what pages say, each statement with its quote; steps are told on standard error."""
    from sre_core.reasoning.model.alone import no_model, researcher
    from sre_core.tools.absent import no_such_tool

    def tell(step: Step) -> None:
        print(harmless(f"{step.kind:<10} {step.text}"), file=sys.stderr, flush=True)

    with opened(options.home) as bench:
        if bench.web is None:
            raise RefusedInput(no_such_tool("deep_research", set()))
        bench.refuse_where_forbidden("deep_research")
        alert = understand(text_of(options.alert), now=utc_now()).alert if options.alert else None
        sources = bench.sources(bench.workspaces.name_of(Path(options.capsule)) if options.capsule else None)
        budget = Budget(rounds=options.rounds, pages=options.pages, seconds=options.seconds)
        mode = Mode(options.mode) if options.mode else None
        web, asked = bench.web, _question(options.question, alert or (None if options.question else sources.alert))

        async def researched() -> Dossier:
            async with researcher(no_model if options.rules else bench.model_alone, []) as made:
                work = web.around(sources, alert, made).research
                return await work.run(asked, tell, mode, budget, options.page)

        found = asyncio.run(researched())
    print(found.model_dump_json(indent=2) if options.json else harmless("\n".join(_lines(found))))
    return DONE if found.statements else NOTHING_FOUND


def add_arguments(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Make the command known to the command line."""
    help_ = "research a question on the public web"
    one = commands.add_parser("research", help=help_, description=help_)
    one.set_defaults(run=research)
    one.add_argument(
        "question", nargs="?", default="", metavar="QUESTION", help="without one, what the alert says is researched"
    )
    one.add_argument("--alert", metavar="FILE", help="research what this alert says; - reads standard input")
    one.add_argument(
        "--capsule", metavar="PATH", help="whose names are masked, and whose alert is researched without --alert"
    )
    one.add_argument("--mode", choices=MODES, help="what kind of question it is; without it, that is decided")
    one.add_argument(
        "--page", action="append", default=[], metavar="URL", help="read this page too, whatever the search finds"
    )
    one.add_argument("--rounds", type=int, choices=range(1, 11), default=3, metavar="1-10")
    one.add_argument("--pages", type=int, choices=range(1, 51), default=8, metavar="1-50")
    one.add_argument("--seconds", type=_seconds, default=120.0, metavar="N", help="for searching and reading (120)")
    one.add_argument("--rules", action="store_true", help="judge and quote by rules, whatever model is set up")
    one.add_argument("--json", action="store_true")
    one.add_argument("--home", metavar="DIR", help="state folder; without it a temporary one is used")


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 1 <= seconds <= LONGEST_SECONDS:
        raise argparse.ArgumentTypeError(f"give a number from 1 to {LONGEST_SECONDS:g}")
    return seconds


def _question(said: str, alert: Alert | None) -> str:
    """What was asked, with what the alert says behind it; an alert alone is its own question."""
    parts = [said.strip(), *((alert.title, alert.context or alert.description) if alert else ())]
    asked = "\n".join(part for part in parts if part.strip())
    if not asked:
        raise RefusedInput("There is nothing to research: give a QUESTION, --alert FILE, or a --capsule with an alert.")
    return asked[:LONGEST_QUESTION]


def _lines(found: Dossier) -> Iterator[str]:
    """The dossier for a terminal: each statement with its page, then what else a person should know."""
    citations = [*(one.citations for one in found.statements), *(two.citations for two in found.contradictions)]
    addresses = dict.fromkeys(citation.address for those in citations for citation in those)
    numbers = {address: number for number, address in enumerate(addresses, start=1)}
    yield f"{found.said} ({found.mode}, by {found.by}; {found.ended})"
    if found.degraded:
        yield f"Rules took over from the model: {found.degraded}"
    for one in found.statements:
        yield f"\n{f'{one.about}: ' if one.about else ''}{one.text}"
        for citation in one.citations:
            quoted = "" if plainly(citation.quote) == plainly(one.text) else f' "{citation.quote}"'
            yield f"    [{numbers[citation.address]}] {citation.title}{quoted}"
    for two in found.contradictions:
        yield f"\nPages disagree: {two.text}"
        for citation in two.citations:
            yield f'    [{numbers[citation.address]}] "{citation.quote}"'
    if found.left_out:
        yield f"\nLeft out, because no page backs it: {counted(len(found.left_out), 'statement')}"
    if found.follow_ups:
        yield "\nTo ask next:"
        yield from (f"    {question}" for question in found.follow_ups)
    if numbers:
        yield "\nPages (what strangers wrote; check it on your own system):"
        yield from (f"    [{number}] {address}" for address, number in numbers.items())
    for missed in found.not_read:
        yield f"    not read: {missed.address}: {missed.reason}"
