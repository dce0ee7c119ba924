"""All that is remembered, over one database; and what each event of an investigation teaches it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from sqlalchemy import Engine

from sre_core.errors import UnknownInvestigation, UnreadableTimeline
from sre_core.events import (
    ConclusionRated,
    ConclusionReached,
    ConclusionRefuted,
    Event,
    FactStated,
    GuidanceGiven,
    InvestigationClosed,
)
from sre_core.investigation import Investigation
from sre_core.knowledge.embedding import Embedders
from sre_core.memory.calibration import Ratings
from sre_core.memory.component_facts import ComponentFacts
from sre_core.memory.conclusions import incident_from_investigation, incident_id
from sre_core.memory.dead_ends import DeadEnds
from sre_core.memory.incidents import IncidentStore
from sre_core.memory.profiles import Profiles

log = logging.getLogger(__name__)

TEACHES = (ConclusionReached, InvestigationClosed, ConclusionRated, ConclusionRefuted)
LEARNED_FROM = (*TEACHES, FactStated, GuidanceGiven)
"""Events that change what is remembered."""
WHY = {
    ConclusionReached: "Concluded.",
    InvestigationClosed: "Closed.",
    ConclusionRated: "Rated.",
    ConclusionRefuted: "Refuted; it is investigated again.",
}


class Memories:
    """Incidents, ratings, dead ends, facts about components, people. Thread-safe."""

    def __init__(self, engine: Engine, embedders: Embedders | None = None) -> None:
        self.incidents = IncidentStore(engine, embedders)
        self.ratings = Ratings(engine)
        self.dead_ends = DeadEnds(engine)
        self.facts = ComponentFacts(engine)
        self.profiles = Profiles(engine)

    def learn(self, event: Event, state: Investigation, timeline: Callable[[], Sequence[Event]]) -> None:
        """Take in what an event changes of what is remembered. ``state``: after it; ``timeline``: all events so far.

        Learning the same again changes nothing: a process may be killed after an event is written and before it is learned.
        """
        if isinstance(event.happening, FactStated | GuidanceGiven):
            self.facts.learn(event, state)
        elif isinstance(event.happening, TEACHES):
            self._incident(event, state, timeline())
            self.ratings.learn(state)
            if state.conclusion:
                self.dead_ends.learn(state)

    def complete(self, state: Callable[[str], Investigation], timeline: Callable[[str], Sequence[Event]]) -> int:
        """Derive what an older version remembered again from its timelines; returns how many. Cheap where nothing is old.

        One whose timeline is gone or cannot be read stays as it is.
        """
        return sum(self._completed(id_, state, timeline) for id_ in self.incidents.without_fingerprint())

    def _completed(
        self, id_: str, state: Callable[[str], Investigation], timeline: Callable[[str], Sequence[Event]]
    ) -> bool:
        investigation_id = id_.removeprefix(incident_id(""))
        try:
            found, events = state(investigation_id), timeline(investigation_id)
        except (UnknownInvestigation, UnreadableTimeline) as error:
            log.warning("what is remembered of it stays as it is: %s", error)
            return False
        incident = incident_from_investigation(found, events)
        if incident is None or not self.incidents.complete(incident, because="Derived again from its timeline."):
            return False
        self.ratings.learn(found)
        self.dead_ends.learn(found)
        return True

    def _incident(self, event: Event, state: Investigation, events: Sequence[Event]) -> None:
        by, because = event.actor.removeprefix("person:"), WHY[type(event.happening)]
        if isinstance(event.happening, ConclusionRated):
            because = " ".join(filter(None, (f"Rated {event.happening.rating.value}.", event.happening.note)))
        if incident := incident_from_investigation(state, events):
            self.incidents.remember(incident, by=by, because=because)
        elif state.conclusion is None:
            self.incidents.withdraw(incident_id(state.id), by=by, because=because)
        else:
            self.incidents.withdraw(incident_id(state.id), by=by, because="Concluded that nothing was wrong.")
