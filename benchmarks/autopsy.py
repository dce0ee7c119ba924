"""What a killed investigation left behind: its rows, read without the product's own code, held against the notebook."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.mortal import WRITE, notes

ONCE = {
    "AlertReceived": (),
    "MemoryRecalled": (),
    "PlanProposed": (),
    "ActionProposed": ("action_id",),
    "ActionSucceeded": ("action_id",),
    "ActionFailed": ("action_id",),
    "ReflectionMade": ("action_id",),
    "ActionApproved": ("request",),
    "ConclusionReached": (),
    "InvestigationClosed": (),
}
"""What may happen once only in this investigation, and what tells two of a kind apart."""


@dataclass
class Verdict:
    """What is wrong with one timeline; all empty when nothing is."""

    resumed: bool = False
    """Whether it came to its end after the kill."""
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    writes_repeated: list[str] = field(default_factory=list)
    reads_repeated: list[str] = field(default_factory=list)
    """Allowed: a look that was cut off is looked again."""
    unasked: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    """A gap, or a break of the chain."""

    @property
    def wrong(self) -> list[str]:
        """All of it in words."""
        faults = {
            "lost": self.lost,
            "doubled": self.doubled,
            "write repeated": self.writes_repeated,
            "write unasked": self.unasked,
            "broken": self.broken,
        }
        found = [f"{name}: {one}" for name, ones in faults.items() for one in ones]
        return found if self.resumed else ["it did not come to its end", *found]


@dataclass(frozen=True)
class Row:
    """One event as it was found."""

    seq: int
    type: str
    body: str
    chain: str

    @property
    def said(self) -> dict[str, Any]:
        """The body."""
        return json.loads(self.body)

    @property
    def key(self) -> str:
        """Equal for two events of which only one may be; the event's own id where it may happen often."""
        if self.type not in ONCE:
            return str(self.said["id"])
        happening = self.said["happening"]
        subject = {**happening, **happening.get("action", {}), **happening.get("reflection", {})}
        named = {**subject, "action_id": subject.get("action_id", subject.get("id"))}
        kind = "came back" if self.type in ("ActionSucceeded", "ActionFailed") else self.type
        return " ".join([kind, *(str(named[name]) for name in ONCE[self.type])])


def examine(folder: Path) -> Verdict:
    """Hold the timeline against the notebook."""
    rows, noted = rows_in(folder), notes(folder)
    begun = Counter(line["action"] for line in noted if line["what"] == "begins" and line["tool"] == WRITE)
    looked = Counter(line["action"] for line in noted if line["what"] == "begins" and line["tool"] != WRITE)
    return Verdict(
        resumed=bool(rows) and rows[-1].type == "InvestigationClosed",
        lost=list(_lost(rows, (line for line in noted if line["what"] == "told"))),
        doubled=[key for key, times in Counter(row.key for row in rows).items() for _ in range(times - 1)],
        writes_repeated=[action for action, times in begun.items() for _ in range(times - 1)],
        reads_repeated=[action for action, times in looked.items() for _ in range(times - 1)],
        unasked=list(_unasked(rows, begun)),
        broken=list(_breaks(rows)),
    )


def rows_in(folder: Path) -> list[Row]:
    """All events of the folder's one investigation, by seq; none when it died before there was a table."""
    with closing(sqlite3.connect(folder / "workbench.db")) as database:
        try:
            found = database.execute("SELECT seq, type, body, chain FROM wb_events ORDER BY seq")
        except sqlite3.OperationalError:
            return []
        return [Row(*row) for row in found]


def _lost(rows: list[Row], told: Iterable[dict[str, Any]]) -> Iterable[str]:
    """What somebody was told is written, and is not there as it was told."""
    there = {(row.seq, row.said["id"], hashlib.sha256(row.body.encode()).hexdigest()) for row in rows}
    gone = {(line["seq"], line["type"]) for line in told if (line["seq"], line["id"], line["body"]) not in there}
    return (f"event {seq} {type_}" for seq, type_ in sorted(gone))


def _unasked(rows: list[Row], begun: Counter[str]) -> Iterable[str]:
    """Starts of the write without an approval of their own before them, and runs without a start."""
    approved: Counter[str] = Counter()
    started: Counter[str] = Counter()
    for row in rows:
        action = row.said["happening"].get("action_id")
        if row.type == "ActionApproved":
            approved[action] += 1
        elif row.type == "ActionStarted" and action in begun:
            started[action] += 1
            if started[action] > approved[action]:
                yield f"event {row.seq} starts {action}"
    yield from (f"{action} ran" for action, times in begun.items() if times > started[action])


def _breaks(rows: list[Row]) -> Iterable[str]:
    """The first gap, or the first event whose hash does not follow on the one before it."""
    before = "0" * 64
    for place, row in enumerate(rows, start=1):
        if row.seq != place:
            return [f"event {row.seq} stands at {place}"]
        if row.chain != hashlib.sha256(f"{before}\n{row.body}".encode()).hexdigest():
            return [f"event {row.seq} is not chained to the one before it"]
        before = row.chain
    return []
