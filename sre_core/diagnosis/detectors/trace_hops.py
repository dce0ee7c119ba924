"""The hop that is slow or fails by itself, and the hops that only wait for it."""

from __future__ import annotations

from collections import defaultdict

from sre_core.diagnosis.context import Context
from sre_core.diagnosis.findings import Direction, Finding
from sre_core.tools.read_traces import HopTiming, TraceReading

SLOWER = 2.0
"""Self time at this multiple of normal."""
MIN_MS = 20.0
MIN_ERRORS = 2
NO_BASELINE_ERROR_SHARE = 0.1


def detect(reading: TraceReading, context: Context) -> list[Finding]:
    """Errors that began at a hop, self time that grew there, and components none of whose hops did either."""
    by_component: dict[str, list[HopTiming]] = defaultdict(list)
    for hop in reading.hops:
        by_component[hop.component].append(hop)
    found = []
    for component, hops in by_component.items():
        own = [finding for hop in hops for finding in (_failing(hop), _slow(hop)) if finding]
        found += own[:2] or [_clean(component, hops)]
    return found


def _failing(hop: HopTiming) -> Finding | None:
    """Errors with no failing span below them, unless that was so before."""
    began, before = hop.errors_without_failing_child, hop.baseline_errors / max(hop.baseline_count, 1)
    share = began / max(hop.count, 1)
    if began < MIN_ERRORS or share < max(NO_BASELINE_ERROR_SHARE, 3 * before):
        return None
    return Finding(
        kind="failing_hop",
        component=hop.component,
        source="traces",
        quote=f"{hop.component} {hop.name}: {began} of {hop.count} calls failed with no failing call below",
        locator=hop.example or "",
        strength=2.0,
        suggests={"unknown_fault": 1.6, "code_regression": 0.5},
    )


def _slow(hop: HopTiming) -> Finding | None:
    """Self time far above normal."""
    usual = hop.baseline_self_p95_ms
    if usual is None or hop.baseline_count < 3 or hop.self_p95_ms < max(SLOWER * usual, usual + MIN_MS):
        return None
    return Finding(
        kind="slow_hop",
        component=hop.component,
        source="traces",
        quote=f"{hop.component} {hop.name}: self time p95 {hop.self_p95_ms:.0f} ms (normal {usual:.0f} ms)",
        locator=hop.example or "",
        direction=Direction.UP,
        strength=2.0,
        suggests={"unknown_fault": 1.6},
    )


def _clean(component: str, hops: list[HopTiming]) -> Finding:
    worst = max(hops, key=lambda hop: hop.self_p95_ms)
    return Finding(
        kind="clean_hop",
        component=component,
        source="traces",
        quote=f"{component} {worst.name}: self time p95 {worst.self_p95_ms:.0f} ms, no error that began here",
        locator=worst.example or "",
    )
