"""What people said about components that holds beyond one investigation: "orders-db fails over by itself at 3 a.m."."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime

from sqlalchemy import Engine, RowMapping, String, bindparam, text

from sre_core.domain import ComponentFact
from sre_core.errors import RefusedInput
from sre_core.events import Event, FactStated, GuidanceGiven
from sre_core.investigation import Investigation
from sre_core.investigator import utc_now
from sre_core.memory.incident_rows import FORGOTTEN, changing
from sre_core.memory.origin import Origin
from sre_core.redaction import redact
from sre_core.store import reading, scrub, upsert
from sre_core.timeline import new_id

_KEEP = upsert(
    "wb_component_facts",
    "id",
    "component, text, by, at, investigation_id, seq, workspace, capsule, edited_by, edited_at",
)
LONGEST = 4000
MOST = 10
"""Facts that are recalled at once, the latest first."""
TO_BE_REMEMBERED = re.compile(
    r"^\s*(?:please\s+)?(?:remember|note|keep in mind|bear in mind|for the record|fyi|nb)\b[\s,:]*(?:that\b)?[\s,:]*(.+)",
    re.I | re.S,
)
"""Guidance that begins like this tells something that is meant to last; other guidance is about this investigation alone."""


class ComponentFacts:
    """Facts about components. Thread-safe."""

    def __init__(self, engine: Engine, now: Callable[[], datetime] = utc_now) -> None:
        self._engine = engine
        self._now = now

    def learn(self, event: Event, state: Investigation) -> ComponentFact | None:
        """Take in what a person stated about a component; None when the event says nothing that lasts, or it was erased."""
        found = fact_of(event, state)
        return found if found and self._put(found, unless_erased=True) else None

    def add(self, component: str, words: str, *, by: str) -> ComponentFact:
        """Write one down, its secrets taken out. Raises ``RefusedInput`` when it says nothing, or of nothing."""
        component, words = _said(component, words)
        fact = ComponentFact(id=new_id()[:12], component=component, text=words, by=by, at=self._now())
        self._put(fact)
        return fact

    def about(
        self, components: Iterable[str], *, not_from: Origin | None = None, most: int = MOST
    ) -> list[ComponentFact]:
        """The latest about any of these; ``not_from``: leaving out what was said of this telemetry."""
        statement = text("SELECT * FROM wb_component_facts WHERE component IN :names ORDER BY at DESC, id").bindparams(
            bindparam("names", expanding=True, type_=String)
        )
        with reading(self._engine) as connection:
            rows = connection.execute(statement, {"names": list(components)}).mappings()
            facts = [_fact(row) for row in rows]
        return [one for one in facts if not (not_from and not_from.is_that_of(one.workspace, one.capsule))][:most]

    def all(self, component: str | None = None) -> list[ComponentFact]:
        """All, or those about one component; the latest first."""
        statement = text(
            "SELECT * FROM wb_component_facts WHERE component = coalesce(CAST(:name AS TEXT), component) ORDER BY at DESC, id"
        )
        with reading(self._engine) as connection:
            return [_fact(row) for row in connection.execute(statement, {"name": component}).mappings()]

    def get(self, id_: str) -> ComponentFact | None:
        """One of them; None when there is none of that id."""
        with reading(self._engine) as connection:
            row = (
                connection.execute(text("SELECT * FROM wb_component_facts WHERE id = :id"), {"id": id_})
                .mappings()
                .first()
            )
        return _fact(row) if row else None

    def edit(self, id_: str, *, words: str | None = None, component: str | None = None, by: str) -> ComponentFact:
        """Say it otherwise, its secrets taken out. Raises ``RefusedInput`` when there is no such fact, or nothing left of it."""
        before = self.get(id_)
        if before is None:
            raise RefusedInput(f"There is no fact {id_!r}; it may have been erased meanwhile.")
        component, words = _said(
            before.component if component is None else component, before.text if words is None else words
        )
        update = {"component": component, "text": words, "edited_by": by, "edited_at": self._now()}
        fact = before.model_copy(update=update)
        self._put(fact)
        return fact

    def erase(self, id_: str, *, by: str) -> bool:
        """Forget it for good, also when its investigation is read again. False when there was none of that id."""
        gone = {"id": f"fact:{id_}", "at": self._now().isoformat(), "by": by}
        with changing(self._engine) as connection:
            removed = connection.execute(text("DELETE FROM wb_component_facts WHERE id = :id"), {"id": id_}).rowcount
            if removed:
                connection.execute(FORGOTTEN, gone)
        scrub(self._engine, "wb_component_facts")
        return removed > 0

    def erase_of(self, investigation_id: str) -> int:
        """Forget what was said in one investigation; returns how many facts. To scrub the database is the caller's."""
        query = text("DELETE FROM wb_component_facts WHERE investigation_id = :id")
        with changing(self._engine) as connection:
            return connection.execute(query, {"id": investigation_id}).rowcount

    def _put(self, fact: ComponentFact, *, unless_erased: bool = False) -> bool:
        with changing(self._engine) as connection:
            query = text("SELECT 1 FROM wb_forgotten WHERE id = :id")
            if unless_erased and connection.scalar(query, {"id": f"fact:{fact.id}"}):
                return False
            connection.execute(_KEEP, fact.model_dump(mode="json"))
        return True


def fact_of(event: Event, state: Investigation) -> ComponentFact | None:
    """What an event says about a component that lasts; None when it says nothing of the kind."""
    match event.happening:
        case FactStated(text=words, component=component):
            named = component or _named(words, state)
        case GuidanceGiven(text=said) if match := TO_BE_REMEMBERED.match(said):
            words = match[1].strip()
            named = _named(words, state)
        case _:
            return None
    if named is None:
        return None
    return ComponentFact(
        id=f"{event.investigation_id}:{event.seq}",
        component=named,
        text=redact(words).text,
        by=event.actor.removeprefix("person:"),
        at=event.at,
        investigation_id=event.investigation_id,
        seq=event.seq,
        workspace=state.workspace,
        capsule=state.capsule,
    )


def _named(words: str, state: Investigation) -> str | None:
    """The first component of the investigation that the words name."""
    known = {h.component for h in state.hypotheses.values()} | {
        e.component for e in state.evidence.values() if e.component
    }
    places = ((re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", words), name) for name in known if len(name) > 2)
    return min(((match.start(), name) for match, name in places if match), default=(0, None))[1]


def _said(component: str, words: str) -> tuple[str, str]:
    component, words = component.strip(), words.strip()
    if not component or not words:
        raise RefusedInput("A fact needs a component and something said about it.")
    return redact(component).text, redact(words).text[:LONGEST]


def _fact(row: RowMapping) -> ComponentFact:
    return ComponentFact(**row)
