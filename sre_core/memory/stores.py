"""All that is remembered, over one database; and what each event of an investigation teaches it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import Engine

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

    def _incident(self, event: Event, state: Investigation, events: Sequence[Event]) -> None:
        by, because = event.actor.removeprefix("person:"), WHY[type(event.happening)]
        if isinstance(event.happening, ConclusionRated):
            because = " ".join(filter(None, (f"Rated {event.happening.rating.value}.", event.happening.note)))
        if incident := incident_from_investigation(state, events):
            self.incidents.remember(incident, by=by, because=because)
        elif state.conclusion is None:
            self.incidents.withdraw(incident_id(state.id), by=by, because=because)
        else:
            self.incidents.withdraw(incident_id(state.id), by=by, because="Concluded without a cause.")
