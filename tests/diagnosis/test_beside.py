"""Trouble that is explained against the direction of the calls, or by the same trouble below."""

from __future__ import annotations

from sre_core.diagnosis.detectors import anomalous_series
from sre_core.diagnosis.troubles import explaining_beside, troubles_in
from sre_core.topology.graph import Component, Dependency, Topology
from tests.diagnosis.given import context, reading, series

MILL = Topology.of(
    [Component(id=name) for name in ("web", "cache", "store", "worker", "queue")],
    [
        Dependency(source="web", target="cache"),
        Dependency(source="web", target="store"),
        Dependency(source="worker", target="queue"),
        Dependency(source="web", target="queue"),
    ],
)


def troubles(*all_series):  # type: ignore[no-untyped-def]
    found = anomalous_series.detect(reading(*all_series), context(topology=MILL))
    return troubles_in([(finding, f"E{i}") for i, finding in enumerate(found)])


def test_a_cold_cache_explains_the_store_behind_it() -> None:
    seen = troubles(series("cache", "hit_ratio", 0.97, 0.1, "ratio"), series("store", "query_p95_ms", 5, 900, "ms"))
    assert explaining_beside("store", seen, frozenset(), MILL) == ["cache"]
    assert explaining_beside("cache", seen, frozenset(), MILL) == []


def test_a_queue_is_explained_by_the_consumer_that_stopped() -> None:
    seen = troubles(series("queue", "messages_ready", 10, 9000))
    assert explaining_beside("queue", seen, frozenset({"worker"}), MILL) == ["worker"]
    assert explaining_beside("queue", seen, frozenset(), MILL) == []


def test_figures_are_compared_in_one_unit_and_not_across_kinds() -> None:
    (slow,) = troubles(series("web", "latency_p95", 0.2, 2.2, "s")).values()
    (same,) = troubles(series("store", "latency_p95", 200, 2200, "ms")).values()
    assert slow.explained_by(same)
    assert slow.largest("latency", "ms") == same.largest("latency", "ms")


def test_memory_that_is_merely_used_is_no_origin() -> None:
    assert troubles(series("cache", "memory_used_bytes", 1e8, 3e8, "bytes")) == {}
