"""Checks that never helped: what was looked at for such alerts, again and again, and never brought a single finding."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from sqlalchemy import Engine, RowMapping, text

from sre_core.domain import DeadEnd, Effect, Moment, Value, digest_of, target_of
from sre_core.errors import RefusedInput
from sre_core.investigation import Investigation, Status
from sre_core.investigator import utc_now
from sre_core.memory.conclusions import incident_id
from sre_core.memory.fingerprint import kind_of
from sre_core.memory.incident_rows import FORGOTTEN, changing, is_forgotten
from sre_core.memory.origin import Origin
from sre_core.redaction import redact
from sre_core.store import reading, upsert

_KEEP = upsert("wb_looks", "investigation_id, tool, target", "kind, component, fault, occurrence, capsule, at, helped")
_NOTE = upsert("wb_dead_end_notes", "id", "note, minded, by, at")
FEWEST = 3
"""Incidents in which a check must have been made for nothing. A fork, or the same capsule again, is no other incident."""


class DeadEndEdit(Value):
    """What a person says about a dead end: the fields that are given."""

    note: str = ""
    minded: bool = True


class _Look(Value):
    """A check that was made in one investigation."""

    investigation_id: str
    tool: str
    target: str
    kind: str
    component: str
    fault: str | None
    occurrence: str
    capsule: str
    at: Moment
    helped: bool


def alerting_of(state: Investigation) -> str:
    """The component under which such alerts are remembered; empty when they name none."""
    return state.alert.component or ""


def dead_end_id(kind: str, component: str, tool: str, target: str) -> str:
    """The id of a check for a kind of alert at a component."""
    return digest_of([kind, component, tool, target])[:16]


class DeadEnds:
    """What was looked at and whether it brought anything. Thread-safe."""

    def __init__(self, engine: Engine, now: Callable[[], datetime] = utc_now) -> None:
        self._engine = engine
        self._now = now

    def learn(self, state: Investigation) -> None:
        """Take in what a concluded investigation looked at; again is the same, and nothing of one that was forgotten."""
        with changing(self._engine) as connection:
            if is_forgotten(connection, incident_id(state.id)):
                return
            rows = connection.execute(text("SELECT id, at FROM wb_forgotten WHERE id LIKE 'dead_end:%'")).all()
            erased = {id_: datetime.fromisoformat(at) for id_, at in rows}
            for look in _looks(state):
                gone = erased.get(f"dead_end:{dead_end_id(look.kind, look.component, look.tool, look.target)}")
                if gone is None or (state.opened_at is not None and state.opened_at > gone):
                    connection.execute(_KEEP, look.model_dump(mode="json") | {"helped": int(look.helped)})

    def of(self, kind: str, component: str, *, not_from: Origin | None = None) -> list[DeadEnd]:
        """Those of such alerts that are to be minded; ``not_from``: leaving out what was looked at in this telemetry."""
        found = self._read("WHERE kind = :kind AND component = :component", {"kind": kind, "component": component})
        return [one for one in _dead_ends(found, self._notes(), not_from) if one.minded]

    def all(self) -> list[DeadEnd]:
        """All, the latest first."""
        return sorted(_dead_ends(self._read(), self._notes()), key=lambda one: (one.last_at, one.id), reverse=True)

    def get(self, id_: str) -> DeadEnd | None:
        """One of them; None when there is none of that id."""
        return next((one for one in self.all() if one.id == id_), None)

    def edit(self, id_: str, change: DeadEndEdit, *, by: str) -> DeadEnd:
        """Note something, without secrets, or have it no more minded. Raises ``RefusedInput`` when there is none of that id."""
        before = self.get(id_)
        if before is None:
            raise RefusedInput(f"There is no dead end {id_!r}; a check that helped meanwhile is none any more.")
        if "note" in change.model_fields_set:
            change = change.model_copy(update={"note": redact(change.note).text})
        changed = {"note": before.note, "minded": before.minded} | {
            n: getattr(change, n) for n in change.model_fields_set
        }
        with changing(self._engine) as connection:
            noted = {"id": id_, "note": changed["note"], "minded": int(bool(changed["minded"]))}
            connection.execute(_NOTE, {**noted, "by": by, "at": self._now().isoformat()})
        return before.model_copy(update=changed)

    def erase(self, id_: str, *, by: str) -> bool:
        """Forget what was looked at; only looks of later investigations count from here on. False when there was none."""
        found = self.get(id_)
        if found is None:
            return False
        key = {"kind": found.kind, "component": found.component, "tool": found.tool, "target": found.target}
        with changing(self._engine) as connection:
            where = "kind = :kind AND component = :component AND tool = :tool AND target = :target"
            connection.execute(text(f"DELETE FROM wb_looks WHERE {where}"), key)  # noqa: S608
            connection.execute(text("DELETE FROM wb_dead_end_notes WHERE id = :id"), {"id": id_})
            gone = {"id": f"dead_end:{id_}", "at": self._now().isoformat(), "by": by}
            connection.execute(FORGOTTEN, gone)
        return True

    def _read(self, where: str = "", values: dict[str, str] | None = None) -> list[_Look]:
        with reading(self._engine) as connection:
            rows = connection.execute(text(f"SELECT * FROM wb_looks {where} ORDER BY at"), values or {})  # noqa: S608
            return [_Look(**row) for row in rows.mappings()]

    def _notes(self) -> dict[str, RowMapping]:
        with reading(self._engine) as connection:
            return {row["id"]: row for row in connection.execute(text("SELECT * FROM wb_dead_end_notes")).mappings()}


def _looks(state: Investigation) -> list[_Look]:
    """Every look that came back and was thought over, once a tool and target."""
    helped: dict[tuple[str, str], bool] = {}
    for record in state.actions.values():
        if record.status is Status.SUCCEEDED and record.action.effect is Effect.READS and record.reflection:
            key = (record.action.tool, target_of(record.action.arguments, record.action.components))
            helped[key] = helped.get(key, False) or bool(record.reflection.evidence)
    cause = state.conclusion.root_cause if state.conclusion else None
    told = state.control.rating.rated.fault if state.control.rating else None
    origin = state.origin[0] if state.origin else state.id
    return [
        _Look(
            investigation_id=state.id,
            tool=tool,
            target=target,
            kind=kind_of(state.alert),
            component=alerting_of(state),
            fault=told or (cause.fault if cause else None),
            occurrence=state.workspace or origin,
            capsule=state.capsule,
            at=state.last_at or state.opened_at,
            helped=found,
        )
        for (tool, target), found in helped.items()
    ]


def _dead_ends(looks: Iterable[_Look], notes: dict[str, RowMapping], not_from: Origin | None = None) -> list[DeadEnd]:
    made: dict[tuple[str, str, str, str], list[_Look]] = {}
    for look in looks:
        if not (not_from and not_from.is_that_of(look.occurrence, look.capsule)):
            made.setdefault((look.kind, look.component, look.tool, look.target), []).append(look)
    found = (_dead_end(key, group, notes) for key, group in made.items())
    return [one for one in found if one is not None]


def _incidents(looks: Sequence[_Look]) -> int:
    """How many they were made in: each capsule is one; what only has a name is another where no capsule has that name."""
    named = {look.occurrence for look in looks if look.capsule}
    return len({look.capsule or look.occurrence for look in looks if look.capsule or look.occurrence not in named})


def _dead_end(key: tuple[str, str, str, str], looks: Sequence[_Look], notes: dict[str, RowMapping]) -> DeadEnd | None:
    runs = _incidents(looks)
    if any(look.helped for look in looks) or runs < FEWEST:
        return None
    kind, component, tool, target = key
    note = notes.get(dead_end_id(*key))
    return DeadEnd(
        id=dead_end_id(*key),
        kind=kind,
        component=component,
        tool=tool,
        target=target,
        runs=runs,
        faults=tuple(sorted({look.fault for look in looks if look.fault})),
        last_at=max(look.at for look in looks),
        note=note["note"] if note else "",
        minded=bool(note["minded"]) if note else True,
    )
