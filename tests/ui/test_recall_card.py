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


def test_the_same_alert_that_found_no_cause_is_in_sight_with_what_was_looked_at_and_ruled_out() -> None:
    then = incident(
        component=None, fault=None, statement="", examined=("read logs · cart",), ruled_out=("The disk: empty",)
    )
    body = recall_card.body(recalled(recollections=(alike(then, same_alert=True, standing=Standing.UNSOLVED), alike())))
    assert body["text"].startswith("This very alert was looked into before, and the cause was not found.")
    (one,) = body["same"]
    assert (one["cause"], one["took"], one["examined"], one["ruled_out"]) == (
        "",
        "",
        "read logs · cart",
        "The disk: empty",
    )
    assert one["standing"] == {"text": "not solved", "tone": "gray"}
    assert len(body["near"]) == 1


def test_what_a_person_told_is_there_with_who_and_when_and_their_note_apart() -> None:
    then = incident(
        component="payments", fault=None, statement="The bank changed its key.", told_by="ada", note="ask Kim", fix_held=True,
        resolution="took the new key", done=True, rating="wrong", refuted="A lock", seconds_to_cause=60.0,
    )  # fmt: skip
    (one,) = recall_card.body(recalled(recollections=(alike(then, claimed=True),)))["claimed"]
    assert (one["cause"], one["told"], one["note"]) == (
        "payments: The bank changed its key",
        "ada, 2026-05-20",
        "ask Kim",
    )
    assert (one["resolution"], one["held"], one["took"]) == ("took the new key", "It held.", "")


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
