"""What a person says it is not: components to leave alone ("ignore X"), and explanations that are out of the race."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from sre_core.domain import Hypothesis
from sre_core.investigation import Guidance, Investigation
from sre_core.reasoning.case import Case

SETS_ASIDE = re.compile(
    r"\b(ignore|forget( about)?|skip|exclude|rule out|leave out|disregard|(do not|don't|stop) (look|looking|check|checking)( at)?"
    r"|(is|are|was|it's|its) not|isn't|aren't|wasn't|not the|not because of|cannot be|can't be|nothing to do with)\b",
    re.IGNORECASE,
)
REVERSED = re.compile(
    r"\b(not only|not sure|is not (well|healthy|ok|okay|fine|ready|responding|working|reachable))\b|\?\s*$",
    re.IGNORECASE,
)
"""Said of what is suspected, not of what is set aside."""
UNRELATED = re.compile(r"\b(is|are|looks?) (fine|healthy|ok|okay|unrelated|innocent)\b", re.IGNORECASE)
HALVES = re.compile(r"[;.,]\s+|\b(?:but|instead|rather|look at|check)\b", re.IGNORECASE)
STORES = re.compile(
    r"(?<![a-z])(db|database|postgres|pg|mysql|mariadb|oracle|mssql|mongo|rds|aurora|cassandra|cockroach)(?![a-z])",
    re.IGNORECASE,
)
GROUPS = ((re.compile(r"\b(databases?|dbs?)\b", re.IGNORECASE), STORES),)
"""Words for a whole group of components -> what the names or kinds of its members look like."""

MOST_READ = 2_000
"""Characters of a guidance that are matched; what comes after them stays on the timeline for people and models to read."""


def in_race(investigation: Investigation) -> list[tuple[Hypothesis, float]]:
    """Hypotheses with their probability, best first, without those that a person ruled out."""
    out = investigation.dismissed_ids
    return [pair for pair in investigation.ranked if pair[0].id not in out]


def who_ruled_out(investigation: Investigation) -> str:
    """The people who ruled explanations out, in words."""
    ruled_out = investigation.ruled_out
    reasons = [ruled_out[id_].reason for id_ in sorted(investigation.dismissed_ids) if id_ in ruled_out]
    names = dict.fromkeys(reason.partition(" ruled it out")[0] for reason in reasons if " ruled it out" in reason)
    *others, last = names or ["a person"]
    return f"{', '.join(others)} and {last}" if others else last


def dismissals(case: Case, investigation: Investigation) -> Iterator[tuple[Guidance, frozenset[str], str]]:
    """(who said it, the components set aside, what is left of the words) for every guidance that sets something aside."""
    for guidance in investigation.guidance:
        places, rest = set_aside(case, guidance.text)
        if places:
            yield guidance, places, rest


def set_aside(case: Case, text: str) -> tuple[frozenset[str], str]:
    """The components that these words set aside, and the words that do not."""
    places: set[str] = set()
    rest = []
    for part in _parts(beginning(text)):
        named = _named(case, part)
        sets = (SETS_ASIDE.search(part) and not REVERSED.search(part)) or UNRELATED.search(part)
        if sets and named:
            places |= named
        else:
            rest.append(part)
    return frozenset(places), " ".join(rest)


def beginning(text: str) -> str:
    """The part of a guidance that is matched, cut between words."""
    return text if len(text) <= MOST_READ else " ".join(text[:MOST_READ].rsplit(None, 1)[:1])


def _parts(text: str) -> list[str]:
    """The words in halves: "ignore cart, check the database" sets one aside and asks for the other."""
    starts = [m.start() for m in HALVES.finditer(text) if not SETS_ASIDE.search(text[max(0, m.start() - 7) : m.end()])]
    parts = [text[start:end] for start, end in pairwise([0, *starts, len(text)])]
    return [part for part in parts if part.strip()]


def _named(case: Case, text: str) -> set[str]:
    named = set(case.names.in_text(text))
    for word, looks in GROUPS:
        if word.search(case.names.without(text)):
            kinds = {c.id: f"{c.id} {c.kind}" for c in case.topology.components.values()}
            named |= {c for c in case.components if looks.search(kinds.get(c, c))}
    return named


def left_alone(case: Case, investigation: Investigation) -> frozenset[str]:
    """Every component that a person set aside and did not ask for since."""
    alone: set[str] = set()
    for guidance in investigation.guidance:
        places, rest = set_aside(case, guidance.text)
        alone = (alone - set(case.names.in_text(rest))) | places
    return frozenset(alone)
