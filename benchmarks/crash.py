"""Kills an investigation with SIGKILL at every event and at random moments, starts it again, and looks for what went missing.

``python -m benchmarks.crash [--quick]``; ``--self-check`` puts in parts with a bug and shows that each is found.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from benchmarks.autopsy import rows_in
from benchmarks.killing import Kill, Strike, after, born, ended, state_folder, trial, whole_process, within
from benchmarks.mortal import PLACES, Blow, Whereabouts, live
from benchmarks.tables import percentile, table

MOMENTS = {
    "before": "before the append of each event",
    "inside": "between insert and commit of each event",
    "after": "after the commit of each event",
}
TWICE, RANDOM, WHOLE = "before each event, twice in a row", "at random moments", "a whole `python -m`, at random"
AIMS = (("anywhere", 70), ("tool", 35), ("write", 25), ("append", 40), ("recording", 30))
"""How many of the random blows are aimed where; whether one landed there is looked up afterwards."""

SPREAD = {"tool": 0.008, "write": 0.02, "append": 0.001, "recording": 0.003}
"""Seconds after it came there within which the blow falls."""

ELSEWHERE = "elsewhere"
NAMES = {
    "starting": "while it started",
    "tool": "in a look",
    "write": "in the write",
    "append": "in an append",
    "recording": "in the person's word",
    ELSEWHERE: ELSEWHERE,
}


class Life(NamedTuple):
    """How long it is, and how often it comes to which place."""

    events: int
    seconds: float
    visits: dict[str, int]


def undisturbed() -> Life:
    """A life without a blow."""
    with state_folder() as folder:
        where, began = Whereabouts(), time.monotonic()
        if ended(born(lambda: live(folder, where=where))):
            raise SystemExit("an undisturbed investigation did not come to its end")
        return Life(len(rows_in(folder)), time.monotonic() - began, {place: where.entered(place) for place in PLACES})


def at_every_event(events: int, every: int) -> Iterator[tuple[str, Blow]]:
    """All blows at event boundaries; with ``every`` 3, a third of them."""
    for seq in range(1, events + 1, every):
        for moment, name in MOMENTS.items():
            yield name, Blow(moment, seq)


def at_random(share: float, one_life: Life, dice: random.Random) -> Iterator[Kill]:
    """Random blows, some of them aimed; one that comes too late is struck again."""
    for place, times in AIMS:
        for _ in range(round(times * share)):
            while (kill := trial(RANDOM, strike=_aimed(place, one_life, dice))) is None:
                pass
            yield kill


def _aimed(place: str, one_life: Life, dice: random.Random) -> Strike:
    if place == "anywhere":
        return after(dice.uniform(0, one_life.seconds))
    return within(place, dice.randint(1, one_life.visits[place]), dice.uniform(0, SPREAD[place]))


def rows(kills: Iterable[Kill]) -> list[tuple[object, ...]]:
    """A line for each way to kill, and one for all."""
    by: dict[str, list[Kill]] = {}
    for kill in kills:
        by.setdefault(kill.how, []).append(kill)
    everything = [kill for each in by.values() for kill in each]
    return [_row(how, each) for how, each in [*by.items(), ("all", everything)]]


def _row(how: str, kills: list[Kill]) -> tuple[object, ...]:
    found = [kill.verdict for kill in kills]
    seconds = [kill.seconds for kill in kills if kill.seconds is not None]
    return (
        how,
        len(kills),
        sum(verdict.resumed for verdict in found),
        sum(len(verdict.lost) + len(verdict.broken) for verdict in found),
        sum(len(verdict.doubled) for verdict in found),
        sum(len(verdict.writes_repeated) + len(verdict.unasked) for verdict in found),
        sum(len(verdict.reads_repeated) for verdict in found),
        f"{percentile(seconds, 0.5):.2f}",
        f"{max(seconds, default=float('nan')):.2f}",
    )


HEAD = ("killed", "kills", "resumed", "lost", "doubled", "writes again", "reads again", "resume p50 s", "max s")


def main(arguments: list[str] | None = None) -> int:
    """Print the tables; 1 when anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a third of the events and a sixth of the random blows")
    parser.add_argument("--self-check", action="store_true", help="put in parts with a bug: each must be found")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    if options.self_check:
        from benchmarks.crash_bugs import self_check

        return self_check()
    return _measure(options.quick, random.Random(options.seed))


def _measure(quick: bool, dice: random.Random) -> int:
    one_life = undisturbed()
    kills = []
    for kill in _killed(one_life, quick, dice):
        kills.append(kill)
        for fault in kill.verdict.wrong:
            print(f"  {kill.how} ({', '.join(kill.places) or ELSEWHERE}): {fault}")
    goal = "goal: all resumed, nothing lost, doubled or written again"
    table(f"Killed with SIGKILL: {one_life.events} events, 2 gates ({goal})", HEAD, rows(kills))
    landed = Counter(place for kill in kills if kill.how == RANDOM for place in kill.places or [ELSEWHERE])
    table(
        "Where the random blows landed (some in two places at once)",
        ("place", "kills"),
        [(name, landed[place]) for place, name in NAMES.items()],
    )
    return 1 if any(kill.verdict.wrong for kill in kills) else 0


def _killed(one_life: Life, quick: bool, dice: random.Random) -> Iterator[Kill]:
    every = 3 if quick else 1
    trials = [trial(name, blow=blow) for name, blow in at_every_event(one_life.events, every)]
    trials += [trial(TWICE, blow=Blow("before", seq), deaths=2) for seq in range(1, one_life.events + 1, every)]
    yield from (kill for kill in trials if kill)
    yield from at_random(1 / 6 if quick else 1, one_life, dice)
    for _ in range(3 if quick else 12):
        while (kill := whole_process(WHOLE, dice.uniform(0, one_life.seconds))) is None:
            pass
        yield kill


if __name__ == "__main__":
    sys.exit(main())
