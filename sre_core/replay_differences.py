"""Where a step that is taken again comes out differently, in words. Times and the names of runs are not compared."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import Field

from sre_core.comparison import call, cut, spoken
from sre_core.domain import Value
from sre_core.events import ActionProposed, Entry, Event, ModelBudgetReached, ReasonerReplaced

NOT_COMPARED = frozenset({"run_id", "key", "expires_at", "seconds"})
"""Of a run, not of the case."""

GIST = ("headline", "thought", "because", "reason", "detail", "error", "action_id", "actions")
"""Fields that say in short what happened; the first that is there is shown."""


class Parting(Value):
    """The first difference between an investigation and its repetition."""

    seq: int = Field(description="The event.")
    what: str = Field(description="What differs: 'what happened', or where in the event.")
    then: str
    now: str
    lacking: bool = Field(
        default=False, description="Nothing is known to differ: the record does not hold what is needed to go on."
    )


def parting(then: Event, now: Entry) -> Parting | None:
    """How they differ; None when they are the same."""
    if (then.actor, then.happening.type) != (now.actor, now.happening.type):
        return Parting(seq=then.seq, what="what happened", then=told(then), now=told(now))
    found = first_difference(comparable(then), comparable(now))
    if found is None:
        return None
    where, before, after = found
    return Parting(seq=then.seq, what=f"{spoken(then.happening.type)}: {where}", then=_shown(before), now=_shown(after))


def comparable(entry: Entry) -> Any:
    """What happened as JSON, without times. How a model failed is told in words that are of no account."""
    kept = entry.happening.model_dump(mode="json")
    if isinstance(entry.happening, ReasonerReplaced | ModelBudgetReached):
        kept = {name: value for name, value in kept.items() if name not in ("because", "detail")}
    return {name: value for name, value in kept.items() if name not in NOT_COMPARED}


def first_difference(then: Any, now: Any, where: str = "") -> tuple[str, Any, Any] | None:
    """(where, then, now) of the first value that differs, in the order of the fields; ABSENT where there is none."""
    match then, now:
        case Mapping(), Mapping():
            keys = [*then, *(key for key in now if key not in then)]
            pairs = [(f"{where}.{key}".lstrip("."), then.get(key, ABSENT), now.get(key, ABSENT)) for key in keys]
        case list(), list():
            longest = range(max(len(then), len(now)))
            pairs = [(f"{where}[{place}]", _at(then, place), _at(now, place)) for place in longest]
        case _:
            return None if then == now else (where, then, now)
    return next((found for at, one, other in pairs if (found := first_difference(one, other, at))), None)


ABSENT = "(nothing)"


def _at(values: list[Any], place: int) -> Any:
    return values[place] if place < len(values) else ABSENT


def told(said: Entry) -> str:
    """One line: who, what happened, and the gist of it."""
    happening = said.happening
    what = f"{said.actor}: {spoken(happening.type)}"
    if isinstance(happening, ActionProposed):
        return f"{what}, {happening.action.id} {call(happening.action.tool, happening.action.arguments)}"
    fields = happening.model_dump(mode="json")
    inner = {**fields, **(fields.get("conclusion") or {}), **(fields.get("reflection") or {})}
    gist = next((inner[name] for name in GIST if inner.get(name)), None)
    return f"{what}, {cut(str(gist))}" if gist else what


def _shown(value: Any) -> str:
    return cut(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
