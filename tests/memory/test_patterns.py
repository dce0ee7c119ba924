"""What keeps happening, and which documents are out of date."""

from __future__ import annotations

from datetime import timedelta

from sre_core.memory.patterns import cited_runbooks, patterns, stale_runbooks
from tests.memory.told import MAY, incident

AGAIN = [
    incident(n=1, seconds_to_cause=60.0, runbooks=("runbooks/locks.md",), fix_held=True),
    incident(n=5, seconds_to_cause=180.0, runbooks=("runbooks/locks.md", "runbooks/db.md"), fix_held=False),
    incident(n=9, fault="slow_query"),
    incident(n=10, component=None, fault=None),
]


def test_a_cause_that_came_twice_is_a_pattern_with_its_times() -> None:
    (found,) = patterns(AGAIN)
    assert (found.component, found.fault, found.times) == ("orders-db", "lock_contention", 2)
    assert found.occurred == (MAY + timedelta(days=1), MAY + timedelta(days=5))
    assert (found.days_between, found.seconds_to_cause, found.held, found.failed) == (4.0, 120.0, 1, 1)


def test_a_merged_memory_counts_as_often_as_it_happened() -> None:
    times = tuple(MAY + timedelta(days=n) for n in (0, 10, 11))
    (found,) = patterns([incident(occurred=times, held_times=3)])
    assert (found.times, found.days_between, found.held) == (3, 5.5, 3)


def test_cited_runbooks_are_counted_with_whether_what_they_say_helped() -> None:
    first, second = cited_runbooks(AGAIN)
    assert (first.path, first.times, first.held, first.failed) == ("runbooks/locks.md", 2, 1, 1)
    assert second.path == "runbooks/db.md"


def test_a_runbook_about_a_component_that_is_gone_is_stale_the_cited_ones_first() -> None:
    documents = {
        "a.md": ("gone-db",),
        "runbooks/locks.md": ("orders-db", "old-db"),
        "b.md": (None,),
        "c.md": ("orders-db",),
    }
    found = stale_runbooks(documents, {"orders-db"}, AGAIN)
    assert [(one.path, one.missing, one.cited) for one in found] == [
        ("runbooks/locks.md", ("old-db",), 2),
        ("a.md", ("gone-db",), 0),
    ]
    assert stale_runbooks(documents, ()) == []
