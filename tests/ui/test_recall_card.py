"""What the card that comes first says of what was recalled."""

from __future__ import annotations

from typing import Any

from sre_core.domain import ComponentFact, DeadEnd, Incident, Recollection, Standing
from sre_core.events import MemoryRecalled
from tests.memory.told import MAY, incident
from ui.memory import recall_card


def recalled(**told: Any) -> MemoryRecalled:
    return MemoryRecalled(compared=12, **told)


def alike(one: Incident | None = None, **told: Any) -> Recollection:
    return Recollection(incident=one or incident(), **{"similarity": 0.6, **told})


def test_what_is_claimed_is_said_in_the_heading_with_all_that_helps_and_as_a_lead() -> None:
    then = incident(
        resolved_by="bo", runbooks=("locks.md",), seconds_to_cause=720.0, done=True, fix_held=True, held_times=1
    )
    memory = recalled(
        recollections=(alike(then, claimed=True, matched=("the same component",), differs=("no deploy",)),)
    )
    assert recall_card.title(memory) == "This happened before"
    (one,) = recall_card.body(memory)["claimed"]
    assert (one["investigation"], one["cause"], one["by"]) == ("1", "orders-db: lock contention", "bo")
    assert (one["resolution"], one["fix"], one["held"]) == ("migration cancelled", "Fix", "It held.")
    assert (one["runbooks"], one["took"]) == (["locks.md"], "12 min to the cause")
    assert (one["matched"], one["differs"]) == (["the same component"], ["no deploy"])
    assert "not a verdict" in recall_card.body(memory)["lead"]


def test_below_the_threshold_nothing_is_claimed_and_what_is_near_stands_apart() -> None:
    memory = recalled(recollections=(alike(standing=Standing.OUTDATED, cautions=("It is old.",)),))
    body = recall_card.body(memory)
    assert recall_card.title(memory) == "Did this happen before?"
    assert (body["claimed"], body["lead"], body["tone"]) == ([], "", None)
    assert body["text"] == "Nothing is claimed: what is remembered is not alike enough. Compared with 12 memories."
    assert body["near"][0]["standing"] == {"text": "outdated", "tone": "yellow"}
    assert body["near"][0]["cautions"] == ["It is old."]


def test_nothing_at_all_is_said_in_a_line() -> None:
    assert recall_card.body(recalled())["text"].startswith("Nothing in memory resembles it.")
    assert recall_card.body(MemoryRecalled(compared=0))["text"] == "Nothing is remembered yet."


def test_what_was_left_out_is_counted_and_offered() -> None:
    assert recall_card.body(recalled())["left_out"] == ""
    assert "1 memory of this very recording was left out" in recall_card.body(recalled(own_left_out=1))["left_out"]
    assert "2 memories of this very recording were left out" in recall_card.body(recalled(own_left_out=2))["left_out"]


def test_facts_dead_ends_and_what_ratings_did_are_told() -> None:
    fact = ComponentFact(id="f", component="orders-db", text="fails over at 3", by="ada", at=MAY)
    end = DeadEnd(id="d", kind="x", tool="read_logs", target="cart", runs=4, last_at=MAY, note="always empty")
    body = recall_card.body(recalled(facts=(fact,), dead_ends=(end,), memory_counts=0.5))
    assert body["facts"] == ["orders-db: fails over at 3 — ada"]
    assert body["dead_ends"] == ["Read logs · cart: 4 times for nothing (always empty)"]
    assert "×0.50" in body["counts"]
