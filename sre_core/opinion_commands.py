"""The command ``second-opinion``: another reasoner concludes from the same evidence, and how far both agree is printed."""

from __future__ import annotations

import argparse
import queue

from sre_core.agreement import Agreement, agreement_of, in_words, name
from sre_core.command_bench import opened_if_there, person
from sre_core.domain import Claim
from sre_core.events import Event, SecondOpinionAsked, SecondOpinionGiven, entry
from sre_core.foreign_text import harmless

GIVEN, MISSING = 0, 1


def second_opinion(options: argparse.Namespace) -> int:
    """Ask for one, wait until it is there, and print it. It stands in the timeline like one asked for on the page."""
    news: queue.Queue[Event] = queue.Queue()
    with opened_if_there(options.home) as bench:
        bench.state(options.investigation)
        bench.subscribe(news.put)
        bench.start()
        asked = bench.record(options.investigation, entry(person(), SecondOpinionAsked(of=options.of)))
        while not (isinstance(given := news.get().happening, SecondOpinionGiven) and given.asked == asked.seq):
            continue
        hypotheses = bench.state(options.investigation).hypotheses
    found = agreement_of(given, hypotheses)
    lines = [*_opinions(given), in_words(given, hypotheses), *(_details(given, found) if found else [])]
    print(harmless("\n".join(lines)))
    return GIVEN if found else MISSING


def add_arguments(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Make the command known to the command line."""
    help_ = "have another reasoner conclude from the same evidence, blind, and compare"
    one = commands.add_parser("second-opinion", help=help_, description=help_)
    one.set_defaults(run=second_opinion)
    one.add_argument("investigation", metavar="INVESTIGATION", help="its id")
    one.add_argument("--of", choices=("rules", "model"), help="who is asked; without it, not the one who concluded")
    one.add_argument("--home", metavar="DIR", required=True, help="state folder that holds it")


def _opinions(given: SecondOpinionGiven) -> list[str]:
    return [f"{name(one)}, {one.conclusion.verdict.value}: {one.conclusion.headline}" for one in given.opinions]


def _details(given: SecondOpinionGiven, found: Agreement) -> list[str]:
    names = [name(one) for one in given.opinions]
    both = [f"  both        {' / '.join(dict.fromkeys(map(_claim, (pair.one, pair.other))))}" for pair in found.both]
    against = [f"  contradict  {text}" for text in found.contradictions]
    alone = [
        f"  {who} alone: {_claim(claim)}"
        for who, claims in zip(names, (found.only_one, found.only_other), strict=False)
        for claim in claims
    ]
    return [*both, *against, *alone]


def _claim(claim: Claim) -> str:
    cited = f" [{', '.join(claim.evidence)}]" if claim.evidence else ""
    return f"{claim.text}{cited}{'' if claim.verified else ' (unverified)'}"
