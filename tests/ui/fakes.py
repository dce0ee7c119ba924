"""A workbench in memory, and stories to put into it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sre_core import report
from sre_core.errors import ContentGone, UnknownInvestigation
from sre_core.events import Entry, Event
from sre_core.investigation import Investigation
from sre_core.people import Role, Roster
from tests.fakes import ListTimeline

INV = "inv"


class MemoryBench:
    """One investigation, told by hand. What is said is appended at once; nothing runs."""

    def __init__(self) -> None:
        self.timeline = ListTimeline()
        self.roster = Roster(Role.RESPONDER, viewers=["vera"])
        self.listeners: list[Callable[[Event], None]] = []
        self.reads: list[int] = []

    def say(self, entry: Entry) -> Event:
        event = self.timeline.say(entry)
        for listener in list(self.listeners):
            listener(event)
        return event

    def record(self, investigation_id: str, entry: Entry) -> Event:
        self.state(investigation_id)
        return self.say(entry)

    def read(self, investigation_id: str, since: int = 0) -> list[Event]:
        self.reads.append(since)
        return self.timeline.events[since:]

    def state(self, investigation_id: str) -> Investigation:
        if investigation_id != INV:
            raise UnknownInvestigation(f"There is no investigation {investigation_id!r} in this state folder.")
        return self.timeline.state

    def output_text(self, digest: str) -> str:
        raise ContentGone("This output was erased: it held a password.")

    def report(self, investigation_id: str) -> dict[str, Any]:
        return report.build(self.state(investigation_id))

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)
