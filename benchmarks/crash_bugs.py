"""Parts with a bug, to show that ``benchmarks.crash`` finds it: what finds nothing must be able to find something."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from benchmarks.killing import Kill, trial
from benchmarks.mortal import WRITE, Blow, Kiln, Mortal, Parts
from benchmarks.tables import table
from sre_core.domain import Action, Effect
from sre_core.engine import Engine
from sre_core.events import ActionSucceeded, Entry, Event
from sre_core.investigation import Investigation
from sre_core.policy_rules import Reach

SHORT_PATIENCE = 3.0


class Hasty(Mortal):
    """Tells what it has written before it is written."""

    def _write(self, connection: Connection, investigation_id: str, seq: int, entry: Entry) -> Event:
        event = super()._write(connection, investigation_id, seq, entry)
        self._tell(event)
        return event


class Forgetful(Mortal):
    """Its store does not keep the last event over a crash, every seventh time."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        last = "DELETE FROM wb_events WHERE seq % 7 = 0 AND seq = (SELECT max(seq) FROM wb_events)"
        with self._engine.begin() as connection:
            connection.execute(text(last))


class Stuttering(Mortal):
    """Writes down twice what a tool brought back."""

    def append(self, investigation_id: str, seq: int, entry: Entry) -> Event:
        event = super().append(investigation_id, seq, entry)
        if isinstance(entry.happening, ActionSucceeded):
            super().append(investigation_id, seq + 1, entry)
        return event


@dataclass
class Mislabelled(Kiln):
    """Asks about the write, but writes it down as a look: after a crash it is simply done again."""

    async def prepare(self, action: Action, investigation: Investigation) -> Action:
        prepared = await super().prepare(action, investigation)
        return prepared.model_copy(update={"effect": Effect.READS})

    def reach(self, action: Action) -> Reach:
        reach = super().reach(action)
        return reach.model_copy(update={"effect": Effect.READS}) if self.book.began(action.id) else reach


@dataclass
class Unasked(Kiln):
    """Takes the write for a look, so nobody is asked."""

    def __post_init__(self) -> None:
        self.effects = {**self.effects, WRITE: Effect.READS}


class Sleepy(Engine):
    """Does not go on by itself."""

    def start(self) -> None:
        self._thread.start()


class Planted(NamedTuple):
    """A bug, and the field of the verdict in which it must show."""

    name: str
    parts: Parts
    shows_in: str


PLANTED = (
    Planted("none", Parts(), ""),
    Planted("tells before it commits", Parts(timeline=Hasty), "lost"),
    Planted("forgets every 7th event in a crash", Parts(timeline=Forgetful), "lost"),
    Planted("writes a result twice", Parts(timeline=Stuttering), "doubled"),
    Planted("repeats a write after a crash", Parts(tools=Mislabelled), "writes_repeated"),
    Planted("does not ask about a write", Parts(tools=Unasked), "unasked"),
    Planted("does not go on after a crash", Parts(engine=Sleepy), "resumed"),
)
BLOWS = tuple(Blow("after", seq) for seq in (5, 7, 14, 21, 28)) + tuple(Blow("before", seq) for seq in (30, 31, 32, 33))


def self_check() -> int:
    """Print what was found of each bug; 1 when one of them was not."""
    rows, missed = [], 0
    for bug in PLANTED:
        trials = (trial(bug.name, blow=blow, parts=bug.parts, patience=SHORT_PATIENCE) for blow in BLOWS)
        kills = [kill for kill in trials if kill]
        found = _found(bug, kills)
        expected = bug.shows_in != ""
        missed += (found > 0) is not expected
        rows.append((bug.name, len(kills), bug.shows_in.replace("_", " "), found))
    table("Bugs that were put in: in how many kills they were found", ("bug", "kills", "shows in", "found"), rows)
    return 1 if missed else 0


def _found(bug: Planted, kills: list[Kill]) -> int:
    match bug.shows_in:
        case "":
            return sum(bool(kill.verdict.wrong) for kill in kills)
        case "resumed":
            return sum(not kill.verdict.resumed for kill in kills)
        case field:
            return sum(bool(getattr(kill.verdict, field)) for kill in kills)
